"""qbo-api 5, appendix A.6: the query language."""

from datetime import datetime, timedelta, timezone

import pytest

from .client import detail

CUSTOMERS = (
    ('Ann Query', 'Ann', 5), ("Bo O'Query", 'Bo', 50), ('cy query', 'Cy', 500), ('Dé Query\\2', None, 0),
)  # fmt: skip


@pytest.fixture
def four(sandbox, api):
    """Four customers and nobody else, one second apart."""
    sandbox.intuit.database.run("DELETE FROM entity WHERE type = 'Customer'")
    bodies = []
    for name, given, balance in CUSTOMERS:
        body = sandbox.create('Customer', {'DisplayName': name, **({'GivenName': given} if given else {})})
        bodies.append(sandbox.overwrite('Customer', body['Id'], {'Balance': balance}))
        sandbox.clock.advance(seconds=1)
    return bodies


NAMES = [name for name, _given, _balance in CUSTOMERS]
ANN, BO, CY, DE = NAMES


def where(api, condition):
    return api.names(f'select * from Customer where {condition}')


@pytest.mark.parametrize(
    'condition, found',
    [
        ("DisplayName = 'Ann Query'", [ANN]),
        ("displayname = 'ANN QUERY'", [ANN]),
        (r"DisplayName = 'Bo O\'Query'", [BO]),
        (r"DisplayName = 'Dé Query\\2'", [DE]),
        ("DisplayName > 'B'", [BO, CY, DE]),
        ("DisplayName >= 'cy query'", [CY, DE]),
        ("DisplayName LIKE '%query'", [ANN, BO, CY]),
        ("DisplayName like 'a%'", [ANN]),
        ("DisplayName like '%_y%'", []),
        ("DisplayName like 'Ann'", []),
        ("DisplayName in ('Ann Query', 'CY QUERY', 'Nobody')", [ANN, CY]),
        ("Balance > '5'", [BO, CY]),
        ('Balance > 5', [BO, CY]),
        ("Balance <= '50' AND DisplayName LIKE '%o%'", [BO]),
        ("GivenName < 'Z'", [ANN, BO, CY]),
        ('Active = true', NAMES),
        ("Active = 'true'", NAMES),
        ('Active = false', []),
        ("MetaData.CreateTime > '2000-01-01'", NAMES),
        ("Metadata.LastUpdatedTime < '2000-01-01T00:00:00Z'", []),
    ],
)
def test_condition_finds(api, four, condition, found):
    assert where(api, condition) == found


def test_times_compare_as_instants_whatever_their_offset(api, four):
    third = datetime.fromisoformat(four[2]['MetaData']['LastUpdatedTime'])
    for hours in (0, 9, -11):
        shown = third.astimezone(timezone(timedelta(hours=hours))).isoformat()
        assert where(api, f"MetaData.LastUpdatedTime >= '{shown}'") == [CY, DE]


def test_ids_compare_as_numbers(sandbox, api):
    found = api.names("select * from Term where Id > '3' orderby Id")
    for number in range(8):
        api.create('Term', Name=f'T{number}', DueDays=number)

    assert found == ['Net 60']
    assert api.names("select * from Term where Id > '9' orderby Id") == ['T5', 'T6', 'T7']
    assert api.names("select * from Term where Id > '9' orderby Id desc") == ['T7', 'T6', 'T5']


@pytest.mark.parametrize(
    'order, found',
    [
        ('', [ANN, BO, CY, DE]),
        ('ORDERBY DisplayName DESC', [DE, CY, BO, ANN]),
        ('ORDER BY Balance', [DE, ANN, BO, CY]),
        ('ORDERBY Balance DESC', [CY, BO, ANN, DE]),
        ('ORDERBY GivenName', [DE, ANN, BO, CY]),
        ('ORDERBY BalanceWithJobs, DisplayName DESC', [DE, CY, BO, ANN]),
        ('ORDERBY MetaData.LastUpdatedTime DESC, Id', [DE, CY, BO, ANN]),
    ],
)
def test_order(api, four, order, found):
    assert api.names(f'select * from Customer {order}') == found


def test_lists_are_sorted_by_qualified_name_unless_asked(api):
    names = api.names('select * from Class')

    assert names == ['Commercial', 'Clubs', 'Hotels', 'Residential', 'One-time', 'Weekly']


def test_tokens_of_a_list_may_be_told_from_totals(api):
    assert api.query('select * from Class')['totalCount'] == 6
    assert 'totalCount' not in api.query('select * from Department')


def test_inactive_records_are_found_only_when_asked_for(api):
    inactive = ['Old Mill Spa (deleted)', 'Percival Dunmore (deleted)']

    assert api.names('select * from Customer where Active = false') == inactive
    assert where(api, "DisplayName like 'Percival%'") == []
    assert where(api, "Active in (true, false) and DisplayName like 'Percival%'") == inactive[1:]
    both = api.query('select count(*) from Customer where Active IN (true,false)')['totalCount']
    assert both == api.query('select count(*) from Customer')['totalCount'] + 2


def test_keywords_and_names_have_no_case(api):
    assert api.names("SELECT * FROM CUSTOMER WHERE DISPLAYNAME = 'eldon prewitt' STARTPOSITION 1 MAXRESULTS 5") == [
        'Eldon Prewitt'
    ]


# Pages.


def test_page_tells_its_position_and_what_it_returned(api, four):
    page = api.query('select * from Customer startposition 2 maxresults 2')

    assert [body['DisplayName'] for body in page['Customer']] == [BO, CY]
    assert (page['startPosition'], page['maxResults']) == (2, 2)
    assert api.query('select * from Customer startposition 4 maxresults 50')['maxResults'] == 1


def test_page_without_size_has_100(sandbox, api):
    sandbox.create_many('Customer', [{'DisplayName': f'Bulk {number:04}'} for number in range(120)])

    assert api.query('select * from Customer')['maxResults'] == 100


def test_largest_page_has_1000(sandbox, api):
    sandbox.create_many('Customer', [{'DisplayName': f'Bulk {number:04}'} for number in range(1000)])

    assert api.query('select * from Customer maxresults 1000')['maxResults'] == 1000
    assert api.query('select * from Customer startposition 1001 maxresults 1000')['maxResults'] == 34


def test_empty_page_is_an_empty_object(api):
    assert api.query("select * from Customer where DisplayName = 'Nobody'") == {}
    assert api.query('select * from Customer startposition 900') == {}


def test_count_has_only_the_total(api, four):
    assert api.query('select count(*) from Customer') == {'totalCount': 4}
    assert api.query("SELECT COUNT(*) FROM Customer WHERE Balance > '400'") == {'totalCount': 1}
    assert api.query("select count(*) from Customer where Balance > '4000'") == {'totalCount': 0}


def test_start_position_zero_can_be_allowed(sandbox, api, four):
    sandbox.configure(start_position_zero='allowed')

    assert len(api.names('select * from Customer startposition 0')) == 4


def test_singleton_has_no_start_position(api):
    assert set(api.query('select * from Preferences')) == {'Preferences', 'maxResults'}


def test_statement_may_be_posted(api, four):
    statement = "select * from Customer where DisplayName = 'Dé Query\\\\2'"
    for content_type in ('application/text', 'text/plain'):
        response = api.post('query', data=statement.encode(), headers={'Content-Type': content_type})
        assert response.json()['QueryResponse']['Customer'][0]['DisplayName'] == DE


def test_projection_shows_what_it_names(api, four):
    found = api.query(f"select DisplayName, Balance from Customer where Id = '{four[1]['Id']}'")

    assert found['Customer'] == [
        {'DisplayName': BO, 'Balance': 50, 'domain': 'QBO', 'sparse': True, 'Id': four[1]['Id']}
    ]


# Refusals.

TAIL = '    "iterator" ...\n    "maxresults" ...\n    "order" ...\n    "orderby" ...\n    "startposition" ...\n    '


@pytest.mark.parametrize(
    'statement, text',
    [
        ("select * from Customer where Id = '1' TxnDate",
         'Encountered " <IDENTIFIER> "TxnDate "" at line 1, column 39.\nWas expecting one of:\n'
         '    <EOF> \n    "and" ...\n' + TAIL),
        ("select * from Customer where Id = '1' or Id = '2'",
         'Encountered " <IDENTIFIER> "or "" at line 1, column 39.\nWas expecting one of:\n'
         '    <EOF> \n    "and" ...\n' + TAIL),
        ('select * from Customer limit 5',
         'Encountered " <IDENTIFIER> "limit "" at line 1, column 24.\nWas expecting one of:\n    <EOF> \n'
         + TAIL + '"where" ...\n    '),
    ],
)  # fmt: skip
def test_unexpected_word_has_the_parsers_text(api, statement, text):
    assert detail(api.get('query', query=statement)) == ('4000', f'QueryParserError: {text}')


@pytest.mark.parametrize(
    'statement',
    [
        '', 'select', 'from Customer', 'select * Customer', 'select * from', 'select * from Customer where',
        "select * from Customer where DisplayName <> 'x'", "select * from Customer where DisplayName = 'O''Neil'",
        "select * from Customer where (Id = '1')", "select * from Customer where Id between '1' and '2'",
        'select * from Customer maxresults 5 maxresults 1', 'select * from Customer maxresults 5.5',
        "select * from Customer orderby Id where Id = '1'", 'select * from Customer where Id in ()',
        'select count(Id) from Customer', 'select * from Customer where DisplayName = Bob',
        'select * from Customer where Id like', 'select * from Customer;',
    ],
)  # fmt: skip
def test_what_is_no_statement_is_refused(api, statement):
    response = api.get('query', query=statement)

    assert response.status_code == 400
    code, text = detail(response)
    assert (code, text.split(':')[0]) == ('4000', 'QueryParserError')
    assert 'element' not in response.json()['Fault']['Error'][0]


def test_lexical_error_names_the_character(api):
    response = api.get('query', query='select * from Customer where DisplayName = \u2019x\u2019')

    assert detail(response) == (
        '4000',
        'QueryParserError: Invalid content. Lexical error at line 1, column 44.  '
        'Encountered: "\\u2019" (8217), after : ""',
    )


def test_curly_quotes_inside_a_literal_are_fine_unless_switched(sandbox, api):
    statement = "select * from Customer where DisplayName = 'Bo\u2019s'"
    assert api.query(statement) == {}

    sandbox.configure(curly_quotes='refused')
    code, text = detail(api.get('query', query=statement))
    assert (code, 'column 47.  Encountered: "\\u2019" (8217)' in text) == ('4000', True)


@pytest.mark.parametrize(
    'statement, text',
    [
        ("select * from Customer where NoSuchField = '1'", 'Property NoSuchField not found for Entity Customer'),
        ('select * from Customer orderby NoSuchField', 'Property NoSuchField not found for Entity Customer'),
        ('select NoSuchField from Customer', 'Property NoSuchField not found for Entity Customer'),
        ("select * from Customer where ParentRef = '1'", "property 'ParentRef' is not queryable"),
        ("select * from Customer where job = true", "property 'Job' is not queryable"),
        ("select * from Customer where BalanceWithJobs = '1'", "property 'BalanceWithJobs' is not queryable"),
        ('select * from Item orderby Sku', "property 'Sku' is not queryable"),
        ('select BillAddr from Customer', "property 'BillAddr' is not queryable"),
        ('select * from Customer maxresults 0', 'value 0 is too small. Min allowed value is 1'),
        ('select * from Customer startposition 0', 'value 0 is too small. Min allowed value is 1'),
        ('select * from Customer maxresults 1001', 'value 1001 is too large. Max allowed value is 1000'),
        ("select * from Customer where Balance > 'much'", "value 'much' is invalid for property 'Balance'"),
        ("select * from Customer where MetaData.CreateTime > 'soon'",
         "value 'soon' is invalid for property 'MetaData.CreateTime'"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_an_invalid_query(api, statement, text):
    response = api.get('query', query=statement)

    assert response.status_code == 400
    assert detail(response) == ('4001', f'QueryValidationError: {text}')


def test_unknown_and_unmodelled_entities_differ(api):
    unknown = ('4001', 'QueryValidationError: invalid context declaration: Sprocket')
    assert detail(api.get('query', query='select * from Sprocket')) == unknown
    assert detail(api.get('query', query='select * from Estimate'))[0] == 'sandbox-501'


def test_pages_may_be_asked_in_either_order(api):
    first = api.names('select * from Customer startposition 3 maxresults 2')

    assert api.names('select * from Customer maxresults 2 startposition 3') == first
    assert len(first) == 2


def test_what_is_not_equal_is_found(api):
    names = api.names('select * from Account')

    assert api.names("select * from Account where FullyQualifiedName != 'checking'") == [
        name for name in names if name != 'Checking'
    ]


def test_star_may_stand_before_further_members(api):
    assert api.query('select *, Sku from Item') == api.query('select * from Item')
    assert detail(api.get('query', query='select *, Wings from Item'))[0] == '4001'


def test_pseudo_codes_come_on_top_of_a_page(api):
    assert [code['Id'] for code in api.query('select * from TaxCode maxresults 1')['TaxCode']] == [
        'TAX', 'NON', 'CustomSalesTax', '2',
    ]  # fmt: skip
    assert api.query('select * from TaxCode startposition 2 maxresults 5')['TaxCode'][0]['Id'] == '3'
    assert api.query('select count(*) from TaxCode') == {'totalCount': 5}
