"""What the tests of the nightly proof share: books that are opened, and differences that somebody makes."""

from odoo.fields import Command

from ..payment_case import PaymentCase


class ProofCase(PaymentCase):
    """Both sides were compared once: what they differed by before is fixed."""

    applies_credits = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.connection.billing_start = '2026-01-01'
        cls.income = cls.env['account.account'].search(
            [('account_type', '=', 'income'), ('company_ids', 'in', cls.company.id)], limit=1
        )
        cls.open_books()
        cls.sandbox.requests.clear()
        cls.sandbox.snapshot()

    @classmethod
    def open_books(cls):
        case = cls()
        with case.enter_registry_test_mode():
            cls.env['qbo.proof'].sudo()._append(cls.connection)
            cls.env.flush_all()
            cls.connection.cron_id.method_direct_trigger()
        cls.env.invalidate_all()

    # === ACTING === #

    def prove(self):
        """Have the books compared, and return the proof."""
        self.env['qbo.proof'].sudo()._append(self.connection.sudo())
        self.run_engine()
        return self.last()

    def last(self):
        return self.env['qbo.proof'].search([('company_id', '=', self.company.id)], order='id desc', limit=1)

    def write_off(self, amount, partner=None, date='2026-03-05', is_named=True):
        """Book a loss against what a customer owes, and return the entry.

        :param bool is_named: whether the entry says which customer it is, as one from a bank statement may not
        """
        partner = partner or self.acme
        loss = self.env['account.account'].search([('account_type', '=', 'expense')], limit=1)
        lines = [
            Command.create(
                {
                    'account_id': partner.property_account_receivable_id.id,
                    'partner_id': is_named and partner.id,
                    'credit': amount,
                }
            ),
            Command.create({'account_id': loss.id, 'debit': amount}),
        ]
        move = self.env['account.move'].create({'date': date, 'line_ids': lines})
        move.action_post()
        return move

    def on_receivables(self, entity, amount):
        """Enter something on what Acme owes in QuickBooks, which takes that much off; return it."""
        who = {'value': self.acme.qbo_id}
        receivable, other = self.account('Accounts Receivable').qbo_id, self.account('Income').qbo_id
        bank = {'value': self.account('Bank').qbo_id}
        if entity == 'JournalEntry':
            lines = [
                self._entry_line(amount, 'Credit', receivable, {'Type': 'Customer', 'EntityRef': who}),
                self._entry_line(amount, 'Debit', other),
            ]
            return self.sandbox.create(entity, {'TxnDate': '2026-03-04', 'Line': lines})
        if entity == 'Deposit':
            detail = {'AccountRef': {'value': receivable}, 'Entity': {**who, 'type': 'CUSTOMER'}}
            line = {'DetailType': 'DepositLineDetail', 'Amount': amount, 'DepositLineDetail': detail}
            return self.sandbox.create(entity, {'TxnDate': '2026-03-04', 'DepositToAccountRef': bank, 'Line': [line]})
        detail = {'AccountRef': {'value': receivable}}
        line = {
            'DetailType': 'AccountBasedExpenseLineDetail', 'Amount': amount, 'AccountBasedExpenseLineDetail': detail
        }  # fmt: skip
        values = {'TxnDate': '2026-03-04', 'PaymentType': 'Check', 'AccountRef': bank, 'Line': [line]}
        return self.sandbox.create(entity, {**values, 'EntityRef': {**who, 'type': 'Customer'}})

    def _entry_line(self, amount, side, account, entity=None):
        detail = {'PostingType': side, 'AccountRef': {'value': account}, **({'Entity': entity} if entity else {})}
        return {'DetailType': 'JournalEntryLineDetail', 'Amount': amount, 'JournalEntryLineDetail': detail}

    # === LOOKING === #

    def differing(self, proof, kind=None):
        """Return the lines that somebody has to look at."""
        return proof.line_ids.filtered(lambda line: line.verdict == 'differs' and kind in (None, line.kind))

    def named(self, lines):
        """Return ``{(key of the reason, Odoo, QuickBooks)}`` of the documents that somebody has to look at."""
        documents = lines.document_ids.filtered(lambda item: not item.is_expected)
        return {(item.reason['key'], item.odoo_amount, item.qbo_amount) for item in documents}

    def assertGreen(self, proof):
        self.assertEqual(proof.state, 'agrees', (proof.error, proof.differing_ids.mapped('explanation')))
