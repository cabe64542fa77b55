"""The proof: what both sides have, what explains a difference, and what is left. In whole cents, of either side.

A difference is Odoo's figure less QuickBooks'. *Parts* are what Odoo has and QuickBooks is not expected to have now;
the *opening* is what both sides differed by when documents began to be synchronized.
"""

from dataclasses import dataclass, field

AGREES, EXPECTED, DIFFERS = 'agrees', 'expected', 'differs'


@dataclass
class Figure:
    """One thing that both sides have: what a customer owes, the balance of an account."""

    odoo: int = 0
    qbo: int = 0
    opening: int = 0
    parts: dict = field(default_factory=dict)

    def add_part(self, reason, cents):
        """Note that this much of Odoo's figure is not in QuickBooks, and is expected not to be."""
        if cents:
            self.parts[reason] = self.parts.get(reason, 0) + cents

    @property
    def difference(self):
        """All that the two sides differ by."""
        return self.odoo - self.qbo

    @property
    def rest(self):
        """What they differ by beyond what is expected: to be explained by documents."""
        return self.difference - self.opening - sum(self.parts.values())


@dataclass(frozen=True)
class Document:
    """One document that is not the same on both sides.

    :param tuple key: what it is
    :param is_expected: whether nobody has to act
    :param is_old: whether it is a part of the opening difference, and so none of the rest
    """

    key: tuple
    odoo: int
    qbo: int
    reason: object = None
    is_expected: bool = False
    is_old: bool = False

    @property
    def difference(self):
        """By how much Odoo has more."""
        return self.odoo - self.qbo


def differing(ours, theirs):
    """Return ``[(key, ours, theirs)]`` of what is not the same on both sides, 0 where one has nothing, by key.

    :param dict ours: ``{key: cents}``
    :param dict theirs: the same of QuickBooks
    """
    keys = {key for key in ours.keys() | theirs.keys() if ours.get(key, 0) != theirs.get(key, 0)}
    return [(key, ours.get(key, 0), theirs.get(key, 0)) for key in sorted(keys, key=lambda key: tuple(map(str, key)))]


def unexplained(figure, documents):
    """Return what no document explains of what a figure differs by."""
    return figure.rest - sum(document.difference for document in documents if not document.is_old)


def opening(figure, documents):
    """Return the opening difference of a figure that has none yet: all that documents of both sides do not explain."""
    return figure.opening + unexplained(figure, documents)


def verdict(figure, documents=()):
    """Return ``agrees``, ``expected`` (nobody has to act) or ``differs``.

    What documents say goes first: two of them that somebody has to look at may come to nothing together.
    """
    if unexplained(figure, documents) or any(not document.is_expected for document in documents):
        return DIFFERS
    return EXPECTED if documents or figure.opening or figure.parts or figure.difference else AGREES
