"""Two at once: processes, companies, users, and the engine between them."""

from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from statistics import median

import pytest

from script.lib import postgres
from script.process.company import SLOWNESS, Company, seconds, until

SHORT_TOKEN_S = 290  # Odoo fetches a new one in the last five minutes.
HOLD_S = 2.0 * SLOWNESS  # how long a user's transaction stays open, at most
ENGINE_S = min(3 * SLOWNESS, 20)  # how long the engine waits for an answer meanwhile: less than it waits at most
A_MOMENT_S = 1.0 * SLOWNESS
EDITED = 5  # invoices that change in QuickBooks at once
IMPORTED = 600  # customers: less than a page

# Run in `odoo shell`: a user's transaction that is open until somebody says so, and then goes on with its old snapshot.
LONG_EDIT = """
import pathlib, time
opened, go_on = pathlib.Path({opened!r}), pathlib.Path({go_on!r})
env.cr.rollback()
partner = env['res.partner'].browse({partner})
partner.write({vals})
env.flush_all()
opened.touch()
while not go_on.exists():
    time.sleep(0.01)
partner.write({{'city': 'Long Beach'}})
env.cr.commit()
print('committed')
"""


def test_two_processes_refresh_the_token_at_once(odoo_server, sandbox_server):
    first, sandbox = odoo_server(), sandbox_server(['--seed', 'empty'])
    settings = {'rotation_window_s': 0, 'reuse_revokes': True}
    sandbox.ask('settings', {'access_token_s': SHORT_TOKEN_S, **settings})
    company = Company(first, sandbox)
    second = odoo_server()
    company.call('qbo.connection', 'read', [company.connection], ['state'], odoo=second)
    sandbox.ask('settings', {'access_token_s': 3600})
    sandbox.ask('faults', {'name': 'slow', 'on': 'token', 'seconds': 1})
    before = tokens(company)
    with ThreadPoolExecutor() as pool:
        presses = [pool.submit(press_test, company, odoo) for odoo in (first, second)]
        company.customer('Saved at the same moment')
        assert [press.result() for press in presses] == ['success', 'success'], company.trace()
    company.settle()
    assert tokens(company) == before + 1, company.trace()
    assert company.call('qbo.connection', 'read', [company.connection], ['state'])[0]['state'] == 'connected'
    company.assert_same_on_both_sides()


def press_test(company, odoo):
    """Press *Test connection* and return how the answer looks."""
    return company.call('qbo.connection', 'action_test', [company.connection], odoo=odoo)['params']['type']


def tokens(company):
    """Return how often Odoo asked for a new token."""
    return sum(row['operation'] == 'token' for row in company.requests())


def test_a_slow_realm_does_not_delay_another(company):
    other = second_company(company)
    for each in (company, other):
        each.synced_customer('Warm-up', company_id=each.company_id)
    until(lambda: company.is_quiet() and other.is_quiet(), 10, company.trace)
    company.sandbox.ask('faults', {'name': 'slow', 'on': 'customer', 'path': company.realm, 'seconds': ENGINE_S})
    slow = company.customer('Slow Marine Supply', company_id=company.company_id)
    until(lambda: company.has('Slow Marine Supply'), 10, company.trace)
    other.customer('Quick Marine Supply', company_id=other.company_id)
    time = seconds(until, lambda: other.has('Quick Marine Supply'), 10, other.trace)
    print(f'beside a slow realm: {time * 1000:.0f} ms')
    assert company.state_of(slow) == 'pending', 'the slow realm was not slow'
    assert time < A_MOMENT_S
    for each in (company, other):
        each.settle()
    assert {row['DisplayName'] for row in company.entities()} == {'Warm-up', 'Slow Marine Supply'}
    assert {row['DisplayName'] for row in other.entities()} == {'Warm-up', 'Quick Marine Supply'}


def second_company(company):
    """Return a second company of the same Odoo and the same sandbox, connected to another realm."""
    realm = company.sandbox.ask('keys')['realms'][1]['id']
    new = company.call('res.company', 'create', [{'name': 'Second Shore'}])[0]
    company.call('res.users', 'write', [company.odoo.uid['admin']], {'company_ids': [(4, new)]})
    return Company(company.odoo, company.sandbox, realm, new)


@pytest.fixture
def long_edit(odoo_shell, tmp_path):
    """A function that starts a user's edit and returns when it is open; call what it returned to have it committed."""
    with ThreadPoolExecutor() as pool:

        def start(partner, **vals):
            opened, go_on = tmp_path / 'opened', tmp_path / 'go_on'
            code = LONG_EDIT.format(opened=str(opened), go_on=str(go_on), partner=partner, vals=vals)
            edit = pool.submit(odoo_shell, code)
            until(lambda: opened.exists() or edit.done(), 30, lambda: 'The shell did not start.')
            return lambda: go_on.touch() or edit.result()

        yield start
        (tmp_path / 'go_on').touch()


def test_a_user_edit_does_not_conflict_with_the_engine(company, long_edit):
    """While it is open, others save, and the engine sends the same customer and takes news of it."""
    partner = company.synced_customer('Harbor Marine Supply')
    qbo_id = company.partner(partner)['qbo_id']
    company.sandbox.ask('faults', {'name': 'slow', 'on': 'customer', 'seconds': ENGINE_S})
    company.edit(partner, phone='555-0100')
    commit = long_edit(partner, email='harbor@example.com')
    company.synced_customer('Somebody else saves')
    until(company.is_quiet, 10, company.trace)
    seen = company.pulls()
    company.edit_in_quickbooks(qbo_id, Notes='Gate code 7')
    until(lambda: engine_waits(company, seen), 10, company.trace)
    assert 'committed' in commit()
    until(lambda: 'Gate code 7' in str(company.partner(partner, 'comment')['comment']), 30, company.trace)
    company.settle()
    assert company.partner(partner, 'email')['email'] == 'harbor@example.com'
    assert company.entity(qbo_id)['BillAddr']['City'] == 'Long Beach'
    assert company.entity(qbo_id)['Notes'] == 'Gate code 7'
    company.assert_same_on_both_sides()


def test_a_customer_that_quickbooks_has_too_waits_for_the_user_who_has_it_open(company, long_edit):
    """It is in no link yet when the engine finds that the two are one."""
    company.sandbox.ask('faults', {'name': 'data_fault', 'on': 'customer', 'code': '2040', 'detail': 'Not today'})
    partner = company.customer('Harbor Marine Supply')
    until(lambda: company.state_of(partner) == 'error', 10, company.trace)
    commit = long_edit(partner, email='harbor@example.com')
    qbo_id = company.create_in_quickbooks(DisplayName='Harbor Marine Supply', Notes='Gate code 7')
    waiting = [('qbo_id', '=', qbo_id), ('res_id', '=', False), ('direction', '=', 'pull')]
    company.nudge_until(lambda: company.count('qbo.link', *waiting))
    company.synced_customer('Somebody else saves')
    assert company.count('qbo.link', *waiting) == 1, company.trace()
    assert 'committed' in commit()
    until(lambda: company.partner(partner)['qbo_id'] == qbo_id, 30, company.trace)
    company.settle()
    assert company.count('qbo.link', ('qbo_id', '=', qbo_id)) == 1
    assert 'Gate code 7' in str(company.partner(partner, 'comment')['comment'])
    assert company.entity(qbo_id)['PrimaryEmailAddr']['Address'] == 'harbor@example.com'
    company.assert_same_on_both_sides()


def test_a_user_does_not_wait_behind_another_users_open_edit(company, long_edit):
    """The engine takes news of three customers; the second is being edited. Whoever saves the others must not wait."""
    first, busy, last = map(company.synced_customer, ('First Pool', 'Busy Pool', 'Last Pool'))
    commit = long_edit(busy, email='busy@example.com')
    until(company.is_quiet, 10, company.trace)
    seen = company.pulls()
    for partner in (first, busy, last):
        company.edit_in_quickbooks(company.partner(partner)['qbo_id'], Notes='Gate code 7')
    until(lambda: engine_waits(company, seen), 10, company.trace)
    with ThreadPoolExecutor() as pool:
        saves = [pool.submit(company.edit, partner, phone='555-0100') for partner in (first, last)]
        waiting = wait(saves, timeout=HOLD_S).not_done
        assert 'committed' in commit()
        assert not waiting, 'a user waited for the engine, which waited for another user'
    company.settle()
    company.assert_same_on_both_sides()


@pytest.mark.alone
def test_who_posts_an_invoice_neither_fails_nor_waits_for_the_engine(billing):
    """While QuickBooks takes its time with another invoice, and while the engine takes those that changed there."""
    post = partial(billing.invoice, billing.customer('Harbor Pools'), billing.products('Skimmer basket', 'Filter'))
    alone = median(seconds(post) for _number in range(EDITED))
    billing.settle()
    billing.sandbox.ask('faults', {'name': 'slow', 'on': 'invoice', 'seconds': ENGINE_S})
    slow = post()
    until(lambda: len(billing.entities('Invoice')) > EDITED, 10, billing.trace)
    beside = [seconds(post) for _number in range(3)]
    assert slow not in billing.synced_moves(), 'the engine was not in a slow call'
    billing.settle()
    edited = [billing.edit_invoice_in_quickbooks(row) for row in billing.entities('Invoice')[:EDITED]]
    # More webhooks a minute than are asked about at once would wait for the minute to pass.
    billing.run_now('documents')
    until(lambda: billing.has_taken(edited) or beside.append(seconds(post)), 30, billing.trace)
    print(f'to post an invoice: {alone * 1000:.0f} ms alone, {max(beside) * 1000:.0f} ms at most beside the engine')
    assert max(beside) < 3 * alone + 0.5 * SLOWNESS
    assert len(beside) > 4, 'the engine was done before anybody posted'
    billing.settle()
    billing.assert_same_documents()


def test_what_a_person_saves_during_an_import_goes_before_the_rest_of_its_page(company):
    """All that is imported comes on one page, so that nothing of it is asked for after that."""
    partner = company.synced_customer('Harbor Marine Supply')
    qbo_id = company.partner(partner)['qbo_id']
    for number in range(IMPORTED):
        company.create_in_quickbooks(DisplayName=f'Berth {number:04}', GivenName='Ada', BillAddr={'Line1': 'Pier 9'})
    company.call('qbo.connection', 'action_import_customers', [company.connection])
    imported = [('name', '=like', 'Berth%'), ('res_id', '!=', False)]
    until(lambda: company.count('qbo.link', *imported), 30, company.trace)
    times, left = [], []
    while company.count('qbo.link', *imported) < IMPORTED:
        phone = f'555-{len(times):04}'
        company.edit(partner, phone=phone)
        there = partial(has_phone, company, qbo_id, phone)
        times.append(seconds(until, there, 30, company.trace))
        left.append(IMPORTED - company.count('qbo.link', *imported))
    print('from a save to QuickBooks during an import:', *(f'{time * 1000:.0f} ms' for time in times))
    assert len(times) > 1 and left[0] > 0, 'the import was done before anybody saved'
    company.settle()
    assert company.count('qbo.link', *imported) == IMPORTED


def has_phone(company, qbo_id, phone):
    return company.entity(qbo_id).get('PrimaryPhone', {}).get('FreeFormNumber') == phone


def engine_waits(company, seen):
    """Tell whether the engine has pulled since, and now waits for a user or, better, is done."""
    return company.pulls() > seen and (lock_waits(company) or company.is_quiet())


def lock_waits(company):
    """Return how many transactions wait for another one."""
    waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = '{}' AND wait_event_type = 'Lock'"
    return postgres.execute(waits.format(company.odoo.database))[0][0]
