"""Odoo is killed at the end of a day: nothing that a store booked is lost, and nothing is entered twice."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from script.process.billing import today
from script.process.company import BlackHole, until
from script.process.test_crash import ANSWER_S, GONE, ROUNDS, SEED
from script.process.test_crash_documents import kill_when

TYPES = {'asset_receivable': 'Accounts Receivable', 'liability_payable': 'Accounts Payable'}


@pytest.fixture
def store(billing):
    """The id of a store with all journals, in the posting mode Batch; every account is mapped."""
    kinds = {}
    for row in billing.call('qbo.reference', 'search_read', [('entity', '=', 'Account')], ['kind'], order='entity_id'):
        kinds.setdefault(row['kind'], row['id'])
    for account in billing.call('account.account', 'search_read', [], ['account_type']):
        kind = kinds[TYPES.get(account['account_type'], 'Income')]
        billing.call('account.account', 'write', [account['id']], {'qbo_account_id': kind})
    billing.call('qbo.connection', 'write', [billing.connection], {'posting_mode': 'batch'})
    billing.call('qbo.connection', 'action_switch_on_entries', [billing.connection])
    journals = billing.call('account.journal', 'search', [])
    vals = {'name': 'Burbank', 'connection_id': billing.connection, 'journal_ids': [(6, 0, journals)]}
    return billing.call('qbo.store', 'create', [{**vals, 'closes_by_itself': False}])[0]


def test_kill_9_at_each_step_of_an_end_of_day_loses_and_doubles_nothing(billing, store):
    billing.invoice(billing.synced_customer('Harbor Pools'), billing.products('Skimmer basket', 'Filter clean'))
    billing.settle()
    billing.sandbox.ask('faults', {'name': 'slow', 'on': 'journalentry', 'seconds': ANSWER_S})
    billing.sandbox.kill9()
    with BlackHole(billing.sandbox.port) as hole:
        end_of_day(billing, store)
        until(lambda: hole.calls, 10, lambda: 'Odoo did not call QuickBooks.')
        billing.odoo.kill9()
    billing.sandbox.start()
    billing.odoo.start()
    end_of_day(billing, store)
    kill_when(billing, lambda: billing.entities('JournalEntry'))
    end_of_day(billing, store)
    billing.settle()
    assert_same_entries(billing)
    assert len(billing.entities('JournalEntry')) == 1
    assert not billing.entities('Invoice')


def test_kill_9_at_any_moment_of_an_end_of_day_loses_and_doubles_nothing(billing, store):
    chance = random.Random(SEED)
    customer, products = billing.synced_customer('Harbor Pools'), billing.products('Skimmer basket', 'Filter clean')
    billing.sandbox.ask('faults', {'name': 'slow', 'times': None, 'seconds': 0.03})
    for _round in range(ROUNDS):
        for quantity in range(1, 9):
            billing.invoice(customer, products, quantity=quantity)
        with ThreadPoolExecutor() as pool:
            user = pool.submit(end_until_gone, billing, store)
            time.sleep(chance.uniform(0, 0.6))  # Waits for nothing: any moment will do.
            billing.odoo.kill9()
            user.result()
        billing.odoo.start()
    end_of_day(billing, store)
    billing.settle()
    assert_same_entries(billing)
    end_of_day(billing, store)
    assert_same_entries(billing)


def end_of_day(billing, store):
    """Press *End of Day*."""
    billing.call('qbo.store', 'action_end_of_day', [store])


def end_until_gone(billing, store):
    with suppress(*GONE):
        end_of_day(billing, store)


def assert_same_entries(billing):
    """Every entry of Odoo's is there once with its total, and together they are what is booked: each item once."""
    rows = billing.call('qbo.entry', 'search_read', [], ['number', 'total', 'qbo_state', 'qbo_error'])
    assert all(row['qbo_state'] == 'synced' for row in rows), f'{rows}\n{billing.trace()}'
    there = [(row['DocNumber'], debits(row)) for row in billing.entities('JournalEntry')]
    assert sorted(there) == sorted((row['number'], cents(row['total'])) for row in rows), billing.trace()
    domain = [('parent_state', '=', 'posted'), ('date', '>=', today()), ('balance', '!=', 0)]
    booked = billing.call('account.move.line', 'search_read', domain, ['balance'])
    held = billing.call('qbo.entry.item', 'search_read', [], ['line_ref', 'balance'])
    assert sorted((row['id'], row['balance']) for row in booked) == sorted(
        (row['line_ref'], row['balance']) for row in held
    )


def debits(entity):
    detail = 'JournalEntryLineDetail'
    return sum(cents(line['Amount']) for line in entity['Line'] if line[detail]['PostingType'] == 'Debit')


def cents(amount):
    return round(amount * 100)
