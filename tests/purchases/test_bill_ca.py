"""Purchases in Canada: GST, HST, and a PST that nobody gives back; and what was spent in another currency."""

from .purchase_case import PurchaseCase


class TestBillCanada(PurchaseCase):
    sandbox_country = 'CA'

    @classmethod
    def _connection_vals(cls):
        cls.env.ref('base.CAD').active = True
        cls.company.currency_id = cls.env.ref('base.CAD')
        return super()._connection_vals()

    @classmethod
    def _set_up_purchases(cls):
        result = super()._set_up_purchases()
        cls.bank.default_account_id.qbo_account_id = cls.account('Bank')
        model = cls.env['account.tax']
        cls.gst, cls.hst, cls.pst = (
            model.create({'name': name, 'amount': percent, 'type_tax_use': 'purchase'})
            for name, percent in (('GST', 5.0), ('HST ON', 13.0), ('PST BC', 7.0))
        )
        cls.input_tax = cls.env['account.account'].create(
            {'name': "Input tax", 'code': '118100', 'account_type': 'asset_current'}
        )
        for tax in cls.gst | cls.hst:  # PST has none: it is a part of what was bought
            lines = tax.invoice_repartition_line_ids | tax.refund_repartition_line_ids
            lines.filtered(lambda line: line.repartition_type == 'tax').account_id = cls.input_tax
        cls.codes = {row['Name']: row['Id'] for row in cls.sandbox.all('TaxCode')}
        cls.rates = {row['Name']: row['Id'] for row in cls.sandbox.all('TaxRate')}
        return result

    def taxed(self, code):
        return {'TaxCodeRef': {'value': self.codes[code]}}

    def spent(self, lines, **members):
        """Return an expense of QuickBooks, and what it became here."""
        values = {
            'PaymentType': 'Cash',
            'AccountRef': {'value': self.account('Bank').qbo_id},
            'TxnDate': '2026-03-02',
            'Line': lines,
        }
        entity = self.sandbox.create('Purchase', {**values, **members})
        self.pull('documents')
        self.assertNoErrors()
        domain = [('entity', '=', 'Purchase'), ('qbo_id', '=', entity['Id'])]
        return entity, self.env['account.move'].browse(self.env['qbo.link'].search(domain).res_id)

    def charged(self, there):
        """Return ``{name of a rate: its tax}`` of an entity."""
        names = {qbo_id: name for name, qbo_id in self.rates.items()}
        lines = there['TxnTaxDetail']['TaxLine']
        return {names[line['TaxLineDetail']['TaxRateRef']['value']]: line['Amount'] for line in lines if line['Amount']}

    def assertSame(self, move):
        there = self.bill_there(move)
        self.assertEqual((move.qbo_state, move.qbo_error), ('synced', False))
        self.assertEqual((there['TotalAmt'], there['TxnTaxDetail']['TotalTax']), (move.amount_total, move.amount_tax))
        return there

    def test_gst_hst_and_pst_go_and_come_rate_by_rate(self):
        lines = [(self.fuel, 1, 99.99, self.gst | self.pst), (self.chlorine, 3, 10.0, self.hst)]
        for move_type in ('in_invoice', 'in_receipt'):
            with self.subTest(move_type):
                move = self.bill(lines, move_type=move_type, ref=move_type)
                if move_type == 'in_receipt':
                    self.pay(move, payment_date='2026-03-05')
                self.run_engine()
                there = self.assertSame(move)
                self.assertEqual(self.charged(there), {'GST': 5.0, 'PST BC': 7.0, 'HST ON': 3.9})
        bill = self.env['account.move'].search([('ref', '=', 'in_invoice')])
        bill.button_draft()
        bill.invoice_line_ids.filtered('product_id').price_unit = 20.0
        bill.action_post()
        self.run_engine()
        there = self.assertSame(bill)
        self.assertEqual(self.charged(there), {'GST': 5.0, 'PST BC': 7.0, 'HST ON': 7.8})

        detail = there['TxnTaxDetail']
        for line in detail['TaxLine']:
            if line['Amount'] == 7.8:
                line['Amount'] = 7.81
        self.sandbox.update('Bill', there['Id'], {'TxnTaxDetail': {**detail, 'TotalTax': 19.81}, 'Line': there['Line']})
        self.pull('documents')
        self.assertEqual(bill.amount_tax, 19.81)
        self.assertSame(bill)

    def test_an_expense_has_the_tax_that_is_not_given_back_on_what_was_bought(self):
        lines = [self.account_line(99.99, **self.taxed('GST/PST BC')), self.account_line(30.0, **self.taxed('HST ON'))]
        _entity, receipt = self.spent(lines)
        self.assertEqual((receipt.move_type, receipt.amount_tax, receipt.amount_residual), ('in_receipt', 15.9, 0))
        self.assertSame(receipt)

        self.connection.take_expenses_as = 'entry'
        entity, entry = self.spent(lines)
        self.assertEqual((entry.move_type, entry._qbo_spent()), ('entry', entity['TotalAmt']))
        booked = [(item.account_id, item.balance) for item in entry._qbo_tax_lines()]
        self.assertCountEqual(booked, [(self.input_tax, 5.0), (self.fuel, 7.0), (self.input_tax, 3.9)])
        self.assertEqual((entry.qbo_state, entry.qbo_error), ('synced', False))
        entry.line_ids.filtered(lambda line: line.account_id == self.fuel)[:1].name = "Diesel"
        self.run_engine()
        self.assertEqual((entry.qbo_state, entry.qbo_error), ('synced', False))
        self.assertEqual(self.sandbox.get('Purchase', entity['Id'])['TotalAmt'], entity['TotalAmt'])

    def test_what_was_spent_in_another_currency(self):
        euro = self.env.ref('base.EUR')
        euro.active = True
        self.env['res.currency.rate'].create({'currency_id': euro.id, 'name': '2026-01-01', 'rate': 0.8})
        self.prefer(CurrencyPrefs={'MultiCurrencyEnabled': True})
        money = {'CurrencyRef': {'value': 'EUR'}, 'ExchangeRate': 1.5}
        lines = [self.account_line(80.0, **self.taxed('GST')), self.account_line(0.33, **self.taxed('HST ON'))]
        for take_as in ('receipt', 'entry'):
            with self.subTest(take_as):
                self.connection.take_expenses_as = take_as
                entity, move = self.spent(lines, **money)
                self.assertEqual((move.currency_id, move.move_type == 'entry'), (euro, take_as == 'entry'))
                booked = sum(line.balance for line in move.line_ids if line.balance > 0)
                self.assertEqual(round(booked, 2), round(entity['TotalAmt'] * 1.5, 2))
                self.assertEqual((move.qbo_state, move.qbo_error), ('synced', False))
        self.sandbox.update('Purchase', entity['Id'], {'ExchangeRate': 1.6})
        self.pull('documents')
        self.assertNoErrors()
        money = move._qbo_money_items()
        self.assertEqual((money.amount_currency, money.balance), (-84.37, -134.99))
        self.assertEqual((move.qbo_state, move.qbo_error), ('synced', False))
