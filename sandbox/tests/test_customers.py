"""qbo-api 9.1, 9.2, 9.4, 4.3, appendix A.4, A.5: customers, and what all records share."""

import pytest

from ..clock import parse_time
from .client import detail, faults

ADDRESS = {'Line1': '5 Test Way', 'City': 'Palmview', 'CountrySubDivisionCode': 'FL', 'PostalCode': '33499'}
GONE = (
    "Object Not Found : Something you're trying to use has been made inactive. Check the fields with "
    'accounts, customers, items, vendors or employees.'
)


def refused(response, *expected):
    assert response.status_code == 400, response.text
    assert faults(response) == list(expected)


def read(api, id, type='Customer'):
    return api.get(f'{type.lower()}/{id}').json()[type]


# Create.


def test_created_customer_has_intuits_defaults(api):
    customer = api.customer('Fern Hollow')

    assert customer.pop('Id').isdigit()
    metadata = customer.pop('MetaData')
    assert metadata['CreateTime'] == metadata['LastUpdatedTime']
    assert customer == {
        'DisplayName': 'Fern Hollow', 'FullyQualifiedName': 'Fern Hollow', 'PrintOnCheckName': 'Fern Hollow',
        'Active': True, 'Job': False, 'BillWithParent': False, 'IsProject': False, 'Taxable': True,
        'DefaultTaxCodeRef': {'value': '2'}, 'PreferredDeliveryMethod': 'Print', 'Balance': 0,
        'BalanceWithJobs': 0, 'CurrencyRef': {'value': 'USD', 'name': 'United States Dollar'},
        'SyncToken': '0', 'domain': 'QBO', 'sparse': False,
    }  # fmt: skip


def test_everything_that_was_sent_is_kept(api):
    sent = {
        'Title': 'Dr', 'GivenName': 'Ida', 'MiddleName': 'B', 'FamilyName': 'Fern', 'Suffix': 'II',
        'CompanyName': 'Fern Ltd', 'PrimaryEmailAddr': {'Address': 'ida@example.com'},
        'PrimaryPhone': {'FreeFormNumber': '(555) 555-0199 ext 4'}, 'Mobile': {'FreeFormNumber': '5'},
        'Fax': {'FreeFormNumber': '6'}, 'AlternatePhone': {'FreeFormNumber': '7'},
        'WebAddr': {'URI': 'https://example.com'}, 'Notes': 'Gate code 7', 'ResaleNum': 'R-1',
        'SalesTermRef': {'value': '2'}, 'PaymentMethodRef': {'value': '1'}, 'Taxable': False,
        'PreferredDeliveryMethod': 'Email',
    }  # fmt: skip
    customer = read(api, api.customer('Ida Fern', **sent)['Id'])

    assert {name: customer[name] for name in sent} == sent
    assert customer['PrintOnCheckName'] == 'Fern Ltd'


def test_display_name_is_built_from_the_parts(api):
    parts = {'Title': 'Dr', 'GivenName': 'Ida', 'MiddleName': 'B', 'FamilyName': 'Fern', 'Suffix': 'II'}

    assert api.create('Customer', **parts)['DisplayName'] == 'Dr Ida B Fern II'


def test_address_gets_an_id_and_drops_coordinates(api):
    bill = api.customer('Mapped', BillAddr={**ADDRESS, 'Lat': '1', 'Long': '2'})['BillAddr']

    assert bill.pop('Id').isdigit()
    assert bill == ADDRESS


def test_read_only_members_are_ignored(api):
    customer = api.customer('Rich', Balance=500, FullyQualifiedName='Other', MetaData={'CreateTime': '1999'})

    assert (customer['Balance'], customer['FullyQualifiedName']) == (0, 'Rich')
    assert not customer['MetaData']['CreateTime'].startswith('1999')


def test_blanks_around_a_name_are_trimmed(api):
    assert api.customer('  Fern  ')['DisplayName'] == 'Fern'


@pytest.mark.parametrize('name', ["O'Hara & Söhne", 'Ümläut', '日本プール', '100% "best"', 'a\\b', 'wave 🌊'])
def test_any_other_character_survives(api, name):
    assert read(api, api.customer(name)['Id'])['DisplayName'] == name


def test_tax_numbers_are_masked(api):
    customer = api.customer('Masked', PrimaryTaxIdentifier='12345656789')

    assert customer['PrimaryTaxIdentifier'] == 'XXXXXX56789'


def test_exempt_customer_is_not_taxable(api):
    customer = api.customer('School', TaxExemptionReasonId=7)

    assert customer['Taxable'] is False
    assert 'DefaultTaxCodeRef' not in customer


def test_exemption_wins_over_what_was_sent(api):
    assert api.customer('School', TaxExemptionReasonId=7, Taxable=True)['Taxable'] is False


def test_customer_of_a_company_without_sales_tax_is_not_taxable(sandbox, api):
    sandbox.configure(preferences={'TaxPrefs': {'UsingSalesTax': False}})
    customer = api.customer('No tax')

    assert customer['Taxable'] is False
    assert 'DefaultTaxCodeRef' not in customer


def test_names_share_one_sequence_of_ids(api):
    first = int(api.customer('One')['Id'])

    assert int(api.create('Vendor', DisplayName='Two')['Id']) == first + 1


def test_opening_balance_is_answered_not_modelled(api):
    response = api.post('customer', {'DisplayName': 'Old', 'OpenBalanceDate': '2026-01-01'})

    assert response.status_code == 501


# Update.


def test_sparse_update_changes_only_what_it_names(api):
    old = api.customer('Sparse', Notes='keep', BillAddr=ADDRESS, PrimaryPhone={'FreeFormNumber': '1'})
    new = api.update('Customer', old, CompanyName='Added').json()['Customer']

    assert new['SyncToken'] == '1'
    for body in (old, new):
        del body['SyncToken'], body['MetaData']
    assert new == {**old, 'CompanyName': 'Added'}


def test_full_update_clears_what_it_leaves_out(api):
    old = api.customer('Full', Notes='gone', CompanyName='gone', Taxable=False, BillAddr=ADDRESS)
    new = api.update('Customer', old, full=True, DisplayName='Full').json()['Customer']

    assert {'Notes', 'CompanyName', 'BillAddr'}.isdisjoint(new)
    assert (new['Taxable'], new['Balance'], new['Id']) == (True, 0, old['Id'])


@pytest.mark.parametrize(
    'blank',
    [{'Notes': ''}, {'BillAddr': {}}, {'BillAddr': {'Line1': ''}}, {'PrimaryPhone': {'FreeFormNumber': ''}},
     {'PrimaryEmailAddr': {'Address': ''}}, {'SalesTermRef': {'value': ''}}],
)  # fmt: skip
def test_sparse_update_with_blank_removes_the_member(api, blank):
    old = api.customer(
        'Blanked', Notes='x', BillAddr=ADDRESS, PrimaryPhone={'FreeFormNumber': '1'},
        PrimaryEmailAddr={'Address': 'a@example.com'}, SalesTermRef={'value': '1'},
    )  # fmt: skip
    (name,) = blank

    new = api.update('Customer', old, **blank).json()['Customer']
    assert name in old and name not in new


@pytest.mark.parametrize('name', ['DisplayName', 'PrintOnCheckName'])
def test_sparse_update_cannot_remove_the_name(api, name):
    old = api.customer('Stays')

    assert api.update('Customer', old, **{name: ''}).json()['Customer'][name] == 'Stays'


def test_null_counts_as_absent(api):
    old = api.customer('Null', Notes='x')

    assert api.update('Customer', old, Notes=None).json()['Customer']['Notes'] == 'x'


@pytest.mark.parametrize('mode, city', [('replace', None), ('merge', 'Palmview')])
def test_address_in_a_sparse_update_replaces_or_merges(sandbox, api, mode, city):
    sandbox.configure(sparse_address=mode)
    old = api.customer('Moved', BillAddr=ADDRESS)
    new = api.update('Customer', old, BillAddr={'Line1': 'New street'}).json()['Customer']

    assert (new['BillAddr']['Line1'], new['BillAddr'].get('City')) == ('New street', city)
    assert new['BillAddr']['Id'] == old['BillAddr']['Id']


def test_update_raises_token_and_time_and_keeps_creation(sandbox, api):
    old = api.customer('Timed')
    sandbox.clock.advance(minutes=3)
    new = api.update('Customer', old, Notes='x').json()['Customer']

    assert new['MetaData']['CreateTime'] == old['MetaData']['CreateTime']
    passed = parse_time(new['MetaData']['LastUpdatedTime']) - parse_time(old['MetaData']['LastUpdatedTime'])
    assert 179 <= passed <= 182


@pytest.mark.parametrize('token', ['1', '7', 'x'])
def test_other_token_is_stale(sandbox, api, token):
    customer = api.update('Customer', api.customer('Stale'), Notes='a').json()['Customer']
    customer = api.update('Customer', customer, Notes='b').json()['Customer']
    response = api.update('Customer', {**customer, 'SyncToken': token}, Notes='c')

    assert detail(response) == (
        '5010',
        'Stale Object Error : You and root were working on this at the same time. root finished before '
        'you did, so your work was not saved.',
    )
    assert sandbox.get('Customer', customer['Id'])['Notes'] == 'b'


def test_stale_names_the_user_it_is_told(sandbox, api):
    sandbox.configure(stale_user='Robin Sandbox')

    response = api.update('Customer', {'Id': '1', 'SyncToken': '9'}, Notes='c')
    assert 'You and Robin Sandbox were working' in detail(response)[1]


@pytest.mark.parametrize(
    'keys, expected',
    [
        ({'Id': '1'}, ('2020', 'SyncToken')),
        ({'Id': '1', 'SyncToken': ''}, ('2020', 'SyncToken')),
        ({'Id': 'abc', 'SyncToken': '0'}, ('2030', 'Id')),
        ({'Id': '99999', 'SyncToken': '0'}, ('610', '')),
    ],
)
def test_update_needs_its_keys(api, keys, expected):
    refused(api.post('customer', {**keys, 'Notes': 'x', 'sparse': True}), expected)


def test_update_by_name_of_the_operation_needs_an_id(api):
    refused(api.post('customer', {'DisplayName': 'x'}, operation='update'), ('2020', 'Id'), ('2020', 'SyncToken'))


@pytest.mark.parametrize('operation', ['delete', 'void', 'send'])
def test_list_records_cannot_be_deleted(sandbox, api, operation):
    response = api.post('customer', {'Id': '1', 'SyncToken': '0'}, operation=operation)

    refused(response, ('500', ''))
    assert sandbox.get('Customer', '1')['Active']


def test_reading_what_does_not_exist(api):
    assert detail(api.get('customer/99999')) == ('610', GONE)
    assert detail(api.get('customer/abc')) == ('2030', 'Id should be a valid number. Supplied value:abc')


# Inactive.


def test_inactive_customer_carries_the_suffix_and_can_be_read(api):
    customer = api.customer('Leaver')
    api.update('Customer', customer, Active=False)
    found = read(api, customer['Id'])

    assert (found['Active'], found['DisplayName'], found['FullyQualifiedName']) == (
        False, 'Leaver (deleted)', 'Leaver (deleted)',
    )  # fmt: skip
    assert found['PrintOnCheckName'] == 'Leaver'


def test_inactive_customer_cannot_be_edited(api):
    customer = api.update('Customer', api.customer('Leaver'), Active=False).json()['Customer']

    assert detail(api.update('Customer', customer, Notes='x')) == ('610', GONE)


def test_reactivation_removes_the_suffix(api):
    customer = api.update('Customer', api.customer('Returner'), Active=False).json()['Customer']
    back = api.update('Customer', customer, Active=True, Notes='back').json()['Customer']

    assert (back['Active'], back['DisplayName'], back['Notes']) == (True, 'Returner', 'back')
    assert back['SyncToken'] == '2'


def test_reactivation_is_refused_when_the_name_was_taken_meanwhile(sandbox, api):
    sandbox.configure(inactive_names_block=False)
    customer = api.update('Customer', api.customer('Twin'), Active=False).json()['Customer']
    api.customer('Twin')

    refused(api.update('Customer', customer, Active=True), ('6240', ''))


def test_customer_with_a_balance_cannot_be_made_inactive(sandbox, api):
    customer = next(body for body in sandbox.all('Customer') if body['Balance'])

    refused(api.update('Customer', customer, Active=False), ('6220', ''))
    assert sandbox.get('Customer', customer['Id'])['Active']


def test_reference_to_an_inactive_record_is_refused(api):
    term = api.create('Term', Name='Net 7', DueDays=7)
    api.update('Term', term, Active=False)

    refused(api.post('customer', {'DisplayName': 'x', 'SalesTermRef': {'value': term['Id']}}), ('610', ''))


def test_reference_may_stay_when_its_record_becomes_inactive(api):
    term = api.create('Term', Name='Net 7', DueDays=7)
    customer = api.customer('Old terms', SalesTermRef={'value': term['Id']})
    api.update('Term', term, Active=False)

    assert api.update('Customer', customer, Notes='x').status_code == 200


# Sub-customers.


def test_job_has_qualified_name_and_level(api):
    top = api.customer('Top')
    job = api.customer('Job', Job=True, ParentRef={'value': top['Id']}, BillWithParent=True)
    task = api.customer('Task', Job=True, ParentRef={'value': job['Id']})

    assert (job['FullyQualifiedName'], job['Level']) == ('Top:Job', 1)
    assert (task['FullyQualifiedName'], task['Level']) == ('Top:Job:Task', 2)
    assert 'Level' not in top


def test_renaming_a_customer_renames_its_jobs(api):
    top = api.customer('Top')
    job = api.customer('Job', Job=True, ParentRef={'value': top['Id']})
    task = api.customer('Task', Job=True, ParentRef={'value': job['Id']})
    api.update('Customer', top, DisplayName='Peak')

    found = read(api, task['Id'])
    assert (found['FullyQualifiedName'], found['SyncToken']) == ('Peak:Job:Task', '0')


def test_nesting_ends_at_five_levels(api):
    customer = api.customer('Level 1')
    for level in range(2, 6):
        customer = api.customer(f'Level {level}', Job=True, ParentRef={'value': customer['Id']})

    values = {'DisplayName': 'Level 6', 'Job': True, 'ParentRef': {'value': customer['Id']}}
    refused(api.post('customer', values), ('6180', 'ParentRef'))


def test_a_customer_cannot_be_below_itself(api):
    top = api.customer('Top')
    job = api.customer('Job', Job=True, ParentRef={'value': top['Id']})

    refused(api.update('Customer', top, Job=True, ParentRef={'value': job['Id']}), ('2500', 'ParentRef'))


# Currency.


def test_currency_cannot_be_changed(sandbox, api):
    sandbox.configure(preferences={'CurrencyPrefs': {'MultiCurrencyEnabled': True}})
    customer = api.customer('Euro', CurrencyRef={'value': 'EUR'})

    assert customer['CurrencyRef']['value'] == 'EUR'
    refused(api.update('Customer', customer, CurrencyRef={'value': 'USD'}), ('6000', ''))


# Subscription.


@pytest.mark.parametrize('status', ['EXPIRED', 'CANCELLED', 'SUSPENDED'])
def test_ended_subscription_refuses_every_write_and_no_read(sandbox, api, status):
    sandbox.configure(subscription_status=status)

    refused(api.post('customer', {'DisplayName': 'x'}), ('6190', ''))
    refused(api.update('Customer', {'Id': '1', 'SyncToken': '0'}, Notes='x'), ('6190', ''))
    refused(api.post('taxservice/taxcode', {}), ('6190', ''))
    assert read(api, '1')['DisplayName'] == 'Aldous Fenwick'
    info = read(api, sandbox.realm_id, 'CompanyInfo')
    assert {'Name': 'SubscriptionStatus', 'Value': status} in info['NameValue']


@pytest.mark.parametrize('status', ['PAID', 'TRIAL'])
def test_other_subscriptions_write(sandbox, api, status):
    sandbox.configure(subscription_status=status)

    assert api.customer('x')['Id']
