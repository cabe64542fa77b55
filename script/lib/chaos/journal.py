"""What was done, armed and promised in one run: the memory that the checker is asked to prove."""

import threading
from collections import Counter, defaultdict
from typing import NamedTuple

ODOO, QUICKBOOKS = 'Odoo', 'QuickBooks'
DONE, REFUSED, BROKEN, UNKNOWN = 'done', 'refused', 'database', 'no answer'


class Edit(NamedTuple):
    """A value that somebody gave a field on one side; ``is_sure`` where he was told that it is saved."""

    side: str
    value: object
    is_sure: bool


class Journal:
    """Counts and promises. Many threads write."""

    def __init__(self):
        self._lock = threading.Lock()
        self._number = 0
        self.operations = Counter()  # (side, act, how it ended)
        self.faults = Counter()  # name
        self.refusals = Counter()  # (act, words)
        self.failures = []  # tracebacks that users got and nobody ordered
        self._edits = defaultdict(list)
        self._drafts = {}  # (model, id): whether a person may have left it in draft

    def tag(self, letter):
        """Return a word that no other record has: it is looked for on both sides."""
        with self._lock:
            self._number += 1
            return f'{letter}{self._number}'

    def note(self, side, act, ended, words=''):
        """Note how an act of a person ended."""
        with self._lock:
            self.operations[side, act, ended] += 1
            if ended == REFUSED:
                self.refusals[act, words[:160]] += 1

    def fault(self, name, count=1):
        """Note that something was made to go wrong."""
        with self._lock:
            self.faults[name] += count

    def edited(self, side, kind, tag, field, value, is_sure):
        """Note that a person gave a field a value."""
        with self._lock:
            self._edits[kind, tag, field].append(Edit(side, value, is_sure))

    def drafted(self, model, ids, is_sure):
        """Note that a person left records in draft, or may have."""
        with self._lock:
            self._drafts.update({(model, id_): True for id_ in ids})

    def posted(self, model, ids):
        """Note that a person was told that records are posted, canceled or deleted: none of them is a draft now."""
        with self._lock:
            self._drafts.update({(model, id_): False for id_ in ids})

    def forget(self, side):
        """Forget the promises of one side: its database went back to a backup."""
        with self._lock:
            for edits in self._edits.values():
                edits[:] = [edit._replace(is_sure=edit.is_sure and edit.side != side) for edit in edits]
            self._drafts = {key: True for key in self._drafts}

    def may_be_draft(self, model, id_):
        """Return whether a person may have left a record in draft: also one that nobody noted."""
        return self._drafts.get((model, id_), True)

    def allowed(self):
        """Yield ``(kind, tag, field, values)``: what a field may hold in the end.

        The last value that was surely saved on each side that edited it, and whatever may have been saved since.
        """
        for (kind, tag, field), edits in self._edits.items():
            values = set()
            for side in (ODOO, QUICKBOOKS):
                own = [edit for edit in edits if edit.side == side]
                last = max((place for place, edit in enumerate(own) if edit.is_sure), default=0)
                values |= {edit.value for edit in own[last:]}
            if any(edit.is_sure for edit in edits):
                yield kind, tag, field, values
