import base64
import hashlib
import hmac
import json
import logging
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..webhook import ENTITIES, parse, verify

TOKEN = 'b5771f19b12ddb4bcdb9f08bdc50bc63878a'
LEGACY = (
    b'{"eventNotifications":[{"realmId":"1185883450","dataChangeEvent":{"entities":[{"name":"Customer","id":"1",'
    b'"operation":"Create","lastUpdated":"2015-10-05T14:42:19-0700"}]}}]}'
)
SIGNATURE = 'JC2GUwciPmRBwEO7WvrRmKqu9tGOKL8FFallocTFi8Q='  # published with Intuit's Java SDK (qbo-api 8.3)


def cloud(**values):
    return {
        'specversion': '1.0',
        'id': 'e-1',
        'source': 'intuit.x',
        'type': 'qbo.creditmemo.updated.v1',
        'time': '2025-09-10T21:31:25.179851517Z',
        'intuitentityid': '67',
        'intuitaccountid': '310687',
        'data': {},
        **values,
    }


def parsed(value):
    return parse(json.dumps(value).encode())


# === SIGNATURE === #


def test_intuits_own_example_verifies():
    assert verify(LEGACY, SIGNATURE, TOKEN)


@pytest.mark.parametrize(
    'body, signature, token',
    [
        (LEGACY + b' ', SIGNATURE, TOKEN),
        (LEGACY, SIGNATURE, TOKEN + 'x'),
        (LEGACY, SIGNATURE[:-2] + 'R=', TOKEN),
        (LEGACY, '', TOKEN),
        (LEGACY, None, TOKEN),
        (LEGACY, SIGNATURE, ''),
        (LEGACY, SIGNATURE, None),
        (LEGACY, 'é', TOKEN),
        (LEGACY, base64.b64encode(hmac.new(b'', LEGACY, hashlib.sha256).digest()).decode(), ''),
    ],
)
def test_all_else_does_not_verify(body, signature, token):
    assert not verify(body, signature, token)


# === EVENTS === #


def test_a_cloud_event():
    [event] = parsed([cloud()])
    assert (event.event_id, event.realm_id, event.entity, event.qbo_id) == ('e-1', '310687', 'CreditMemo', '67')
    assert (event.operation, event.is_known) == ('update', True)
    assert event.at == datetime(2025, 9, 10, 21, 31, 25, 179851, timezone.utc)


def test_a_legacy_event():
    [event] = parse(LEGACY)
    assert (event.realm_id, event.entity, event.qbo_id, event.operation) == ('1185883450', 'Customer', '1', 'create')
    assert event.at == datetime(2015, 10, 5, 21, 42, 19, tzinfo=timezone.utc)


def test_the_same_legacy_event_has_the_same_id_and_another_has_another():
    again, other = parse(LEGACY), parse(LEGACY.replace(b'"id":"1"', b'"id":"2"'))
    assert again[0].event_id == parse(LEGACY)[0].event_id != other[0].event_id


def test_realms_may_be_mixed():
    events = parsed([cloud(), cloud(id='e-2', intuitaccountid='2')])
    assert [event.realm_id for event in events] == ['310687', '2']


@pytest.mark.parametrize('name', sorted(ENTITIES.values()))
def test_every_entity_is_spelled_as_intuit_does(name):
    assert parsed([cloud(type=f'qbo.{name.lower()}.created.v1')])[0].entity == name


@pytest.mark.parametrize(
    'word, operation',
    [
        ('created', 'create'),
        ('updated', 'update'),
        ('deleted', 'delete'),
        ('merged', 'merge'),
        ('voided', 'void'),
        ('emailed', 'email'),
        ('frozen', 'frozen'),
    ],
)
def test_both_formats_name_operations_alike(word, operation):
    assert parsed([cloud(type=f'qbo.invoice.{word}.v1')])[0].operation == operation
    legacy = LEGACY.replace(b'Create', (operation if word != 'emailed' else word).title().encode())
    assert parse(legacy)[0].operation == operation


def test_an_unknown_entity_is_kept_and_marked():
    [event] = parsed([cloud(type='qbo.spaceship.created.v1')])
    assert (event.entity, event.is_known) == ('spaceship', False)


@pytest.mark.parametrize(
    'bad',
    [
        None,
        'x',
        7,
        [],
        {},
        cloud(type='other'),
        cloud(type=None),
        cloud(intuitentityid=None),
        cloud(intuitaccountid=''),
    ],
)
def test_a_bad_event_is_left_out_and_the_others_stay(bad, caplog):
    with caplog.at_level(logging.WARNING):
        events = parsed([cloud(id='e-1'), bad, cloud(id='e-3')])
    assert [event.event_id for event in events] == ['e-1', 'e-3']
    assert 'Event 1 ' in caplog.text


@pytest.mark.parametrize('bad', [None, {}, {'realmId': '1'}, {'realmId': '1', 'dataChangeEvent': {'entities': [{}]}}])
def test_a_bad_legacy_notification_is_left_out_and_the_others_stay(bad):
    good = json.loads(LEGACY)['eventNotifications'][0]
    assert len(parsed({'eventNotifications': [good, bad, good]})) == 2


@pytest.mark.parametrize('time', [None, '', 'yesterday', 12])
def test_an_event_without_a_usable_time_is_kept(time):
    assert parsed([cloud(time=time)])[0].at is None


@pytest.mark.parametrize(
    'body',
    [
        b'',
        b'x',
        b'{}',
        b'1',
        b'null',
        b'{"eventNotifications": 1}',
        b'\xff',
        b'[' * 100_000,
    ],
)
def test_a_malformed_body_is_refused(body):
    with pytest.raises(ValueError):
        parse(body)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(
                [
                    'type',
                    'id',
                    'intuitaccountid',
                    'intuitentityid',
                    'time',
                    'realmId',
                    'name',
                    'operation',
                    'dataChangeEvent',
                    'entities',
                    'eventNotifications',
                ]
            ),
            inner,
        )
    ),
)


@given(ANYTHING)
def test_no_event_breaks_the_others(value):
    assert [event.event_id for event in parsed([cloud(), value])][0] == 'e-1'
    parsed({'eventNotifications': [value]})
