from hypothesis import given
from hypothesis import strategies as st

from ..proof import AGREES, DIFFERS, EXPECTED, Document, Figure, differing, opening, unexplained, verdict

CENTS = st.integers(-(10**9), 10**9)
KEYS = st.tuples(st.sampled_from(['Invoice', 'Payment', 'odoo']), st.text('0123456789', min_size=1, max_size=4))
SIDE = st.dictionaries(KEYS, CENTS, max_size=12)
FIGURES = st.builds(Figure, CENTS, CENTS, CENTS, st.dictionaries(st.sampled_from(['before', 'pending']), CENTS))


@given(SIDE, SIDE)
def test_documents_explain_all_that_their_sums_differ_by(ours, theirs):
    apart = differing(ours, theirs)
    assert sum(odoo - qbo for _key, odoo, qbo in apart) == sum(ours.values()) - sum(theirs.values())
    figure = Figure(sum(ours.values()), sum(theirs.values()))
    assert unexplained(figure, [Document(*each) for each in apart]) == 0


@given(SIDE, SIDE)
def test_both_sides_are_treated_alike(ours, theirs):
    mirrored = [(key, odoo, qbo) for key, qbo, odoo in differing(theirs, ours)]
    assert mirrored == differing(ours, theirs)


@given(SIDE)
def test_what_is_the_same_differs_in_nothing(side):
    assert differing(side, dict(reversed(side.items()))) == []
    assert verdict(Figure(sum(side.values()), sum(side.values()))) == AGREES


@given(SIDE, SIDE, KEYS, CENTS.filter(bool))
def test_one_change_is_one_document(ours, theirs, key, cents):
    before = {each[0] for each in differing(ours, theirs)}
    changed = {**ours, key: theirs.get(key, 0) + cents}
    assert {each[0] for each in differing(changed, theirs)} == before | {key}


@given(FIGURES)
def test_with_its_opening_nothing_is_left_and_any_other_cent_is(figure):
    figure.opening = opening(figure, [])
    assert figure.rest == 0
    assert verdict(figure) in (AGREES, EXPECTED)
    figure.odoo += 1
    assert (figure.rest, verdict(figure)) == (1, DIFFERS)


@given(FIGURES, CENTS)
def test_the_opening_holds_no_document_that_both_sides_should_have(figure, cents):
    fault = Document(('Invoice', '1'), cents, 0)
    old = Document(('Invoice', '2'), 0, 500, is_old=True)
    figure.opening = opening(figure, [fault, old])
    assert unexplained(figure, [fault, old]) == 0
    assert figure.rest == cents


@given(FIGURES, CENTS)
def test_what_quickbooks_is_expected_to_lack_is_none_of_the_rest(figure, cents):
    rest = figure.rest
    figure.odoo += cents
    figure.add_part('pending', cents)
    assert figure.rest == rest


def test_somebody_has_to_look_at_two_documents_that_come_to_nothing_together():
    documents = [Document(('Invoice', '1'), 5, 0), Document(('Invoice', '2'), 0, 5)]
    assert verdict(Figure(), documents) == DIFFERS
    expected = [Document(('Invoice', '1'), 5, 0, is_expected=True)]
    assert verdict(Figure(5, 0), expected) == EXPECTED
