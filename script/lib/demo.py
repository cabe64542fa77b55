"""Keeps a demo running: a database of its own, a sandbox, an Odoo server, and the connection between them."""

import argparse
import fcntl
import signal
import sys

from . import databases, demo_switches, odoo, postgres, servers
from .workplace import ADDON, HOME, Failure, key_of, main, step

SANDBOX_DATA = HOME / 'demo.sqlite'
STATE = HOME / 'demo.key'
GREETING = """
Odoo         {odoo}/odoo      log in as admin, password admin
QuickBooks   {sandbox}        the sandbox: nobody has to log in

Three things to try:
  1. In Odoo create an invoice (Invoicing, Customers, Invoices) and confirm it: a second later its badge says QBO and
     QuickBooks has it. Press Pay, and QuickBooks has the payment too.
  2. In QuickBooks open that invoice: change it, receive a payment for it, or void it. Odoo has it at once.
  3. In Odoo open QuickBooks: the connection with its settings and taxes, and what was sent and why.

Ctrl-C stops everything.
"""


SETUP_GREETING = """
Odoo         {odoo}/odoo      log in as admin, password admin
QuickBooks   {sandbox}        the sandbox: nobody has to log in

The two do not know each other yet. In Odoo open Invoicing, QuickBooks, Set Up, and enter:
  Environment             Local sandbox
  Local Sandbox Address   {sandbox}
  Client ID               {client_id}
  Client Secret           {client_secret}

Ctrl-C stops everything.
"""


def demo(*arguments):
    """Run the demo until Ctrl-C."""
    options = parse(arguments)
    with open(HOME / 'demo.lock', 'w') as lock:
        check_alone(lock)
        check_ports(options)
        run_demo(options)


def run_demo(options):
    postgres.connect_to('demo')
    if options.reset:
        STATE.unlink(missing_ok=True)
    database = demo_database()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    step('sandbox')
    seed = ['--seed', 'sample', '--country', options.country]
    with servers.SandboxServer(SANDBOX_DATA, seed, port=options.sandbox_port) as sandbox:
        step('Odoo')
        with servers.OdooServer(database, options.workers, port=options.odoo_port) as server:
            server.execute('ir.config_parameter', 'set_param', 'web.base.url', server.url)
            greeting, keys = GREETING, sandbox.ask('keys')
            if options.unconnected:
                greeting = SETUP_GREETING
                demo_switches.make_alike(server)
            else:
                ensure_connected(server, sandbox, options.country)
            print(greeting.format(odoo=server.url, sandbox=sandbox.url, **keys), flush=True)
            wait(server, sandbox)


def parse(arguments):
    parser = argparse.ArgumentParser('script/demo')
    parser.add_argument('--odoo-port', type=int, default=8069)
    parser.add_argument('--sandbox-port', type=int, default=8790)
    parser.add_argument('--country', choices=('US', 'CA', 'GB'), default='US')
    parser.add_argument('--workers', type=int, default=0)
    parser.add_argument('--reset', action='store_true')
    parser.add_argument('--unconnected', action='store_true')
    return parser.parse_args(arguments)


def check_alone(lock):
    """Refuse a second demo on the same database and the same QuickBooks."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise Failure('The demo of this checkout is running already: stop it first.') from error


def check_ports(options):
    """Refuse ports that are in use, and say how to choose others."""
    for option in ('odoo_port', 'sandbox_port'):
        port = getattr(options, option)
        if not servers.is_free(port):
            name = option.replace('_', '-')
            raise Failure(f'Port {port} is in use: stop what uses it, or choose another with --{name}.')


def demo_database():
    """Return the name of the demo database: made where there is none, upgraded where the addon has changed since."""
    database = odoo.database_name('demo')
    addon = key_of(*databases.addon_files())
    if not STATE.exists() or not postgres.exists(database):
        SANDBOX_DATA.unlink(missing_ok=True)
        databases.copy(databases.template(demo=True), database)
        change(database, '-i', addon)
    elif STATE.read_text() != addon:
        change(database, '-u', addon)
    return database


def change(database, option, addon):
    step('demo database')
    odoo.run_odoo(database, option, ADDON, '--with-demo', advice='see the lines above, or try script/demo --reset.')
    STATE.write_text(addon)


def ensure_connected(server, sandbox, country):
    """Connect the two, switch everything on and fill Odoo from QuickBooks, unless that was done to the end."""
    domain = [('state', '=', 'connected'), ('local_url', '=', sandbox.url), ('purchases_since', '!=', False)]
    if not server.execute('qbo.connection', 'search', domain):
        step('connection')
        connection = servers.connect(server, sandbox, company_id=demo_switches.company_of(server, country))
        demo_switches.switch_on(server, connection)
        demo_switches.switch_on_purchases(server, connection)


def wait(*running):
    """Wait for Ctrl-C; raise Failure when one of the servers ends by itself."""
    while True:
        for server in running:
            if server.ended(within_s=1):
                raise Failure(f'{server.name} has ended: see {server.log}')


if __name__ == '__main__':
    main(demo, *sys.argv[1:])
