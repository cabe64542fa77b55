"""What the tests of payments share."""

from .billing import BillingCase


class PaymentCase(BillingCase):
    """Payments of a customer who is in QuickBooks already."""

    applies_credits = True
    """Whether QuickBooks applies credits by itself, as it does in a new company: not where people of a test do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sandbox.configure(preferences={'SalesFormsPrefs': {'AutoApplyCredit': cls.applies_credits}})
        cls.sandbox.snapshot()

    def payment(self, amount=50.0, confirm=True, **vals):
        """Return a payment of the customer that pays nothing yet."""
        vals = {'partner_id': self.acme.id, 'amount': amount, 'date': '2026-03-03', 'journal_id': self.bank.id, **vals}
        payment = self.env['account.payment'].create({'payment_type': 'inbound', 'partner_type': 'customer', **vals})
        if confirm:
            payment.action_post()
        return payment

    def synced(self, record):
        """Run the engine, see that a record is in QuickBooks, and clear the request log."""
        self.run_engine()
        self.assertEqual(record.qbo_state, 'synced', record.qbo_error)
        self.sandbox.requests.clear()
        return record

    def receive(self, amount=50.0, lines=(), **members):
        """Create a payment in QuickBooks that settles ``lines``, each ``(record, amount)``; return it."""
        values = {
            'CustomerRef': {'value': self.acme.qbo_id},
            'TotalAmt': amount,
            'TxnDate': '2026-03-04',
            'Line': [self.settles(*line) for line in lines],
        }
        return self.sandbox.create('Payment', {**values, **members})

    def settles(self, record, amount):
        """Return the line of a payment."""
        return {'Amount': amount, 'LinkedTxn': [{'TxnId': record.qbo_id, 'TxnType': record.qbo_link_id.entity}]}

    def method(self, name):
        """Return the reference to a payment method of QuickBooks."""
        return {'value': next(row['Id'] for row in self.sandbox.all('PaymentMethod') if row['Name'] == name)}

    def method_line(self, name, journal=None):
        """Return a payment method of a journal, made for the test."""
        return self.env['account.payment.method.line'].create(
            {
                'name': name,
                'journal_id': (journal or self.bank).id,
                'payment_method_id': self.env.ref('account.account_payment_method_manual_in').id,
            }
        )

    def prefer(self, **groups):
        """Change preferences in QuickBooks and read them."""
        self.sandbox.configure(preferences=groups)
        with self._crons_may_commit():
            self.connection._read_settings()
        self.sandbox.requests.clear()

    def cash_journal(self):
        return self.env['account.journal'].create({'name': "Till", 'type': 'cash', 'code': 'TILL'})

    def payment_of(self, entity):
        """Return the Odoo payment of an entity."""
        return self.env['account.payment'].search([('qbo_id', '=', entity['Id'])])

    def applied(self, entity):
        """Return ``{(type, id): amount}`` of what a payment settles in QuickBooks."""
        return {
            (linked['TxnType'], linked['TxnId']): line['Amount']
            for line in entity['Line']
            for linked in line['LinkedTxn']
        }

    def open_in_odoo(self, *moves):
        return [move.amount_residual for move in moves]

    def open_in_qbo(self, *moves):
        return [self.in_qbo(move)['Balance'] for move in moves]

    def due(self, move):
        """Return the journal items of a document that can be reconciled."""
        return move.line_ids.filtered(lambda line: line.account_type == 'asset_receivable')

    def apply(self, payment, *moves):
        """Reconcile a payment or credit note with documents, as *Add* on an invoice does."""
        source = payment.move_id if payment._name == 'account.payment' else payment
        for move in moves:
            (self.due(source) + self.due(move)).reconcile()
