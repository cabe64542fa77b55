from odoo import api, fields, models
from odoo.fields import Domain

from .link.mixin import GROUP, MODES, STATES
from .mapping.item import ACCOUNTS
from .mapping.names import KEY
from .mapping.step import THERE


class ProductTemplate(models.Model):
    """A product with one variant shows that variant's fields; what is saved here is noted for all variants."""

    _inherit = 'product.template'

    qbo_state = fields.Selection(
        STATES, "QuickBooks", compute='_compute_qbo', search='_search_qbo_state', compute_sudo=True, groups=GROUP
    )
    qbo_error = fields.Char("QuickBooks Message", compute='_compute_qbo', compute_sudo=True, groups=GROUP)
    qbo_id = fields.Char("QuickBooks Id", compute='_compute_qbo', compute_sudo=True, groups=GROUP)
    qbo_connected = fields.Boolean(compute='_compute_qbo', compute_sudo=True, groups=GROUP)
    qbo_mode = fields.Selection(
        MODES, "Synchronization", compute='_compute_qbo', inverse='_inverse_qbo_mode', compute_sudo=True, groups=GROUP
    )
    qbo_income_account_id = fields.Many2one(
        'qbo.reference',
        "QuickBooks Income Account",
        compute='_compute_qbo_accounts',
        inverse='_inverse_qbo_accounts',
        domain="[('qbo_id', '!=', False), ('entity', '=', 'Account'), ('kind', 'in', "
        "('Income', 'Other Income', 'Other Current Liability'))]",
        groups=GROUP,
    )
    qbo_expense_account_id = fields.Many2one(
        'qbo.reference',
        "QuickBooks Expense Account",
        compute='_compute_qbo_accounts',
        inverse='_inverse_qbo_accounts',
        domain="[('qbo_id', '!=', False), ('entity', '=', 'Account'), "
        "('kind', 'in', ('Expense', 'Cost of Goods Sold'))]",
        groups=GROUP,
    )

    qbo_asset_account_id = fields.Many2one(
        'qbo.reference',
        "QuickBooks Asset Account",
        compute='_compute_qbo_accounts',
        inverse='_inverse_qbo_accounts',
        domain="[('qbo_id', '!=', False), ('entity', '=', 'Account'), ('kind', '=', 'Other Current Asset')]",
        groups=GROUP,
    )
    qbo_has_inventory = fields.Boolean(compute='_compute_qbo', compute_sudo=True, groups=GROUP)

    # Items are matched by name without case, see ``mapping/names.py``. Another language's names are looked through.
    _qbo_name_idx = models.Index(f"""({KEY % "name->>'en_US'"})""")

    @api.depends_context('company')
    def _compute_qbo(self):
        for template in self:
            variant = template._qbo_variant()
            template.qbo_state = variant.qbo_state
            template.qbo_error = variant.qbo_error
            template.qbo_id = variant.qbo_id
            template.qbo_mode = variant.qbo_mode or 'auto'
        self.qbo_connected = self.env['product.product'].new().qbo_connected
        self.qbo_has_inventory = self.env['qbo.connection']._of_company(self.env.company).has_inventory

    def _inverse_qbo_mode(self):
        for template in self:
            template._qbo_variant().qbo_mode = template.qbo_mode

    @api.depends_context('company')
    @api.depends(*(f'product_variant_ids.{own}' for own, _default, _switch in ACCOUNTS.values()))
    def _compute_qbo_accounts(self):
        for template in self:
            variant = template._qbo_variant()
            for own, _default, _switch in ACCOUNTS.values():
                template[own] = variant[own]

    def _inverse_qbo_accounts(self):
        for template in self:
            template._qbo_variant().write({own: template[own].id for own, _default, _switch in ACCOUNTS.values()})

    def _search_qbo_state(self, operator, value):
        return Domain('product_variant_ids.qbo_state', operator, value)

    def write(self, vals):
        result = super().write(vals)
        if self.env['product.product']._qbo_notes(vals):
            self.env['qbo.change']._append(self.with_context(active_test=False).product_variant_ids)
        return result

    def unlink(self):
        """Variants go with their product, in the database and past every hook."""
        self.env['qbo.change']._append(self.with_context(active_test=False).product_variant_ids)
        result = super().unlink()
        self.env.cr.cache.pop(THERE, None)
        return result

    def action_qbo_details(self):
        """Show what happened to the product's one variant."""
        return self._qbo_variant().action_qbo_details()

    def action_qbo_sync(self):
        """Compare the product's one variant with QuickBooks now and send what differs."""
        return self._qbo_variant().action_qbo_sync()

    def action_qbo_preview(self):
        """Show what would be sent for the product's one variant."""
        return self._qbo_variant().action_qbo_preview()

    def action_qbo_open(self):
        """Open the product's one variant in QuickBooks."""
        return self._qbo_variant().action_qbo_open()

    def _qbo_variant(self):
        """Return the product's variant, archived or not; empty where it has none or several."""
        self.ensure_one()
        variants = self.with_context(active_test=False).product_variant_ids
        return variants if len(variants) == 1 else variants.browse()
