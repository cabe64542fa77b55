"""What a server caches does not grow old when somebody changes it while a longer transaction is under way."""

import json

# A transaction that began before the change asks after it, as the engine does while it imports.
ASKED_BY_AN_OLD_TRANSACTION = """
import json
from odoo import SUPERUSER_ID, api

def models(env):
    [item] = env['qbo.connection']._collecting()
    return sorted(item.models)

connection = env['qbo.connection'].browse({connection})
found = []
for is_on in (False, True):
    with env.registry.cursor() as other:
        old = api.Environment(other, SUPERUSER_ID, {{}})
        old['res.company'].search_count([])
        before = models(env)
        connection.sudo().sync_customers = is_on
        seen_meanwhile = models(old)
        env.cr.commit()
        models(old)
        found.append([before == seen_meanwhile, 'res.partner' in models(env)])
print(json.dumps(found))
"""


def test_a_switch_counts_although_an_older_transaction_asks_meanwhile(company, odoo_shell):
    company.odoo.stop()
    found = odoo_shell(ASKED_BY_AN_OLD_TRANSACTION.format(connection=company.connection))
    assert json.loads(found.strip().splitlines()[-1]) == [[True, False], [True, True]]
