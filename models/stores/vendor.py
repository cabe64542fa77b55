from odoo import api, fields, models
from odoo.fields import Domain

from ...qbo import entities, text


class QboVendor(models.Model):
    """A vendor of QuickBooks: whom a line on payables has to name (qbo-api 9.10).

    No more than a name, and made when an entry needs one. Vendors are not synchronised: a partner may be a customer
    and a vendor, which are two entities with two names there (qbo-api 9.4).
    """

    _name = 'qbo.vendor'
    _inherit = 'qbo.mixin'
    _description = "QuickBooks Vendor"
    _rec_name = 'partner_id'

    partner_id = fields.Many2one('res.partner', required=True, readonly=True, index=True, ondelete='cascade')
    company_id = fields.Many2one('res.company', required=True, readonly=True, ondelete='cascade')

    _unique_partner = models.Constraint('UNIQUE(company_id, partner_id)', "A vendor is kept once.")

    # === WHAT THE ENGINE ASKS === #

    def _qbo_entity(self):
        return 'Vendor'

    def _qbo_fields(self):
        return {'partner_id'}

    def _qbo_toggle(self):
        return 'sync_entries'

    def _qbo_domain(self):
        return Domain.FALSE  # an entry that needs one sends it first

    def _qbo_schedules(self):
        return ()  # what QuickBooks says of vendors is not taken over

    def _qbo_names(self):
        return 'DisplayName', entities.SHARED_NAMES

    def _qbo_values(self):
        return {'DisplayName': self._qbo_name()}

    def _qbo_mapped(self, values):
        return {'DisplayName': text.strip_deleted(values.get('DisplayName') or '')}

    def _qbo_apply(self, values):
        return self

    def _qbo_is_source(self):
        return True

    def _qbo_noun(self):
        return self.env._("Vendor")

    def _qbo_labels(self):
        return {'DisplayName': self.env._("name")}

    # === BUSINESS METHODS === #

    @api.model
    def _of(self, partner, company):
        """Return the vendor that a partner is in a company's QuickBooks, made when it is missing."""
        vals = {'partner_id': partner.id, 'company_id': company.id}
        return self._known(partner, company) or self.create(vals)

    @api.model
    def _known(self, partner, company):
        """Return the vendor that a partner is in a company's QuickBooks, empty while no entry has needed it."""
        return self.search([('partner_id', '=', partner.id), ('company_id', '=', company.id)])

    def _qbo_name(self):
        """Return the name; the partner's own is taken where it is a customer there too (qbo-api 9.4)."""
        name = text.clean_name(self.partner_id.name or '')
        if self.qbo_link_id.name_suffix:
            return name + self.qbo_link_id.name_suffix
        is_customer = bool(self.partner_id.qbo_link_id.qbo_id) or self.partner_id.customer_rank > 0
        return self.env._("%s (vendor)", name) if is_customer else name
