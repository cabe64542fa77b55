"""Runs in `odoo shell`: does what users do, and counts the calls that a sandbox in a thread sees.

Each row: what was done, the calls it took, the fewest that Intuit's API allows, and the seconds of the engine.
"""

import time

from odoo.addons.quickbooks_online.sandbox.server import Sandbox

IMPORTED = 2500


class Bench:
    """A connected company and a table of what each operation cost."""

    def __init__(self, env):
        self.env, self.missed = env, []
        self.sandbox = Sandbox(seed='empty').start()
        self.connection = env['qbo.connection'].create(
            {
                'environment': 'local',
                'local_url': self.sandbox.url,
                'client_id': self.sandbox.client_id,
                'client_secret': self.sandbox.client_secret,
                'realm_entry': self.sandbox.realm_id,
                'token_entry': self.sandbox.refresh_token(),
                'sync_customers': True,
            }
        )
        self.as_admin().action_connect_direct()
        # The engine's own transactions have to see the connection.
        env.cr.commit()

    def as_admin(self):
        """Return the connection as its administrator, who may press its buttons."""
        return self.connection.with_user(self.env.ref('base.user_admin'))

    def head(self):
        """Print the first line of a table."""
        print(f'{"operation":<48} {"calls":>5} {"floor":>5} {"ratio":>6} {"seconds":>8} {"queries":>8}')

    def row(self, what, floor, action):
        """Do ``action``, run the engine, print the row, and return what ``action`` returned."""
        result = action()
        calls, seconds, queries = self.engine()
        print(f'{what:<48} {calls:>5} {floor:>5} {calls / floor:>6.1f} {seconds:>8.2f} {queries:>8}', flush=True)
        self.reach(what, 'calls', calls, floor)
        return result

    def reach(self, what, unit, found, goal):
        """Note a goal that is missed."""
        if round(found, 2) > goal:
            self.missed.append(f'{what}: {found:.2f} {unit}, {goal} is the goal')

    def close(self):
        """Print a line that begins with MISSED for each goal that is not reached, and stop the sandbox."""
        for line in self.missed:
            print(f'MISSED {line}', flush=True)
        self.sandbox.stop()

    def engine(self):
        """Run the engine until nothing is left to do; return the calls, seconds and database queries it took."""
        # The engine works on what users have committed.
        self.env.cr.commit()
        self.env.invalidate_all()
        self.sandbox.requests.clear()
        start, queries = time.monotonic(), self.env.cr.sql_log_count
        self.connection._cron_run()
        seconds, queries = time.monotonic() - start, self.env.cr.sql_log_count - queries
        left = [self.env[model].search_count([]) for model in ('qbo.change', 'qbo.event')]
        assert not any(left), f'the engine left {left} changes and events'
        self.assert_no_error()
        return sum(row.path.startswith('/v3/') for row in self.sandbox.requests), seconds, queries

    def assert_no_error(self):
        """Fail where a record could not be synchronized: what that costs is not what is measured."""
        failed = self.env['qbo.link'].search([('state', '=', 'error')])
        assert not failed, failed.mapped('error')

    def customers(self, names):
        """Save customers as a person does, one by one."""
        return [self.env['res.partner'].create({'name': name, 'customer_rank': 1}) for name in names]

    def pull(self, source='schedule', schedule='customers'):
        """Ask the engine to pull a schedule."""
        self.env['qbo.event']._append(self.connection._schedule(schedule), source)


def edit(partner, *phones):
    """Save each phone number, one after the other."""
    for phone in phones:
        partner.phone = phone


def measure(env):
    """Print the table of costs."""
    bench = Bench(env)
    bench.head()
    (first,) = bench.row('create 1 customer', 1, lambda: bench.customers(['First']))
    bench.row('update 1 customer', 1, lambda: edit(first, '1'))
    bench.row('3 quick edits of one customer', 1, lambda: edit(first, '2', '3', '4'))
    bench.row('create 30 customers', 1, lambda: bench.customers([f'Berth {number}' for number in range(30)]))
    bench.sandbox.update('Customer', first.qbo_id, {'Notes': 'touched'})
    bench.row('edit one that QuickBooks changed (5010)', 3, lambda: edit(first, '5'))
    bench.row('poll, nothing changed', 1, bench.pull)
    bench.sandbox.create_many('Customer', [{'DisplayName': f'Slip {number}'} for number in range(50)])
    bench.row('poll, 50 new customers', 1, bench.pull)
    existing = len(bench.sandbox.all('Customer'))
    # The import leaves out whom it knows no first name or address of.
    known = {'GivenName': 'Ada', 'BillAddr': {'Line1': '9 Pier Street'}}
    many = [{'DisplayName': f'Buoy {number:04}', **known} for number in range(IMPORTED - existing)]
    bench.sandbox.create_many('Customer', many)
    bench.row(f'import {IMPORTED} customers', 3, lambda: bench.pull('import'))
    bench.close()
