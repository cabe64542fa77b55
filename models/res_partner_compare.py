"""What a customer is recognised by when both sides are compared, and which import rules hold for it."""

from odoo import models
from odoo.fields import Domain

from ..qbo import compare, text
from .mapping.category import like


class ResPartner(models.Model):
    _inherit = 'res.partner'

    def _qbo_traits(self):
        """Return this customer as it is compared, and as it is shown."""
        address = self._qbo_address()
        return compare.Record(
            key=str(self.id),
            name=self.name or '',
            email=self._qbo_holder(['email']).email or '',
            phone=self._qbo_holder(['phone']).phone or '',
            address=_shown(address),
            active=self.active,
        )

    def _qbo_traits_of(self, values):
        """Return the same of a customer of QuickBooks."""
        mapped = self._qbo_mapped(values)
        bill, ship = mapped['BillAddr'], self._qbo_address_values(values.get('ShipAddr') or {})
        return compare.Record(
            key=values['Id'],
            name=mapped['DisplayName'],
            email=mapped['PrimaryEmailAddr']['Address'] or '',
            phone=mapped['PrimaryPhone']['FreeFormNumber'] or '',
            address=_shown(bill) or _shown(ship),
            active=mapped['Active'],
        )

    def _qbo_rules(self, values):
        checks = {
            'sub_customers': values.get('Job') or values.get('ParentRef'),
            'inactive': not values.get('Active', True),
            'no_address': not self._qbo_traits_of(values).address,
            'no_first_name': not (values.get('GivenName') or '').strip(),
        }
        return [rule for rule, holds in checks.items() if holds]

    def _qbo_is_duplicate(self, values):
        """Return whether Odoo has a customer of this name and billing address."""
        theirs = self._qbo_traits_of(values)
        name = text.clean_name(theirs.name)
        same = self.with_context(active_test=False).search(Domain('name', '=ilike', like(name)) & self._qbo_domain())
        addresses = {compare.address_key(partner._qbo_traits().address) for partner in same}
        return bool(theirs.address) and compare.address_key(theirs.address) in addresses


def _shown(address):
    """Return an address in one line, without its country: it is spelt in several ways (qbo-api 2)."""
    return ", ".join(value for key, value in address.items() if value and key != 'Country')
