from odoo import models
from odoo.tools import html2plaintext, is_html_empty, plaintext2html
from odoo.tools.translate import LazyTranslate

from ...qbo import lines
from ...qbo.values import ADDRESSES
from ..connection.reason import Reason, declare

_lt = LazyTranslate(__name__)
declare(
    {
        'bundle_changed': _lt(
            "A line of the bundle “%(bundle)s” was changed in Odoo, and bundles can only be changed in QuickBooks. Put "
            "its lines back as they were and change the bundle there, or delete all of its lines here."
        ),
    },
    is_check=True,
)

MEMO_MAX = 1000  # qbo-api 9.6: CustomerMemo


class QboMappingSalesForm(models.AbstractModel):
    """What QuickBooks calls a sales form: a document for a customer (qbo-api 9.6).

    Besides what all documents have: a message, e-mail and addresses of the customer, a discount on the whole, and
    bundles.
    """

    _name = 'qbo.mapping.sales_form'
    _inherit = 'qbo.mapping.document'
    _description = "Sales Form"

    _side = 'sale'
    _party_member = 'CustomerRef'
    _party_mapping = 'qbo.mapping.customer'
    _line_detail = lines.SALES
    _line_details = (lines.SALES,)
    _number_field = 'name'
    _account_type = 'asset_receivable'

    # === ODOO TO QUICKBOOKS === #

    def _hold_reason(self, step, move):
        return super()._hold_reason(step, move) or self._bundle_problem(step, move)

    def _bundle_problem(self, step, move):
        """A bundle goes back as it came, or not at all: its lines are QuickBooks' (qbo-api 9.6)."""
        link = step.link(move, self._entity)
        known = (link.snapshot or {}).get('Line') or ()
        if move.state == 'cancel' or not any(line.get('DetailType') == lines.GROUP for line in known):
            return None
        bundle = lines.broken_bundle(self._line_values(step, move), known, (link.base_odoo or {}).get('Line'))
        if not bundle:
            return None
        name = bundle[lines.GROUP]['GroupItemRef'].get('name') or bundle.get('Description') or ''
        return Reason('bundle_changed', {'bundle': name})

    def _values(self, step, move):
        return super()._values(step, move) | {
            'CustomerMemo': {'value': self._message(move)[:MEMO_MAX] or None},
            'BillEmail': {'Address': move.qbo_email or None},
            'BillAddr': self.env['qbo.mapping.customer']._address(move.partner_id),
            'ShipAddr': self._ship_address(move),
            'ApplyTaxAfterDiscount': bool(move.qbo_discount and move.qbo_discount_before_tax),
        }

    def _line_values(self, step, move):
        """Return the lines of a document; its discount comes last (qbo-api 9.6)."""
        values = super()._line_values(step, move)
        if discount := move._qbo_discount_amount():
            percent = move.qbo_discount if move.qbo_discount_type == 'percent' else None
            values.append(lines.discount_of(values, discount, percent))
        return values

    def _truncated(self, step, move):
        return [] if move.state == 'cancel' else [('CustomerMemo', self._message(move), MEMO_MAX)]

    def _message(self, move):
        return '' if is_html_empty(move.narration) else html2plaintext(move.narration).strip()

    def _ship_address(self, move):
        """Return the service address: of the document's delivery address where it has one of its own."""
        partner = move.partner_shipping_id - move.partner_id - move.commercial_partner_id
        return self.env['qbo.mapping.customer']._address(partner)

    # === QUICKBOOKS TO ODOO === #

    def _from_row(self, step, row):
        address = self.env['qbo.mapping.customer']._address_from
        return super()._from_row(step, row) | {
            'CustomerMemo': {'value': self._ref(row, 'CustomerMemo')},
            'BillEmail': {'Address': (row.get('BillEmail') or {}).get('Address') or None},
            'BillAddr': address(row.get('BillAddr') or {}),
            'ShipAddr': address(row.get('ShipAddr') or {}),
            'ApplyTaxAfterDiscount': bool(row.get('ApplyTaxAfterDiscount')),
        }

    def _snapshot(self, step, row):
        return super()._snapshot(step, row) | {key: row[key] for key in ADDRESSES if row.get(key)}

    def _new_vals(self, step, row):
        return {'payment_reference': row.get('DocNumber') or False, **super()._new_vals(step, row)}

    def _light_members(self):
        return super()._light_members() | {'CustomerMemo', 'BillEmail'}

    def _money_members(self):
        return super()._money_members() | {'ApplyTaxAfterDiscount'}

    def _light_vals(self, step, move, changes):
        vals = super()._light_vals(step, move, changes)
        if 'CustomerMemo' in changes:
            memo = changes['CustomerMemo']['value']
            vals['narration'] = plaintext2html(memo) if memo else False
        if 'BillEmail' in changes:
            vals['qbo_email'] = changes['BillEmail']['Address'] or False
        return vals

    def _heavy_vals(self, step, move, changes):
        vals = super()._heavy_vals(step, move, changes)
        vals.update(self._discount_vals(changes))
        vals.update(self._contact_vals(step, move, changes, vals))
        return vals

    def _discount_vals(self, changes):
        """Return the discount of the whole document as the fields of ``account_move_discount.py``."""
        vals = {}
        if 'ApplyTaxAfterDiscount' in changes:
            vals['qbo_discount_before_tax'] = changes['ApplyTaxAfterDiscount']
        if 'Line' not in changes:
            return vals
        found = next((line for line in changes['Line'] if line['DetailType'] == lines.DISCOUNT), None)
        by_percent = not found or found[lines.DISCOUNT]['PercentBased']
        vals['qbo_discount_type'] = 'percent' if by_percent else 'amount'
        vals['qbo_discount'] = 0.0
        if found:
            vals['qbo_discount'] = found[lines.DISCOUNT]['DiscountPercent'] if by_percent else found['Amount']
        return vals

    def _contact_vals(self, step, move, changes, vals):
        """Return the contacts of the customer that have the addresses of a document, made where there is none.

        :param dict vals: what else is written
        """
        customer = step.env['res.partner'].browse(vals.get('partner_id')) or move.commercial_partner_id
        found, contact = {}, move.partner_id
        for member, field, kind, address in (
            ('BillAddr', 'partner_id', 'other', self.env['qbo.mapping.customer']._address(contact)),
            ('ShipAddr', 'partner_shipping_id', 'delivery', self._ship_address(move)),
        ):
            address = {**address, **(changes.get(member) or {})}  # only what changed of it comes
            if changes.get(member) and any(address.values()):
                found[field] = self.env['qbo.mapping.customer']._contact_at(step, customer, address, kind).id
        if move and ('partner_id' in found or self._party_member in changes):
            # Odoo would choose these anew for another contact or customer; QuickBooks changed nothing else.
            if self._party_member not in changes or any(self._ship_address(move).values()):
                found.setdefault('partner_shipping_id', move.partner_shipping_id.id)
            if 'BillEmail' not in changes:
                found['qbo_email'] = move.qbo_email
        return found

    # === WHAT USERS SEE === #

    def _labels(self):
        return super()._labels() | {
            'CustomerRef': self.env._("customer"),
            'CustomerMemo': self.env._("message to the customer"),
            'BillEmail': self.env._("e-mail"),
            'BillAddr': self.env._("billing address"),
            'ShipAddr': self.env._("service address"),
            'ApplyTaxAfterDiscount': self.env._("discount before tax"),
        }
