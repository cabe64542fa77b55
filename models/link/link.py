import json

from odoo import api, fields, models
from odoo.orm.models import NO_ACCESS

from ...qbo import endpoints, merge
from ..connection.reason import NO_REASON, Reason
from .mixin import MODES, STATES

ORIGINS = [('odoo', "Odoo"), ('qbo', "QuickBooks")]
ANNOUNCED_MAX = 500  # a list shows no more records than that
BEGUN_ANEW = {
    'qbo_id': False,
    'sync_token': 0,
    'token_ahead': 0,
    'base_odoo': False,
    'base_qbo': False,
    'snapshot': False,
    'doc_number': False,
}
"""The values of a link that knows of no entity."""
AGREED = 'agreed'  # what takes most room in a link: read together, and only where one of them is asked for


class QboLink(models.Model):
    """Ties an Odoo record to an entity of one QuickBooks company.

    ``base_odoo`` and ``base_qbo`` are the agreed values of the mapped fields, as each side spells them: a name that
    QuickBooks trims or a country it writes another way is then a difference on neither side.
    """

    _name = 'qbo.link'
    _description = "QuickBooks Link"
    _check_company_auto = True
    _inherit = ['qbo.guard']
    _order = 'id desc'
    _rec_name = 'name'

    qbo_company_id = fields.Many2one('qbo.company', required=True, ondelete='cascade', index=True, readonly=True)
    company_id = fields.Many2one(related='qbo_company_id.company_id', store=True, index=True)
    connection_id = fields.Many2one(related='qbo_company_id.connection_id', help="Empty where it was left.")
    res_model = fields.Char("Model", readonly=True)
    res_id = fields.Many2oneReference("Record Id", model_field='res_model', readonly=True)
    name = fields.Char("Record", readonly=True)
    entity = fields.Char("QuickBooks Type", required=True, readonly=True)
    form = fields.Char(readonly=True, help="Which of two things its type is in Odoo, where it is two.")
    qbo_id = fields.Char("QuickBooks Id", readonly=True, copy=False)
    sync_token = fields.Integer(readonly=True, help="Intuit's version of the entity.")
    token_ahead = fields.Integer(
        readonly=True, help="How many versions QuickBooks made since, by payments of ours that settle this document."
    )
    origin = fields.Selection(ORIGINS, "Created in", readonly=True)
    mode = fields.Selection(MODES, "Synchronization", required=True, default='auto')
    state = fields.Selection(
        [('none', "Not synchronized"), *STATES, ('gone', "Deleted")],
        required=True,
        default='none',
        readonly=True,
    )
    base_odoo = fields.Json("Agreed Values (Odoo)", readonly=True, groups=NO_ACCESS, prefetch=AGREED)
    base_qbo = fields.Json("Agreed Values (QuickBooks)", readonly=True, groups=NO_ACCESS, prefetch=AGREED)
    snapshot = fields.Json(
        "Other Facts",
        readonly=True,
        groups=NO_ACCESS,
        prefetch=AGREED,
        help="Of the entity as last seen: totals, ids of its lines.",
    )
    conflicts = fields.Json(
        readonly=True, groups=NO_ACCESS, help="Fields changed on both sides, waiting for a decision."
    )
    unapplied_changes = fields.Json(
        readonly=True,
        groups=NO_ACCESS,
        help="What QuickBooks has otherwise, and Odoo, which is the source, did not apply.",
    )
    conflict_text = fields.Text("Both Versions", compute='_compute_conflict_text', compute_sudo=True)
    name_suffix = fields.Char("Name Suffix in QuickBooks", readonly=True)
    doc_number = fields.Char("Number in QuickBooks", readonly=True)
    sent_as = fields.Char("Number to Send", readonly=True, help="Of a document, instead of Odoo's number.")
    send_asked = fields.Boolean(
        "To Be Sent by QuickBooks", readonly=True, help="Somebody asked QuickBooks to send this document by e-mail."
    )
    candidate = fields.Json(readonly=True, groups=NO_ACCESS, help="The QuickBooks name that stands in the way.")
    lost = fields.Selection(
        [('look', "May Be There Already"), ('anyway', "Sent Anyway")],
        "Sent Without an Answer",
        readonly=True,
        help="What is looked for in QuickBooks before it is created.",
    )
    perhaps = fields.Json(readonly=True, groups=NO_ACCESS, help="The entities that this record may have become.")
    candidate_name = fields.Char(compute='_compute_candidate', compute_sudo=True)
    can_link_candidate = fields.Boolean(compute='_compute_candidate', compute_sudo=True)
    suggested_name = fields.Char(compute='_compute_candidate', compute_sudo=True)
    reason = fields.Json(readonly=True, help="Why it is in this state: a Reason, worded for its reader by Message.")
    error = fields.Text("Message", compute='_compute_error')
    error_code = fields.Char("Cause", readonly=True, help="The reason's key, or QuickBooks' own code.")
    error_fix = fields.Char(readonly=True, help="The name of the button that fixes it.")
    direction = fields.Selection(
        [('push', "To QuickBooks"), ('pull', "From QuickBooks")], "Failed Direction", readonly=True
    )
    retry_at = fields.Datetime(readonly=True)
    attempts = fields.Integer(readonly=True)
    waits_for_id = fields.Many2one('qbo.link', "Waits for", ondelete='set null', index='btree_not_null', readonly=True)
    synced_at = fields.Datetime("Last Synchronized", readonly=True)
    request_ids = fields.One2many('qbo.request', 'link_id', "Requests")
    log_ids = fields.One2many('qbo.log', 'link_id', "Activity")
    dismissed = fields.Boolean(readonly=True, help="The error is not counted any more, until the record fails again.")

    _unique_record = models.UniqueIndex(
        '(qbo_company_id, res_model, res_id, entity) WHERE res_id IS NOT NULL',
        "A record has one link per QuickBooks type.",
    )
    _unique_entity = models.UniqueIndex(
        '(qbo_company_id, entity, qbo_id) WHERE qbo_id IS NOT NULL',
        "A QuickBooks entity is linked to one record.",
    )
    _retry_idx = models.Index('(retry_at) WHERE retry_at IS NOT NULL')
    _lost_idx = models.Index("(qbo_company_id) WHERE lost = 'look'")

    # === COMPUTE METHODS === #

    @api.depends('reason', 'waits_for_id.reason')
    @api.depends_context('lang')
    def _compute_error(self):
        """What waits for another record says why that one is not there: as it is now, not as it was."""
        for link in self:
            reasons, waiting = [], link
            while waiting and waiting.reason not in reasons:
                reasons.append(waiting.reason)
                waiting = waiting.waits_for_id
            link.error = " ".join(Reason.of(reason).text(self.env) for reason in reasons if reason) or False

    def _undecided(self):
        """Return ``[{'path', 'odoo', 'qbo'}]`` of what the two sides have otherwise until a person decides."""
        return (self.conflicts or []) + (self.unapplied_changes or [])

    # === CRUD METHODS === #

    def write(self, vals):
        """An entity that is gone is forgotten as soon as anything else is said of its record: a new one is meant."""
        if vals.get('state', 'gone') != 'gone' and 'qbo_id' not in vals:
            gone = self.filtered(lambda link: link.state == 'gone' and link.qbo_id)
            super(QboLink, gone).write(BEGUN_ANEW)
        result = super().write(vals)
        if 'state' in vals:
            self._announce()
        return result

    # === BUSINESS METHODS === #

    def _send_announcement(self):
        changed = self.env.cr.precommit.data.pop('quickbooks_online.announce', {})
        if not changed:
            return
        payload = {model: sorted(ids)[:ANNOUNCED_MAX] for model, ids in changed.items()}
        # The channel reaches users of all companies: ids only, never names.
        self.env.ref('quickbooks_online.quickbooks_online_group_user')._bus_send('quickbooks_online/state', payload)

    def _shown_state(self, is_waiting):
        """Return the state that the record shows: an empty link shows none.

        :param bool is_waiting: whether the record has a change that is not agreed
        """
        if self.mode == 'never' or self.state == 'gone':
            return False
        if self.state == 'error':
            return self.shown_state
        if is_waiting:
            return 'pending'
        if self.is_held:
            return 'held'
        return self.state if self.state != 'none' else False

    def _is_there(self):
        """Return whether QuickBooks has the entity, as far as is known."""
        return bool(self.qbo_id) and self.state != 'gone'

    def _version(self):
        return {'Id': self.qbo_id, 'SyncToken': str(self.sync_token + self.token_ahead)}

    def _forget_unapplied(self):
        """Forget what was not applied once where one of the sides has another value now."""
        if not self.unapplied_changes:
            return
        agreed = [merge.flatten(base or {}) for base in (self.base_odoo, self.base_qbo)]
        left = [
            row for row in self.unapplied_changes if [row['odoo'], row['qbo']] == [at.get(row['path']) for at in agreed]
        ]
        if left != self.unapplied_changes:
            self.unapplied_changes = left or False

    def _cleared(self):
        """Return the values of a link without any trouble."""
        return {
            **NO_REASON,
            'direction': False,
            'retry_at': False,
            'attempts': 0,
            'conflicts': False,
            'candidate': False,
            'perhaps': False,
            'waits_for_id': False,
            'dismissed': False,
        }

    def _fail(self, reason, direction='push', **vals):
        """Show an error on the record.

        :param Reason reason: what happened and what to do
        """
        self.write({'state': 'error', **reason.vals(), 'direction': direction, 'dismissed': False, **vals})

    def _wait(self, reason, waits_for=None):
        """Hold the record back and say why; it goes on when it, or what it waits for, changes.

        :param Reason reason: why
        """
        waits_for_id = waits_for and waits_for.id
        self.write({**self._cleared(), 'state': 'pending', **reason.vals(), 'waits_for_id': waits_for_id})

    def _make_room(self, qbo_id):
        """Have an entity of this type belong to no other link: it is about to be tied to this record.

        A link that waited for it to be taken is deleted, and that of a record that was deleted in Odoo lets go of it.
        """
        own = [('qbo_company_id', '=', self.qbo_company_id.id), ('entity', '=', self.entity), ('qbo_id', '=', qbo_id)]
        others = self.search(own) - self
        others.filtered('res_id').qbo_id = False
        others.flush_recordset(['qbo_id'])  # before another one has the entity
        others.filtered(lambda link: not link.res_id).unlink()

    def _is_taken(self):
        """Return whether an entity belongs to a record already, or is to stay out of Odoo."""
        return any((link.res_id and link.state != 'gone') or link.mode == 'never' for link in self)

    def _tied_vals(self, qbo_id):
        """Return the values of a link that is tied to an entity that exists; the two are still to be merged."""
        return {**self._cleared(), 'qbo_id': qbo_id, 'origin': 'qbo', 'state': 'pending', 'sync_token': -1}

    def _reset(self):
        """Forget that these links, which have no entity, were ever to be sent."""
        self.write({**self._cleared(), 'state': 'none'})

    def _reopen(self):
        """Forget the error of these links so that the engine tries again, without waiting."""
        self.request_ids.filtered(lambda request: request.state in ('unanswered', 'answered')).retry_at = False
        for link in self.filtered(lambda link: link.state == 'error' or link.direction == 'pull'):
            link.write(
                {
                    'reason': False,
                    'error_code': False,
                    'retry_at': fields.Datetime.now() if link.direction == 'pull' else False,
                    'attempts': 0,
                    'state': 'pending',
                }
            )

    def _pretty(self, body):
        return json.dumps(body, indent=2, ensure_ascii=False, sort_keys=True)

    def _deep_link(self):
        """Return the address of the entity in QuickBooks' web application."""
        connection = self.connection_id
        return endpoints.deep_link(connection.environment, self.entity, self.qbo_id, local_url=connection.local_url)
