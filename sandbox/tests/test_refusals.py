"""qbo-api 4.3, 9.4, appendix A.5: values and names that are refused, in Intuit's words."""

import pytest

from .client import detail, faults

DUPLICATE = (
    'The name supplied already exists. : Another customer, vendor or employee is already using this '
    '\nname. Please use a different name.'
)


def refused(response, *expected):
    assert response.status_code == 400, response.text
    assert faults(response) == list(expected)


# What is refused.


@pytest.mark.parametrize(
    'values, expected',
    [
        ({}, ('6080', 'DisplayName')),
        ({'CompanyName': 'Only a company'}, ('6080', 'DisplayName')),
        ({'DisplayName': '   '}, ('6080', 'DisplayName')),
        ({'DisplayName': 'x' * 501}, ('2050', 'DisplayName')),
        ({'DisplayName': 'a:b'}, ('2040', 'DisplayName')),
        ({'DisplayName': 'a\tb'}, ('2040', 'DisplayName')),
        ({'DisplayName': 'a\nb'}, ('2040', 'DisplayName')),
        ({'DisplayName': 'x', 'GivenName': 'a:b'}, ('2040', 'GivenName')),
        ({'DisplayName': 'x', 'Suffix': 's' * 17}, ('2050', 'Suffix')),
        ({'DisplayName': 'x', 'Notes': 'n' * 2001}, ('2050', 'Notes')),
        ({'DisplayName': 'x', 'PrintOnCheckName': 'n' * 111}, ('2050', 'PrintOnCheckName')),
        ({'DisplayName': 'x', 'BillAddr': {'Line1': 'l' * 501}}, ('2050', 'BillAddr.Line1')),
        ({'DisplayName': 'x', 'BillAddr': {'PostalCode': '1' * 31}}, ('2050', 'BillAddr.PostalCode')),
        ({'DisplayName': 'x', 'BillAddr': {f'Line{n}': 'l' * 401 for n in range(1, 6)}}, ('2050', 'BillAddr')),
        ({'DisplayName': 'x', 'BillAddr': 'Main Street'}, ('2010', '')),
        ({'DisplayName': 'x', 'BillAddr': {'Street': 'y'}}, ('2010', '')),
        ({'DisplayName': {'a': 'b'}}, ('2010', '')),
        ({'DisplayName': 'x', 'Active': 'perhaps'}, ('2010', '')),
        ({'DisplayName': 'x', 'PrimaryPhone': {'FreeFormNumber': '5' * 31}},
         ('2050', 'PrimaryPhone.FreeFormNumber')),
        ({'DisplayName': 'x', 'PrimaryEmailAddr': {'Address': 'nobody'}}, ('2210', 'PrimaryEmailAddr')),
        ({'DisplayName': 'x', 'PrimaryEmailAddr': {'Address': 'a@b.c, d@e.f'}}, ('2210', 'PrimaryEmailAddr')),
        ({'DisplayName': 'x', 'PreferredDeliveryMethod': 'Pigeon'}, ('2170', 'PreferredDeliveryMethod')),
        ({'DisplayName': 'x', 'TaxExemptionReasonId': 16}, ('2090', 'TaxExemptionReasonId')),
        ({'DisplayName': 'x', 'TaxExemptionReasonId': 'many'}, ('2080', 'TaxExemptionReasonId')),
        ({'DisplayName': 'x', 'SalesTermRef': {'value': '999'}}, ('2500', 'SalesTermRef')),
        ({'DisplayName': 'x', 'Job': True}, ('2020', 'ParentRef')),
        ({'DisplayName': 'x', 'CurrencyRef': {'value': 'EUR'}}, ('6000', '')),
        ({'DisplayName': 'x', 'Color': 'blue'}, ('2010', None)),
        ({'Customer': {'DisplayName': 'x'}}, ('2010', '')),
    ],
)  # fmt: skip
def test_bad_value_is_refused_with_its_code(api, values, expected):
    refused(api.post('customer', values), expected)


@pytest.mark.parametrize(
    'values, text',
    [
        ({'DisplayName': 'x' * 501},
         'String length specified does not match the supported length. Min:0 Max:500 supported. '
         'Supplied length: 501'),
        ({'DisplayName': 'x', 'Notes': 'n' * 2006},
         'String length specified does not match the supported length. Min:0 Max:2,000 supported. '
         'Supplied length: 2,006'),
        ({'Customer': {'DisplayName': 'x'}},
         'Property Name:failed to parse json object; a property specified is unsupported or invalid'),
        ({'DisplayName': 'x', 'PreferredDeliveryMethod': 'Fax'}, 'Invalid Enumeration : Fax'),
        ({'DisplayName': 'x', 'PrimaryEmailAddr': {'Address': 'x'}},
         'Email Address does not conform to the RFC 822 standard.'),
        ({'DisplayName': 'x', 'SalesTermRef': {'value': '99'}}, 'Invalid Reference Id : SalesTermRef'),
        ({'DisplayName': 'Aldous Fenwick'}, DUPLICATE),
    ],
)  # fmt: skip
def test_refusal_has_intuits_text(api, values, text):
    assert detail(api.post('customer', values))[1] == text


def test_unknown_member_is_refused_with_the_known_ones(api):
    code, text = detail(api.post('customer', {'DisplayName': 'x', 'Color': 'b'}))

    head = 'Property Name:Unrecognized field "Color" (class com.intuit.schema.finance.v3.Customer), not marked as '
    assert code == '2010' and text.startswith(head) and text.endswith('"status"])')


@pytest.mark.parametrize('address, fine', [
    ('a@b.c', True), ('first.last+tag@sub.example.com', True), ("o'neil@example.com", True),
    ('"a b"@example.com', True),
    ('a@b', False), ('a..b@c.d', False), ('.a@c.d', False), ('a.@c.d', False), ('a b@c.d', False), ('a@c..d', False),
    ('ä@c.d', False), ('a(x)@c.d', False), ('a@b.c; d@e.f', False), ('A <a@b.c>', False), ('a@[1.2.3.4]', False),
])  # fmt: skip
def test_e_mail_addresses_are_those_of_rfc_822(api, address, fine):
    response = api.post('customer', {'DisplayName': 'x', 'PrimaryEmailAddr': {'Address': address}})

    assert response.status_code == (200 if fine else 400)


@pytest.mark.parametrize('length', [1, 500])
def test_name_of_the_longest_length_is_taken(api, length):
    assert len(api.customer('n' * length)['DisplayName']) == length


def test_refusal_names_every_violated_line(api):
    values = {'DisplayName': 'x' * 501, 'Notes': 'n' * 2001, 'PrimaryEmailAddr': {'Address': 'x'}, 'Wing': 1}

    refused(
        api.post('customer', values),
        ('2050', 'DisplayName'), ('2050', 'Notes'), ('2210', 'PrimaryEmailAddr'), ('2010', None),
    )  # fmt: skip


def test_business_rules_are_all_named_too(api):
    values = {'DisplayName': 'Aldous Fenwick', 'SalesTermRef': {'value': '99'}, 'Job': True}

    refused(api.post('customer', values), ('6240', ''), ('2500', 'SalesTermRef'), ('2020', 'ParentRef'))


def test_a_refused_write_changes_nothing(sandbox, api):
    before = sandbox.all('Customer')
    api.post('customer', {'DisplayName': 'New', 'SalesTermRef': {'value': '99'}})
    api.update('Customer', before[0], DisplayName='New', SalesTermRef={'value': '99'})

    assert sandbox.all('Customer') == before


def test_unknown_members_can_be_ignored_instead(sandbox, api):
    sandbox.configure(unknown_members='ignored')

    assert 'Color' not in api.customer('Lenient', Color='blue')


# Duplicate names.


@pytest.mark.parametrize('name', ['Aldous Fenwick', 'aldous FENWICK', '  Aldous Fenwick '])
def test_taken_name_is_refused_whatever_its_case(api, name):
    refused(api.post('customer', {'DisplayName': name}), ('6240', ''))


@pytest.mark.parametrize('name', ['Bluewater Chemicals', 'Marisol Keene', 'Old Mill Spa', 'Percival Dunmore'])
@pytest.mark.parametrize('type', ['customer', 'vendor', 'employee'])
def test_customers_vendors_and_employees_share_their_names_inactive_ones_too(api, type, name):
    refused(api.post(type, {'DisplayName': name}), ('6240', ''))


def test_inactive_names_may_be_free(sandbox, api):
    sandbox.configure(inactive_names_block=False)

    assert api.customer('Old Mill Spa')['DisplayName'] == 'Old Mill Spa'


def test_rename_to_a_taken_name_is_refused(sandbox, api):
    refused(api.update('Customer', sandbox.get('Customer', '1'), DisplayName='Eldon Prewitt'), ('6240', ''))


def test_own_name_in_another_case_is_fine(sandbox, api):
    response = api.update('Customer', sandbox.get('Customer', '1'), DisplayName='ALDOUS FENWICK')

    assert response.json()['Customer']['DisplayName'] == 'ALDOUS FENWICK'


def test_a_name_is_free_after_a_rename(sandbox, api):
    api.update('Customer', sandbox.get('Customer', '1'), DisplayName='Someone Else')

    assert api.customer('Aldous Fenwick')['SyncToken'] == '0'
