from odoo import api, fields, models

# A call that touches more records than this is bulk work and lets what a person saved go first.
BULK_FROM = 30
ANY = 0
"""In the place of a record's number: one that is deleted, nobody knows which."""


class QboChange(models.Model):
    """The outbox: each row says "this record changed".

    Rows are inserted in the user's own transaction and never updated: Odoo runs in REPEATABLE READ, where an
    INSERT cannot conflict and an UPDATE of a shared row would make long transactions fail (design §2).
    The engine deletes a row once its effect is agreed with QuickBooks.

    A record of a model without a mapping, such as a tax, is one that others are computed from. The engine finds those
    (``dependents.py``), appends their changes and deletes the row; it alone moves the row's position meanwhile.
    """

    _name = 'qbo.change'
    _description = "Change to Synchronize"
    _order = 'is_bulk, id'

    connection_id = fields.Many2one('qbo.connection', required=True, ondelete='cascade', readonly=True)
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference("Record", model_field='res_model', required=True, readonly=True)
    is_bulk = fields.Boolean("Bulk Work", readonly=True)
    merged_into_id = fields.Many2oneReference(
        model_field='res_model', readonly=True, help="The record that this one was merged into."
    )

    found_model = fields.Char("Dependents' Model", readonly=True, help="Of which model the records are searched now.")
    found_id = fields.Integer("Found up to", readonly=True, help="The last record that was found of that model.")

    _record_idx = models.Index('(connection_id, res_model, res_id)')
    _merged_into_idx = models.Index('(connection_id) WHERE merged_into_id > 0')

    @api.model
    def _append(self, records, connections=None, is_bulk=False, target=None):
        """Note that ``records`` changed, for each connection that synchronizes their company, and wake its engine.

        Inserts in the caller's transaction; the engine starts when it commits. No connection: no query.

        :param records: records of one model that inherits ``qbo.mixin``
        :param connections: only for these connections (all that collect changes when left out)
        :param bool is_bulk: let everything else go first, however few they are
        :param target: the record that these were merged into
        """
        collecting = self.env['qbo.connection']._collecting()
        if connections is not None:
            collecting = [item for item in collecting if item.connection_id in connections.ids]
        for item in collecting:
            if records._name not in item.models:
                continue
            ids = records._qbo_of_company(item.company_id)._ids
            if ids:
                self.sudo().create(
                    [
                        {
                            'connection_id': item.connection_id,
                            'res_model': records._name,
                            'res_id': res_id,
                            'is_bulk': is_bulk or len(ids) > BULK_FROM,
                            **({'merged_into_id': target.id} if target else {}),
                        }
                        for res_id in ids
                    ]
                )
                if self.env.context.get('cron_id') != item.cron_id:  # the engine itself looks again before it ends
                    self.env['ir.cron'].sudo().browse(item.cron_id)._trigger()

    @api.model
    def _append_dependents(self, records):
        """Note what is computed from records that are about to be deleted: it cannot be found afterwards.

        A user is not to wait while many are noted: then one row says that any of them may be another.

        :param records: records of one model that inherits ``qbo.watched`` and has no mapping
        """
        if not any(records._name in item.models for item in self.env['qbo.connection']._collecting()):
            return
        for model, domain in self.env['qbo.mapping']._following(records).items():
            dependents = self.env[model].sudo().with_context(active_test=False)
            found = dependents.search(domain, order='id', limit=BULK_FROM + 1)
            if len(found) > BULK_FROM:
                self._append(records.browse([ANY]))
                return
            self._append(found)

    @api.model
    def _waiting(self, connection, res_model, res_ids):
        """Return the ids among ``res_ids`` that have a change which is not agreed yet."""
        domain = [('connection_id', '=', connection.id), ('res_model', '=', res_model), ('res_id', 'in', res_ids)]
        return {res_id for (res_id,) in self.sudo()._read_group(domain, ['res_id'])}
