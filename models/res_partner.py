from babel.core import get_global
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import html2plaintext, plaintext2html

from ..qbo import entities, text

ADDRESS = {'Line1': 'street', 'Line2': 'street2', 'City': 'city', 'PostalCode': 'zip'}  # QuickBooks: Odoo
CONTACT = {'GivenName': 'qbo_given_name', 'FamilyName': 'qbo_family_name'}
NESTED = {  # QuickBooks block: (its member, Odoo field)
    'PrimaryEmailAddr': ('Address', 'email'),
    'PrimaryPhone': ('FreeFormNumber', 'phone'),
}
NOTED = frozenset(
    {
        'name',
        'active',
        'is_company',
        'parent_id',
        'type',
        'company_name',
        'email',
        'phone',
        'website',
        'comment',
        'vat',
        'street',
        'street2',
        'city',
        'zip',
        'state_id',
        'country_id',
        'qbo_given_name',
        'qbo_family_name',
        'customer_rank',
    }
)


class ResPartner(models.Model):
    """Customers. Fields as in Pool Brain's article (seed pool-brain-two-way-sync); facts in qbo-api 9.2 and 9.4.

    E-mail, phone, names and address are those of the *billing contact*: the partner's invoice address where it has
    one, else the partner itself.
    """

    _name = 'res.partner'
    _inherit = ['res.partner', 'qbo.mixin']

    qbo_given_name = fields.Char("First Name", help="Of the billing contact, as QuickBooks shows it.")
    qbo_family_name = fields.Char("Last Name", help="Of the billing contact, as QuickBooks shows it.")

    # === WHAT THE ENGINE ASKS === #

    def _qbo_entity(self):
        return 'Customer'

    def _qbo_fields(self):
        return NOTED

    def _qbo_notes(self, vals):
        """A rank only says whether somebody is a customer; Odoo raises it with each document that is posted."""
        if vals.keys() & NOTED != {'customer_rank'}:
            return super()._qbo_notes(vals)
        return any((partner.customer_rank > 0) != (vals['customer_rank'] > 0) for partner in self)

    def _qbo_domain(self):
        return Domain('customer_rank', '>', 0) & (Domain('parent_id', '=', False) | Domain('is_company', '=', True))

    def _qbo_owner(self):
        return self.sudo().commercial_partner_id.sudo(self.env.su)

    def _qbo_toggle(self):
        return 'sync_customers'

    def _qbo_schedules(self):
        return ('customers',)

    def _qbo_names(self):
        return 'DisplayName', entities.SHARED_NAMES

    def _qbo_ready(self):
        if not text.clean_name(self.name or ''):
            return self.env._("It has no name.")
        if not self.active and (self.qbo_link_id.base_qbo or {}).get('Active') is False:
            # qbo-api 9.1: an inactive entity takes no change but its reactivation.
            return self.env._("It is archived. What changed is sent when it is active again.")
        return None

    def _qbo_values(self):
        billing = self._qbo_billing_contact()
        email = self._qbo_holder(['email']).email or None
        return {
            'DisplayName': text.fitted(self.name, text.NAME_MAX, self.qbo_link_id.name_suffix),
            'CompanyName': self.company_name or (self.name if self.is_company else None) or None,
            **{key: billing[field] or None for key, field in CONTACT.items()},
            'PrimaryEmailAddr': {'Address': text.first_email(email) or email},
            'PrimaryPhone': {'FreeFormNumber': self._qbo_holder(['phone']).phone or None},
            'WebAddr': {'URI': self.website or None},
            'Notes': html2plaintext(self.comment or '').strip() or None,
            'PrimaryTaxIdentifier': self.vat or None,
            'BillAddr': self._qbo_address(),
            'Active': self.active,
        }

    def _qbo_long(self):
        return [('DisplayName', self.name or '', text.NAME_MAX)]

    def _qbo_mapped(self, values):
        """QuickBooks masks the tax number in its answers (qbo-api 9.4), so it is sent and never taken back."""
        return {
            'DisplayName': text.strip_deleted(values.get('DisplayName') or ''),
            **{key: values.get(key) or None for key in ('CompanyName', 'Notes', *CONTACT)},
            **{
                key: {member: (values.get(key) or {}).get(member) or None}
                for key, member in (*((key, member) for key, (member, _field) in NESTED.items()), ('WebAddr', 'URI'))
            },
            'BillAddr': self._qbo_address_values(values.get('BillAddr') or {}),
            'Active': values.get('Active', True),
        }

    def _qbo_apply(self, values):
        if not self:
            return self._qbo_create(values)
        self.ensure_one()
        vals_of = {self: self._qbo_own_vals(values)}
        for holder, vals in self._qbo_contact_vals(values):
            vals_of.setdefault(holder, {}).update(vals)
        for partner, vals in vals_of.items():
            if vals:
                partner.write(vals)
        return self

    def _qbo_once(self):
        """A customer of QuickBooks has one currency for ever (qbo-api 9.4): that of the first document."""
        connection = self.env['qbo.connection']._of_company(self.env.company)
        if not connection._has_currencies():
            return {}
        first = self.env['account.move'].search(
            [('commercial_partner_id', '=', self.id), ('move_type', 'in', ('out_invoice', 'out_refund'))],
            order='id',
            limit=1,
        )
        return {'CurrencyRef': {'value': (first.currency_id or self.env.company.currency_id).name}}

    def _qbo_facts(self, values):
        return {'Currency': (values.get('CurrencyRef') or {}).get('value')}

    def _qbo_written(self):
        return [self | self._qbo_billing_contact()]

    def _qbo_match(self, values):
        """The same name and nothing that speaks against it: e-mail, phone or address agree, or one side has none."""
        name = text.clean_name(values.get('DisplayName') or '')
        same_name = self.with_context(active_test=False).search(
            Domain('name', '=ilike', name.replace('%', r'\%').replace('_', r'\_')) & self._qbo_domain()
        )
        free = same_name.filtered(lambda partner: not partner.qbo_link_id.qbo_id)
        return next((partner for partner in free if partner._qbo_is_same(values)), self.browse())

    def _qbo_skips(self, values):
        connection = self.env['qbo.connection']._of_company(self.env.company)
        if connection.skip_sub_customers and (values.get('Job') or values.get('ParentRef')):
            return self.env._("Sub-customers are not synchronised.")
        if connection.skip_inactive and not values.get('Active', True):
            return self.env._("Inactive customers are not imported.")
        return None

    def _qbo_noun(self):
        return self.env._("Customer")

    def _qbo_labels(self):
        return {
            'DisplayName': self.env._("name"),
            'CompanyName': self.env._("company name"),
            'GivenName': self.env._("first name"),
            'FamilyName': self.env._("last name"),
            'PrimaryEmailAddr': self.env._("e-mail"),
            'PrimaryPhone': self.env._("phone"),
            'WebAddr': self.env._("website"),
            'Notes': self.env._("notes"),
            'PrimaryTaxIdentifier': self.env._("tax ID"),
            'BillAddr': self.env._("billing address"),
            'Active': self.env._("active"),
        }

    # === NAMES === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get('name') and not vals.get('is_company') and not vals.keys() & set(CONTACT.values()):
                vals.update(self._qbo_split_name(vals['name']))
        return super().create(vals_list)

    def write(self, vals):
        """A person's first and last name follow the name until somebody gives them other values."""
        follows = self.browse()
        if vals.get('name') and not vals.keys() & set(CONTACT.values()):
            follows = self.filtered(lambda partner: not partner.is_company and partner._qbo_follows_name())
        result = super().write(vals)
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

    # === ADDRESSES === #

    def _qbo_billing_contact(self):
        """Return the partner's invoice address, or the partner itself where it has none."""
        invoice = self.child_ids.filtered(lambda child: child.type == 'invoice')[:1]
        return invoice or self

    def _qbo_holder(self, names):
        """Return who holds these fields: the billing contact, or this partner where the contact has none of them."""
        billing = self._qbo_billing_contact()
        return billing if any(billing[name] for name in names) else self

    def _qbo_address(self, holder=None):
        """Return an address in QuickBooks' shape.

        :param holder: the partner whose address it is; the customer's billing address where it is left out
        """
        holder = self._qbo_holder(ADDRESS.values()) if holder is None else holder
        return {
            **{key: holder[field] or None for key, field in ADDRESS.items()},
            'CountrySubDivisionCode': holder.state_id.code or None,
            'Country': holder.country_id.with_context(lang='en_US').name or None,
        }

    def _qbo_address_values(self, address):
        """Return the mapped members of a QuickBooks address; its lines 2 to 5 are Odoo's second line."""
        rest = [address.get(f'Line{number}') for number in range(2, 6)]
        return {
            'Line1': address.get('Line1') or None,
            'Line2': ", ".join(filter(None, rest)) or None,
            **{key: address.get(key) or None for key in ('City', 'PostalCode', 'CountrySubDivisionCode', 'Country')},
        }

    def _qbo_address_vals(self, address, country=None):
        """Return a QuickBooks address, or a part of one, as Odoo values.

        :param country: the country of the record so far; a state without a country is looked up in the company's
        """
        vals = {field: address[key] or False for key, field in ADDRESS.items() if key in address}
        country = country or self.env['res.country']
        if 'Country' in address:
            country = self._qbo_country(address['Country'])
            vals['country_id'] = country.id
        if 'CountrySubDivisionCode' in address:
            code = address['CountrySubDivisionCode']
            state = self._qbo_state_of(code, country or self.env.company.country_id) if code else country.state_ids[:0]
            vals['state_id'] = state.id
            if state and not country:
                vals['country_id'] = state.country_id.id
        return vals

    @api.model
    def _qbo_country(self, name):
        """Return the country that QuickBooks calls ``US``, ``USA`` or ``United States`` (qbo-api 2, BLOG-2508)."""
        countries = self.env['res.country'].with_context(lang='en_US')
        if not name:
            return countries
        code = (get_global('territory_aliases').get(name.upper()) or [name.upper()])[0]
        found = countries.search([('code', '=', code)], limit=1) if len(code) == 2 else countries
        return found or countries.search([('name', '=ilike', name)], limit=1)

    @api.model
    def _qbo_state_of(self, code, country):
        domain = Domain('country_id', '=', country.id) & (
            Domain('code', '=ilike', code) | Domain('name', '=ilike', code)
        )
        return self.env['res.country.state'].search(domain, limit=1)

    def _qbo_contact_at(self, address, kind):
        """Return this customer, or the contact of it, that has an address; a new contact where none has.

        An address that was typed in on a document comes as lines that begin with names (qbo-api 9.2).

        :param dict address: in QuickBooks' shape
        :param str kind: the type of a new contact
        """
        wanted = _words(address)
        for partner in self | self.child_ids:
            words = _words(partner._qbo_address(partner))
            if words == wanted or (words and not address.get('City') and words <= wanted):
                return partner
        return self.create({**self._qbo_address_vals(address), 'type': kind, 'parent_id': self.id, 'name': False})

    # === QUICKBOOKS TO ODOO === #

    def _qbo_own_vals(self, values):
        """Return what goes to the customer itself."""
        vals = {}
        if 'DisplayName' in values:
            vals['name'] = values['DisplayName'].removesuffix(self.qbo_link_id.name_suffix or '')
        if 'CompanyName' in values:
            is_name = self.is_company and values['CompanyName'] == (vals.get('name') or self.name)
            vals['company_name'] = False if is_name else values['CompanyName'] or False
        if 'WebAddr' in values:
            vals['website'] = values['WebAddr']['URI'] or False
        if 'Notes' in values:
            vals['comment'] = plaintext2html(values['Notes']) if values['Notes'] else False
        if 'Active' in values:
            vals['active'] = values['Active']
        return vals

    def _qbo_contact_vals(self, values):
        """Return ``[(partner that holds it, vals)]`` for what belongs to the billing contact."""
        billing = self._qbo_billing_contact()
        result = [(billing, {field: values[key] or False for key, field in CONTACT.items() if key in values})]
        for key, (member, field) in NESTED.items():
            if key in values:
                result.append((self._qbo_holder([field]), {field: values[key][member] or False}))
        if 'BillAddr' in values:
            holder = self._qbo_holder(ADDRESS.values())
            result.append((holder, self._qbo_address_vals(values['BillAddr'], holder.country_id)))
        return result

    def _qbo_create(self, values):
        """Create a customer with its addresses, as Pool Brain does (seed pool-brain-initial-import).

        One address, or two that are the same, is the partner's own; another shipping address becomes a delivery
        address, once.
        """
        mapped = self._qbo_mapped(values)
        bill = mapped['BillAddr']
        ship = self._qbo_address_values(values.get('ShipAddr') or {})
        has_bill, has_ship = any(bill.values()), any(ship.values())
        mapped['BillAddr'] = bill if has_bill else ship
        is_company = bool(mapped['CompanyName'])
        new = self.new({'is_company': is_company, 'name': mapped['DisplayName']})
        vals = new._qbo_own_vals(mapped)
        for _holder, contact_vals in new._qbo_contact_vals(mapped):
            vals.update(contact_vals)
        # The activity log says where it came from; a note in each chatter would double the time of an import.
        quiet = self.with_context(tracking_disable=True, mail_create_nolog=True, mail_create_nosubscribe=True)
        partner = quiet.create(
            {
                **vals,
                'is_company': is_company,
                'customer_rank': 1,
                'company_id': self._qbo_company_of_new(),
            }
        )
        if has_bill and has_ship and ship != bill:
            address = self._qbo_address_vals(ship)
            quiet.create({**address, 'type': 'delivery', 'parent_id': partner.id, 'name': False})
        return partner.with_env(self.env)

    def _qbo_company_of_new(self):
        """Return the company id of a new partner: none, unless another company has its own QuickBooks."""
        others = [item for item in self.env['qbo.connection']._collecting() if item.company_id != self.env.company.id]
        return self.env.company.id if others else False

    def _qbo_is_same(self, values):
        """Return whether an entity of this name is this partner: something agrees, or one side has nothing else."""
        mine, theirs = self._qbo_values(), self._qbo_mapped(values)
        pairs = [
            (mine['PrimaryEmailAddr']['Address'], theirs['PrimaryEmailAddr']['Address']),
            (mine['PrimaryPhone']['FreeFormNumber'], theirs['PrimaryPhone']['FreeFormNumber']),
            (mine['BillAddr']['Line1'], theirs['BillAddr']['Line1']),
        ]
        both = [(a.casefold().strip(), b.casefold().strip()) for a, b in pairs if a and b]
        return any(a == b for a, b in both) or (not both and not self.qbo_link_id.name_suffix)


def _words(address):
    """Return the words of an address, whatever its lines and commas; the country counts for nothing: it is spelt in
    several ways (qbo-api 2)."""
    text_ = " ".join(value for key, value in address.items() if value and key != 'Country')
    return set(text_.replace(",", " ").casefold().split())
