"""Money that arrives in Odoo though customers pay in QuickBooks (posting mode Transaction): an online payment, a card.

QuickBooks gets it as a credit memo of that customer, which somebody applies to an invoice there (seed point-of-rental).
Then it comes back as credit that is applied (``qbo_application.py``), and the money of the payment settles the invoice
in Odoo. Odoo's books know the payment only: money against the receivable. QuickBooks' know the credit memo: the account
of its product against the receivable, which is why that product has a clearing account. When the money is on the bank
account, the deposit in QuickBooks is booked on the same account, and it is even again.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..qbo import lines
from ..qbo.values import VOIDED, is_void, without_void
from .account_payment import ENDED, POSTED
from .account_payment_values import NOTE_MAX
from .link.mixin import GROUP

MEMO = 'CreditMemo'
NUMBER_MAX = 21  # qbo-api 9.6


class AccountPayment(models.Model):
    _inherit = 'account.payment'

    qbo_to_apply = fields.Boolean(
        "To Be Applied in QuickBooks",
        compute='_compute_qbo_to_apply',
        search='_search_qbo_to_apply',
        compute_sudo=True,
        groups=GROUP,
        help="QuickBooks has this payment as a credit memo that is not, or not all, applied to invoices.",
    )

    qbo_is_memo = fields.Boolean(
        "Credit Memo in QuickBooks", compute='_compute_qbo_is_memo', compute_sudo=True, groups=GROUP
    )

    # === WHICH === #

    @api.depends('company_id', 'state')
    def _compute_qbo_is_memo(self):
        for payment in self:
            payment.qbo_is_memo = payment.with_company(payment.company_id)._qbo_is_memo()

    def _qbo_is_memo(self):
        """Return whether this payment is a credit memo in QuickBooks, or will be; of no record: what is spoken of."""
        if not self:
            return self.env.context.get('qbo_entity') == MEMO
        link = self.sudo().qbo_link_id
        if link:
            return link.entity == MEMO
        if self.env.context.get('qbo_entity') == 'Payment':
            return False  # it is just being taken from there
        connection = self.env['qbo.connection']._of_company(self.company_id)
        if not connection._keeps_receivables():
            return False
        return not self.sudo()._qbo_documents()  # else it was registered when Odoo still did that

    @api.model_create_multi
    def create(self, vals_list):
        """An entry of its own, also in an edition that does without: it is what settles the invoice."""
        connection = self.env['qbo.connection']._of_company(self.env.company)
        is_customers = any(vals.get('partner_type', 'customer') == 'customer' for vals in vals_list)
        if not (is_customers and connection._keeps_receivables()):
            return super().create(vals_list)
        own = self.with_context(force_payment_move=True)
        return super(AccountPayment, own).create(vals_list).with_env(self.env)

    def _get_outstanding_account(self, payment_type):
        """The entry that this mode asks for is booked where the payment method says, if it says so."""
        connection = self.env['qbo.connection']._of_company(self.company_id)
        own = connection._keeps_receivables() and self.outstanding_account_id
        return own or super()._get_outstanding_account(payment_type)

    # === TO BE APPLIED === #

    @api.depends('is_reconciled', 'state')
    @api.depends_context('company')
    def _compute_qbo_to_apply(self):
        for payment in self:
            link = payment.qbo_link_id
            is_memo = link.entity == MEMO and link._is_there() and link.error_fix != 'create_again'
            payment.qbo_to_apply = is_memo and payment.state in POSTED and not payment.is_reconciled

    def _search_qbo_to_apply(self, operator, value):
        if operator != 'in' or set(value) != {True}:
            return NotImplemented
        is_there = [('qbo_id', '!=', False), ('state', '!=', 'gone'), ('error_fix', '!=', 'create_again')]
        memos = self._qbo_linked_domain([('entity', '=', MEMO), *is_there])
        return memos & Domain('state', 'in', POSTED) & Domain('is_reconciled', '=', False)

    # === WHAT THE ENGINE ASKS === #

    def _qbo_entity(self):
        return MEMO if self._qbo_is_memo() else super()._qbo_entity()

    def _qbo_entities(self):
        return ('Payment',)  # an unknown credit memo is a credit note

    def _qbo_rank(self):
        return 10 if self._qbo_is_memo() else super()._qbo_rank()  # before what applies it; deleted after that

    def _qbo_names(self):
        return ('DocNumber', (MEMO,)) if self._qbo_is_memo() else super()._qbo_names()

    def _qbo_noun(self):
        return self.env._("Payment as credit memo") if self._qbo_is_memo() else super()._qbo_noun()

    def _qbo_labels(self):
        if not self._qbo_is_memo():
            return super()._qbo_labels()
        return {**self.env['account.move']._qbo_labels(), 'PrivateNote': self.env._("memo")}

    def _qbo_ending(self):
        ending = super()._qbo_ending()
        return 'delete' if ending and self.exists() and self._qbo_is_memo() else ending  # qbo-api 9.3: no void

    def _qbo_requires(self):
        if not self._qbo_is_memo():
            return super()._qbo_requires()
        return [self._qbo_customer(), self._qbo_memo_product()] if self.state in POSTED else []

    def _qbo_deposit_account(self):
        """Return True for a credit memo, which needs none."""
        return self._qbo_is_memo() or super()._qbo_deposit_account()

    def _qbo_problem(self):
        if not self._qbo_is_memo() or self.state not in POSTED:
            return super()._qbo_problem()
        if not self._qbo_memo_product():
            return 'product', self._qbo_no_product_text(), None
        connection = self.env['qbo.connection']._of_company(self.env.company)
        takes = connection._takes_currency(self.currency_id)
        return None if takes else ('currency', self._qbo_currency_text(), None)

    def _qbo_refers(self, values):
        return [] if self._qbo_is_memo() else super()._qbo_refers(values)

    def _qbo_touches(self, before, after):
        return set() if self._qbo_is_memo() else super()._qbo_touches(before, after)

    def _qbo_facts(self, values):
        if not self._qbo_is_memo():
            return super()._qbo_facts(values)
        return {'TotalAmt': values.get('TotalAmt'), 'Line': values.get('Line')}

    def _qbo_difference(self, facts):
        total = facts.get('TotalAmt')
        if not self._qbo_is_memo() or self.state in ENDED or total is None:
            return super()._qbo_difference(facts)
        if lines.cents(total) == lines.cents(self.amount):
            return None
        text = self.env._(
            "The credit memo in QuickBooks says %(qbo)s, and the payment in Odoo is %(odoo)s. Correct the credit memo.",
            qbo=self.currency_id.format(total),
            odoo=self.currency_id.format(self.amount),
        )
        return text, None

    # === VALUES === #

    def _qbo_values(self):
        if not self._qbo_is_memo():
            return super()._qbo_values()
        connection = self.env['qbo.connection']._of_company(self.env.company)
        note = self._qbo_memo_note()[:NOTE_MAX]
        code = 'NON' if connection._is_us() else None
        item = self._qbo_memo_product().qbo_id or None
        return {
            'CustomerRef': {'value': self._qbo_customer().qbo_id or None},
            'TxnDate': fields.Date.to_string(self.date),
            'DocNumber': self._qbo_memo_number(connection),
            'PrivateNote': note,
            'Line': [lines.sales(item, self.amount, *lines.price(self.amount, 1), description=note, tax_code=code)],
            VOIDED: self.state in ENDED,
            **({} if connection._is_us() else {'GlobalTaxCalculation': 'NotApplicable'}),
            **self._qbo_currency_values(),
        }

    def _qbo_mapped(self, values):
        if not self._qbo_is_memo():
            return super()._qbo_mapped(values)
        connection = self.env['qbo.connection']._of_company(self.env.company)
        note = values.get('PrivateNote') or ''
        mapped = {
            'CustomerRef': {'value': (values.get('CustomerRef') or {}).get('value')},
            'TxnDate': values.get('TxnDate'),
            'DocNumber': values.get('DocNumber') or None,
            'PrivateNote': (without_void(note) if is_void(values) else note) or None,
            'Line': lines.mapped(values.get('Line')),
            VOIDED: is_void(values),
        }
        if not connection._is_us():
            mapped['GlobalTaxCalculation'] = values.get('GlobalTaxCalculation')
        if connection._has_currencies():
            mapped['CurrencyRef'] = {'value': (values.get('CurrencyRef') or {}).get('value')}
            mapped['ExchangeRate'] = values.get('ExchangeRate') or 1.0
        return mapped

    def _qbo_body(self, body, facts):
        if not self._qbo_is_memo():
            return super()._qbo_body(body, facts)
        connection = self.env['qbo.connection']._of_company(self.env.company)
        if 'TxnDate' in body:
            body['TxnDate'] = fields.Date.to_string(connection._open_day(self.date))
        if 'Line' in body:
            body['Line'] = lines.to_send(body['Line'], facts.get('Line'))
        return body

    def _qbo_long(self):
        if not self._qbo_is_memo():
            return super()._qbo_long()
        return [] if self.state in ENDED else [('PrivateNote', self._qbo_memo_note(), NOTE_MAX)]

    # === QUICKBOOKS TO ODOO === #

    def _qbo_apply(self, values):
        """The money came in as it came in: number, note and account may be others there, customer and void not.

        Another amount shows as a difference.
        """
        if not self._qbo_is_memo() or not self:
            return super()._qbo_apply(values)
        if values.get('CustomerRef') or values.get(VOIDED):
            raise UserError(
                self.env._(
                    "%s arrived in Odoo, and its credit memo was voided or given to another customer in QuickBooks. "
                    "Change the payment in Odoo instead: cancelled, it is deleted there.",
                    self.display_name,
                )
            )
        return self

    def _qbo_end(self):
        """Keep the payment whose credit memo was deleted: its money is there."""
        return False if self._qbo_is_memo() else super()._qbo_end()

    # === SMALL FACTS === #

    def _qbo_memo_product(self):
        connection = self.env['qbo.connection']._of_company(self.env.company)
        return connection.memo_product_id.sudo(self.env.su)

    def _qbo_memo_number(self, connection):
        """Return the payment's number where Odoo's numbers are sent; the end of it counts."""
        number = f'{self.name or ""}{self.qbo_link_id.name_suffix or ""}'
        return number[-NUMBER_MAX:].lstrip('/-') or None if connection.doc_numbering == 'odoo' else None

    def _qbo_memo_note(self):
        """Return what names the payment in QuickBooks."""
        note = self.env._("Payment %(number)s received in Odoo", number=self.name)
        return f'{note}: {self.memo}' if self.memo else note

    def _qbo_no_product_text(self):
        return self.env._(
            "Customers pay in QuickBooks, so that this payment goes there as a credit memo, and that needs a product. "
            "Choose the product for payments in Odoo on the QuickBooks connection, page Billing: one whose account in "
            "QuickBooks is a clearing account."
        )
