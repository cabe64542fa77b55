"""A company that works in Odoo and in QuickBooks at once: what its people do, and what the two sides then say."""

import contextlib
import socket
import threading
import time

from script.lib import servers

NUDGE_S = 0.5
SETTLE_S = 60
PATIENCE = 3
USUAL_S = 0.02  # what `_slowness` times takes on the machine that the limits are for


def _slowness():
    """Return how many times as long things may take here as on the machine that the limits are for.

    1 there, and on any machine about as quick. One that is several times as slow is not so at an even pace: it gets
    twice of what was measured.
    """
    began = time.process_time()
    for _time in range(3):
        exec('for i in range(300000): pass', {})
    ratio = (time.process_time() - began) / 3 / USUAL_S
    return 2 * ratio if ratio > 1.5 else 1


SLOWNESS = _slowness()


def until(condition, within_s, otherwise, every_s=0.02):
    """Return what the condition returns as soon as that is true; fail when it takes too long.

    :param within_s: on a machine of its own and as quick as usual; one that is busy with something else gets
        :data:`PATIENCE` times as long, a slow one :data:`SLOWNESS` times that
    :param otherwise: a function that returns what the failure says
    """
    deadline = time.monotonic() + within_s * PATIENCE * SLOWNESS
    while not (result := condition()):
        assert time.monotonic() < deadline, f'Not within {within_s} s. {otherwise()}'
        time.sleep(every_s)
    return result


def seconds(function, *args, **kwargs):
    """Return how long a call takes."""
    began = time.monotonic()
    function(*args, **kwargs)
    return time.monotonic() - began


class Company:
    """An Odoo company and its QuickBooks company.

    People act as users do, by RPC; QuickBooks' people through the sandbox's admin API.

    :param servers.OdooServer odoo: running
    :param servers.SandboxServer sandbox: running
    :param str realm: QuickBooks company; the sandbox's first one when left out
    :param int company_id: Odoo company; the first one when left out
    """

    def __init__(self, odoo, sandbox, realm=None, company_id=None):
        self.odoo, self.sandbox = odoo, sandbox
        self.realm = realm or sandbox.ask('keys')['realm_id']
        self.company_id = company_id or odoo.execute('res.company', 'search', [], limit=1)[0]
        self.connection = servers.connect(odoo, sandbox, realm=self.realm, company_id=self.company_id)

    def call(self, model, method, *args, odoo=None, context=None, **kwargs):
        """Call a method by RPC, as the company's administrator."""
        context = {'allowed_company_ids': [self.company_id], **(context or {})}
        return (odoo or self.odoo).execute(model, method, *args, context=context, **kwargs)

    # === WHAT PEOPLE DO === #

    def customer(self, name, **vals):
        """Save a new customer and return its id."""
        return self.customers([name], **vals)[0]

    def customers(self, names, **vals):
        """Save new customers in one go and return their ids."""
        return self.call('res.partner', 'create', [{'name': name, 'customer_rank': 1, **vals} for name in names])

    def synced_customer(self, name, **vals):
        """Save a new customer and return its id when it is in QuickBooks."""
        partner = self.customer(name, **vals)
        until(lambda: self.state_of(partner) == 'synced', SETTLE_S, self.trace)
        return partner

    def edit(self, partner, **vals):
        """Change a customer in Odoo."""
        self.call('res.partner', 'write', [partner], vals)

    def create_in_quickbooks(self, **values):
        """Save a new customer in QuickBooks and return its id."""
        return self.sandbox.ask(f'entities/Customer?realm={self.realm}', values)['Id']

    def edit_in_quickbooks(self, qbo_id, **values):
        """Change a customer in QuickBooks."""
        self.sandbox.ask(f'entities/Customer/{qbo_id}?realm={self.realm}', values)

    def run_now(self, name='customers'):
        """Press *Run now* on a schedule, the customers' or another: the engine starts."""
        domain = [('qbo_company_id.connection_ids', '=', self.connection), ('name', '=', name)]
        schedules = self.call('qbo.schedule', 'search', domain)
        self.call('qbo.schedule', 'action_run_now', schedules)

    def settle(self, within_s=SETTLE_S):
        """Wait until nothing is on its way to QuickBooks."""
        self.nudge_until(self.is_settled, within_s)

    def nudge_until(self, condition, within_s=SETTLE_S):
        """Wait until a condition is true, pressing *Run now* so that pauses are over when they are."""
        until(lambda: condition() or self.run_now(), within_s, self.trace, every_s=NUDGE_S)

    # === WHAT THE TWO SIDES SAY === #

    def is_quiet(self):
        """Tell whether nothing is on its way in either direction."""
        return self.is_settled() and not self.sandbox.ask('webhooks')['undelivered'] and not self.count('qbo.event')

    def is_settled(self):
        """Tell whether the outbox is empty and every request is answered."""
        return not self.count('qbo.change') and not self.count('qbo.request', ('state', '=', 'unanswered'))

    def count(self, model, *domain):
        """Return how many rows of the connection there are."""
        of_connection = 'connection_id' if model in ('qbo.change', 'qbo.event') else 'qbo_company_id.connection_ids'
        return self.call(model, 'search_count', [(of_connection, '=', self.connection), *domain])

    def partner(self, partner, *names):
        """Return a customer as Odoo's user sees it."""
        return self.call('res.partner', 'read', [partner], [*names, 'name', 'phone', 'qbo_id', 'qbo_state'])[0]

    def named(self, name):
        """Return the ids of Odoo's customers of this name."""
        return self.call('res.partner', 'search', [('name', '=', name)])

    def state_of(self, partner):
        return self.partner(partner)['qbo_state']

    def entity(self, qbo_id):
        """Return a customer as QuickBooks' user sees it."""
        return self.sandbox.ask(f'entities/Customer/{qbo_id}?realm={self.realm}')

    def entities(self, kind='Customer'):
        """Return all customers in QuickBooks, or all of another type."""
        return self.sandbox.ask(f'entities/{kind}?realm={self.realm}')

    def has(self, name):
        """Tell whether QuickBooks has a customer of this name."""
        return any(entity['DisplayName'] == name for entity in self.entities())

    def requests(self):
        """Return what Odoo asked of QuickBooks' company and tokens, oldest first."""
        log = self.sandbox.ask('requests')
        return [row for row in log if row['realm'] in ('', self.realm)]

    def pulls(self):
        """Return how often Odoo asked for the news."""
        return sum(row['operation'] == 'cdc' for row in self.requests())

    def writes(self):
        """Return the requests that create or change something."""
        return [row for row in self.requests() if row['operation'] in ('create', 'update', 'batch')]

    def assert_same_on_both_sides(self):
        """Every customer is on both sides exactly once, with the same values, and Odoo knows the version."""
        in_odoo = sorted(self._customers_in_odoo())
        in_quickbooks = sorted(map(_facts, self.entities()))
        assert in_odoo == in_quickbooks, self.trace()

    def _customers_in_odoo(self):
        domain = [('customer_rank', '>', 0)]
        links = self.call(
            'qbo.link',
            'search_read',
            [('qbo_company_id.connection_ids', '=', self.connection)],
            ['res_id', 'qbo_id', 'sync_token'],
        )
        tokens = {link['res_id']: str(link['sync_token']) for link in links}
        for row in self.call('res.partner', 'search_read', domain, ['name', 'phone', 'email', 'qbo_id', 'qbo_state']):
            values = (row['qbo_id'], tokens.get(row['id']), row['name'], row['phone'] or '', row['email'] or '')
            assert row['qbo_state'] == 'synced', f'{row}\n{self.trace()}'
            yield tuple(map(str, values))

    def trace(self):
        """Return what was asked of QuickBooks, for the message of a failing test."""
        rows = (
            '{time} {method} {path} {operation} {status} {fault} {replayed}'.format(**row) for row in self.requests()
        )
        return '\n'.join(['QuickBooks was asked:', *rows])


def _facts(entity):
    phone, email = entity.get('PrimaryPhone') or {}, entity.get('PrimaryEmailAddr') or {}
    return (
        entity['Id'],
        entity['SyncToken'],
        entity['DisplayName'],
        phone.get('FreeFormNumber', ''),
        email.get('Address', ''),
    )


class BlackHole:
    """A server that takes every call and never answers. A context manager; at its end all calls break off."""

    def __init__(self, port):
        self.port = port
        self.calls = []

    def __enter__(self):
        self._listener = socket.create_server((servers.HOST, self.port), backlog=128)
        threading.Thread(target=self._swallow, daemon=True).start()
        return self

    def _swallow(self):
        with contextlib.suppress(OSError):  # The listener was closed.
            while True:
                self.calls.append(self._listener.accept()[0])

    def __exit__(self, *_exception):
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # Ends accept().
        self._listener.close()
        for call in self.calls:
            call.close()
