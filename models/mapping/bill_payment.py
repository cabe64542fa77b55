"""Money paid to vendors: BillPayment in QuickBooks, by check or by card (purchases 5)."""

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from ...qbo import settlements
from ...qbo.values import VOIDED
from ..connection.reason import Reason, declare
from .paid import POSTED
from .paid_out import paid_from
from .payment_form import REFERENCE_MAX
from .settlement import LINE

PAY_TYPES = {'Bank': 'Check', 'Credit Card': 'CreditCard'}
"""Type of the account that money leaves: the PayType (purchases 5.1; cash is a bank account there)."""
_lt = LazyTranslate(__name__)
declare(
    {
        'money_back': _lt(
            "It is money back from a vendor, which does not go to QuickBooks. Record it there as a bank deposit on "
            "Accounts Payable under the vendor's name, and choose Do Not Synchronize here."
        ),
        'pays_receipt': _lt(
            "It pays %(receipts)s, which is a receipt and no bill: QuickBooks has such money as an expense. Press Send "
            "as Bill on the receipt, or record the expense in QuickBooks and choose Do Not Synchronize here."
        ),
        'paid_from_none': _lt(
            "QuickBooks pays bills from a bank account or a credit card, and the journal %(journal)s stands for none. "
            "Choose its QuickBooks account for payments."
        ),
        'paid_from_kind': _lt(
            "QuickBooks pays bills from a bank account or a credit card, and %(account)s, which the journal "
            "%(journal)s stands for, is neither (%(kind)s). Choose another account on the journal."
        ),
        'paid_from_currency': _lt(
            "It is in %(ours)s, and %(account)s is an account in %(theirs)s: QuickBooks pays a bill from an account "
            "in the currency of the bill or of the company. Pay it from another journal."
        ),
        'paid_already': _lt(
            "%(qbo)s of it is left in QuickBooks and %(odoo)s in Odoo: QuickBooks did not apply it to %(documents)s, "
            "which was paid there already. Follow QuickBooks, which keeps the rest as credit of the vendor."
        ),
        'paid_already_void': _lt(
            "It is void in QuickBooks (%(qbo)s), and %(odoo)s in Odoo: QuickBooks did not apply it to %(documents)s, "
            "which was paid there already. Follow QuickBooks, which cancels it here."
        ),
        'currency_of_payee': _lt(
            "It is in %(ours)s, and QuickBooks has %(vendor)s in %(theirs)s. A vendor has one currency there: pay it "
            "in that, or make a vendor of its own for %(ours)s."
        ),
    },
    fixes={
        'paid_from_none': 'open_journal',
        'paid_from_kind': 'open_journal',
        'paid_from_currency': 'open_journal',
        'paid_already': 'follow',
        'paid_already_void': 'follow',
    },
    is_check=True,
)


class QboMappingBillPayment(models.AbstractModel):
    """Payments to vendors. Money that comes back from one is said on the payment, and not sent."""

    _name = 'qbo.mapping.bill_payment'
    _inherit = ['qbo.mapping.paid_out', 'qbo.mapping.payment_form']
    _description = "Bill Payment"

    _entity = 'BillPayment'
    _partner_type = 'supplier'
    _payment_type = 'outbound'
    _document_mapping = 'qbo.mapping.bill'
    _reference_member = 'DocNumber'

    def _paths(self):
        checks = ('check_number',) if 'check_number' in self.env[self._record_model]._fields else ()
        return (*super()._paths(), 'destination_account_id', 'qbo_paid_from_id', *checks)

    # === WHICH === #

    def _concerned(self, step, records):
        """Also what comes back from vendors: its screen says that QuickBooks is not told."""
        found = super()._concerned(step, records)
        return found | records.filtered(lambda record: record.partner_type == 'supplier')

    def _domain(self, step):
        """What reduces what is owed to vendors, also what comes back from them; no transfer to another bank.

        A journal of a store goes in its entries in the modes that have them, but for what pays a document of
        QuickBooks; see ARCHITECTURE.
        """
        connection = step.connection
        domain = (
            Domain('partner_type', '=', self._partner_type)
            & Domain('state', 'in', POSTED)
            & Domain('destination_account_id.account_type', '=', 'liability_payable')
            & Domain('date', '>=', connection.purchases_start)
            & ~Domain('move_id', 'any', connection._entered())
            & connection._not_of_expenses()
        )
        return domain & (connection._apart_from_stores() | connection._settling(side='credit'))

    def _is_coming(self, step, record):
        return super()._is_coming(step, record) and self._is_own(record)

    # === READY OR NOT === #

    def _hold_reason(self, step, record):
        if record.state not in POSTED:
            return None
        if not self._is_own(record):
            return Reason('money_back')
        receipts = self._partials(record)._qbo_moves().filtered(lambda move: move._qbo_type() == 'in_receipt')
        if receipts:
            return Reason('pays_receipt', {'receipts': receipts.mapped('display_name')})
        return self._account_problem(step, record) or super()._hold_reason(step, record)

    def _account_problem(self, step, record):
        """Return the reason why QuickBooks cannot pay from where Odoo paid, or None."""
        account, journal = self._paid_from(step, record), record.journal_id.display_name
        if not account:
            return Reason('paid_from_none', {'journal': journal})
        if account.kind not in PAY_TYPES:
            return Reason('paid_from_kind', {'journal': journal, 'account': account.name, 'kind': account.kind})
        ours, theirs = record.currency_id.name, account._currency()
        home = step.connection._home_currency() or step.company.currency_id.name
        if theirs and theirs not in (ours, home):
            return Reason('paid_from_currency', {'ours': ours, 'account': account.name, 'theirs': theirs})
        return None

    def _currency_of_party(self, ours, partner, theirs):
        return Reason('currency_of_payee', {'ours': ours, 'vendor': partner.name, 'theirs': theirs})

    def _removal(self, step, record):
        """QuickBooks changes neither whose payment it is nor how it was paid: it is deleted, and made anew."""
        if removal := super()._removal(step, record):
            return removal
        return 'delete' if self._is_another(step, record) else None

    def _is_another(self, step, record):
        """Return whether QuickBooks has a payment as one of another vendor, or paid in another way."""
        link = step.link(record, self._entity)
        agreed = link.base_odoo or {}
        if not link._is_there() or record.state not in POSTED or agreed.get(VOIDED):
            return False
        now = self._values(step, record)
        return any(agreed.get(member) != now[member] for member in ('VendorRef', 'PayType'))

    def _dependents(self, step, record, before, after):
        """What was deleted to be made anew goes again."""
        found = super()._dependents(step, record, before, after)
        is_gone = bool(record) and not step.link(record, self._entity)._is_there()
        return [*found, record] if is_gone and record.state in POSTED else found

    # === VALUES === #

    def _values(self, step, record):
        account = self._paid_from(step, record)
        paid = self._paid_with(step.list_id(account), PAY_TYPES.get(account.kind))
        sent_as = step.link(record, self._entity).sent_as
        return super()._values(step, record) | paid | ({'DocNumber': sent_as} if sent_as else {})

    def _head_from(self, step, row):
        account_id = paid_from(row)
        return super()._head_from(step, row) | self._paid_with(account_id, row.get('PayType'))

    def _body(self, step, record, body, snapshot):
        """What Odoo paid is not to be printed there, which is QuickBooks' default (purchases 5.1)."""
        body = super()._body(step, record, body, snapshot)
        if not snapshot and 'CheckPayment' in body:
            body['CheckPayment'] = {**body['CheckPayment'], 'PrintStatus': 'NotSet'}
        return body if snapshot else {LINE: [], **body}

    def _paid_from(self, step, record):
        """Return the account of QuickBooks that the money left; empty where the journal stands for none."""
        own = record.qbo_paid_from_id
        return own if step.list_id(own) else record.journal_id._qbo_paid_from(step)

    def _reference(self, record):
        """Return the number of a check: what the printed ones have, else the payment reference."""
        return (_is_check(record) and record.check_number) or record.payment_reference or None

    def _suggestion(self, step, record):
        """Return a number that is free, where a check of that number is in QuickBooks already."""
        number, dash, tail = (step.link(record, self._entity).sent_as or self._reference(record) or '').rpartition('-')
        is_again = dash and tail.isdigit() and len(tail) == 1
        stem, again = (number, int(tail) + 1) if is_again else (f'{number}{dash}{tail}', 2)
        return f'{stem[: REFERENCE_MAX - 2]}-{again}'

    def _take_suggestion(self, step, record):
        step.link(record, self._entity).sent_as = self._suggestion(step, record)

    # === TO ODOO === #

    def _skip_reasons(self, step, rows):
        since = step.connection.purchases_since
        return step.connection._why_left_out(rows, lambda old: self._match_rows(step, old), since)

    def _find_journal(self, step, account_id):
        return step.env['account.journal']._qbo_of_paid_account(step, account_id)

    def _journal_of(self, page, head):
        account_id = paid_from(head)
        journal = page.journal(account_id)
        if not journal:
            raise UserError(
                self.env._(
                    "It was paid from %s in QuickBooks, which no journal of Odoo stands for. Choose it on a bank or "
                    "credit card journal as QuickBooks account for payments, then press Retry.",
                    page.account(account_id).name or account_id or self.env._("no account"),
                )
            )
        return journal

    def _light_vals(self, record, values, heavy, page):
        vals = super()._light_vals(record, values, heavy, page)
        if account_id := paid_from(values):
            vals['qbo_paid_from_id'] = page.account(account_id).id
        if 'journal_id' in heavy or not record:
            journal = record.env['account.journal'].browse(heavy.get('journal_id'))
            line = journal.outbound_payment_method_line_ids.filtered(lambda line: line.code == 'manual')[:1]
            if line:
                vals['payment_method_line_id'] = line.id
            if record and line.payment_account_id:
                vals['outstanding_account_id'] = line.payment_account_id.id
        return vals

    def _heavy_vals(self, step, record, values, page):
        vals = super()._heavy_vals(step, record, values, page)
        if record and paid_from(values):
            journal = self._journal_of(page, values)
            if journal != record.journal_id and page.account(paid_from(values)) != self._paid_from(step, record):
                vals['journal_id'] = journal.id
        return vals

    def _reference_vals(self, record, reference):
        """A printed check keeps its number where the check printing of Odoo takes it."""
        if record and _is_check(record):
            is_number = (reference or '').isdigit()
            return {'check_number': reference if is_number else False, 'payment_reference': reference or False}
        return super()._reference_vals(record, reference)

    # === MONEY === #

    def _left_there(self, snapshot):
        return settlements.unapplied(snapshot)

    def _money_reason(self, step, record, snapshot, figure):
        dropped = self._dropped(step, record)
        if figure.name in ('total_payment', 'unapplied') and dropped and figure.qbo != figure.odoo:
            key = 'paid_already_void' if figure.name == 'total_payment' else 'paid_already'
            return Reason(key, {'qbo': figure.there, 'odoo': figure.here, 'documents': dropped})
        return super()._money_reason(step, record, snapshot, figure)

    def _dropped(self, step, record):
        """Return the names of the documents that QuickBooks left out of the answer, as paid already (purchases 5.2)."""
        link = step.link(record, self._entity)
        sent, there = self._settles(link.base_odoo or {}), self._settles(link.snapshot or {})
        if self._line_values(step, record) != (link.base_odoo or {}).get(LINE):
            return []
        return [step.name_of(*key) for key in sorted(sent) if key not in there]

    def _follow(self, step, record, link):
        """Have a payment as it is in QuickBooks: one that QuickBooks made void because all was paid is canceled."""
        if record.state in POSTED and (link.base_qbo or {}).get(VOIDED):
            return self._remove(step, record)
        return super()._follow(step, record, link)

    # === WORDS === #

    def _noun(self, step, record):
        return self.env._("Bill payment")

    def _labels(self):
        return super()._labels() | {
            'VendorRef': self.env._("vendor"),
            'DocNumber': self.env._("check number"),
            'PayType': self.env._("way of payment"),
            'CheckPayment': self.env._("paid from"),
            'CreditCardPayment': self.env._("paid with"),
        }


def _is_check(record):
    return 'check_number' in record._fields and record.payment_method_line_id.code == 'check_printing'
