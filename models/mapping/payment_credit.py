"""Money that arrives in Odoo though customers pay in QuickBooks (posting mode Transaction): an online payment, a card.

QuickBooks gets it as a credit memo of that customer, which somebody applies to an invoice there (seed point-of-rental).
Then it comes back as credit that is applied (``applied_credit.py``), and the money of the payment settles the invoice
in Odoo. Odoo's books know the payment only: money against the receivable. QuickBooks' know the credit memo: the account
of its product against the receivable, which is why that product has a clearing account. When the money is on the bank
account, the deposit in QuickBooks is booked on the same account, and it is even again.
"""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ...qbo import lines, open_amounts
from ...qbo.values import VOIDED, is_void, without_void
from ..connection.reason import Reason, declare
from .money import Figure
from .paid import ENDED, NOTE_MAX, POSTED

NUMBER_MAX = 21  # qbo-api 9.6

_lt = LazyTranslate(__name__)
declare(
    {
        'product_for_payments': _lt(
            "Customers pay in QuickBooks, so that this payment goes there as a credit memo, and that needs a product. "
            "Choose the product for payments in Odoo on the QuickBooks connection, page Billing: one whose account in "
            "QuickBooks is a clearing account."
        ),
        'total_credit': _lt(
            "The credit memo in QuickBooks says %(qbo)s, and the payment in Odoo is %(odoo)s. Correct the credit memo."
        ),
    },
    is_check=True,
)


class QboMappingPaymentCredit(models.AbstractModel):
    _name = 'qbo.mapping.payment_credit'
    _inherit = 'qbo.mapping.received'
    _description = "Payment as Credit Memo"

    _entity = 'CreditMemo'
    _schedules = ()
    _name_member = 'DocNumber'
    _name_max = NUMBER_MAX

    # === WHICH === #

    def _takes(self, step, row):
        return False  # an unknown credit memo is a credit note

    def _concerned(self, step, records):
        """Those that QuickBooks has, or gets, as a credit memo: received while customers pay there.

        What was registered on a document when Odoo still did that stays a payment. So does what a link says is one.
        """
        payment = step.env['qbo.mapping.payment']

        def is_credit(record):
            if step.link(record, 'CreditMemo'):
                return True
            if step.link(record, 'Payment') or not (self._is_own(record) and step.connection._keeps_receivables()):
                return False
            return not payment._documents(step, record)

        return records.filtered(is_credit)

    # === TO QUICKBOOKS === #

    def _wait_reason(self, step, record):
        return self._unfinished(record) or self._closed_books(step, record)

    def _hold_reason(self, step, record):
        if record.state not in POSTED:
            return None
        if not step.connection.memo_product_id:
            return Reason('product_for_payments')
        return self._currency_problem(step, record)

    def _requires(self, step, record):
        if record.state not in POSTED:
            return []
        needed = [
            (step.env['qbo.mapping.customer'], self._partner(record)),
            (step.env['qbo.mapping.item'], step.connection.memo_product_id),
        ]
        return [(mapping, item) for mapping, item in needed if item]

    def _removal(self, step, record):
        return 'delete' if not step.there(record) or record.state in ENDED else None  # qbo-api 9.3: no void

    def _values(self, step, record):
        connection = step.connection
        note = self._note(record)[:NOTE_MAX]
        code = 'NON' if connection._is_us() else None
        item = step.qbo_id(connection.memo_product_id, 'Item')
        return {
            'CustomerRef': {'value': step.qbo_id(self._partner(record), 'Customer')},
            'TxnDate': fields.Date.to_string(record.date),
            'DocNumber': self._number(step, record),
            'PrivateNote': note,
            'Line': [lines.sales(item, record.amount, *lines.price(record.amount, 1), description=note, tax_code=code)],
            VOIDED: record.state in ENDED,
            **({} if connection._is_us() else {'GlobalTaxCalculation': 'NotApplicable'}),
            **self._currency_values(step, record),
        }

    def _body(self, step, record, body, snapshot):
        if 'TxnDate' in body:
            body['TxnDate'] = fields.Date.to_string(step.connection._open_day(record.date))
        if 'Line' in body:
            body['Line'] = lines.to_send(body['Line'], snapshot.get('Line'))
        return body

    def _truncated(self, step, record):
        return [] if record.state in ENDED else [('PrivateNote', self._note(record), NOTE_MAX)]

    def _number(self, step, record):
        """Return the payment's number where Odoo's numbers are sent; the end of it counts."""
        number = f'{record.name or ""}{step.link(record, self._entity).name_suffix or ""}'
        return number[-NUMBER_MAX:].lstrip('/-') or None if step.connection.doc_numbering == 'odoo' else None

    def _note(self, record):
        """Return what names the payment in QuickBooks."""
        note = self.env._("Payment %(number)s received in Odoo", number=record.name)
        return f'{note}: {record.memo}' if record.memo else note

    # === TO ODOO === #

    def _from_row(self, step, row):
        note = row.get('PrivateNote') or ''
        return {
            'CustomerRef': {'value': (row.get('CustomerRef') or {}).get('value')},
            'TxnDate': row.get('TxnDate'),
            'DocNumber': row.get('DocNumber') or None,
            'PrivateNote': (without_void(note) if is_void(row) else note) or None,
            'Line': lines.mapped(row.get('Line')),
            VOIDED: is_void(row),
            **({} if step.connection._is_us() else {'GlobalTaxCalculation': row.get('GlobalTaxCalculation')}),
            **self._currency_from(step, row),
        }

    def _snapshot(self, step, row):
        return {'Line': row.get('Line'), **open_amounts.moved(row)}

    def _apply_changes(self, step, record, changes):
        """The money came in as it came in: number, note and account may be others there, customer and void not.

        Another amount shows as a difference.
        """
        if changes.get('CustomerRef') or changes.get(VOIDED):
            raise UserError(
                self.env._(
                    "%s arrived in Odoo, and its credit memo was voided or given to another customer in QuickBooks. "
                    "Change the payment in Odoo instead: canceled, it is deleted there.",
                    record.display_name,
                )
            )

    def _figures(self, step, record, snapshot):
        if record.state in ENDED or snapshot.get('TotalAmt') is None:
            return
        yield Figure('total_credit', record.amount, snapshot['TotalAmt'], record.currency_id)
        if record.move_id:
            open_ = step.env['qbo.mapping.payment']._open_here(step, record.move_id)
            yield Figure('open', open_, snapshot.get('RemainingCredit', snapshot.get('Balance')), record.currency_id)
        yield from self._home_figure(step, record, snapshot, abs(record.amount_company_currency_signed))

    def _money_reason(self, step, record, snapshot, figure):
        if figure.name == 'open':
            return step.env['qbo.mapping.payment']._open_reason(step, record.move_id, figure)
        if figure.name == 'home':
            return super()._money_reason(step, record, snapshot, figure)
        return Reason('total_credit', {'qbo': figure.there, 'odoo': figure.here})

    # === WORDS === #

    def _mode_chosen(self, step, records):
        step.env['qbo.mapping.payment']._mode_chosen(step, records)  # what it settles is compared anew

    def _noun(self, step, record):
        return self.env._("Payment as credit memo")

    def _labels(self):
        return {**self.env['qbo.mapping.credit_memo']._labels(), 'PrivateNote': self.env._("memo")}
