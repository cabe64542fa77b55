from odoo.tests import Form

from ..connection.test_day import ZONES
from ..masters.test_product import ProductCase


class TestInventory(ProductCase):
    """With Odoo's stock app, a product whose inventory Odoo tracks is an inventory item in QuickBooks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stock = cls.env['qbo.reference'].search(
            [('qbo_company_id', '=', cls.connection.qbo_company_id.id), ('name', '=', "Inventory Asset")]
        )
        cls.connection.asset_account_id = cls.stock
        cls.connection.expense_account_id = cls.account('Cost of Goods Sold')

    def storable(self, name="Chlorine 5 gal", quantity=0.0, **vals):
        """Return a product that Odoo tracks, with so many in the company's warehouse."""
        product = self.product(name, **{'type': 'consu', 'is_storable': True, 'standard_price': 4.0, **vals})
        if quantity:
            place = self.env['stock.warehouse'].search([('company_id', '=', self.company.id)], limit=1).lot_stock_id
            self.env['stock.quant']._update_available_quantity(product, place, quantity)
        return product

    def inventory_item(self, name="Salt 40 lb", **members):
        return self.sandbox.create('Item', {
            'Name': name, 'Type': 'Inventory', 'TrackQtyOnHand': True, 'QtyOnHand': 12,
            'InvStartDate': '2026-01-01', 'AssetAccountRef': {'value': self.stock.qbo_id},
            'IncomeAccountRef': {'value': self.connection.income_account_id.qbo_id},
            'ExpenseAccountRef': {'value': self.connection.expense_account_id.qbo_id}, **members,
        })  # fmt: skip

    def pulled(self, item):
        self.pull('products')
        return self.env['product.product'].search([('qbo_id', '=', item['Id'])])

    def keep_inventory(self, value):
        self.sandbox.configure(preferences={'ProductAndServicesPrefs': {'QuantityOnHand': value}})
        with self.enter_registry_test_mode():
            self.connection.with_user(self.manager).action_refresh_lists()
        self.sandbox.requests.clear()

    def assertSynced(self, product):
        self.assertEqual(product.qbo_state, 'synced', product.qbo_error)

    # Odoo to QuickBooks.

    def test_a_tracked_product_is_created_with_its_quantity_and_the_day(self):
        self.switch_on()
        product = self.storable(quantity=7)

        self.run_engine()

        self.assertSynced(product)
        self.assertRequests('POST item')
        item = self.item(product)
        self.assertEqual((item['Type'], item['TrackQtyOnHand'], item['QtyOnHand']), ('Inventory', True, 7))
        self.assertEqual(item['InvStartDate'], self.today.isoformat())
        accounts = {key: item[f'{key}AccountRef']['value'] for key in ('Asset', 'Income', 'Expense')}
        self.assertEqual(accounts, {
            'Asset': self.stock.qbo_id, 'Income': self.connection.income_account_id.qbo_id,
            'Expense': self.connection.expense_account_id.qbo_id,
        })  # fmt: skip

    def test_the_day_is_the_companys_wherever_it_is(self):
        self.switch_on()
        for zone in ZONES:
            self.connection.tz = zone
            product = self.storable(name=zone, quantity=7)
            self.run_engine()
            self.assertEqual(self.item(product)['InvStartDate'], self.today.isoformat(), zone)

    def test_none_in_stock_is_a_quantity(self):
        self.switch_on()
        product = self.storable()
        self.run_engine()
        self.assertSynced(product)
        self.assertEqual(self.item(product)['QtyOnHand'], 0)

    def test_stock_of_another_company_is_not_counted(self):
        self.switch_on()
        product = self.storable(quantity=7)
        other = self.env['res.company'].create({'name': "Second company"})
        place = self.env['stock.warehouse'].search([('company_id', '=', other.id)], limit=1).lot_stock_id
        self.env['stock.quant']._update_available_quantity(product, place, 50)
        self.run_engine()
        self.assertEqual(self.item(product)['QtyOnHand'], 7)

    def test_a_later_edit_leaves_the_quantity_there(self):
        self.switch_on()
        product = self.storable(quantity=7)
        self.run_engine()
        self.sandbox.overwrite('Item', product.qbo_id, {'QtyOnHand': 5})

        product.list_price = 13.0
        self.run_engine()

        item = self.item(product)
        self.assertEqual((item['UnitPrice'], item['QtyOnHand'], item['Type']), (13.0, 5, 'Inventory'))

    def test_without_an_asset_account_it_waits_and_says_which(self):
        self.switch_on()
        self.connection.asset_account_id = False
        product = self.storable()

        self.run_engine()
        self.assertEqual(product.qbo_state, 'held')
        self.assertIn("inventory asset account", product.qbo_error)

        product.qbo_asset_account_id = self.stock
        self.run_engine()
        self.assertSynced(product)
        self.assertEqual(self.item(product)['AssetAccountRef']['value'], self.stock.qbo_id)

    def test_it_needs_the_expense_account_too(self):
        self.switch_on()
        self.connection.expense_account_id = False
        product = self.storable()
        self.run_engine()
        self.assertIn("an expense account", product.qbo_error)

    def test_an_asset_account_that_is_none_of_stock_is_refused_by_name(self):
        self.switch_on()
        wrong = self.env['qbo.reference'].search(
            [('qbo_company_id', '=', self.connection.qbo_company_id.id), ('name', '=', "Prepaid Expenses")]
        )
        product = self.storable(qbo_asset_account_id=wrong.id)
        self.run_engine()
        self.assertEqual(product.qbo_state, 'error')
        self.assertIn("inventory asset account of Chlorine 5 gal", product.qbo_error)

    def test_where_quickbooks_keeps_no_inventory_it_is_a_product_without(self):
        self.keep_inventory(False)
        self.switch_on()
        product = self.storable(quantity=7)
        self.run_engine()
        self.assertSynced(product)
        self.assertEqual(self.item(product)['Type'], 'NonInventory')
        self.assertNotIn('AssetAccountRef', self.item(product))

    def test_a_product_that_is_not_tracked_is_none_of_inventory(self):
        self.switch_on()
        product = self.product(type='consu', qbo_asset_account_id=self.stock.id)
        self.run_engine()
        self.assertSynced(product)
        self.assertEqual(self.item(product)['Type'], 'NonInventory')
        self.assertNotIn('AssetAccountRef', self.item(product))

    def test_taken_out_of_inventory_it_waits_and_says_why_until_it_is_back(self):
        self.switch_on()
        product = self.storable()
        self.run_engine()

        product.write({'is_storable': False, 'list_price': 20.0})
        self.run_engine()
        self.assertEqual(product.qbo_state, 'held')
        self.assertIn("cannot become another type", product.qbo_error)
        self.assertNotEqual(self.item(product)['UnitPrice'], 20.0)

        product.is_storable = True
        self.run_engine()
        self.assertSynced(product)
        self.assertEqual(self.item(product)['UnitPrice'], 20.0)

    def test_tracked_later_it_stays_what_it_is_in_quickbooks(self):
        self.switch_on()
        product = self.product(type='consu')
        self.run_engine()

        product.write({'is_storable': True, 'list_price': 20.0})
        self.run_engine()

        self.assertSynced(product)
        self.assertEqual((self.item(product)['Type'], self.item(product)['UnitPrice']), ('NonInventory', 20.0))

    def test_inventory_switched_off_later_is_told_in_quickbooks_words(self):
        self.switch_on()
        product = self.storable()
        self.run_engine()
        self.keep_inventory(False)

        product.write({'list_price': 20.0})
        self.run_engine()

        self.assertIn("quantity on hand is turned off", product.qbo_error)
        self.assertEqual(self.item(product)['Type'], 'Inventory')

    # QuickBooks to Odoo.

    def test_an_inventory_item_comes_as_a_tracked_product_without_quantity(self):
        self.switch_on()
        product = self.pulled(self.inventory_item())

        self.assertRecordValues(product, [{'type': 'consu', 'is_storable': True, 'qty_available': 0.0}])
        self.assertSynced(product)
        self.run_engine()
        self.assertRequests('GET cdc')

    def test_an_edit_here_of_an_item_from_there_keeps_its_accounts_and_quantity(self):
        self.switch_on()
        item = self.inventory_item()
        product = self.pulled(item)

        product.list_price = 6.0
        self.run_engine()

        now = self.sandbox.get('Item', item['Id'])
        self.assertEqual((now['UnitPrice'], now['QtyOnHand'], now['InvStartDate']), (6.0, 12, '2026-01-01'))
        self.assertEqual(now['AssetAccountRef'], item['AssetAccountRef'])

    def test_made_an_inventory_item_there_it_is_tracked_here(self):
        self.switch_on()
        product = self.product(type='consu', purchase_ok=True)
        self.run_engine()

        self.sandbox.update('Item', product.qbo_id, {
            'Type': 'Inventory', 'QtyOnHand': 1, 'InvStartDate': '2026-01-01',
            'AssetAccountRef': {'value': self.stock.qbo_id},
        })  # fmt: skip
        self.pull('products')
        self.run_engine()

        self.assertTrue(product.is_storable)
        self.assertSynced(product)

    def test_a_tracked_product_linked_by_name_keeps_its_stock_whatever_the_type_there(self):
        item = self.sandbox.create('Item', self.item_values("Salt 40 lb"))
        product = self.storable(name="Salt 40 lb", quantity=3)

        self.switch_on()

        self.assertSynced(product)
        self.assertEqual(product.qbo_id, item['Id'])
        self.assertRecordValues(product, [{'type': 'consu', 'is_storable': True, 'qty_available': 3.0}])
        self.assertEqual(self.sandbox.get('Item', item['Id'])['Type'], 'Service')

    def test_a_tracked_product_is_linked_with_the_inventory_item_of_its_name(self):
        item = self.inventory_item()
        product = self.storable(name="Salt 40 lb", quantity=3)

        self.switch_on()
        self.assertSynced(product)
        product.list_price = 20.0
        self.run_engine()

        self.assertSynced(product)
        now = self.sandbox.get('Item', item['Id'])
        self.assertEqual((now['Type'], now['QtyOnHand'], now['UnitPrice']), ('Inventory', 12, 20.0))

    def test_a_product_that_is_not_tracked_linked_with_an_inventory_item_says_what_to_do(self):
        self.inventory_item()
        product = self.product("Salt 40 lb", type='consu')

        self.switch_on()
        self.assertEqual(product.qbo_state, 'held')
        self.assertIn("Let Odoo track its inventory", product.qbo_error)

        product.is_storable = True
        self.run_engine()
        self.assertSynced(product)

    # The cost of what Odoo values.

    def test_a_cost_that_odoo_computes_is_sent_once(self):
        self.switch_on()
        category = self.env['product.category'].create({'name': "Averaged", 'property_cost_method': 'average'})
        product = self.storable(categ_id=category.id)
        self.run_engine()
        self.assertEqual(self.item(product)['PurchaseCost'], 4.0)
        self.sandbox.requests.clear()

        # As Odoo does after a receipt at another price.
        product.with_context(disable_auto_revaluation=True).sudo().standard_price = 6.0
        self.run_engine()

        self.assertEqual(product.standard_price, 6.0)
        self.assertSynced(product)
        self.assertRequests()

    def test_a_cost_is_never_taken_where_odoo_values_the_stock(self):
        self.switch_on()
        for method in ('standard', 'average', 'fifo'):
            for rule in ('odoo', 'qbo', 'ask'):
                with self.subTest(method=method, rule=rule):
                    self.connection.conflict_rule = rule
                    name = f"{method} {rule}"
                    category = self.env['product.category'].create({'name': name, 'property_cost_method': method})
                    product = self.storable(f"Salt {name}", categ_id=category.id)
                    self.run_engine()
                    self.sandbox.update('Item', product.qbo_id, {'PurchaseCost': 99.0, 'UnitPrice': 55.0})
                    self.pull('products')
                    self.assertEqual((product.standard_price, product.list_price), (4.0, 55.0))
                    self.assertSynced(product)

    # Screens.

    def test_the_product_form_offers_the_asset_account(self):
        self.switch_on()
        self.user.group_ids += self.env.ref('stock.group_stock_user')
        product = self.storable()
        with Form(product.product_tmpl_id.with_user(self.user)) as form:
            form.qbo_asset_account_id = self.stock
        self.assertEqual(product.qbo_asset_account_id, self.stock)
        self.assertTrue(self.connection.has_inventory)
