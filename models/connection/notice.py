import hashlib

from odoo import api, fields, models

KEEP_DAYS = 30
GC_LIMIT = 10_000


class QboNotice(models.Model):
    """The events that Intuit told of: one that comes a second time is no news."""

    _name = 'qbo.notice'
    _description = "Event Told by QuickBooks"

    connection_id = fields.Many2one('qbo.connection', required=True, ondelete='cascade', readonly=True)
    digest = fields.Char(required=True, readonly=True, help="Of the id that Intuit gave the event.")

    _unique_event = models.Constraint('UNIQUE(connection_id, digest)', "An event is news once.")

    @api.model
    def _news(self, connection, events):
        """Remember events and return those that were not told before. Two calls at once do not fail each other.

        :param events: :class:`qbo.webhook.Event` of this connection's realm
        """
        by_digest = {hashlib.sha256(event.event_id.encode()).hexdigest(): event for event in events}
        rows = [(connection.id, digest, self.env.cr.now()) for digest in by_digest]
        found = self.env.cr.execute_values(
            "INSERT INTO qbo_notice (connection_id, digest, create_date) VALUES %s ON CONFLICT DO NOTHING "
            "RETURNING digest",
            rows,
            fetch=True,
        )
        return [by_digest[digest] for (digest,) in found]

    @api.autovacuum
    def _gc_old(self):
        """Forget events older than a month."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=KEEP_DAYS)
        old = self.search([('create_date', '<', limit)], limit=GC_LIMIT)
        old.unlink()
        return len(old), len(old) == GC_LIMIT
