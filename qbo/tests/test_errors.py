import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .. import errors
from ..errors import Kind, classify, from_answer, from_fault

GATEWAY_401 = {
    'fault': {
        'error': [
            {
                'message': 'message=AuthenticationFailed; errorCode=003200; statusCode=401',
                'detail': 'Token expired: AB01topsecret',
                'code': '3200',
                'element': None,
            }
        ]
    }
}
UNEXPECTED = (
    'Business Validation Error: An unexpected error occurred while accessing or saving your data. Please wait a few '
    'minutes and try again. If the problem persists, contact customer support.'
)
XML_401 = (
    '<?xml version="1.0"?><IntuitResponse xmlns="http://schema.intuit.com/finance/v3"><Fault type="AUTHENTICATION">'
    '<Error code="100"><Message>General Authentication Error</Message><Detail>AuthenticationErrorGeneral: SRV-110'
    '</Detail></Error></Fault></IntuitResponse>'
)


def answer(status, body, **headers):
    body = json.dumps(body) if isinstance(body, (dict, list)) else body
    return from_answer(status, headers, body.encode(), 'r-1')


@pytest.mark.parametrize(
    'status, code, detail, kind',
    [
        (400, '2050', '', Kind.DATA),
        (400, '6170', '', Kind.DATA),
        (400, '6240', '', Kind.DATA),
        (400, '610', '', Kind.DATA),
        (400, '5010', '', Kind.STALE),
        (400, '6210', '', Kind.CLOSED_BOOKS),
        (400, '6200', '', Kind.CLOSED_BOOKS),
        (400, '6000', 'Business Validation Error: You must set a transaction amount.', Kind.DATA),
        (400, '6000', UNEXPECTED, Kind.TRANSIENT),
        (400, '2050', UNEXPECTED, Kind.DATA),
        (400, '6190', '', Kind.QUOTA),
        (400, '5020', '', Kind.DATA),
        (400, '600', '', Kind.TRANSIENT),
        (429, '', '', Kind.THROTTLED),
        (429, '3001', 'The request limit was reached.  Try again later', Kind.THROTTLED),
        (403, '003001', '', Kind.THROTTLED),
        (429, '3001', 'The monthly CorePlus quota is used up', Kind.QUOTA),
        (401, '', '', Kind.AUTHORIZATION),
        (401, '130', '', Kind.AUTHORIZATION),
        (403, '3100', '', Kind.AUTHORIZATION),
        (403, '', '', Kind.AUTHORIZATION),
        (400, '120', '', Kind.AUTHORIZATION),
        (500, '10000', '', Kind.TRANSIENT),
        (500, '4002', '', Kind.DATA),
        (500, '500', 'Malformed byte', Kind.DATA),
        (500, '', '', Kind.TRANSIENT),
        (503, '2050', '', Kind.TRANSIENT),
        (504, '', '', Kind.TRANSIENT),
        (300, '', '', Kind.TRANSIENT),
        (399, '', '', Kind.TRANSIENT),
        (404, '', '', Kind.DATA),
        (413, '', '', Kind.DATA),
        (400, '99999', '', Kind.DATA),
        (400, 'abc', '', Kind.DATA),
        (None, None, None, Kind.DATA),
    ],
)
def test_classify(status, code, detail, kind):
    assert classify(status, code, detail) is kind


@given(st.none() | st.integers(), st.none() | st.text() | st.sampled_from(sorted(errors.RULES)), st.none() | st.text())
def test_any_status_and_code_classify(status, code, detail):
    assert isinstance(classify(status, code, detail), Kind)


@given(st.sampled_from([200, 302, 400, 401, 403, 404, 429, 500, 503]), st.binary())
def test_any_body_is_an_error_and_never_an_exception(status, body):
    error = from_answer(status, {}, body)
    assert isinstance(error, errors.QboError) and str(error)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(['Error', 'error', 'code', 'Detail', 'x']), inner),
)


@given(st.sampled_from(['Fault', 'fault']), JSON)
def test_any_fault_is_an_error_and_never_an_exception(name, fault):
    assert isinstance(from_answer(400, {}, json.dumps({name: fault}).encode()), errors.QboError)
    assert isinstance(from_fault(fault, 400), errors.QboError)


def test_a_cursor_is_too_old_only_where_that_is_the_trouble():
    detail = 'Operation cdc with changedSince date x which is older than fixed days is not supported.'
    assert type(from_fault({'Error': [{'code': '500', 'Detail': detail}]}, 400)) is errors.CursorTooOld
    assert type(from_fault({'Error': [{'code': '3001', 'Detail': detail}]}, 429)) is errors.ThrottledError


def test_every_kind_has_a_class_and_a_place_in_the_precedence():
    assert set(errors.CLASSES) == set(errors.PRECEDENCE) == set(Kind)


@pytest.mark.parametrize('code', sorted(errors.RULES))
def test_every_rule_is_found_by_its_code_and_by_its_padded_code(code):
    rule = errors.RULES[code]
    assert rule.code == code
    assert classify(400, code) is classify(400, code.zfill(6)) is rule.kind


def test_all_errors_of_a_fault_are_kept():
    error = answer(
        400,
        {
            'Fault': {
                'Error': [
                    {
                        'Message': 'Required param missing',
                        'Detail': 'Line is missing',
                        'code': '2020',
                        'element': 'Line',
                    },
                    {'Message': 'String length', 'Detail': 'too long', 'code': '2050', 'element': 'Description'},
                ],
                'type': 'ValidationFault',
            }
        },
        intuit_tid='1-a',
    )
    assert [item.code for item in error.errors] == ['2020', '2050']
    assert (error.code, error.element, error.detail) == ('2020', 'Line', 'Line is missing')
    assert (
        str(error) == '1-a: 2020 Required param missing Line is missing (Line); '
        '2050 String length too long (Description)'
    )


@pytest.mark.parametrize(
    'codes, kind',
    [
        (['5010', '2050'], Kind.DATA),
        (['2050', '3001'], Kind.THROTTLED),
        (['10000', '5010'], Kind.STALE),
        (['5010', '6210'], Kind.CLOSED_BOOKS),
    ],
)
def test_the_kind_of_several_errors_is_the_one_that_a_retry_does_not_cure(codes, kind):
    error = from_fault({'Error': [{'code': code} for code in codes]}, 400)
    assert error.kind is kind


def test_a_gateway_envelope_is_read_and_its_token_hidden():
    error = answer(401, GATEWAY_401, Intuit_Tid='1-a')
    assert (type(error), error.code, error.tid) == (errors.AuthorizationError, '3200', '1-a')
    assert 'topsecret' not in repr(error.errors)


def test_xml_is_read_where_json_was_asked():
    error = answer(401, XML_401)
    assert (error.code, error.errors[0].message) == ('100', 'General Authentication Error')


def test_a_code_that_is_only_in_the_text_counts():
    message = 'message=ThrottleExceeded; errorCode=003001; statusCode=403'
    error = answer(403, {'fault': {'error': [{'message': message}]}})
    assert error.kind is Kind.THROTTLED


def test_entities_of_a_document_type_are_not_expanded():
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><Fault><Error code="3001"><Detail>&a;</Detail></Error></Fault>'
    assert answer(400, bomb).code == ''


def test_a_page_is_quoted_in_words():
    error = answer(503, '<html><head><title>503</title></head><body>Down for <b>maintenance</b></body></html>')
    assert error.detail == '503 Down for maintenance'
    assert str(error).startswith('no tid: HTTP 503')


def test_a_server_error_may_have_worked_before_it_failed_and_an_item_of_a_batch_may_not():
    fault = {'Error': [{'code': '10000'}]}
    assert type(from_fault(fault, 500)) is errors.UnknownOutcome
    assert type(from_fault(fault, 200)) is errors.TransientError


@pytest.mark.parametrize(
    'detail, owner',
    [
        (
            'Duplicate Document Number Error : You must specify a different number. This number has already been used. '
            'DocNumber=AA_2025-07_7676ce is assigned to TxnType=Journal Entry with TxnId=3632',
            ('Journal Entry', '3632'),
        ),
        ('Duplicate Document Number Error : You must specify a different number.', None),
        ('', None),
        (None, None),
    ],
)
def test_the_owner_of_a_duplicate_number_is_named_at_the_end(detail, owner):
    assert errors.duplicate_document_owner(detail) == owner


def test_reconnect_required_knows_the_reason():
    error = errors.ReconnectRequired('user_not_in_realm', status=400, tid='1-a')
    assert (error.reason, error.kind, error.status) == ('user_not_in_realm', Kind.AUTHORIZATION, 400)
