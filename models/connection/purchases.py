"""The switch *Purchases* and what an administrator decides about vendors and bills."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

DIRECTIONS = [
    ('two_way', "Both ways"),
    ('odoo', "Odoo to QuickBooks only"),
    ('qbo', "QuickBooks to Odoo only"),
]
DIRECTION_HELP = (
    "Odoo to QuickBooks only: what is changed in QuickBooks is not applied; the record shows both versions until "
    "somebody decides. QuickBooks to Odoo only: nothing is sent, and what changes in Odoo waits. Where the connection "
    "as a whole goes one way, that holds here too."
)
DIRECTED = frozenset({'vendor_direction', 'bill_direction', 'bill_payment_direction'})
COMPANY_PAID = 'company_account'
"""What the app Expenses calls an expense that the company's money paid."""
MENDING = frozenset({'bill_account_id', 'payable_account_id'})
"""Settings that bills with a problem may have waited for."""


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    sync_purchases = fields.Boolean(related='qbo_company_id.sync_purchases', readonly=False, tracking=True)
    purchases_start = fields.Date(
        "Purchases From",
        compute='_compute_purchases_start',
        precompute=True,
        store=True,
        readonly=False,
        tracking=True,
        help="Bills and vendor credits of Odoo that are dated from this day on go to QuickBooks when purchases are "
        "switched on. Where QuickBooks has one of the same vendor, number and amount, the two are linked instead.",
    )
    vendor_direction = fields.Selection(
        DIRECTIONS, "Vendors", default='two_way', required=True, tracking=True, help=DIRECTION_HELP
    )
    bill_direction = fields.Selection(
        DIRECTIONS, "Bills and Vendor Credits", default='two_way', required=True, tracking=True, help=DIRECTION_HELP
    )
    bill_payment_direction = fields.Selection(
        DIRECTIONS, "Payments of Bills", default='two_way', required=True, tracking=True, help=DIRECTION_HELP
    )
    purchases_since = fields.Datetime(
        related='qbo_company_id.purchases_since', readonly=False, help="What QuickBooks had before stays out of Odoo."
    )
    take_bills_as = fields.Selection(
        [('posted', "Posted bills"), ('draft', "Drafts, for somebody to post")],
        "QuickBooks' Bills Become",
        default='posted',
        required=True,
        tracking=True,
    )
    take_expenses_as = fields.Selection(
        [
            ('receipt', "Paid receipts"),
            ('entry', "Journal entries"),
            ('none', "Nothing: they stay in QuickBooks"),
        ],
        "QuickBooks' Expenses Become",
        default='receipt',
        required=True,
        tracking=True,
        help="Expenses, checks and charges of a credit card, which QuickBooks has with their money. Credits on a "
        "credit card become journal entries also where the others become receipts: Odoo has no receipts of money "
        "back. What Odoo sent is kept in sync in each case.",
    )
    bill_account_id = fields.Many2one(
        'account.account',
        "Account for Other Expenses",
        check_company=True,
        domain="[('account_type', 'in', ('expense', 'expense_direct_cost', 'expense_other'))]",
        help="Where Odoo books lines of QuickBooks' bills whose account is mapped to none of Odoo's. Empty: such a "
        "bill waits until its account is mapped.",
    )
    payable_account_id = fields.Many2one(
        related='qbo_company_id.payable_account_id',
        readonly=False,
        domain="[('qbo_company_id', '=', qbo_company_id), ('entity', '=', 'Account'), "
        "('kind', '=', 'Accounts Payable')]",
        help="Where QuickBooks books what Odoo's bills owe. Empty: its own account for that. Bills in another currency "
        "are always booked on QuickBooks' account for that currency.",
    )

    def _compute_purchases_start(self):
        """The day on which a connection is made, as for documents. It depends on nothing: what was chosen stays."""
        for connection in self:
            connection.purchases_start = connection._today()

    def write(self, vals):
        result = super().write(vals)
        if not MENDING.isdisjoint(vals):
            self._retry_problems()
            self._retry_refused()
        if not DIRECTED.isdisjoint(vals):
            self.env['qbo.link']._recheck(self, ('res.partner', 'account.move', 'account.payment'), ('comes_',))
        return result

    # === ACTION METHODS === #

    def action_switch_on_purchases(self):
        """Synchronize vendors and bills from now on, and send what Odoo has from the start date on."""
        self.ensure_one()
        self._check_may('write')
        self._check_connected()
        for is_set, message in self._purchases_needs():
            if not is_set:
                raise UserError(message)
        self._switch_on('sync_purchases', 'documents', purchases_since=fields.Datetime.now())
        return self._toast(self.env._("Vendors and bills are being compared. You can go on working."))

    def action_switch_off_purchases(self):
        """Leave vendors and bills alone from now on, in both directions. Links are kept."""
        self.ensure_one()
        self._check_may('write')
        self.sudo().sync_purchases = False
        return True

    def _company_paid(self):
        """Return the domain of the journal entries of what employees paid with the company's money (``account.move``).

        From the start date on, and posted; of none where the app Expenses is not installed.
        """
        if 'expense_ids' not in self.env['account.move']._fields:
            return Domain.FALSE
        return (
            Domain('move_type', '=', 'entry')
            & Domain('state', '=', 'posted')
            & Domain('date', '>=', self.purchases_start)
            & Domain('expense_ids.payment_mode', '=', COMPANY_PAID)
        )

    def _purchases_needs(self):
        """Return ``[(is it there, what to do otherwise)]`` of what bills cannot do without."""
        return [
            (self.sync_customers and self.sync_products, self.env._("Switch on customers and products first.")),
            (self.purchases_start, self.env._("Choose from which date on bills are sent (Purchases From).")),
            (self.expense_account_id, self.env._("Choose the default expense account first: what is bought needs it.")),
        ]
