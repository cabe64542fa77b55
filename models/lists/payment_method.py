from odoo import api, fields, models

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
    _check_company_auto = True
    _order = 'name'

    name = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one('res.company', required=True, readonly=True, ondelete='cascade')

    _unique_name = models.UniqueIndex('(company_id, lower(name))', "A payment method of QuickBooks is kept once.")

    def _check_may(self, operation):
        """Payment methods are an administrator's."""
        if operation == 'write':
            for company in self.company_id:
                self.env['qbo.connection']._of_company(company).with_env(self.env)._check_may('write')
        return super()._check_may('read')

    # === BUSINESS METHODS === #

    @api.model
    def _qbo_named(self, name):
        """Return this company's payment method of that name, empty where there is none."""
        known = self.search([('company_id', '=', self.env.company.id)]) if name else self.browse()
        return known.filtered(lambda method: method.name.casefold() == name.casefold())[:1]
