"""What the tests of bill payments share."""

from .purchase_case import PurchaseCase


class BillPaymentCase(PurchaseCase):
    """The bank journal is QuickBooks' checking account, a journal of its own its credit card."""

    @classmethod
    def _set_up_purchases(cls):
        result = super()._set_up_purchases()
        cls.checking, cls.card = cls.account('Bank', name='Checking'), cls.account('Credit Card')
        cls.savings = cls.account('Bank', name='Savings')
        cls.bank.qbo_paid_from_id = cls.checking
        cls.visa = cls.env['account.journal'].create({'name': "Company card", 'type': 'credit', 'code': 'CARD'})
        cls.visa.qbo_paid_from_id = cls.card
        return result

    # === ACTING === #

    def paid(self, amount=80.0, confirm=True, **vals):
        """Return a payment to the vendor that pays nothing yet."""
        vals = {
            'partner_id': self.tackle.id,
            'amount': amount,
            'date': '2026-03-05',
            'journal_id': self.bank.id,
            **vals,
        }
        payment = self.env['account.payment'].create({'payment_type': 'outbound', 'partner_type': 'supplier', **vals})
        if confirm:
            payment.action_post()
        return payment

    def synced(self, record):
        """Run the engine, see that a record is in QuickBooks, and clear the request log."""
        self.run_engine()
        self.assertSynced(record)
        self.sandbox.requests.clear()
        return record

    def pay_there(self, amount, *lines, **members):
        """Create a bill payment in QuickBooks that settles ``lines``, each ``(record or entity, amount)``."""
        values = {
            'VendorRef': {'value': self.vendor_id(self.tackle)},
            'PayType': 'Check',
            'CheckPayment': {'BankAccountRef': {'value': self.checking.qbo_id}},
            'TotalAmt': amount,
            'TxnDate': '2026-03-06',
            'Line': [self.settles(*line) for line in lines],
            **members,
        }
        return self.sandbox.create('BillPayment', {key: value for key, value in values.items() if value is not None})

    def settles(self, what, amount):
        """Return the line of a payment."""
        if isinstance(what, dict):
            kind, qbo_id = what.get('kind', 'Bill'), what['Id']
        else:
            kind, qbo_id = self.link(what).entity, what.qbo_id
        return {'Amount': amount, 'LinkedTxn': [{'TxnId': qbo_id, 'TxnType': kind}]}

    def prefer_now(self, **groups):
        """Change preferences in QuickBooks and read them."""
        self.sandbox.configure(preferences=groups)
        with self._crons_may_commit():
            self.connection._read_settings()
        self.sandbox.requests.clear()

    def apply(self, source, *moves):
        """Reconcile a payment or credit with bills, as *Add* on a bill does."""
        source = source.move_id if source._name == 'account.payment' else source
        for move in moves:
            (self.due(source) + self.due(move)).reconcile()

    # === LOOKING === #

    def due(self, move):
        """Return the journal items of a document or entry that can be reconciled."""
        return move.line_ids.filtered(lambda line: line.account_type == 'liability_payable')

    def applied(self, entity):
        """Return ``{(type, id): amount}`` of what a payment settles in QuickBooks."""
        return {
            (linked['TxnType'], linked['TxnId']): line['Amount']
            for line in entity['Line']
            for linked in line['LinkedTxn']
        }

    def payment_of(self, entity):
        """Return the Odoo payment of an entity."""
        domain = [('entity', '=', 'BillPayment'), ('qbo_id', '=', entity['Id']), ('res_model', '=', 'account.payment')]
        return self.env['account.payment'].browse(self.env['qbo.link'].search(domain).res_id)

    def open_in_odoo(self, *moves):
        return [move.amount_residual for move in moves]

    def open_in_qbo(self, *moves):
        return [self.in_qbo(move)['Balance'] for move in moves]

    def assertSynced(self, *records):
        for record in records:
            self.assertEqual((record.qbo_state, record.qbo_error), ('synced', False), record.display_name)

    def assertVendorAgrees(self, vendor=None):
        """Assert that both sides owe a vendor the same, to the cent; payments that are not applied count."""
        vendor = vendor or self.tackle
        items = self.env['account.move.line'].search(
            [
                ('partner_id', '=', vendor.id),
                ('account_id.account_type', '=', 'liability_payable'),
                ('parent_state', '=', 'posted'),
            ]
        )
        there = self.sandbox.get('Vendor', self.vendor_id(vendor))['Balance']
        self.assertEqual(round(there, 2), round(-sum(items.mapped('amount_residual_currency')), 2))
