"""What has to go before what: within a wave, and outside it.

What lets go of a name, a number or money goes before what takes it, and what a record requires before the record. The
one that has to go first may be in no wave yet, unanswered, or refused; then it is taken into the wave, or waited for by
name. Circles, and long chains, are broken by a step in between: a name or number for a while, a payment that lets go.
Such a step is a request as any other and covers no change, so that what was wanted follows, also after a crash.
"""

import logging
from dataclasses import dataclass, field

from odoo import models
from odoo.fields import Domain

from . import order
from .outcomes import NOT_OF_ONE_RECORD

_logger = logging.getLogger(__name__)

REMOVALS = ('void', 'delete')
ROUNDS_MAX = 3  # so many times a wave is made larger by what has to precede it
DEPTH_MAX = 3  # a longer chain (resequenced numbers) is cut: two batches instead of one call each
NAME, SETTLED = 'name', 'settled'


@dataclass(eq=False)
class Operation:
    """One write that is to be made: of which record, what it says now, and what is sent for it."""

    mapping: models.AbstractModel
    record: models.Model
    link: models.Model
    changes: models.Model
    odoo_values: dict
    operation: str
    body: dict
    gives: set = field(default_factory=set)
    needs: set = field(default_factory=set)

    @property
    def is_removal(self):
        """Return whether an entity ends with this: voided, deleted, or undone."""
        return self.operation in REMOVALS or bool(self.link.undo)

    @property
    def record_key(self):
        """Return ``(model, record id)``."""
        return self.record._name, self.record.id


class Edges:
    """The operations of one wave, and what precedes them."""

    def __init__(self, push, groups):
        """
        :param Push push: who decides about records
        :param groups: ``[(record, changes)]`` of the wave
        """
        self.push, self.step, self.env = push, push.step, push.env
        self.operations = push.decide(groups)
        self.asked = {(record._name, record.id) for record, _changes in groups}
        self._held = None

    def front(self):
        """Return the operations that may go now, steps in between included. The others have to wait for these."""
        self.draw()
        asides = self.reach_outside() if self.operations else []
        every = [*self.operations, *asides]
        waves, rest = order.fronts(every)
        front = waves[0] if waves else []
        return [*front, *self.steps_aside(waves, rest)] or order.first_front(every)

    # === WITHIN THE WAVE === #

    def draw(self):
        """Note on each operation what it gives and what it needs.

        What a record requires goes before it; where both end, after it.
        """
        by_key = {key_of(item.mapping, item.record): item for item in self.operations}
        for item in self.operations:
            key = key_of(item.mapping, item.record)
            item.gives.add(('removed' if item.is_removal else 'known', *key))
            if self.step.exists(item.record):
                for needed in (key_of(*pair) for pair in self.push.requires(item.mapping, item.record)):
                    other = by_key.get(needed)
                    if other and other.is_removal:
                        other.needs.add(('removed' if item.is_removal else 'known', *key))
                    elif other:
                        item.needs.add(('known', *needed))
            gives, needs = frees(item.mapping, item.link, item.odoo_values, item.operation)
            item.gives |= gives
            item.needs |= needs

    def steps_aside(self, waves, rest):
        """Return the steps that break circles, and chains that are too long."""
        pairs = []
        if len(waves) > DEPTH_MAX:
            before = order.predecessors(self.operations)
            chain = ((item, giver) for wave in waves[2:] for item in wave for giver in before[id(item)].values())
            pairs = [[pair] for pair in chain if pair[1] not in waves[0] and _is_of_names(*pair)]
        for circle in order.circles(rest):
            pairs.append(list(zip(circle, [*circle[1:], circle[0]], strict=True)))
        steps = {}
        for some in pairs:
            # One step breaks a circle: that of the first which can let go.
            for item, giver in some:
                if giver.operation == 'update' and (step := self.aside(giver.link, item.needs & giver.gives)):
                    steps.setdefault(giver.link, step)
                    break
        return list(steps.values())

    def aside(self, link, keys):
        """Return the operation that lets go of what a link's entity holds, None where there is none."""
        if not link._is_there() or link.undo:
            return None
        mapping, record = self.step.mapping_of_link(link), self.record_of(link)
        found = mapping._aside(self.step, record, keys)
        if not found:
            return None
        operation, values, body = found
        step = Operation(mapping, record, link, self.env['qbo.change'], values, operation, body)
        step.gives |= frees(mapping, link, values, operation)[0]
        return step

    def record_of(self, link):
        """Return the record of a link, which may be deleted."""
        return self.env[link.res_model].with_company(self.step.company).browse(link.res_id)

    # === OUTSIDE THE WAVE === #

    def reach_outside(self):
        """Take into the wave, or wait for, what is not in it and has to go first. Return the steps that it takes."""
        asides, rounds = [], 0
        while True:
            groups, steps, waiting = {}, {}, {}
            for item, key, link in self.outside(asides):
                if rounds < ROUNDS_MAX and self.is_to_be_asked(link):
                    groups[link.res_model, link.res_id] = link
                elif not self.is_awaited(link, key):
                    continue
                elif self.has_changes(link) and not self.is_busy(link) and (step := self.aside(link, {key})):
                    steps[link] = step
                else:
                    waiting[item] = link
            if not (groups or steps or waiting):
                return asides
            asides += steps.values()
            self.let_wait(waiting)
            if groups:
                rounds += 1
                self.take_in(groups)

    def take_in(self, groups):
        """Decide about more records.

        :param groups: ``{(model, record id): link}``
        """
        self.asked |= groups.keys()
        changes = self.changes_of(groups)
        more = [(self.record_of(link), changes.get(key, self.env['qbo.change'])) for key, link in groups.items()]
        known = {item.link for item in self.operations}
        self.operations += [item for item in self.push.decide(more) if item.link not in known]
        self.draw()

    def changes_of(self, keys):
        """Return ``{(model, record id): changes}`` of these records."""
        domain = Domain.OR(Domain([('res_model', '=', model), ('res_id', '=', res_id)]) for model, res_id in keys)
        changes = self.env['qbo.change'].search(domain & self.push.here())
        return changes.grouped(lambda change: (change.res_model, change.res_id))

    def let_wait(self, waiting):
        """Have operations wait for others that are not in the wave, by name, until these are settled.

        :param dict waiting: ``{operation: the link that it waits for}``
        """
        self.operations = [item for item in self.operations if item not in waiting]
        going = {item.record_key for item in self.operations}
        for item, link in waiting.items():
            self.push.hold_back(item.mapping, item.record, link._awaited(), link)
            if item.record_key not in going:
                self.push.cleared |= item.changes

    def outside(self, asides):
        """Return ``[(operation, key, link)]``: what operations need and nothing in the wave gives, and who holds it."""
        every = [*self.operations, *asides]
        given = {key for item in every for key in item.gives}
        needed = {}
        for item in self.operations:
            for key in item.needs - given:
                if key[0] in (NAME, SETTLED):
                    needed.setdefault(key, []).append(item)
        holders = self.holders(needed) if needed else {}
        self._changed = self.waiting_records({link for links in holders.values() for link in links})
        self._given = given
        in_wave = {item.link for item in every}
        return [
            (item, key, link)
            for key, links in holders.items()
            for link in links
            for item in needed[key]
            if link not in in_wave
        ]

    def holders(self, keys):
        """Return ``{key: links}`` of who holds names, numbers and money in QuickBooks, or may do so soon."""
        found = {}
        for link in self.holding(keys):
            for key in self.step.mapping_of_link(link)._held(link, link.base_odoo or {}) & keys.keys():
                found.setdefault(key, set()).add(link)
        for link, (gives, needs) in self.unanswered().items():
            for key in (gives | {key for key in needs if key[0] == NAME}) & keys.keys():
                found.setdefault(key, set()).add(link)
        return found

    def holding(self, keys):
        """Return the links of entities that hold one of these keys by the agreed values; a query a kind of key."""
        links = self.env['qbo.link']
        here = Domain('qbo_company_id', '=', self.push.step.qbo_company.id)
        here &= Domain([('qbo_id', '!=', False), ('state', '!=', 'gone'), ('mode', '!=', 'never')])
        names = {key[2] for key in keys if key[0] == NAME}
        if names:
            entities = list({key[1] for key in keys if key[0] == NAME})
            links |= links.search(here & Domain('entity', 'in', entities) & links._named(names))
        documents = [key[1:] for key in keys if key[0] == SETTLED]
        if documents:
            links |= links.search(here & links._settling(documents))
        return links

    def unanswered(self):
        """Return ``{link: (keys that it gives, keys that it needs)}`` of requests whose effect is not settled here."""
        if self._held is None:
            self._held = {}
            for request in self.push.requests._pending(self.push.connection):
                if link := request.link_id:
                    mapping = self.step.mapping_of_link(link)
                    self._held[link] = frees(mapping, link, request.odoo_values, request.operation)
        return self._held

    def waiting_records(self, links):
        """Return the keys of the links' records that have a change."""
        found = set()
        for model, some in self.env['qbo.link'].union(*links).filtered('res_id').grouped('res_model').items():
            ids = self.env['qbo.change']._waiting(self.push.connection, model, some.mapped('res_id'))
            found |= {(model, res_id) for res_id in ids}
        return found

    # === WHAT TO DO ABOUT A HOLDER === #

    def has_changes(self, link):
        return (link.res_model, link.res_id) in self._changed

    def is_busy(self, link):
        """Return whether what QuickBooks holds of a link's record is not known."""
        return link.res_id in self.push.busy_records().get(link.res_model, ())

    def is_to_be_asked(self, link):
        """Return whether the wave is to decide about a record too: it changed, or the two wait for each other."""
        if (link.res_model, link.res_id) in self.asked or not link.res_id or self.is_busy(link):
            return False
        if self.has_changes(link) or link.waits_for_id:
            return True
        return link.state == 'error' and bool(self.planned(link)[1] & self._given)

    def is_awaited(self, link, key):
        """Return whether a holder is going to let go of a key, some time."""
        gives, needs = self.unanswered().get(link, (set(), set()))
        if key in gives | needs:
            return True
        is_troubled = link.state in ('error', 'pending') or self.has_changes(link)
        return is_troubled and key in self.planned(link)[0]

    def planned(self, link):
        """Return ``(keys that it would give, keys that it would need)`` of a record that is not sent now."""
        mapping, record = self.step.mapping_of_link(link), self.record_of(link)
        values, operation, body = planned(self.step, mapping, record)
        return frees(mapping, link, values, operation) if body else (set(), set())


def planned(step, mapping, record):
    """Return ``(values, operation, body)`` of a record that is not sent now, None each where it cannot be prepared.

    What is wrong with it is said when it is decided about.
    """
    try:
        with step.env.cr.savepoint(flush=False):
            return mapping._plan(step, record)
    except NOT_OF_ONE_RECORD:
        raise
    except Exception:
        _logger.debug("%s cannot be planned", record, exc_info=True)
        return None, None, None


def frees(mapping, link, values, operation):
    """Return ``(keys that a write frees, keys that have to be free for it)``."""
    after = {} if operation == 'delete' else values or {}
    return mapping._frees(link, link.base_odoo or {}, after, operation)


def _is_of_names(item, giver):
    return all(key[0] == NAME for key in item.needs & giver.gives)


def key_of(mapping, record):
    """Return what tells one entity of a record from all others."""
    return record._name, record.id, mapping._entity
