"""Odoo's time limits: an import outlives them, and a server that starts itself anew comes back."""

import signal
from concurrent.futures import ThreadPoolExecutor

from script.process.company import Company, until

IMPORTED = 2000
LIMIT_S = 15  # of a worker, also of one that runs scheduled actions
WITHIN_S = 75
KILLED = ('timeout after', 'real time limit', 'CPU time limit', 'Traceback')


def test_an_import_of_2000_outlives_the_time_limit_of_workers(odoo_server, sandbox_server):
    sandbox = sandbox_server(['--seed', 'empty'])
    realm = sandbox.ask('keys')['realm_id']

    def create(number):
        values = {'DisplayName': f'Berth {number:04}', 'GivenName': 'Ada', 'BillAddr': {'Line1': 'Pier 9'}}
        sandbox.ask(f'entities/Customer?realm={realm}', values)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(create, range(IMPORTED)))
    odoo = odoo_server(workers=2, options=[f'--limit-time-real={LIMIT_S}'])
    company = Company(odoo, sandbox)
    company.call('qbo.connection', 'action_import_customers', [company.connection])
    imported = [('name', '=like', 'Berth%'), ('res_id', '!=', False)]
    until(lambda: company.count('qbo.link', *imported) == IMPORTED, WITHIN_S, company.trace, every_s=0.5)
    assert company.call('res.partner', 'search_count', [('name', '=like', 'Berth%')]) == IMPORTED
    log = odoo.log.read_text(errors='replace')
    assert not [line for line in log.splitlines() if any(word in line for word in KILLED)], odoo.log
    assert company.count('qbo.request', ('operation', '=', 'read'), ('body', 'like', 'SELECT * FROM Customer%')) < 20


def test_a_server_that_starts_itself_anew_comes_back(company):
    """As it does after a time limit: Odoo then names its Python without a folder, and looks for it on the PATH."""
    company.synced_customer('Harbor Marine Supply')
    starts = log_of(company).count('HTTP service')
    company.odoo.process.send_signal(signal.SIGHUP)
    until(lambda: log_of(company).count('HTTP service') > starts, 30, lambda: log_of(company)[-2000:])
    until(company.odoo.answers, 30, lambda: log_of(company)[-2000:])
    company.synced_customer('Sunset Pools')


def log_of(company):
    return company.odoo.log.read_text(errors='replace')
