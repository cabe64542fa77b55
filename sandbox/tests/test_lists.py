"""qbo-api 9.4, 9.5, 9.12 to 9.14: vendors, employees, accounts, items, the small lists, the company."""

import pytest

from .client import faults


def refused(response, *expected):
    assert response.status_code == 400, response.text
    assert faults(response) == list(expected)


# Vendor, Employee.


def test_vendor_has_defaults_and_masks_its_tax_number(api):
    vendor = api.create('Vendor', DisplayName='Supplier', CompanyName='Supplier Inc', TaxIdentifier='123456789')

    assert vendor['TaxIdentifier'] == 'XXXXX6789'
    assert (vendor['Balance'], vendor['Vendor1099'], vendor['PrintOnCheckName']) == (0, False, 'Supplier Inc')
    assert 'FullyQualifiedName' not in vendor


def test_inactive_vendor_carries_the_suffix(api):
    vendor = api.create('Vendor', DisplayName='Supplier')

    assert api.update('Vendor', vendor, Active=False).json()['Vendor']['DisplayName'] == 'Supplier (deleted)'


def test_employee_is_named_from_its_parts(api):
    assert api.create('Employee', GivenName='Ola', FamilyName='Nord')['DisplayName'] == 'Ola Nord'


def test_employee_phone_is_shorter_than_others(api):
    values = {'GivenName': 'Ola', 'PrimaryPhone': {'FreeFormNumber': '5' * 21}}

    refused(api.post('employee', values), ('2050', 'PrimaryPhone.FreeFormNumber'))


# Account.


@pytest.mark.parametrize(
    'values, expected',
    [
        ({'AccountType': 'Bank'}, ('Bank', 'CashOnHand', 'Asset')),
        ({'AccountSubType': 'Checking'}, ('Bank', 'Checking', 'Asset')),
        ({'AccountType': 'Accounts Receivable'}, ('Accounts Receivable', 'AccountsReceivable', 'Asset')),
        ({'AccountSubType': 'DiscountsRefundsGiven'}, ('Income', 'DiscountsRefundsGiven', 'Revenue')),
        ({'AccountType': 'Credit Card'}, ('Credit Card', 'CreditCard', 'Liability')),
        ({'AccountType': 'Cost of Goods Sold'}, ('Cost of Goods Sold', 'SuppliesMaterialsCogs', 'Expense')),
    ],
)
def test_account_type_subtype_and_classification_follow_each_other(api, values, expected):
    account = api.create('Account', Name='New', **values)

    assert (account['AccountType'], account['AccountSubType'], account['Classification']) == expected
    assert (account['CurrentBalance'], account['SubAccount']) == (0, False)


@pytest.mark.parametrize(
    'values, expected',
    [
        ({'Name': 'New'}, ('6010', 'AccountType')),
        ({'AccountType': 'Bank'}, ('2020', 'Name')),
        ({'Name': 'New', 'AccountType': 'Bank', 'AccountSubType': 'AccountsPayable'}, ('6010', 'AccountSubType')),
        ({'Name': 'New', 'AccountType': 'Piggy Bank'}, ('2170', 'AccountType')),
        ({'Name': 'a:b', 'AccountType': 'Bank'}, ('2040', 'Name')),
        ({'Name': 'a"b', 'AccountType': 'Bank'}, ('2040', 'Name')),
        ({'Name': 'New', 'AccountType': 'Bank', 'AcctNum': '1' * 21}, ('2050', 'AcctNum')),
        ({'Name': 'Checking', 'AccountType': 'Bank'}, ('6240', '')),
        ({'Name': 'New', 'AccountType': 'Bank', 'ParentRef': {'value': '18'}}, ('6010', 'ParentRef')),
        ({'Name': 'New', 'AccountType': 'Other Current Asset', 'ParentRef': {'value': '4'}}, ('6010', 'ParentRef')),
    ],
)
def test_bad_account_is_refused(api, values, expected):
    refused(api.post('account', values), expected)


def test_accounts_of_different_parents_may_share_a_name(sandbox, api):
    def below(name):
        parent = next(body for body in sandbox.all('Account') if body['Name'] == name)
        return api.post('account', {'Name': 'Other', 'AccountType': parent['AccountType'],
                                    'ParentRef': {'value': parent['Id']}})  # fmt: skip

    assert below('Fuel').json()['Account']['FullyQualifiedName'] == 'Fuel:Other'
    assert below('Insurance').status_code == 200
    refused(below('Fuel'), ('6240', ''))


def test_account_with_a_balance_cannot_be_made_inactive(sandbox, api):
    sandbox.overwrite('Account', '1', {'CurrentBalance': 12.5})

    refused(api.update('Account', sandbox.get('Account', '1'), Active=False), ('6220', ''))


# Item.


def test_service_needs_its_income_account(api):
    refused(api.post('item', {'Name': 'Dive', 'Type': 'Service'}), ('2020', 'IncomeAccountRef'))


def test_item_has_defaults(api):
    item = api.create('Item', Name='Dive', Type='Service', IncomeAccountRef={'value': '18'}, UnitPrice=12.5)

    expected = {'UnitPrice': 12.5, 'PurchaseCost': 0, 'TrackQtyOnHand': False, 'Taxable': False, 'Active': True,
                'FullyQualifiedName': 'Dive', 'Type': 'Service'}  # fmt: skip
    assert {name: item[name] for name in expected} == expected


def test_item_below_a_category_is_qualified(api):
    category = api.create('Item', Name='Pumps', Type='Category')
    item = api.create(
        'Item', Name='Small pump', Type='NonInventory', IncomeAccountRef={'value': '18'},
        ParentRef={'value': category['Id']},
    )  # fmt: skip

    assert 'UnitPrice' not in category
    assert (item['FullyQualifiedName'], item['SubItem'], item['Level']) == ('Pumps:Small pump', True, 1)


def test_item_leaves_its_category(api):
    category = api.create('Item', Name='Pumps', Type='Category')
    item = api.create(
        'Item', Name='Small pump', Type='NonInventory', IncomeAccountRef={'value': '18'},
        ParentRef={'value': category['Id']},
    )  # fmt: skip

    item = api.update('Item', item, SubItem=False, ParentRef={'value': ''}).json()['Item']

    assert (item['FullyQualifiedName'], item['SubItem']) == ('Small pump', False)
    assert not {'ParentRef', 'Level'} & item.keys()


def test_categories_have_four_levels_and_items_lie_below(api):
    above = {}
    for level in range(1, 5):
        category = api.create('Item', Name=f'Level {level}', Type='Category', **above)
        above = {'ParentRef': {'value': category['Id']}}

    refused(api.post('item', {'Name': 'Level 5', 'Type': 'Category', **above}), ('6180', 'ParentRef'))
    item = api.create('Item', Name='Deep', Type='Service', IncomeAccountRef={'value': '18'}, **above)
    assert item['FullyQualifiedName'] == 'Level 1:Level 2:Level 3:Level 4:Deep'


def test_company_without_the_feature_has_no_categories(api, sandbox):
    sandbox.overwrite('CompanyInfo', '1', {'NameValue': [{'Name': 'ItemCategoriesFeature', 'Value': 'false'}]})

    refused(api.post('item', {'Name': 'Pumps', 'Type': 'Category'}), ('6000', ''))


@pytest.mark.parametrize(
    'values, expected',
    [
        ({'Name': 'X', 'Type': 'Group'}, [('6000', '')]),
        ({'Name': 'X'}, [('2170', 'Type')]),
        ({'Name': 'X', 'Type': 'NonInventory'}, [('2020', 'IncomeAccountRef')]),
        ({'Name': 'X', 'Type': 'Inventory'},
         [('2020', name) for name in
          ('QtyOnHand', 'InvStartDate', 'AssetAccountRef', 'IncomeAccountRef', 'ExpenseAccountRef')]),
        ({'Name': 'Pool opening', 'Type': 'Category'}, [('6240', '')]),
        ({'Name': 'X', 'Type': 'Service', 'IncomeAccountRef': {'value': '999'}}, [('2500', 'IncomeAccountRef')]),
    ],
)  # fmt: skip
def test_bad_item_is_refused(api, values, expected):
    refused(api.post('item', values), *expected)


# Small lists.


def test_term_takes_numbers_as_text(api):
    term = api.create('Term', Name='Net 45', DueDays='45')

    assert (term['DueDays'], term['Type'], term['DiscountPercent']) == (45, 'STANDARD', 0)


def test_term_by_day_of_month_is_date_driven(api):
    assert api.create('Term', Name='On the 5th', DayOfMonthDue=5, DueNextMonthDays=3)['Type'] == 'DATE_DRIVEN'


@pytest.mark.parametrize(
    'values, expected',
    [
        ({'Name': 'T'}, ('2020', 'DueDays')),
        ({'DueDays': 5}, ('2020', 'Name')),
        ({'Name': 'T', 'DueDays': 1000}, ('2090', 'DueDays')),
        ({'Name': 'T', 'DueDays': 'soon'}, ('2080', 'DueDays')),
        ({'Name': 'T' * 32, 'DueDays': 5}, ('2050', 'Name')),
        ({'Name': 'Net 30', 'DueDays': 30}, ('6240', '')),
        ({'Name': 'T', 'DayOfMonthDue': 32}, ('2090', 'DayOfMonthDue')),
    ],
)
def test_bad_term_is_refused(api, values, expected):
    refused(api.post('term', values), expected)


def test_payment_method_is_no_card_unless_said(api):
    assert api.create('PaymentMethod', Name='Barter')['Type'] == 'NON_CREDIT_CARD'
    assert api.create('PaymentMethod', Name='JCB', Type='CREDIT_CARD')['Type'] == 'CREDIT_CARD'
    refused(api.post('paymentmethod', {'Name': 'X', 'Type': 'GOLD'}), ('2170', 'Type'))


@pytest.mark.parametrize('type, flag', [('Class', 'SubClass'), ('Department', 'SubDepartment')])
def test_nested_lists_qualify_their_names(api, type, flag):
    top = api.create(type, Name='Top')
    below = api.create(type, Name='Below', ParentRef={'value': top['Id']})

    assert (top[flag], top['FullyQualifiedName']) == (False, 'Top')
    assert (below[flag], below['FullyQualifiedName']) == (True, 'Top:Below')
    api.update(type, top, Name='Peak')
    assert api.get(f'{type.lower()}/{below["Id"]}').json()[type]['FullyQualifiedName'] == 'Peak:Below'


# The company.


def test_company_is_read_by_realm_id_and_has_id_1(sandbox, api):
    info = api.get(f'companyinfo/{sandbox.realm_id}').json()['CompanyInfo']

    assert (info['Id'], info['CompanyName'], info['Country']) == ('1', 'Blue Heron Pool Care', 'US')
    assert info['CompanyAddr']['Country'] == 'USA'
    assert info == api.query('select * from CompanyInfo')['CompanyInfo'][0]


def test_company_name_can_be_changed(sandbox, api):
    info = api.get(f'companyinfo/{sandbox.realm_id}').json()['CompanyInfo']
    new = api.update('CompanyInfo', info, CompanyName='Green Heron').json()['CompanyInfo']

    assert (new['CompanyName'], new['SyncToken']) == ('Green Heron', str(int(info['SyncToken']) + 1))


def test_preferences_are_updated_in_part(api):
    old = api.get('preferences').json()['Preferences']
    change = {'AccountingInfoPrefs': {'BookCloseDate': '2026-06-30'}}
    new = api.post('preferences', {'SyncToken': old['SyncToken'], **change}).json()['Preferences']

    expected = {**old['AccountingInfoPrefs'], 'BookCloseDate': '2026-06-30'}
    assert new['AccountingInfoPrefs'] == expected
    assert new['SalesFormsPrefs'] == old['SalesFormsPrefs']
    assert api.get('preferences').json()['Preferences'] == new


def test_one_other_preference_is_set_and_the_others_stay(api):
    old = api.get('preferences').json()['Preferences']
    pair = {'Name': 'WarnDuplicateBillNumber', 'Value': 'true'}
    values = {'SyncToken': old['SyncToken'], 'OtherPrefs': {'NameValue': [pair]}}
    pairs = api.post('preferences', values).json()['Preferences']['OtherPrefs']['NameValue']

    assert pair in pairs
    assert len(pairs) == len(old['OtherPrefs']['NameValue'])


def test_multicurrency_stays_on(sandbox):
    sandbox.configure(preferences={'CurrencyPrefs': {'MultiCurrencyEnabled': True}})
    sandbox.configure(preferences={'CurrencyPrefs': {'MultiCurrencyEnabled': False}})

    assert sandbox.get('Preferences', '1')['CurrencyPrefs']['MultiCurrencyEnabled'] is True


@pytest.mark.parametrize('path', ['companyinfo', 'preferences', 'taxcode', 'taxrate'])
def test_what_the_api_cannot_create_is_refused(api, path):
    refused(api.post(path, {'Name': 'x'}, operation='create'), ('500', ''))


def test_tax_agency_is_created_and_never_updated(api):
    agency = api.create('TaxAgency', DisplayName='Revenue Office')

    assert (agency['TaxTrackedOnSales'], agency['TaxTrackedOnPurchases']) == (True, False)
    refused(api.update('TaxAgency', agency, DisplayName='Other'), ('500', ''))
    refused(api.post('taxagency', {'DisplayName': 'Revenue Office'}), ('6240', ''))
