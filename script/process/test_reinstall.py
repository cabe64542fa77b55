"""The addon is uninstalled and installed again: the old links are found by QuickBooks' ids, and nothing is doubled."""

from script.lib import odoo
from script.lib.workplace import ADDON
from script.process.company import Company, until

UNINSTALL = f"""
env['ir.module.module'].search([('name', '=', '{ADDON}')]).button_immediate_uninstall()
"""


def test_uninstall_and_install_again_finds_the_links_by_id(company, odoo_server, odoo_shell, database):
    kept, renamed = company.customers(['Harbor Marine Supply', 'Blue Lagoon Pools'])
    company.settle()
    ids = {partner: company.partner(partner)['qbo_id'] for partner in (kept, renamed)}
    company.odoo.stop()

    odoo_shell(UNINSTALL)
    tokens = [row['status'] for row in company.requests() if row['path'].endswith('/revoke')]
    assert tokens == [200], company.trace()
    company.edit_in_quickbooks(ids[kept], CompanyName='Harbor Marine Inc.')
    company.edit_in_quickbooks(
        ids[renamed], DisplayName='Blue Lagoon Pools and Spas'
    )  # no name to be found by any more
    odoo.run_odoo(database, '-i', ADDON)

    again = Company(odoo_server(), company.sandbox)
    again.call('qbo.connection', 'action_switch_on_customers', [again.connection])
    until(lambda: again.state_of(renamed) == again.state_of(kept) == 'synced', 60, again.trace, every_s=0.5)
    again.settle()
    assert {partner: again.partner(partner)['qbo_id'] for partner in (kept, renamed)} == ids
    assert sorted(entity['Id'] for entity in again.entities()) == sorted(ids.values()), again.trace()
    assert again.call('res.partner', 'search_count', [('customer_rank', '>', 0)]) == 2
