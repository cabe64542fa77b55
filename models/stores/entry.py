from odoo import api, fields, models

from ...qbo.lines import cents
from .store import ACCOUNTANTS

BLOCKED = ('account', 'class', 'partner', 'currency')


class QboEntry(models.Model):
    """A journal entry in QuickBooks: what one store booked on one day, or the difference to what was sent before.

    Its items never change, so neither does the entry: what is booked later goes out with another one. What it is there
    says its mapping (``mapping/journal_entry.py``).
    """

    _name = 'qbo.entry'
    _inherit = 'qbo.mixin'
    _description = "QuickBooks Journal Entry"
    _check_company_auto = True
    _order = 'id desc'

    store_id = fields.Many2one('qbo.store', required=True, ondelete='restrict', index=True, readonly=True)
    qbo_company_id = fields.Many2one('qbo.company', required=True, ondelete='cascade', index=True, readonly=True)
    company_id = fields.Many2one(related='store_id.company_id', store=True, index=True)
    date = fields.Date(required=True, index=True, readonly=True)
    kind = fields.Selection(
        [('batch', "End of day"), ('document', "Invoice"), ('card', "Card deposits")], required=True, readonly=True
    )
    title = fields.Char(readonly=True, help="What it is about, where that is not the whole day.")
    part = fields.Integer(default=1, readonly=True)
    parts = fields.Integer(default=1, readonly=True)
    is_empty = fields.Boolean(readonly=True, help="What it holds adds up to nothing: QuickBooks never hears of it.")
    item_ids = fields.One2many('qbo.entry.item', 'entry_id', "Journal Items", readonly=True)
    number = fields.Char(compute='_compute_number')
    total = fields.Monetary(compute='_compute_total', currency_field='currency_id')
    currency_id = fields.Many2one(related='company_id.currency_id')

    # === COMPUTE METHODS === #

    @api.depends('store_id.name', 'date', 'title', 'part', 'parts')
    def _compute_display_name(self):
        for entry in self:
            words = [entry.title, entry.store_id.name, fields.Date.to_string(entry.date)]
            name = ", ".join(filter(None, words))
            entry.display_name = f'{name} ({entry.part}/{entry.parts})' if entry.parts > 1 else name

    def _compute_number(self):
        for entry in self:
            entry.number = entry.qbo_link_id.sent_as or entry._own_number()

    @api.depends('item_ids.balance')
    def _compute_total(self):
        for entry in self:
            entry.total = sum(max(amount, 0) for amount in entry._sums().values()) / 100

    # === ACTION METHODS === #

    def _check_may(self, operation):
        """Entries are nobody's to write. Accountants and administrators decide about them."""
        if operation == 'write' and not any(map(self.env.user.has_group, ACCOUNTANTS)):
            self.connection_id._check_may('write')
        return super()._check_may('read')

    def _action_show(self):
        """Return the action that shows these entries."""
        action = self.env['ir.actions.act_window']._for_xml_id('quickbooks_online.qbo_entry_action')
        action['context'] = {}
        if len(self) == 1:
            return {**action, 'res_id': self.id, 'views': [(False, 'form')], 'view_mode': 'form'}
        return {**action, 'domain': [('id', 'in', self.ids)]}

    # === BUSINESS METHODS === #

    def _own_number(self):
        """Return the number under which QuickBooks gets this entry, where it was not sent under another."""
        return f'OD-{self.id:07d}'

    def _sums(self):
        """Return ``{(account, partner, class, tax): cents}`` of what is not nothing: one line of the entry each."""
        sums = {}
        for item in self.item_ids:
            key = item.account_id, item.partner_id, item.class_id, item.tax_id
            sums[key] = sums.get(key, 0) + cents(item.balance)
        ordered = sorted(sums.items(), key=lambda pair: (pair[1] < 0, [record.id or 0 for record in pair[0]]))
        return {key: amount for key, amount in ordered if amount}

    @api.model
    def _retry_blocked(self, connection):
        """Look again at the entries that wait for a setting."""
        self.env['qbo.link']._recheck(connection, [self._name], BLOCKED)
