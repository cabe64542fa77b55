"""The addon is uninstalled in a company that worked with it: QuickBooks is left alone, and Odoo goes on without it."""

import json

UNINSTALL = """
env['ir.module.module'].search([('name', '=', 'quickbooks_online')]).button_immediate_uninstall()
"""

# Run without the addon: what is left, and whether the documents can still be worked with.
AFTERWARDS = """
import json
invoice, draft = env['account.move'].browse([{invoice}, {draft}])
before = [invoice.amount_total, invoice.amount_residual, invoice.state]
invoice.button_draft()
invoice.invoice_line_ids[0].quantity = 4
invoice.action_post()
draft.action_post()
crons = env['ir.cron'].with_context(active_test=False).search([('cron_name', 'ilike', 'quickbooks')])
env.cr.execute("SELECT count(*) FROM information_schema.columns WHERE column_name LIKE 'qbo%'")
print(json.dumps({{
    'before': before, 'crons': len(crons), 'columns': env.cr.fetchone()[0], 'posted': [invoice.state, draft.state],
    'models': [name for name in env.registry if name.startswith('qbo.')],
    'paid': env['account.payment'].search([]).mapped('amount'),
}}))
"""


def test_uninstalled_with_documents_on_record_they_stay_and_can_be_edited(billing, odoo_shell):
    customer, products = billing.customer('Harbor Pools'), billing.products('Skimmer basket', 'Filter clean')
    invoice = billing.invoice(customer, products)
    billing.pay(invoice)
    billing.settle()
    draft = billing.draft(customer, products)
    billing.call('account.move', 'write', [draft], {'qbo_discount': 10.0})
    billing.invoice(customer, products)  # this one may still be on its way
    in_quickbooks = billing.entities('Invoice')[0]
    total = billing.call('account.move', 'read', [invoice], ['amount_total'])[0]['amount_total']
    billing.odoo.kill9()

    odoo_shell(UNINSTALL)
    left = json.loads(odoo_shell(AFTERWARDS.format(invoice=invoice, draft=draft)).splitlines()[-1])

    assert left['before'] == [total, 0, 'posted']
    assert left['posted'] == ['posted', 'posted']
    assert left['paid'] == [total]
    assert (left['crons'], left['columns'], left['models']) == (0, 0, [])
    assert billing.requests()[-1]['operation'] == 'revoke', billing.trace()
    assert billing.entities('Invoice')[0] == in_quickbooks
