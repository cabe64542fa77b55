"""Payments and what they settle (qbo-api 9.3, 9.8, 9.11)."""

import pytest

from .client import detail, faults
from .documents import account, balance, keys, line, link, money, owes, values

pytestmark = pytest.mark.usefixtures('by_hand')


def invoice(sandbox, amount=100, **members):
    return sandbox.create('Invoice', values(line(amount), **members))


def credit(sandbox, amount=100, **members):
    return sandbox.create('CreditMemo', values(line(amount), **members))


def pay(sandbox, total, *links, **members):
    return sandbox.create('Payment', money(total, *links, **members))


def now(sandbox, body, type='Invoice'):
    return sandbox.get(type, body['Id'])


def refused(api, values):
    return faults(api.post('payment', values))


# Applying.


def test_payment_settles_several_invoices_in_part_and_keeps_the_rest(sandbox):
    one, two = invoice(sandbox, 100), invoice(sandbox, 50)
    payment = pay(sandbox, 130, link(one), link(two, 20))

    assert payment['UnappliedAmt'] == 10
    assert [now(sandbox, body)['Balance'] for body in (one, two)] == [0, 30]
    assert owes(sandbox) == 20
    assert payment['DepositToAccountRef'] == {'value': account(sandbox, 'Undeposited Funds')}
    assert balance(sandbox, 'Undeposited Funds') >= 130


def test_each_payment_raises_the_invoices_version_and_comes_first(sandbox):
    made = invoice(sandbox)
    sandbox.clock.advance(minutes=1)
    first, second = sandbox.pay(made['Id'], 10), sandbox.pay(made['Id'], 20)
    paid = now(sandbox, made)

    assert paid['SyncToken'] == '2'
    assert paid['LinkedTxn'] == [{'TxnId': body['Id'], 'TxnType': 'Payment'} for body in (second, first)]
    assert paid['MetaData']['LastUpdatedTime'] > made['MetaData']['LastUpdatedTime']
    assert [body['SyncToken'] for body in (first, second)] == ['0', '0']


def test_payment_whose_shares_stay_leaves_invoices_alone(sandbox, api):
    one, two = invoice(sandbox, 100), invoice(sandbox, 50)
    payment = pay(sandbox, 60, link(one, 40), link(two, 20))
    api.update('Payment', payment, PrivateNote='x')
    changed = now(sandbox, payment, 'Payment')
    sandbox.update('Payment', payment['Id'], {'Line': [link(one, 40), link(two, 10)]})

    assert changed['Line'] == payment['Line']
    assert [now(sandbox, body)['SyncToken'] for body in (one, two)] == ['1', '2']


def test_what_a_line_says_about_its_invoice_is_of_its_day(sandbox, api):
    made = invoice(sandbox)
    first = sandbox.pay(made['Id'], 10)
    sandbox.pay(made['Id'], 20)
    changed = api.update('Payment', first, PrivateNote='x').json()['Payment']

    assert changed['Line'] == first['Line']
    assert '100.00' in str(changed['Line'])


def test_full_update_of_an_invoice_keeps_its_payments(sandbox, api):
    made = invoice(sandbox)
    sandbox.pay(made['Id'], 10)
    before = now(sandbox, made)
    answered = api.post('invoice', {**keys(before), **values(line(70)), 'LinkedTxn': []}).json()['Invoice']

    assert (answered['LinkedTxn'], answered['Balance']) == (before['LinkedTxn'], 60)
    assert now(sandbox, made)['LinkedTxn'] == before['LinkedTxn']


def test_payment_is_unapplied_and_applied_later(sandbox, api):
    made = invoice(sandbox)
    payment = pay(sandbox, 100, link(made))
    free = api.update('Payment', payment, Line=[]).json()['Payment']
    assert (free['UnappliedAmt'], now(sandbox, made)['Balance'], now(sandbox, made)['LinkedTxn']) == (100, 100, [])
    assert owes(sandbox) == 0

    again = api.update('Payment', free, Line=[link(made, 60)]).json()['Payment']
    assert (again['UnappliedAmt'], now(sandbox, made)['Balance']) == (40, 40)


def test_full_update_without_lines_unapplies(sandbox, api):
    made = invoice(sandbox)
    payment = pay(sandbox, 100, link(made))
    api.post('payment', {**keys(payment), 'CustomerRef': {'value': '1'}, 'TotalAmt': 100})

    assert now(sandbox, made)['Balance'] == 100


def test_amount_of_a_payment_is_edited(sandbox, api):
    made = invoice(sandbox)
    payment = pay(sandbox, 80, link(made, 80))
    changed = api.update('Payment', payment, TotalAmt=90, Line=[link(made, 90)]).json()['Payment']

    assert (changed['UnappliedAmt'], now(sandbox, made)['Balance']) == (0, 10)
    assert faults(api.update('Payment', changed, TotalAmt=50)) == [('6000', '')]


def test_credit_memo_pays_an_invoice_by_a_payment_of_zero(sandbox):
    made, memo = invoice(sandbox, 100), credit(sandbox, 60)
    assert (memo['Balance'], memo['RemainingCredit'], owes(sandbox)) == (60, 60, 40)
    payment = pay(sandbox, 0, link(made, 45), link(memo, 45, 'CreditMemo'))
    memo = now(sandbox, memo, 'CreditMemo')

    assert payment['UnappliedAmt'] == 0
    assert (memo['Balance'], memo['RemainingCredit'], memo['SyncToken']) == (15, 15, '1')
    assert now(sandbox, made)['Balance'] == 55
    assert owes(sandbox) == 40


def test_parent_pays_for_its_job(sandbox):
    job = next(body for body in sandbox.all('Customer') if body.get('ParentRef'))
    made = invoice(sandbox, customer=job['Id'])
    pay(sandbox, 100, link(made), customer=job['ParentRef']['value'])

    assert now(sandbox, made)['Balance'] == 0


# Refusals.


@pytest.mark.parametrize('total, share, other, code', [
    (100, 100.01, None, '6000'), (50, 60, None, '6000'), (100, 40, 'CreditMemo', '620'), (100, 40, 'Estimate', '620'),
    (100, -5, None, '2290'), (-5, 0, None, '2290'), (100, 40, 'JournalEntry', '620'),
])  # fmt: skip
def test_wrong_shares_are_refused(sandbox, api, total, share, other, code):
    made = invoice(sandbox)

    assert code in {each for each, _element in refused(api, money(total, link(made, share, other or 'Invoice')))}
    assert now(sandbox, made) == made


def test_paid_invoice_and_foreign_invoice_cannot_be_linked(sandbox, api):
    made, foreign = invoice(sandbox), invoice(sandbox, customer='2')
    sandbox.pay(made['Id'])

    assert refused(api, money(10, link(made, 10))) == [('620', 'Line.LinkedTxn')]
    assert refused(api, money(10, link(foreign, 10))) == [('620', 'Line.LinkedTxn')]
    sandbox.configure(over_application='620')
    assert refused(api, money(200, link(foreign, 150), customer='2')) == [('620', 'Line.LinkedTxn')]


def test_payment_goes_where_money_is(sandbox, api):
    wrong = {'value': account(sandbox, 'Repair income')}

    assert refused(api, money(10, DepositToAccountRef=wrong)) == [('6430', 'DepositToAccountRef')]


def test_payment_needs_customer_and_amount(api):
    assert refused(api, {}) == [('2020', 'TotalAmt'), ('2020', 'CustomerRef')]
    assert detail(api.post('payment', money(0)))[1] == 'Business Validation Error: You must set a transaction amount.'


def test_more_credit_than_invoices_is_refused(sandbox, api):
    made, memo = invoice(sandbox, 10), credit(sandbox, 60)

    assert refused(api, money(0, link(made, 10), link(memo, 20, 'CreditMemo'))) == [('6000', '')]


def test_paid_invoice_does_not_become_smaller_than_its_payments(sandbox, api):
    made = invoice(sandbox)
    sandbox.pay(made['Id'], 60)
    made = now(sandbox, made)

    assert faults(api.update('Invoice', made, Line=[line(59.99)])) == [('6000', '')]
    assert faults(api.update('Invoice', made, CustomerRef={'value': '2'})) == [('6000', '')]
    assert api.update('Invoice', made, Line=[line(70)]).json()['Invoice']['Balance'] == 10


# Void and delete.


@pytest.mark.parametrize('end', ['void', 'delete'])
def test_payment_that_ends_gives_the_invoice_back(sandbox, end):
    made = invoice(sandbox)
    before = balance(sandbox, 'Undeposited Funds')
    payment = sandbox.pay(made['Id'], 60)
    getattr(sandbox, end)('Payment', payment['Id'])
    after = now(sandbox, made)

    assert (after['Balance'], after['LinkedTxn'], after['SyncToken']) == (100, [], '2')
    assert (owes(sandbox), balance(sandbox, 'Undeposited Funds')) == (100, before)


@pytest.mark.parametrize('end', ['void', 'delete'])
def test_invoice_that_ends_leaves_its_payment_as_credit(sandbox, end):
    made = invoice(sandbox)
    payment = sandbox.pay(made['Id'], 60)
    getattr(sandbox, end)('Invoice', made['Id'])
    left = now(sandbox, payment, 'Payment')

    assert (left['UnappliedAmt'], left['Line'], left['SyncToken']) == (60, [], '1')
    assert owes(sandbox) == -60


@pytest.mark.parametrize('end', ['void', 'delete'])
@pytest.mark.parametrize('which', ['Invoice', 'CreditMemo'])
def test_end_of_one_side_opens_the_other(sandbox, end, which):
    made, memo = invoice(sandbox, 100), credit(sandbox, 60)
    pay(sandbox, 0, link(made, 60), link(memo, 60, 'CreditMemo'))
    ended, left, type = (made, memo, 'CreditMemo') if which == 'Invoice' else (memo, made, 'Invoice')
    getattr(sandbox, end)(which, ended['Id'])
    left = now(sandbox, left, type)

    assert (left['Balance'], left['LinkedTxn']) == (left['TotalAmt'], [])
    assert owes(sandbox) == (100 if which == 'CreditMemo' else -60)


def test_deleting_a_paid_invoice_may_be_refused(sandbox, api):
    sandbox.configure(delete_linked='refused')
    made = invoice(sandbox)
    sandbox.pay(made['Id'], 60)
    made = now(sandbox, made)

    assert faults(api.post('invoice', keys(made), operation='delete')) == [('6000', '')]
    assert api.post('invoice', keys(made), operation='void').status_code == 200


def test_void_of_a_payment_is_an_option_of_update(sandbox, api):
    payment = pay(sandbox, 20, PrivateNote='n')

    assert faults(api.post('payment', keys(payment), operation='void')) == [('sandbox-501', None)]
    voided = api.post('payment', {**keys(payment), 'sparse': True}, operation='update', include='void').json()[
        'Payment'
    ]
    assert (voided['TotalAmt'], voided['PrivateNote'], voided['SyncToken']) == (0, 'Voided - n', '1')


def test_void_of_a_payment_must_say_sparse(sandbox, api):
    payment = pay(sandbox, 20)

    for body in (keys(payment), {**payment, 'sparse': False}):
        assert faults(api.post('payment', body, operation='update', include='void')) == [('2020', 'sparse')]
    assert now(sandbox, payment, 'Payment') == payment


# Closed books.


def test_payment_may_not_touch_an_invoice_of_the_closed_books(sandbox, api):
    old = invoice(sandbox, TxnDate='2026-01-10')
    sandbox.configure(preferences={'AccountingInfoPrefs': {'BookCloseDate': '2026-01-31'}})

    assert refused(api, money(100, link(old))) == [('6210', '')]
    free = api.create('Payment', **money(100))
    assert faults(api.update('Payment', free, Line=[link(old)])) == [('6210', '')]
    sandbox.configure(closed_books_guard_links=False)
    assert api.update('Payment', free, Line=[link(old)]).status_code == 200


# Deposits.


def deposit(sandbox, *bodies, type='Payment', **members):
    rows = [{'Amount': body['TotalAmt'], 'LinkedTxn': [{'TxnId': body['Id'], 'TxnType': type, 'TxnLineId': '0'}]}
            for body in bodies]  # fmt: skip
    return {'DepositToAccountRef': {'value': account(sandbox, 'Checking')}, 'Line': rows, **members}


def test_deposited_payment_stays_as_it_is(sandbox, api):
    made = invoice(sandbox)
    payment = sandbox.pay(made['Id'], 60)
    funds, bank = balance(sandbox, 'Undeposited Funds'), balance(sandbox, 'Checking')
    held = sandbox.create('Deposit', deposit(sandbox, payment))
    assert (balance(sandbox, 'Undeposited Funds'), balance(sandbox, 'Checking')) == (funds - 60, bank + 60)

    payment = now(sandbox, payment, 'Payment')
    assert payment['SyncToken'] == '0'
    assert faults(api.update('Payment', payment, TotalAmt=70)) == [('6540', '')]
    assert faults(api.post('payment', keys(payment), operation='delete')) == [('6540', '')]
    void = {**keys(payment), 'sparse': True}
    assert faults(api.post('payment', void, operation='update', include='void')) == [('6540', '')]
    assert api.update('Payment', payment, PrivateNote='fine').status_code == 200

    sandbox.delete('Deposit', held['Id'])
    assert 'LinkedTxn' not in now(sandbox, payment, 'Payment')
    assert (balance(sandbox, 'Undeposited Funds'), balance(sandbox, 'Checking')) == (funds, bank)
    sandbox.void('Payment', payment['Id'])


def test_invoice_of_a_deposited_payment_may_be_voided(sandbox):
    made = invoice(sandbox)
    payment = sandbox.pay(made['Id'], 60)
    sandbox.create('Deposit', deposit(sandbox, payment))
    sandbox.void('Invoice', made['Id'])

    assert now(sandbox, payment, 'Payment')['UnappliedAmt'] == 60


def test_deposit_may_raise_the_version_of_its_payments(sandbox):
    sandbox.configure(deposit_bumps=True)
    payment = pay(sandbox, 20)
    held = sandbox.create('Deposit', deposit(sandbox, payment))

    assert now(sandbox, payment, 'Payment')['SyncToken'] == '1'
    assert now(sandbox, payment, 'Payment')['LinkedTxn'] == [{'TxnId': held['Id'], 'TxnType': 'Deposit'}]


def test_only_waiting_money_is_deposited_and_only_once(sandbox, api):
    payment = pay(sandbox, 20)
    banked = pay(sandbox, 20, DepositToAccountRef={'value': account(sandbox, 'Checking')})
    sandbox.create('Deposit', deposit(sandbox, payment))

    def codes(values):
        return [code for code, _element in faults(api.post('deposit', values))]

    assert codes(deposit(sandbox, payment)) == ['620']
    assert codes(deposit(sandbox, banked)) == ['620']
    assert codes(deposit(sandbox, pay(sandbox, 5), type='Transfer')) == ['sandbox-501']
    free = deposit(sandbox, pay(sandbox, 5))
    free['Line'][0]['Amount'] = 4
    assert codes(free) == ['6000']
    del free['Line'][0]['LinkedTxn'][0]['TxnLineId']
    free['Line'][0]['Amount'] = 5
    assert codes(free) == ['2020']


def test_deposit_takes_fees_off_and_cash_back(sandbox, api):
    payment = pay(sandbox, 100)
    values = deposit(sandbox, payment)
    fee = {'Amount': -3, 'DetailType': 'DepositLineDetail', 'DepositLineDetail': {
        'AccountRef': {'value': account(sandbox, 'Bank and card fees')}}}  # fmt: skip
    values['Line'].append(fee)
    values['CashBack'] = {'AccountRef': {'value': account(sandbox, "Owner's capital")}, 'Amount': 20}
    bank, funds = balance(sandbox, 'Checking'), balance(sandbox, 'Undeposited Funds')
    made = sandbox.create('Deposit', values)

    assert made['TotalAmt'] == 77
    assert (balance(sandbox, 'Checking') - bank, balance(sandbox, 'Undeposited Funds') - funds) == (77, -100)
    assert sum(row['cents'] for row in sandbox.postings('Deposit', made['Id'])) == 0
    fee['DepositLineDetail']['AccountRef']['value'] = account(sandbox, 'Savings')
    assert faults(api.post('deposit', {**values, 'Line': [fee]})) == [('6000', '')]  # Less than nothing.
    assert (
        api.post(
            'deposit', {'DepositToAccountRef': values['DepositToAccountRef'], 'Line': [{**fee, 'Amount': 20}]}
        ).status_code
        == 200
    )  # Out of another bank.


# What QuickBooks does by itself.


def automatic(sandbox, **preferences):
    sandbox.configure(preferences={'SalesFormsPrefs': preferences})


def test_quickbooks_applies_open_credits_to_a_new_invoice(sandbox, api):
    automatic(sandbox, AutoApplyCredit=True)
    memo = credit(sandbox, 60)
    answered = api.create('Invoice', **values(line(100)))
    made = now(sandbox, answered)
    (zero,) = [body for body in sandbox.all('Payment') if body['TotalAmt'] == 0]

    assert (answered['Balance'], answered['SyncToken']) == (100, '0')
    assert (made['Balance'], made['SyncToken']) == (40, '1')
    assert made['LinkedTxn'] == [{'TxnId': zero['Id'], 'TxnType': 'Payment'}]
    assert now(sandbox, memo, 'CreditMemo')['RemainingCredit'] == 0


def test_quickbooks_applies_a_new_credit_to_the_oldest_invoices(sandbox):
    automatic(sandbox, AutoApplyCredit=True)
    young, old = invoice(sandbox, 30, TxnDate='2026-03-01'), invoice(sandbox, 50, TxnDate='2026-02-01')
    credit(sandbox, 70)

    assert (now(sandbox, old)['Balance'], now(sandbox, young)['Balance']) == (0, 10)


def test_quickbooks_applies_a_new_payment(sandbox, api):
    automatic(sandbox, AutoApplyPayments=True)
    made = invoice(sandbox, 100)
    payment = api.create('Payment', **money(130))

    assert payment['UnappliedAmt'] == 130
    later = now(sandbox, payment, 'Payment')
    assert (later['UnappliedAmt'], later['SyncToken'], now(sandbox, made)['Balance']) == (30, '1', 0)


def test_nothing_is_applied_where_the_company_does_not_want_it(sandbox):
    memo, made = credit(sandbox), invoice(sandbox)
    payment = pay(sandbox, 10)

    assert [now(sandbox, memo, 'CreditMemo'), now(sandbox, made), now(sandbox, payment, 'Payment')] == [
        memo,
        made,
        payment,
    ]
