"""An answer has a deadline, a size and a shape; what has none of them is an error with a sentence."""

import contextlib
import itertools
import json
import socket
import threading
import zlib
from contextlib import contextmanager

import pytest

from .. import client, errors, transport
from ..endpoints import check_url, for_environment
from ..oauth import OAuthApp
from ..text import parse_time

REALM = '9130347957983546'
HEAD = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n'
ODD = {'list': [1], 'string': 'text', 'number': 7, 'null': None, 'true': True, 'list of lists': [[1]]}
CALLS = {
    'write': lambda qbo: qbo.write('Customer', {}, 'r'),
    'send_by_email': lambda qbo: qbo.send_by_email('Invoice', '1', 'r'),
    'batch': lambda qbo: qbo.batch([{'bId': '1', 'Query': 'q'}]),
    'read': lambda qbo: qbo.read('Customer', '1'),
    'query': lambda qbo: qbo.query('q'),
    'count': lambda qbo: qbo.count('Customer'),
    'report': lambda qbo: qbo.report('TrialBalance'),
    'company_info': lambda qbo: qbo.company_info(),
    'preferences': lambda qbo: qbo.preferences(),
}
MEMBERS = {
    'write': ('Customer',),
    'send_by_email': ('Invoice',),
    'batch': ('BatchItemResponse',),
    'read': ('Customer',),
    'query': ('QueryResponse',),
    'count': ('QueryResponse',),
    'report': ('Rows',),
    'company_info': ('CompanyInfo',),
    'preferences': ('Preferences',),
}


@pytest.fixture
def qbo(server):
    return client.Client(base_url=server.url, realm_id=REALM, token=lambda _rejected: 't')


class Impatient(transport.TimeoutAdapter):
    whole_s = 0.4
    answer_max = 100_000


def impatient(url):
    session = transport.new_session()
    session.mount('http://', Impatient())
    return client.Client(base_url=url, realm_id=REALM, token=lambda _rejected: 't', session=session)


@contextmanager
def raw_server(*parts):
    """Serve one connection: what was asked is read, and the parts are sent one after the other, 50 ms apart."""
    with socket.create_server(('127.0.0.1', 0)) as listening:

        def serve():
            peer, _address = listening.accept()
            with peer:
                peer.recv(65536)
                with contextlib.suppress(OSError):  # the client breaks off, which is what is asked for
                    for part in itertools.chain(*parts):
                        peer.sendall(part)
                        threading.Event().wait(0.05)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f'http://127.0.0.1:{listening.getsockname()[1]}'
        thread.join(10)
        assert not thread.is_alive(), "the client goes on listening"


SLOW = {
    'a byte at a time in the body': ([HEAD + b'Content-Length: 1000\r\n\r\n'], [b' '] * 1000),
    'a body without an end': ([HEAD + b'Connection: close\r\n\r\n'], [b' '] * 1000),
    'chunks without an end': ([HEAD + b'Transfer-Encoding: chunked\r\n\r\n'], [b'1\r\n \r\n'] * 1000),
    'a byte at a time in the head': ([HEAD + b'X-Slow: '], [b'x'] * 1000),
}


@pytest.mark.parametrize('parts', SLOW.values(), ids=SLOW)
def test_an_answer_that_does_not_end_is_given_up(parts):
    with raw_server(*parts) as url:
        with pytest.raises(errors.UnknownOutcome):
            impatient(url).read('Customer', '1')


@pytest.mark.parametrize('is_packed', [False, True])
def test_an_answer_that_is_too_large_is_given_up(server, is_packed):
    body = b' ' * 1_000_000
    server.will_answer(
        zlib.compress(body) if is_packed else body, **({'Content-Encoding': 'deflate'} if is_packed else {})
    )
    with pytest.raises(errors.UnknownOutcome, match='too large'):
        impatient(server.url).read('Customer', '1')


def test_a_connection_is_used_again_after_a_whole_answer(server):
    qbo = impatient(server.url)
    for _call in range(3):
        server.will_answer({'Customer': {'Id': '1'}})
        assert qbo.read('Customer', '1').values == {'Id': '1'}


@pytest.mark.parametrize('odd', [*ODD.values(), '<html><body>Sign in to the network</body></html>', ''], ids=repr)
@pytest.mark.parametrize('call', CALLS.values(), ids=CALLS)
def test_an_answer_of_an_odd_type_is_an_error(server, qbo, call, odd):
    server.will_answer(odd if isinstance(odd, str) else json.dumps(odd))
    with pytest.raises(errors.QboError) as caught:
        call(qbo)
    assert str(caught.value)


@pytest.mark.parametrize('odd', ODD.values(), ids=ODD)
@pytest.mark.parametrize('name', CALLS)
def test_a_member_of_an_odd_type_is_an_error(server, qbo, name, odd):
    for member in MEMBERS[name]:
        server.will_answer({member: odd})
        if name == 'batch':
            with contextlib.suppress(errors.QboError):
                assert all(item.error for item in CALLS[name](qbo).values)
            continue
        with pytest.raises(errors.QboError):
            CALLS[name](qbo)


@pytest.mark.parametrize('odd', [value for value in ODD.values() if value is not None], ids=repr)
def test_rows_of_an_odd_type_are_an_error(server, qbo, odd):
    rows = odd if isinstance(odd, list) else [odd]
    server.will_answer({'QueryResponse': {'Customer': rows}})
    with pytest.raises(errors.QboError):
        qbo.query('q')
    now = parse_time('2026-11-20T10:33:39-08:00')
    for values in ({'CDCResponse': odd}, {'CDCResponse': [{'QueryResponse': rows}]}):
        server.will_answer(values)
        with pytest.raises(errors.QboError):
            qbo.cdc(['Customer'], now)
    server.will_answer({'QueryResponse': {'totalCount': [1]}})
    with pytest.raises(errors.QboError):
        qbo.count('Customer')


TOKENS = {'access_token': 'a', 'refresh_token': 'r', 'expires_in': 3600}
ODD_TOKENS = [
    *ODD.values(),
    '<html></html>',
    *({**TOKENS, name: value} for name in TOKENS for value in ([1], {'a': 1}, -1, 'soon') if name != 'x'),
]


@pytest.mark.parametrize('odd', ODD_TOKENS, ids=repr)
def test_tokens_of_an_odd_type_are_an_error(server, odd):
    if isinstance(odd, dict) and 'soon' in (odd.get('access_token'), odd.get('refresh_token')):
        return  # a text is a token
    server.will_answer(odd if isinstance(odd, str) else json.dumps(odd))
    app = OAuthApp('client', 'secret', for_environment('local', server.url))
    with pytest.raises(errors.QboError):
        app.refresh('r')


@pytest.mark.parametrize('realm_id', ['', 'abc', '1/2', '1?x=1', '../1', '1 ', '１', '-1', None, '1' * 21])
def test_the_id_of_a_company_is_digits(realm_id):
    with pytest.raises(ValueError):
        client.Client(base_url='http://127.0.0.1', realm_id=realm_id, token=lambda _rejected: 't')


@pytest.mark.parametrize('path', ['/x', '/../', '//host', '/?a=1', '/#a'])
def test_a_local_address_has_no_path(path):
    with pytest.raises(ValueError):
        check_url('local', f'http://127.0.0.1:8090{path}')
