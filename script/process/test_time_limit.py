"""Odoo's time limits: an import outlives them, and a server that starts itself anew comes back."""

import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor

from script.process.company import SLOWNESS, Company, until

IMPORTED = 2000
LIMIT_S = round(15 * SLOWNESS)  # of a worker, also of one that runs scheduled actions; Odoo ends idle ones of these too
WITHIN_S = 75
WORK_S = 2  # how often somebody saves meanwhile


def test_an_import_of_2000_outlives_the_time_limit_of_workers(odoo_server, sandbox_server):
    """A run ends before the limit and the next one goes on from there; nobody who works meanwhile is thrown out."""
    sandbox = sandbox_server(['--seed', 'empty'])
    realm = sandbox.ask('keys')['realm_id']

    def create(number):
        values = {'DisplayName': f'Berth {number:04}', 'GivenName': 'Ada', 'BillAddr': {'Line1': 'Pier 9'}}
        sandbox.ask(f'entities/Customer?realm={realm}', values)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(create, range(IMPORTED)))
    odoo = odoo_server(workers=2, options=[f'--limit-time-real={LIMIT_S}'])
    company = Company(odoo, sandbox)
    partner = company.customer('Harbor Marine Supply')
    company.call('qbo.connection', 'action_import_customers', [company.connection])
    imported = [('name', '=like', 'Berth%'), ('res_id', '!=', False)]

    def is_done():
        company.edit(partner, phone=f'555-{time.monotonic():.0f}')
        return company.count('qbo.link', *imported) == IMPORTED

    until(is_done, WITHIN_S, company.trace, every_s=WORK_S)
    assert company.call('res.partner', 'search_count', [('name', '=like', 'Berth%')]) == IMPORTED
    log = odoo.log.read_text(errors='replace')
    assert 'WorkerHTTP' not in ''.join(line for line in log.splitlines() if 'timeout after' in line), odoo.log
    runs = [float(seconds) for seconds in re.findall(r"QuickBooks: synchronize .*duration ([0-9.]+)s", log)]
    print('runs of the engine:', *(f'{run:.1f} s' for run in runs))
    assert max(runs) < LIMIT_S, runs
    assert company.count('qbo.request', ('operation', '=', 'read')) < IMPORTED / 50, company.trace()


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
