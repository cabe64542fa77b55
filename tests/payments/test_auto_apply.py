"""QuickBooks applies credits by itself, as it does in a new company: whatever is done with them in Odoo.

Each act of the table is tried with news of QuickBooks' own application before it and without. Nothing is green while
the two sides have not the same open, and the button makes them agree.
"""

from odoo import fields
from odoo.tests import tagged

from .test_money import MoneyCase


@tagged('post_install', '-at_install')
class TestAppliedByItself(MoneyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.prefer_for_all(SalesFormsPrefs={'AutoApplyCredit': True})

    def credit(self, amount=20.0, **vals):
        return self.invoice(lines=[(self.chlorine, 1, amount)], move_type='out_refund', **vals)

    # === WHAT IS DONE: each returns the documents that are compared === #

    def _do_reversed_at_once(self, news):
        invoice = self.invoice()
        if news:
            self.go(news)
        return invoice, invoice._reverse_moves([{'invoice_date': '2026-03-09'}], cancel=True)

    def _do_credited_later(self, news):
        invoice, credit = self.invoice(), self.credit()
        self.go(news)
        if not self.due(invoice).reconciled:
            self.apply(credit, invoice)
        return invoice, credit

    def _do_part_of_it(self, news):
        invoice, credit = self.invoice(), self.credit(7.5)
        self.go(news)
        if not self.due(credit).reconciled:
            self.apply(credit, invoice)
        return invoice, credit

    def _do_more_than_it(self, news):
        first, second, credit = self.invoice(), self.invoice(), self.credit(30.0)
        self.go(news)
        if not self.due(credit).reconciled:
            self.apply(credit, second, first)
        return first, second, credit

    def _do_on_another(self, news):
        first, second, credit = self.invoice(invoice_date='2026-03-01'), self.invoice(), self.credit()
        self.go(news)
        self.due(credit).remove_move_reconcile()
        self.apply(credit, second)
        return first, second, credit

    def _do_taken_off(self, news):
        invoice, credit = self.invoice(), self.credit()
        self.apply(credit, invoice)
        self.go(news)
        self.due(credit).remove_move_reconcile()
        return invoice, credit

    def _do_credit_canceled(self, news):
        invoice, credit = self.invoice(), self.credit()
        self.go(news)
        credit.button_cancel()
        return (invoice,)

    def _do_invoice_canceled(self, news):
        invoice, credit = self.invoice(), self.credit()
        self.go(news)
        invoice.button_cancel()
        return (credit,)

    def _do_paid_with_money(self, news):
        invoice, credit = self.invoice(), self.credit()
        self.go(news)
        self.due(credit).remove_move_reconcile()
        return invoice, credit, self.pay(invoice, payment_date='2026-03-05')

    def _do_less_credit(self, news):
        invoice, credit = self.invoice(), self.credit()
        self.go(news)
        credit.button_draft()
        credit.invoice_line_ids.price_unit = 12.0
        credit.action_post()
        return invoice, credit

    def _do_less_sold(self, news):
        invoice, credit = self.invoice(), self.credit()
        self.go(news)
        invoice.button_draft()
        invoice.invoice_line_ids.quantity = 1.0
        invoice.action_post()
        return invoice, credit

    def go(self, news):
        self.run_engine()
        if news:
            self.pull('documents')
            self.run_engine()

    # === AND WHAT HOLDS === #

    def test_what_is_credited_at_once_needs_nobody(self):
        """A credit note of the invoice itself, in one save: both sides have it applied, whoever was first."""
        invoice = self.invoice()
        credit = invoice._reverse_moves([{'invoice_date': '2026-03-09'}], cancel=True)
        self.run_engine()
        self.assertAgree(invoice, credit)
        self.assertEqual(invoice.payment_state, 'reversed')

    def test_nothing_is_green_that_differs_and_the_button_makes_both_agree(self):
        for name in [name for name in dir(self) if name.startswith('_do_')]:
            for news in (False, True):
                with self.subTest(name, news=news), self.env.cr.savepoint(flush=True) as savepoint:
                    self.sandbox.restore()
                    self.connection._schedule('documents').cursor = fields.Datetime.now()
                    records = getattr(self, name)(news)
                    self.go(True)
                    for record in records:
                        self.check(record)
                    for record in records:
                        if record.qbo_state == 'differs':
                            self.press(record)
                    self.assertAgree(*records)
                    savepoint.rollback()
                self.env.invalidate_all()

    def check(self, record):
        """What is green has as much open on both sides, and what is not says what to do."""
        if record.qbo_state != 'synced':
            self.assertRegex(record.qbo_error, "Follow QuickBooks|undo it there|then press Retry")
        elif record._name == 'account.move':
            self.assertEqual(record.amount_residual, self.in_qbo(record)['Balance'])
        else:
            open_ = abs(sum(self.due(record.move_id).mapped('amount_residual_currency')))
            self.assertEqual(open_, self.in_qbo(record)['UnappliedAmt'])


class TestApplied(MoneyCase):
    """QuickBooks applies credits by itself unless it is told not to, and refuses ours then."""

    def setUp(self):
        super().setUp()
        self.prefer(SalesFormsPrefs={'AutoApplyCredit': True})

    def test_a_refused_credit_is_said_on_all_its_documents_and_the_button_follows(self):
        first, second = self.invoice(invoice_date='2026-03-01'), self.invoice()
        self.run_engine()
        credit = self.invoice(move_type='out_refund')
        self.run_engine()  # QuickBooks uses it for the oldest invoice, and says so when it is asked
        self.apply(credit, second)
        self.run_engine()
        self.assertSaid(second, 0.0, 20.0, 'follow')
        self.assertSaid(credit, 0.0, 0.0, 'follow')
        self.press(second)
        self.assertEqual((first.amount_residual, second.amount_residual, credit.amount_residual), (0.0, 20.0, 0.0))
        self.assertAgree(first, second, credit)

    def test_the_same_credit_applied_on_both_sides_is_one(self):
        invoice, credit = self.invoice(), self.invoice(move_type='out_refund')
        self.apply(credit, invoice)
        self.run_engine()
        self.pull('documents')
        self.run_engine()
        self.assertAgree(invoice, credit)
