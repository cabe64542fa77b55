"""What one step knows: of the engine, of a button, of a badge. Plain Python, without a table."""

from odoo import fields
from odoo.tools.translate import LazyTranslate

from ...qbo import entities
from ..connection.reason import NO_REASON, Reason, declare
from .names import like
from .step_settled import Settled

_lt = LazyTranslate(__name__)
declare(
    {
        'unapplied_changes': _lt("Changed in QuickBooks and not applied, because Odoo is the source: %(fields)s."),
        'unapplied_changes_money': _lt(
            "Changed in QuickBooks and not applied, because Odoo is the source: %(fields)s. %(money)s"
        ),
        'cut': _lt(
            "QuickBooks takes %(max)s characters of this field: %(field)s. It has %(length)s in Odoo, so the end is "
            "missing in QuickBooks. Shorten it to have all of it there."
        ),
        'both': _lt("%(first)s %(second)s"),
    },
    fixes={'unapplied_changes': 'unapplied_changes', 'unapplied_changes_money': 'unapplied_changes'},
)

THERE = 'quickbooks_online.there'
"""Where a cursor remembers which records exist: Odoo forgets it with the transaction, and after a rollback."""

SHOWN = ('res_model', 'res_id', 'entity', 'qbo_id', 'mode', 'state', 'reason')
"""What badges show of a link, read in one query."""


class Step(Settled):
    """One connection, its Odoo company and QuickBooks company, its mappings, and the links that the step has met.

    Lives as long as the step; nothing in it is read again after a commit but what people can change, which is asked of
    the records themselves. Look-ups go by (model, record id, entity type), so that a record may have several links.

    :param connection: one ``qbo.connection``, of which rights are not asked any more: its environment is the step's
    :param company: its Odoo company, where that is known without reading it
    :param qbo_company: likewise its ``qbo.company``
    :param str language: likewise the company's
    """

    def __init__(self, connection, company=None, qbo_company=None, language=None):
        # Names and descriptions go as the company writes them, whoever saves, and come back to where they were read.
        language = language or (connection._language() if connection else connection.env.lang)
        self.connection = connection.with_company(company or connection.company_id).with_context(lang=language)
        self.env = self.connection.env
        self.company = (company or connection.company_id).with_env(self.env)
        self.qbo_company = (qbo_company or connection.qbo_company_id).with_env(self.env)
        self._links = {}
        self._behind = {}  # (entity type, id): (link, record), None where QuickBooks' entity is not known
        self._asked = None  # what is asked of such a page again and again; None: nothing holds still
        self._mappings = None
        self.joined = {}  # link: lines with the changes of both sides, of the row that is being merged
        self.before = {}  # link: what was remembered of its entity before the row that is being merged

    @classmethod
    def of(cls, env, company):
        """Return the step of a company's connection as superuser; its connection is empty where there is none."""
        of_company = [item for item in env['qbo.connection']._collecting() if item.company_id == company.id]
        return cls(
            env['qbo.connection'].sudo().browse(item.connection_id for item in of_company),
            company.sudo(),
            env['qbo.company'].sudo().browse(item.qbo_company_id for item in of_company),
            next((item.language for item in of_company), None),
        )

    # === MAPPINGS === #

    @property
    def mappings(self):
        """Return the mappings that are switched on, in the order in which their rows are imported."""
        if self._mappings is None:
            every = self.env['qbo.mapping']._all()
            self._mappings = _in_order([item for item in every if item._is_on(self.connection)])
        return self._mappings

    def mappings_of(self, record, even_switched_off=False):
        """Return the mappings of a record: that of each of its links, and those that it is concerned by.

        :param bool even_switched_off: also those whose kind is not switched on yet
        """
        found = self.env['qbo.mapping']._of_model(record._name)
        if not even_switched_off:
            found = [item for item in found if item._is_on(self.connection)]
        links = {item: self.link(record, item._entity) for item in found}
        known = [item for item, link in links.items() if link and item._form == (link.form or None)]
        linked = [item for item in known if links[item].qbo_id]
        if not self.there(record):
            return linked or known
        found = [item for item in found if item in linked or item._concerned(self, record)]
        return sorted(found, key=lambda item: links[item].state == 'gone')

    def mapping_of(self, record):
        """Return the first of :meth:`mappings_of`, where there is none the first of its model."""
        return next(iter(self.mappings_of(record) or self.env['qbo.mapping']._of_model(record._name)))

    # === RECORDS === #

    def load_existing(self, records):
        """Find out at once which of these records there are, and remember what :meth:`once` is asked of them.

        Who asks for this forgets it again (:meth:`forget_existing`) where its transaction ends.
        """
        self._asked = {} if self._asked is None else self._asked
        self.there(records)

    def forget_existing(self):
        """Forget what :meth:`once` remembers."""
        self._asked = None

    def exists(self, record):
        """Return whether a record was not deleted."""
        return bool(self.there(record))

    def once(self, key, ask):
        """Return ``ask()``, remembered while the records of :meth:`load_existing` hold still."""
        if self._asked is None:
            return ask()
        if key not in self._asked:
            self._asked[key] = ask()
        return self._asked[key]

    # === LINKS === #

    def link(self, record, entity):
        """Return the link of a record with an entity of this type, empty where there is none."""
        key = record._name, record.id, entity
        if key not in self._links:
            self.load_links(record)
        return self._links.get(key, self.env['qbo.link'])

    def load_links(self, records):
        """Read the links of records of one model, all of a page at once."""
        known = self.env['qbo.mapping']._of_model(records._name)
        links = self.env['qbo.link'].search(self._of_records(records))
        for record in records:
            for mapping in known:
                self._links[records._name, record.id, mapping._entity] = links.browse()
        for link in links:
            self._links[link.res_model, link.res_id, link.entity] = link

    def _of_records(self, records):
        return [
            ('qbo_company_id', '=', self.qbo_company.id),
            ('res_model', '=', records._name),
            ('res_id', 'in', records.ids),
        ]

    def links_of(self, records):
        """Return ``{record id: [links]}`` of records of one model, whatever their entity type."""
        links = self.env['qbo.link'].search_fetch(self._of_records(records), SHOWN).grouped('res_id')
        return {record.id: list(links.get(record.id, ())) for record in records}

    def keep(self, link):
        """Remember a link that was made, or got a record or an entity, in this step."""
        self._links[link.res_model, link.res_id, link.entity] = link
        self._behind.pop((link.entity, link.qbo_id), None)
        if self._asked:
            self._asked.clear()
        return link

    def forget(self, record=None):
        """Read the links again when they are asked for: of a record, or all after a rollback."""
        if record is None:
            self._links.clear()
            self._behind.clear()
            self.forget_existing()
            return
        for key in [key for key in self._links if key[:2] == (record._name, record.id)]:
            del self._links[key]

    def link_for(self, mapping, record):
        """Return the link of a record, created where it is missing."""
        return self.links_for(mapping, [record])[record]

    def links_for(self, mapping, records):
        """Return ``{record: link}``; the links that are missing are created together."""
        self.make_links([(mapping, record) for record in records if not self.link(record, mapping._entity)])
        return {record: self.link(record, mapping._entity) for record in records}

    def make_links(self, pairs):
        """Create the links of records that have none yet, all at once, and return them.

        :param pairs: ``[(mapping, record)]``
        """
        links = self.env['qbo.link'].create(
            [
                {
                    'qbo_company_id': self.qbo_company.id,
                    'res_model': record._name,
                    'res_id': record.id,
                    'name': record.display_name,
                    'entity': mapping._entity,
                    'form': mapping._form,
                }
                for mapping, record in pairs
            ]
        )
        for link in links:
            self.keep(link)
        return links

    def qbo_id(self, record, entity):
        """Return the id of a record's entity in QuickBooks, None while there is none and for an empty record."""
        return self.link(record, entity).qbo_id or None if record else None

    def links_to(self, entity, qbo_ids):
        """Return the links of entities, as a recordset."""
        ids = [qbo_id for qbo_id in qbo_ids if qbo_id]
        domain = [('qbo_company_id', '=', self.qbo_company.id), ('entity', '=', entity), ('qbo_id', 'in', ids)]
        return self.env['qbo.link'].search(domain) if ids else self.env['qbo.link']

    def links_named(self, entity, qbo_ids):
        """Return the same, without a query where :meth:`load_behind` read them all."""
        keys = [(entity, qbo_id) for qbo_id in qbo_ids]
        if not all(key in self._behind for key in keys):
            return self.links_to(entity, qbo_ids)
        return self.env['qbo.link'].concat(*(self._behind[key][0] for key in keys if self._behind[key]))

    def record_of(self, entity, qbo_id):
        """Return the Odoo record behind an entity, an empty link where there is none (it is false, and has no name)."""
        return self.behind([(entity, qbo_id)]).get((entity, qbo_id), (None, self.env['qbo.link']))[1]

    def behind(self, keys):
        """Return ``{(entity type, id): (link, record)}`` of entities that have a link; the record may be empty.

        One query a type, for those that :meth:`load_behind` did not read.

        :param keys: ``(entity type, id)`` each
        """
        found = self._read_behind(key for key in keys if key not in self._behind)
        # Where no record is, nothing is noted: it may come in this very step.
        self._behind.update({key: (link, record) for key, (link, record) in found.items() if record})
        found.update({key: self._behind[key] for key in keys if self._behind.get(key)})
        return {key: (link, self.there(record)) for key, (link, record) in found.items()}

    def load_behind(self, keys):
        """Read at once what is behind entities, and note where nothing is: until the next call."""
        keys = set(keys)
        self._behind = {**dict.fromkeys(keys), **self._read_behind(keys)}

    def suppose(self, entity, qbo_id, record):
        """Have a record count as the one behind an entity, for a preview: nothing is linked."""
        self._behind[entity, qbo_id] = self.env['qbo.link'], record

    def _read_behind(self, keys):
        ids = {}
        for entity, qbo_id in keys:
            ids.setdefault(entity, set()).add(qbo_id)
        links = self.env['qbo.link'].concat(*(self.links_to(entity, some) for entity, some in ids.items()))
        records = self.records(links)
        return {(link.entity, link.qbo_id): (link, records.get(link, self.env[link.res_model])) for link in links}

    def record(self, link):
        """Return the record of a link, for the step's company; empty where it is deleted or was never created."""
        records = self.env[link.res_model].with_company(self.company)
        return self.there(records.browse(link.res_id)) if link.res_id else records.browse()

    def records(self, links):
        """Return ``{link: record}`` of those of these links whose record exists; one query a model."""
        found = {}
        for model, some in links.filtered('res_id').grouped('res_model').items():
            records = self.env[model].with_company(self.company).browse(some.mapped('res_id'))
            by_id = {record.id: record for record in self.there(records)}
            found.update({link: by_id[link.res_id] for link in some if link.res_id in by_id})
        return found

    def there(self, records):
        """Return those of these records that exist; the database is asked once in a transaction.

        Others delete none meanwhile, as far as this transaction sees; ``qbo.watched`` forgets what it deletes itself.
        """
        known = self.env.cr.cache.setdefault(THERE, {}).setdefault(records._name, set())
        if unknown := set(records._ids) - known:
            known.update(records.browse(unknown).exists()._ids)
        return records if known.issuperset(records._ids) else records.filtered(lambda record: record.id in known)

    def mapping_of_link(self, link):
        """Return the mapping of a link."""
        return self.env['qbo.mapping']._of_link(link)

    # === LISTS === #

    def list_item(self, entity, qbo_id):
        """Return the item of one of QuickBooks' lists (account, tax code, class …), empty where there is none."""
        return self.env['qbo.reference']._of(self.connection, entity, qbo_id)

    def list_id(self, reference):
        """Return the id of an item of QuickBooks' lists, None for one of another QuickBooks company: it is not sent."""
        return (reference.qbo_company_id == self.qbo_company and reference.qbo_id) or None

    def name_of(self, entity, qbo_id):
        """Return the name of an entity: that of its record, else of QuickBooks' list, else its id."""
        return self.record_of(entity, qbo_id).display_name or self.list_item(entity, qbo_id).name or qbo_id

    # === WHAT A LINK SHOWS === #

    def agree(self, mapping, record, link, row, base_odoo, base_qbo, **vals):
        """Record that both sides agree.

        :param dict row: the entity as QuickBooks returned it
        :param dict base_odoo: the mapped values as Odoo spells them
        :param dict base_qbo: the same as QuickBooks spells them
        :param vals: more values of the link
        """
        link.write(
            {
                'qbo_id': row['Id'],
                'sync_token': int(row.get('SyncToken') or 0),
                'token_ahead': 0,
                'base_odoo': base_odoo,
                'base_qbo': base_qbo,
                'doc_number': row.get('DocNumber'),
                'snapshot': mapping._snapshot(self, row),
                'synced_at': fields.Datetime.now(),
                **link._cleared(),
                'state': 'synced',
                **vals,
            }
        )
        self.compare(link, mapping, record)

    def compare(self, link, mapping=None, record=None):
        """Show where a record and its entity do not add up to the same, though all that is mapped agrees.

        And what is in QuickBooks in part only, or was there before it became a draft in Odoo: nothing is lost without
        a word.
        """
        if link.state not in ('synced', 'differs') or link.direction == 'pull':
            return  # pull: it says what could not be applied
        link._forget_unapplied()
        mapping = self.mapping_of_link(link) if mapping is None else mapping
        record = self.record(link) if record is None else record
        state, vals = 'synced', NO_REASON
        if reason := self.difference(link, mapping, record):
            state, vals = 'differs', reason.vals()
        elif reason := record and mapping._unfinished(record):
            state, vals = 'pending', reason.vals()
        if (link.state, link.reason) != (state, vals['reason']):
            link.write({'state': state, **vals})

    def difference(self, link, mapping=None, record=None):
        """Return the reason why not all is the same on both sides, None where it is."""
        mapping = self.mapping_of_link(link) if mapping is None else mapping
        record = self.record(link) if record is None else record
        found = mapping._difference(self, record, link.snapshot) if record and link.snapshot else None
        if link.unapplied_changes:
            if kept := mapping._kept_reason(link):
                return Reason('both', {'first': kept, 'second': found}) if found else kept
            fields_ = [link._labeled(path) for path in sorted(row['path'] for row in link.unapplied_changes)]
            if found:
                return Reason('unapplied_changes_money', {'fields': fields_, 'money': found})
            return Reason('unapplied_changes', {'fields': fields_})
        return found or self.truncated(link, mapping, record)

    def truncated(self, link, mapping, record):
        """Return the reason that names the texts of which QuickBooks has only the beginning, None where it has all."""
        reasons = [
            Reason('cut', {'max': sent, 'field': link._labeled(member), 'length': len(whole)})
            for member, whole, sent in (mapping._truncated(self, record) if record else ())
            if len(whole) > sent
        ]
        while len(reasons) > 1:
            reasons[:2] = [Reason('both', {'first': reasons[0], 'second': reasons[1]})]
        return reasons[0] if reasons else None

    def acknowledge(self, link, mapping, record):
        """Note that nothing differs: what was pending or in error is fixed."""
        if link.state in ('pending', 'error'):
            link.write({**link._cleared(), 'state': 'synced'})
            self.wake_waiting(link)
            mapping._compare_documents(self, record, link)
        self.compare(link, mapping, record)
        link._announce()

    def record_deleted(self, link):
        """Remember a deletion that does not travel (seed pool-brain-two-way-sync: customers): the entity stays."""
        self.wake_waiting(link)
        if link.qbo_id and link.state != 'gone':
            link.write({**link._cleared(), 'state': 'gone'})
            text = self.env._("%s was deleted in Odoo. It stays in QuickBooks.", link.name)
            self.connection._log('push', text, link)
        elif not link.qbo_id:
            link.unlink()

    def wake_waiting(self, links):
        """Have the engine look again at the records that waited for these links'."""
        waiting = self.env['qbo.link'].search([('waits_for_id', 'in', links.ids)])
        rows = waiting.filtered(lambda link: not link.res_id)  # entities that might have been these records
        rows.write(rows._taken_soon())
        for model, some in waiting.grouped('res_model').items():
            found = self.records(some).values()
            self.env['qbo.change']._append(self.env[model].union(*found), self.connection)

    def take(self, keys):
        """Have the engine import entities that were left out, whatever the rules say.

        :param keys: ``(entity type, id)`` each
        """
        for entity, qbo_id in keys:
            link = self.links_to(entity, [qbo_id])[:1]
            if not link:
                mapping = next(item for item in self.mappings if item._entity == entity and item._schedules)
                link = self.env['qbo.link'].create(
                    {
                        'qbo_company_id': self.qbo_company.id,
                        'res_model': mapping._record_model,
                        'entity': entity,
                        'qbo_id': qbo_id,
                        'name': qbo_id,
                        'origin': 'qbo',
                    }
                )
            link.write({**link._cleared(), 'mode': 'always', **link._taken_soon()})

    def note_touched(self, mapping, before, after):
        """Count the versions that a write made of other entities: a payment raises that of its invoices (qbo-api 9.1).

        The next edit of such a document then goes with one request instead of being refused as stale.
        """
        for entity, qbo_id in mapping._touches(before, after):
            for other in self.links_to(entity, [qbo_id]):
                other.token_ahead += 1
                if other.state == 'error' and other.direction == 'push':
                    self.append_change(other)  # smaller now than what was paid: it fits

    def free_name(self, mapping, link, incoming):
        """Have those who got another name in QuickBooks because of this one's sent under their own, now it is free."""
        member = mapping._name_member
        before = (link.base_qbo or {}).get(member)
        if not before or before == incoming.get(member) or mapping._entity not in entities.LISTS:
            return
        lists = ('entity', 'in', mapping._unique_lists())
        here = [('qbo_company_id', '=', self.qbo_company.id), lists, ('name_suffix', '!=', False)]
        for other in self.env['qbo.link'].search([*here, ('name', '=ilike', like(before))]):
            other.name_suffix = False
            self.append_change(other)

    def wake_inactive(self, mapping, before, after):
        """Have what was refused because something that it names was inactive sent again where one is in use again.

        :param dict before: QuickBooks' values of an entity so far
        :param dict after: those that it has now
        """
        if before.get('Active') is not False or not after.get('Active') or mapping._entity not in entities.LISTS:
            return
        refused = [('state', '=', 'error'), ('error_code', '=', '610'), ('direction', '=', 'push')]
        for other in self.env['qbo.link'].search([('qbo_company_id', '=', self.qbo_company.id), *refused]):
            self.append_change(other)

    def append_change(self, link, is_bulk=False):
        """Append a change of a link's record; also of a deleted one: its entity may not have ended with it."""
        if record := self.record(link):
            self.env['qbo.change']._append(record, self.connection, is_bulk=is_bulk)
        elif link.res_id and link._is_there():
            self.env['qbo.change']._append_deleted(self.connection, link.res_model, link.res_id)

    def pending_changes(self, records):
        """Return the changes of records of one model that are not agreed yet."""
        return self.env['qbo.change'].search(
            [
                ('connection_id', '=', self.connection.id),
                ('res_model', '=', records._name),
                ('res_id', 'in', records.ids),
            ]
        )


def _in_order(mappings):
    """Return mappings so that each comes after what its rows refer to; where they refer in a circle, as they came."""
    ordered, left = [], list(mappings)
    while left:
        waiting = {item._entity for item in left}
        free = [item for item in left if not waiting & (set(item._refers_to) - {item._entity})] or left[:1]
        ordered += free
        left = [item for item in left if item not in free]
    return ordered
