from odoo import api, fields, models
from odoo.fields import Domain

from ..qbo import settlements
from ..qbo.values import VOIDED
from .link.link import ORIGINS
from .link.mixin import GROUP
from .lists.payment_method import CREDIT
from .lists.payment_method import NAME_MAX as METHOD_MAX
from .mapping.settlement import LINE

POSTED = ('in_process', 'paid')
ENDED = ('canceled', 'rejected')
REFERENCE_MAX = 21  # qbo-api 9.8
NOTED = frozenset(
    {
        'state',
        'amount',
        'date',
        'partner_id',
        'partner_type',
        'payment_type',
        'currency_id',
        'journal_id',
        'payment_method_line_id',
        'memo',
        'payment_reference',
        'qbo_account_credit',
    }
)


class AccountPayment(models.Model):
    """Money received from customers (qbo-api 9.8): fields and answers to the engine.

    What a payment looks like in QuickBooks stands in ``account_payment_values.py``, how QuickBooks' version is taken
    over in ``account_payment_apply.py``, what it settles in ``qbo_settlement.py``.
    """

    _name = 'account.payment'
    _inherit = ['account.payment', 'qbo.settlement']

    qbo_account_credit = fields.Boolean(
        "Account Credit",
        groups=GROUP,
        copy=False,
        help="A credit that the customer is given, not money that came in. QuickBooks gets it as a payment with the "
        f"payment method {CREDIT}.",
    )
    qbo_deposit_account_id = fields.Many2one(
        'qbo.reference',
        "QuickBooks Deposit-To Account",
        compute='_compute_qbo_deposit_account_id',
        store=True,
        readonly=False,
        domain="[('entity', '=', 'Account'), ('company_id', '=', company_id), "
        "('kind', 'in', ('Bank', 'Other Current Asset'))]",
        groups=GROUP,
        help="Where QuickBooks books the money. It follows the journal; a later change of the settings does not move "
        "what is booked.",
    )
    qbo_origin = fields.Selection(ORIGINS, "Created in", compute='_compute_qbo_origin', compute_sudo=True, groups=GROUP)

    # === WHAT THE ENGINE ASKS === #

    def _qbo_fields(self):
        return NOTED

    def _qbo_owner(self):
        return self.filtered(lambda payment: (payment.partner_type, payment.payment_type) == ('customer', 'inbound'))

    def _qbo_takes(self, values):
        return not settlements.is_application(values)

    def _qbo_domain(self):
        connection = self.env['qbo.connection']._of_company(self.env.company)
        return Domain(
            [
                ('partner_type', '=', 'customer'),
                ('payment_type', '=', 'inbound'),
                ('state', 'in', POSTED),
                ('date', '>=', connection.billing_start),
            ]
        )

    def _qbo_ending(self):
        if not self.exists():
            return 'delete'
        return 'void' if self.state in ENDED else None

    def _qbo_requires(self):
        if self.state not in POSTED:
            return []
        name = self._qbo_method_name()
        method = self._qbo_method()
        if name and not method:
            method = method.create({'name': name, 'company_id': self.company_id.id})
        documents = [move.origin_payment_id or move for move in self._qbo_documents()]
        return [self._qbo_customer(), *documents, *method]

    def _qbo_ready(self):
        if self.state == 'draft':
            return self.env._("It is a draft in Odoo. It is sent when it is confirmed.")
        if self.state in POSTED and not self.partner_id:
            return self.env._("It has no customer.")
        if self.state in POSTED and not self._qbo_deposit_account():
            return self.env._("QuickBooks needs a deposit-to account. Choose one on the connection or on the journal.")
        return self._qbo_closed_books() or self._qbo_held_documents()

    def _qbo_closed_books(self):
        """Return why the closed books of QuickBooks hold this payment back, or None (qbo-api 9.14)."""
        connection = self.env['qbo.connection']._of_company(self.env.company)
        link = self.qbo_link_id
        agreed = (link.base_qbo or {}).get('TxnDate')
        reason = connection._closed_books_reason(fields.Date.to_date(agreed) or connection._open_day(self.date))
        return reason if reason and self._qbo_plan()[2] else None

    def _qbo_problem(self):
        if self.state not in POSTED:
            return None
        connection = self.env['qbo.connection']._of_company(self.env.company)
        for code, is_wrong, sentence in (
            ('reference', len(self.payment_reference or '') > REFERENCE_MAX, self._qbo_reference_text),
            ('method', len(self._qbo_method_name() or '') > METHOD_MAX, self._qbo_method_text),
            ('currency', not connection._takes_currency(self.currency_id), self._qbo_currency_text),
            ('currency', self._qbo_has_other_currencies(), self._qbo_other_currencies_text),
            ('writeoff', self._qbo_is_overdrawn(), self._qbo_writeoff_text),
        ):
            if is_wrong:
                return code, sentence(), None
        return None

    def _qbo_written(self):
        moves = self.move_id | self.env['account.move'].union(*self._qbo_settled())
        return [self, moves, moves.line_ids]

    def _qbo_noun(self):
        return self.env._("Payment")

    def _qbo_labels(self):
        return {
            'CustomerRef': self.env._("customer"),
            'TotalAmt': self.env._("amount"),
            'TxnDate': self.env._("date"),
            'PaymentRefNum': self.env._("reference"),
            'PaymentMethodRef': self.env._("payment method"),
            'DepositToAccountRef': self.env._("deposited to"),
            'PrivateNote': self.env._("memo"),
            'CurrencyRef': self.env._("currency"),
            'ExchangeRate': self.env._("exchange rate"),
            LINE: self.env._("applied to"),
            VOIDED: self.env._("void"),
        }

    def _qbo_skips(self, values):
        connection = self.env['qbo.connection']._of_company(self.env.company)
        return connection._why_left_out(values, self._qbo_match)

    def _qbo_match(self, values):
        """The same customer, amount, date and reference; without a reference only what was there before billing."""
        connection = self.env['qbo.connection']._of_company(self.env.company)
        reference = values.get('PaymentRefNum')
        customer = self._qbo_linked('Customer', (values.get('CustomerRef') or {}).get('value'))
        if not customer or not (reference or connection._is_before_billing(values)):
            return self.browse()
        found = self.search(
            [
                ('company_id', '=', self.env.company.id),
                ('partner_type', '=', 'customer'),
                ('payment_type', '=', 'inbound'),
                ('state', 'in', POSTED),
                ('partner_id.commercial_partner_id', '=', customer.id),
                ('date', '=', values.get('TxnDate')),
                ('payment_reference', '=', reference or False),
            ]
        )
        total = values.get('TotalAmt') or 0.0
        same = found.filtered(lambda payment: not payment.currency_id.compare_amounts(payment.amount, total))
        return same.filtered(lambda payment: not payment.qbo_id)[:1]

    # === COMPUTE METHODS === #

    @api.depends('journal_id')
    def _compute_qbo_deposit_account_id(self):
        for payment in self:
            connection = self.env['qbo.connection']._of_company(payment.company_id)
            own = payment.journal_id.qbo_deposit_account_id
            payment.qbo_deposit_account_id = (own or connection.deposit_account_id) if connection else False

    @api.depends_context('company')
    def _compute_qbo_origin(self):
        for payment in self:
            payment.qbo_origin = payment.qbo_link_id.origin

    # === CRUD METHODS === #

    def unlink(self):
        self.sudo()._qbo_credits().unlink()
        return super().unlink()

    def write(self, vals):
        """The credits that a payment used in QuickBooks are open again with what it paid, on both sides."""
        result = super().write(vals)
        if vals.get('state') in ENDED:
            self.sudo()._qbo_credits().unlink()
        return result

    # === SENTENCES === #

    def _qbo_reference_text(self):
        return self.env._(
            "The payment reference %(reference)s has more than %(max)s characters, which is all that QuickBooks takes. "
            "Shorten it.",
            reference=self.payment_reference,
            max=REFERENCE_MAX,
        )

    def _qbo_method_text(self):
        return self.env._(
            "The payment method %(method)s has more than %(max)s characters, which is all that QuickBooks takes. "
            "Shorten it on the journal.",
            method=self._qbo_method_name(),
            max=METHOD_MAX,
        )

    def _qbo_currency_text(self):
        return self.env._(
            "It is in %s, and the QuickBooks company has only its home currency. Switch multicurrency on in "
            "QuickBooks, then refresh the lists on the connection.",
            self.currency_id.name,
        )

    def _qbo_other_currencies_text(self):
        return self.env._(
            "It pays a document in another currency than its own, which QuickBooks does not take. Register the payment "
            "in the currency of the document."
        )

    def _qbo_writeoff_text(self):
        return self.env._(
            "More is settled than the payment brings in: the rest is written off in Odoo, and QuickBooks has no such "
            "payments. Record what is written off as a credit note instead, and reconcile that with the invoice."
        )

    # === SMALL FACTS === #

    def _qbo_customer(self):
        return self.partner_id.commercial_partner_id

    def _qbo_linked(self, entity, qbo_id):
        """Return the Odoo record that is linked with an entity, empty where there is none."""
        connection = self.env['qbo.connection']._of_company(self.env.company)
        return self.env['qbo.link'].sudo()._record_of(connection, entity, qbo_id)

    def _qbo_method_name(self):
        """Return the payment method's name in QuickBooks, None where it says nothing."""
        return CREDIT if self.qbo_account_credit else self.payment_method_line_id._qbo_name()

    def _qbo_method(self):
        return self.env['qbo.payment.method']._qbo_named(self._qbo_method_name())

    def _qbo_has_other_currencies(self):
        return bool(self._qbo_documents().currency_id - self.currency_id)

    def _qbo_is_overdrawn(self):
        """Return whether the invoices in QuickBooks take more than payment and credit notes bring."""
        settled = self._qbo_settled()
        rest = self.amount + sum(move.direction_sign * settled[move] for move in self._qbo_documents())
        return self.currency_id.compare_amounts(rest, 0.0) < 0
