"""A create without an answer that is older than Intuit's memory, and what a restored backup does not know of."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..payment_case import PaymentCase
from ..purchases.purchase_case import PurchaseCase


class Losing:
    """What the cases of lost answers share."""

    def lose(self, records, *entities):
        """Have QuickBooks make records and Odoo not hear of it; then let so much time pass that both forget."""
        faults = [self.sandbox.arm('drop_after_commit', on=entity, times=None) for entity in entities]
        self.run_engine()
        for fault in faults:
            self.sandbox.disarm(fault)
        requests = self.env['qbo.request'].search([('state', '=', 'unanswered')])
        self.assertTrue(requests)
        self.forget(requests)
        self.sandbox.requests.clear()
        return records

    def forget(self, requests, hours=25):
        """Let time pass for Intuit's memory of request ids."""
        self.wait(hours=hours)
        self.env.cr.execute(
            SQL(
                "UPDATE qbo_request SET create_date = create_date - %s * interval '1 hour' WHERE id IN %s",
                hours,
                tuple(requests.ids),
            )
        )
        requests.invalidate_recordset()

    def writes(self):
        rows = [row for row in self.sandbox.requests if row.path.startswith('/v3/') and row.method == 'POST']
        return [f'{row.method} {row.entity}' for row in rows if row.entity != 'query']

    def queries(self):
        return sum(row.entity == 'query' for row in self.sandbox.requests)

    def count(self, entity, **members):
        rows = self.theirs(entity) if entity in ('Payment', 'Invoice', 'CreditMemo') else self.sandbox.all(entity)
        return sum(all(row.get(name) == value for name, value in members.items()) for row in rows)

    def theirs(self, entity='Payment'):
        """Return the documents that QuickBooks has of the customer."""
        return [row for row in self.sandbox.all(entity) if row['CustomerRef']['value'] == self.acme.qbo_id]

    def question(self, record):
        """Return the dialog of a record that is asked about, as its user opens it."""
        link = self.link(record).with_user(self.user)
        self.assertEqual((link.state, link.error_fix), ('error', 'lost'), link.error)
        action = link.action_compare_lost()
        return self.env[action['res_model']].with_user(self.user).browse(action['res_id'])

    def press(self, dialog, qbo_id):
        dialog.side_ids.filtered(lambda side: side.qbo_id == qbo_id).action_link()
        self.run_engine()


class LostCase(Losing, PaymentCase):
    """Records whose creation was not answered."""

    applies_credits = False


class TestLost(LostCase):
    """Each entity type: surely there, perhaps there, not there."""

    def test_a_payment_that_is_surely_there_is_linked(self):
        payment = self.lose(self.payment(50.0, memo="For the opening"), 'payment')
        self.run_engine()
        self.assertEqual(payment.qbo_state, 'synced', payment.qbo_error)
        self.assertEqual((self.queries(), self.writes()), (1, []))
        self.assertEqual(self.count('Payment', TotalAmt=50.0), 1)
        self.assertLogged("was found in QuickBooks")
        payment.memo = "Thank you"
        self.run_engine()
        self.assertEqual(self.in_qbo(payment)['PrivateNote'], "Thank you")

    def test_a_payment_that_is_not_there_is_sent_again(self):
        payment = self.payment(50.0)
        self.sandbox.arm('drop_before', on='payment')
        self.run_engine()
        request = self.env['qbo.request'].search([('state', '=', 'unanswered')])
        self.forget(request)
        self.sandbox.requests.clear()
        self.run_engine()
        self.assertEqual((self.queries(), self.writes()), (1, ['POST payment']))
        self.assertEqual(payment.qbo_state, 'synced', payment.qbo_error)

    def test_it_is_looked_for_once_in_so_many_hours(self):
        self.payment(50.0)
        self.sandbox.arm('drop_before', on='payment', times=None)
        self.run_engine()
        self.forget(self.env['qbo.request'].search([('state', '=', 'unanswered')]))
        for _turn in range(3):
            self.wait(minutes=10)
            self.run_engine()
        self.assertEqual(self.queries(), 1, self.sandbox.requests.table())

    def test_the_memory_is_a_setting(self):
        payment = self.payment(50.0)
        self.sandbox.arm('drop_after_commit', on='payment')
        self.run_engine()
        request = self.env['qbo.request'].search([('state', '=', 'unanswered')])
        self.connection.remembers_hours = 48
        self.forget(request)
        self.sandbox.configure(request_id_s=200000)
        self.sandbox.requests.clear()
        self.run_engine()
        self.assertEqual((self.queries(), self.writes()), (0, ['POST payment']))
        self.assertEqual(payment.qbo_state, 'synced', payment.qbo_error)

    def test_reads_that_are_used_up_hold_only_what_has_to_be_read(self):
        """A lost create, one that may be there from before a backup, and an edit of what changed there too."""
        edited = self.synced_customer("Harbor Marine Supply")
        lost, looked_for = self.lose(self.payment(50.0), 'payment'), self.customer("Pool Parts Wholesale")
        self.step().link_for(self.mapping(looked_for), looked_for).lost = 'look'
        self.sandbox.update('Customer', edited.qbo_id, {'Notes': "Gate code 4711"})
        self.sandbox.arm('reads_used_up', on='query', times=None)
        self.sandbox.requests.clear()
        edited.phone, new = '555-0100', self.customer("Nobody has to ask")
        self.run_engine()
        self.assertEqual((new.qbo_state, lost.qbo_state, looked_for.qbo_state), ('synced', 'pending', 'pending'))
        self.assertFalse(self.connection.paused_until, self.connection.message)
        self.assertEqual(self.queries(), 2, self.sandbox.requests.table())  # one to look, one for the edit
        later = self.customer("Saved while reading pauses")
        self.run_engine()
        self.assertEqual((later.qbo_state, self.queries()), ('synced', 2))

        self.sandbox.disarm()
        self.connection.reads_paused_until -= timedelta(hours=2)
        self.wait(hours=2)
        self.run_engine()
        for record in (edited, looked_for, lost):
            self.assertEqual(record.qbo_state, 'synced', record.qbo_error)
        self.assertEqual(self.count('Payment', TotalAmt=50.0), 1)
        self.assertEqual(self.in_quickbooks(edited)['PrimaryPhone']['FreeFormNumber'], '555-0100')

    def test_what_was_answered_by_a_refusal_is_not_looked_for(self):
        payment = self.payment(50.0)
        self.sandbox.arm('status', status=429, on='payment')
        self.run_engine()
        self.forget(self.env['qbo.request'].search([('state', '=', 'unanswered')]))
        self.sandbox.requests.clear()
        self.run_engine()
        self.assertEqual((self.queries(), self.writes()), (0, ['POST payment']))
        self.assertEqual(payment.qbo_state, 'synced', payment.qbo_error)

    def test_one_that_another_record_has_never_counts(self):
        other = self.synced(self.payment(50.0))
        payment = self.payment(50.0)
        self.sandbox.arm('drop_before', on='payment')
        self.run_engine()
        self.forget(self.env['qbo.request'].search([('state', '=', 'unanswered')]))
        self.run_engine()
        self.assertEqual([item.qbo_state for item in (other, payment)], ['synced'] * 2, payment.qbo_error)
        self.assertNotEqual(other.qbo_id, payment.qbo_id)
        self.assertEqual(self.count('Payment', TotalAmt=50.0), 2)

    def test_two_are_asked_about_and_one_is_linked(self):
        payment = self.lose(self.payment(50.0), 'payment')
        [own] = self.theirs()
        self.receive(50.0, TxnDate='2026-03-03')
        self.run_engine()
        self.assertEqual((payment.qbo_state, self.writes()), ('error', []))
        dialog = self.question(payment)
        self.assertEqual(len(dialog.side_ids), 3)
        self.press(dialog, own['Id'])
        self.assertEqual((payment.qbo_state, payment.qbo_id), ('synced', own['Id']), payment.qbo_error)
        self.pull('documents')
        self.assertEqual(self.env['account.payment'].search_count([('amount', '=', 50.0)]), 2)
        self.assertEqual(self.count('Payment', TotalAmt=50.0), 2)
        self.assertNoErrors()

    def test_perhaps_there_is_asked_and_sent_anyway(self):
        payment = self.payment(50.0, payment_reference='7')
        self.sandbox.arm('drop_before', on='payment')
        self.run_engine()
        self.forget(self.env['qbo.request'].search([('state', '=', 'unanswered')]))
        theirs = self.receive(50.0, TxnDate='2026-03-03', PaymentRefNum='8')
        self.run_engine()
        dialog = self.question(payment)
        self.assertIn('8', dialog.side_ids[1].details)
        self.assertIn('text-danger', dialog.side_ids[1].details)

        self.pull('documents')
        self.assertFalse(self.payment_of(theirs), "it waits for the same question")
        row = self.env['qbo.link'].search([('qbo_id', '=', theirs['Id']), ('entity', '=', 'Payment')])
        self.assertEqual((row.state, row.waits_for_id), ('pending', self.link(payment)))
        for word in ("Acme Pools", "50.00", "2026"):
            self.assertIn(word, row.name)
        self.assertEqual(row.with_user(self.user).action_compare_lost()['res_model'], 'qbo.lost')

        dialog.action_send_anyway()
        self.run_engine()
        self.assertEqual(payment.qbo_state, 'synced', payment.qbo_error)
        self.assertTrue(self.payment_of(theirs))
        self.assertEqual(self.env['account.payment'].search_count([('amount', '=', 50.0)]), 2)
        self.assertEqual(self.count('Payment', TotalAmt=50.0), 2)
        self.assertNoErrors()

    def test_an_edit_or_a_retry_does_not_send_what_is_asked_about(self):
        payment = self.lose(self.payment(50.0), 'payment')
        for row in self.theirs():
            self.sandbox.update('Payment', row['Id'], {'PaymentRefNum': '8'})
        self.run_engine()
        self.question(payment)
        payment.memo = "Later"
        self.run_engine()
        self.question(payment)
        self.link(payment).action_retry()
        self.run_engine()
        self.question(payment)
        self.assertEqual(self.writes(), [])

    def test_a_payment_that_is_canceled_while_it_is_asked_about_lets_the_other_in(self):
        payment = self.lose(self.payment(50.0), 'payment')
        [row] = self.theirs()
        self.sandbox.update('Payment', row['Id'], {'PaymentRefNum': '8'})
        self.run_engine()
        self.pull('documents')
        self.assertFalse(self.payment_of(row))
        payment.action_draft()
        payment.action_cancel()
        self.run_engine()
        self.assertTrue(self.payment_of(row))
        self.assertEqual(self.writes(), [])

    def test_what_was_changed_in_quickbooks_meanwhile_comes_here(self):
        payment = self.lose(self.payment(50.0), 'payment')
        [row] = self.theirs()
        self.sandbox.update('Payment', row['Id'], {'PrivateNote': "From the counter"})
        self.run_engine()
        self.assertEqual((payment.qbo_state, payment.memo), ('synced', "From the counter"), payment.qbo_error)
        self.assertEqual(self.writes(), [])

    def test_the_pull_finds_it_as_well(self):
        """An unknown payment of QuickBooks is the one that has no answer: it never becomes a second one in Odoo."""
        payment = self.lose(self.payment(50.0), 'payment')
        self.connection._schedule('documents').cursor = '2026-01-01'
        request = self.env['qbo.request'].search([('state', '=', 'unanswered')])
        request.retry_at = fields.Datetime.add(fields.Datetime.now(), hours=1)
        self.pull('documents')
        self.assertEqual(payment.qbo_state, 'synced', payment.qbo_error)
        self.assertEqual(self.env['account.payment'].search_count([('amount', '=', 50.0)]), 1)
        self.assertEqual(self.writes(), [])

    def test_documents_by_number_and_without(self):
        for numbering in ('odoo', 'qbo'):
            with self.subTest(numbering):
                self.connection.doc_numbering = numbering
                before = self.sandbox.all('Invoice')
                invoice = self.lose(self.invoice(), 'invoice')
                self.run_engine()
                self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
                self.assertEqual((self.queries(), self.writes()), (1, []))
                self.assertEqual(len(self.sandbox.all('Invoice')), len(before) + 1)

    def test_each_type_once(self):
        """What is lost is found with one query a type; none is made twice."""
        self.connection.doc_numbering = 'qbo'
        paid = self.synced(self.invoice(lines=[(self.chlorine, 3, 10.0)]))
        partner = self.customer("Harbor Marine Supply")
        product = self.env['product.product'].create({'name': "Skimmer", 'list_price': 3.0, 'taxes_id': []})
        credit = self.draft(move_type='out_refund', lines=[(self.chlorine, 1, 7.0)])
        credit.action_post()
        for records, entity in (
            (partner, 'customer'),
            (product, 'item'),
            (credit, 'creditmemo'),
            (self.pay(paid, amount=11.0), 'payment'),
        ):
            with self.subTest(entity):
                self.assertIn(records.qbo_state, ('pending', 'synced'))
        for entity in ('batch', 'customer', 'item', 'creditmemo', 'payment'):
            self.sandbox.arm('drop_after_commit', on=entity, times=None)
        for _turn in range(4):
            self.run_engine()
            self.connection.paused_until = False
        requests = self.env['qbo.request'].search([('state', '=', 'unanswered')])
        self.assertTrue(requests)
        self.forget(requests)
        self.sandbox.disarm()
        self.sandbox.requests.clear()
        for _turn in range(4):
            self.run_engine()
            self.connection.paused_until = False
        for record in (partner, product, credit):
            self.assertEqual(record.qbo_state, 'synced', record.qbo_error)
        self.assertLessEqual(self.queries(), len(set(requests.mapped('entity'))))
        self.assertEqual(len(self.named(partner.name)), 1)
        self.assertEqual(self.count('Item', Name="Skimmer"), 1)
        self.assertEqual(self.count('CreditMemo', TotalAmt=7.0), 1)
        self.assertEqual(self.count('Payment', TotalAmt=11.0), 1)
        self.assertNoErrors()

    def test_of_a_batch_only_what_is_not_there_is_sent_and_alone(self):
        payments = self.env['account.payment'].concat(*(self.payment(10.0 + number) for number in range(4)))
        self.lose(payments, 'batch')
        rows = self.theirs()
        self.assertEqual(len(rows), 4)
        self.sandbox.delete('Payment', rows[0]['Id'])
        self.run_engine()
        self.assertEqual(set(payments.mapped('qbo_state')), {'synced'}, payments.mapped('qbo_error'))
        self.assertEqual((self.queries(), self.writes()), (1, ['POST payment']))
        amounts = sorted(row['TotalAmt'] for row in self.theirs())
        self.assertEqual(amounts, [10.0, 11.0, 12.0, 13.0])

    def test_two_that_are_the_same_are_two(self):
        payments = self.payment(50.0) + self.payment(50.0)
        self.lose(payments, 'batch')
        self.run_engine()
        self.assertEqual(set(payments.mapped('qbo_state')), {'synced'}, payments.mapped('qbo_error'))
        self.assertEqual(len(set(payments.mapped('qbo_id'))), 2)
        self.assertEqual(self.count('Payment', TotalAmt=50.0), 2)
        self.assertEqual(self.writes(), [])

    def test_quickbooks_cannot_be_asked_and_nothing_is_sent(self):
        self.connection.remembers_hours = 0
        payment = self.payment(50.0)
        self.sandbox.arm('drop_after_commit', on='payment')
        self.run_engine()
        self.forget(self.env['qbo.request'].search([('state', '=', 'unanswered')]), hours=0.1)
        self.sandbox.requests.clear()
        self.sandbox.arm('status', status=503, on='query')
        self.run_engine()
        self.assertEqual((payment.qbo_state, self.writes()), ('pending', []))
        self.wait(minutes=2)
        self.run_engine()
        self.assertEqual((payment.qbo_state, self.writes()), ('synced', []))

    def test_who_may_not_write_the_record_may_not_decide(self):
        payment = self.lose(self.payment(50.0), 'payment')
        self.receive(50.0, TxnDate='2026-03-03')
        self.run_engine()
        dialog = self.question(payment)
        with self.assertRaises(UserError):
            self.link(payment)._link_found('99999')
        dialog.action_send_anyway()
        with self.assertRaises(UserError):
            dialog.action_send_anyway()


class TestLostPurchases(Losing, PurchaseCase):
    """Bills and vendor credits: a number is its vendor's."""

    def test_bills_with_a_number_and_without(self):
        for ref, move_type, entity in (
            ('TO-1', 'in_invoice', 'bill'),
            (False, 'in_invoice', 'bill'),
            ('TO-1', 'in_refund', 'vendorcredit'),
        ):
            with self.subTest(entity, ref=ref):
                bill = self.lose(self.bill(ref=ref, move_type=move_type), entity)
                self.run_engine()
                self.assertEqual((bill.qbo_state, bill.qbo_error), ('synced', False))
                self.assertEqual((self.queries(), self.writes()), (1, []))

    def test_a_vendor_is_found_by_name(self):
        vendor = self.env['res.partner'].create({'name': "Rope & Chain", 'supplier_rank': 1, 'is_company': True})
        self.lose(vendor, 'vendor')
        self.run_engine()
        self.assertEqual((vendor.qbo_state, self.writes()), ('synced', []), vendor.qbo_error)

    def test_the_same_number_of_another_vendor_is_another_bill(self):
        other = self.env['res.partner'].create({'name': "Rope & Chain", 'supplier_rank': 1, 'is_company': True})
        self.run_engine()
        self.buy(vendor=self.vendor_id(other), DocNumber='TO-1')
        bill = self.bill(ref='TO-1')
        self.sandbox.arm('drop_before', on='bill')
        self.run_engine()
        self.forget(self.env['qbo.request'].search([('state', '=', 'unanswered')]))
        self.sandbox.requests.clear()
        self.run_engine()
        self.assertEqual((bill.qbo_state, self.writes()), ('synced', ['POST bill']), bill.qbo_error)
