"""What QuickBooks computes of an entity, and what is open of it: that moves without anybody writing it (qbo-api 9.8).

*Facts* are what is known of an entity as it was last seen; a dict in QuickBooks' shape.
"""

from . import text

MOVING = ('TotalAmt', 'Balance', 'RemainingCredit', 'UnappliedAmt', 'HomeTotalAmt', 'ExchangeRate', 'LinkedTxn')
"""Members that may be others at any time, also in an entity that nobody wrote and whose version stays."""
SEEN = 'Seen'
"""A member of our own in a snapshot: when QuickBooks last touched the entity, as far as they tell."""


def moved(row):
    """Return what QuickBooks computes of an entity, and when it last did, as a part of a snapshot.

    :param dict row: the entity as QuickBooks sent it
    """
    snapshot = {member: row[member] for member in MOVING if member in row}
    return {**snapshot, SEEN: time} if (time := touched(row)) else snapshot


def touched(row):
    """Return when QuickBooks last touched an entity, None where it does not tell."""
    return (row.get('MetaData') or {}).get('LastUpdatedTime')


def is_before(snapshot, time):
    """Return whether a snapshot is older than a time of QuickBooks'; where one of the two is not known, it is."""
    seen = snapshot.get(SEEN)
    return not seen or not time or text.parse_time(seen) < text.parse_time(time)


def has_come(snapshot, settlement_id, is_new, time, links=('Payment',)):
    """Return whether a snapshot knows already of a settlement that is taken only now.

    Its answer was lost the first time, or it was edited in QuickBooks since and is younger than what it settles: the
    document names it.

    :param bool is_new: whether the document was settled by this settlement only now
    :param time: when QuickBooks wrote the settlement, None where that is not known
    :param links: by which types a document may name such a settlement
    """
    if is_new:
        named = snapshot.get('LinkedTxn') or ()
        return any(row['TxnId'] == settlement_id and row['TxnType'] in links for row in named)
    return bool(snapshot.get(SEEN) and time) and text.parse_time(snapshot[SEEN]) > text.parse_time(time)


def seen_again(snapshot, row):
    """Return a snapshot after the same version of an entity came once more; as it was where that is an older answer."""
    time, seen = touched(row), snapshot.get(SEEN)
    if time and seen and text.parse_time(time) < text.parse_time(seen):
        return snapshot
    gone = {member: [] for member in ('LinkedTxn',) if member in snapshot and member not in row}
    return {**snapshot, **gone, **moved(row)}


def settled(snapshot, settlement_id, amount, is_linked, time, links=('Payment',)):
    """Return the snapshot of a document of which a payment settles so much more.

    :param amount: negative where the payment let go of it
    :param bool is_linked: whether the payment names the document now
    :param time: when QuickBooks wrote the payment, None where that is not known
    :param links: by which types a document may name such a payment, the first one where it is new to it
    """
    snapshot = dict(snapshot)
    for member in ('Balance', 'RemainingCredit'):
        if snapshot.get(member) is not None:
            snapshot[member] = round(snapshot[member] - amount, 5)
    named = [
        row for row in snapshot.get('LinkedTxn') or () if row['TxnId'] == settlement_id and row['TxnType'] in links
    ]
    others = [row for row in snapshot.get('LinkedTxn') or () if row not in named]
    own = [{'TxnId': settlement_id, 'TxnType': named[0]['TxnType'] if named else links[0]}]
    snapshot['LinkedTxn'] = [*own, *others] if is_linked else others
    return {**snapshot, SEEN: time} if time else snapshot
