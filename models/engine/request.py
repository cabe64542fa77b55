import json
import uuid
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.orm.models import NO_ACCESS

from ...qbo.redact import redact
from ..connection.auth import MANAGER

KEEP_DAYS = 32  # the reads of the longest month are counted
GC_LIMIT = 10_000
CHANGES = 'CDC'  # how the trace of a read of changes begins
WINDOW_S = 60  # the longest window of Intuit's limits (qbo-api 3)


class QboRequest(models.Model):
    """What was asked of QuickBooks: write-ahead log and API trace in one.

    A write is stored and committed here *before* it is sent, so that after a crash the same body goes again under
    the same ``call_id`` (Intuit's ``requestid``) and QuickBooks answers what it answered the first time. The writes of
    one batch call share their ``call_id``. A read is only noted after it happened.
    """

    _name = 'qbo.request'
    _inherit = ['qbo.guard']
    _description = "QuickBooks Request"
    _check_company_auto = True
    _order = 'id desc'
    _rec_name = 'call_id'

    qbo_company_id = fields.Many2one('qbo.company', required=True, ondelete='cascade', index=True, readonly=True)
    company_id = fields.Many2one(related='qbo_company_id.company_id', store=True, index=True)
    link_id = fields.Many2one('qbo.link', ondelete='set null', index='btree_not_null', readonly=True)
    call_id = fields.Char("Request Id", required=True, index=True, readonly=True)
    is_batch = fields.Boolean("In a Batch Call", readonly=True)
    operation = fields.Selection(
        [
            ('create', "Create"),
            ('update', "Update"),
            ('delete', "Delete"),
            ('void', "Void"),
            ('send', "Send by E-mail"),
            ('upload', "Upload"),
            ('read', "Read"),
        ],
        required=True,
        readonly=True,
    )
    entity = fields.Char("QuickBooks Type", readonly=True)
    body = fields.Text(readonly=True, groups=NO_ACCESS, help="As sent, to the byte; shown with secrets masked.")
    shown_body = fields.Text("Sent", compute='_compute_shown_body', compute_sudo=True)
    odoo_values = fields.Json(
        "Values in Odoo", readonly=True, groups=NO_ACCESS, help="Becomes the agreed values once accepted."
    )
    change_ids = fields.Json("Changes Covered", readonly=True)
    state = fields.Selection(
        [
            ('unanswered', "Unanswered"),
            ('answered', "Answered"),
            ('done', "Accepted"),
            ('refused', "Refused"),
        ],
        required=True,
        readonly=True,
    )
    sent_at = fields.Datetime(readonly=True, index=True)
    attempts = fields.Integer(readonly=True)
    denials = fields.Integer(
        "Attempts Without Effect",
        readonly=True,
        help="How many attempts QuickBooks answered by saying that nothing was done. The answer to any other one was "
        "lost, and then the request id is kept: it may have been done.",
    )
    retry_at = fields.Datetime(readonly=True)
    looked_at = fields.Datetime(
        "Looked For", readonly=True, help="When QuickBooks was last asked whether it has this, and did not."
    )
    status = fields.Integer("HTTP Status", readonly=True, aggregator=None)
    tid = fields.Char("Intuit Trace Id", readonly=True)
    duration_ms = fields.Integer("Duration (ms)", readonly=True, aggregator='avg')
    fault = fields.Text("Refusal", readonly=True)

    answer = fields.Text(readonly=True, groups=NO_ACCESS, help="What came, until its consequences are drawn; JSON.")
    qbo_id = fields.Char("QuickBooks Id", readonly=True, help="Of the entity that the answer speaks of.")

    _pending_idx = models.Index("(qbo_company_id) WHERE state IN ('unanswered', 'answered')")

    @api.depends('body')
    @api.depends_context('uid')
    def _compute_shown_body(self):
        """What was sent, for who may read the record; where that is deleted, for administrators."""
        readable, is_manager = self.link_id._readable(), self.env.user.has_group(MANAGER)
        for request in self:
            is_shown = request.link_id in readable if request.link_id else is_manager
            body = is_shown and request.body or ''
            if body.startswith('{'):
                body = json.dumps(json.loads(body), indent=2, ensure_ascii=False, sort_keys=True)
            request.shown_body = redact(body)

    @api.model
    def _unanswered(self, connection):
        """Return the writes whose effect in QuickBooks is not known yet, in the order they were stored."""
        return self._open(connection, ['unanswered'])

    @api.model
    def _pending(self, connection):
        """Return the writes that are not done: not answered yet, or answered and their consequences not drawn."""
        return self._open(connection, ['unanswered', 'answered'])

    @api.model
    def _open(self, connection, states):
        """Return the writes in these states. No record waits for a file: what became of an upload asks who sent it."""
        domain = [('qbo_company_id', '=', connection.qbo_company_id.id), ('state', 'in', states)]
        return self.search([*domain, ('operation', '!=', 'upload')], order='id')

    @api.model
    def _sent_times(self, connection, batch_only=False):
        """Return when each call of the last minute was sent, as naive UTC datetimes: the shared rate limit's memory.

        :param bool batch_only: only calls of the batch endpoint, which has a limit of its own
        """
        domain = Domain(
            [
                ('qbo_company_id', '=', connection.qbo_company_id.id),
                ('sent_at', '>=', fields.Datetime.now() - timedelta(seconds=WINDOW_S)),
            ]
        )
        if batch_only:
            domain &= Domain('is_batch', '=', True)
        return [sent_at for _call, sent_at in self._read_group(domain, ['call_id'], ['sent_at:max'])]

    @api.model
    def _changes_asked(self, connection, since):
        """Return when QuickBooks was asked for changes since then, as naive UTC datetimes."""
        domain = [('qbo_company_id', '=', connection.qbo_company_id.id), ('sent_at', '>', since)]
        return self.search([*domain, ('operation', '=', 'read'), ('body', '=like', f'{CHANGES} %')]).mapped('sent_at')

    def _answered(self, state, answer):
        """Complete these requests with their answer.

        :param str state: ``done`` or ``refused``
        :param answer: a ``qbo.client.Answer`` or a ``qbo.errors.QboError``: both know status and tid
        """
        self.write(
            {
                'state': state,
                'status': answer.status,
                'tid': answer.tid,
                'duration_ms': getattr(answer, 'duration_ms', 0),
                'retry_at': False,
                'fault': str(answer) if isinstance(answer, Exception) else False,
            }
        )

    def _send_alone(self):
        """Store a new request with the same body, to be sent on its own, and return it."""
        return self.copy(
            {
                'call_id': str(uuid.uuid4()),
                'is_batch': False,
                'state': 'unanswered',
                'sent_at': False,
                'attempts': 0,
                'denials': 0,
                'fault': False,
            }
        )

    @api.model
    def _note_read(self, connection, answer, statement):
        """Note a metered read in the trace.

        :param str statement: the query, or the path of the call
        """
        self.create(
            {
                'qbo_company_id': connection.qbo_company_id.id,
                'call_id': answer.tid or 'read',
                'operation': 'read',
                'body': statement,
                'state': 'done',
                'sent_at': fields.Datetime.now(),
                'status': answer.status,
                'tid': answer.tid,
                'duration_ms': answer.duration_ms,
            }
        )

    def _end(self, state, error=None):
        """Note that the consequences of the stored answer are drawn.

        :param str state: ``done`` or ``refused``
        :param error: the refusal
        """
        self.write({'state': state, 'answer': False, 'fault': str(error) if error else False})

    @api.autovacuum
    def _gc_bodies(self):
        """Delete what was sent as soon as the connection's setting says; the line in the trace stays."""
        left = False
        for connection in self.env['qbo.connection'].search([('state', '!=', 'draft')]):
            limit = fields.Datetime.now() - timedelta(days=connection.keep_bodies_days)
            domain = [
                ('qbo_company_id', '=', connection.qbo_company_id.id),
                ('create_date', '<', limit),
                ('state', 'in', ('done', 'refused')),
                ('operation', '!=', 'read'),
                ('body', '!=', False),
            ]
            old = self.search(domain, limit=GC_LIMIT)
            old.write({'body': False, 'odoo_values': False})
            left = left or len(old) == GC_LIMIT
        return 0, left

    @api.autovacuum
    def _gc_old(self):
        """Delete answered requests older than a month; one without an answer is still owed."""
        limit = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        old = self.search([('create_date', '<', limit), ('state', 'in', ('done', 'refused'))], limit=GC_LIMIT)
        old.unlink()
        return len(old), len(old) == GC_LIMIT
