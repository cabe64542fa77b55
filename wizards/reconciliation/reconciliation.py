from datetime import timedelta

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ...models.connection.messages import sentence
from ...qbo import errors

PERIODS = [
    ('last_month', "Last month"),
    ('this_month', "This month"),
    ('last_quarter', "Last quarter"),
    ('fiscal_year', "This fiscal year"),
    ('custom', "Custom"),
]
COMPARED = frozenset({'company_id', 'date_from', 'date_to'})
"""What the figures depend on."""


class QboReconciliation(models.Model):
    """The proof: the trial balance of Odoo against the one of QuickBooks, account by account, to the cent.

    Whoever may see all of the books makes one and keeps it. It reads QuickBooks and writes nothing there. How both
    sides are compared stands in ``qbo_reconciliation_compare.py``.
    """

    _name = 'qbo.reconciliation'
    _inherit = ['qbo.guard']
    _description = "QuickBooks Reconciliation"
    _check_company_auto = True
    _order = 'date_to desc, id desc'

    PRINTED_ITEMS = 50
    """So many journal items of one reason are printed; the spreadsheet has all of them."""

    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    period = fields.Selection(PERIODS, required=True, default='last_month')
    date_from = fields.Date("From", compute='_compute_dates', store=True, readonly=False, required=True)
    date_to = fields.Date("To", compute='_compute_dates', store=True, readonly=False, required=True)
    state = fields.Selection(
        [('draft', "Not compared"), ('agrees', "Agrees"), ('differs', "Differs")],
        default='draft',
        required=True,
        readonly=True,
        copy=False,
    )
    year_start = fields.Date(
        "Fiscal Year From", readonly=True, copy=False, help="Income and expenses are counted from this day on."
    )
    qbo_company_name = fields.Char("QuickBooks Company", readonly=True, copy=False)
    compared_at = fields.Datetime("Compared", readonly=True, copy=False)
    compared_by_id = fields.Many2one('res.users', readonly=True, copy=False)
    line_ids = fields.One2many('qbo.reconciliation.line', 'reconciliation_id', "Accounts", readonly=True)
    only_differences = fields.Boolean("Differences Only", help="Leave out the accounts that agree.")
    shown_line_ids = fields.One2many('qbo.reconciliation.line', compute='_compute_shown_line_ids', string="Account")
    summary = fields.Char(compute='_compute_summary')
    remark = fields.Char(compute='_compute_summary')

    # === COMPUTE METHODS === #

    @api.depends('period', 'company_id')
    def _compute_dates(self):
        for report in self:
            report.date_from, report.date_to = report._period_dates() or (report.date_from, report.date_to)

    @api.depends('date_from', 'date_to')
    def _compute_display_name(self):
        for report in self:
            days = (format_date(self.env, day) for day in (report.date_from, report.date_to) if day)
            report.display_name = " – ".join(days) or self.env._("Reconciliation")

    @api.depends('line_ids.verdict', 'only_differences')
    def _compute_shown_line_ids(self):
        for report in self:
            shown = report.line_ids
            if report.only_differences:
                shown = shown.filtered(lambda line: line.verdict != 'agrees')
            report.shown_line_ids = shown

    @api.depends('line_ids.verdict', 'state')
    def _compute_summary(self):
        for report in self:
            counts = report.line_ids.grouped('verdict')
            report.summary, report.remark = report._in_words({key: len(lines) for key, lines in counts.items()})

    @api.onchange('date_from', 'date_to')
    def _onchange_dates(self):
        if self._period_dates() != (self.date_from, self.date_to):
            self.period = 'custom'

    # === CONSTRAINT METHODS === #

    @api.constrains('date_from', 'date_to')
    def _check_dates(self):
        if any(report.date_from > report.date_to for report in self):
            raise ValidationError(self.env._("The period has to end after it begins."))

    # === CRUD METHODS === #

    def write(self, vals):
        """Figures are those of one period: with another one they are gone until it is compared."""
        before = {report: [report[name] for name in COMPARED] for report in self}
        result = super().write(vals)
        changed = self.filtered(lambda report: [report[name] for name in COMPARED] != before[report])
        if stale := changed.filtered('compared_at'):
            stale._forget()
        return result

    def _forget(self):
        self.sudo().line_ids.unlink()
        self.sudo().write({'state': 'draft', 'compared_at': False, 'compared_by_id': False})

    # === ACTION METHODS === #

    def action_compare(self):
        """Read the trial balance of QuickBooks, before the period and at its end, and compare. Calls QuickBooks.

        :raise UserError: QuickBooks cannot be asked, or keeps its books in another currency
        """
        self.ensure_one()
        self._check_may('write')
        connection = self._connection()
        try:
            self._compare(connection)
        except (errors.QboError, ValueError) as error:
            text = sentence(self.env, error) if isinstance(error, errors.QboError) else str(error)
            raise UserError(self.env._("QuickBooks' trial balance cannot be read: %s", text)) from error
        return True

    def action_print(self):
        """Print the report."""
        self._check_may('read')
        return self.env.ref('quickbooks_online.qbo_reconciliation_report').report_action(self)

    def action_xlsx(self):
        """Download the report as a spreadsheet."""
        self.ensure_one()
        self._check_may('read')
        return {
            'type': 'ir.actions.act_url',
            'url': f'/quickbooks_online/reconciliation/{self.id}.xlsx',
            'target': 'download',
        }

    # === SMALL FACTS === #

    def _connection(self):
        """Return the connection of this company, as superuser.

        :raise UserError: there is none that QuickBooks can be asked with, or the currencies differ
        """
        connection = self.env['qbo.connection']._of_company(self.company_id)
        connection._check_connected()
        home, ours = connection._home_currency(), self.company_id.currency_id.name
        if home and home != ours:
            raise UserError(
                self.env._(
                    "QuickBooks keeps its books in %(home)s, and Odoo in %(ours)s: the balances cannot be compared.",
                    home=home,
                    ours=ours,
                )
            )
        return connection

    def _period_dates(self):
        """Return the first and the last day of the period that is chosen, None where it is free."""
        connection = self.env['qbo.connection']._of_company(self.company_id)
        today = connection._today()
        month = today.replace(day=1)
        quarter = month - relativedelta(months=(month.month - 1) % 3)
        year = connection._fiscal_year_start(today) if connection else today.replace(month=1, day=1)
        return {
            'last_month': (month - relativedelta(months=1), month - timedelta(days=1)),
            'this_month': (month, today),
            'last_quarter': (quarter - relativedelta(months=3), quarter - timedelta(days=1)),
            'fiscal_year': (year, today),
        }.get(self.period)

    def _in_words(self, counts):
        """Return what came out in a sentence, and what is beside it, in words or False.

        :param dict counts: how many accounts have which verdict
        """
        agrees, differs = counts.get('agrees', 0), counts.get('differs', 0) + counts.get('earlier', 0)
        text = self.env._("%(number)s of %(all)s mapped accounts differ.", number=differs, all=agrees + differs)
        if not differs:
            text = self.env._("All %s mapped accounts agree to the cent.", agrees)
        beside = (
            ('earlier', self.env._("Different from before this period only: %s.", counts.get('earlier'))),
            ('not_mapped', self.env._("Accounts of Odoo without one in QuickBooks: %s.", counts.get('not_mapped'))),
            ('qbo_only', self.env._("Accounts in QuickBooks only: %s.", counts.get('qbo_only'))),
        )
        remark = " ".join(sentence_ for verdict, sentence_ in beside if counts.get(verdict))
        return (text, remark or False) if self.state != 'draft' else (False, False)
