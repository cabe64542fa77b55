"""What holds for any document, however it is made up (hypothesis)."""

from contextlib import suppress
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ..control import Control
from ..errors import Fault
from .documents import discount, line, link, money, values

CENT = Decimal('0.01')
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope='module')
def us():
    return Control()


@pytest.fixture(scope='module')
def gb():
    return Control(country='GB')


def cents(value):
    return int((Decimal(str(value)) * 100).to_integral_value(ROUND_HALF_UP))


prices = st.decimals(min_value=0, max_value=5000, places=4).map(float)
quantities = st.decimals(min_value='0.01', max_value=50, places=2).map(float)


@st.composite
def item_lines(draw, codes):
    quantity, price = draw(quantities), draw(prices)
    amount = (Decimal(str(quantity)) * Decimal(str(price))).quantize(CENT, ROUND_HALF_UP)
    return line(float(amount), qty=quantity, price=price, tax=draw(st.sampled_from(codes)))


def discounts():
    percents = st.decimals(min_value=0, max_value=100, places=2).map(float)
    return st.none() | percents.map(lambda percent: discount(percent=percent))


def adds_up(body):
    """TotalAmt = Σ lines − discount + tax, and the tax is what its lines say."""
    items = sum(cents(each['Amount']) for each in body['Line'] if each['DetailType'] == 'SalesItemLineDetail')
    off = sum(cents(each['Amount']) for each in body['Line'] if each['DetailType'] == 'DiscountLineDetail')
    tax = body['TxnTaxDetail']
    assert cents(body['TotalAmt']) == items - off + cents(tax['TotalTax'])
    assert sum(cents(each['Amount']) for each in tax.get('TaxLine', ())) == cents(tax['TotalTax'])
    assert body['Balance'] == body['TotalAmt']


def is_square(control):
    """Every document's postings add up to nothing, receivables are what customers owe."""
    rows = control.postings()
    assert sum(row['cents'] for row in rows) == 0
    accounts = {body['Id']: body for body in control.all('Account')}
    receivable = next(body for body in accounts.values() if body['AccountType'] == 'Accounts Receivable')
    owed = sum(cents(body['Balance']) for body in control.all('Customer'))
    posted = sum(row['cents'] for row in rows if row['account'] == receivable['Id'])
    assert posted == owed == cents(receivable['CurrentBalance'])


def state(control):
    """Return all balances: of names, accounts, items."""
    return {
        type: [(body.get('Balance'), body.get('BalanceWithJobs'), body.get('CurrentBalance'), body.get('QtyOnHand'))
               for body in control.all(type)]
        for type in ('Customer', 'Account', 'Item')
    }  # fmt: skip


@FEW
@given(st.lists(item_lines(['TAX', 'NON']), min_size=1, max_size=6), discounts(), st.booleans(),
       st.sampled_from([None, '2', '3']))  # fmt: skip
def test_invoice_adds_up_and_its_end_restores_everything(us, lines, off, after, code):
    before = state(us)
    body = us.create('Invoice', values(*lines, *([off] if off else []), code=code, ApplyTaxAfterDiscount=after))
    adds_up(body)
    is_square(us)

    us.void('Invoice', body['Id'])
    assert state(us) == before
    us.delete('Invoice', body['Id'])
    assert state(us) == before


@FEW
@given(st.lists(item_lines(['2', '3', '4']), min_size=1, max_size=6), discounts(), st.booleans(),
       st.sampled_from(['TaxExcluded', 'TaxInclusive']), st.sampled_from(['code', 'lines']))  # fmt: skip
def test_invoice_elsewhere_adds_up(gb, lines, off, after, how, tax):
    gb.configure(inclusive_tax=tax)
    asked = values(*lines, *([off] if off else []), ApplyTaxAfterDiscount=after, GlobalTaxCalculation=how)
    body = gb.create('Invoice', asked)
    adds_up(body)
    if how == 'TaxInclusive' and not off and tax == 'lines':
        gross = [each['SalesItemLineDetail']['TaxInclusiveAmt'] for each in body['Line'] if 'Id' in each]
        assert cents(body['TotalAmt']) == sum(map(cents, gross))
    gb.delete('Invoice', body['Id'])


@FEW
@given(st.lists(item_lines(['TAX', 'NON']), min_size=1, max_size=4), st.decimals(0, 100, places=2).map(float))
def test_own_tax_is_kept_to_the_cent(us, lines, wanted):
    asked = values(*lines)
    asked['TxnTaxDetail'] = {'TxnTaxCodeRef': {'value': '2'}, 'TotalTax': wanted}
    body = us.create('Invoice', asked)

    adds_up(body)
    assert cents(body['TxnTaxDetail']['TotalTax']) == cents(wanted)
    us.delete('Invoice', body['Id'])


steps = st.lists(
    st.tuples(st.sampled_from(['pay', 'credit', 'edit', 'unapply', 'void', 'delete']),
              st.integers(0, 5), st.integers(0, 5), st.integers(1, 20000)),
    max_size=14,
)  # fmt: skip


def act(control, kind, one, two, amount):
    """Do one thing to some invoice and some credit or payment; a refusal is fine."""
    invoices = [body for body in control.all('Invoice') if body['CustomerRef']['value'] == '1']
    credits = [body for body in control.all('CreditMemo') if body['CustomerRef']['value'] == '1']
    payments = [body for body in control.all('Payment') if body['CustomerRef']['value'] == '1']
    invoice = invoices[one % len(invoices)] if invoices else None
    amount = amount / 100
    if kind == 'pay' and invoice:
        other = invoices[two % len(invoices)]
        shares = [link(invoice, amount)] + ([link(other, amount / 2)] if other != invoice else [])
        control.create('Payment', money(amount * 1.5, *shares))
    elif kind == 'credit' and invoice and credits:
        memo = credits[two % len(credits)]
        control.create('Payment', money(0, link(invoice, amount), link(memo, amount, 'CreditMemo')))
    elif kind == 'edit' and invoice:
        control.update('Invoice', invoice['Id'], {'Line': [line(amount)]})
    elif kind == 'unapply' and payments:
        payment = payments[one % len(payments)]
        control.update('Payment', payment['Id'], {'Line': payment['Line'][1:]})
    elif kind in ('void', 'delete'):
        every = [('Invoice', each) for each in invoices] + [('Payment', each) for each in payments]
        every += [('CreditMemo', each) for each in credits]
        if every:
            type, body = every[(one * 6 + two) % len(every)]
            getattr(control, kind)(type, body['Id'])


@settings(FEW, max_examples=40)
@given(steps)
def test_links_and_balances_agree_after_anything(us, steps):
    us.snapshot()
    for amount in (100, 55.5, 20):
        us.create('Invoice', values(line(amount)))
    us.create('CreditMemo', values(line(60)))
    for step in steps:
        with suppress(Fault):
            act(us, *step)
        agree(us)
    us.restore()


def agree(control):
    """Balances are totals less what payments settle; nothing is settled beyond its amount."""
    settled = {}
    for payment in control.all('Payment'):
        used = {'Invoice': 0, 'CreditMemo': 0}
        for each in payment['Line']:
            (target,) = each['LinkedTxn']
            used[target['TxnType']] += cents(each['Amount'])
            settled.setdefault((target['TxnType'], target['TxnId']), {})[payment['Id']] = each['Amount']
        assert cents(payment['UnappliedAmt']) == cents(payment['TotalAmt']) - used['Invoice'] + used['CreditMemo'] >= 0
    for type in ('Invoice', 'CreditMemo'):
        for body in control.all(type):
            mine = settled.pop((type, body['Id']), {})
            assert cents(body['Balance']) == cents(body['TotalAmt']) - sum(map(cents, mine.values())) >= 0
            assert {each['TxnId'] for each in body['LinkedTxn']} == set(mine)
    assert settled == {}
    is_square(control)
