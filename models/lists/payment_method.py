from odoo import api, fields, models
from odoo.fields import Domain

from ...qbo import text

NAME_MAX = 31  # qbo-api 9.13
CREDIT = 'Adjustment/Credit'
"""The method of payments that are account credit (seed pool-brain-two-way-sync)."""


class QboPaymentMethod(models.Model):
    """A payment method of QuickBooks. Odoo's stand on journals; the name ties the two (qbo-api 9.13).

    Those that Odoo's payments use are created in QuickBooks where one of that name is missing.
    """

    _name = 'qbo.payment.method'
    _inherit = 'qbo.mixin'
    _description = "QuickBooks Payment Method"
    _order = 'name'

    name = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one('res.company', required=True, readonly=True, ondelete='cascade')

    _unique_name = models.UniqueIndex('(company_id, lower(name))', "A payment method of QuickBooks is kept once.")

    # === WHAT THE ENGINE ASKS === #

    def _qbo_entity(self):
        return 'PaymentMethod'

    def _qbo_fields(self):
        return {'name'}

    def _qbo_toggle(self):
        return 'sync_billing'

    def _qbo_domain(self):
        return Domain.FALSE  # a payment that needs one sends it first

    def _qbo_values(self):
        return {'Name': self.name}

    def _qbo_mapped(self, values):
        return {'Name': text.strip_deleted(values.get('Name') or '')}

    def _qbo_apply(self, values):
        if not self:
            return self.create({'name': self._qbo_mapped(values)['Name'], 'company_id': self.env.company.id})
        if 'Name' in values:
            self._qbo_method_lines().name = values['Name']
            self.name = values['Name']
        return self

    def _qbo_skips(self, values):
        if not values.get('Active', True):
            return self.env._("Inactive payment methods are not imported.")
        return None

    def _qbo_match(self, values):
        return self._qbo_named(self._qbo_mapped(values)['Name']).filtered(lambda method: not method.qbo_id)

    # === BUSINESS METHODS === #

    @api.model
    def _qbo_named(self, name):
        """Return this company's payment method of that name, empty where there is none."""
        known = self.search([('company_id', '=', self.env.company.id)]) if name else self.browse()
        return known.filtered(lambda method: method.name.casefold() == name.casefold())[:1]

    def _qbo_method_lines(self):
        """Return the methods on this company's journals that have this name."""
        lines = self.env['account.payment.method.line'].search([('company_id', '=', self.company_id.id)])
        return lines.filtered(lambda line: line.payment_type == 'inbound' and line.name == self.name)
