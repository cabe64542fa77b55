from odoo.fields import Command

from ..billing import BillingCase


class TestInvoiceConflict(BillingCase):
    """Where both sides changed the same of a line, the lines are one field: the connection's rule decides."""

    def both_changed(self, rule):
        """Return an invoice whose quantity is 5 in Odoo and 7 in QuickBooks, after a pull."""
        self.connection.conflict_rule = rule
        invoice = self.synced_invoice()
        self.sandbox.update('Invoice', invoice.qbo_id, {'Line': [self._item_line(self.chlorine.qbo_id, 7, 10)]})
        invoice.button_draft()
        invoice.write({'invoice_line_ids': [Command.update(invoice.invoice_line_ids.id, {'quantity': 5})]})
        invoice.action_post()
        self.pull('documents')
        self.run_engine()
        return invoice

    def assertTotals(self, invoice, total):
        self.assertEqual((invoice.amount_total, self.in_qbo(invoice)['TotalAmt']), (total, total))
        self.assertEqual((invoice.state, invoice.qbo_state), ('posted', 'synced'), invoice.qbo_error)
        self.sandbox.requests.clear()
        self.run_engine()
        self.assertRequests()

    def test_odoo_wins(self):
        self.assertTotals(self.both_changed('odoo'), 50)

    def test_quickbooks_wins(self):
        self.assertTotals(self.both_changed('qbo'), 70)

    def test_asked_about_lines_a_person_reads_what_differs(self):
        self.connection.conflict_rule = 'ask'
        invoice = self.synced_invoice(lines=[(self.chlorine, 2, 10.0), (self.visit, 1, 145.0), "Gate code 7"])
        lines = [line for line in self.in_qbo(invoice)['Line'] if line['DetailType'] != 'SubTotalLineDetail']
        lines[0] = {**lines[0], **self._item_line(self.chlorine.qbo_id, 7, 10)}
        self.sandbox.update('Invoice', invoice.qbo_id, {'Line': lines})
        invoice.button_draft()
        invoice.write({'invoice_line_ids': [Command.update(invoice.invoice_line_ids[0].id, {'quantity': 5})]})
        invoice.action_post()

        self.pull('documents')

        link = self.link(invoice)
        words = 'lines: Odoo “5 × Chlorine 5 gal = $ 50.00”, QuickBooks “7 × Chlorine 5 gal = $ 70.00”'
        self.assertEqual(link.conflict_text.replace('\xa0', ' '), words)
        detail = self.env['qbo.log'].search([('kind', '=', 'conflict'), ('link_id', '=', link.id)]).details_text
        self.assertIn('agreed “2 × Chlorine 5 gal = $ 20.00”, Odoo “5 ×', detail.replace('\xa0', ' '))
        self.assertNotIn('Weekly visit', detail)

    def test_asked_about_customer_and_terms_a_person_reads_names(self):
        self.connection.conflict_rule = 'ask'
        here, there = self.env['res.partner'].create([{'name': name, 'customer_rank': 1} for name in ("Here", "There")])
        self.run_engine()
        invoice = self.synced_invoice()
        self.sandbox.update('Invoice', invoice.qbo_id, {'CustomerRef': {'value': there.qbo_id}})
        invoice.button_draft()
        invoice.partner_id = here
        invoice.action_post()

        self.pull('documents')

        self.assertIn('customer: Odoo “Here”, QuickBooks “There”', self.link(invoice).conflict_text)

    def test_asked_odoos_stays(self):
        invoice = self.both_changed('ask')
        self.assertEqual(invoice.qbo_state, 'error')
        self.link(invoice).with_user(self.user).action_keep_odoo()
        self.run_engine()
        self.assertTotals(invoice, 50)

    def test_asked_quickbooks_stays(self):
        invoice = self.both_changed('ask')
        self.link(invoice).with_user(self.user).action_keep_quickbooks()
        self.run_engine()
        self.assertTotals(invoice, 70)

    def test_what_only_quickbooks_changed_of_the_lines_goes_with_the_version_that_stays(self):
        """Both change the second line, QuickBooks something else of the lines too, and Odoo's version stays."""

        def second(rows):
            return {**rows[1], **self._item_line(self.visit.qbo_id, 2, 145.0)}

        edits = {
            'text': lambda rows: [{**rows[0], 'Description': "There"}, second(rows)],
            'removed': lambda rows: [second(rows)],
            'added': lambda rows: [rows[0], second(rows), self._item_line(self.chlorine.qbo_id, 1, 3.0)],
        }
        ways = {
            'Odoo wins': ({'conflict_rule': 'odoo'}, False),
            'Odoo is chosen': ({'conflict_rule': 'ask'}, True),
            'Odoo is the source': ({'direction': 'odoo'}, False),
        }
        expected = [(self.chlorine.name, 20.0), (self.visit.name, 435.0)]
        for way, (settings, is_asked) in ways.items():
            self.connection.write({'direction': 'two_way', **settings})
            moves = [self.invoice(lines=[(self.chlorine, 2, 10.0), (self.visit, 1, 145.0)]) for _edit in edits]
            self.run_engine()
            for move, edit in zip(moves, edits.values(), strict=True):
                rows = [line for line in self.in_qbo(move)['Line'] if line['DetailType'] != 'SubTotalLineDetail']
                self.sandbox.update('Invoice', move.qbo_id, {'Line': edit(rows)})
            if 'direction' in settings:
                self.pull('documents')
                self.assertEqual({move.qbo_state for move in moves}, {'differs'})
            for move in moves:
                move.button_draft()
                move.write({'invoice_line_ids': [Command.update(move.invoice_line_ids[1].id, {'quantity': 3})]})
                move.action_post()
            self.pull('documents')
            for move in moves if is_asked else ():
                self.link(move).with_user(self.user).action_keep_odoo()
            self.run_engine()
            for name, move in zip(edits, moves, strict=True):
                with self.subTest(name, way=way):
                    here = [(line.name, line.price_subtotal) for line in move.invoice_line_ids]
                    self.assertEqual((here, self.shown(self.in_qbo(move))), (expected, expected))
                    self.assertEqual((move.qbo_state, move.qbo_error), ('synced', False))

    def shown(self, entity):
        """Return ``[(text, amount)]`` of the lines of an invoice in QuickBooks."""
        names = {self.chlorine.qbo_id: self.chlorine.name}
        return [
            (line.get('Description') or names[line['SalesItemLineDetail']['ItemRef']['value']], line['Amount'])
            for line in entity['Line']
            if line['DetailType'] == 'SalesItemLineDetail'
        ]

    def test_tax_of_quickbooks_is_taken_though_a_text_changed_here(self):
        tax = self.env['account.tax'].create({'name': "GA State", 'amount': 4.0, 'type_tax_use': 'sale'})
        invoice = self.synced_invoice(lines=[(self.chlorine, 3, 33.33, tax), (self.visit, 1, 145.0)])
        code = self.in_qbo(invoice)['TxnTaxDetail']['TxnTaxCodeRef']
        self.sandbox.update('Invoice', invoice.qbo_id, {'TxnTaxDetail': {'TxnTaxCodeRef': code, 'TotalTax': 4.11}})
        invoice.button_draft()
        first, second = invoice.invoice_line_ids
        edits = [Command.update(first.id, {'name': "Blue"}), Command.update(second.id, {'quantity': 2})]
        invoice.write({'invoice_line_ids': edits})
        invoice.action_post()
        self.pull('documents')
        self.run_engine()
        self.assertEqual((invoice.amount_tax, self.in_qbo(invoice)['TxnTaxDetail']['TotalTax']), (4.11, 4.11))
        self.assertTotals(invoice, 394.1)

    def test_a_draft_takes_what_quickbooks_changed_and_stays_a_draft(self):
        invoice = self.synced_invoice()
        invoice.button_draft()
        self.sandbox.update('Invoice', invoice.qbo_id, {'Line': [self._item_line(self.chlorine.qbo_id, 7, 10)]})
        self.pull('documents')
        self.assertEqual((invoice.state, invoice.amount_total), ('draft', 70))
        invoice.action_post()
        self.run_engine()
        self.assertTotals(invoice, 70)

    def test_voided_there_and_edited_here_it_is_cancelled(self):
        invoice = self.synced_invoice()
        self.sandbox.void('Invoice', invoice.qbo_id)
        invoice.narration = "<p>Thanks</p>"
        self.pull('documents')
        self.run_engine()
        self.assertEqual(invoice.state, 'cancel')
        self.assertEqual(self.in_qbo(invoice)['TotalAmt'], 0)

    def test_a_void_taken_back_there_is_taken_back_here(self):
        invoice = self.synced_invoice()
        self.sandbox.void('Invoice', invoice.qbo_id)
        self.pull('documents')
        self.assertEqual(invoice.state, 'cancel')
        line = self._item_line(self.chlorine.qbo_id, 2, 10)
        self.sandbox.update('Invoice', invoice.qbo_id, {'Line': [line], 'PrivateNote': ''})
        self.pull('documents')
        self.assertTotals(invoice, 20)
