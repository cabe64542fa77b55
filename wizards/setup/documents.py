"""Which documents of Odoo go to QuickBooks at first: how many each choice means, and what it makes of open balances."""

from collections import namedtuple

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

STARTS = [
    ('all', "All that exist"),
    ('date', "Those from a date on"),
    ('new', "Only new ones, from today on"),
]
Span = namedtuple('Span', 'invoices credits payments goes stays')

CELL = Markup('<td class="text-end">%s</td>')
ROW = Markup('<tr class="%s"><td>%s</td>%s</tr>')
TABLE = Markup('<table class="table table-sm w-auto"><thead><tr><th></th>%s</tr></thead><tbody>%s</tbody></table>')
HEAD = Markup('<th class="text-end">%s</th>')


class QboSetup(models.Model):
    _inherit = 'qbo.setup'

    start_choice = fields.Selection(STARTS, "Documents That Go to QuickBooks", required=True, default='all')
    start_date = fields.Date()
    start_table = fields.Html(compute='_compute_start_table', sanitize=False)
    receivable_text = fields.Char(compute='_compute_start_table')

    @api.model_create_multi
    def create(self, vals_list):
        """A connection that synchronizes documents already keeps the day from which it does."""
        setups = super().create(vals_list)
        for setup in setups.filtered('connection_id.sync_billing'):
            setup.write({'start_choice': 'date', 'start_date': setup.billing_start})
        return setups

    def write(self, vals):
        result = super().write(vals)
        if not {'start_choice', 'start_date'}.isdisjoint(vals):
            for setup in self:
                setup._choose_start()
        return result

    def _choose_start(self):
        """Have the connection send the documents that were chosen."""
        day = self._start_of(self.start_choice)
        if day and self.connection_id.billing_start != day:
            self.connection_id.billing_start = day

    def _start_of(self, choice):
        """Return the first day of a choice; False where none is chosen yet."""
        if choice == 'all':
            return self.sudo()._oldest_year()
        return self.start_date if choice == 'date' else self.connection_id._today()

    def _oldest_year(self):
        """Return the first day of the year of the oldest document of customers, a draft too; of this year: none."""
        oldest = [self.connection_id._today()]
        for model, date, domain in (
            ('account.move', 'invoice_date', [('move_type', 'in', ('out_invoice', 'out_refund', 'out_receipt'))]),
            ('account.payment', 'date', [('partner_type', '=', 'customer')]),
        ):
            own = [('company_id', '=', self.company_id.id), (date, '!=', False), *domain]
            oldest += self.env[model].search(own, order=f'{date}, id', limit=1).mapped(date)
        return min(oldest).replace(month=1, day=1)

    def _check_start(self):
        """Refuse to go on without the day from which documents go.

        :raise UserError: none is chosen
        """
        if not self._start_of(self.start_choice):
            raise UserError(self.env._("Choose from which date on documents are sent."))
        self._choose_start()

    @api.depends('start_choice', 'start_date', 'step')
    def _compute_start_table(self):
        self.start_table = self.receivable_text = False
        for setup in self.filtered(lambda setup: setup.step == 'kinds'):
            setup.start_table = setup._start_rows()
            setup.receivable_text = setup._receivable_text()

    def _start_rows(self):
        """Return the table of the choices: how many documents of each kind go, and what is open of them."""
        currency, rows = self.company_id.currency_id, Markup()
        for choice, name in self._fields['start_choice']._description_selection(self.env):
            day = self._start_of(choice)
            if choice == 'date' and day:
                name = self.env._("Those from %s on", format_date(self.env, day))
            span = self.sudo()._span(day) if day else None
            values = (*span[:3], currency.format(span.goes), currency.format(span.stays)) if span else ("–",) * 5
            chosen = 'table-active fw-bold' if choice == self.start_choice else ''
            rows += ROW % (chosen, name, Markup().join(CELL % value for value in values))
        heads = (
            self.env._("Invoices"),
            self.env._("Credit notes"),
            self.env._("Payments"),
            self.env._("Open balance that goes"),
            self.env._("Open balance kept in Odoo only"),
        )
        return TABLE % (Markup().join(HEAD % head for head in heads), rows)

    def _span(self, day):
        """Return the numbers of documents from a day on, and what is open to customers from then and from before."""
        own = Domain('company_id', '=', self.company_id.id)
        moves = own & Domain('state', '=', 'posted') & Domain('invoice_date', '>=', day)
        moves &= Domain('qbo_invoice_type', '=', 'qbo') & Domain('move_type', 'in', ('out_invoice', 'out_refund'))
        counts = dict(self.env['account.move']._read_group(moves, ['move_type'], ['__count']))
        paid = own & Domain('partner_type', '=', 'customer') & Domain('payment_type', '=', 'inbound')
        paid &= Domain('state', 'in', ('in_process', 'paid')) & Domain('date', '>=', day)
        items = own & Domain('parent_state', '=', 'posted') & Domain('account_type', '=', 'asset_receivable')
        goes, stays = (
            self.env['account.move.line']._read_group(items & when, [], ['amount_residual:sum'])[0][0] or 0.0
            for when in (Domain('date', '>=', day), Domain('date', '<', day))
        )
        return Span(
            counts.get('out_invoice', 0),
            counts.get('out_refund', 0),
            self.env['account.payment'].search_count(paid),
            goes,
            stays,
        )

    def _receivable_text(self):
        """Return what customers owe on both sides now, as far as the comparison read it."""
        here = self.sudo()._span(fields.Date.to_date('1900-01-01')).goes
        lines = (
            self.env['qbo.match']
            .sudo()
            .search([('connection_id', '=', self.connection_id.id), ('kind', '=', 'customer'), ('qbo_id', '!=', False)])
        )
        there = sum((line['values'] or {}).get('Balance') or 0 for line in lines)
        currency = self.company_id.currency_id
        return self.env._(
            "Customers owe %(here)s in Odoo now, and %(there)s in QuickBooks (customers that are not linked yet). A "
            "document that both sides have, with the same number and amount, is linked and not added; what only "
            "QuickBooks has stays there.",
            here=currency.format(here),
            there=currency.format(there),
        )
