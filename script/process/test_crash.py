"""Odoo is killed in the middle of its work, as by a power cut, and started again.

The moments are those after which something must not be forgotten (design 5): the request is stored and not sent; it
is in QuickBooks and not answered. What the user saved is what Odoo's database says after the restart.

More kills, and others: `QBO_KILLS=30 QBO_SEED=8 script/test process/test_crash.py`.
"""

import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPException
from xml.parsers.expat import ExpatError
from xmlrpc.client import ProtocolError

import pytest

from script.process.company import BlackHole, Company, until

ANSWER_S = 60  # longer than Odoo lives then
ITSELF_S = 90  # Odoo looks for work left over once a minute
ROUNDS = int(os.environ.get('QBO_KILLS', 10 if 'QBO_TEST_LONG' in os.environ else 2))
SEED = int(os.environ.get('QBO_SEED', 7))
CUSTOMERS = 20 * ROUNDS
GONE = (OSError, HTTPException, ProtocolError, ExpatError)  # of a server; the last: an answer was cut in the middle

# Run in `odoo shell`: how many seconds are left when the longest call has been given up.
MARGIN = """
from odoo.addons.base.models.ir_cron import MIN_TIME_PER_JOB
from odoo.addons.quickbooks_online.qbo.transport import CONNECT_S, READ_S
from odoo.service.server import SLEEP_INTERVAL
from odoo.tools import config
asleep = SLEEP_INTERVAL + 9
print(config['limit_time_real'] - asleep - MIN_TIME_PER_JOB - CONNECT_S - READ_S)
"""


@pytest.mark.parametrize('call, count', [('customer', 1), ('batch', 5)])
def test_kill_9_before_the_answer_came_loses_and_doubles_nothing(company, call, count):
    company.sandbox.ask('faults', {'name': 'slow', 'on': call, 'seconds': ANSWER_S})
    partners = company.customers([f'Saved before the cut {number}' for number in range(count)])
    kill_when(company, lambda: len(company.entities()) == count)
    company.customer('Saved after the cut')
    company.settle()
    company.assert_same_on_both_sides()

    company.sandbox.ask('faults', {'name': 'slow', 'on': call, 'seconds': ANSWER_S})
    company.call('res.partner', 'write', partners, {'phone': '555-0100'})
    kill_when(company, lambda: count == sum(bool(entity.get('PrimaryPhone')) for entity in company.entities()))
    company.settle()
    company.assert_same_on_both_sides()
    assert [row['replayed'] for row in company.writes()].count(True) == 2, company.trace()


def test_kill_9_before_the_request_was_sent_loses_nothing_and_the_server_goes_on_by_itself(company):
    company.sandbox.kill9()
    with BlackHole(company.sandbox.port) as hole:
        company.customers(['Saved in one go 1', 'Saved in one go 2'])
        until(lambda: hole.calls, 10, lambda: 'Odoo did not call QuickBooks.')
        company.customer('Saved while the call hangs')
        company.odoo.kill9()
    company.sandbox.start()
    company.odoo.start()
    until(company.is_settled, ITSELF_S, company.trace, every_s=1)
    company.assert_same_on_both_sides()


@pytest.mark.parametrize('workers', [0, 2], ids=['threads', 'workers'])
def test_kill_9_at_any_moment_loses_and_doubles_nothing(odoo_server, sandbox_server, workers):
    company = Company(odoo_server(workers=workers), sandbox_server(['--seed', 'empty']))
    company.sandbox.ask('faults', {'name': 'slow', 'times': None, 'seconds': 0.03})
    chance = random.Random(SEED + workers)
    for day in range(ROUNDS):
        with ThreadPoolExecutor() as pool:
            user = pool.submit(work, company, random.Random(chance.random()), day)
            enough = versions(company) + chance.randrange(1, CUSTOMERS // ROUNDS)
            until(lambda enough=enough: versions(company) >= enough, 30, company.trace)
            time.sleep(chance.uniform(0, 0.2))  # Waits for nothing: any moment will do.
            company.odoo.kill9()
            user.result()
        company.odoo.start()
    company.settle()
    company.assert_same_on_both_sides()
    assert len(company.entities()) >= ROUNDS


def kill_when(company, condition):
    """Kill Odoo as soon as the condition is true, and start it again."""
    until(condition, 30, company.trace)
    company.odoo.kill9()
    company.odoo.start()


def versions(company):
    """Return how many writes have taken effect in QuickBooks."""
    return sum(int(entity['SyncToken']) + 1 for entity in company.entities())


def work(company, chance, day):
    """Save customers and edit some of them, until the server is gone. A refusal by Odoo fails the test."""
    saved = []
    with suppress(*GONE):
        for place in range(CUSTOMERS // ROUNDS):
            count = chance.choice([1, 1, 1, 4])
            saved += company.customers([f'Customer {day}.{place}.{part}' for part in range(count)])
            company.edit(chance.choice(saved), phone=f'555-{day}-{place}')
            company.edit(chance.choice(saved), email=f'someone{place}@example.com')


def test_a_call_that_hangs_ends_before_odoo_kills_its_worker(odoo_shell):
    """A killed worker forgets to wait longer each time, and Odoo takes three of them for a broken action.

    The clock of a cron worker starts before it sleeps, not when it wakes (`WorkerCron.sleep`), and the engine may have
    worked for a while when it makes the call that hangs.
    """
    assert float(odoo_shell(MARGIN)) >= 0
