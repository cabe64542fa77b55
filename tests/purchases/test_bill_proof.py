"""Who carries a bill, in each posting mode; and what the nightly proof says of vendors."""

import itertools
import random

from odoo.fields import Command

from ...qbo.lines import cents
from ..store_case import StoreCase
from .payment_case import BillPaymentCase
from .purchase_case import PurchaseCase

MODES = ('documents', 'transaction', 'batch', 'real_time')
ACTS = ('buy', 'credit', 'pay', 'pay_part', 'advance', 'receipt', 'receipt_in_parts', 'apply', 'cancel', 'undo')
SEEDS = (3,)


class Proving:
    """To be mixed with a case whose books the nightly proof compares."""

    def _prove(self):
        self.env['qbo.proof'].sudo()._append(self.connection.sudo())
        self.env.flush_all()
        with self._crons_may_commit():
            self.connection.cron_id.method_direct_trigger()
        self.env.invalidate_all()

    def prove(self):
        self._prove()
        proof = self.env['qbo.proof'].search([('company_id', '=', self.company.id)], order='id desc', limit=1)
        return proof, proof.line_ids.filtered(lambda line: line.verdict == 'differs')

    def assertProven(self):
        proof, differing = self.prove()
        found = [(line.kind, line.name, line.odoo_amount, line.qbo_amount, line.explanation) for line in differing]
        self.assertEqual((proof.state, found), ('agrees', []), proof.error)


class TestBillAuthor(Proving, StoreCase, BillPaymentCase):
    """One purchase journal is a store's, the other no store's, and so are two journals that vendors are paid from:
    either way QuickBooks gets all of it once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        journals = cls.env['account.journal']
        cls.of_store = journals.create({'name': "Purchases", 'type': 'purchase', 'code': 'PUB'})
        cls.own = journals.search([('type', '=', 'purchase'), ('code', '=', 'BILL')], limit=1)
        cls.burbank.journal_ids = [Command.link(cls.of_store.id)]
        cls.till.qbo_paid_from_id = cls.checking
        cls.money = (cls.bank | cls.till).default_account_id
        for kind in ('inbound', 'outbound'):
            cls.money |= cls.env['account.payment'].new({'journal_id': cls.bank.id})._get_outstanding_account(kind)
        cls.money.qbo_account_id = cls.checking
        cls.sandbox.snapshot()

    def books(self):
        """Return what Odoo booked on payables, on fuel and as money since the tests began, in cents."""
        accounts = self.tackle.property_account_payable_id | self.fuel | self.money
        domain = [('account_id', 'in', accounts.ids), ('parent_state', '=', 'posted'), ('date', '>=', '2026-03-01')]
        groups = self.env['account.move.line']._read_group(domain, ['account_id'], ['balance:sum'])
        found = dict.fromkeys(accounts.qbo_account_id.mapped('qbo_id'), 0)
        for account, amount in groups:
            found[account.qbo_account_id.qbo_id] += cents(amount)
        return found

    def assertOnce(self):
        self.assertNoErrors()
        sent, here = self.sent_by_account(), self.books()
        self.assertEqual({qbo_id: sent.get(qbo_id, 0) for qbo_id in here}, here)

    def test_a_purchase_journal_is_carried_by_documents_or_entries_never_both(self):
        for mode in MODES:
            with self.subTest(mode), self.env.cr.savepoint(flush=True) as savepoint:
                self.sandbox.restore()
                self.connection.posting_mode = mode
                theirs = self.bill(ref='S-1', journal_id=self.of_store.id)
                mine = self.bill(ref='S-2', journal_id=self.own.id)
                credit = self.bill([(self.fuel, 1, 5.0)], ref='S-3', move_type='in_refund', journal_id=self.own.id)
                self.run_engine()
                self.end_day()
                self.run_engine()
                is_entered = mode in ('batch', 'real_time')
                self.assertEqual(bool(theirs._qbo_is_entered()), is_entered)
                self.assertEqual(bool(self.link(theirs).qbo_id), not is_entered)
                self.assertEqual({self.link(move).entity for move in mine | credit}, {'Bill', 'VendorCredit'})
                self.assertOnce()
                # Another mode takes nothing a second time.
                self.connection.posting_mode = 'documents' if is_entered else 'batch'
                self.run_engine()
                self.end_day()
                self.run_engine()
                self.assertOnce()
                savepoint.rollback()
            self.env.invalidate_all()

    # === WHATEVER IS BOUGHT AND PAID === #

    def test_all_that_is_bought_and_paid_comes_once_in_each_mode_and_after_each_switch(self):
        """Each act where journals are mixed, in the four modes one by one; then at random, with a switch between."""
        places = list(itertools.product((self.own, self.of_store), (self.bank, self.till)))
        acts = [(act, *places[1 + number % 2]) for number, act in enumerate((*ACTS, 'credit', 'pay', 'receipt'))]
        table = [(mode, [acts], [mode]) for mode in MODES if mode != 'transaction']  # to vendors as 'documents'
        for seed in SEEDS:
            chance = random.Random(seed)
            days = [[(chance.choice(ACTS), *chance.choice(places)) for _act in range(6)] for _day in range(2)]
            table.append((seed, days, chance.sample(MODES, 2)))
        for name, days, modes in table:
            with self.subTest(name, modes=modes), self.env.cr.savepoint(flush=True) as savepoint:
                self.sandbox.restore()
                self.unpaid, self.credits, self.count = [], [], 0
                if name in MODES:
                    self._prove()  # fixes the opening difference
                for acts, mode in zip(days, modes, strict=True):
                    self.connection.posting_mode = mode
                    for act, bought, paid in acts:
                        self.count += 1
                        getattr(self, f'_do_{act}')(bought, paid)
                        if len(acts) < 10:
                            self.run_engine()
                    self.run_engine()
                    self.end_day()
                    self.run_engine()
                    self.assertOnce()
                if name in MODES:
                    self.assertProven()
                savepoint.rollback()
            self.env.invalidate_all()

    def _bought(self, journal, amount=20.0, **vals):
        return self.bill([(self.fuel, 1, amount)], ref=f'A-{self.count}', journal_id=journal.id, **vals)

    def _do_buy(self, bought, _paid):
        self.unpaid.append(self._bought(bought, 20.0 + self.count))

    def _do_credit(self, bought, _paid):
        self.credits.append(self._bought(bought, 3.0, move_type='in_refund'))

    def _do_pay(self, bought, paid):
        self._do_buy(bought, paid)
        return self.pay(self.unpaid.pop(), journal_id=paid.id, payment_date='2026-03-03')

    def _do_pay_part(self, bought, paid):
        self._do_buy(bought, paid)
        self.pay(self.unpaid[-1], 7.5, journal_id=paid.id, payment_date='2026-03-03')

    def _do_advance(self, _bought, paid):
        self.paid(11.0, journal_id=paid.id)

    def _do_receipt(self, bought, paid):
        receipt = self._bought(bought, 9.0 + self.count, move_type='in_receipt')
        self.pay(receipt, journal_id=paid.id, payment_date='2026-03-03')

    def _do_receipt_in_parts(self, bought, paid):
        """Such a one goes as a bill, where it goes as a document."""
        receipt = self._bought(bought, 9.0, move_type='in_receipt', qbo_as_bill=True)
        for amount in (4.0, 5.0):
            self.pay(receipt, amount, journal_id=paid.id, payment_date='2026-03-03')

    def _do_apply(self, bought, paid):
        self._do_buy(bought, paid)
        self._do_credit(bought, paid)
        self.apply(self.credits.pop(), self.unpaid.pop())

    def _do_cancel(self, bought, paid):
        """A bill that was paid, and nothing came of either."""
        payment = self._do_pay(bought, paid)
        if not payment.move_id._qbo_is_entered():
            bill = payment.reconciled_bill_ids
            payment.action_cancel()
            bill.button_cancel()

    def _do_undo(self, bought, paid):
        """The money stays, as credit of the vendor."""
        payment = self._do_pay(bought, paid)
        self.due(payment.move_id).remove_move_reconcile()


class TestBillProof(Proving, PurchaseCase):
    """The opening difference is fixed; then vendors and payables are compared."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection.write({'billing_start': '2026-01-01', 'purchases_start': '2026-01-01'})
        cls.tackle.property_account_payable_id.qbo_account_id = cls.account('Accounts Payable')
        cls._prove(cls())
        cls.sandbox.snapshot()

    def test_books_with_bills_and_credits_agree(self):
        self.bill()
        self.bill(ref='TO-2', invoice_date='2026-02-27', date='2026-03-02')  # booked a month later
        self.bill([(self.fuel, 1, 30.0)], move_type='in_refund', ref='C-1')
        self.buy(DocNumber='Q-1')
        self.run_engine()
        self.pull('documents')
        self.assertProven()

    def test_a_bill_that_was_deleted_unseen_is_named(self):
        move = self.synced_bill()
        self.sandbox.delete('Bill', self.link(move).qbo_id)
        proof, differing = self.prove()
        self.assertEqual(proof.state, 'differs', proof.error)
        line = differing.filtered(lambda line: line.kind == 'vendor')
        self.assertEqual((line.partner_id, line.odoo_amount, line.qbo_amount), (self.tackle, -80.0, 0.0))
        self.assertEqual(line.document_ids.filtered('res_id').mapped('res_id'), move.ids)

    def test_a_payment_that_nothing_sends_is_named(self):
        move = self.synced_bill()
        loss = self.env['account.move'].create(
            {
                'date': '2026-03-05',
                'line_ids': [
                    Command.create(
                        {
                            'account_id': self.tackle.property_account_payable_id.id,
                            'partner_id': self.tackle.id,
                            'debit': 7.0,
                        }
                    ),
                    Command.create({'account_id': self.spare.id, 'credit': 7.0}),
                ],
            }
        )
        loss.action_post()
        _proof, differing = self.prove()
        line = differing.filtered(lambda line: line.kind == 'vendor')
        self.assertEqual((line.odoo_amount, line.qbo_amount), (-73.0, -80.0))
        self.assertIn(loss.id, line.document_ids.mapped('res_id'))
        self.assertEqual(move.state, 'posted')
