from odoo import api, fields, models

from ..qbo import text
from .connection.cached import empty_cache
from .link.mixin import GROUP
from .mapping.names import KEY

NAMES = frozenset({'qbo_given_name', 'qbo_family_name'})
RANKS = frozenset({'customer_rank', 'supplier_rank'})


class ResPartner(models.Model):
    """What customers and vendors have besides Odoo's fields.

    What they are in QuickBooks say ``qbo.mapping.customer`` and ``qbo.mapping.vendor``.
    """

    _name = 'res.partner'
    _inherit = ['res.partner', 'qbo.mixin']

    qbo_given_name = fields.Char("First Name", help="Of the billing contact, as QuickBooks shows it.")
    qbo_family_name = fields.Char("Last Name", help="Of the billing contact, as QuickBooks shows it.")

    qbo_is_1099 = fields.Boolean(
        "1099 Vendor", groups=GROUP, help="QuickBooks lists what is paid to this vendor for Form 1099."
    )

    # By it a page of rows finds its partners. It covers all partners: one for customers alone would depend on
    # customer_rank, and cost a new index entry with each document that raises that.
    _qbo_name_idx = models.Index(f'({KEY % "name"})')

    # === WHAT THE HOOKS ASK === #

    def _qbo_notes(self, vals):
        """A rank only says whether somebody is a customer or vendor; Odoo raises it with each document."""
        noted = vals.keys() & self._qbo_fields()
        if not noted <= RANKS:
            return super()._qbo_notes(vals)
        return any((partner[rank] > 0) != (vals[rank] > 0) for partner in self for rank in noted)

    def _qbo_owner(self):
        """A contact is its customer's; one that was a customer itself is that too."""
        owners, contacts = self.sudo().commercial_partner_id, self.filtered('parent_id')
        if contacts - owners:
            links = [('res_model', '=', self._name), ('res_id', 'in', (contacts - owners).ids), ('qbo_id', '!=', False)]
            owners |= self.sudo().browse(self.env['qbo.link'].sudo().search(links).mapped('res_id'))
        return owners.sudo(self.env.su)

    def _qbo_of_company(self, company_id):
        """A shared customer goes to the QuickBooks of the company in which it is typed in.

        Another company's gets it with its first document, and then all that changes.
        """
        own = super()._qbo_of_company(company_id)
        shared = own.filtered(lambda partner: not partner.sudo().company_id)
        if not shared or company_id == self.env.company.id:
            return own
        links = (
            self.env['qbo.link']
            .sudo()
            .search([('company_id', '=', company_id), ('res_model', '=', self._name), ('res_id', 'in', shared.ids)])
        )
        return own - shared.filtered(lambda partner: partner.id not in set(links.mapped('res_id')))

    # === NAMES === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            # A form names all of its fields, the empty ones too.
            is_company = vals.get('is_company') or vals.get('company_type') == 'company'
            if vals.get('name') and not is_company and not any(vals.get(name) for name in NAMES):
                vals.update(self._qbo_split_name(vals['name']))
        return super().create(vals_list)

    def write(self, vals):
        """A person's first and last name follow the name until somebody gives them other values."""
        follows = self.browse()
        if vals.get('name') and not vals.keys() & NAMES:
            follows = self.filtered(lambda partner: not partner.is_company and partner._qbo_follows_name())
        result = super().write(vals)
        if 'lang' in vals and self.ref_company_ids:
            empty_cache(self.env)  # the language of a company is kept with its connection
        if follows:
            follows.write(self._qbo_split_name(vals['name']))
        return result

    def _qbo_follows_name(self):
        return all((self[field] or '') == value for field, value in self._qbo_split_name(self.name or '').items())

    @api.model
    def _qbo_split_name(self, name):
        given, family = text.split_name(name)
        return {'qbo_given_name': given or '', 'qbo_family_name': family or ''}

    # === ACTION METHODS === #

    def action_qbo_give_credit(self):
        """Open a new payment that is account credit of this customer."""
        self.ensure_one()
        self._check_may('read')
        connection = self.env['qbo.connection']._of_company(self.env.company)
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Account Credit"),
            'res_model': 'account.payment',
            'view_mode': 'form',
            'views': [(False, 'form')],
            'context': {
                'default_payment_type': 'inbound',
                'default_partner_type': 'customer',
                'default_partner_id': self.commercial_partner_id.id,
                'default_journal_id': connection.payment_journal_id.id,
                'default_qbo_account_credit': True,
            },
        }
