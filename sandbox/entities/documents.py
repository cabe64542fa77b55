"""What all documents share, and what all sales forms share (qbo-api 9.1, 9.2, 9.6, 9.7)."""

from ..documents import common, dates, links, numbers, postings, references, taxes, totals
from ..documents.lines import DESCRIPTION, GROUP, SALES, SALES_LINES, SUBTOTAL, Part, amount, detail, spread
from .base import Entity, required
from .fields import Address, Boolean, Day, Email, Enum, Field, Number, ReadOnly, Reference, Text

MONEY = Number()
COMMON_FIELDS = {
    'TxnDate': Day('fs'),
    'PrivateNote': Text(4000),
    'CurrencyRef': Reference(),
    'ExchangeRate': Number(0, 1_000_000),
    'TxnSource': Text(100),
    'TransactionLocationType': Text(100),
    'TotalAmt': ReadOnly(MONEY, 'fs'),
    'HomeTotalAmt': ReadOnly(),
    'RecurDataRef': ReadOnly(),
    'TaxExemptionRef': ReadOnly(),
    'CustomExtensions': Field(),
    **{name: ReadOnly() for name in (
        'AttachableRef', 'AutoDocNumber', 'NameAndId', 'Overview', 'RecurringInfo', 'Tag', 'TaxFormNum', 'TaxFormType',
        'TxnApprovalInfo', 'TxnStatus',
    )},
}  # fmt: skip
GLOBAL_TAX = Enum('TaxExcluded', 'TaxInclusive', 'NotApplicable')
TAX_DETAIL = Part(
    TxnTaxCodeRef=Reference('TaxCode'), TotalTax=amount(), TaxLine=Field(), TaxReviewStatus=Text(50),
    UseAutomatedSalesTax=Boolean(), DefaultTaxCodeRef=Reference(),
)  # fmt: skip
SALES_FIELDS = {
    **COMMON_FIELDS,
    'DocNumber': Text(21, 'fs'),
    'CustomerRef': Reference('Customer', 'f'),
    'Line': SALES_LINES,
    'CustomerMemo': Part(value=Text(1000)),
    'TxnTaxDetail': TAX_DETAIL,
    'GlobalTaxCalculation': GLOBAL_TAX,
    'ApplyTaxAfterDiscount': Boolean(),
    'BillAddr': Address(), 'ShipAddr': Address(), 'ShipFromAddr': Address(), 'FreeFormAddress': Boolean(),
    'BillEmail': Email(), 'BillEmailCc': Email(200), 'BillEmailBcc': Email(200),
    'EmailStatus': Enum('NotSet', 'NeedToSend', 'EmailSent'),
    'PrintStatus': Enum('NotSet', 'NeedToPrint', 'PrintComplete'),
    'DeliveryInfo': ReadOnly(), 'ClassRef': Reference('Class'), 'DepartmentRef': Reference('Department'),
    'ProjectRef': Reference(query='f'), 'CustomField': Field(),
    'ShipDate': Day(), 'ShipMethodRef': Reference(), 'TrackingNum': Text(100),
    'Balance': ReadOnly(MONEY, 'fs'), 'HomeBalance': ReadOnly(),
    **{name: ReadOnly() for name in (
        'ARAccountRef', 'CallToAction', 'DiscountAmt', 'DiscountRate', 'EInvoiceStatus', 'FOB', 'FinanceCharge',
        'GovtTxnRefIdentifier', 'InvoiceEx', 'InvoiceStatus', 'InvoiceStatusLog', 'LessCIS', 'PONumber', 'RemitToRef',
        'SalesRepRef', 'TemplateRef',
    )},
}  # fmt: skip
"""Those at the end are members of Intuit's schema that the service takes and does nothing with."""


class Document(Entity):
    """What all documents share: day, currency, references, closed books, postings, balances of names.

    Not modelled: custom fields beyond keeping them, attachments, e-mail really sent.
    """

    is_list = False
    operations = frozenset({'create', 'update', 'delete'})
    name_field, suffixed = 'DocNumber', ()
    auto_generates = False
    """Whether ``AUTO_GENERATE`` draws a number (qbo-api 9.6)."""
    unnamed = ()
    """References that answers leave without a name."""
    defaults = {}
    empty_links = False
    """Whether an answer has ``LinkedTxn`` where nothing is linked."""
    classed_by_line = False
    """Whether each line has class and location, also where the company tracks classes per document."""
    rules = (references.sound, common.currency_is_sound, common.period_is_open, common.tracking_is_on)
    deletion_rules = (common.period_is_open, links.linked_are_free)

    def complete(self, books, draft, old):
        draft.setdefault('TxnDate', (old or {}).get('TxnDate') or dates.today(books))
        common.complete_currency(books, draft, old)
        lines = [detail(line) for line in spread(draft.get('Line') or ())]
        common.tracking(books, draft, lines, self.classed_by_line)

    def complete_home(self, draft):
        """Set the amounts in the home currency."""
        common.complete_home(draft)

    def with_links(self, body):
        """Return a body with its member ``LinkedTxn`` as answers have it."""
        if body.get('LinkedTxn') or self.empty_links:
            return body
        return {name: value for name, value in body.items() if name != 'LinkedTxn'}

    def settle(self, books, new, old):
        links.release(books, self, new, old)
        found = self.postings(books, new) if new else []
        gone = self.postings(books, old) if old else []
        for name in sorted({each.entity for each in (*found, *gone)} - {None}):
            books.touch(*name.split(':'))
        before, after = self._sums(books, old), self._sums(books, new)
        postings.move_names(books, before, after)
        found = postings.at_home(books, new, found) if new else []
        moved = books.database.post(books.realm, self.name, (new or old)['Id'], (new or old)['TxnDate'], found)
        postings.move_accounts(books, *moved)

    def _sums(self, books, body):
        sums = {}
        for key, cents in self.owed(books, body) if body else ():
            sums[key] = sums.get(key, 0) + cents
        return sums

    def owed(self, books, body):
        """Yield ("Customer:1", cents) of what a document adds to the balance of a name."""
        for account, type, id, debit in self.named_lines(books, body):
            side = next((side for side in links.SIDES.values() if (side.account, side.name) == (account, type)), None)
            if side:
                yield f'{type}:{id}', side.debit * debit

    def named_lines(self, books, body):
        """Yield (account type, "Customer", id, debit in cents) of the lines that name somebody, of a document
        without a balance of its own."""
        return ()

    def postings(self, books, body):
        """Return the postings of a document."""
        return []

    def linked_days(self, books, draft, old):
        """Return the days of other documents that a change of this one touches."""
        return []

    def shares_numbers(self, books, draft, other):
        """Tell whether a document may not have the number of another."""
        return True

    def refuses_duplicates(self, books):
        """Tell whether a number that another document has is refused (6140)."""
        return books.settings.duplicate_numbers == 'refused' and 'allowduplicatedocnum' not in books.options

    def answer(self, books, body):
        return references.named(books, self, body)

    def void(self, books, draft):
        """Return the document as it is once voided: the amounts are gone, the rest stays (qbo-api 9.3)."""
        note = draft.get('PrivateNote')
        voided = {**draft, 'PrivateNote': f'Voided{books.settings.void_separator}{note}' if note else 'Voided'}
        voided['PrivateNote'] = voided['PrivateNote'][:4000]
        self.void_amounts(voided)
        self.complete_home(voided)
        return voided

    def void_amounts(self, draft):
        """Set what a voided document has left, in place."""


class SalesForm(Document):
    """Invoices, receipts and credit memos.

    Modelled: item, description, discount and subtotal lines; bundles, spread into lines once; percent and amount
    discounts before and after tax; the tax models of ``documents/taxes.py``; numbers of ``documents/numbers.py``;
    defaults from the customer; classes and locations by preference; void.
    Not modelled: what another quantity of a bundle does to its lines, progress invoicing, charges and time, deposits
    on estimates, payment cards.
    """

    name_list = 'form number'
    option_names = frozenset({'allowduplicatedocnum'})
    sign = 1
    """1 where goods go to the customer, −1 where they come back."""
    defaults = {'ApplyTaxAfterDiscount': False, 'EmailStatus': 'NotSet', 'PrintStatus': 'NotSet', 'CustomField': []}
    fields = SALES_FIELDS
    rules = (
        *Document.rules,
        totals.lines_sound,
        totals.discount_sound,
        totals.shipping_is_on,
        totals.stock_has_started,
        taxes.sound,
        totals.total_is_positive,
        numbers.unique,
    )

    def complete(self, books, draft, old):
        super().complete(books, draft, old)
        numbers.complete(books, self, draft, old)
        self.complete_customer(books, draft, old)
        if books.country != 'US':
            draft.setdefault('GlobalTaxCalculation', 'TaxExcluded')
        if draft.get('Line') and totals.are_asked(books, draft, old):
            totals.complete(books, draft, old)
        self.complete_money(books, draft, old)
        self.complete_home(draft)

    def complete_customer(self, books, draft, old):
        """Take over what a new document gets from its customer (qbo-api 9.6)."""
        customer = books.stored('Customer', (draft.get('CustomerRef') or {}).get('value'))
        if old or not customer:
            return
        for name, of in (('BillAddr', 'BillAddr'), ('ShipAddr', 'ShipAddr'), ('BillEmail', 'PrimaryEmailAddr')):
            if customer.get(of) and name not in draft and name in self.fields:
                draft[name] = dict(customer[of])

    def complete_money(self, books, draft, old):
        """Set what follows from the total."""

    def settle(self, books, new, old):
        postings.move_stock(books, new, old, self.sign)
        super().settle(books, new, old)

    def void_amounts(self, draft):
        draft['Line'] = [_voided(line) for line in draft.get('Line') or ()]
        draft.update(TxnTaxDetail={'TotalTax': 0}, TotalAmt=0)
        for name in ('Balance', 'RemainingCredit', 'Deposit'):
            if name in draft:
                draft[name] = 0
        if 'LinkedTxn' in draft:
            draft['LinkedTxn'] = []


def _voided(line):
    line = {**line}
    if line['DetailType'] == GROUP:
        inside = [_voided(each) for each in line[GROUP].get('Line') or ()]
        line[GROUP] = {**line[GROUP], 'Quantity': 0, 'Line': inside}
    if line['DetailType'] in (SALES, SUBTOTAL) or 'Amount' in line:
        line['Amount'] = 0
    if line['DetailType'] == SALES:
        line[SALES] = {name: value for name, value in line[SALES].items()
                       if name not in ('UnitPrice', 'TaxInclusiveAmt')}  # fmt: skip
        if 'Qty' in line[SALES]:
            line[SALES]['Qty'] = 0
    if line['DetailType'] == DESCRIPTION and totals.IN_FORM_SUBTOTAL.fullmatch(line.get('Description', '')):
        line['Description'] = 'Subtotal: 0.00'
    return line


need_customer = required('CustomerRef')
"""Refuse a document without a customer (2020)."""
