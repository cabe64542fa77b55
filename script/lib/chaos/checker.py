"""What is not as promised, when nobody works and nothing is owed. Shares no code with the addon.

CHECKS is the table: each is a method of :class:`Checker` that yields :class:`Violation`.
"""

from collections import Counter, defaultdict
from typing import NamedTuple

from . import compare
from .journal import Journal
from .sides import MODELS, TYPES, Sides, applied_there, cents, is_void, tag_there

CHECKS = (
    'nothing_twice',
    'nothing_lost',
    'same_or_said',
    'applications',
    'receivables',
    'sentences',
    'drafts',
    'promises',
)
LOST, DOUBLED, SILENT, UNTRUE, STUCK = 'lost', 'doubled', 'silent', 'untrue', 'stuck'
WORDLESS = 'without a sentence'
OF_OPEN_AMOUNTS = ('settled', 'settled_more', 'settled_there', 'settled_there_only', 'total', 'total_tax')
SAY_IT_THEMSELVES = ('pending',)
"""States of a payment that explain what is open of the documents which it settles."""
NAMED = ('error', 'differs', 'pending')
PAIRED = TYPES


class Violation(NamedTuple):
    """A promise that is broken, in words."""

    kind: str
    text: str


class Checker:
    """Compares both sides at one moment.

    :param dict said: ``{link id: (state, sentence)}`` as users read them
    """

    def __init__(self, sides: Sides, journal: Journal, said):
        self.sides, self.journal, self.said = sides, journal, said
        self.under_way = set()  # ids of links of documents that others settle soon, and say so
        self.states = {}  # link id: its named state, of those that were asked for

    def check(self):
        """Return all violations."""
        return [violation for name in CHECKS for violation in getattr(self, name)()]

    # === NAMED STATES === #

    def is_named(self, link):
        """Return whether a person sees a state with a sentence."""
        if link is None or link.state not in NAMED:
            return False
        is_named = bool(self.said.get(link.id, ('', ''))[1])
        if is_named:
            key = (link.reason or {}).get('key') or link.error_code or 'waits'
            self.states[link.id] = f'{link.entity} {link.state} {key}'
        return is_named

    def words(self, link):
        if link is None:
            return 'no link'
        state, sentence = self.said.get(link.id, ('?', ''))
        return f'link {link.id} {state}: {sentence or "no sentence"}'

    # === CHECKS === #

    def nothing_twice(self):
        """Each tag stands on one record of a side."""
        for entity in PAIRED:
            here = Counter(filter(None, (self.sides.tag(entity, row) for row in self.sides.records(entity).values())))
            there = Counter(filter(None, (tag_there(entity, body) for body in self.sides.entities[entity].values())))
            for side, counts in (('Odoo', here), ('QuickBooks', there)):
                for tag, count in counts.items():
                    if count > 1:
                        yield Violation(DOUBLED, f'{entity} {tag} is {count} times in {side}')

    def nothing_lost(self):
        """What is on one side is on the other, or says why not."""
        for entity in PAIRED:
            records, bodies = self.sides.records(entity), self.sides.entities[entity]
            here = {self.sides.tag(entity, record): record for record in records.values()}
            there = {tag_there(entity, body): body for body in bodies.values()}
            for tag, record in here.items():
                link = self.sides.link(entity, record)
                if tag and tag not in there and compare.is_due(entity, record) and not self.is_named(link):
                    yield Violation(LOST, f'{entity} {tag} ({record.id}) is not in QuickBooks; {self.words(link)}')
            for tag, body in there.items():
                link = self.sides.by_entity.get((entity, body['Id']))
                if tag and tag not in here and compare.is_due_there(entity, body) and not self.is_named(link):
                    yield Violation(LOST, f'{entity} {tag} (Id {body["Id"]}) is not in Odoo; {self.words(link)}')

    def same_or_said(self):
        """What is linked has the same values, or says that and why not."""
        for link in self.sides.links:
            is_pair = link.entity in PAIRED and link.res_model == MODELS.get(link.entity, 'account.move')
            if not is_pair or not link.res_id or not link.qbo_id or link.mode == 'never':
                continue
            if record := self.sides.records(link.entity).get(link.res_id):
                yield from self._pair(link.entity, link, record, self.sides.entities[link.entity].get(link.qbo_id))

    def _pair(self, entity, link, record, body):
        differences = compare.differences(self.sides, entity, link, record, body)
        if [row.field for row in differences] == ['open'] and self._is_under_way(entity, link, *differences):
            self.under_way.add(link.id)
            return
        if not differences:
            if link.state == 'differs' and (link.reason or {}).get('key') in OF_OPEN_AMOUNTS:
                yield Violation(UNTRUE, f'{entity} {record.id} (Id {link.qbo_id}) is the same; {self.words(link)}')
            return
        name = f'{entity} {self.sides.tag(entity, record) or record.id} (Id {link.qbo_id})'
        listed = '; '.join(f'{field}: Odoo {here!r}, QuickBooks {there!r}' for field, here, there in differences)
        if not self.is_named(link):
            yield Violation(SILENT, f'{name}: {listed}; {self.words(link)}')
        elif link.state == 'differs' and not self._describes(link, differences):
            yield Violation(SILENT, f'{name}: {listed}; the sentence speaks of something else: {self.words(link)}')

    def _is_under_way(self, entity, link, difference):
        """Return whether what settles a document and is not there yet, and says so, is all of the difference."""
        rest, key = difference.there - difference.here, (entity, link.qbo_id)
        for other in self.sides.links:
            if other.entity == 'Payment' and other.res_id and other.state in SAY_IT_THEMSELVES and self.is_named(other):
                body = self.sides.entities['Payment'].get(other.qbo_id)
                if other.res_model == 'qbo.application':
                    here = self.sides.applied_by(other.res_id)
                else:
                    record = self.sides.payments.get(other.res_id)
                    here = self.sides.applied(record) if record else {}
                rest -= here.get(key, 0) - (applied_there(body) if body else {}).get(key, 0)
        return rest == 0

    def _describes(self, link, differences):
        """Return whether the sentence of a difference has the two figures of one of them."""
        sentence = self.said[link.id][1]
        figures = [row for row in differences if row.field in compare.FIGURES]
        if not figures:
            return True
        return any(
            f'{row.here / 100:,.2f}' in sentence and f'{row.there / 100:,.2f}' in sentence
            for row in figures
            if isinstance(row.here, int) and isinstance(row.there, int)
        )

    def applications(self):
        """Credit that is applied without money settles the same on both sides."""
        for link in self.sides.links:
            if link.res_model != 'qbo.application' or not link.qbo_id or link.state == 'gone':
                continue
            body = self.sides.entities['Payment'].get(link.qbo_id)
            there = applied_there(body) if body and not is_void(body) else {}
            here = self.sides.applied_by(link.res_id)
            if here != there and not self.is_named(link):
                yield Violation(
                    SILENT, f'Applied credit {link.qbo_id}: Odoo {here}, QuickBooks {there}; {self.words(link)}'
                )

    def receivables(self):
        """Each customer owes the same on both sides, but for what the records that are in a named state make of it."""
        explained = defaultdict(int)
        for entity in ('Invoice', 'CreditMemo', 'Payment'):
            for link in self.sides.links:
                if link.entity == entity and (link.id in self.under_way or self.is_named(link)):
                    # Credit applied without money is a Payment there and none here: nothing is owed for it.
                    is_money = link.res_model != 'qbo.application'
                    record = self.sides.records(entity).get(link.res_id) if is_money else None
                    body = self.sides.entities[entity].get(link.qbo_id)
                    for key, amount in compare.owed(self.sides, entity, record, body):
                        explained[key] += amount
        for partner in self.sides.records('Customer').values():
            qbo_id = self.sides.entity_of('Customer', partner.id)
            body = self.sides.entities['Customer'].get(qbo_id)
            there = cents(body.get('Balance')) if body else 0
            here = self.sides.receivable.get(partner.id, 0)
            rest = here - there - explained[partner.id]
            if rest:
                yield Violation(
                    SILENT,
                    f'{partner.name.split()[0]} owes {here / 100:.2f} in Odoo and {there / 100:.2f} in QuickBooks; '
                    f'{rest / 100:.2f} of that is not explained',
                )

    def sentences(self):
        """Nothing is in error, differs or waits without a sentence."""
        for link in self.sides.links:
            state, sentence = self.said.get(link.id, (link.state, ''))
            if state in ('error', 'differs', 'pending') and link.mode != 'never' and not sentence:
                kind = STUCK if state == 'pending' else WORDLESS
                yield Violation(kind, f'{link.entity} {link.name} is {state} and does not say why (link {link.id})')

    def drafts(self):
        """Nothing is in draft that nobody put there."""
        for model, rows in (('account.move', self.sides.moves), ('account.payment', self.sides.payments)):
            for record in rows.values():
                if record.state == 'draft' and not self.journal.may_be_draft(model, record.id):
                    yield Violation(STUCK, f'{model} {record.id} is in draft, where nobody put it')

    def promises(self):
        """A field has the last value that was saved."""
        for entity, tag, field, values in self.journal.allowed():
            for record in self.sides.records(entity).values():
                if self.sides.tag(entity, record) == tag:
                    value = compare.plain(getattr(record, field))
                    if value not in {compare.plain(value) for value in values} and not self.is_named(
                        self.sides.link(entity, record)
                    ):
                        yield Violation(LOST, f'{entity} {tag}: {field} is {value!r} and not one of {sorted(values)}')
