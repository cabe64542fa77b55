from dataclasses import replace

from odoo import models
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from ...qbo import compare, text
from ..connection.reason import Reason, declare
from .party import TRACKED

_lt = LazyTranslate(__name__)
declare(
    {
        'skip_inactive_vendors': _lt("Inactive vendors are not imported."),
        'vendor_contact': _lt(
            "It is a contact of %(company)s in Odoo now, and its new bills are that vendor's. QuickBooks keeps "
            "%(name)s as a vendor with the bills so far: make it inactive there when nothing is open, or merge the two "
            "there."
        ),
    }
)


class QboMappingVendor(models.AbstractModel):
    """Vendors (purchases 2): beside the customer that the same partner may be, with a name and a link of its own.

    Bank details stay on each side.
    """

    _name = 'qbo.mapping.vendor'
    _inherit = 'qbo.mapping.party'
    _description = "Vendor"

    _entity = 'Vendor'
    _switch = 'sync_purchases'
    _schedules = ('documents',)
    _direction_field = 'vendor_direction'
    _refers_to = ('Term',)
    _tracked = (*TRACKED, 'vat', 'supplier_rank', 'property_supplier_payment_term_id', 'qbo_is_1099')
    _rank_field = 'supplier_rank'
    _document_types = ('in_invoice', 'in_refund', 'in_receipt')
    _contact_type = 'other'

    def _domain(self, step):
        """Whom the app Expenses pays back counts as a vendor in Odoo, and goes where a bill needs it."""
        domain = super()._domain(step)
        if 'hr.employee' not in self.env:
            return domain
        employees = self.env['hr.employee'].sudo()._search([('work_contact_id', '!=', False)])
        return domain & Domain('id', 'not in', employees.subselect('work_contact_id'))

    def _concerned(self, step, partners):
        """A customer is none, unless it was chosen: by what is bought from it, or by hand."""
        return partners.filtered(lambda partner: partner.supplier_rank > 0)

    def _skip_reason(self, step, row):
        if step.connection.skip_inactive and not row.get('Active', True):
            return Reason('skip_inactive_vendors')
        return None

    # === ODOO TO QUICKBOOKS === #

    def _requires(self, step, partner):
        term = self._term(partner)
        return [(self.env['qbo.mapping.term'], term)] if term else []

    def _values(self, step, partner):
        values = super()._values(step, partner) | {
            'TermRef': {'value': step.qbo_id(self._term(partner), 'Term')},
            'TaxIdentifier': self.env['qbo.mapping.customer']._tax_number(partner),
        }
        if step.connection._is_us():
            values['Vendor1099'] = partner.qbo_is_1099
        if not step.link(partner, self._entity).name_suffix and self._has_name_as_customer(step, partner):
            values['DisplayName'] = text.fitted(partner.name, text.NAME_MAX, self.env._(" (vendor)"))
        return values

    def _has_name_as_customer(self, step, partner):
        """Return whether QuickBooks gives the name to the customer that a partner is too (qbo-api 9.4).

        Who has it there keeps it: a vendor that becomes a customer is one under another name.
        """
        customers = self.env['qbo.mapping.customer']
        there = step.link(partner, customers._entity)
        if there._is_there():
            return not there.name_suffix
        agreed = (step.link(partner, self._entity).base_odoo or {}).get('DisplayName')
        if agreed == text.fitted(partner.name, text.NAME_MAX):
            return False
        return partner.customer_rank > 0 and there.mode != 'never' and customers._is_on(step.connection)

    def _term(self, partner):
        """Return the payment terms where QuickBooks can express them, else an empty recordset."""
        term = partner.property_supplier_payment_term_id
        return term if term._qbo_is_simple() else term.browse()

    # === WHICH RECORD A ROW IS === #

    def _plain(self, name):
        """Return a vendor's name without what tells it from the customer of that name."""
        return name.removesuffix(self.env._(" (vendor)"))

    def _traits_of(self, step, row):
        """A customer of the same name may be the same partner."""
        traits = super()._traits_of(step, row)
        return replace(traits, name=self._plain(traits.name))

    # === QUICKBOOKS TO ODOO === #

    def _refers(self, step, row):
        term = (row.get('TermRef') or {}).get('value')
        return [('Term', term)] if term else []

    def _from_row(self, step, row):
        """QuickBooks masks the tax number in its answers (purchases 2), so it is sent and never undone."""
        values = super()._from_row(step, row) | {
            'TermRef': {'value': (row.get('TermRef') or {}).get('value') or None},
        }
        if step.connection._is_us():
            values['Vendor1099'] = bool(row.get('Vendor1099'))
        return values

    def _own_vals(self, values, name='', is_company=False, suffix=''):
        vals = super()._own_vals(values, name, is_company, suffix)
        if 'Vendor1099' in values:
            vals['qbo_is_1099'] = values['Vendor1099']
        return vals

    def _met(self, step, partner, row):
        """The name that it has stays its own: the customer, which is not there yet, gets another one."""
        result = super()._met(step, partner, row)
        link, name = step.link(partner, self._entity), text.fitted(partner.name, text.NAME_MAX)
        if compare.name_key(row.get('DisplayName') or '') == compare.name_key(name) and not link.base_odoo:
            link.base_odoo = {'DisplayName': name}
        return result

    def _agreed_as_there(self, step, partner, now, incoming):
        """The name that its customer takes, when the vendor was given that in QuickBooks."""
        is_taken = compare.name_key(incoming['DisplayName']) == compare.name_key(partner.name)
        return {'DisplayName'} if is_taken and self._has_name_as_customer(step, partner) else set()

    def _apply_changes(self, step, partner, changes):
        is_both = self._as_other(step, partner) or self._has_name_as_customer(step, partner)
        if 'DisplayName' in changes and is_both:
            changes = {**changes, 'DisplayName': self._plain(changes['DisplayName'])}
        if 'TermRef' in changes:
            partner.property_supplier_payment_term_id = step.record_of('Term', changes['TermRef']['value']).id
        return super()._apply_changes(step, partner, changes)

    def _create_records(self, step, rows):
        partners = super()._create_records(step, rows)
        for partner, row in zip(partners, rows, strict=True):
            if term := (row.get('TermRef') or {}).get('value'):
                partner.property_supplier_payment_term_id = step.record_of('Term', term).id
        return partners

    # === BOTH === #

    def _difference(self, step, partner, snapshot):
        """Who belongs to another vendor now, though not there."""
        if partner.commercial_partner_id != partner:
            company = partner.commercial_partner_id.display_name
            return Reason('vendor_contact', {'company': company, 'name': partner.name or ''})
        return super()._difference(step, partner, snapshot)

    def _import_rules(self, step, row):
        """Vendors are companies as a rule, and many have no address: these rules are of customers only."""
        return [] if row.get('Active', True) else ['inactive']

    # === WHAT USERS SEE === #

    def _noun(self, step, partner):
        return self.env._("Vendor")

    def _labels(self):
        return {
            **super()._labels(),
            'TermRef': self.env._("payment terms"),
            'TaxIdentifier': self.env._("tax ID"),
            'Vendor1099': self.env._("1099 vendor"),
        }
