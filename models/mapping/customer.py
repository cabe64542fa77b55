from odoo import models
from odoo.tools import html2plaintext, plaintext2html
from odoo.tools.translate import LazyTranslate

from ...qbo import compare
from ..connection.reason import Reason, declare
from .party import LENGTHS, TRACKED

_lt = LazyTranslate(__name__)
declare(
    {
        'skip_sub_customers': _lt("Sub-customers are not synchronized."),
        'customer_exempt': _lt(
            "QuickBooks charges this customer no tax, and Odoo does. Give the customer a fiscal position that replaces "
            "the taxes by none, or take the exemption off in QuickBooks."
        ),
        'customer_contact': _lt(
            "It is a contact of %(company)s in Odoo now, and its new documents are that customer's. QuickBooks keeps "
            "%(name)s as a customer with the documents so far: make it inactive there when nothing is open, or merge "
            "the two there."
        ),
        'skip_inactive_customers': _lt("Inactive customers are not imported."),
    }
)


class QboMappingCustomer(models.AbstractModel):
    """Customers. Fields as in Pool Brain's article (seed pool-brain-two-way-sync); snapshot in qbo-api 9.2 and 9.4."""

    _name = 'qbo.mapping.customer'
    _inherit = 'qbo.mapping.party'
    _description = "Customer"

    _entity = 'Customer'
    _switch = 'sync_customers'
    _schedules = ('customers',)
    _tracked = (*TRACKED, 'comment', 'vat', 'customer_rank', 'property_account_position_id')
    _rank_field = 'customer_rank'
    _document_types = ('out_invoice', 'out_refund', 'out_receipt')

    def _skip_reason(self, step, row):
        if step.connection.skip_sub_customers and (row.get('Job') or row.get('ParentRef')):
            return Reason('skip_sub_customers')
        if step.connection.skip_inactive and not row.get('Active', True):
            return Reason('skip_inactive_customers')
        return None

    def _values(self, step, partner):
        return {
            **super()._values(step, partner),
            'Notes': self._notes(partner)[: LENGTHS['Notes']].rstrip() or None,
            'PrimaryTaxIdentifier': self._tax_number(partner),
        }

    def _try_plain_name(self, step, partner):
        """Who was a vendor of this name before has another one as a new customer (qbo-api 9.4)."""
        result = super()._try_plain_name(step, partner)
        link, vendor = step.link(partner, self._entity), self._as_other(step, partner)
        named = (vendor.base_qbo or {}).get('DisplayName')
        if not link._is_there() and not link.name_suffix and named:
            if compare.name_key(named) == compare.name_key(partner.name):
                link.name_suffix = self.env._(" (customer)")
        return result

    def _texts(self, partner):
        is_long = len(partner.comment or '') > LENGTHS['Notes']
        return {**super()._texts(partner), 'Notes': self._notes(partner) if is_long else ''}

    def _notes(self, partner):
        return html2plaintext(partner.comment or '').strip()

    def _tax_number(self, partner):
        """Return the tax number; a dash or a slash is how people say in Odoo that there is none."""
        number = (partner.vat or '').strip()
        return number if any(letter.isalnum() for letter in number) else None

    def _snapshot(self, step, row):
        return {**super()._snapshot(step, row), 'Exempt': bool(row.get('TaxExemptionReasonId'))}

    def _difference(self, step, partner, snapshot):
        """Whom QuickBooks charges no tax, and who belongs to another customer now, though not there."""
        if partner.commercial_partner_id != partner:
            company = partner.commercial_partner_id.display_name
            return Reason('customer_contact', {'company': company, 'name': partner.name or ''})
        taxes = step.company.account_sale_tax_id
        position = partner.property_account_position_id
        is_charged = taxes and not position and any(taxes.flatten_taxes_hierarchy().mapped('amount'))
        if snapshot.get('Exempt') and is_charged:
            return Reason('customer_exempt')
        return super()._difference(step, partner, snapshot)

    def _from_row(self, step, row):
        """QuickBooks masks the tax number in its answers (qbo-api 9.4), so it is sent and never undone."""
        return {**super()._from_row(step, row), 'Notes': row.get('Notes') or None}

    def _own_vals(self, values, name='', is_company=False, suffix=''):
        vals = super()._own_vals(values, name, is_company, suffix)
        if 'Notes' in values:
            vals['comment'] = plaintext2html(values['Notes']) if values['Notes'] else False
        return vals

    def _import_rules(self, step, row):
        checks = {
            'sub_customers': row.get('Job') or row.get('ParentRef'),
            'inactive': not row.get('Active', True),
            'no_address': not self._traits_of(step, row).address,
            'no_first_name': not (row.get('GivenName') or '').strip(),
        }
        return [rule for rule, holds in checks.items() if holds]

    def _noun(self, step, partner):
        return self.env._("Customer")

    def _labels(self):
        return {
            **super()._labels(),
            'Notes': self.env._("notes"),
            'PrimaryTaxIdentifier': self.env._("tax ID"),
        }
