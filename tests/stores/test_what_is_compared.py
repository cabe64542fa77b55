from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.sql_db import Cursor
from odoo.tests import tagged

from ...models.stores.difference import Difference
from ..store_case import DAY, StoreCase


class ComparedCase(StoreCase):
    """The stores' days ended before, with all compared; what is noted since is compared alone."""

    def setUp(self):
        super().setUp()
        self.book(1.0)
        self.end_day()
        # An end of day that compares everything says so here.
        (self.burbank | self.pasadena).compared_on = self.all_compared = self.today() - timedelta(days=1)

    def today(self):
        return self.burbank._today()

    def end_day_of_noted(self, *stores):
        """End the day, see that it compared what was noted and nothing else, and that nothing is left."""
        made = self.end_day(*stores)
        for store in stores or (self.burbank, self.pasadena):
            self.assertEqual(store.compared_on, self.all_compared)
            self.assertEqual(Difference(store, until=self.today()).left(), {})
        return made


@tagged('post_install', '-at_install')
class TestNoted(ComparedCase):
    """Whatever changes what a store booked is noted, so that the end of day need not look at its history."""

    def test_another_account_of_a_posted_item(self):
        move = self.book()
        self.end_day_of_noted()
        line = move.line_ids.filtered('debit')
        line.account_id = self.account_of('expense_direct_cost')
        made = self.end_day_of_noted()
        self.assertEqual(sorted(made.item_ids.mapped('balance')), [-40.0, 40.0])
        self.assertEqual(made.item_ids.line_id, line)

    def test_another_class_of_an_item_and_of_all(self):
        move = self.book()
        self.end_day_of_noted()
        classes = self.env['qbo.reference'].search([('entity', '=', 'Class')])
        move.line_ids[0].qbo_class_id = classes[0]
        self.assertEqual(self.end_day_of_noted().item_ids.line_id, move.line_ids[0])
        move.qbo_class_id = classes[1]
        self.assertEqual(self.end_day_of_noted().item_ids.line_id, move.line_ids[1])

    def test_a_link_of_a_document_that_is_forgotten(self):
        self.connection.posting_mode = 'documents'
        move = self.sell_in(self.sales, self.untaxed())
        self.run_engine()
        self.connection.posting_mode = 'batch'
        self.end_day()
        self.burbank.compared_on = self.pasadena.compared_on = self.all_compared
        self.assertFalse(move.qbo_entry_ids)
        self.link(move).unlink()
        self.assertEqual(self.end_day_of_noted(), move.qbo_entry_ids)

    def test_a_payment_that_pays_a_document_no_more(self):
        self.connection.posting_mode = 'documents'
        move = self.sell_in(self.sales, self.untaxed())
        self.run_engine()
        self.connection.posting_mode = 'batch'
        payment = self.pay(move, journal_id=self.till.id, payment_date=DAY)
        self.burbank._end_of_day(self.today())  # before the engine sends it
        self.assertFalse(payment.move_id.qbo_entry_ids)
        self.burbank.compared_on = self.all_compared
        payment.move_id.line_ids.remove_move_reconcile()
        self.burbank._end_of_day(self.today())
        self.assertTrue(payment.move_id.qbo_entry_ids)
        self.assertEqual(self.burbank.compared_on, self.all_compared)

    def test_a_statement_that_books_a_payment_of_quickbooks(self):
        self.connection.posting_mode = 'documents'
        self.end_day()
        self.burbank.compared_on = self.pasadena.compared_on = self.all_compared
        line = self.env['account.bank.statement.line'].create(
            {'journal_id': self.till.id, 'date': DAY, 'payment_ref': "Acme", 'amount': 12.0}
        )
        made = self.end_day_of_noted(self.burbank)
        self.assertEqual(made.item_ids.move_id, line.move_id)
        vals = {'payment_type': 'inbound', 'partner_type': 'customer', 'partner_id': self.acme.id, 'amount': 12.0}
        payment = self.env['account.payment'].create({**vals, 'date': DAY, 'journal_id': self.till.id})
        payment.outstanding_account_id = False
        payment.action_post()
        self.assertFalse(payment.move_id)
        line.payment_ids = payment
        made = self.end_day_of_noted(self.burbank)
        self.assertEqual(sum(line.move_id.qbo_entry_ids.item_ids.mapped('balance')), 0)
        self.assertTrue(made)

    def test_a_customer_of_another_company(self):
        contact = self.customer("Jo")
        self.sell_in(self.sales, partner=contact)
        self.end_day_of_noted()
        contact.parent_id = self.customer("Bay Pools")
        self.end_day(self.burbank)
        self.assertEqual(self.burbank.compared_on, self.today())  # how far that reaches nobody knows
        self.assertBalancesAgree()

    def test_a_posting_that_moves_to_another_store_and_is_deleted_there(self):
        move = self.sell_in(self.sales)
        self.end_day_of_noted()
        move.button_draft()
        move.write({'name': False, 'journal_id': self.sales_2.id})
        move.action_post()
        self.assertFalse(self.end_day_of_noted())
        move.button_draft()
        move.with_context(force_delete=True).unlink()
        self.end_day(self.pasadena)
        self.end_day_of_noted(self.burbank)
        self.end_day_of_noted()
        self.assertBalancesAgree()
        self.assertFalse(self.env['qbo.store.change'].search([]))

    def test_what_is_dated_later_is_noted_until_its_day(self):
        move = self.book(date=fields.Date.add(self.today(), days=1))
        self.assertFalse(self.end_day_of_noted())
        self.assertEqual(self.env['qbo.store.change'].search([]).mapped('move_ref'), move.ids)

    def test_drafts_and_journals_without_a_store_are_not_noted(self):
        self.draft(journal_id=self.sales.id, invoice_date=DAY)
        self.invoice(invoice_date=DAY)
        self.assertFalse(self.env['qbo.store.change'].search([]))


@tagged('post_install', '-at_install')
class TestEverythingCompared(ComparedCase):
    """Where nobody noted what changed, all is compared: after a change of settings, and once a week."""

    def test_a_booking_that_only_the_database_saw_is_found_within_a_week(self):
        move = self.book()
        self.end_day_of_noted()
        line, account = move.line_ids.filtered('debit'), self.account_of('expense_direct_cost')
        self.env.cr.execute("UPDATE account_move_line SET account_id = %s WHERE id = %s", [account.id, line.id])
        self.env.invalidate_all()
        self.assertFalse(self.end_day())
        self.burbank.compared_on = self.today() - timedelta(days=7)
        self.assertEqual(self.end_day().item_ids.line_id, line)

    def test_what_was_booked_while_entries_were_switched_off(self):
        connection = self.connection.with_user(self.manager)
        connection.action_switch_off_entries()
        move = self.book()
        self.assertFalse(self.env['qbo.store.change'].search([]))
        connection.action_switch_on_entries()
        self.assertEqual(self.end_day(), move.line_ids.qbo_entry_ids)

    def test_documents_that_another_posting_mode_leaves_to_entries(self):
        self.connection.posting_mode = 'documents'
        move = self.sell_in(self.sales, self.untaxed())
        self.assertFalse(self.end_day(self.burbank).item_ids.move_id & move)
        self.link(move).unlink()
        self.connection.posting_mode = 'batch'
        self.assertEqual(self.end_day(), move.qbo_entry_ids)

    def test_a_store_that_was_archived_meanwhile(self):
        self.burbank.active = False
        move = self.book()
        self.burbank.active = True
        self.assertEqual(self.end_day(self.burbank), move.line_ids.qbo_entry_ids)

    def test_what_differs_is_read_in_spans_of_days(self):
        for day in ('2026-03-03', '2026-03-04', '2026-03-05'):
            self.book(date=day)
        difference = Difference(self.burbank, until=self.today())
        days = [fields.Date.to_date(day) for day in ('2026-03-03', '2026-03-04', '2026-03-05')]
        self.assertEqual(list(difference.spans()), [(days[0], days[2])])
        self.assertEqual(list(difference.spans(size=4)), [(days[0], days[1]), (days[2], days[2])])
        self.assertEqual({key.date for key in difference.left(days[0], days[1])}, set(days[:2]))


@tagged('post_install', '-at_install')
class TestCostOfAnEndOfDay(ComparedCase):
    """What an end of day costs goes by what is new, not by what was booked since the start."""

    def test_queries_and_rows_do_not_grow_with_the_history(self):
        few = self.cost()
        for number in range(30):
            self.book(number + 1, date=f'2026-03-{number % 20 + 2:02}')
        self.end_day_of_noted()
        self.assertCost(few)

    def test_nor_with_documents_and_payments_of_quickbooks(self):
        self.connection.posting_mode = 'documents'
        self.sell_and_pay(1)
        few = self.cost()
        self.sell_and_pay(8)
        self.assertCost(few)

    def sell_and_pay(self, count):
        for _number in range(count):
            self.pay(self.sell_in(self.sales, self.untaxed()), journal_id=self.till.id, payment_date=DAY)
        self.run_engine()
        self.end_day()
        self.burbank.compared_on = self.pasadena.compared_on = self.all_compared

    def assertCost(self, few):
        """Assert that it is the same, but for one: the time at which a day was ended has seconds only."""
        self.assertTrue(all(abs(many - one) <= 1 for many, one in zip(self.cost(), few, strict=True)), few)

    def cost(self):
        """Return how many queries an end of day with one posting makes, and how many rows they read or write."""
        self.book()
        self.env.flush_all()
        self.env.invalidate_all()
        rows, execute = [], Cursor.execute

        def counted(cursor, *args, **kwargs):
            execute(cursor, *args, **kwargs)
            rows.append(max(cursor.rowcount, 0))

        with patch.object(Cursor, 'execute', counted):
            made = self.burbank._end_of_day(self.today())
            self.env.flush_all()
        self.assertEqual(len(made.item_ids), 2)
        return len(rows), sum(rows)
