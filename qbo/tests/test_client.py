import json
import socket
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from requests.adapters import HTTPAdapter

from .. import client, errors, transport
from .server import DROP, STALL

REALM = '9130347957983546'
TIME = '2026-11-20T10:33:39.11-08:00'
THROTTLED_XML = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><IntuitResponse time="2026-12-07T15:27:09.527-08:00" '
    'xmlns="http://schema.intuit.com/finance/v3"><Fault type="SERVICE"><Error code="3001"><Message>message='
    'ThrottleExceeded; errorCode=003001; statusCode=429</Message><Detail>The request limit was reached.  Try again '
    'later</Detail></Error></Fault></IntuitResponse>'
)
EXPIRED = {
    'fault': {
        'error': [
            {
                'message': 'message=AuthenticationFailed; errorCode=003200; statusCode=401',
                'detail': 'Token expired: AB01secret',
                'code': '3200',
                'element': None,
            }
        ],
        'type': 'AUTHENTICATION',
    },
    'time': 1633520295688,
}


class Tokens:
    """A holder of tokens that remembers what it was asked for."""

    def __init__(self, *tokens):
        self.tokens = list(tokens)
        self.rejected = []

    def __call__(self, rejected):
        if rejected is not None:
            self.rejected.append(rejected)
            self.tokens.pop(0)
        return self.tokens[0]


@pytest.fixture
def qbo(server):
    return client.Client(base_url=server.url, realm_id=REALM, token=Tokens('old', 'new', 'newest'))


def fault(code, detail='', **more):
    return {
        'Fault': {
            'Error': [{'Message': 'M', 'Detail': detail, 'code': code, 'element': '', **more}],
            'type': 'ValidationFault',
        },
        'time': TIME,
    }


# === WRITES === #


def test_a_write_is_one_post_with_request_id_and_minor_version(server, qbo):
    server.will_answer({'Customer': {'Id': '1', 'SyncToken': '0'}, 'time': TIME}, intuit_tid='1-abc')
    answer = qbo.write('Customer', {'DisplayName': 'Ann'}, 'r-1')

    assert answer.values == {'Id': '1', 'SyncToken': '0'}
    assert (answer.status, answer.tid) == (200, '1-abc')
    assert answer.time == datetime(2026, 11, 20, 18, 33, 39, 110000, timezone.utc)
    assert answer.duration_ms >= 0
    asked = server.last
    assert (asked.method, asked.path) == ('POST', f'/v3/company/{REALM}/customer')
    assert asked.params == {'requestid': 'r-1', 'minorversion': '75'}
    assert asked.headers['Accept'] == 'application/json'
    assert asked.headers['Content-Type'].startswith('application/json')
    assert asked.token == 'old'


def test_delete_and_void_are_parameters(server, qbo):
    server.will_answer({'Invoice': {'Id': '1', 'status': 'Deleted'}})
    server.will_answer({'Payment': {'Id': '2'}})
    qbo.write('Invoice', {'Id': '1', 'SyncToken': '0'}, 'r', operation='delete')
    qbo.write('Payment', {'Id': '2', 'SyncToken': '0'}, 'r', operation='update', include='void')

    assert server.asked[0].params['operation'] == 'delete'
    assert server.asked[1].params['include'] == 'void'


def test_equal_values_give_equal_bytes_whatever_their_order(server, qbo):
    for _ in range(3):
        server.will_answer({'Customer': {'Id': '1'}})
    qbo.write('Customer', {'b': 'é', 'a': {'y': 1, 'x': Decimal('10.50')}}, 'r')
    qbo.write('Customer', {'a': {'x': Decimal('10.5'), 'y': 1}, 'b': 'é'}, 'r')
    stored = client.serialize({'a': {'x': 10.5, 'y': 1}, 'b': 'é'})
    qbo.write('Customer', stored, 'r')

    assert {asked.body for asked in server.asked} == {'{"a":{"x":10.5,"y":1},"b":"é"}'.encode()}


def test_what_is_no_json_is_refused_before_it_is_sent(server, qbo):
    with pytest.raises(TypeError):
        qbo.write('Customer', {'a': object()}, 'r')
    with pytest.raises(ValueError):
        qbo.write('Customer', {'a': float('nan')}, 'r')
    assert not server.asked


def test_a_new_tax_code_is_answered_without_wrapper(server, qbo):
    server.will_answer({'TaxCode': 'GA 8', 'TaxCodeId': '7'})
    assert qbo.write('TaxService/TaxCode', {'TaxCode': 'GA 8'}, 'r').values['TaxCodeId'] == '7'
    assert server.last.path.endswith('/taxservice/taxcode')


def test_too_long_a_request_id_is_refused(server, qbo):
    with pytest.raises(ValueError, match='51 characters'):
        qbo.write('Customer', {}, 'x' * 51)
    assert not server.asked
    server.will_answer({'Customer': {'Id': '1'}})
    qbo.write('Customer', {}, 'x' * 50)


def test_an_answer_without_the_entity_leaves_the_outcome_unknown(server, qbo):
    server.will_answer({'time': TIME})
    with pytest.raises(errors.UnknownOutcome):
        qbo.write('Customer', {}, 'r')


# === BATCH === #

ITEMS = [
    {'bId': 'a', 'operation': 'create', 'Customer': {'DisplayName': 'Ann'}},
    {'bId': 'b', 'operation': 'create', 'Customer': {'DisplayName': 'Bob'}},
    {'bId': 'c', 'Query': 'SELECT * FROM Vendor'},
    {'bId': 'd', 'operation': 'create', 'Customer': {'DisplayName': 'Dan'}},
]


def test_a_batch_answers_item_by_item_in_the_order_asked(server, qbo):
    server.will_answer(
        {
            'BatchItemResponse': [
                {'bId': 'c', 'QueryResponse': {'Vendor': [{'Id': '9'}], 'startPosition': 1, 'maxResults': 1}},
                {'bId': 'b', **fault('6240', 'taken')},
                {'bId': 'a', 'Customer': {'Id': '1'}},
            ],
            'time': TIME,
        },
        intuit_tid='1-abc',
    )
    answer = qbo.batch(ITEMS, 'r')

    ann, bob, vendors, dan = answer.values
    assert (ann.bid, ann.values, ann.error) == ('a', {'Id': '1'}, None)
    assert (bob.error.code, bob.error.kind, bob.error.tid) == ('6240', errors.Kind.DATA, '1-abc')
    assert vendors.values == [{'Id': '9'}]
    assert isinstance(dan.error, errors.UnknownOutcome)
    assert server.last.path == f'/v3/company/{REALM}/batch'
    assert json.loads(server.last.body) == {'BatchItemRequest': ITEMS}


def test_an_empty_query_in_a_batch_is_an_empty_list(server, qbo):
    server.will_answer({'BatchItemResponse': [{'bId': 'c', 'QueryResponse': {}}]})
    [vendors] = qbo.batch(ITEMS[2:3]).values
    assert vendors.values == [] and vendors.error is None
    assert 'requestid' not in server.last.params


def test_a_stored_batch_goes_out_as_it_was_stored(server, qbo):
    server.will_answer({'BatchItemResponse': [{'bId': 'a', 'Customer': {'Id': '1'}}]})
    body = '{ "BatchItemRequest": [{"bId": "a", "operation": "create", "Customer": {}}] }'
    assert qbo.batch(body, 'r').values[0].values == {'Id': '1'}
    assert server.last.body == body.encode()


@pytest.mark.parametrize(
    'items, request_id',
    [
        ([{'bId': str(number)} for number in range(31)], 'r'),
        ([{'bId': 'a'}, {'bId': 'a'}], 'r'),
        ([{'bId': 'x' * 11}], 'r'),
        ([{'bId': 'a'}], 'x' * 37),
    ],
    ids=['31 items', 'same bId', 'long bId', 'long request id'],
)
def test_a_batch_that_quickbooks_would_refuse_is_not_sent(server, qbo, items, request_id):
    with pytest.raises(ValueError):
        qbo.batch(items, request_id)
    assert not server.asked


def test_all_limits_of_a_batch_can_be_used_up(server, qbo):
    items = [{'bId': str(number).zfill(10), 'operation': 'create', 'Customer': {}} for number in range(30)]
    server.will_answer({'BatchItemResponse': []})
    assert len(qbo.batch(items, 'x' * 36).values) == 30


# === READS === #


def test_a_query_is_posted_as_text(server, qbo):
    server.will_answer({'QueryResponse': {'startPosition': 1, 'Customer': [{'Id': '1'}], 'maxResults': 1}})
    statement = f"SELECT * FROM Customer WHERE DisplayName = {client.quote('Zoë O’Neil & Sons')}"
    assert qbo.query(statement).values == [{'Id': '1'}]
    assert (server.last.method, server.last.path) == ('POST', f'/v3/company/{REALM}/query')
    assert server.last.headers['Content-Type'].startswith('application/text')
    assert server.last.body.decode() == statement


def test_an_empty_page_has_no_key_and_is_an_empty_list(server, qbo):
    server.will_answer({'QueryResponse': {}, 'time': TIME})
    assert qbo.query('SELECT * FROM Customer').values == []


def test_count(server, qbo):
    server.will_answer({'QueryResponse': {'totalCount': 29}, 'time': TIME})
    assert qbo.count('Customer', 'Active = true') == 29
    assert server.last.body == b'SELECT COUNT(*) FROM Customer WHERE Active = true'


def test_read_company_and_preferences(server, qbo):
    server.will_answer({'Customer': {'Id': '5'}})
    server.will_answer({'CompanyInfo': {'CompanyName': 'Blue Lagoon Pools'}})
    server.will_answer({'Preferences': {'Id': '1'}})
    assert qbo.read('Customer', '5').values == {'Id': '5'}
    assert qbo.company_info().values['CompanyName'] == 'Blue Lagoon Pools'
    assert qbo.preferences().values == {'Id': '1'}
    company = f'/v3/company/{REALM}'
    assert [asked.path for asked in server.asked] == [
        f'{company}/customer/5',
        f'{company}/companyinfo/{REALM}',
        f'{company}/preferences',
    ]
    assert {asked.method for asked in server.asked} == {'GET'}


def test_cdc_gathers_changes_by_type_with_stubs_and_empty_types(server, qbo):
    stub = {'status': 'Deleted', 'domain': 'QBO', 'Id': '979'}
    server.will_answer(
        {
            'CDCResponse': [
                {
                    'QueryResponse': [
                        {'Customer': [{'Id': '63'}, {'Id': '99'}], 'startPosition': 1, 'maxResults': 2},
                        {'Invoice': [stub]},
                        {},
                    ]
                }
            ],
            'time': TIME,
        }
    )
    since = datetime(2026, 11, 20, 8, tzinfo=timezone(timedelta(hours=-8)))
    answer = qbo.cdc(['Customer', 'Invoice', 'Item'], since)

    assert answer.changes == {'Customer': [{'Id': '63'}, {'Id': '99'}], 'Invoice': [stub], 'Item': []}
    assert not answer.truncated
    assert answer.time.tzinfo is timezone.utc
    assert server.last.params['entities'] == 'Customer,Invoice,Item'
    assert server.last.params['changedSince'] == '2026-11-20T08:00:00-08:00'


def test_a_thousand_changes_over_all_types_may_be_cut(server, qbo):
    rows = [{'Id': str(number)} for number in range(500)]
    server.will_answer({'CDCResponse': [{'QueryResponse': [{'Customer': rows}, {'Item': rows}]}]})
    assert qbo.cdc(['Customer', 'Item'], datetime.now(timezone.utc)).truncated


def test_a_cursor_that_is_too_old_has_an_error_of_its_own(server, qbo):
    text = 'Operation cdc with changedSince date 2026-01-01 which is older than fixed days is not supported.'
    server.will_answer(fault('500', text), status=400)
    with pytest.raises(errors.CursorTooOld):
        qbo.cdc(['Customer'], datetime.now(timezone.utc))


def test_cdc_wants_to_know_the_time_zone(server, qbo):
    with pytest.raises(ValueError):
        qbo.cdc(['Customer'], datetime(2026, 1, 1))
    assert not server.asked


@given(st.text())
def test_a_quoted_value_reads_back_as_it_was(value):
    literal = client.quote(value)
    assert literal[0] == literal[-1] == "'"
    plain, escaped = '', False
    for sign in literal[1:-1]:
        assert escaped or sign != "'", "a bare quote ends the literal"
        if sign == '\\' and not escaped:
            escaped = True
            continue
        plain, escaped = plain + sign, False
    assert plain == value and not escaped


# === TOKENS === #


def test_after_a_401_the_call_is_repeated_once_with_a_fresh_token(server, qbo):
    server.will_answer(EXPIRED, status=401)
    server.will_answer({'Customer': {'Id': '1'}})
    assert qbo.write('Customer', {'DisplayName': 'Ann'}, 'r').values == {'Id': '1'}

    first, second = server.asked
    assert (first.token, second.token) == ('old', 'new')
    assert (first.body, first.params) == (second.body, second.params)
    assert qbo.token.rejected == ['old']


def test_a_second_401_is_an_authorization_error_and_shows_no_token(server, qbo):
    server.will_answer(EXPIRED, status=401)
    server.will_answer(EXPIRED, status=401)
    with pytest.raises(errors.AuthorizationError) as caught:
        qbo.read('Customer', '1')
    assert len(server.asked) == 2
    assert caught.value.code == '3200'
    assert 'secret' not in str(caught.value) + caught.value.detail


def test_what_the_holder_of_the_tokens_raises_passes_through(server):
    def token(rejected):
        if rejected:
            raise errors.TokenRejected(rejected)
        return 'old'

    server.will_answer(EXPIRED, status=401)
    qbo = client.Client(base_url=server.url, realm_id=REALM, token=token)
    with pytest.raises(errors.TokenRejected) as caught:
        qbo.read('Customer', '1')
    assert caught.value.token == 'old'
    assert 'old' not in str(caught.value)


def test_a_netrc_entry_does_not_replace_the_token(server, qbo, tmp_path, monkeypatch):
    netrc = tmp_path / 'netrc'
    netrc.write_text('machine 127.0.0.1 login joe password secret\n')
    monkeypatch.setenv('NETRC', str(netrc))
    server.will_answer({'Customer': {'Id': '1'}})
    qbo.read('Customer', '1')
    assert server.last.token == 'old'


# === FAILURES === #


@pytest.mark.parametrize(
    'body, status, cls, code',
    [
        (THROTTLED_XML, 429, errors.ThrottledError, '3001'),
        ('', 503, errors.TransientError, ''),
        ('<html><body>Bad Gateway</body></html>', 502, errors.UnknownOutcome, ''),
        (fault('10000'), 500, errors.UnknownOutcome, '10000'),
        (fault('4002'), 500, errors.DataError, '4002'),
        (fault('5010'), 400, errors.StaleError, '5010'),
        (fault('6210'), 400, errors.ClosedBooksError, '6210'),
        (fault('6190'), 400, errors.QuotaError, '6190'),
        (fault('6240'), 200, errors.DataError, '6240'),
        ('<html>Welcome to the hotel</html>', 200, errors.UnknownOutcome, ''),
        ('', 200, errors.UnknownOutcome, ''),
        ('{"Customer": {"Id"', 200, errors.UnknownOutcome, ''),
        ('[]', 200, errors.UnknownOutcome, ''),
    ],
    ids=str,
)
def test_every_failure_is_an_error_of_its_kind(server, qbo, body, status, cls, code):
    server.will_answer(body, status, intuit_tid='1-abc')
    with pytest.raises(errors.QboError) as caught:
        qbo.write('Customer', {'DisplayName': 'Ann'}, 'r-9')
    error = caught.value
    assert type(error) in (cls, *cls.__subclasses__())
    assert (error.code, error.status, error.tid, error.request_id) == (code, status, '1-abc', 'r-9')
    assert str(error).startswith('1-abc')
    assert len(server.asked) == 1


def test_a_redirect_is_not_followed(server, qbo):
    server.will_answer('', 302, Location=f'{server.url}/elsewhere')
    with pytest.raises(errors.TransientError):
        qbo.read('Customer', '1')
    assert len(server.asked) == 1


def test_a_connection_that_breaks_after_sending_leaves_the_outcome_unknown(server, qbo):
    server.will_answer(DROP)
    with pytest.raises(errors.UnknownOutcome) as caught:
        qbo.write('Customer', {'DisplayName': 'Ann'}, 'r-9')
    assert caught.value.request_id == 'r-9'
    assert len(server.asked) == 1


def test_an_answer_that_is_cut_off_leaves_the_outcome_unknown(server, qbo):
    server.will_answer('{"Customer":', 200, **{'Content-Encoding': 'gzip'})
    with pytest.raises(errors.UnknownOutcome):
        qbo.write('Customer', {'DisplayName': 'Ann'}, 'r')


def test_silence_leaves_the_outcome_unknown(server):
    class Impatient(HTTPAdapter):
        def send(self, *args, **kwargs):
            return super().send(*args, **{**kwargs, 'timeout': 0.1})

    session = requests.Session()
    session.mount('http://', Impatient())
    server.will_answer(STALL)
    qbo = client.Client(base_url=server.url, realm_id=REALM, token=Tokens('t'), session=session)
    with pytest.raises(errors.UnknownOutcome):
        qbo.write('Customer', {'DisplayName': 'Ann'}, 'r')


def test_no_connection_means_that_nothing_was_sent():
    with socket.socket() as unused:
        unused.bind(('127.0.0.1', 0))
        url = f'http://127.0.0.1:{unused.getsockname()[1]}'
        with pytest.raises(errors.TransientError) as caught:
            client.Client(base_url=url, realm_id=REALM, token=Tokens('t')).read('Customer', '1')
    assert not isinstance(caught.value, errors.UnknownOutcome)


def test_every_call_has_a_time_limit(monkeypatch):
    limits = []

    def send(self, request, **kwargs):
        limits.append(kwargs['timeout'])
        response = requests.Response()
        response._content, response._content_consumed = b'', True
        return response

    monkeypatch.setattr(HTTPAdapter, 'send', send)
    adapter = transport.TimeoutAdapter()
    adapter.send(None)
    adapter.send(None, timeout=None)
    adapter.send(None, timeout=10)
    assert limits == [(transport.CONNECT_S, transport.READ_S)] * 2 + [10]
    assert isinstance(
        transport.new_session().get_adapter('https://quickbooks.api.intuit.com'), transport.TimeoutAdapter
    )


def test_certificates_are_verified_whatever_the_session_says(server, monkeypatch):
    seen = []
    session = transport.new_session()
    session.verify = False
    send = HTTPAdapter.send
    monkeypatch.setattr(
        HTTPAdapter, 'send', lambda *args, **kwargs: seen.append(kwargs['verify']) or send(*args, **kwargs)
    )
    server.will_answer({'Customer': {'Id': '1'}})
    client.Client(base_url=server.url, realm_id=REALM, token=Tokens('t'), session=session).read('Customer', '1')
    assert seen and seen[0] is not False


def test_making_a_client_makes_no_call_and_no_warning(server, recwarn):
    client.Client(base_url=server.url, realm_id=REALM, token=Tokens('t'))
    assert not server.asked and not recwarn.list


def test_an_id_is_one_segment_of_the_path(server, qbo):
    server.will_answer({'Customer': {'Id': '1'}})
    qbo.read('Customer', '1/../../2?x=1')
    assert server.last.path == f'/v3/company/{REALM}/customer/1%2F..%2F..%2F2%3Fx%3D1'
