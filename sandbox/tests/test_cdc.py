"""qbo-api 6, appendix A.7: change data capture."""

import pytest

from ..clock import metadata_time, parse_time
from .client import detail, faults


def now(sandbox, minus_s=0):
    return metadata_time(sandbox.clock.time() - minus_s)


def groups(api, entities, since):
    response = api.get('cdc', entities=entities, changedSince=since)
    assert response.status_code == 200, response.text
    return response.json()['CDCResponse'][0]['QueryResponse']


def test_each_asked_type_has_its_group_in_order_and_quiet_ones_are_empty(sandbox, api):
    sandbox.clock.advance(seconds=10)
    since = now(sandbox)
    api.create('Vendor', DisplayName='New vendor')

    found = groups(api, 'Customer,Vendor,Term', since)
    assert [sorted(group) for group in found] == [[], ['Vendor', 'maxResults', 'startPosition'], []]
    assert (found[1]['startPosition'], found[1]['maxResults']) == (1, 1)


def test_change_comes_with_its_whole_body(sandbox, api):
    sandbox.clock.advance(seconds=10)
    since = now(sandbox)
    customer = api.customer('Whole', Notes='all of it')

    assert groups(api, 'Customer', since)[0]['Customer'] == [customer]


def test_changes_are_in_order_of_their_last_update(sandbox, api):
    sandbox.clock.advance(seconds=10)
    since = now(sandbox)
    first, second = api.customer('First'), api.customer('Second')
    sandbox.clock.advance(seconds=2)
    api.update('Customer', first, Notes='x')

    found = groups(api, 'Customer', since)[0]['Customer']
    assert [body['Id'] for body in found] == [second['Id'], first['Id']]


def test_change_within_the_same_second_is_not_missed(sandbox, api):
    customer = api.customer('Same second')

    found = groups(api, 'Customer', customer['MetaData']['LastUpdatedTime'])[0]['Customer']
    assert customer in found


def test_since_counts_in_whole_seconds_as_records_do(sandbox, api):
    customer = api.customer('Early in its second')
    shown = customer['MetaData']['LastUpdatedTime']

    assert customer in groups(api, 'Customer', f'{shown[:-6]}.999{shown[-6:]}')[0]['Customer']


def test_deactivation_is_a_change_and_no_deletion(sandbox, api):
    sandbox.clock.advance(seconds=10)
    since = now(sandbox)
    api.update('Customer', sandbox.get('Customer', '1'), Active=False)

    (body,) = groups(api, 'Customer', since)[0]['Customer']
    assert (body['Active'], 'status' in body) == (False, False)


def test_deletion_is_a_stub_after_the_changes(sandbox, api):
    """No type of this issue can be deleted; the journal is asked directly."""
    sandbox.clock.advance(seconds=10)
    since = now(sandbox)
    sandbox.intuit.database.remove(sandbox.realm_id, 'Customer', '1', sandbox.clock.time())
    api.customer('Alive')

    alive, stub = groups(api, 'Customer', since)[0]['Customer']
    assert alive['DisplayName'] == 'Alive'
    assert set(stub) == {'status', 'domain', 'Id', 'MetaData'}
    assert (stub['status'], stub['Id'], set(stub['MetaData'])) == ('Deleted', '1', {'LastUpdatedTime'})


def test_group_of_deletions_alone_has_no_positions(sandbox, api):
    sandbox.clock.advance(seconds=10)
    since = now(sandbox)
    sandbox.intuit.database.remove(sandbox.realm_id, 'Customer', '1', sandbox.clock.time())

    assert set(groups(api, 'Customer', since)[0]) == {'Customer'}


def test_answer_ends_at_1000_over_all_types(sandbox, api):
    sandbox.clock.advance(seconds=10)
    since = now(sandbox)
    sandbox.create_many('Customer', [{'DisplayName': f'Bulk {number}'} for number in range(990)])
    sandbox.create_many('Vendor', [{'DisplayName': f'Supplier {number}'} for number in range(20)])

    customers, vendors = groups(api, 'Customer,Vendor', since)
    assert (customers['maxResults'], vendors['maxResults']) == (990, 10)


@pytest.mark.parametrize('days, status', [(29.9, 200), (30.1, 400)])
def test_look_back_ends_after_30_days(sandbox, api, days, status):
    since = now(sandbox, minus_s=days * 86400)
    response = api.get('cdc', entities='Customer', changedSince=since)

    assert response.status_code == status
    if status == 400:
        text = f'Operation cdc with changedSince date {since} which is older than fixed days is not supported.'
        assert detail(response)[1] == text


@pytest.mark.parametrize('name', ['TaxCode', 'TaxRate', 'TaxAgency', 'Sprocket'])
def test_types_without_change_data_are_refused(sandbox, api, name):
    response = api.get('cdc', entities=f'Customer,{name}', changedSince=now(sandbox))

    assert response.status_code == 400
    assert name in detail(response)[1]


def test_type_that_only_intuit_has_is_not_modelled(sandbox, api):
    assert api.get('cdc', entities='Estimate', changedSince=now(sandbox)).status_code == 501


@pytest.mark.parametrize(
    'params, expected',
    [
        ({}, [('2020', 'entities'), ('2020', 'changedSince')]),
        ({'entities': 'Customer'}, [('2020', 'changedSince')]),
        ({'entities': 'Customer', 'changedSince': 'yesterday'}, [('2060', 'changedSince')]),
    ],
)
def test_incomplete_call_is_refused(api, params, expected):
    assert faults(api.get('cdc', **params)) == expected


@pytest.mark.parametrize('style', ['{:%Y-%m-%d}', '{:%Y-%m-%dT%H:%M:%SZ}', '{:%Y-%m-%dT%H:%M:%S}+00:00'])
def test_since_may_be_a_date_or_any_offset(sandbox, api, style):
    moment = sandbox.clock.now()
    sandbox.clock.advance(days=2)
    api.renew()
    customer = api.customer('Later')

    assert groups(api, 'Customer', style.format(moment))[0]['Customer'][-1] == customer


def test_the_second_company_has_changes_of_its_own(sandbox, api):
    sandbox.clock.advance(seconds=10)
    since = now(sandbox)
    sandbox.create('Customer', {'DisplayName': 'Elsewhere'}, realm=sandbox.realm_ids[1])

    assert groups(api, 'Customer', since) == [{}]


def test_time_of_the_answer_is_the_servers(sandbox, api):
    sandbox.clock.advance(days=3)
    api.renew()
    response = api.get('cdc', entities='Customer', changedSince=now(sandbox)).json()

    assert parse_time(response['time']) == pytest.approx(sandbox.clock.time(), abs=5)
