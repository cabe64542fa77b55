"""qbo-api 9.7: tax codes, rates, the service that creates them, other countries."""

import pytest

from ..server import Sandbox
from .client import Api, detail, faults


def service(api, **values):
    return api.post('taxservice/taxcode', {'TaxCode': 'County', **values})


def rate(**values):
    return {'TaxRateName': 'County', 'RateValue': '1.5', 'TaxAgencyId': '1', 'TaxApplicableOn': 'Sales', **values}


def test_us_codes_begin_with_the_pseudo_codes(api):
    codes = api.query('select * from TaxCode')

    assert [code['Id'] for code in codes['TaxCode']] == ['TAX', 'NON', 'CustomSalesTax', '2', '3']
    assert codes['totalCount'] == 5
    assert {'SyncToken', 'domain', 'Active'}.isdisjoint(codes['TaxCode'][0])
    assert [code['Taxable'] for code in codes['TaxCode'][:3]] == [True, False, True]


def test_code_lists_its_rates_and_us_codes_have_no_purchase_rates(api):
    code = api.get('taxcode/2').json()['TaxCode']
    details = code['SalesTaxRateList']['TaxRateDetail']

    assert [detail['TaxRateRef'] for detail in details] == [
        {'value': '1', 'name': 'FL State'}, {'value': '2', 'name': 'FL Surtax'},
    ]  # fmt: skip
    assert {detail['TaxTypeApplicable'] for detail in details} == {'TaxOnAmount'}
    assert code['PurchaseTaxRateList'] == {'TaxRateDetail': []}


def test_created_code_is_answered_bare_with_its_ids(api):
    response = service(api, TaxRateDetails=[rate(), {'TaxRateId': '3'}])

    assert response.json() == {
        'TaxCode': 'County',
        'TaxCodeId': '4',
        'TaxRateDetails': [
            {'TaxRateName': 'County', 'RateValue': 1.5, 'TaxAgencyId': '1', 'TaxApplicableOn': 'Sales',
             'TaxRateId': '4'},
            {'TaxRateId': '3'},
        ],
    }  # fmt: skip
    created = api.get('taxrate/4').json()['TaxRate']
    assert (created['RateValue'], created['AgencyRef'], created['SpecialTaxType']) == (1.5, {'value': '1'}, 'NONE')
    assert 'County' in api.names('select * from TaxCode')


@pytest.mark.parametrize('side, other', [('Sales', 'Purchase'), ('Purchase', 'Sales')])
def test_rate_is_listed_on_the_side_that_it_applies_to(api, side, other):
    created = service(api, TaxRateDetails=[rate(TaxApplicableOn=side)]).json()
    code = api.get(f'taxcode/{created["TaxCodeId"]}').json()['TaxCode']

    assert len(code[f'{side}TaxRateList']['TaxRateDetail']) == 1
    assert code[f'{other}TaxRateList'] == {'TaxRateDetail': []}


@pytest.mark.parametrize(
    'values, expected',
    [
        ({'TaxCode': ''}, [('2020', 'TaxCode'), ('2020', 'TaxRateDetails')]),
        ({'TaxCode': 'x' * 101, 'TaxRateDetails': [rate()]}, [('2050', 'TaxCode')]),
        ({'TaxRateDetails': [rate(RateValue='101')]}, [('2090', 'TaxRateDetails[0].RateValue')]),
        ({'TaxRateDetails': [rate(TaxAgencyId='99')]}, [('2500', 'TaxRateDetails[0].TaxAgencyId')]),
        ({'TaxRateDetails': [{'TaxRateId': '99'}]}, [('2500', 'TaxRateDetails[0].TaxRateId')]),
        ({'TaxRateDetails': [rate(TaxApplicableOn='Both')]}, [('2170', 'TaxRateDetails[0].TaxApplicableOn')]),
        ({'TaxCode': 'Florida', 'TaxRateDetails': [rate()]}, [('6240', '')]),
    ],
)
def test_bad_code_is_refused(api, values, expected):
    response = service(api, **values)

    assert response.status_code == 400
    assert faults(response) == expected


def test_taken_rate_name_has_its_own_text(api):
    response = service(api, TaxRateDetails=[rate(TaxRateName='FL State')])

    assert detail(response) == (
        '6240',
        'The name supplied already exists. : Another tax rate is already using this \nname.',
    )


def test_refused_code_leaves_no_rate_behind(sandbox, api):
    before = len(sandbox.all('TaxRate'))
    service(api, TaxRateDetails=[rate(), rate(TaxRateName='Second', TaxAgencyId='99')])

    assert len(sandbox.all('TaxRate')) == before


@pytest.mark.parametrize(
    'country, currency, codes',
    [
        ('CA', 'CAD', ['GST', 'GST/PST BC', 'HST ON', 'Zero-rated']),
        ('GB', 'GBP', ['0.0% Z', '20.0% S', '5.0% R', 'Exempt']),
    ],
)
def test_other_countries_have_real_codes_only_and_purchase_rates(country, currency, codes):
    with Sandbox(country=country) as sandbox:
        api = Api(sandbox)

        assert api.names('select * from TaxCode') == codes
        code = api.get('taxcode/2').json()['TaxCode']
        assert code['PurchaseTaxRateList'] == code['SalesTaxRateList'] != {'TaxRateDetail': []}
        customer = api.customer('Local')
        assert customer['CurrencyRef']['value'] == currency
        assert 'DefaultTaxCodeRef' not in customer
        info = api.get(f'companyinfo/{sandbox.realm_id}').json()['CompanyInfo']
        assert info['Country'] == country
        assert info['CompanyAddr']['Country'] == {'CA': 'CAN', 'GB': 'GBR'}[country]
