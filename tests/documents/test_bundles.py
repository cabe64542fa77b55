from odoo.fields import Command

from ..billing import BillingCase


class TestBundles(BillingCase):
    """A bundle of QuickBooks on an invoice: lines in Odoo, which go back as the bundle that they are."""

    def setUp(self):
        super().setUp()
        parts = [(self.chlorine, 2), (self.visit, 1)]
        rows = [{'ItemRef': {'value': product.qbo_id}, 'Qty': quantity} for product, quantity in parts]
        self.kit = self.sandbox.create(
            'Item', {'Name': "Spring Kit", 'Type': 'Group', 'ItemGroupDetail': {'ItemGroupLine': rows}}
        )

    def pulled(self, *more):
        """Return an invoice of QuickBooks with the bundle and these further lines, taken over."""
        bundle = {'GroupItemRef': {'value': self.kit['Id']}, 'Quantity': 1}
        lines = [{'DetailType': 'GroupLineDetail', 'GroupLineDetail': bundle}, *more]
        entity = self.sandbox.create(
            'Invoice', {'CustomerRef': {'value': self.acme.qbo_id}, 'TxnDate': '2026-03-02', 'Line': lines}
        )
        self.pull('documents')
        self.assertNoErrors()
        self.sandbox.requests.clear()
        return self.move_of(entity)

    def edit(self, invoice, *commands):
        invoice.button_draft()
        invoice.write({'invoice_line_ids': list(commands)})
        invoice.action_post()
        self.run_engine()

    def bundles(self, invoice):
        """Return ``[[(item, quantity)]]`` of the bundles in QuickBooks; the items of other lines at the end."""
        found, single = [], []
        for line in self.in_qbo(invoice)['Line']:
            inside = line.get('GroupLineDetail', {}).get('Line')
            for row in inside or [line] if 'SubTotalLineDetail' not in line else ():
                detail = row['SalesItemLineDetail']
                (single if not inside else found).append((detail['ItemRef']['value'], detail['Qty']))
        return found, single

    def test_it_is_taken_line_by_line(self):
        invoice = self.pulled(self._item_line(self.chlorine.qbo_id, 1, 10.0))
        self.assertEqual(invoice.invoice_line_ids.mapped('quantity'), [2, 1, 1])
        self.assertEqual((invoice.amount_total, invoice.qbo_state), (175, 'synced'))

    def test_another_line_changed_here_leaves_the_bundle_as_it_is(self):
        invoice = self.pulled(self._item_line(self.chlorine.qbo_id, 1, 10.0))
        before = self.in_qbo(invoice)['Line'][0]
        self.edit(invoice, Command.update(invoice.invoice_line_ids[2].id, {'quantity': 4}))
        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        kit = [(self.chlorine.qbo_id, 2), (self.visit.qbo_id, 1)]
        self.assertEqual(self.bundles(invoice), (kit, [(self.chlorine.qbo_id, 4)]))
        self.assertEqual(self.in_qbo(invoice)['Line'][0], before)
        self.assertEqual(self.in_qbo(invoice)['TotalAmt'], 205)
        self.assertRequests('POST invoice')

    def test_a_line_added_here_leaves_the_bundle_as_it_is_and_again_nothing_is_sent(self):
        invoice = self.pulled()
        line = self._line((self.visit, 3, 145.0))
        self.edit(invoice, Command.create(line))
        kit = [(self.chlorine.qbo_id, 2), (self.visit.qbo_id, 1)]
        self.assertEqual(self.bundles(invoice), (kit, [(self.visit.qbo_id, 3)]))
        self.sandbox.requests.clear()
        invoice.action_qbo_sync()
        self.run_engine()
        self.pull('documents')
        self.run_engine()
        self.assertRequests('GET cdc')

    def test_a_line_of_the_bundle_changed_here_is_an_error_until_it_is_what_it_was(self):
        invoice = self.pulled()
        before = self.in_qbo(invoice)
        line = invoice.invoice_line_ids[0]
        self.edit(invoice, Command.update(line.id, {'quantity': 5}))
        self.assertEqual(invoice.qbo_state, 'held')
        self.assertIn("bundle “Spring Kit”", invoice.qbo_error)
        self.assertEqual(self.in_qbo(invoice), before)
        self.assertRequests()

        self.edit(invoice, Command.update(line.id, {'quantity': 2}))
        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        self.assertEqual(self.in_qbo(invoice), before)

    def test_one_line_of_the_bundle_deleted_here_is_an_error(self):
        invoice = self.pulled()
        self.edit(invoice, Command.delete(invoice.invoice_line_ids[0].id))
        self.assertIn("bundle “Spring Kit”", invoice.qbo_error)

    def test_all_lines_of_the_bundle_deleted_here_it_is_gone_there(self):
        invoice = self.pulled(self._item_line(self.chlorine.qbo_id, 1, 10.0))
        self.edit(invoice, *(Command.delete(line.id) for line in invoice.invoice_line_ids[:2]))
        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        self.assertEqual(self.bundles(invoice), ([], [(self.chlorine.qbo_id, 1)]))

    def test_a_line_of_the_bundle_changed_there_is_changed_here(self):
        invoice = self.pulled()
        bundle = self.in_qbo(invoice)['Line'][0]
        row = bundle['GroupLineDetail']['Line'][0]
        row['Amount'], row['SalesItemLineDetail']['Qty'] = 50.0, 5
        self.sandbox.update('Invoice', invoice.qbo_id, {'Line': [bundle]})
        self.pull('documents')
        self.assertEqual((invoice.invoice_line_ids.mapped('quantity'), invoice.amount_total), ([5, 1], 195))
        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
