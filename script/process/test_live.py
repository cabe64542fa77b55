"""What a user sees with the servers running: an edit is on the other side a moment later."""

import time

import pytest

from script.lib import servers


@pytest.fixture(params=[0, 2], ids=['threads', 'workers'])
def pair(request, odoo_server, sandbox_server):
    """A running Odoo and a running sandbox, connected."""
    odoo, sandbox = odoo_server(workers=request.param), sandbox_server()
    servers.connect(odoo, sandbox)
    return odoo, sandbox


def seconds_until(condition, limit_s=10):
    """Return how long it took until the condition held."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < limit_s, 'it never happened'
        time.sleep(0.02)
    return time.monotonic() - start


def test_an_edit_in_odoo_is_in_quickbooks_within_a_second(pair):
    odoo, sandbox = pair

    def phones():
        customers = sandbox.ask('entities/Customer')
        return [customer.get('PrimaryPhone', {}).get('FreeFormNumber') for customer in customers]

    partner = odoo.execute('res.partner', 'create', [{'name': 'Blue Lagoon Hotel', 'customer_rank': 1, 'phone': '1'}])
    seconds_until(lambda: '1' in phones())

    odoo.execute('res.partner', 'write', partner, {'phone': '555 0100'})
    assert seconds_until(lambda: '555 0100' in phones()) < 1


def test_an_edit_in_quickbooks_is_in_odoo_at_once(pair):
    odoo, sandbox = pair
    customer = sandbox.ask('entities/Customer', {'DisplayName': 'Sunset Pools'})
    domain = [('name', '=', 'Sunset Pools')]
    seconds_until(lambda: odoo.execute('res.partner', 'search', domain))

    sandbox.ask(f'entities/Customer/{customer["Id"]}', {'PrimaryPhone': {'FreeFormNumber': '555 0199'}})
    by_phone = [*domain, ('phone', '=', '555 0199')]
    assert seconds_until(lambda: odoo.execute('res.partner', 'search', by_phone)) < 5
