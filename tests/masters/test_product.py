from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from ..common import QboCase


class ProductCase(QboCase):
    """Products are switched on, with accounts chosen."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = cls()
        cls.env.flush_all()  # another cursor reads the credential
        with case.enter_registry_test_mode():
            cls.connection.with_user(cls.manager).action_refresh_lists()
        cls.connection.income_account_id = cls.account('Income')
        cls.connection.expense_account_id = cls.account('Cost of Goods Sold')
        cls.user.group_ids += cls.env.ref('product.group_product_manager')
        cls.existing = cls.env['product.product'].search([])
        cls.sandbox.snapshot()

    @classmethod
    def account(cls, kind, skip=0):
        domain = [('qbo_company_id', '=', cls.connection.qbo_company_id.id), ('kind', '=', kind)]
        return cls.env['qbo.reference'].search(domain, limit=1, offset=skip)

    def switch_on(self):
        self.existing.sale_ok = self.existing.purchase_ok = False
        self.connection.with_user(self.manager).action_switch_on_products()
        self.run_engine()
        self.sandbox.requests.clear()

    def product(self, name="Chlorine 5 gal", **vals):
        vals = {'name': name, 'list_price': 12.5, 'sale_ok': True, 'purchase_ok': False, **vals}
        return self.env['product.product'].create(vals)

    def variants(self):
        """Return the two variants of a product."""
        attribute = self.env['product.attribute'].create(
            {'name': "Size", 'value_ids': [(0, 0, {'name': 'S'}), (0, 0, {'name': 'L'})]}
        )
        line = {'attribute_id': attribute.id, 'value_ids': [(6, 0, attribute.value_ids.ids)]}
        vals = {'name': "Net", 'list_price': 10.0, 'attribute_line_ids': [(0, 0, line)]}
        return self.env['product.template'].create(vals).product_variant_ids

    def item(self, product):
        return self.sandbox.get('Item', product.qbo_id)

    def item_values(self, name="Acid Wash", **members):
        return {
            'Name': name,
            'Type': 'Service',
            'IncomeAccountRef': {'value': self.account('Income').qbo_id},
            **members,
        }


class TestProductPush(ProductCase):
    """A product saved in Odoo is an item in QuickBooks."""

    def test_a_new_product_is_one_request(self):
        self.switch_on()
        product = self.product(
            default_code='CL5', description_sale="Five gallons", type='consu', purchase_ok=True, standard_price=7.25
        )

        self.run_engine()

        self.assertEqual(product.qbo_state, 'synced', product.qbo_error)
        self.assertRequests('POST item')
        item = self.item(product)
        sent = {key: item.get(key) for key in ('Name', 'Type', 'UnitPrice', 'PurchaseCost', 'Sku', 'Description')}
        self.assertEqual(sent, {
            'Name': "Chlorine 5 gal", 'Type': 'NonInventory', 'UnitPrice': 12.5, 'PurchaseCost': 7.25, 'Sku': 'CL5',
            'Description': "Five gallons",
        })  # fmt: skip
        self.assertEqual(item['IncomeAccountRef']['value'], self.connection.income_account_id.qbo_id)
        self.assertEqual(item['ExpenseAccountRef']['value'], self.connection.expense_account_id.qbo_id)

    def test_an_edit_on_the_product_form_is_sent(self):
        self.switch_on()
        product = self.product()
        self.run_engine()

        product.product_tmpl_id.write({'list_price': 13.0, 'name': "Chlorine, 5 gallons"})
        self.run_engine()

        item = self.item(product)
        self.assertEqual((item['UnitPrice'], item['Name']), (13.0, "Chlorine, 5 gallons"))

    def test_a_service_is_a_service(self):
        self.switch_on()
        product = self.product("Weekly visit", type='service')
        self.run_engine()
        self.assertEqual(self.item(product)['Type'], 'Service')

    def test_an_account_on_the_product_goes_before_the_default(self):
        self.switch_on()
        own = self.account('Income', skip=1)
        product = self.product(qbo_income_account_id=own.id)
        self.run_engine()
        self.assertEqual(self.item(product)['IncomeAccountRef']['value'], own.qbo_id)

    def test_another_default_later_changes_no_item(self):
        self.switch_on()
        product = self.product()
        self.run_engine()
        before = self.item(product)['IncomeAccountRef']

        self.connection.income_account_id = self.account('Income', skip=1)
        product.list_price = 1.0
        self.run_engine()

        self.assertEqual(self.item(product)['IncomeAccountRef'], before)

    def test_variants_are_items_of_their_own(self):
        self.switch_on()
        variants = self.variants()

        self.run_engine()

        self.assertEqual({self.item(variant)['Name'] for variant in variants}, {"Net (S)", "Net (L)"})

    def test_archived_is_inactive(self):
        self.switch_on()
        product = self.product()
        self.run_engine()

        product.product_tmpl_id.action_archive()
        self.run_engine()

        self.assertFalse(self.item(product)['Active'])

    def test_without_a_default_account_it_waits_and_says_so(self):
        self.switch_on()
        self.connection.income_account_id = False
        product = self.product()

        self.run_engine()

        self.assertEqual(product.qbo_state, 'held')
        self.assertIn("income account", product.qbo_error)

    def test_nothing_is_noted_while_products_are_off(self):
        product = self.product()
        self.run_engine()
        self.assertRequests()
        self.assertFalse(product.qbo_state)


class TestProductPull(ProductCase):
    """An item of QuickBooks is a product in Odoo."""

    def product_of(self, item):
        return self.env['product.product'].with_context(active_test=False).search([('qbo_id', '=', item['Id'])])

    def test_switched_on_all_items_come_the_same_name_is_linked_and_the_rest_goes_out(self):
        same = self.product("Acid Wash", type='service')
        only_here = self.product("Only here")
        item = self.sandbox.create('Item', self.item_values(UnitPrice=99.0, Description="By hand"))
        self.existing.sale_ok = self.existing.purchase_ok = False

        self.connection.with_user(self.manager).action_switch_on_products()
        self.run_engine()

        self.assertEqual(same.qbo_id, item['Id'])
        self.assertEqual(same.description_sale, "By hand")
        self.assertEqual(only_here.qbo_state, 'synced', only_here.qbo_error)
        active = [row for row in self.sandbox.all('Item', active=True) if row['Type'] in ('Service', 'NonInventory')]
        self.assertEqual(len(active), len([row for row in active if self.product_of(row)]))

    def test_an_item_created_in_quickbooks_is_created_here(self):
        self.switch_on()
        item = self.sandbox.create('Item', self.item_values(UnitPrice=99.0, Sku='AW', Description="By hand"))

        self.pull('products')

        self.assertRecordValues(self.product_of(item), [{
            'name': "Acid Wash", 'type': 'service', 'list_price': 99.0, 'default_code': 'AW', 'sale_ok': True,
            'purchase_ok': False, 'description_sale': "By hand", 'qbo_state': 'synced',
        }])  # fmt: skip
        self.assertRequests('GET cdc')

    def test_an_edit_in_quickbooks_arrives_and_is_not_sent_back(self):
        self.switch_on()
        product = self.product()
        self.run_engine()
        self.sandbox.requests.clear()

        self.sandbox.update('Item', product.qbo_id, {'UnitPrice': 20.25, 'Name': "Chlorine"})
        self.pull('products')
        self.run_engine()

        self.assertRecordValues(product, [{'name': "Chlorine", 'list_price': 20.25}])
        self.assertRequests('GET cdc')

    def test_accounts_of_items_from_quickbooks_are_never_touched(self):
        self.switch_on()
        account = self.account('Income', skip=1).qbo_id
        item = self.sandbox.create('Item', self.item_values(IncomeAccountRef={'value': account}))
        self.pull('products')

        self.product_of(item).list_price = 5.0
        self.run_engine()

        item = self.sandbox.get('Item', item['Id'])
        self.assertEqual((item['UnitPrice'], item['IncomeAccountRef']['value']), (5.0, account))

    def test_the_cost_arrives_and_the_expense_account_stays_untouched(self):
        self.switch_on()
        expense = self.account('Expense').qbo_id
        item = self.sandbox.create('Item', self.item_values(ExpenseAccountRef={'value': expense}, PurchaseCost=4.5))
        self.pull('products')
        product = self.product_of(item)
        self.assertRecordValues(product, [{'standard_price': 4.5, 'purchase_ok': True}])

        product.standard_price = 5.0
        self.run_engine()

        item = self.sandbox.get('Item', item['Id'])
        self.assertEqual((item['PurchaseCost'], item['ExpenseAccountRef']['value']), (5.0, expense))

    def test_service_types_come_with_the_monthly_schedule_too(self):
        self.switch_on()
        item = self.sandbox.create('Item', self.item_values("New kind of visit"))

        self.pull('services')

        self.assertTrue(self.product_of(item))

    def test_what_a_variant_shares_is_not_taken_from_quickbooks_and_blocks_nothing(self):
        self.switch_on()
        variant, other = self.variants()
        self.run_engine()
        for rule in ('odoo', 'qbo'):
            for member, value in (('UnitPrice', 77.0), ('Name', "Net of another name"), ('Taxable', None)):
                with self.subTest(member, rule=rule):
                    self.connection.conflict_rule = rule
                    ours = self.item(variant)[member]
                    self.sandbox.update('Item', variant.qbo_id, {member: not ours if value is None else value})
                    self.pull('products')
                    self.assertEqual((variant.lst_price, other.lst_price, variant.name), (10.0, 10.0, "Net"))
                    self.assertEqual((variant.qbo_state, self.link(variant).error_fix), ('differs', 'send_odoo'))
                    self.assertIn("Name, price, category and taxes of a variant", variant.qbo_error)

                    variant.default_code = f'{member} {rule}'
                    self.run_engine()
                    self.assertEqual(self.item(variant)['Sku'], f'{member} {rule}')
                    self.assertEqual(variant.qbo_state, 'differs')

                    self.link(variant).action_send_odoo()
                    self.run_engine()
                    self.assertEqual(variant.qbo_state, 'synced', variant.qbo_error)
                    self.assertEqual(self.item(variant)[member], ours)

    def test_an_inactive_item_is_archived_here(self):
        self.switch_on()
        product = self.product()
        self.run_engine()

        self.sandbox.update('Item', product.qbo_id, {'Active': False})
        self.pull('products')

        self.assertFalse(product.active)
        self.assertEqual(product.name, "Chlorine 5 gal")

    def test_a_name_that_is_taken_links_the_same_product(self):
        self.switch_on()
        item = self.sandbox.create('Item', self.item_values("Chlorine 5 gal"))
        product = self.product(type='service')

        self.run_engine()

        self.assertEqual(product.qbo_id, item['Id'])
        self.assertEqual(self.sandbox.get('Item', item['Id'])['UnitPrice'], 12.5)


class TestProductRefused(ProductCase):
    """What QuickBooks does not take is named."""

    def refused(self, **vals):
        self.switch_on()
        product = self.product(**vals)
        self.run_engine()
        self.assertEqual(product.qbo_state, 'error')
        return product.qbo_error

    def test_a_description_that_is_too_long_is_named(self):
        self.assertEqual(
            self.refused(description_sale="x" * 4001),
            "sales description of Chlorine 5 gal is too long for QuickBooks, which takes 4,000 characters: it has "
            "4,001. Shorten it.",
        )

    def test_a_price_that_is_too_large_is_named(self):
        self.assertIn("sales price of Chlorine 5 gal is a larger number", self.refused(list_price=1e13))

    def test_a_purchase_description_that_is_too_long_is_named(self):
        self.assertIn(
            "purchase description of Chlorine 5 gal is too long", self.refused(description_purchase="x" * 1001)
        )

    def test_a_character_that_is_not_taken_is_named(self):
        self.sandbox.arm('data_fault', on='item', times=1, code='2040', detail="Invalid String", element='Sku')
        self.assertIn("reference of [\t] Chlorine 5 gal has a character", self.refused(default_code='\t'))

    def test_an_account_of_the_wrong_kind_is_named(self):
        text = self.refused(qbo_income_account_id=self.account('Other Current Asset').id)
        self.assertIn("does not take this kind of account as income account of Chlorine 5 gal", text)

    def test_a_colon_in_the_name_becomes_a_blank(self):
        self.switch_on()
        product = self.product("Chlorine: 5 gal")
        self.run_engine()
        self.assertEqual(self.item(product)['Name'], "Chlorine 5 gal")
        self.assertEqual(product.name, "Chlorine: 5 gal")


class TestProductSettings(ProductCase):
    """What an administrator chooses, and what the products' screens show."""

    def test_the_product_form_shows_its_variants_state(self):
        self.switch_on()
        product = self.product()
        self.run_engine()
        template = product.product_tmpl_id.with_user(self.user)

        self.assertEqual(template.qbo_state, 'synced')
        self.assertIn(template, template.search([('qbo_state', '=', 'synced')]))
        self.assertNotIn(template, template.search([('qbo_state', '=', 'error')]))
        action = template.action_qbo_details()
        self.assertEqual(action['res_id'], self.link(product).id)
        with Form(product.with_user(self.user)) as form:
            self.assertEqual(form.qbo_mode, 'auto')

    def test_drop_downs_offer_quickbooks_accounts(self):
        domain = [('qbo_company_id', '=', self.connection.qbo_company_id.id), ('entity', '=', 'Account')]
        names = self.env['qbo.reference'].search(domain).mapped('name')
        self.assertEqual(
            sorted(names), sorted(row['FullyQualifiedName'] for row in self.sandbox.all('Account', active=True))
        )

    def test_an_account_made_inactive_is_offered_no_more(self):
        income = self.account('Income', skip=1)
        self.sandbox.update('Account', income.qbo_id, {'Active': False})
        with self.enter_registry_test_mode():
            self.connection.with_user(self.manager).action_refresh_lists()
        self.assertFalse(income.active)

    def test_switching_on_needs_the_income_account(self):
        self.connection.income_account_id = False
        with self.assertRaisesRegex(UserError, "income account"):
            self.connection.with_user(self.manager).action_switch_on_products()

    def test_only_administrators_switch(self):
        for action in ('action_switch_on_products', 'action_switch_off_products', 'action_refresh_lists'):
            with self.subTest(action), self.assertRaises(AccessError):
                getattr(self.connection.with_user(self.user), action)()

    def test_switched_off_nothing_moves(self):
        self.switch_on()
        product = self.product()
        self.run_engine()
        self.connection.with_user(self.manager).action_switch_off_products()
        self.sandbox.requests.clear()

        product.list_price = 1.0
        self.pull('products')

        self.assertRequests()

    def test_a_product_with_one_variant_is_configured_on_its_own_form(self):
        self.switch_on()
        own = self.account('Income', skip=1)
        with Form(self.env['product.template'].with_user(self.user)) as form:
            form.name = "Chlorine 5 gal"
        product = form.record
        with Form(product) as form:
            form.qbo_income_account_id = own
        self.run_engine()

        self.assertEqual(self.item(product)['IncomeAccountRef']['value'], own.qbo_id)
        self.assertEqual(product.action_qbo_preview()['res_model'], 'qbo.preview')

        product.qbo_mode = 'never'
        product.list_price = 99.0
        self.run_engine()

        self.assertNotEqual(self.item(product)['UnitPrice'], 99.0)
        self.assertFalse(product.qbo_state)
