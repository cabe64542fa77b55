from odoo import api, fields, models
from odoo.fields import Domain
from odoo.orm.models import NO_ACCESS, to_record_ids
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

    connection_id = fields.Many2one('qbo.connection', required=True, ondelete='cascade', readonly=True)
    company_id = fields.Many2one(related='connection_id.company_id', store=True, index=True)
    entity = fields.Char("QuickBooks Type", required=True, readonly=True)
    qbo_id = fields.Char(
        "QuickBooks Id", readonly=True, help="Empty while its company file is not connected: it is sent to no other."
    )
    shelved_id = fields.Char(readonly=True, help="Its id in the company file that was left.")
    realm_digest = fields.Char(readonly=True, groups=NO_ACCESS, help="The company file that was left.")
    name = fields.Char(required=True, readonly=True)
    kind = fields.Char(
        readonly=True,
        help="Of an account: its type in QuickBooks, for example Income. Of a tax code: Sales, Purchase, or Built-in "
        "for TAX and NON, which only say whether a line is taxed.",
    )
    data = fields.Json("Entity", readonly=True, help="What else is needed of the entry, as QuickBooks sent it.")
    active = fields.Boolean(default=True, readonly=True)

    _unique_entry = models.Constraint('UNIQUE(connection_id, entity, qbo_id)', "An entry of a list is kept once.")

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
        domain = [('connection_id', '=', connection.id), ('entity', '=', entity), ('qbo_id', 'in', list(qbo_ids))]
        if len(self.with_context(active_test=False).search(domain)) < len(qbo_ids):
            self._read_lists(connection, ('TaxRate', 'TaxCode') if entity == 'TaxCode' else (entity,))

    @api.model
    def _of(self, connection, entity, qbo_id):
        """Return the entry with this id, also an archived one; empty where Odoo does not know it (yet)."""
        domain = [('connection_id', '=', connection.id), ('entity', '=', entity), ('qbo_id', '=', qbo_id)]
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
        known = self.with_context(active_test=False).search(
            [('connection_id', '=', connection.id), ('entity', '=', entity), ('qbo_id', '!=', False)]
        )
        by_id = {reference.qbo_id: reference for reference in known}
        new = []
        for row in rows:
            vals = self._vals(entity, row)
            if reference := by_id.pop(row['Id'], None):
                if changed := {key: value for key, value in vals.items() if reference[key] != value}:
                    reference.write(changed)
            else:
                new.append({'connection_id': connection.id, 'entity': entity, 'qbo_id': row['Id'], **vals})
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
        vals = {'connection_id': connection.id, 'entity': entity, 'qbo_id': row['Id']}
        return self.create({**vals, **self._vals(entity, row)})

    @api.model
    def _vals(self, entity, row):
        return {
            'name': row.get('FullyQualifiedName') or row.get('Name') or row['DisplayName'],
            'kind': _tax_code_kind(row) if entity == 'TaxCode' else row.get('AccountType', False),
            'data': {member: row[member] for member in REFERENCE_LISTS[entity] if member in row},
            'active': not row.get('Hidden', False),
        }

    def _namesake(self):
        """Return what is the same in two entries of two company files that are to be taken for each other."""
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
        return accounts.Account(self.qbo_id, self.name, number, self.kind or '', classification)

    def _shelve(self, digest):
        """Put these entries aside with their company file: records still point to them, nothing is sent for them."""
        for reference in self:
            reference.write({'shelved_id': reference.qbo_id, 'qbo_id': False, 'realm_digest': digest, 'active': False})

    def _unshelve(self):
        """Have these entries again; whether they are active is known when the list is read."""
        for reference in self:
            reference.write(
                {'qbo_id': reference.shelved_id, 'shelved_id': False, 'realm_digest': False, 'active': True}
            )


def _tax_code_kind(row):
    """Return ``Built-in``, ``Sales`` or ``Purchase``; built-in codes are no records: no version (qbo-api 9.7)."""
    if 'SyncToken' not in row:
        return 'Built-in'
    return 'Sales' if taxes.is_of_side(row, 'sale') else 'Purchase'
