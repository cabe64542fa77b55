from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import format_list


class QboApplication(models.Model):
    """A credit note that pays an invoice or bill; what that is in QuickBooks says ``mapping/applied_credit.py``.

    Made when somebody reconciles the two; its reconciliations are all it holds. When they are gone, the payment of
    zero is deleted.
    """

    _name = 'qbo.application'
    _inherit = 'qbo.mixin'
    _description = "Applied Credit"
    _check_company_auto = True

    company_id = fields.Many2one('res.company', required=True, readonly=True, ondelete='cascade')
    partial_ids = fields.One2many('account.partial.reconcile', 'qbo_application_id', readonly=True)

    @api.depends('partial_ids')
    def _compute_display_name(self):
        for application in self:
            names = application.partial_ids._qbo_moves().mapped('display_name')
            application.display_name = format_list(self.env, names) or self.env._("Credit that was undone")

    def _check_may(self, operation):
        """An application is its reconciliations: who may change these decides about it."""
        self.partial_ids.check_access(operation)
        return super()._check_may('read')

    @api.model
    def _qbo_create_for(self, partials):
        """Create an application for each pair of credit note and invoice."""
        pairs = partials.grouped(lambda partial: partial._qbo_moves()).values()
        self.create([{'company_id': pair.company_id.id, 'partial_ids': [Command.set(pair.ids)]} for pair in pairs])

    @api.model
    def _qbo_catch_up(self, connection, limit):
        """Make applications of credits that were applied before their kind was switched on, from its start date on.

        :param int limit: how many reconciliations of a kind are looked at
        :return: how many were left
        """
        left = 0
        for mapping in (item for item in self.env['qbo.mapping']._of_model(self._name) if connection[item._switch]):
            found = mapping._not_noted(connection, limit)
            self._qbo_create_for(found)
            left += len(found)
        return left
