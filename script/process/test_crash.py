"""Odoo is killed in the middle of its work, as by a power cut, and started again.

The moments are those after which something must not be forgotten (design 5): the request is stored and not sent; it
is in QuickBooks and not answered. What the user saved is what Odoo's database says after the restart.
"""

import random
import threading

import pytest

from script.process.company import BlackHole, Company, until

ANSWER_S = 60  # longer than Odoo lives then
ITSELF_S = 90  # Odoo looks for work left over once a minute
ROUNDS = 3
CUSTOMERS = 60


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


@pytest.mark.parametrize('workers', [0, 2])
def test_kill_9_at_any_moment_loses_and_doubles_nothing(odoo_server, sandbox_server, workers):
    company = Company(odoo_server(workers=workers), sandbox_server(['--seed', 'empty']))
    company.sandbox.ask('faults', {'name': 'slow', 'times': None, 'seconds': 0.03})
    chance = random.Random(workers)
    for number in range(ROUNDS):
        user = threading.Thread(target=work, args=(company, random.Random(number), number))
        user.start()
        enough = chance.randrange(2, CUSTOMERS // ROUNDS)
        seen = len(company.writes())
        kill_when(company, lambda enough=enough, seen=seen: len(company.writes()) >= seen + enough, user)
    company.settle()
    company.assert_same_on_both_sides()


def kill_when(company, condition, *users):
    """Kill Odoo as soon as the condition is true, and start it when its users have noticed."""
    until(condition, 30, company.trace, every_s=0.001)
    company.odoo.kill9()
    for user in users:
        user.join()
    company.odoo.start()


def work(company, chance, number):
    """Save customers and edit some of them, until the server is gone."""
    saved = []
    try:
        for place in range(CUSTOMERS // ROUNDS):
            saved += company.customers(
                [f'Customer {number}.{place}.{part}' for part in range(chance.choice([1, 1, 1, 4]))]
            )
            company.edit(chance.choice(saved), phone=f'555-{number}-{place}')
            company.edit(chance.choice(saved), email=f'someone{place}@example.com')
    except (OSError, ValueError, SyntaxError):
        return  # The connection broke: ...
