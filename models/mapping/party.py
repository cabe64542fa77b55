from dataclasses import replace

from odoo import models
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from ...qbo import compare, entities, text
from ...qbo.values import ADDRESSES
from ..connection.reason import Reason, declare
from . import meeting
from .names import has_name
from .paid import POSTED
from .places import Places

ADDRESS = {'Line1': 'street', 'Line2': 'street2', 'City': 'city', 'PostalCode': 'zip'}  # QuickBooks: Odoo
CONTACT = {'GivenName': 'qbo_given_name', 'FamilyName': 'qbo_family_name'}
NESTED = {  # QuickBooks block: (its member, Odoo field)
    'PrimaryEmailAddr': ('Address', 'email'),
    'PrimaryPhone': ('FreeFormNumber', 'phone'),
}
OF_CONTACT = ('email', 'phone', *ADDRESS.values(), *CONTACT.values(), 'state_id.code', 'country_id.name')
"""What may be the billing contact's."""
_lt = LazyTranslate(__name__)
declare(
    {
        'currency_first': _lt(
            "It goes to QuickBooks with its first document, which says its currency: QuickBooks never changes that. "
            "Choose Synchronize to send it now, in %(home)s."
        ),
        'kept_party': _lt(
            "It is a customer and a vendor, and inactive in QuickBooks as one of them only. Until it is active there "
            "again, nothing of that one is sent."
        ),
    }
)

LENGTHS = {  # qbo-api 9.2, 9.4: member: how many characters it takes
    'Notes': 2000,
    'PrimaryPhone': 30,
    'WebAddr': 1000,
    'BillAddr.Line1': 500,
    'BillAddr.Line2': 500,
    'BillAddr.City': 255,
    'BillAddr.PostalCode': 30,
}

TRACKED = (
    'name',
    'active',
    'is_company',
    'parent_id',
    'type',
    'company_name',
    'website',
    *OF_CONTACT,
    *(f'child_ids.{path}' for path in ('name', 'active', 'type', *OF_CONTACT)),
)
# The activity log says where a record came from; a note in each chatter would double the time of an import.
QUIET = {'tracking_disable': True, 'mail_create_nolog': True, 'mail_create_nosubscribe': True}


class QboMappingParty(models.AbstractModel):
    """What customers and vendors share: names, contacts, addresses. Facts in qbo-api 9.2 and 9.4.

    E-mail, phone, names and address are those of the *billing contact*: the partner's invoice address where it has
    one, else the partner itself. Its mappings set the constants of the section below, ``_entity`` and ``_switch``;
    members that only they have they add to :meth:`_values`, :meth:`_from_row` and :meth:`_own_vals`.
    """

    _name = 'qbo.mapping.party'
    _inherit = 'qbo.mapping'
    _description = "Customer or Vendor of QuickBooks"

    _record_model = 'res.partner'
    _name_member = 'DisplayName'
    _name_max = text.NAME_MAX
    _unique_among = entities.SHARED_NAMES
    _is_compared = True
    _tracked = TRACKED
    _derived = ('CompanyName',)
    _rank_field = None
    """Above zero where a partner is one of these: ``'customer_rank'``."""
    _document_types = ()
    """The types of ``account.move`` whose first one says in which currency they trade."""
    _contact_type = 'invoice'
    """The type of the contact that is billed, or bills."""

    def _domain(self, step):
        return Domain(self._rank_field, '>', 0) & (Domain('parent_id', '=', False) | Domain('is_company', '=', True))

    # === ODOO TO QUICKBOOKS === #

    def _wait_reason(self, step, partner):
        if not text.clean_name(partner.name or ''):
            return Reason('no_name')
        if reason := self._archived_reason(step, partner):
            return reason
        link = step.link(partner, self._entity)
        waits = step.connection._has_currencies() and not link.qbo_id and link.mode != 'always'
        if waits and not self._first_currency(step, partner):
            return Reason('currency_first', {'home': step.company.currency_id.name})
        return None

    def _values(self, step, partner):
        email = self._holder(partner, ['email']).email or None
        named = self._holder(partner, CONTACT.values())
        suffix = step.link(partner, self._entity).name_suffix
        return {
            'DisplayName': text.fitted(partner.name, text.NAME_MAX, suffix),
            'CompanyName': self._company_name(partner)[: text.COMPANY_NAME_MAX].rstrip() or None,
            **{key: (named[field] or '')[: text.PERSON_NAME_MAX].rstrip() or None for key, field in CONTACT.items()},
            'PrimaryEmailAddr': {'Address': text.first_email(email) or email},
            'PrimaryPhone': {'FreeFormNumber': _cut('PrimaryPhone', self._holder(partner, ['phone']).phone)},
            'WebAddr': {'URI': _cut('WebAddr', partner.website)},
            'BillAddr': self._address(self._holder(partner, ADDRESS.values())),
            'Active': partner.active,
        }

    def _company_name(self, partner):
        """Return the whole name of a party's company."""
        return partner.company_name or (partner.name if partner.is_company else '') or ''

    def _create_only(self, step, partner):
        """A party of QuickBooks has one currency for ever (qbo-api 9.4): that of the first document."""
        if not step.connection._has_currencies():
            return {}
        return {'CurrencyRef': {'value': (self._first_currency(step, partner) or step.company.currency_id).name}}

    def _first_currency(self, step, partner):
        """Return the currency of the first document of a party, or of its first payment; empty while it has none."""
        of_party = [('partner_id', 'child_of', partner.ids), ('company_id', '=', step.company.id)]
        # What was never confirmed, or does not go there, decides nothing that QuickBooks keeps for ever.
        counts = [('state', '=', 'posted'), ('qbo_invoice_type', '!=', 'odoo')]
        documents = [*of_party, *counts, ('move_type', 'in', self._document_types)]
        first = step.env['account.move'].search(documents, order='id', limit=1)
        payments = [*of_party, ('state', 'in', POSTED)]
        return (first or step.env['account.payment'].search(payments, order='id', limit=1)).currency_id

    def _truncated(self, step, partner):
        billing = self._billing_contact(partner)
        return [
            ('DisplayName', partner.name or '', text.NAME_MAX),
            ('CompanyName', self._company_name(partner), text.COMPANY_NAME_MAX),
            *((key, billing[field] or '', text.PERSON_NAME_MAX) for key, field in CONTACT.items()),
            *((path, whole, LENGTHS[path]) for path, whole in self._texts(partner).items()),
        ]

    def _texts(self, partner):
        """Return ``{path: whole text}`` of what QuickBooks may have the beginning of only, besides names."""
        holder = self._holder(partner, ADDRESS.values())
        return {
            'PrimaryPhone': self._holder(partner, ['phone']).phone or '',
            'WebAddr': partner.website or '',
            **{f'BillAddr.{key}': holder[field] or '' for key, field in ADDRESS.items()},
        }

    def _billing_contact(self, partner):
        """Return the contact of a partner that is billed, or the partner itself where it has none."""
        return partner.child_ids.filtered(lambda child: child.type == self._contact_type)[:1] or partner

    def _holder(self, partner, names):
        """Return who holds these fields: the billing contact, or the partner where the contact has none of them."""
        billing = self._billing_contact(partner)
        return billing if any(billing[name] for name in names) else partner

    # === ADDRESSES === #

    def _address(self, partner):
        """Return the address of exactly this partner in QuickBooks' shape; all None for an empty one."""
        return {
            **{key: _cut(f'BillAddr.{key}', partner[field]) for key, field in ADDRESS.items()},
            'CountrySubDivisionCode': partner.state_id.code or None,
            'Country': partner.country_id.with_context(lang='en_US').name or None,
        }

    def _address_from(self, address):
        """Return the mapped members of a QuickBooks address; its lines 2 to 5 are Odoo's second line."""
        rest = [address.get(f'Line{number}') for number in range(2, 6)]
        return {
            'Line1': address.get('Line1') or None,
            'Line2': ", ".join(filter(None, rest)) or None,
            **{key: address.get(key) or None for key in ('City', 'PostalCode', 'CountrySubDivisionCode', 'Country')},
        }

    def _address_vals(self, step, address, country=None, places=None):
        """Return a QuickBooks address, or a part of one, as Odoo values.

        :param country: the country of the record so far; a state without a country is looked up in the company's
        :param places: the :class:`Places` of a page
        """
        places = places or Places(self.env, country=step.company.country_id)
        vals = {field: address[key] or False for key, field in ADDRESS.items() if key in address}
        country = country or self.env['res.country']
        if 'Country' in address:
            country = places.country(address['Country'])
            vals['country_id'] = country.id
        if 'CountrySubDivisionCode' in address:
            code = address['CountrySubDivisionCode']
            state = places.state(code, country) if code else self.env['res.country.state']
            vals['state_id'] = state.id
            if state and not country:
                vals['country_id'] = state.country_id.id
        return vals

    def _contact_at(self, step, partner, address, kind):
        """Return this partner, or the contact of it, that has an address; a new contact where none has.

        An address that was typed in on a document comes as lines that begin with names (qbo-api 9.2).

        :param dict address: in QuickBooks' shape
        :param str kind: the type of a new contact
        """
        wanted = _words(address)
        for contact in partner | partner.child_ids:
            words = _words(self._address(contact))
            if words == wanted or (words and not address.get('City') and words <= wanted):
                return contact
        vals = self._address_vals(step, address)
        return partner.create({**vals, 'type': kind, 'parent_id': partner.id, 'name': False})

    # === WHICH RECORD A ROW IS === #

    def _candidates(self, step):
        """Also whom no document names yet; but no person who works here, and none of Odoo's own companies."""
        is_own = Domain('ref_company_ids', '!=', False) | Domain('partner_share', '=', False)
        return (Domain('parent_id', '=', False) | Domain('is_company', '=', True)) & (self._domain(step) | ~is_own)

    def _named(self, step, rows):
        """Return ``{name as the comparison compares it: partners}`` of those that have the name of a row.

        One query for a page, by the index ``res.partner._qbo_name_idx``.
        """
        names = {text.clean_name(self._traits_of(step, row).name) for row in rows} - {''}
        partners = self._records(step).with_context(active_test=False)
        found = partners.search_fetch(
            has_name(sorted(names)) & self._candidates(step) & self._visible(step),
            ['name', 'active', 'email', 'phone', *ADDRESS.values(), 'state_id', 'country_id'],
            order='active DESC, complete_name, id DESC',
        )
        # What is asked of them next is asked without the context, and of all at once.
        return self._records(step, found.ids).grouped(lambda partner: compare.name_key(partner.name))

    def _match_rows(self, step, rows):
        """The same name and nothing that speaks against it: e-mail, phone or address agree, or one side has none."""
        return meeting.match_rows(self, step, rows, self._records(step).union(*self._named(step, rows).values()))

    def _is_same(self, step, partner, row):
        """Return whether a row of this name is this partner: something agrees, or one side has nothing else.

        Who got another name in QuickBooks because his own was taken there is no third one without that.
        """
        theirs = self._traits_of(step, row)
        mine = replace(self._traits(step, partner), name=theirs.name)
        is_alone = bool(step.link(partner, self._entity).name_suffix)
        return bool(compare.surely(theirs, [mine])) and (not is_alone or compare.is_agreed(mine, theirs))

    def _defaults(self, step, partner, ours, theirs):
        """First and last name that Odoo split off the name, and a company's name said once more."""
        billing, defaults = self._billing_contact(partner), set()
        if not billing.is_company and billing._qbo_follows_name():
            defaults |= set(CONTACT)
        if partner.is_company and not partner.company_name:
            defaults.add('CompanyName')
        return defaults, set()

    def _met(self, step, partner, row):
        if not partner[self._rank_field]:
            partner[self._rank_field] = 1  # as one that came from QuickBooks

    # === THE SAME PARTNER AS A CUSTOMER AND AS A VENDOR === #

    def _as_other(self, step, partner):
        """Return the link of what a partner is besides in QuickBooks: its vendor, or its customer; empty for none."""
        other = step.link(partner, 'Vendor' if self._entity == 'Customer' else 'Customer')
        return other if other._is_there() and other.mode != 'never' else other.browse()

    def _kept(self, step, partner, changes):
        """A partner in use as the one stays in use where it is made inactive as the other."""
        if changes.get('Active') is not False:
            return set()
        other = self._as_other(step, partner)
        return {'Active'} if other and (other.base_qbo or {}).get('Active') is not False else set()

    def _why_kept(self, paths):
        return Reason('kept_party')

    # === QUICKBOOKS TO ODOO === #

    def _from_row(self, step, row):
        return {
            'DisplayName': text.strip_deleted(row.get('DisplayName') or ''),
            **{key: row.get(key) or None for key in ('CompanyName', *CONTACT)},
            **{
                key: {member: (row.get(key) or {}).get(member) or None}
                for key, member in (*((key, member) for key, (member, _field) in NESTED.items()), ('WebAddr', 'URI'))
            },
            'BillAddr': self._address_from(row.get('BillAddr') or {}),
            'Active': row.get('Active', True),
        }

    def _snapshot(self, step, row):
        known = {key: row[key] for key in ADDRESSES if row.get(key)}
        return {'Currency': (row.get('CurrencyRef') or {}).get('value'), **known}

    def _written(self, step, partner):
        return [partner | self._billing_contact(partner)]

    def _own_vals(self, values, name='', is_company=False, suffix=''):
        """Return what goes to the partner itself.

        :param dict values: any part of :meth:`_from_row`
        :param str name: the partner's so far
        :param str suffix: what its name has in QuickBooks alone
        """
        vals = {}
        if 'DisplayName' in values:
            vals['name'] = values['DisplayName'].removesuffix(suffix)
        if 'CompanyName' in values:
            is_name = is_company and values['CompanyName'] == (vals.get('name') or name)
            vals['company_name'] = False if is_name else values['CompanyName'] or False
        if 'WebAddr' in values:
            vals['website'] = values['WebAddr']['URI'] or False
        if 'Active' in values:
            vals['active'] = values['Active']
        return vals

    def _apply_changes(self, step, partner, changes):
        """What belongs to the billing contact goes to whoever holds it."""
        suffix = step.link(partner, self._entity).name_suffix or ''
        vals_of = {partner: self._own_vals(changes, partner.name, partner.is_company, suffix)}
        named = self._holder(partner, CONTACT.values())
        parts = [(named, {field: changes[key] or False for key, field in CONTACT.items() if key in changes})]
        for key, (member, field) in NESTED.items():
            if key in changes:
                parts.append((self._holder(partner, [field]), {field: changes[key][member] or False}))
        if 'BillAddr' in changes:
            holder = self._holder(partner, ADDRESS.values())
            parts.append((holder, self._address_vals(step, changes['BillAddr'], holder.country_id)))
        for holder, vals in parts:
            vals_of.setdefault(holder, {}).update(vals)
        for holder, vals in vals_of.items():
            if vals:
                holder.write(vals)

    def _create_records(self, step, rows):
        """Create partners with their addresses, as Pool Brain does (seed pool-brain-initial-import).

        One address, or two that are the same, is the partner's own; another shipping address becomes a delivery
        address, once. All partners in one ``create``, all delivery addresses in another.
        """
        pairs = [(self._from_row(step, row), self._address_from(row.get('ShipAddr') or {})) for row in rows]
        addresses = [address for values, ship in pairs for address in (values['BillAddr'], ship)]
        places = Places(self.env, addresses, step.company.country_id)
        company_id = self._company_of_new(step).id
        partner_vals, delivery_vals = [], {}
        for number, (values, ship) in enumerate(pairs):
            bill = values['BillAddr']
            has_bill, has_ship = any(bill.values()), any(ship.values())
            is_company = bool(values['CompanyName'])
            partner_vals.append(
                {
                    **self._own_vals(values, is_company=is_company),
                    **{field: values[key] or False for key, field in CONTACT.items()},
                    **{field: values[key][member] or False for key, (member, field) in NESTED.items()},
                    **self._address_vals(step, bill if has_bill else ship, places=places),
                    'is_company': is_company,
                    self._rank_field: 1,
                    'company_id': company_id,
                }
            )
            if has_bill and has_ship and ship != bill:
                delivery_vals[number] = self._address_vals(step, ship, places=places)
        quiet = self._records(step).with_context(**QUIET)
        partners = quiet.create(partner_vals)
        quiet.create(
            [
                {**vals, 'type': 'delivery', 'parent_id': partners[number].id, 'name': False}
                for number, vals in delivery_vals.items()
            ]
        )
        return list(self._records(step, partners.ids))

    def _create_record(self, step, row):
        return self._create_records(step, [row])[0]

    def _company_of_new(self, step):
        """Return the company of a new partner: none, unless another company has its own QuickBooks."""
        others = [item for item in self.env['qbo.connection']._collecting() if item.company_id != step.company.id]
        return step.company if others else step.company.browse()

    # === THE COMPARISON === #

    def _traits(self, step, partner):
        return compare.Record(
            key=str(partner.id),
            name=partner.name or '',
            email=self._holder(partner, ['email']).email or '',
            phone=self._holder(partner, ['phone']).phone or '',
            address=_shown(self._address(self._holder(partner, ADDRESS.values()))),
            active=partner.active,
        )

    def _traits_of(self, step, row):
        values = self._from_row(step, row)
        return compare.Record(
            key=row['Id'],
            name=values['DisplayName'],
            email=values['PrimaryEmailAddr']['Address'] or '',
            phone=values['PrimaryPhone']['FreeFormNumber'] or '',
            address=_shown(values['BillAddr']) or _shown(self._address_from(row.get('ShipAddr') or {})),
            active=values['Active'],
        )

    def _duplicates(self, step, rows):
        """Those whose name and billing address some partner of Odoo has."""
        here = {
            (name, compare.address_key(self._traits(step, partner).address))
            for name, partners in self._named(step, rows).items()
            for partner in partners
        }
        theirs = {row['Id']: self._traits_of(step, row) for row in rows}
        return {
            qbo_id
            for qbo_id, traits in theirs.items()
            if traits.address and (compare.name_key(traits.name), compare.address_key(traits.address)) in here
        }

    def _labels(self):
        return {
            'DisplayName': self.env._("name"),
            'CompanyName': self.env._("company name"),
            'GivenName': self.env._("first name"),
            'FamilyName': self.env._("last name"),
            'PrimaryEmailAddr': self.env._("e-mail"),
            'PrimaryPhone': self.env._("phone"),
            'WebAddr': self.env._("website"),
            'BillAddr': self.env._("billing address"),
            'Active': self.env._("active"),
        }


def _cut(path, whole):
    """Return as much of a text as QuickBooks takes, None for nothing."""
    return (whole or '')[: LENGTHS[path]].rstrip() or None


def _shown(address):
    """Return an address in one line, without its country: it is spelt in several ways (qbo-api 2)."""
    return ", ".join(value for key, value in address.items() if value and key != 'Country')


def _words(address):
    """Return the words of an address, whatever its lines and commas; the country counts for nothing: it is spelt in
    several ways (qbo-api 2)."""
    return set(_shown(address).replace(",", " ").casefold().split())
