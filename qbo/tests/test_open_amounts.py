import pytest

from ..open_amounts import has_come, is_before, moved, seen_again, settled

NOON, LATER = '2026-03-02T12:00:00-08:00', '2026-03-02T20:00:01Z'
LINK = {'TxnId': '7', 'TxnType': 'Payment'}
OTHER = {'TxnId': '8', 'TxnType': 'Payment'}


def row(time=NOON, **members):
    return {'Id': '1', 'SyncToken': '0', 'MetaData': {'LastUpdatedTime': time}, **members}


def test_what_quickbooks_computes_is_remembered_with_its_time():
    assert moved(row(Balance=20, DocNumber='1')) == {'Balance': 20, 'Seen': NOON}
    assert moved({'Balance': 0}) == {'Balance': 0}


@pytest.mark.parametrize('seen, time, before', [(NOON, LATER, True), (LATER, NOON, False), (NOON, NOON, False),
                                                (None, NOON, True), (NOON, None, True)])  # fmt: skip
def test_times_are_compared_whatever_their_zone(seen, time, before):
    assert is_before({'Seen': seen}, time) is before


def test_an_older_answer_changes_nothing():
    snapshot = {'Balance': 0, 'Seen': LATER}
    assert seen_again(snapshot, row(Balance=20)) == snapshot
    assert seen_again({**snapshot, 'Seen': NOON}, row(LATER, Balance=20)) == {'Balance': 20, 'Seen': LATER}


def test_what_is_not_named_any_more_is_forgotten():
    snapshot = moved(row(Balance=0, LinkedTxn=[LINK]))
    assert seen_again(snapshot, row(LATER, Balance=20)) == {'Balance': 20, 'LinkedTxn': [], 'Seen': LATER}


@pytest.mark.parametrize('member', ['Balance', 'RemainingCredit'])
def test_what_is_settled_is_open_no_more_and_open_again_when_it_is_let_go(member):
    before = {member: 20, 'LinkedTxn': [OTHER], 'Seen': NOON}
    paid = settled(before, '7', 12.3, is_linked=True, time=LATER)
    assert paid == {member: 7.7, 'LinkedTxn': [LINK, OTHER], 'Seen': LATER}
    assert settled(paid, '7', -12.3, is_linked=False, time=None) == {**before, 'Seen': LATER}


def test_a_settlement_that_a_document_names_has_come_already():
    assert has_come({'LinkedTxn': [OTHER, LINK], 'Seen': NOON}, '7', is_new=True, time=NOON)
    assert not has_come({'LinkedTxn': [OTHER], 'Seen': LATER}, '7', is_new=True, time=NOON)
    assert not has_come({'Seen': NOON}, '7', is_new=True, time=NOON)


def test_another_amount_has_come_where_the_document_was_seen_later():
    snapshot = {'LinkedTxn': [LINK], 'Seen': LATER}
    assert has_come(snapshot, '7', is_new=False, time=NOON)
    assert not has_come({**snapshot, 'Seen': NOON}, '7', is_new=False, time=NOON)
    assert not has_come(snapshot, '7', is_new=False, time=None)
