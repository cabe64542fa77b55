"""Purchases in the setup: their settings, what the first run makes of vendors and bills, and taking that back."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.mapping.step import Step

OF_MONEY = ('bank', 'cash', 'credit')
"""Types of the journals that vendors are paid from."""
PAID_FROM = ('Bank', 'Credit Card')


class QboMatch(models.Model):
    _inherit = 'qbo.match'

    @api.model
    def _kinds(self, connection):
        """Vendors also where the setup is about to switch purchases on."""
        setup = self.env['qbo.setup'].sudo().search([('connection_id', '=', connection.id)])
        kinds = super()._kinds(connection)
        return [*kinds, 'vendor'] if setup.want_purchases and 'vendor' not in kinds else kinds


class QboSetupItem(models.Model):
    _inherit = 'qbo.setup.item'

    connection_id = fields.Many2one(related='setup_id.connection_id')


class QboSetupJournal(models.Model):
    """A journal that vendors are paid from, and which account that is in QuickBooks."""

    _name = 'qbo.setup.journal'
    _inherit = ['qbo.guard']
    _description = "QuickBooks Setup: Journal"
    _order = 'setup_id, id'

    setup_id = fields.Many2one('qbo.setup', required=True, ondelete='cascade', index=True, readonly=True)
    qbo_company_id = fields.Many2one(related='setup_id.qbo_company_id')
    journal_id = fields.Many2one('account.journal', "Odoo's Journal", required=True, readonly=True, ondelete='cascade')
    name = fields.Char("Journal", related='journal_id.name', related_sudo=True)
    account_id = fields.Many2one(
        'qbo.reference',
        "Account in QuickBooks",
        compute='_compute_account_id',
        inverse='_inverse_account_id',
        compute_sudo=True,
        domain=f"[('qbo_company_id', '=', qbo_company_id), ('entity', '=', 'Account'), ('kind', 'in', {PAID_FROM})]",
    )
    note = fields.Char("If Empty", compute='_compute_note', compute_sudo=True)

    @api.depends('journal_id.qbo_paid_from_id')
    def _compute_account_id(self):
        for row in self:
            row.account_id = row.journal_id.qbo_paid_from_id

    def _inverse_account_id(self):
        """A QuickBooks administrator may have no rights on journals."""
        self._check_may('write')
        for row in self:
            row.sudo().journal_id.qbo_paid_from_id = row.account_id

    @api.depends('account_id')
    def _compute_note(self):
        for row in self:
            step = Step(row.setup_id.connection_id)
            other = row.journal_id._qbo_paid_from(step).filtered(lambda account: account.kind in PAID_FROM)
            waits = self.env._("What is paid from it waits.")
            row.note = False if row.account_id else other.name or waits

    def _suggestion(self):
        """Return the account of QuickBooks that a journal stands for, surely: it has the same name."""
        names = {name.casefold().strip() for name in (self.name, self.journal_id.default_account_id.name) if name}
        accounts = self.env['qbo.reference'].search(
            [
                ('qbo_company_id', '=', self.qbo_company_id.id),
                ('entity', '=', 'Account'),
                ('qbo_id', '!=', False),
                ('kind', 'in', PAID_FROM),
            ]
        )
        same = accounts.filtered(lambda account: account.name.casefold().strip() in names)
        return same if len(same) == 1 else same.browse()


class QboSetup(models.Model):
    _inherit = 'qbo.setup'

    want_purchases = fields.Boolean("Purchases")
    purchases_start = fields.Date(related='connection_id.purchases_start', readonly=False)
    payable_account_id = fields.Many2one(related='connection_id.payable_account_id', readonly=False)
    bill_account_id = fields.Many2one(related='connection_id.bill_account_id', readonly=False)
    take_bills_as = fields.Selection(related='connection_id.take_bills_as', readonly=False)
    take_expenses_as = fields.Selection(related='connection_id.take_expenses_as', readonly=False)
    vendor_direction = fields.Selection(related='connection_id.vendor_direction', readonly=False)
    bill_direction = fields.Selection(related='connection_id.bill_direction', readonly=False)
    bill_payment_direction = fields.Selection(related='connection_id.bill_payment_direction', readonly=False)
    attachments = fields.Selection(related='connection_id.attachments', readonly=False)
    journal_line_ids = fields.One2many('qbo.setup.journal', 'setup_id', "Paid From")

    # === THE STEP === #

    def _enter(self, step):
        if step == 'kinds':
            self._list_journals()
        return super()._enter(step)

    def _list_journals(self):
        """Have a row for each journal that vendors are paid from; propose the account of the same name."""
        setup = self.sudo()
        own = [('company_id', '=', self.company_id.id), ('type', 'in', OF_MONEY)]
        missing = setup.env['account.journal'].search(own) - setup.journal_line_ids.journal_id
        rows = setup.env['qbo.setup.journal'].create(
            [{'setup_id': self.id, 'journal_id': journal.id} for journal in missing]
        )
        step = Step(setup.connection_id)
        for row in rows:
            if not row.journal_id._qbo_paid_from(step):
                row.journal_id.qbo_paid_from_id = row._suggestion()

    def _check_needs(self):
        result = super()._check_needs()
        if self.want_purchases and not (self.want_customers and self.want_products):
            raise UserError(self.env._("Purchases need customers and products too: switch these on, or Purchases off."))
        for is_met, message in self.connection_id._purchases_needs()[1:] if self.want_purchases else ():
            if not is_met:
                raise UserError(message)
        return result

    # === PREVIEW === #

    def _fill_preview(self):
        """Vendors are compared now where purchases were chosen after the comparison."""
        matches = self.env['qbo.match'].sudo()
        here = [('connection_id', '=', self.connection_id.id), ('kind', '=', 'vendor')]
        if self.want_purchases and not matches.search_count(here, limit=1):
            matches._compare_kind(self.connection_id.sudo(), 'vendor')
        return super()._fill_preview()

    def _compared_kinds(self):
        return [*super()._compared_kinds(), *(['vendor'] if self.want_purchases else [])]

    def _preview_rows(self):
        yield from super()._preview_rows()
        if self.want_purchases:
            yield from self._document_rows('purchases', self.purchases_start)

    # === THE RUN === #

    def _switch_kinds_on(self):
        result = super()._switch_kinds_on()
        if self.want_purchases:
            now = fields.Datetime.now()
            self.connection_id._switch_on('sync_purchases', 'documents', purchases_since=now)
        return result

    def action_cancel(self):
        """End the run and synchronize nothing from now on, purchases neither."""
        result = super().action_cancel()
        self.connection_id.sudo().sync_purchases = False
        return result

    def _switch_kinds_for_undo(self):
        result = super()._switch_kinds_for_undo()
        self.connection_id.sudo().sync_purchases = self.want_purchases
        return result

    def _end_undo(self):
        self.connection_id.sudo().sync_purchases = False
        return super()._end_undo()
