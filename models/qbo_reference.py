from odoo import api, fields, models

# What the drop-downs need. Lists that Odoo has records for (customers, products) are links instead.
LISTS = ('Account',)


class QboReference(models.Model):
    """An entry of one of QuickBooks' lists that Odoo has no record for: what drop-downs are filled from."""

    _name = 'qbo.reference'
    _description = "QuickBooks List Entry"
    _order = 'name'

    connection_id = fields.Many2one('qbo.connection', required=True, ondelete='cascade', readonly=True)
    company_id = fields.Many2one(related='connection_id.company_id', store=True, index=True)
    entity = fields.Char("QuickBooks Type", required=True, readonly=True)
    qbo_id = fields.Char("QuickBooks Id", required=True, readonly=True)
    name = fields.Char(required=True, readonly=True)
    kind = fields.Char(readonly=True, help="Of an account: its type in QuickBooks, for example Income.")
    active = fields.Boolean(default=True, readonly=True)

    _unique_entry = models.Constraint('UNIQUE(connection_id, entity, qbo_id)', "An entry of a list is kept once.")

    @api.model
    def _refresh(self, connection):
        """Read the lists anew: one query each. Entries that are gone or inactive are archived, never deleted."""
        for entity in LISTS:
            statement = f'SELECT * FROM {entity} MAXRESULTS 1000'
            answer = connection._read(statement, lambda qbo, statement=statement: qbo.query(statement))
            self._take(connection, entity, answer.values)

    @api.model
    def _take(self, connection, entity, rows):
        """Make this list be ``rows``, the active entries as QuickBooks sent them."""
        known = self.with_context(active_test=False).search(
            [('connection_id', '=', connection.id), ('entity', '=', entity)]
        )
        by_id = {reference.qbo_id: reference for reference in known}
        for row in rows:
            vals = {
                'name': row.get('FullyQualifiedName') or row['Name'],
                'kind': row.get('AccountType'),
                'active': True,
            }
            if reference := by_id.pop(row['Id'], None):
                reference.write(vals)
            else:
                self.create({**vals, 'connection_id': connection.id, 'entity': entity, 'qbo_id': row['Id']})
        for reference in by_id.values():
            reference.active = False
