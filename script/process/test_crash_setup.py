"""The first run of the setup is killed in the middle, and goes on by itself after the restart."""

from script.process.company import until

HERE = 60
THERE = 600  # so many that there is a middle to be seen
RUN_S = 120


def test_kill_9_in_the_middle_of_the_first_run_loses_and_doubles_nothing(company):
    company.call('qbo.connection', 'action_switch_off_customers', [company.connection])
    company.customers([f'Only in Odoo {number}' for number in range(HERE)])
    for number in range(THERE):
        company.create_in_quickbooks(
            DisplayName=f'Only there {number}', GivenName='Ada', BillAddr={'Line1': f'{number} Pier'}
        )
    setup = begin(company)
    until(lambda: 10 < done(company, setup) < THERE, RUN_S, company.trace)
    company.odoo.kill9()
    company.odoo.start()

    until(lambda: progress(company, setup)['state'] == 'done', RUN_S, lambda: progress(company, setup), every_s=1)

    [customers] = progress(company, setup)['kinds']
    assert (customers['done'], customers['failed']) == (customers['total'], 0)
    names = [entity['DisplayName'] for entity in company.entities()]
    assert sorted(names) == sorted(set(names)) and len(names) >= HERE + THERE
    company.assert_same_on_both_sides()


def begin(company):
    """Go through the setup to Save & Sync, for customers only; return its id."""
    company.call('qbo.setup', 'action_open')
    [setup] = company.call('qbo.setup', 'search', [('connection_id', '=', company.connection)])
    company.call('qbo.setup', 'write', [setup], {'want_products': False, 'want_billing': False})
    while company.call('qbo.setup', 'read', [setup], ['step'])[0]['step'] != 'preview':
        until(lambda: not company.call('qbo.setup', 'read', [setup], ['task'])[0]['task'], RUN_S, company.trace)
        company.call('qbo.setup', 'action_next', [setup])
    until(lambda: not company.call('qbo.setup', 'read', [setup], ['task'])[0]['task'], RUN_S, company.trace)
    company.call('qbo.setup', 'action_save_and_sync', [setup])
    return setup


def progress(company, setup):
    return company.call('qbo.setup', 'progress', [setup])


def done(company, setup):
    return progress(company, setup)['kinds'][0]['done']
