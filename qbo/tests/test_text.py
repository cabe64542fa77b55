from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..text import clean_name, first_email, fitted, parse_time, split_name, strip_deleted


@pytest.mark.parametrize(
    'text, name',
    [
        ('Smith: Pool', 'Smith Pool'),
        ('  Ann\tB.\n Lee ', 'Ann B. Lee'),
        ('Ann\u00a0 Lee', 'Ann Lee'),
        ('Ann Le\u0301e', 'Ann L\u00e9e'),
        ("O'Neil & Søn", "O'Neil & Søn"),
        ('x' * 501, 'x' * 500),
        ('x' * 499 + ' yz', 'x' * 499),
        ('', ''),
        (None, ''),
        (False, ''),
    ],
)
def test_clean_name(text, name):
    assert clean_name(text) == name


@given(st.text())
def test_a_clean_name_is_one_that_quickbooks_takes_and_stays_so(text):
    name = clean_name(text)
    assert clean_name(name) == name == name.strip()
    assert not set(':\t\r\n') & set(name) and '  ' not in name and len(name) <= 500


@pytest.mark.parametrize(
    'name, given_name, family_name',
    [
        ('Freeman Smith', 'Freeman', 'Smith'),
        ('Mary Ann Smith', 'Mary Ann', 'Smith'),
        ('Ludwig van Beethoven', 'Ludwig', 'van Beethoven'),
        ('Ana de la Cruz', 'Ana', 'de la Cruz'),
        ('de la Cruz', 'de', 'la Cruz'),
        ('Smith, John', 'John', 'Smith'),
        ('Smith Pools, Inc.', 'Smith Pools,', 'Inc.'),
        ('Madonna', 'Madonna', ''),
        ('', '', ''),
        (None, '', ''),
    ],
)
def test_split_name(name, given_name, family_name):
    assert split_name(name) == (given_name, family_name)


@given(st.lists(st.text('abcÄÖ.', min_size=1, max_size=8), max_size=6))
def test_no_word_of_a_name_is_lost(words):
    assert ' '.join(filter(None, split_name(' '.join(words)))) == ' '.join(words)


@pytest.mark.parametrize(
    'name, stripped',
    [
        ('Ann Lee (deleted)', 'Ann Lee'),
        ('Ann Lee (Deleted)', 'Ann Lee'),
        ('Ann Lee', 'Ann Lee'),
        ('(deleted)', '(deleted)'),
        ('', ''),
        (None, ''),
    ],
)
def test_strip_deleted(name, stripped):
    assert strip_deleted(name) == stripped


@pytest.mark.parametrize(
    'text, address',
    [
        ('ann@example.com', 'ann@example.com'),
        ('ann@example.com, bob@example.com', 'ann@example.com'),
        ('ann@example.com;bob@example.com', 'ann@example.com'),
        ('"Lee, Ann" <ann.o\'neil@mail.example.com>', "ann.o'neil@mail.example.com"),
        ('broken@, bob@example.com.', 'bob@example.com'),
        ('mailto:bob@example.com', 'bob@example.com'),
        (f'{"x" * 100}@example.com bob@example.com', 'bob@example.com'),
        ('nobody', None),
        ('a@b', None),
        ('', None),
        (None, None),
        (False, None),
    ],
)
def test_first_email(text, address):
    assert first_email(text) == address


@pytest.mark.parametrize(
    'text',
    [
        '2015-07-23T11:04:15.496-07:00',
        '2015-07-23T18:04:15.496Z',
        '2015-07-23T11:04:15.496-0700',
        '2015-07-23T18:04:15.496000999+00:00',
    ],
)
def test_parse_time(text):
    assert parse_time(text) == datetime(2015, 7, 23, 18, 4, 15, 496000, timezone.utc)


def test_decimals_may_be_few_or_none():
    assert parse_time('2015-07-23T11:04:15.1Z').microsecond == 100000
    assert parse_time('2015-07-23T11:04:15Z').microsecond == 0


@pytest.mark.parametrize(
    'text',
    [
        '',
        None,
        1633520295688,
        '2015-07-23',
        '2015-07-23T11:04:15',
        '2015-13-23T11:04:15Z',
        'x',
    ],
)
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(ValueError):
        parse_time(text)


def has_whole_minutes(at):
    """Some zones had seconds in their offset, a century ago."""
    return not at.utcoffset().seconds % 60


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.timezones()).filter(has_whole_minutes))
def test_a_time_reads_back_as_it_was(at):
    # As instants: Python calls no two times of different zones equal in the hour that autumn repeats.
    assert parse_time(at.isoformat()).timestamp() == at.timestamp()


@pytest.mark.parametrize(
    ('name', 'suffix', 'expected'),
    [
        ('Pump: big', None, 'Pump big'),
        ('x' * 31, '', 'x' * 30),
        ('x' * 31, ' (2)', 'x' * 26 + ' (2)'),
        ('x' * 25 + ' yz', ' (2)', 'x' * 25 + ' (2)'),
        (False, None, ''),
    ],
)
def test_a_name_is_fitted_with_its_suffix(name, suffix, expected):
    assert fitted(name, 30, suffix) == expected
