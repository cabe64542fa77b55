from odoo import api, fields, models

# A call that touches more records than this is bulk work and lets what a person saved go first.
BULK_FROM = 30


class QboChange(models.Model):
    """The outbox: each row says "this record changed".

    Rows are inserted in the user's own transaction and never updated: Odoo runs in REPEATABLE READ, where an
    INSERT cannot conflict and an UPDATE of a shared row would make long transactions fail (design §2).
    The engine deletes a row once its effect is agreed with QuickBooks.
    """

    _name = 'qbo.change'
    _description = "Change to Synchronise"
    _order = 'is_bulk, id'

    connection_id = fields.Many2one('qbo.connection', required=True, ondelete='cascade', readonly=True)
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference("Record", model_field='res_model', required=True, readonly=True)
    is_bulk = fields.Boolean("Bulk Work", readonly=True)
    heir_id = fields.Many2oneReference(
        "Merged Into", model_field='res_model', readonly=True, help="The record that this one was merged into."
    )

    _record_idx = models.Index('(connection_id, res_model, res_id)')
    _heir_idx = models.Index('(connection_id) WHERE heir_id > 0')

    @api.model
    def _append(self, records, connections=None, is_bulk=False, heir=None):
        """Note that ``records`` changed, for each connection that synchronises their company, and wake its engine.

        Inserts in the caller's transaction; the engine starts when it commits. No connection: no query.

        :param records: records of one model that inherits ``qbo.mixin``
        :param connections: only for these connections (all that collect changes when left out)
        :param bool is_bulk: let everything else go first, however few they are
        :param heir: the record that these were merged into
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
                            **({'heir_id': heir.id} if heir else {}),
                        }
                        for res_id in ids
                    ]
                )
                if self.env.context.get('cron_id') != item.cron_id:  # the engine itself looks again before it ends
                    self.env['ir.cron'].sudo().browse(item.cron_id)._trigger()

    @api.model
    def _waiting(self, connection, res_model, res_ids):
        """Return the ids among ``res_ids`` that have a change which is not agreed yet."""
        domain = [('connection_id', '=', connection.id), ('res_model', '=', res_model), ('res_id', 'in', res_ids)]
        return {res_id for (res_id,) in self.sudo()._read_group(domain, ['res_id'])}
