from .test_product import ProductCase


class TestCategory(ProductCase):
    """Categories go with the products that use them, and come with all others."""

    def category(self, name="Chemicals", parent=None):
        return self.env['product.category'].create({'name': name, 'parent_id': parent and parent.id})

    def synced(self, *categories):
        """Return a synchronized product for each category, with a clean request log."""
        products = [self.product(f'In {category.name}', categ_id=category.id) for category in categories]
        self.run_engine()
        for product in products:
            self.assertEqual(product.qbo_state, 'synced', product.qbo_error)
        self.sandbox.requests.clear()
        return products

    def in_quickbooks_category(self, name, **members):
        return self.sandbox.create('Item', {'Name': name, 'Type': 'Category', **members})

    def ours(self, item):
        model = 'product.category' if item['Type'] == 'Category' else 'product.product'
        return self.env[model].search([('qbo_id', '=', item['Id'])])

    def place(self, record):
        return self.sandbox.get('Item', record.qbo_id)['FullyQualifiedName']

    # Odoo to QuickBooks.

    def test_a_product_in_a_new_category_is_two_requests(self):
        self.switch_on()
        product = self.product(categ_id=self.category().id)

        self.run_engine()

        self.assertEqual(product.qbo_state, 'synced', product.qbo_error)
        self.assertRequests('POST item', 'POST item')
        self.assertEqual([row.body['Name'] for row in self.sandbox.requests], ["Chemicals", "Chlorine 5 gal"])
        self.assertEqual(self.place(product), "Chemicals:Chlorine 5 gal")
        self.assertEqual(product.categ_id.qbo_state, 'synced')

    def test_a_product_in_a_known_category_is_one_request(self):
        self.switch_on()
        category = self.category()
        self.synced(category)

        product = self.product(categ_id=category.id)
        self.run_engine()

        self.assertRequests('POST item')
        self.assertEqual(self.place(product), "Chemicals:Chlorine 5 gal")

    def test_parents_go_before_children(self):
        self.switch_on()
        inner = self.category("Tablets", self.category())
        product = self.product(categ_id=inner.id)

        self.run_engine()

        self.assertEqual(product.qbo_state, 'synced', product.qbo_error)
        self.assertRequests('POST item', 'POST item', 'POST item')
        self.assertEqual(self.place(product), "Chemicals:Tablets:Chlorine 5 gal")

    def test_a_category_that_no_product_uses_is_not_sent(self):
        self.switch_on()
        category = self.category()
        self.run_engine()
        category.name = "Chemistry"
        self.run_engine()
        self.assertRequests()
        self.assertFalse(category.qbo_state)

    def test_a_product_moved_out_of_its_category_and_back_is_moved_there(self):
        self.switch_on()
        category = self.category()
        [product] = self.synced(category)

        product.categ_id = False
        self.run_engine()
        self.assertEqual(self.place(product), "In Chemicals")

        product.categ_id = category
        self.run_engine()
        self.assertEqual(self.place(product), "Chemicals:In Chemicals")
        self.assertRequests('POST item', 'POST item')

    def test_a_category_renamed_and_moved_is_changed_there(self):
        self.switch_on()
        one, two = self.category("One"), self.category("Two")
        [product, _other] = self.synced(one, two)

        one.write({'name': "Uno", 'parent_id': two.id})
        self.run_engine()

        self.assertEqual(self.place(product), "Two:Uno:In One")
        self.assertRequests('POST item')

    def test_moved_below_a_category_that_is_not_there_yet_that_one_goes_first(self):
        self.switch_on()
        category = self.category()
        [product] = self.synced(category)

        category.parent_id = self.category("Goods for pools")
        self.run_engine()

        self.assertEqual(self.place(product), "Goods for pools:Chemicals:In Chemicals")

    def test_a_category_moved_to_the_top_lies_there(self):
        self.switch_on()
        inner = self.category("Tablets", self.category())
        [product] = self.synced(inner)

        inner.parent_id = False
        self.run_engine()

        self.assertEqual(self.place(product), "Tablets:In Tablets")

    def test_odoos_category_of_all_products_is_none(self):
        self.switch_on()
        everything = self.category("All")
        self.env['ir.model.data'].create({
            'module': 'product', 'name': 'product_category_all', 'model': 'product.category', 'res_id': everything.id,
        })  # fmt: skip
        [plain, inside] = self.synced(everything, self.category("Chemicals", everything))

        self.assertEqual(self.place(plain), "In All")
        self.assertEqual(self.place(inside), "Chemicals:In Chemicals")

    def test_a_fifth_level_waits_and_says_so_until_it_is_moved_up(self):
        self.switch_on()
        category = self.category("Level 1")
        for level in range(2, 6):
            category = self.category(f'Level {level}', category)
        product = self.product(categ_id=category.id)

        self.run_engine()
        self.assertEqual(product.qbo_state, 'held')
        self.assertIn("QuickBooks has 4 levels", product.qbo_error)

        category.parent_id = False
        self.run_engine()
        self.assertEqual(product.qbo_state, 'synced', product.qbo_error)

    def test_a_category_with_the_same_name_is_used(self):
        self.switch_on()
        theirs = self.in_quickbooks_category("Chemicals")
        product = self.product(categ_id=self.category().id)

        self.run_engine()

        self.assertEqual(product.qbo_state, 'synced', product.qbo_error)
        self.assertEqual(product.categ_id.qbo_id, theirs['Id'])
        self.assertEqual(self.item(product)['ParentRef']['value'], theirs['Id'])

    def test_a_product_with_the_categorys_name_is_in_the_way_and_not_taken_for_it(self):
        self.switch_on()
        self.sandbox.create('Item', self.item_values("Chemicals"))
        category = self.category()
        product = self.product(categ_id=category.id)

        self.run_engine()
        self.assertEqual((product.qbo_state, category.qbo_state), ('held', 'error'))
        self.assertIn("Another product or category", category.qbo_error)
        self.assertFalse(self.link(category).can_link_candidate)

        self.link(category).with_user(self.user).action_send_as_suggested()
        self.run_engine()
        self.assertEqual(self.place(product), "Chemicals (2):Chlorine 5 gal")

    def test_a_category_kept_out_leaves_its_products_without(self):
        self.switch_on()
        category = self.category()
        category.qbo_mode = 'never'
        [product] = self.synced(category)
        self.assertEqual(self.place(product), "In Chemicals")

    def use_categories(self, value):
        self.sandbox.overwrite('CompanyInfo', '1', {'NameValue': [{'Name': 'ItemCategoriesFeature', 'Value': value}]})
        with self.enter_registry_test_mode():
            self.connection.with_user(self.manager).action_test()

    def test_a_company_without_categories_gets_none_and_gives_none(self):
        self.use_categories('false')
        self.switch_on()
        [product] = self.synced(self.category())
        self.assertEqual(self.place(product), "In Chemicals")

        self.sandbox.update('Item', product.qbo_id, {'UnitPrice': 2.0})
        self.pull('products')
        self.assertEqual(product.categ_id.name, "Chemicals")

    # QuickBooks to Odoo.

    def test_switched_on_items_come_with_their_categories(self):
        outer = self.in_quickbooks_category("Zones")
        inner = self.in_quickbooks_category("Areas", ParentRef={'value': outer['Id']})
        item = self.sandbox.create('Item', self.item_values(ParentRef={'value': inner['Id']}))

        self.switch_on()

        self.assertEqual(self.ours(item).categ_id.complete_name, "Zones / Areas")
        self.assertEqual(self.ours(outer), self.ours(item).categ_id.parent_id)

    def test_an_item_that_is_older_than_its_category_comes_in_it(self):
        item = self.sandbox.create('Item', self.item_values())
        category = self.in_quickbooks_category("Later")
        self.sandbox.update('Item', item['Id'], {'ParentRef': {'value': category['Id']}})

        self.switch_on()

        self.assertEqual(self.ours(item).categ_id.name, "Later")

    def test_a_category_of_the_same_name_is_linked_and_keeps_its_accounts(self):
        account = self.env['account.account'].create(
            {'name': "Chemical sales", 'code': '400900', 'account_type': 'income'}
        )
        other = self.category("Pool", self.category("Elsewhere"))
        mine = self.category("Pool")
        mine.property_account_income_categ_id = account

        theirs = self.in_quickbooks_category("Pool")
        self.switch_on()

        self.assertEqual(mine.qbo_id, theirs['Id'])
        self.assertFalse(other.qbo_id)
        self.assertEqual(mine.property_account_income_categ_id, account)

    def test_a_new_item_in_a_new_category_comes_with_it_and_nothing_goes_back(self):
        self.switch_on()
        category = self.in_quickbooks_category("Chemicals")
        item = self.sandbox.create('Item', self.item_values(ParentRef={'value': category['Id']}))

        self.pull('products')
        self.run_engine()

        self.assertEqual(self.ours(item).categ_id, self.ours(category))
        self.assertRequests('GET cdc')

    def test_an_item_moved_in_quickbooks_moves_here_and_back(self):
        self.switch_on()
        category = self.category()
        [product] = self.synced(category)
        theirs = self.in_quickbooks_category("Pool gear")

        self.sandbox.update('Item', product.qbo_id, {'ParentRef': {'value': theirs['Id']}})
        self.pull('products')
        self.assertEqual(product.categ_id, self.ours(theirs))

        self.sandbox.update('Item', product.qbo_id, {'ParentRef': {'value': ''}, 'SubItem': False})
        self.pull('products')
        self.assertFalse(product.categ_id)

        self.sandbox.update('Item', product.qbo_id, {'ParentRef': {'value': category.qbo_id}})
        self.pull('products')
        self.run_engine()
        self.assertEqual(product.categ_id, category)
        self.assertRequests('GET cdc', 'GET cdc', 'GET cdc')

    def test_a_category_renamed_and_moved_in_quickbooks_follows(self):
        self.switch_on()
        one, two = self.category("One"), self.category("Two")
        self.synced(one, two)

        self.sandbox.update('Item', one.qbo_id, {'Name': "Uno", 'ParentRef': {'value': two.qbo_id}})
        self.pull('products')
        self.run_engine()

        self.assertEqual(one.complete_name, "Two / Uno")
        self.assertRequests('GET cdc')

    def test_a_category_that_was_left_out_is_fetched_when_an_item_comes_to_lie_in_it(self):
        outer = self.in_quickbooks_category("Zones")
        inner = self.in_quickbooks_category("Areas", ParentRef={'value': outer['Id']})
        self.use_categories('false')
        self.switch_on()
        product = self.product()
        self.run_engine()
        self.wait(minutes=10)
        self.pull('products')
        self.assertFalse(self.ours(inner))
        self.use_categories('true')
        self.sandbox.requests.clear()

        self.sandbox.update('Item', product.qbo_id, {'ParentRef': {'value': inner['Id']}})
        self.pull('products')

        self.assertEqual(product.categ_id.complete_name, "Zones / Areas")
        self.assertRequests('GET cdc', 'POST query', 'POST query')
