"""Runs in `odoo shell`: does what users do, and counts the calls that a sandbox in a thread sees.

Each row: what was done, the calls it took, the fewest that Intuit's API allows, and the seconds of the engine.
"""

import time

from odoo.addons.quickbooks_online.sandbox.server import Sandbox

IMPORTED = 2500


class Bench:
    """A connected company and a table of what each operation cost."""

    def __init__(self, env):
        self.env = env
        self.sandbox = Sandbox(seed='empty').start()
        self.connection = env['qbo.connection'].create(
            {
                'environment': 'local',
                'local_url': self.sandbox.url,
                'client_id': self.sandbox.client_id,
                'client_secret': self.sandbox.client_secret,
                'realm_entry': self.sandbox.realm_id,
                'token_entry': self.sandbox.refresh_token(),
            }
        )
        self.connection.with_user(env.ref('base.user_admin')).action_connect_direct()
        # The engine's own transactions have to see the connection.
        env.cr.commit()

    def row(self, what, floor, action):
        """Do ``action``, run the engine, and print the row."""
        action()
        # The engine works on what users have committed.
        self.env.cr.commit()
        self.sandbox.requests.clear()
        start = time.monotonic()
        self.connection._cron_run()
        seconds = time.monotonic() - start
        calls = sum(row.path.startswith('/v3/') for row in self.sandbox.requests)
        print(f'{what:<44} {calls:>5} {floor:>5} {calls / floor:>6.1f} {seconds:>8.2f}')

    def customers(self, names):
        """Save customers as a person does, one by one."""
        return [self.env['res.partner'].create({'name': name, 'customer_rank': 1}) for name in names]

    def pull(self, source='schedule'):
        """Ask the engine to pull customers."""
        self.env['qbo.event']._append(self.connection._schedule('customers'), source)


def edit(partner, *phones):
    """Save each phone number, one after the other."""
    for phone in phones:
        partner.phone = phone


def measure(env):
    """Print the table of costs."""
    bench = Bench(env)
    print(f'{"operation":<44} {"calls":>5} {"floor":>5} {"ratio":>6} {"seconds":>8}')
    kept = []
    bench.row('create 1 customer', 1, lambda: kept.extend(bench.customers(['First'])))
    bench.row('update 1 customer', 1, lambda: edit(kept[0], '1'))
    bench.row('3 quick edits of one customer', 1, lambda: edit(kept[0], '2', '3', '4'))
    bench.row('create 30 customers', 1, lambda: bench.customers([f'Berth {number}' for number in range(30)]))
    bench.sandbox.update('Customer', kept[0].qbo_id, {'Notes': 'touched'})
    bench.row('edit one that QuickBooks changed (5010)', 3, lambda: edit(kept[0], '5'))
    bench.row('poll, nothing changed', 1, bench.pull)
    bench.sandbox.create_many('Customer', [{'DisplayName': f'Slip {number}'} for number in range(50)])
    bench.row('poll, 50 new customers', 1, bench.pull)
    existing = len(bench.sandbox.all('Customer'))
    many = [{'DisplayName': f'Buoy {number:04}'} for number in range(IMPORTED - existing)]
    bench.sandbox.create_many('Customer', many)
    bench.row(f'import {IMPORTED} customers', 3, lambda: bench.pull('import'))
    bench.sandbox.stop()
