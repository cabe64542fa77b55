"""What the tests of the comparison share."""

from ..masters.test_product import ProductCase

BILL = {'Line1': '12 Ocean Dr.', 'City': 'Half Moon Bay', 'CountrySubDivisionCode': 'CA', 'PostalCode': '94213'}


class CompareCase(ProductCase):
    """A company that is connected and has imported nothing yet; products are not switched on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.existing.sale_ok = cls.existing.purchase_ok = False
        cls.env['res.partner'].search([('customer_rank', '>', 0)]).customer_rank = 0
        cls.env['qbo.change'].search([]).unlink()

    # === ACTING === #

    def partner(self, name="Harbor Marine Supply", **vals):
        """Create a customer that Odoo had before it was connected."""
        partner = self.env['res.partner'].create({'name': name, 'customer_rank': 1, **vals})
        self.env['qbo.change'].search([]).unlink()
        return partner

    def old_product(self, name, **vals):
        product = self.product(name, **vals)
        self.env['qbo.change'].search([]).unlink()
        return product

    def there(self, name="Harbor Marine Supply", **members):
        """Create a customer in QuickBooks that every import rule lets in."""
        return self.sandbox.create('Customer', {'DisplayName': name, 'GivenName': "Jo", 'BillAddr': BILL, **members})

    def item_there(self, name, **members):
        return self.sandbox.create('Item', self.item_values(name, **members))

    def deactivate(self, entity, row):
        return self.sandbox.update(entity, row['Id'], {'Active': False})

    def compare(self):
        super().compare()
        self.sandbox.requests.clear()

    def carry_out(self, products=False):
        """Do what the wizard does at Save & Sync: carry the decisions out, then import."""
        self.env['qbo.match']._carry_out(self.connection)
        if products:
            self.connection.sync_products = True
            self.connection._schedule('products').push_after_import = True
            self.env['qbo.event']._append(self.connection._schedule('products'), 'import')
        self.connection.with_user(self.manager).action_import_customers()
        self.run_engine()

    # === LOOKING === #

    def line(self, record=None, row=None):
        """Return the line of a record of Odoo, or of an entity of QuickBooks, as the administrator."""
        domain = [('connection_id', '=', self.connection.id)]
        if record is not None:
            domain += [('res_model', '=', record._name), ('res_id', '=', record.id)]
        else:
            domain += [('kind', '=', 'product' if 'Type' in row else 'customer'), ('qbo_id', '=', row['Id'])]
        return self.env['qbo.match'].with_user(self.manager).search(domain)

    def assertLine(self, line, verdict, decision, **values):
        self.assertRecordValues(line, [{'verdict': verdict, 'decision': decision, **values}])

    def partner_of(self, row):
        return self.env['res.partner'].with_context(active_test=False).search([('qbo_id', '=', row['Id'])])

    def product_of(self, row):
        return self.env['product.product'].with_context(active_test=False).search([('qbo_id', '=', row['Id'])])
