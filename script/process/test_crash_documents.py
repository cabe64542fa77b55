"""Odoo is killed while invoices and payments go out: as ``test_crash.py``, for what costs money when it is doubled."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from script.process.company import BlackHole, until
from script.process.test_crash import ANSWER_S, GONE, ROUNDS, SEED

SALES = 8  # that a user makes in a round


def test_kill_9_at_each_step_of_an_invoice_and_its_payment_loses_and_doubles_nothing(billing):
    customers, items = len(billing.entities()), len(billing.entities('Item'))
    for step in ('batch', 'invoice', 'payment'):
        billing.sandbox.ask('faults', {'name': 'slow', 'on': step, 'seconds': ANSWER_S})
    billing.sandbox.kill9()
    with BlackHole(billing.sandbox.port) as hole:
        move = billing.invoice(billing.customer('Harbor Pools'), billing.products('Skimmer basket', 'Filter clean'))
        until(lambda: hole.calls, 10, lambda: 'Odoo did not call QuickBooks.')
        billing.odoo.kill9()
    billing.sandbox.start()
    billing.odoo.start()
    kill_when(billing, lambda: len(billing.entities('Item')) == items + 2)
    kill_when(billing, lambda: billing.entities('Invoice'))
    billing.pay(move)
    kill_when(billing, lambda: billing.entities('Payment'))
    billing.settle()
    billing.assert_same_documents()
    assert billing.entities('Invoice')[0]['Balance'] == 0
    assert len(billing.entities()) == customers + 1
    assert len(billing.entities('Item')) == items + 2
    assert [row['replayed'] for row in billing.writes()].count(True) == 3, billing.trace()


def test_kill_9_at_any_moment_of_posting_and_paying_loses_and_doubles_nothing(billing):
    billing.sandbox.ask('faults', {'name': 'slow', 'times': None, 'seconds': 0.03})
    chance = random.Random(SEED)
    for day in range(ROUNDS):
        with ThreadPoolExecutor() as pool:
            user = pool.submit(sell, billing, random.Random(chance.random()), day)
            enough = documents(billing) + chance.randrange(1, SALES)
            until(lambda enough=enough: documents(billing) >= enough, 30, billing.trace)
            time.sleep(chance.uniform(0, 0.2))  # Waits for nothing: any moment will do.
            billing.odoo.kill9()
            user.result()
        billing.odoo.start()
    billing.settle()
    billing.assert_same_documents()
    billing.assert_same_on_both_sides()
    assert len(billing.entities('Invoice')) > ROUNDS
    assert billing.entities('Payment')


def test_kill_9_in_the_middle_of_a_bill_payment_pays_once_on_each_side(billing):
    billing.switch_on_purchases()
    vendor = billing.customer('Tackle & Oil', supplier_rank=1, customer_rank=0)
    [product] = billing.products('Chlorine')
    bills = [billing.bill(vendor, product, price) for price in (80, 50)]
    until(lambda: len(billing.entities('Bill')) == len(bills), 30, billing.trace)
    billing.settle()
    billing.sandbox.ask('faults', {'name': 'slow', 'on': 'billpayment', 'seconds': ANSWER_S})
    billing.sandbox.kill9()
    with BlackHole(billing.sandbox.port) as hole:
        billing.pay(*bills)
        until(lambda: hole.calls, 10, lambda: 'Odoo did not call QuickBooks.')
        billing.odoo.kill9()
    billing.sandbox.start()
    billing.odoo.start()
    kill_when(billing, lambda: billing.entities('BillPayment'))
    billing.settle()
    [there], [here] = billing.entities('BillPayment'), billing.payments('amount')
    assert (here['qbo_id'], here['qbo_state'], here['amount']) == (there['Id'], 'synced', 130), billing.trace()
    assert sorted(line['Amount'] for line in there['Line']) == [50, 80]
    assert [row['Balance'] for row in billing.entities('Bill')] == [0, 0]
    assert [row['replayed'] for row in billing.writes()].count(True) == 1, billing.trace()


def kill_when(billing, condition):
    """Kill Odoo when the condition is true, and start it again."""
    billing.nudge_until(condition)
    billing.odoo.kill9()
    billing.odoo.start()


def documents(billing):
    """Return how many documents there are in QuickBooks."""
    return len(billing.entities('Invoice')) + len(billing.entities('Payment'))


def sell(billing, chance, day):
    """Post invoices and pay most of them, until the server is gone. A refusal by Odoo fails the test."""
    with suppress(*GONE):
        customer = billing.customer(f'Customer {day}')
        products = billing.products(f'Chlorine {day}', f'Visit {day}')
        for place in range(SALES):
            moves = [billing.invoice(customer, products, quantity=chance.randrange(1, 9)) for _ in range(place % 2 + 1)]
            if place % 3 < 2:
                billing.pay(*moves)
