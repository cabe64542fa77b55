"""Who carries a bill, in each posting mode; and what the nightly proof says of vendors."""

from odoo.fields import Command

from ...qbo.lines import cents
from ..store_case import StoreCase
from .purchase_case import PurchaseCase

MODES = ('documents', 'transaction', 'batch', 'real_time')


class TestBillAuthor(StoreCase, PurchaseCase):
    """One purchase journal is a store's, the other no store's: either way QuickBooks gets a bill once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        journals = cls.env['account.journal']
        cls.of_store = journals.create({'name': "Purchases", 'type': 'purchase', 'code': 'PUB'})
        cls.own = journals.search([('type', '=', 'purchase'), ('code', '=', 'BILL')], limit=1)
        cls.burbank.journal_ids = [Command.link(cls.of_store.id)]
        cls.sandbox.snapshot()

    def books(self):
        """Return what Odoo booked on payables and on fuel since the tests began, in cents."""
        accounts = self.tackle.property_account_payable_id | self.fuel
        domain = [('account_id', 'in', accounts.ids), ('parent_state', '=', 'posted'), ('date', '>=', '2026-03-01')]
        groups = self.env['account.move.line']._read_group(domain, ['account_id'], ['balance:sum'])
        found = {account.qbo_account_id.qbo_id: cents(amount) for account, amount in groups}
        return {qbo_id: amount for qbo_id, amount in found.items() if amount}

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


class TestBillProof(PurchaseCase):
    """The opening difference is fixed; then vendors and payables are compared."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection.write({'billing_start': '2026-01-01', 'purchases_start': '2026-01-01'})
        cls.tackle.property_account_payable_id.qbo_account_id = cls.account('Accounts Payable')
        cls._prove(cls())
        cls.sandbox.snapshot()

    def _prove(self):
        self.env['qbo.proof'].sudo()._append(self.connection.sudo())
        self.run_engine()

    def prove(self):
        self._prove()
        proof = self.env['qbo.proof'].search([('company_id', '=', self.company.id)], order='id desc', limit=1)
        return proof, proof.line_ids.filtered(lambda line: line.verdict == 'differs')

    def test_books_with_bills_and_credits_agree(self):
        self.bill()
        self.bill([(self.fuel, 1, 30.0)], move_type='in_refund', ref='C-1')
        self.buy(DocNumber='Q-1')
        self.run_engine()
        self.pull('documents')
        proof, differing = self.prove()
        self.assertEqual(proof.state, 'agrees', (proof.error, differing.mapped('explanation')))

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
