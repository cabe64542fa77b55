from odoo import models
from odoo.fields import Domain

from ...qbo import lines, settlements
from ...qbo.values import VOIDED

NUMBER_MAX = 21  # qbo-api 9.6


class QboMappingDocument(models.AbstractModel):
    """What all documents with lines and tax have in common, whichever side they are of (qbo-api 9.6, 9.7, 9.9).

    A side, customers or vendors, is what the constants say; what is true of one side or of one type only stands in
    its own mapping. Further files: why a document is held back (``document_hold.py``), its values
    (``document_values.py``), its lines (``document_lines.py``) and tax (``document_tax.py``), and how QuickBooks'
    version is imported (``document_import.py``).
    """

    _name = 'qbo.mapping.document'
    _inherit = 'qbo.mapping'
    _description = "Document"

    # === CONSTANTS === #

    _record_model = 'account.move'
    _switch = 'sync_billing'
    _schedules = ('documents',)
    _name_member = 'DocNumber'
    _name_max = NUMBER_MAX
    _has_files = True
    _respelled = ('Line',)
    _derived = ('Line',)  # another tax of the document is another tax on its lines
    _tracked = (
        'state',
        'name',
        'partner_id',
        'partner_shipping_id',
        'invoice_date',
        'invoice_date_due',
        'invoice_payment_term_id',
        'invoice_line_ids',
        'line_ids',
        'narration',
        'currency_id',
        'invoice_currency_rate',
        'qbo_invoice_type',
        'qbo_email',
        'qbo_class_id',
        'qbo_discount',
        'qbo_discount_type',
        'qbo_discount_before_tax',
    )

    _side = None
    """Whose documents these are: ``'sale'`` or ``'purchase'``, as Odoo's taxes say it."""
    _move_type = None
    """The type of these documents in Odoo: ``'out_invoice'``."""
    _party_member = None
    """The member that names customer or vendor: ``'CustomerRef'``."""
    _party_mapping = None
    """Who they are: ``'qbo.mapping.customer'``."""
    _line_detail = None
    """How a line with a product is spelt: ``'SalesItemLineDetail'``."""
    _line_details = ()
    """How lines with an amount are spelt, with a product or without: ``('SalesItemLineDetail',)``."""
    _number_field = None
    """The field with the number that QuickBooks knows a document by: ``'name'``."""
    _account_type = None
    """What the two sides owe each other is booked on accounts of this type: ``'asset_receivable'``."""
    _takes_tax_alone = True
    """Whether QuickBooks' tax can be taken over without the lines, by *Accept QuickBooks' Tax*."""
    _ends_as = 'delete'
    """What becomes of an entity whose document is canceled: ``'void'`` where QuickBooks can (qbo-api 9.3)."""

    # === WHICH === #

    def _kind(self):
        """Return the domain of the moves that are of this entity type."""
        return Domain('move_type', '=', self._move_type)

    def _concerned(self, step, moves):
        return moves.filtered_domain(self._kind())

    def _domain(self, step):
        """In the modes without documents none goes by itself; what an entry holds never goes as a document too."""
        connection = step.connection
        if not connection._sends_documents():
            return Domain.FALSE
        return (
            self._kind()
            & Domain('state', '=', 'posted')
            & Domain('qbo_invoice_type', '=', 'qbo')
            & Domain('invoice_date', '>=', connection.billing_start)
            & ~connection._entered()
        )

    def _wanted(self, step, move):
        if not super()._wanted(step, move):
            return False
        return bool(step.qbo_id(move, self._entity)) or not move._qbo_is_entered()

    def _requires(self, step, move):
        if move.state == 'cancel':
            return []
        products = [self._product(step, line) for line in self._sent_lines(move)]
        return [
            (self.env[self._party_mapping], move.commercial_partner_id),
            *((self.env['qbo.mapping.item'], product) for product in dict.fromkeys(filter(None, products))),
        ]

    def _removal(self, step, move):
        if not step.there(move):
            return 'delete'
        return self._ends_as if move.state == 'cancel' else None

    def _dependents(self, step, move, before, after):
        """What settles a document that goes to another customer takes it up again; what went before it takes it up."""
        is_moved = bool(before and after) and before.get(self._party_member) != after.get(self._party_member)
        is_late = bool(after) and not before and step.there(move) and move.payment_state != 'not_paid'
        if not (is_moved or is_late) or self._entity not in settlements.DOCUMENTS:
            return []
        found = [records.with_env(step.env) for records in move._qbo_settlements()]
        return found if is_moved else [records - _going(step, records) for records in found]

    # === ITS AMOUNTS, which a journal entry says otherwise === #

    def _sign(self, move):
        """Return the sign of the journal items that a document adds up from: 1 where these are debits."""
        return move.direction_sign

    def _total(self, move):
        return move.amount_total

    def _total_at_home(self, move):
        """Return the total in the company's currency."""
        return abs(move.amount_total_signed)

    def _tax_total(self, move):
        return move.amount_tax

    def _tax_day(self, move):
        """Return the day whose rates count."""
        return move.invoice_date

    # === ITS NUMBER === #

    def _number(self, step, move):
        """Return the number that is sent: typed in by a person, or Odoo's where the connection says so."""
        if typed_in := step.link(move, self._entity).sent_as:
            return typed_in
        number = move[self._number_field]
        return number if step.connection.doc_numbering == 'odoo' and number and number != '/' else ''

    def _suggestion(self, step, move):
        """A number that is too long keeps its end, which counts; one that is taken gets a further number."""
        number = self._number(step, move)
        if len(number) > NUMBER_MAX:
            return number[-NUMBER_MAX:].lstrip('/-')
        stem, dash, tail = number.rpartition('-')
        number, again = (stem, int(tail) + 1) if dash and tail.isdigit() and len(tail) == 1 else (number, 2)
        return f'{number[: NUMBER_MAX - 2]}-{again}'

    def _take_suggestion(self, step, move):
        step.link(move, self._entity).sent_as = self._suggestion(step, move)

    # === WHAT USERS SEE === #

    def _labels(self):
        return {
            'TxnDate': self.env._("date"),
            'DocNumber': self.env._("number"),
            'CurrencyRef': self.env._("currency"),
            'ExchangeRate': self.env._("exchange rate"),
            'ClassRef': self.env._("class"),
            'GlobalTaxCalculation': self.env._("tax included or not"),
            'TxnTaxDetail': self.env._("tax"),
            'Line': self.env._("lines"),
            'Description': self.env._("line description"),
            VOIDED: self.env._("void"),
        }

    def _in_words(self, step, move, path, value):
        def money(amount):
            return (move.currency_id or step.company.currency_id).format(amount or 0.0)

        if path == 'Line':
            return "; ".join(self._line_in_words(step, line, money) for line in value or ())
        if path == 'TxnTaxDetail.Split':
            return "; ".join(self._split_in_words(step, move, *row) for row in value or ())
        return money(value) if path == 'TxnTaxDetail.TotalTax' else super()._in_words(step, move, path, value)

    def _split_in_words(self, step, move, rate, amount):
        """Return what one rate of a tax comes to: "GST 4.99"."""
        return f"{step.name_of('TaxRate', rate)} {(move.currency_id or step.company.currency_id).format(amount)}"

    def _line_in_words(self, step, line, money):
        """Return a line as a bookkeeper reads it: "2.5 × Weekly visit = $ 362.50"."""
        about = " ".join((line.get('Description') or '').split())
        if line['DetailType'] == lines.DESCRIPTION:
            return about
        detail = line[line['DetailType']]
        if line['DetailType'] == lines.DISCOUNT:
            percent = detail.get('DiscountPercent')
            return self.env._("discount %s", f'{percent:g} %' if percent else money(line['Amount']))
        product = step.name_of('Item', detail['ItemRef']['value']) or ''
        codes = [(entity, detail[f'{entity}Ref']['value']) for entity in ('TaxCode', 'Class')]
        return "".join((
            f"{detail['Qty']:g} × " if detail['Qty'] is not None else '',
            about if product in about else f"{product} {about}".strip(),
            f" = {money(line['Amount'])}",
            *(f", {step.name_of(entity, qbo_id)}" for entity, qbo_id in codes if qbo_id not in (None, 'NON')),
        ))  # fmt: skip


def _going(step, records):
    return records.browse(step.pending_changes(records).mapped('res_id')) if records else records
