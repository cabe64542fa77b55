"""What an entity type is, and the rules that several of them share.

A type is one class with its path, fields and rules. :class:`..company.books.Books` walks every
write through it in the same order: shape of the values, ``complete`` (the draft as it would be
stored), ``rules`` (all of them, before the first change), then ``settle`` (what the change does to
other records). A document computes its totals in ``complete`` and moves balances in ``settle``.

To add a type: write its class, name it in ``entities/__init__.py``.
"""

from .. import errors
from .fields import COMMON, Address, Reference, is_blank

DELETED = ' (deleted)'
"""qbo-api 9.1: what Intuit puts behind the name of an inactive record."""


class Entity:
    """A type of record. Subclasses say what is modelled and what is not."""

    name = ''
    path = ''
    fields = {}
    rules = ()
    deletion_rules = ()
    """Rules before a record is deleted (its draft is None) or voided."""
    operations = frozenset({'create', 'update'})
    """Operations that change something; any other is refused as Intuit refuses it (500), reading and
    querying are always there."""
    is_mailed = False
    """Whether the sandbox mails it: ``POST /invoice/12/send`` (qbo-api 2)."""
    void_by = None
    """How a document is voided (qbo-api 9.3): ``operation`` (operation=void), ``option``
    (operation=update&include=void), ``user`` (in QuickBooks only); None: not at all."""
    option_names = frozenset()
    """Values of the query parameter ``include`` that a write understands."""
    is_list = True
    """Lists hide inactive records and sort by name; documents sort by last update (qbo-api 5)."""
    singleton = False
    name_field = 'Name'
    name_list = None
    """Records of one list have unique names; several types may share a list."""
    suffixed = ('Name', 'FullyQualifiedName')
    """Members that carry ``(deleted)`` while inactive."""
    sequence = None
    first_id = 0
    """What stands before the first number of the sequence."""
    needs_essentials = False
    """Whether the plan ``Simple Start`` is without it."""
    webhook_name = None
    """What events call it, where that is not its name."""
    deleted_by_id = False
    """Whether a delete needs no SyncToken."""
    in_cdc = True
    in_webhooks = True
    counts_total = False
    """Whether query answers have ``totalCount`` (qbo-api 5)."""
    never_blank = ()
    """Members that a sparse update cannot remove (qbo-api 9.1)."""
    defaults = {}

    def field(self, name):
        """Return the kind of a member, or None."""
        return self.fields.get(name) or COMMON.get(name)

    def check(self, values, unknown='refused'):
        """Yield what is wrong with the shape of values from a client."""
        for name, value in values.items():
            kind = self.field(name)
            if name == self.name and isinstance(value, dict):
                yield errors.unparsed()  # A body inside its own name (recorded 2026).
            elif kind is None:
                if unknown == 'refused':
                    yield errors.unrecognized_field(name, self.name, sorted({**self.fields, **COMMON}))
            elif not kind.readonly and not is_blank(value):
                yield from kind.check(name, value)

    def writable(self, values):
        """Return the cleaned members that a client may write; None where it blanks one.

        A JSON null counts as absent: Intuit never sends one, and what it does with one is not known.
        """
        return {
            name: None if is_blank(value) else self.fields[name].clean(value)
            for name, value in values.items()
            if name in self.fields and not self.fields[name].readonly and value is not None
        }

    def merge(self, old, values, sparse, settings):
        """Return the stored body with a client's values in it.

        Full update: what is left out goes back to its default. Sparse: it stays (qbo-api 9.1).
        """
        given = self.writable(values)
        draft = dict(old) if sparse else self.emptied(old)
        for name, value in given.items():
            if value is None:
                if not (sparse and name in self.never_blank):
                    draft.pop(name, None)
                continue
            if isinstance(self.fields[name], Address) and name in old:
                value = self._address(old[name], value, sparse, settings)
            elif isinstance(self.fields[name], Reference) and {**value, 'name': ''} == {
                **old.get(name, {}),
                'name': '',
            }:
                value = old[name]  # The same one; its name is not the client's.
            draft[name] = value
        return draft

    def _address(self, old, new, sparse, settings):
        base = old if sparse and settings.sparse_address == 'merge' else {'Id': old.get('Id')}
        return {**base, **new}

    def emptied(self, old):
        """Return a body without the members that a client can write."""
        kept = {
            name: value
            for name, value in old.items()
            if name in COMMON or name not in self.fields or self.fields[name].readonly
        }
        return {**self.defaults, **kept}

    def start(self, books, values):
        """Return the body of a new record before ``complete``."""
        return {**self.defaults, **{k: v for k, v in self.writable(values).items() if v is not None}}

    def complete(self, books, draft, old):
        """Set the members that follow from others. Changes nothing else: rules come after it."""

    def settle(self, books, new, old):
        """Do to other records what this change does to them.

        Runs after the record is stored. ``old`` is None for a new record, ``new`` for a deleted one.
        """

    def afterwards(self, books, operation, id):
        """Do what QuickBooks does by itself after a write; the answer does not show it."""

    def void(self, books, draft):
        """Return the body of a document as it is once voided."""
        raise errors.NotModelled(f'void of {self.name}')

    def answer(self, books, body):
        """Return the body as Intuit answers it."""
        return body

    def rows(self, books, where):
        """Return the bodies that a query looks through.

        :param where: its conditions, for a type whose rows depend on them
        """
        return books.database.all(books.realm, self.name)

    def references(self):
        """Yield (member, type) of every reference that is followed."""
        for name, kind in self.fields.items():
            if isinstance(kind, Reference) and kind.to:
                yield name, kind.to


# Names.


def plain_name(name):
    """Return a name without the suffix of inactive records."""
    return name[: -len(DELETED)] if name.endswith(DELETED) else name


def name_key(name):
    """Return what makes two names the same: trimmed, without case and suffix (qbo-api 9.1)."""
    return plain_name(name.strip()).casefold()


def mark_inactive(entity, draft):
    """Put the suffix behind the names of an inactive record, take it from an active one's."""
    for name in entity.suffixed:
        if draft.get(name):
            plain = plain_name(draft[name])
            draft[name] = plain if draft.get('Active', True) else plain + DELETED


def qualified(books, entity, draft):
    """Return (fully qualified name, level) from the parents above (qbo-api 9.4)."""
    parent = books.stored(entity.name, (draft.get('ParentRef') or {}).get('value'))
    own = plain_name(draft.get(entity.name_field) or '')
    if not parent:
        return own, 0
    above = plain_name(parent.get('FullyQualifiedName') or parent[entity.name_field])
    return f'{above}:{own}', int(parent.get('Level') or above.count(':')) + 1


# Rules: called with (books, entity, draft, old), they yield violations.


def required(*names):
    """Refuse a record without these members (2020)."""

    def rule(books, entity, draft, old):
        return [errors.missing(name) for name in names if is_blank(draft.get(name))]

    return rule


def references_exist(books, entity, draft, old):
    """Refuse a reference to nothing (2500); one to an inactive record where it is new (610).

    qbo-api 9.1 has 610 or 2500 for inactive ones, and does not say which when.
    """
    for name, to in entity.references():
        value = (draft.get(name) or {}).get('value')
        if value is None or books.is_special(to, value):
            continue
        target = books.stored(to, value)
        if target is None:
            yield errors.bad_reference(name)
        elif not target.get('Active', True) and (old or {}).get(name, {}).get('value') != value:
            yield errors.not_found()


def unique_name(noun, siblings=False):
    """Refuse a name that the list has already (6240). ``siblings``: unique below one parent only."""

    def rule(books, entity, draft, old):
        name = draft.get(entity.name_field)
        if name and _name_is_taken(books, entity, draft, name, siblings):
            yield errors.duplicate_name(noun)

    return rule


def _name_is_taken(books, entity, draft, name, siblings):
    def parent(body):
        return (body.get('ParentRef') or {}).get('value')

    blocking = books.settings.inactive_names_block
    for type, id, other in books.named(entity.name_list, name_key(name)):
        same = type == entity.name and id == draft.get('Id')
        if same or not (blocking or other.get('Active', True)):
            continue
        if not siblings or parent(other) == parent(draft):
            return True
    return False


def parent_is_sound(flag):
    """Refuse a sub-record without parent, and one more than five levels deep (6180).

    ``flag`` is the member that says "sub-record". Which code Intuit gives for the flag without a
    parent is not known; 2020 is assumed.
    """

    def rule(books, entity, draft, old):
        if draft.get(flag) and not draft.get('ParentRef'):
            yield errors.missing('ParentRef')
        parent, depth, seen = draft, 1, {draft.get('Id')}
        while parent and parent.get('ParentRef'):
            depth += 1
            id = parent['ParentRef']['value']
            if id in seen:
                yield errors.bad_reference('ParentRef')
                return
            seen.add(id)
            parent = books.stored(entity.name, id)
        if depth > 5:
            yield errors.Violation('6180', 'Nesting is deeper than 5 levels.', 'ParentRef')

    return rule


def no_balance_when_inactive(member='Balance'):
    """Refuse to make a record with a balance inactive (6220). The text is not known."""

    def rule(books, entity, draft, old):
        if old and old.get('Active', True) and not draft.get('Active', True):
            if draft.get(member):
                detail = 'Delete List Has Balance Error : It has a balance and cannot be made inactive.'
                yield errors.Violation('6220', detail)

    return rule
