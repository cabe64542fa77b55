from odoo import api, fields, models
from odoo.fields import Domain
from odoo.orm.models import to_record_ids
from odoo.tools.misc import unquote

from ...qbo import accounts, errors, taxes
from ...qbo.entities import REFERENCE_LISTS

PAGE_SIZE = 1000  # qbo-api 5: the largest page


class QboReference(models.Model):
    """An entry of one of QuickBooks' lists that Odoo has no record for: what drop-downs are filled from."""

    _name = 'qbo.reference'
    _description = "QuickBooks List Entry"
    _check_company_auto = True
    _inherit = ['qbo.guard']
    _order = 'name'

    qbo_company_id = fields.Many2one('qbo.company', required=True, ondelete='cascade', readonly=True)
    company_id = fields.Many2one(related='qbo_company_id.company_id', store=True, index=True)
    connection_id = fields.Many2one(related='qbo_company_id.connection_id', help="Empty where it was left.")
    entity = fields.Char("QuickBooks Type", required=True, readonly=True)
    entity_id = fields.Char("Id in its QuickBooks Company", required=True, readonly=True)
    qbo_id = fields.Char(
        "QuickBooks Id",
        compute='_compute_qbo_id',
        search='_search_qbo_id',
        compute_sudo=True,
        help="Empty while its QuickBooks company is not connected: records may still refer to it, and it is sent to no "
        "other.",
    )
    name = fields.Char(required=True, readonly=True)
    kind = fields.Char(
        readonly=True,
        help="Of an account: its type in QuickBooks, for example Income. Of a tax code: Sales, Purchase, or Built-in "
        "for TAX and NON, which only say whether a line is taxed.",
    )
    data = fields.Json("Entity", readonly=True, help="What else is needed of the entry, as QuickBooks sent it.")
    active = fields.Boolean(default=True, readonly=True)

    _unique_entry = models.Constraint('UNIQUE(qbo_company_id, entity, entity_id)', "An entry of a list is kept once.")

    # === COMPUTE METHODS === #

    @api.depends('entity_id', 'qbo_company_id.connection_ids')
    def _compute_qbo_id(self):
        for reference in self:
            reference.qbo_id = reference.entity_id if reference.connection_id else False

    def _search_qbo_id(self, operator, value):
        connected = Domain('qbo_company_id.connection_ids', '!=', False)
        if operator != 'in':
            return NotImplemented
        found = connected & Domain('entity_id', 'in', [item for item in value if item])
        return found | ~connected if False in value else found

    @api.depends('name', 'qbo_company_id.connection_ids')
    def _compute_display_name(self):
        """An entry that was chosen for another QuickBooks company says so."""
        for reference in self:
            reference.display_name = reference.name
            if reference.entity_id and not reference.sudo().connection_id:
                company = reference.sudo().qbo_company_id.name or self.env._("another QuickBooks company")
                reference.display_name = f'{reference.name} ({company})'

    # === SMALL FACTS === #

    def _currency(self):
        """Return the code of an account's currency, None where QuickBooks says none."""
        return ((self.data or {}).get('CurrencyRef') or {}).get('value')

    # === READING === #

    def _check_company_domain(self, companies):
        """A list belongs to the company that is connected and to its branches."""
        if isinstance(companies, unquote) or not companies:
            return super()._check_company_domain(companies)
        roots = self.env['res.company'].sudo().browse(to_record_ids(companies)).root_id
        family = roots.search([('id', 'child_of', roots.ids)])
        return Domain('company_id', 'in', family.ids)

    @api.model
    def _refresh(self, connection):
        """Read the lists, the company and its preferences anew: one call each. Calls QuickBooks."""
        self._read_lists(connection, REFERENCE_LISTS)
        connection._read_settings()

    @api.model
    def _read_lists(self, connection, entities):
        """Read some of the lists anew. Calls QuickBooks.

        Entries that are gone or inactive are archived, never deleted. A list that this company does not have is left
        as it is.
        """
        for entity in entities:
            try:
                self._take(connection, entity, self._rows(connection, entity))
            except errors.DataError as error:
                text = self.env._("The list %(entity)s cannot be read: %(why)s", entity=entity, why=error.detail)
                connection._log('pull', text, level='warning')

    @api.model
    def _read_unknown(self, connection, entity, qbo_ids):
        """Read a list anew where it has entries that Odoo does not know. Calls QuickBooks then."""
        company = connection.qbo_company_id
        domain = [('qbo_company_id', '=', company.id), ('entity', '=', entity), ('entity_id', 'in', list(qbo_ids))]
        if len(self.with_context(active_test=False).search(domain)) < len(qbo_ids):
            self._read_lists(connection, ('TaxRate', 'TaxCode') if entity == 'TaxCode' else (entity,))

    @api.model
    def _of(self, connection, entity, qbo_id):
        """Return the entry with this id, also an archived one; empty where Odoo does not know it (yet)."""
        company = connection.qbo_company_id
        domain = [('qbo_company_id', '=', company.id), ('entity', '=', entity), ('entity_id', '=', qbo_id)]
        return self.with_context(active_test=False).search(domain) if qbo_id else self.browse()

    @api.model
    def _rows(self, connection, entity):
        """Return all active entries of a list, page by page."""
        rows = []
        while len(rows) % PAGE_SIZE == 0:
            statement = f'SELECT * FROM {entity} STARTPOSITION {len(rows) + 1} MAXRESULTS {PAGE_SIZE}'
            page = connection._read(statement, lambda qbo, statement=statement: qbo.query(statement)).values
            rows += page
            if not page:
                break
        return rows

    @api.model
    def _take(self, connection, entity, rows):
        """Make this list be ``rows``, the active entries as QuickBooks sent them."""
        company = connection.qbo_company_id
        known = self.with_context(active_test=False).search(
            [('qbo_company_id', '=', company.id), ('entity', '=', entity)]
        )
        by_id = {reference.entity_id: reference for reference in known}
        new = []
        for row in rows:
            vals = self._vals(entity, row)
            if reference := by_id.pop(row['Id'], None):
                if changed := {key: value for key, value in vals.items() if reference[key] != value}:
                    reference.write(changed)
            else:
                new.append({'qbo_company_id': company.id, 'entity': entity, 'entity_id': row['Id'], **vals})
        self.create(new)
        for reference in by_id.values():
            reference.active = False

    @api.model
    def _take_one(self, connection, entity, row):
        """Return the entry of this list that ``row`` is, an entity as QuickBooks sent it; known from now on."""
        known = self._of(connection, entity, row['Id'])
        if known:
            known.write(self._vals(entity, row))
            return known
        vals = {'qbo_company_id': connection.qbo_company_id.id, 'entity': entity, 'entity_id': row['Id']}
        return self.create({**vals, **self._vals(entity, row)})

    @api.model
    def _vals(self, entity, row):
        return {
            'name': row.get('FullyQualifiedName') or row.get('Name') or row['DisplayName'],
            'kind': _tax_code_kind(row) if entity == 'TaxCode' else row.get('AccountType', False),
            'data': {member: row[member] for member in REFERENCE_LISTS[entity] if member in row},
            'active': not row.get('Hidden', False),
        }

    def _match_key(self):
        """Return what is the same in two entries of two QuickBooks companys that are to be taken for each other."""
        kind = self.kind if self.entity in ('Account', 'TaxCode') else None
        return self.entity, kind, ':'.join(part.strip().casefold() for part in self.name.split(':'))

    def _entity_label(self):
        labels = {
            'Account': self.env._("Account"),
            'Class': self.env._("Class"),
            'Department': self.env._("Location"),
            'TaxCode': self.env._("Tax code"),
            'TaxAgency': self.env._("Tax agency"),
        }
        return labels.get(self.entity, self.entity)

    def _as_account(self):
        """Return an entry of the list of accounts as :class:`qbo.accounts.Account`."""
        data = self.data or {}
        number, classification = data.get('AcctNum') or '', data.get('Classification') or ''
        return accounts.Account(self.entity_id, self.name, number, self.kind or '', classification)


def _tax_code_kind(row):
    """Return ``Built-in``, ``Sales`` or ``Purchase``; built-in codes are no records: no version (qbo-api 9.7)."""
    if 'SyncToken' not in row:
        return 'Built-in'
    return 'Sales' if taxes.is_of_side(row, 'sale') else 'Purchase'
