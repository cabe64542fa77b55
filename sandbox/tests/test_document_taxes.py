"""Sales tax, discounts and totals under each model (qbo-api 9.6, 9.7)."""

import pytest

from ..server import Sandbox
from .client import Api, detail, faults
from .documents import discount, line, values


def tax(body):
    """Return (total, tax, [(amount, base) per tax line])."""
    found = body['TxnTaxDetail']
    lines = [(each['Amount'], each['TaxLineDetail']['NetAmountTaxable']) for each in found.get('TaxLine', ())]
    return body['TotalAmt'], found['TotalTax'], lines


def codes(api, answer_of):
    return [code for code, _element in faults(api.post('invoice', answer_of))]


# US, by hand. Code 2 takes 6 % and 1 %.


def test_tax_is_rounded_once_per_rate_on_the_sum(sandbox):
    made = sandbox.create('Invoice', values(*[line(0.33, tax='TAX')] * 5, line(9, tax='NON'), code='2'))

    assert tax(made) == (10.77, 0.12, [(0.1, 1.65), (0.02, 1.65)])
    assert made['TxnTaxDetail']['TxnTaxCodeRef'] == {'value': '2'}


@pytest.mark.parametrize('after, wanted', [
    (False, (97, 7, [(6, 100), (1, 100)])), (True, (96.3, 6.3, [(5.4, 90), (0.9, 90)])),
])  # fmt: skip
@pytest.mark.parametrize('off', [discount(percent=10), discount(amount=10)])
def test_discount_comes_before_or_after_tax(sandbox, after, wanted, off):
    made = sandbox.create('Invoice', values(line(100, tax='TAX'), off, code='2', ApplyTaxAfterDiscount=after))

    assert tax(made) == wanted
    assert made['Line'][-1]['Amount'] == 10
    assert 'Id' not in made['Line'][-1] and 'LineNum' not in made['Line'][-1]
    assert made['Line'][-1]['DiscountLineDetail']['DiscountAccountRef']['name'] == 'Discounts given'


def test_discount_before_tax_falls_on_untaxed_lines_too(sandbox):
    lines = line(60, tax='TAX'), line(40, tax='NON'), discount(amount=10)
    made = sandbox.create('Invoice', values(*lines, code='2', ApplyTaxAfterDiscount=True))

    assert tax(made) == (93.78, 3.78, [(3.24, 54), (0.54, 54)])


def test_discount_of_a_fraction_of_a_percent(sandbox):
    assert sandbox.create('Invoice', values(line(100), discount(percent=8.5)))['TotalAmt'] == 91.5


def test_discounts_can_be_off(sandbox, api):
    sandbox.configure(preferences={'SalesFormsPrefs': {'AllowDiscount': False}})

    assert codes(api, values(line(10), discount(percent=5))) == ['6000']


def test_taxable_line_without_a_code_on_the_document_is_untaxed(sandbox):
    assert tax(sandbox.create('Invoice', values(line(80, tax='TAX')))) == (80, 0, [])


def test_line_without_code_is_not_taxable(sandbox):
    made = sandbox.create('Invoice', values(line(80), code='2'))

    assert made['Line'][0]['SalesItemLineDetail']['TaxCodeRef'] == {'value': 'NON'}
    assert made['TotalAmt'] == 80


def test_own_tax_is_spread_over_the_rates(sandbox):
    asked = values(line(100, tax='TAX'))
    asked['TxnTaxDetail'] = {'TxnTaxCodeRef': {'value': '2'}, 'TotalTax': 7.07}

    assert tax(sandbox.create('Invoice', asked)) == (107.07, 7.07, [(6.06, 100), (1.01, 100)])


def test_own_tax_lines_are_taken_as_they_are(sandbox, api):
    def own(rate, amount, base):
        return {'Amount': amount, 'DetailType': 'TaxLineDetail', 'TaxLineDetail': {
            'TaxRateRef': {'value': rate}, 'NetAmountTaxable': base}}  # fmt: skip

    asked = values(line(100, tax='TAX'))
    asked['TxnTaxDetail'] = {
        'TxnTaxCodeRef': {'value': '2'}, 'TotalTax': 7.5, 'TaxLine': [own('1', 7, 100), own('2', 0.5, 50)],
    }  # fmt: skip
    assert tax(sandbox.create('Invoice', asked)) == (107.5, 7.5, [(7, 100), (0.5, 50)])
    asked['TxnTaxDetail']['TaxLine'].append(own('3', 0, 0))
    assert faults(api.post('invoice', asked)) == [('2270', 'TxnTaxDetail.TaxLine')]


def test_own_tax_stays_until_the_lines_change(sandbox):
    asked = values(line(100, tax='TAX'))
    asked['TxnTaxDetail'] = {'TxnTaxCodeRef': {'value': '2'}, 'TotalTax': 9}
    made = sandbox.create('Invoice', asked)

    assert sandbox.update('Invoice', made['Id'], {'PrivateNote': 'x'})['TotalAmt'] == 109
    changed = sandbox.update('Invoice', made['Id'], {'Line': [line(200, tax='TAX')]})
    assert tax(changed) == (214, 14, [(12, 200), (2, 200)])


def test_compound_rate_takes_tax_on_tax(sandbox):
    code = sandbox.get('TaxCode', '2')
    details = code['SalesTaxRateList']['TaxRateDetail']
    details[1].update(TaxTypeApplicable='TaxOnAmountPlusTax', TaxOrder=1)
    sandbox.overwrite('TaxCode', '2', {'SalesTaxRateList': {'TaxRateDetail': details[::-1]}})
    assert tax(sandbox.create('Invoice', values(line(100, tax='TAX'), code='2'))) == (
        107.06, 7.06, [(6, 100), (1.06, 106)],
    )  # fmt: skip

    details[1]['TaxTypeApplicable'] = 'TaxOnTax'
    sandbox.overwrite('TaxCode', '2', {'SalesTaxRateList': {'TaxRateDetail': details}})
    assert tax(sandbox.create('Invoice', values(line(100, tax='TAX'), code='2'))) == (
        106.06, 6.06, [(6, 100), (0.06, 6)],
    )  # fmt: skip


def test_rate_of_the_day_counts(sandbox):
    spans = [{'RateValue': 5, 'EffectiveDate': '2020-01-01', 'EndDate': '2025-12-31'},
             {'RateValue': 6, 'EffectiveDate': '2026-01-01'}]  # fmt: skip
    sandbox.overwrite('TaxRate', '1', {'EffectiveTaxRate': spans})

    assert [sandbox.create('Invoice', values(line(100, tax='TAX'), code='2', TxnDate=day))['TotalAmt']
            for day in ('2025-12-31', '2026-01-01')] == [106, 107]  # fmt: skip


def test_company_without_sales_tax_ignores_it(sandbox):
    sandbox.configure(preferences={'TaxPrefs': {'UsingSalesTax': False}})
    asked = values(line(100, tax='TAX'))
    asked['TxnTaxDetail'] = {'TxnTaxCodeRef': {'value': '2'}, 'TotalTax': 9}

    assert tax(sandbox.create('Invoice', asked)) == (100, 0, [])


def test_custom_sales_tax_is_no_code_for_receipts(api):
    assert codes(api, values(code='CustomSalesTax')) == ['sandbox-501']
    assert faults(api.post('creditmemo', values(code='CustomSalesTax')))[0][0] == '6160'
    assert faults(api.post('invoice', values(code='777'))) == [('2500', 'TxnTaxDetail.TxnTaxCodeRef')]


# US, automated.


@pytest.fixture
def automated(sandbox):
    """A company with automated sales tax."""
    sandbox.configure(preferences={'TaxPrefs': {'PartnerTaxEnabled': True}})
    return sandbox


def test_automated_tax_knows_the_state_and_not_the_clients_code(automated):
    made = automated.create('Invoice', values(line(100), line(50, tax='NON'), code='3', ShipAddr={
        'Line1': '1 Peach Road', 'CountrySubDivisionCode': 'GA'}))  # fmt: skip

    assert tax(made) == (154, 4, [(4, 100)])
    assert made['Line'][0]['SalesItemLineDetail']['TaxCodeRef'] == {'value': 'TAX'}
    assert made['TxnTaxDetail']['TxnTaxCodeRef']['value'] not in ('2', '3')
    home = automated.create('Invoice', values(line(100)))
    assert tax(home)[1] == 7


def test_automated_tax_follows_the_address(automated):
    made = automated.create('Invoice', values(line(100)))
    moved = automated.update('Invoice', made['Id'], {'ShipAddr': {'CountrySubDivisionCode': 'GA'}})

    assert (moved['TotalAmt'], moved['TxnTaxDetail']['TaxReviewStatus']) == (104, 'AST_TAX')
    assert automated.update('Invoice', made['Id'], {'ShipAddr': {'CountrySubDivisionCode': 'OR'}})['TotalAmt'] == 100


def test_automated_tax_takes_an_override_unless_told_not_to(automated):
    asked = values(line(100))
    asked['TxnTaxDetail'] = {'TotalTax': 6.5}
    made = automated.create('Invoice', asked)
    assert (tax(made), made['TxnTaxDetail']['TaxReviewStatus']) == ((106.5, 6.5, [(6.5, 100)]), 'AST_TAX_OVERRIDE')

    asked['TxnTaxDetail']['UseAutomatedSalesTax'] = True
    assert automated.create('Invoice', asked)['TotalAmt'] == 107


def test_own_tax_under_automated_tax_stays_until_the_lines_change(automated):
    asked = values(line(100))
    asked['TxnTaxDetail'] = {'TotalTax': 6.5}
    made = automated.create('Invoice', asked)

    assert automated.update('Invoice', made['Id'], {'PrivateNote': 'x'})['TotalAmt'] == 106.5
    assert automated.update('Invoice', made['Id'], {'Line': [line(200)]})['TotalAmt'] == 214


def test_exempt_customer_pays_no_automated_tax(automated):
    automated.update('Customer', '1', {'TaxExemptionReasonId': 9})

    assert automated.create('Invoice', values(line(100)))['TotalAmt'] == 100


def test_rates_of_states_can_be_set(automated):
    automated.configure(automated_rates={'FL': 10})

    assert automated.create('Invoice', values(line(100)))['TotalAmt'] == 110


# Elsewhere.


@pytest.fixture(scope='module')
def british_one():
    with Sandbox(country='GB') as sandbox:
        sandbox.snapshot()
        yield sandbox


@pytest.fixture
def british(british_one):
    """A company in Great Britain: code 2 is 20 %, 3 is 5 %, 4 is 0 %."""
    british_one.restore()
    return british_one


def test_every_line_has_its_own_code(british):
    made = british.create('Invoice', values(line(100, tax='2'), line(50, tax='2'), line(10, tax='3'), line(5, tax='4')))

    assert tax(made) == (195.5, 30.5, [(30, 150), (0.5, 10), (0, 5)])
    assert made['GlobalTaxCalculation'] == 'TaxExcluded'
    assert 'TxnTaxCodeRef' not in made['TxnTaxDetail']


@pytest.mark.parametrize('code', [None, 'TAX', 'NON'])
def test_line_without_a_real_code_is_refused(british, code):
    asked = values(line(10, tax=code) if code else line(10))
    text = 'Business Validation Error: Make sure all your transactions have a VAT rate before you save.'

    answer = Api(british).post('invoice', asked)
    assert (text in answer.text) or ('2500', 'Line.SalesItemLineDetail.TaxCodeRef') in faults(answer)
    assert answer.status_code == 400
    if not code:
        assert detail(answer) == ('6000', text)


def test_canadian_words_for_a_missing_code():
    with Sandbox(country='CA') as canadian:
        answer = Api(canadian).post('invoice', values(line(10)))
        both = canadian.create('Invoice', values(line(100, tax='4')))

    assert 'GST/HST rate' in detail(answer)[1]
    assert tax(both) == (112, 12, [(5, 100), (7, 100)])


@pytest.mark.parametrize('how, wanted', [('code', (29.99, 5, [(5, 24.99)])), ('lines', (30, 5.01, [(5.01, 24.99)]))])
def test_tax_included_follows_from_the_code_or_from_the_gross_amounts(british, how, wanted):
    british.configure(inclusive_tax=how)
    lines = [line(8.33, tax='2', gross=10)] * 3
    made = british.create('Invoice', values(*lines, GlobalTaxCalculation='TaxInclusive'))

    assert tax(made) == wanted
    assert made['Line'][0]['SalesItemLineDetail']['TaxInclusiveAmt'] == 10


def test_missing_gross_amount_is_filled_in(british):
    made = british.create('Invoice', values(line(100, tax='2'), GlobalTaxCalculation='TaxInclusive'))

    assert made['Line'][0]['SalesItemLineDetail']['TaxInclusiveAmt'] == made['TotalAmt'] == 120


def test_no_tax_at_all_allows_no_tax_detail(british):
    asked = values(line(100), GlobalTaxCalculation='NotApplicable')
    assert tax(british.create('Invoice', asked)) == (100, 0, [])

    answer = Api(british).post('invoice', {**asked, 'TxnTaxDetail': {'TotalTax': 5}})
    assert faults(answer) == [('6170', 'TxnTaxDetail')]


def test_own_tax_elsewhere(british):
    asked = values(line(100, tax='2'))
    asked['TxnTaxDetail'] = {'TotalTax': 20.01}

    assert tax(british.create('Invoice', asked)) == (120.01, 20.01, [(20.01, 100)])
    asked['TxnTaxDetail']['TaxLine'] = [{'Amount': 20.01, 'TaxLineDetail': {'TaxRateRef': {'value': '2'}}}]
    assert faults(Api(british).post('invoice', asked)) == [('2270', 'TxnTaxDetail.TaxLine')]


# Currencies.


@pytest.fixture
def global_(sandbox):
    """A company with several currencies, and a customer who pays in euros."""
    sandbox.configure(preferences={'CurrencyPrefs': {'MultiCurrencyEnabled': True}})
    sandbox.euro = sandbox.create('Customer', {'DisplayName': 'Euro', 'CurrencyRef': {'value': 'EUR'}})['Id']
    return sandbox


def test_invoice_in_euros_has_rate_and_home_amounts(global_):
    made = global_.create('Invoice', values(line(100), customer=global_.euro, CurrencyRef={'value': 'EUR'}))
    assert (made['TotalAmt'], made['ExchangeRate'], made['HomeTotalAmt'], made['HomeBalance']) == (100, 1.1, 110, 110)
    assert made['CurrencyRef'] == {'value': 'EUR', 'name': 'Euro'}
    assert sum(row['cents'] for row in global_.postings('Invoice', made['Id'])) == 0
    assert max(row['cents'] for row in global_.postings('Invoice', made['Id'])) == 11000

    own = global_.update('Invoice', made['Id'], {'ExchangeRate': 1.25})
    assert own['HomeTotalAmt'] == 125
    payment = global_.pay(made['Id'], 40)
    assert payment['CurrencyRef']['value'] == 'EUR'
    assert global_.get('Invoice', made['Id'])['HomeBalance'] == 75


@pytest.mark.parametrize('currency, code', [('USD', '6000'), ('XXX', '2220'), (None, '2020')])
def test_currency_must_be_the_customers(global_, api, currency, code):
    members = {'CurrencyRef': {'value': currency}} if currency else {}

    assert codes(api, values(line(10), customer=global_.euro, **members)) == [code]


def test_other_currencies_need_the_preference(sandbox, api):
    assert codes(api, values(line(10), CurrencyRef={'value': 'EUR'})) == ['6000']
    assert 'ExchangeRate' not in sandbox.create('Invoice', values(line(10), ExchangeRate=2))
