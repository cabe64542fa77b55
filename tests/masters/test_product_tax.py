from .test_product import ProductCase


class TestTaxable(ProductCase):
    """In the US an item says whether it is taxed; which tax is Odoo's matter."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = cls.env['account.tax.group'].create({'name': "Sales tax", 'country_id': cls.env.ref('base.us').id})
        vals = {'type_tax_use': 'sale', 'tax_group_id': group.id, 'country_id': group.country_id.id}
        cls.tax, cls.city, cls.none = cls.env['account.tax'].create(
            [{'name': name, 'amount': amount, **vals} for name, amount in (("FL", 6.0), ("City", 1.5), ("Exempt", 0.0))]
        )
        cls.company.account_sale_tax_id = cls.tax
        cls.existing.taxes_id = False

    def synced(self, **vals):
        product = self.product(**vals)
        self.run_engine()
        self.assertEqual(product.qbo_state, 'synced', product.qbo_error)
        return product

    def pulled(self, **members):
        item = self.sandbox.create('Item', self.item_values(**members))
        self.pull('products')
        return self.env['product.product'].search([('qbo_id', '=', item['Id'])])

    def test_a_product_with_a_sales_tax_is_taxable(self):
        self.switch_on()
        self.assertTrue(self.item(self.synced(taxes_id=self.tax.ids))['Taxable'])

    def test_a_product_without_a_tax_or_with_one_of_nothing_is_not(self):
        self.switch_on()
        self.assertFalse(self.item(self.synced(name="One", taxes_id=[]))['Taxable'])
        self.assertFalse(self.item(self.synced(name="Two", taxes_id=self.none.ids))['Taxable'])

    def test_a_group_of_taxes_is_a_tax(self):
        self.switch_on()
        group = self.env['account.tax'].create({
            'name': "FL and city", 'amount_type': 'group', 'type_tax_use': 'sale',
            'children_tax_ids': [(6, 0, (self.tax | self.city).ids)], 'tax_group_id': self.tax.tax_group_id.id,
            'country_id': self.tax.country_id.id,
        })  # fmt: skip
        self.assertTrue(self.item(self.synced(taxes_id=group.ids))['Taxable'])

    def test_a_tax_taken_away_and_given_back_is_sent(self):
        self.switch_on()
        product = self.synced(taxes_id=self.tax.ids)

        product.taxes_id = False
        self.run_engine()
        self.assertFalse(self.item(product)['Taxable'])

        product.taxes_id = self.city
        self.run_engine()
        self.assertTrue(self.item(product)['Taxable'])

    def test_a_taxable_item_is_created_with_the_default_tax_and_another_without(self):
        self.switch_on()
        self.assertEqual(self.pulled(Name="Taxed", Taxable=True).taxes_id, self.tax)
        self.assertFalse(self.pulled(Name="Not taxed", Taxable=False).taxes_id)
        self.run_engine()
        self.assertRequests('GET cdc', 'GET cdc')

    def test_made_taxable_in_quickbooks_it_gets_the_default_tax_and_undone_loses_it(self):
        self.switch_on()
        product = self.synced(taxes_id=[])

        self.sandbox.update('Item', product.qbo_id, {'Taxable': True})
        self.pull('products')
        self.assertEqual(product.taxes_id, self.tax)

        self.sandbox.update('Item', product.qbo_id, {'Taxable': False})
        self.pull('products')
        self.assertFalse(product.taxes_id)

    def test_another_change_in_quickbooks_leaves_the_products_own_taxes(self):
        self.switch_on()
        product = self.synced(taxes_id=(self.tax | self.city).ids)

        self.sandbox.update('Item', product.qbo_id, {'UnitPrice': 1.0, 'Taxable': True})
        self.pull('products')

        self.assertEqual(product.taxes_id, self.tax | self.city)

    def test_without_a_default_tax_nothing_goes_back_and_forth(self):
        self.switch_on()
        product = self.synced(taxes_id=[])
        self.company.account_sale_tax_id = False

        self.sandbox.update('Item', product.qbo_id, {'Taxable': True})
        self.pull('products')
        product.list_price = 3.0
        self.run_engine()

        self.assertFalse(product.taxes_id)
        self.assertTrue(self.item(product)['Taxable'])
        self.assertEqual(product.qbo_state, 'differs')
        self.assertIn("no default sales tax", product.qbo_error)
        product.taxes_id = self.tax
        self.run_engine()
        self.assertEqual(product.qbo_state, 'synced', product.qbo_error)

    def test_taxes_of_another_company_stay_and_say_nothing(self):
        self.switch_on()
        other = self.env['res.company'].create({'name': "Second company", 'country_id': self.env.ref('base.us').id})
        foreign = self.tax.with_company(other).copy({'company_id': other.id, 'tax_group_id': self.env[
            'account.tax.group'].create({'name': "Other", 'company_id': other.id}).id})  # fmt: skip
        product = self.synced(taxes_id=(self.tax | foreign).ids)

        self.sandbox.update('Item', product.qbo_id, {'Taxable': False})
        self.pull('products')
        self.assertEqual(product.taxes_id, foreign)
        self.run_engine()
        self.assertFalse(self.item(product)['Taxable'])


class TestTaxableElsewhere(ProductCase):
    """Only items of US companies say whether they are taxed."""

    sandbox_country = 'GB'

    def test_outside_the_us_items_do_not_say_if_they_are_taxed(self):
        self.switch_on()
        product = self.product(taxes_id=False)
        self.run_engine()

        self.assertEqual(product.qbo_state, 'synced', product.qbo_error)
        sent = next(row.body for row in self.sandbox.requests if row.entity == 'item')
        self.assertNotIn('Taxable', sent)
        self.assertNotIn('Taxable', product.sudo().qbo_link_id.base_qbo)
