"""The switch *Billing* and what an administrator decides about documents."""

from datetime import datetime, time, timedelta, timezone

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ...qbo import text
from ...qbo.values import is_void
from .reason import Reason, declare

# Documents are looked for from this long before the start date on, because one may be dated after it was made.
DATED_AHEAD = timedelta(days=90)

PROBLEMS = ('number', 'lines', 'product', 'account', 'currency', 'tax', 'rounding')  # what a setting may fix

# Settings that documents with a problem may have waited for.
MENDING = frozenset(
    {
        'doc_numbering',
        'closed_books',
        'line_product_id',
        'deposit_product_id',
        'memo_product_id',
        'deposit_account_id',
        'preferences',
    }
)

_lt = LazyTranslate(__name__)
declare(
    {
        'closed_books': _lt(
            "The books of QuickBooks are closed up to %(date)s. Change its date, or open that period there; it is sent "
            "then."
        ),
        'skip_before_billing': _lt("Documents that were in QuickBooks before billing was switched on stay out."),
        'skip_void': _lt("Voided documents are not imported."),
    }
)


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    sync_billing = fields.Boolean(related='qbo_company_id.sync_billing', readonly=False, tracking=True)
    billing_start = fields.Date(
        "Documents From",
        compute='_compute_billing_start',
        precompute=True,
        store=True,
        readonly=False,
        tracking=True,
        help="Invoices, credit notes and payments of Odoo that are dated from this day on go to QuickBooks when "
        "billing is switched on. Where QuickBooks has one of the same number and amount, the two are linked instead.",
    )
    billing_since = fields.Datetime(
        related='qbo_company_id.billing_since', readonly=False, help="What QuickBooks had before stays out of Odoo."
    )
    doc_numbering = fields.Selection(
        [
            ('odoo', "Odoo's number is sent"),
            ('qbo', "QuickBooks gives its own number"),
            ('blank', "The number stays blank (custom transaction numbers)"),
        ],
        "Document Numbers",
        default='odoo',
        required=True,
        tracking=True,
        help="Whatever is chosen: a number typed in on the document itself goes first.",
    )
    automated_tax = fields.Boolean(
        "Automated Tax Calculation",
        tracking=True,
        help="QuickBooks calculates the tax of what Odoo sends; a difference shows on the document. Off: the tax is "
        "sent as billed.",
    )
    default_invoice_type = fields.Selection(
        [('qbo', "QuickBooks Online"), ('odoo', "Odoo only")],
        "New Invoices Are for",
        default='qbo',
        required=True,
        tracking=True,
    )
    take_invoices_as = fields.Selection(
        [('posted', "Posted invoices"), ('draft', "Drafts, for somebody to post")],
        "QuickBooks' Invoices Become",
        default='posted',
        required=True,
        tracking=True,
    )
    closed_books = fields.Selection(
        [('hold', "Hold it back and say so"), ('move', "Use the first open day")],
        "New Document in Closed Books",
        default='hold',
        required=True,
        tracking=True,
        help="What happens to a new document whose date lies in a period that is closed on the other side: in "
        "QuickBooks by its closing date, in Odoo by a lock date.",
    )
    deposit_account_id = fields.Many2one(
        related='qbo_company_id.deposit_account_id',
        readonly=False,
        domain="[('qbo_company_id', '=', qbo_company_id), ('entity', '=', 'Account'), "
        "('kind', 'in', ('Bank', 'Other Current Asset'))]",
        help="Where QuickBooks books payments that Odoo sends, for example Undeposited Funds or Checking. A journal "
        "can have an account of its own.",
    )
    payment_journal_id = fields.Many2one(
        'account.journal',
        "Journal of QuickBooks' Payments",
        check_company=True,
        domain="[('company_id', '=', company_id), ('type', 'in', ('bank', 'cash'))]",
        help="Where Odoo books payments that come from QuickBooks, unless a journal has their deposit-to account.",
    )
    discount_account_id = fields.Many2one(
        related='qbo_company_id.discount_account_id',
        readonly=False,
        domain="[('qbo_company_id', '=', qbo_company_id), ('entity', '=', 'Account'), ('kind', '=', 'Income')]",
        help="Where QuickBooks books discounts on a whole invoice. Empty: QuickBooks' own default.",
    )
    line_product_id = fields.Many2one(
        'product.product',
        "Product for Lines without One",
        check_company=True,
        domain="[('sale_ok', '=', True)]",
        help="QuickBooks needs a product or service on every line. This one is sent for lines that have none.",
    )
    deposit_product_id = fields.Many2one(
        'product.product',
        "Product for Down Payments",
        check_company=True,
        domain="[('sale_ok', '=', True)]",
        help="Sent for lines without a product that Odoo books on a liability: down payments and deposits. Choose one "
        "whose account in QuickBooks is that liability, so that they are no income there either.",
    )
    memo_product_id = fields.Many2one(
        'product.product',
        "Product for Payments in Odoo",
        check_company=True,
        domain="[('sale_ok', '=', True)]",
        help="Where customers pay in QuickBooks (posting mode Transaction), money that arrives in Odoo all the same "
        "goes there as a credit memo with this product. Choose one whose account in QuickBooks is a clearing account: "
        "the credit memo debits it, and the bank deposit of that money credits it again.",
    )

    def _compute_billing_start(self):
        """The day on which a connection is made. It depends on nothing: what was chosen stays."""
        for connection in self:
            connection.billing_start = connection._today()

    def write(self, vals):
        result = super().write(vals)
        if not MENDING.isdisjoint(vals):
            self._retry_problems()
        return result

    # === ACTION METHODS === #

    def action_switch_on_billing(self):
        """Synchronize documents from now on, and send what Odoo has from the start date on."""
        self.ensure_one()
        self._check_may('write')
        self._check_connected()
        for is_set, message in self._billing_needs():
            if not is_set:
                raise UserError(message)
        self._switch_on('sync_billing', 'documents', billing_since=fields.Datetime.now())
        return self._toast(self.env._("Documents are being compared. You can go on working."))

    def action_switch_off_billing(self):
        """Leave documents alone from now on, in both directions. Links are kept."""
        self.ensure_one()
        self._check_may('write')
        self.sudo().sync_billing = False
        return True

    def _billing_needs(self):
        """Return ``[(is it there, what to do otherwise)]`` of what documents cannot do without."""
        return [
            (self.sync_customers and self.sync_products, self.env._("Switch on customers and products first.")),
            (self.billing_start, self.env._("Choose from which date on documents are sent (Documents From).")),
            (self.deposit_account_id, self.env._("Choose the deposit-to account first: payments need one.")),
            (self.payment_journal_id, self.env._("Choose the journal for payments that come from QuickBooks first.")),
        ]

    # === BUSINESS METHODS === #

    def _keeps_receivables(self):
        """Return whether customers pay in QuickBooks: documents go there, and what pays them comes from there."""
        return self.posting_mode == 'transaction' and self.sync_billing

    def _retry_problems(self):
        """Look again at what is held back or has a problem of Odoo's own: it may be fixed now."""
        models = ('account.move', 'account.payment', 'qbo.application', 'product.product')
        self.env['qbo.link']._recheck(self, models, PROBLEMS)

    def _has_currencies(self):
        """Return whether the QuickBooks company uses more than its home currency."""
        return bool(self._preference('CurrencyPrefs', 'MultiCurrencyEnabled', False))

    def _takes_currency(self, currency):
        """Return whether QuickBooks takes documents in a currency of Odoo's."""
        home = self._home_currency() or self.company_id.currency_id.name
        return currency.name == home or self._has_currencies()

    def _closed_books_reason(self, day):
        """Return the reason why QuickBooks takes no change of a document of this day, or None (qbo-api 9.14)."""
        closed = self._book_close_date()
        if not closed or day > closed:
            return None
        return Reason('closed_books', {'date': fields.Date.to_string(closed)})

    def _open_day(self, day):
        """Return the day that a new document gets in QuickBooks: the first open one, where that is the rule."""
        closed = self._book_close_date()
        return closed + timedelta(days=1) if closed and day <= closed and self.closed_books == 'move' else day

    def _check_locked(self, locked):
        """Refuse what falls into a period that Odoo has locked, unless it may be booked on the first open day.

        :param locked: what Odoo's ``_get_violated_lock_dates`` returned
        :raise UserError: with the day up to which Odoo is locked
        """
        if locked and self.closed_books == 'hold':
            raise UserError(
                self.env._(
                    "Its date lies in a period that is locked in Odoo up to %s. Change the lock date, or the date in "
                    "QuickBooks.",
                    locked[-1][0],
                )
            )

    def _why_left_out(self, rows, match, since=None):
        """Return ``{id: reason}`` of the documents of QuickBooks that are not taken.

        :param rows: the entities as QuickBooks sent them
        :param match: ``match(rows)`` gives ``{id: the document of Odoo that it surely is}``
        :param since: when their kind was switched on, billing unless it is given
        """
        old = [row for row in rows if self._is_before_billing(row, since)]
        matches = match(old) if old else {}
        reasons = {row['Id']: Reason('skip_void') for row in rows if is_void(row)}
        return reasons | {row['Id']: Reason('skip_before_billing') for row in old if row['Id'] not in matches}

    def _is_before_billing(self, values, since=None):
        """Return whether an entity was in QuickBooks before billing was switched on.

        :param dict values: the entity as QuickBooks sent it
        :param since: when another kind was switched on
        """
        since = since or self.billing_since
        created = (values.get('MetaData') or {}).get('CreateTime')
        if not created or not since:
            return False
        return text.parse_time(created) <= since.replace(tzinfo=timezone.utc)

    @api.model
    def _import_since(self, schedule):
        """Return from when on an import looks for documents (aware UTC); None: everything, as for name lists."""
        if schedule.name != 'documents':
            return None
        connection = schedule.connection_id
        days = [connection.billing_start] if connection.sync_billing else []
        days += [connection.purchases_start] if connection.sync_purchases else []
        start = datetime.combine(min(days or [connection.billing_start]), time(), timezone.utc)
        return start - DATED_AHEAD
