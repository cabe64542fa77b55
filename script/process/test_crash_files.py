"""Odoo is killed in the middle of sending or fetching a file: it is on each side once, and no document waits for it."""

import base64
import random
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from script.process.company import BlackHole, until
from script.process.test_crash import ANSWER_S, GONE, ROUNDS, SEED
from script.process.test_crash_documents import kill_when


@pytest.fixture
def files(billing):
    """A company whose files go along."""
    billing.call('qbo.connection', 'write', [billing.connection], {'attachments': 'all'})
    return billing


def attach(company, move, *names):
    """Attach files to an invoice in Odoo."""
    vals = {'res_model': 'account.move', 'res_id': move}
    texts = [{**vals, 'name': name, 'datas': base64.b64encode(name.encode()).decode()} for name in names]
    return company.call('ir.attachment', 'create', texts)


def there(company):
    """Return the names of the files in QuickBooks."""
    return sorted(entity['FileName'] for entity in company.entities('Attachable'))


def here(company, move):
    """Return the names of the files of an invoice in Odoo."""
    domain = [('res_model', '=', 'account.move'), ('res_id', '=', move)]
    return sorted(row['name'] for row in company.call('ir.attachment', 'search_read', domain, ['name']))


def settle(company):
    """Wait until no file is on its way; what waits for a later attempt need not wait so long."""

    def is_settled():
        if company.is_settled() and not company.count('qbo.attachment', ('state', 'in', ('pending', 'sending'))):
            return True
        company.call('qbo.connection', 'action_pull_all', [company.connection])
        return False

    until(is_settled, 150, company.trace, every_s=0.5)


def assert_once(company, move, names):
    """Each file is on both sides once, and the invoice is well."""
    assert (there(company), here(company, move)) == (sorted(names), sorted(names)), company.trace()
    company.assert_same_documents()


def test_kill_9_before_an_upload_is_answered_doubles_nothing(files):
    move = files.invoice(files.synced_customer('Harbor Pools'), files.products('Skimmer basket'))
    files.settle()
    files.sandbox.ask('faults', {'name': 'slow', 'on': 'upload', 'seconds': ANSWER_S})
    attach(files, move, 'one.txt', 'two.txt')
    kill_when(files, lambda: len(there(files)) == 2)
    settle(files)
    assert_once(files, move, ['one.txt', 'two.txt'])
    # The one that was cut off stands in the log when it ends: there is no second one.
    assert sum(row['operation'] == 'upload' for row in files.requests()) <= 1, files.trace()


def test_kill_9_before_an_upload_arrives_loses_nothing(files):
    move = files.invoice(files.synced_customer('Harbor Pools'), files.products('Skimmer basket'))
    files.settle()
    files.sandbox.kill9()
    with BlackHole(files.sandbox.port) as hole:
        attach(files, move, 'one.txt')
        until(lambda: hole.calls, 10, lambda: 'Odoo did not call QuickBooks.')
        files.odoo.kill9()
    files.sandbox.start()
    files.odoo.start()
    settle(files)
    assert_once(files, move, ['one.txt'])


def test_kill_9_at_any_moment_loses_and_doubles_no_file(files):
    chance, names = random.Random(SEED), []
    move = files.invoice(files.synced_customer('Harbor Pools'), files.products('Skimmer basket'))
    files.settle()
    [row] = files.moves()
    files.sandbox.ask('faults', {'name': 'slow', 'times': None, 'seconds': 0.03})
    for round_ in range(ROUNDS):
        with ThreadPoolExecutor() as pool:
            user = pool.submit(work, files, move, round_, names)
            time.sleep(chance.uniform(0, 0.8))  # Waits for nothing: any moment will do.
            files.odoo.kill9()
            user.result()
        files.odoo.start()
    settle(files)
    saved = here(files, row['id'])
    assert set(names) <= set(saved)
    assert_once(files, move, list(dict.fromkeys(saved)))


def work(company, move, round_, names):
    """Attach files one after the other until the server is gone; note those that Odoo confirmed."""
    with suppress(*GONE):
        for number in range(9):
            attach(company, move, f'{round_}.{number}.txt')
            names.append(f'{round_}.{number}.txt')
