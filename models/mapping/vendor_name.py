from odoo import models
from odoo.fields import Domain

from ...qbo import entities, text


class QboMappingVendorName(models.AbstractModel):
    """A vendor of QuickBooks: whom a line on payables has to name (qbo-api 9.10).

    No more than a name, sent when a journal entry needs it, and as it was sent it stays, until purchases are switched
    on: then vendors are synchronized (``vendor.py``).
    A partner may be a customer and a vendor, which are two entities with two names there (qbo-api 9.4), and so two
    links here.
    """

    _name = 'qbo.mapping.vendor_name'
    _inherit = 'qbo.mapping'
    _description = "Vendor"

    _entity = 'Vendor'
    _record_model = 'res.partner'
    _switch = 'sync_entries'
    _schedules = ()
    _name_member = 'DisplayName'
    _name_max = text.NAME_MAX
    _unique_among = entities.SHARED_NAMES
    _is_source = True

    def _is_on(self, connection):
        return super()._is_on(connection) and not connection.sync_purchases

    def _concerned(self, step, partners):
        return partners.browse()  # an entry that needs one sends it first

    def _domain(self, step):
        return Domain.FALSE

    def _values(self, step, partner):
        """Return the name; the partner's own is taken where it is a customer there too (qbo-api 9.4)."""
        link = step.link(partner, self._entity)
        if link.qbo_id and link.base_odoo:
            return link.base_odoo
        name = text.clean_name(partner.name or '')
        if link.name_suffix:
            return {'DisplayName': name + link.name_suffix}
        is_customer = bool(step.qbo_id(partner, 'Customer')) or partner.customer_rank > 0
        return {'DisplayName': self.env._("%s (vendor)", name) if is_customer else name}

    def _from_row(self, step, row):
        return {'DisplayName': text.strip_deleted(row.get('DisplayName') or '')}

    def _apply_changes(self, step, partner, changes):
        """What QuickBooks says of a vendor is not applied."""

    def _noun(self, step, partner):
        return self.env._("Vendor")

    def _labels(self):
        return {'DisplayName': self.env._("name")}
