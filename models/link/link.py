import json
import re

from odoo import api, fields, models
from odoo.orm.models import NO_ACCESS

from ...qbo import endpoints, merge, values
from ...qbo.values import VOIDED
from .mixin import MODES, STATES

ORIGINS = [('odoo', "Odoo"), ('qbo', "QuickBooks")]
ANNOUNCED_MAX = 500  # a list shows no more records than that


class QboLink(models.Model):
    """Ties an Odoo record to a QuickBooks entity, for one connection.

    ``base_odoo`` and ``base_qbo`` are the agreed values of the mapped fields, as each side spells them: a name that
    QuickBooks trims or a country it writes another way is then a difference on neither side.
    """

    _name = 'qbo.link'
    _description = "QuickBooks Link"
    _order = 'id desc'
    _rec_name = 'name'

    connection_id = fields.Many2one('qbo.connection', required=True, ondelete='cascade', index=True, readonly=True)
    company_id = fields.Many2one(related='connection_id.company_id', store=True, index=True)
    res_model = fields.Char("Model", readonly=True)
    res_id = fields.Many2oneReference("Record Id", model_field='res_model', readonly=True, index='btree_not_null')
    name = fields.Char("Record", readonly=True)
    entity = fields.Char("QuickBooks Type", required=True, readonly=True)
    qbo_id = fields.Char("QuickBooks Id", readonly=True, copy=False)
    sync_token = fields.Integer(readonly=True, help="Intuit's version of the entity.")
    token_ahead = fields.Integer(
        readonly=True, help="How many versions QuickBooks made since, by payments of ours that settle this document."
    )
    origin = fields.Selection(ORIGINS, "Created in", readonly=True)
    mode = fields.Selection(MODES, "Synchronisation", required=True, default='auto')
    state = fields.Selection(
        [('none', "Not synchronised"), *STATES, ('gone', "Deleted")],
        required=True,
        default='none',
        readonly=True,
    )
    base_odoo = fields.Json("Agreed Values (Odoo)", readonly=True)
    base_qbo = fields.Json("Agreed Values (QuickBooks)", readonly=True)
    facts = fields.Json("Other Facts", readonly=True, help="Of the entity as last seen: totals, ids of its lines.")
    conflicts = fields.Json(readonly=True, help="Fields changed on both sides, waiting for a decision.")
    untaken = fields.Json(
        readonly=True, help="What QuickBooks has otherwise, and Odoo, which is the source, did not take over."
    )
    conflict_text = fields.Text("Both Versions", compute='_compute_conflict_text')
    name_suffix = fields.Char("Name Suffix in QuickBooks", readonly=True)
    doc_number = fields.Char("Number in QuickBooks", readonly=True, index='btree_not_null')
    sent_as = fields.Char("Number to Send", readonly=True, help="Of a document, instead of Odoo's number.")
    send_asked = fields.Boolean(
        "To Be Sent by QuickBooks", readonly=True, help="Somebody asked QuickBooks to send this document by e-mail."
    )
    candidate = fields.Json(readonly=True, help="The QuickBooks name that stands in the way.")
    candidate_name = fields.Char(compute='_compute_candidate')
    can_link_candidate = fields.Boolean(compute='_compute_candidate')
    suggested_name = fields.Char(compute='_compute_candidate')
    error = fields.Text("Message", readonly=True)
    error_code = fields.Char("Error", readonly=True)
    error_fix = fields.Char(readonly=True)
    direction = fields.Selection(
        [('push', "To QuickBooks"), ('pull', "From QuickBooks")], "Failed Direction", readonly=True
    )
    retry_at = fields.Datetime(readonly=True)
    attempts = fields.Integer(readonly=True)
    waits_for_id = fields.Many2one('qbo.link', "Waits for", ondelete='set null', index='btree_not_null', readonly=True)
    synced_at = fields.Datetime("Last Synchronised", readonly=True)
    request_ids = fields.One2many('qbo.request', 'link_id', "Requests")
    log_ids = fields.One2many('qbo.log', 'link_id', "Activity")
    dismissed = fields.Boolean(readonly=True, help="The error is not counted any more, until the record fails again.")
    active = fields.Boolean(default=True, readonly=True)
    realm_digest = fields.Char(
        readonly=True,
        index='btree_not_null',
        groups=NO_ACCESS,
        help="Of an archived link: the company file with which it comes back; empty, it never does.",
    )

    _unique_record = models.UniqueIndex(
        '(connection_id, res_model, res_id, entity) WHERE res_id IS NOT NULL AND active',
        "A record has one link per QuickBooks type.",
    )
    _unique_entity = models.UniqueIndex(
        '(connection_id, entity, qbo_id) WHERE qbo_id IS NOT NULL AND active',
        "A QuickBooks entity is linked to one record.",
    )
    _retry_idx = models.Index('(retry_at) WHERE retry_at IS NOT NULL')

    # === COMPUTE METHODS === #

    @api.depends('conflicts', 'untaken')
    def _compute_conflict_text(self):
        for link in self:
            rows = (link._in_words(row['path'], row['odoo'], row['qbo']) for row in link._undecided())
            link.conflict_text = '\n'.join(
                self.env._(
                    "%(field)s: Odoo “%(odoo)s”, QuickBooks “%(qbo)s”", field=field, odoo=in_odoo, qbo=in_quickbooks
                )
                for field, in_odoo, in_quickbooks in rows
            )

    def _undecided(self):
        """Return ``[{'path', 'odoo', 'qbo'}]`` of what the two sides have otherwise until a person decides."""
        return (self.conflicts or []) + (self.untaken or [])

    @api.depends('candidate', 'name', 'error_fix', 'sent_as')
    def _compute_candidate(self):
        for link in self:
            candidate = link.candidate or {}
            link.candidate_name = candidate.get('name')
            is_free = bool(candidate) and candidate['entity'] == link.entity and not candidate['linked']
            link.can_link_candidate = is_free and bool(candidate['id']) and not link.qbo_id
            link.suggested_name = (
                link._record()._qbo_suggestion() if candidate or link.error_fix == 'send_as' else False
            )

    def _suggested_suffix(self):
        """Return the next suffix that was not refused yet: " (customer)" beside a vendor, else " (2)", " (3)" …"""
        if not self.name_suffix and self.candidate['entity'] != self.entity:
            return f' ({self._model()._qbo_noun().lower()})'
        number = re.search(r'(\d+)\)$', self.name_suffix or '')
        return f' ({int(number[1]) + 1 if number else 2})'

    # === CRUD METHODS === #

    def write(self, vals):
        result = super().write(vals)
        if 'state' in vals:
            self._announce()
        return result

    @api.model
    def _search(self, domain, *args, **kwargs):
        """Archived links count nowhere, not even where somebody looks at archived customers."""
        return super(QboLink, self.with_context(active_test=True))._search(domain, *args, **kwargs)

    # === BUSINESS METHODS === #

    def _announce(self):
        """Have open screens show the new state, once this transaction commits: one message for all its links."""
        changed = self.env.cr.precommit.data.setdefault('quickbooks_online.announce', {})
        if not changed:
            self.env.cr.precommit.add(self._send_announcement)
        for link in self.filtered('res_id'):
            for shown in link._model().browse(link.res_id)._qbo_shown_on():
                changed.setdefault(shown._name, set()).update(shown._ids)

    def _send_announcement(self):
        changed = self.env.cr.precommit.data.pop('quickbooks_online.announce', {})
        if not changed:
            return
        payload = {model: sorted(ids)[:ANNOUNCED_MAX] for model, ids in changed.items()}
        # The channel reaches users of all companies: ids only, never names.
        self.env.ref('quickbooks_online.quickbooks_online_group_user')._bus_send('quickbooks_online/state', payload)

    @api.model
    def _look_again(self, connections, models, codes):
        """Have the engine look again at records that are held back or in error for what may be mended now.

        :param models: names of models
        :param codes: the errors of our own that a setting may mend
        """
        links = self.sudo().search(
            [
                ('connection_id', 'in', connections.ids),
                ('res_model', 'in', models),
                '|',
                '&',
                ('state', '=', 'error'),
                ('error_code', 'in', codes),
                '&',
                ('state', '=', 'pending'),
                ('waits_for_id', '=', False),
            ]
        )  # fmt: skip
        for link in links:
            link._append_change()

    @api.model
    def _for(self, connection, record):
        """Return the link of ``record``, created when it is missing.

        :param connection: one connection
        :param record: one record of a synchronised model
        """
        link = self.search(
            [('connection_id', '=', connection.id), ('res_model', '=', record._name), ('res_id', '=', record.id)]
        )
        return link or self.create(
            {
                'connection_id': connection.id,
                'res_model': record._name,
                'res_id': record.id,
                'name': record.display_name,
                'entity': record._qbo_entity(),
            }
        )

    @api.model
    def _record_of(self, connection, entity, qbo_id):
        """Return the Odoo record that an entity is linked with, an empty recordset where there is none."""
        domain = [('connection_id', '=', connection.id), ('entity', '=', entity), ('qbo_id', '=', qbo_id)]
        link = self.search([*domain, ('res_id', '!=', False)], limit=1) if qbo_id else self.browse()
        return link._record() if link else link

    @api.model
    def _left_out_text(self, connection, entity, qbo_id):
        """Return what to do about an entity that a person left out of the synchronisation, None for any other."""
        domain = [('connection_id', '=', connection.id), ('entity', '=', entity), ('qbo_id', '=', qbo_id)]
        link = self.search([*domain, ('res_id', '=', False), ('mode', '=', 'never')])
        if not link:
            return None
        return self.env._(
            "%(name)s was left out of the synchronisation. Open it under QuickBooks, Synchronised Records and press "
            "Synchronise, or link it in the comparison.",
            name=link.name,
        )

    def _model(self):
        """Return the model of the linked record, for the connection's company."""
        model = self.env[self.res_model].with_company(self.connection_id.company_id)
        return model.with_context(qbo_entity=self.entity)

    def _noun(self):
        """Return what users call the linked record: "Customer", "Invoice"."""
        return self._record()._qbo_noun()

    def _record(self):
        """Return the linked record, empty where it is deleted or was never created."""
        self.ensure_one()
        return self._model().browse(self.res_id).exists() if self.res_id else self._model()

    def _shown_state(self, is_waiting):
        """Return the state that the record shows: an empty link shows none.

        :param bool is_waiting: whether the record has a change that is not agreed
        """
        if self.mode == 'never' or self.state == 'gone':
            return False
        if self.state == 'error':
            return 'error'
        if is_waiting:
            return 'pending'
        return self.state if self.state != 'none' else False

    def _label(self, path, labels=None):
        """Return the name in words of a QuickBooks field path (``BillAddr.City``)."""
        labels = labels or self._model()._qbo_labels()
        return labels.get(path) or labels.get(path.split('.')[0]) or path

    def _in_words(self, path, *values):
        """Return ``[label, value, value …]``: what a user reads of several versions of one field."""
        record = self._record().sudo()
        return [self._label(path), *(record._qbo_in_words(path, value) for value in merge.apart(*values))]

    def _plan(self, record):
        """Return ``(odoo values, operation, body)``: what Odoo says now and what would be sent for it.

        ``operation`` is ``create``, ``update``, ``send``, ``void`` or ``delete``; ``body`` is None when nothing
        differs. The preview and the engine both call this, so they cannot disagree.
        """
        if self.undo == 'sending':
            return self._plan_taking_back()
        ending = record._qbo_ending()
        if ending:
            return self._plan_ending(record, ending)
        now = record._qbo_values()
        if not self._is_there():
            body = values.for_create({**now, **record._qbo_once()})
            return now, 'create', record._qbo_body(body, {})
        base_odoo, base_qbo = self.base_odoo or {}, self.base_qbo or {}
        changed = merge.changed(base_odoo, now)
        if not changed and self.send_asked:
            return now, 'send', {'Id': self.qbo_id}
        if not changed:
            return now, 'update', None
        if VOIDED in changed:
            # Of a voided document nothing is left there but what Odoo has not, such as its number: all goes again.
            base_odoo, changed = {}, changed | merge.changed({}, now)
        body = values.for_update(now, base_odoo, base_qbo, changed - {VOIDED})
        return now, 'update', {**self._version(), 'sparse': True, **record._qbo_body(body, self.facts or {})}

    def _plan_ending(self, record, ending):
        """Return what :meth:`_plan` does, for a record that was cancelled or deleted."""
        if not self._is_there() or (self.base_odoo or {}).get(VOIDED):
            return self.base_odoo, ending, None
        return {**(self.base_odoo or {}), VOIDED: True}, ending, self._version()

    def _is_there(self):
        """Return whether QuickBooks has the entity, as far as is known."""
        return bool(self.qbo_id) and self.state != 'gone'

    def _version(self):
        return {'Id': self.qbo_id, 'SyncToken': str(self.sync_token + self.token_ahead)}

    def _agree(self, entity, base_odoo, base_qbo):
        """Record that both sides agree.

        :param dict entity: the entity as QuickBooks returned it
        :param dict base_odoo: the mapped values as Odoo spells them
        :param dict base_qbo: the same as QuickBooks spells them
        """
        self.write(
            {
                'qbo_id': entity['Id'],
                'sync_token': int(entity.get('SyncToken') or 0),
                'token_ahead': 0,
                'base_odoo': base_odoo,
                'base_qbo': base_qbo,
                'doc_number': entity.get('DocNumber'),
                'facts': self._record()._qbo_facts(entity),
                'synced_at': fields.Datetime.now(),
                **self._cleared(),
                'state': 'synced',
            }
        )
        self._compare()

    def _compare(self):
        """Show where the record and its entity do not add up to the same, though all that is mapped agrees.

        And what is in QuickBooks in part only: nothing is lost without a word.
        """
        for link in self.filtered(lambda link: link.state in ('synced', 'differs')):
            link._forget_untaken()
            found = link._difference()
            sentence, fix = found or (False, False)
            state = 'differs' if found else 'synced'
            if (link.state, link.error) != (state, sentence):
                link.write({'state': state, 'error': sentence, 'error_fix': fix})

    def _difference(self):
        """Return ``(sentence, fix)`` of what is not the same on both sides, None where all is."""
        if self.untaken:
            labels = self._model()._qbo_labels()
            names = ", ".join(sorted({self._label(row['path'], labels) for row in self.untaken}))
            text = self.env._("Changed in QuickBooks and not taken over, because Odoo is the source: %s.", names)
            return text, 'untaken'
        record = self._record()
        found = record._qbo_difference(self.facts) if record and self.facts else None
        return found or self._shortened(record)

    def _forget_untaken(self):
        """Forget what was not taken over once where one of the sides has another value now."""
        agreed = [merge.flatten(base or {}) for base in (self.base_odoo, self.base_qbo)]
        left = [
            row for row in self.untaken or [] if [row['odoo'], row['qbo']] == [at.get(row['path']) for at in agreed]
        ]
        if left != (self.untaken or []):
            self.untaken = left or False

    def _shortened(self, record):
        """Return ``(sentence, None)`` of the texts that QuickBooks has only the beginning of, None where it has all."""
        sentences = [
            self.env._(
                "QuickBooks takes %(max)s characters of this field: %(field)s. It has %(length)s in Odoo, so the end "
                "is missing in QuickBooks. Shorten it to have all of it there.",
                max=taken,
                field=self._label(member),
                length=len(whole),
            )
            for member, whole, taken in (record._qbo_long() if record else ())
            if len(whole) > taken
        ]
        return (" ".join(sentences), None) if sentences else None

    def _cleared(self):
        """Return the values of a link without any trouble."""
        return {
            'error': False,
            'error_code': False,
            'error_fix': False,
            'direction': False,
            'retry_at': False,
            'attempts': 0,
            'conflicts': False,
            'candidate': False,
            'waits_for_id': False,
            'dismissed': False,
        }

    def _fail(self, code, text, direction='push', fix=None, **vals):
        """Show an error on the record, with the sentence that says what to do.

        :param str code: what errors are grouped by: QuickBooks' code or a word of our own
        :param str text: the sentence, translated
        :param str fix: the name of the button that mends it
        """
        self.write(
            {
                'state': 'error',
                'error_code': code,
                'error': text,
                'error_fix': fix,
                'direction': direction,
                'dismissed': False,
                **vals,
            }
        )

    def _wait(self, reason, waits_for=None):
        """Hold the record back and say why; it goes on when it, or what it waits for, changes."""
        self.write({**self._cleared(), 'state': 'pending', 'error': reason, 'waits_for_id': waits_for and waits_for.id})

    def _make_room(self, qbo_id):
        """Delete the link of an entity of this type that waited to be taken: it is about to be tied to this record."""
        domain = [('connection_id', '=', self.connection_id.id), ('entity', '=', self.entity), ('res_id', '=', False)]
        self.search([*domain, ('qbo_id', '=', qbo_id)]).unlink()

    def _is_taken(self):
        """Return whether an entity belongs to a record already, or is to stay out of Odoo."""
        return any(link.res_id or link.mode == 'never' for link in self)

    def _settle(self):
        """Note that nothing differs: what was pending or in error is mended."""
        for link in self.filtered(lambda link: link.state in ('pending', 'error')):
            link.write({**link._cleared(), 'state': 'synced'})
        self._compare()
        self._announce()

    def _reset(self):
        """Forget that these links, which have no entity, were ever to be sent."""
        self.write({**self._cleared(), 'state': 'none'})

    def _reopen(self):
        """Forget the error of these links so that the engine tries again, without waiting."""
        self.request_ids.filtered(lambda request: request.state == 'unanswered').retry_at = False
        for link in self.filtered(lambda link: link.state == 'error'):
            link.write(
                {
                    'error': False,
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
