"""With Odoo's app Expenses: what the company's money paid is an expense in QuickBooks too."""

from ..purchases.purchase_case import PurchaseCase


class TestExpenses(PurchaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bank.default_account_id.qbo_account_id = cls.account('Bank')
        cls.employee = cls.env['hr.employee'].create({'name': "Rita Pool", 'work_email': 'rita@pools.example'})
        cls.meals = cls.env['product.product'].create(
            {
                'name': "Meals",
                'can_be_expensed': True,
                'sale_ok': False,
                'purchase_ok': False,
                'standard_price': 0.0,
                'qbo_expense_account_id': cls.account('Expense', name='Fuel').id,
            }
        )
        cls.sandbox.requests.clear()
        cls.sandbox.snapshot()

    def expense(self, **vals):
        """Return an expense that is posted."""
        expense = self.env['hr.expense'].create(
            {
                'name': "Chlorine on the way",
                'employee_id': self.employee.id,
                'product_id': self.meals.id,
                'total_amount_currency': 46.0,
                'payment_mode': 'company_account',
                'vendor_id': self.tackle.id,
                'account_id': self.fuel.id,
                'tax_ids': False,
                'date': '2026-03-02',
                'payment_method_line_id': self.bank.outbound_payment_method_line_ids[:1].id,
                **vals,
            }
        )
        expense.action_submit()
        if expense.state != 'approved':
            expense.action_approve()
        if expense.payment_mode == 'company_account':
            expense.action_post()
        else:
            expense._post_without_wizard()
        return expense

    def entry(self, **vals):
        """Return the journal entry of an expense that is in QuickBooks."""
        entry = self.expense(**vals).account_move_id
        self.run_engine()
        self.assertEqual((entry.qbo_state, entry.qbo_error), ('synced', False))
        return entry

    def test_what_the_company_paid_is_one_request(self):
        entry = self.entry()
        self.assertRequests('POST purchase')
        there = self.sandbox.get('Purchase', entry.qbo_id)
        self.assertEqual((there['TotalAmt'], there['TxnDate'], there['PaymentType']), (46, '2026-03-02', 'Cash'))
        self.assertEqual(there['AccountRef']['value'], self.account('Bank').qbo_id)
        self.assertEqual(there['EntityRef']['value'], self.vendor_id(self.tackle))
        self.assertEqual(self.bought_of(there), [(self.fuel.qbo_account_id.qbo_id, None, None, 46.0)])
        self.assertEqual(there['PrivateNote'], "Chlorine on the way")
        self.assertFalse(entry.origin_payment_id.qbo_state)
        left = self.env['account.move.line'].search(self.connection._left_to_entries())
        self.assertFalse(left & entry.line_ids)

    def test_one_that_is_cancelled_is_deleted_there(self):
        entry = self.entry()
        qbo_id = entry.qbo_id
        entry.button_cancel()
        self.run_engine()
        self.assertNotIn(qbo_id, [row['Id'] for row in self.sandbox.all('Purchase')])

    def test_one_that_is_changed_there_says_where_it_is_corrected(self):
        entry = self.entry()
        self.sandbox.update('Purchase', entry.qbo_id, {'Line': [self.account_line(50.0)]})
        self.pull('documents')
        self.assertEqual((entry._qbo_spent(), entry.qbo_state), (46, 'error'))
        self.assertIn("corrected in the app Expenses", entry.qbo_error)

    def test_what_an_employee_paid_waits_for_somebody_to_say_that_it_is_a_bill(self):
        receipt = self.expense(payment_mode='own_account').account_move_id
        self.run_engine()
        self.assertRequests()
        link = self.link(receipt)
        self.assertEqual((receipt.qbo_state, link.reason['key']), ('held', 'expense_of_employee'))
        self.assertIn("Rita Pool paid it", receipt.qbo_error)

        link.with_user(self.manager).action_send_as_bill()
        self.run_engine()
        self.assertEqual((receipt.qbo_state, receipt.qbo_error), ('synced', False))
        self.assertEqual(self.bill_there(receipt)['TotalAmt'], 46)
