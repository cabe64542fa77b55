"""Odoo is down while a pull is due: what was planned is rows in the database, and runs when the server is back."""

import pytest

from script.process.company import until

NOBODY = 'http://127.0.0.1:9/'  # listens there: no webhook brings what the clock has to
ITSELF_S = 90  # Odoo looks for work left over once a minute

# Run in `odoo shell`, while no server runs: hours pass. `triggers` says whether those rows are still there.
PASSES = """
import datetime
hours = datetime.timedelta(hours=5)
for schedule in env['qbo.schedule'].search([('next_run', '!=', False)]):
    schedule.next_run -= hours
crons = env['ir.cron'].search([('cron_name', 'like', 'hourly check')])
triggers = env['ir.cron.trigger'].search([('cron_id', 'in', crons.ids)])
assert crons and triggers
if {triggers}:
    for trigger in triggers:
        trigger.call_at -= hours
else:
    triggers.unlink()
    for cron in crons:
        cron.nextcall -= hours
env.cr.commit()
"""


@pytest.mark.parametrize('triggers', [True, False], ids=['triggered', 'by_the_hourly_check'])
def test_a_pull_that_was_due_while_odoo_was_down_runs_when_it_is_back(company, odoo_shell, triggers):
    partner = company.synced_customer('Harbor Marine Supply')
    qbo_id = company.partner(partner)['qbo_id']
    company.sandbox.ask('webhooks', {'url': NOBODY})
    until(company.is_settled, 30, company.trace)
    company.odoo.kill9()
    company.edit_in_quickbooks(qbo_id, PrimaryPhone={'FreeFormNumber': '555-0100'})
    odoo_shell(PASSES.format(triggers=triggers))
    company.odoo.start()
    until(lambda: company.partner(partner)['phone'] == '555-0100', ITSELF_S, company.trace, every_s=1)
    assert company.count('qbo.schedule', ('next_run', '!=', False)) == 5
