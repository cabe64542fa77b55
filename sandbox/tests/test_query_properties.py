"""The parser of the query language, on any statement and on any text."""

from hypothesis import given
from hypothesis import strategies as st

from ..company.query import KEYWORDS, Condition, Order, Query, format, parse
from ..errors import Fault

names = st.from_regex(r'[A-Za-z_][A-Za-z0-9_]{0,12}(\.[A-Za-z]{1,8})?', fullmatch=True).filter(
    lambda name: name.lower() not in KEYWORDS
)
literals = st.one_of(st.text(max_size=20), st.booleans())
conditions = st.one_of(
    st.builds(Condition, names, st.sampled_from(['=', '<', '>', '<=', '>=', 'like']), st.tuples(literals)),
    st.builds(Condition, names, st.just('in'), st.lists(literals, min_size=1, max_size=4).map(tuple)),
)
numbers = st.none() | st.integers(0, 2000)
queries = st.builds(
    Query,
    entity=names,
    fields=st.just(('*',)) | st.lists(names, min_size=1, max_size=3).map(tuple),
    where=st.lists(conditions, max_size=3).map(tuple),
    order=st.lists(st.builds(Order, names, st.booleans()), max_size=3).map(tuple),
    start=numbers,
    maximum=numbers,
)


@given(queries)
def test_a_statement_parses_to_what_it_was_written_from(query):
    assert parse(format(query)) == query


@given(queries)
def test_a_count_parses_to_what_it_was_written_from(query):
    count = Query(query.entity, count=True, where=query.where)

    assert parse(format(count)) == count


@given(st.text(max_size=80))
def test_any_text_is_a_statement_or_a_4000(text):
    try:
        assert isinstance(parse(text), Query)
    except Fault as fault:
        assert [error.code for error in fault.errors] == ['4000']


@given(queries, st.data())
def test_a_statement_cut_short_is_a_statement_or_a_4000(query, data):
    text = format(query)
    cut = text[: data.draw(st.integers(0, len(text)))]
    try:
        parse(cut)
    except Fault as fault:
        assert fault.errors[0].detail.startswith('QueryParserError: ')
