"""Random months of purchases, bought and paid on both sides and in two currencies: what is owed is the same."""

import random

from .payment_case import BillPaymentCase

ROUNDS, SEEDS = 10, (3, 11)


class TestBillPaymentAbroad(BillPaymentCase):
    """Both sides work in euros too, and trade with two vendors at home and one in Europe."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.deal_in_euros(('2025-01-01', 0.8765), ('2026-03-04', 0.8123), ('2026-03-06', 0.9))

    def setUp(self):
        super().setUp()
        vendor = self.env['res.partner']
        self.harbor = vendor.create({'name': "Harbor Supply", 'supplier_rank': 1})
        self.azur = vendor.create({'name': "Azur", 'supplier_rank': 1})
        for partner in (self.harbor, self.tackle, self.azur):
            self.bill([(self.fuel, 1, 10.0)], vendor=partner, ref='FIRST', **self.money_of(partner))
        self.run_engine()
        self.sandbox.requests.clear()

    def money_of(self, vendor):
        return {'currency_id': self.euro.id} if vendor == self.azur else {}

    # === EXAMPLES === #

    def test_rates_of_both_and_the_amount_at_home(self):
        bill = self.synced_bill(vendor=self.azur, ref='T-1', currency_id=self.euro.id)
        payment = self.synced(self.pay(bill, payment_date='2026-03-06'))
        there = self.in_qbo(payment)
        self.assertEqual((there['CurrencyRef']['value'], there['TotalAmt']), ('EUR', 80.0))
        self.assertEqual(round(there['TotalAmt'] * there['ExchangeRate'], 2), -payment.amount_company_currency_signed)
        self.assertEqual(self.open_in_qbo(bill), [0])
        self.assertSynced(bill)

    def test_a_foreign_payment_and_its_rate_arrive_and_stay(self):
        bill = self.synced_bill(vendor=self.azur, ref='T-1', currency_id=self.euro.id)
        entity = self.pay_there(
            50.0,
            (bill, 50.0),
            VendorRef={'value': self.vendor_id(self.azur)},
            CurrencyRef={'value': 'EUR'},
            ExchangeRate=1.3,
        )
        self.pull('documents')
        payment = self.payment_of(entity)
        self.assertEqual((payment.currency_id, payment.amount), (self.euro, 50.0))
        self.assertEqual(payment.amount_company_currency_signed, -65.0)
        self.sandbox.update('BillPayment', entity['Id'], {'TotalAmt': 60.0})
        self.pull('documents')
        self.assertEqual((payment.amount, payment.amount_company_currency_signed), (60.0, -78.0))
        self.assertEqual(self.open_in_odoo(bill), [30.0])
        self.assertSynced(payment, bill)
        self.assertVendorAgrees(self.azur)

    def test_a_vendor_of_another_currency_is_named(self):
        payment = self.paid(50.0, currency_id=self.euro.id)
        self.run_engine()
        self.assertEqual(payment.qbo_state, 'held')
        self.assertIn("Tackle & Oil", payment.qbo_error)

    # === ANY MONTH === #

    def test_what_is_owed_to_each_vendor_is_the_same_to_the_cent_after_any_month(self):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                chance, done = random.Random(seed), []
                for number in range(ROUNDS):
                    here, there = chance.sample([self.tackle, self.harbor, self.azur], 2)
                    for side, vendor in ((self.act_here, here), (self.act_there, there)):
                        done.append(side(chance, vendor, f'{seed}-{number}'))
                    self.pull('documents')
                    self.assertAgree(done)

    def assertAgree(self, done):
        links = self.env['qbo.link'].search([('entity', 'in', ('Bill', 'VendorCredit', 'BillPayment'))])
        wrong = links.filtered(lambda link: link.state not in ('synced', 'gone'))
        self.assertFalse(wrong, f"{wrong.mapped(lambda link: (link.name, link.state, link.error))} after {done}")
        for vendor in (self.tackle, self.harbor, self.azur):
            self.assertVendorAgrees(vendor)

    def act_here(self, chance, vendor, ref):
        """Do something in Odoo, in a transaction that begins now, and return what."""
        self.env['account.move']._get_sequence_cache().clear()
        name = chance.choice(('buy', 'buy', 'credit', 'pay', 'pay', 'advance', 'apply', 'undo', 'cancel', 'reset'))
        bills, credits = self.open_here(vendor, 'in_invoice'), self.open_here(vendor, 'in_refund')
        payments = self.env['account.payment'].search(
            [('partner_id', '=', vendor.id), ('state', 'in', ('in_process', 'paid')), ('payment_type', '=', 'outbound')]
        )
        if name in ('buy', 'credit') or (name == 'pay' and not bills):
            self.bill(
                [(self.fuel, 1, self.cents(chance, 1, 300)), (self.spare, 2, self.cents(chance, 1, 40))],
                vendor=vendor,
                ref=f'H{ref}',
                move_type='in_refund' if name == 'credit' else 'in_invoice',
                **self.money_of(vendor),
            )
        elif name == 'pay':
            some = bills[: chance.randint(1, 3)]
            whole = sum(some.mapped('amount_residual'))
            part = whole if chance.random() < 0.5 else max(0.01, round(whole * chance.random(), 2))
            self.pay(some, part, payment_date='2026-03-06')
        elif name == 'apply' and bills and credits:
            self.apply(credits[0], bills[0])
        elif name == 'undo' and payments:
            self.due(payments[-1].move_id).remove_move_reconcile()
        elif name == 'cancel' and payments:
            payments[0].action_cancel()
        elif name == 'reset' and payments:
            payments[-1].action_draft()
            payments[-1].amount = round(payments[-1].amount + 1.5, 2)
            payments[-1].action_post()
        else:
            self.paid(self.cents(chance, 1, 90), partner_id=vendor.id, **self.money_of(vendor))
        return 'Odoo', vendor.name, name

    def act_there(self, chance, vendor, ref):
        """Do something in QuickBooks and return what."""
        name = chance.choice(('buy', 'credit', 'pay', 'pay', 'apply', 'less', 'void', 'delete', 'more'))
        vendor_id = self.vendor_id(vendor)
        money = {'CurrencyRef': {'value': 'USD'}}
        if vendor == self.azur:
            money = {'CurrencyRef': {'value': 'EUR'}, 'ExchangeRate': 1.17}
        bills, credits = self.open_there(vendor_id, 'Bill'), self.open_there(vendor_id, 'VendorCredit')
        payments = [
            row for row in self.sandbox.all('BillPayment') if row['VendorRef']['value'] == vendor_id and row['TotalAmt']
        ]
        if name == 'pay' and bills:
            bill = chance.choice(bills)
            part = min(bill['Balance'], self.cents(chance, 1, 100))
            credit = [(credits[0], min(part, credits[0]['Balance']))] if credits and chance.random() < 0.4 else []
            rest = self.cents(chance, 0, 20)
            cash = round(part - sum(amount for _credit, amount in credit) + rest, 2)
            self.pay_there(cash, (bill, part), *credit, VendorRef={'value': vendor_id}, **money)
        elif name == 'apply' and bills and credits:
            part = min(bills[0]['Balance'], credits[0]['Balance'])
            self.pay_there(0, (bills[0], part), (credits[0], part), VendorRef={'value': vendor_id}, **money)
        elif name == 'less' and payments and payments[0]['Line']:
            self.sandbox.update('BillPayment', payments[0]['Id'], {'Line': []})
        elif name in ('void', 'delete') and payments:
            getattr(self.sandbox, name)('BillPayment', payments[-1]['Id'])
        elif name == 'more' and payments:
            self.sandbox.update('BillPayment', payments[0]['Id'], {'TotalAmt': round(payments[0]['TotalAmt'] + 2.5, 2)})
        else:
            lines = [self.account_line(self.cents(chance, 1, 250))]
            kind = 'VendorCredit' if name == 'credit' else 'Bill'
            self.buy(kind, lines, vendor_id, DocNumber=f'Q{ref}', **money)
        return 'QuickBooks', vendor.name, name

    def cents(self, chance, least, most):
        return chance.randint(least * 100, most * 100) / 100

    def open_here(self, vendor, move_type):
        domain = [('partner_id', '=', vendor.id), ('move_type', '=', move_type), ('state', '=', 'posted')]
        return self.env['account.move'].search(domain, order='id').filtered('amount_residual')

    def open_there(self, vendor_id, kind):
        rows = [row for row in self.sandbox.all(kind) if row['VendorRef']['value'] == vendor_id and row['Balance']]
        return sorted(({**row, 'kind': kind} for row in rows), key=lambda row: int(row['Id']))
