"""Values in QuickBooks that are computed from other records, and what is saved there."""

from contextlib import closing, contextmanager

from odoo import fields
from odoo.fields import Command

from ...models.engine.change import ANY, BULK_FROM
from ...models.engine.dependents import PAGE, Dependents
from ..billing import BillingCase

# (what is in QuickBooks, what is written, with which values, the member that follows, its new value)
TABLE = [
    ('variant', 'small_in_net', {'price_extra': 3.0}, 'UnitPrice', 13.0),
    ('variant', 'small', {'name': "Small"}, 'Name', "Net (Small, Red)"),
    ('variant', 'size', {'sequence': 99}, 'Name', "Net (Red, S)"),
    ('variant', 'size_of_net', {'sequence': 99}, 'Name', "Net (Red, S)"),
    ('single', 'size_of_rope', {'value_ids': 'both'}, 'Name', "Rope (S)"),
    ('taxed', 'tax', {'amount': 0.0}, 'Taxable', False),
    ('taxed', 'tax', {'active': False}, 'Taxable', False),
    ('grouped', 'child_tax', {'amount': 0.0}, 'Taxable', False),
    ('grouped', 'child_tax', {'active': False}, 'Taxable', False),
    ('grouped', 'group', {'children_tax_ids': 'none'}, 'Taxable', False),
    ('harbor', 'contact', {'email': 'new@harbor.example'}, 'PrimaryEmailAddr.Address', 'new@harbor.example'),
    ('harbor', 'contact', {'phone': '555'}, 'PrimaryPhone.FreeFormNumber', '555'),
    ('harbor', 'contact', {'street': "Pier 9"}, 'BillAddr.Line1', "Pier 9"),
    ('harbor', 'contact', {'qbo_given_name': "Ann"}, 'GivenName', "Ann"),
    ('harbor', 'contact', {'active': False}, 'PrimaryEmailAddr.Address', 'own@harbor.example'),
    ('harbor', 'contact', {'type': 'other'}, 'PrimaryEmailAddr.Address', 'own@harbor.example'),
    ('harbor', 'contact', {'parent_id': 'plain'}, 'PrimaryEmailAddr.Address', 'own@harbor.example'),
    ('plain', 'contact', {'parent_id': 'plain'}, 'PrimaryEmailAddr.Address', 'ap@harbor.example'),
    ('harbor', 'state', {'code': 'NX'}, 'BillAddr.CountrySubDivisionCode', 'NX'),
    ('harbor', 'country', {'name': "New Atlantis"}, 'BillAddr.Country', "New Atlantis"),
    ('plain', 'state', {'code': 'NX'}, 'BillAddr.CountrySubDivisionCode', 'NX'),
    ('plain', 'country', {'name': "New Atlantis"}, 'BillAddr.Country', "New Atlantis"),
    ('term', 'days', {'nb_days': 45}, 'DueDays', 45),
]
UNTRACKED = [
    ('small_in_net', {'color': 5}),
    ('small', {'is_custom': True}),
    ('size', {'name': "Width"}),
    ('tax', {'description': "Of the county"}),
    ('tax', {'invoice_label': "County tax"}),
    ('contact', {'function': "Buyer"}),
    ('state', {'name': "North"}),
    ('country', {'phone_code': 999}),
    ('days', {'value': 'percent'}),
    ('term', {'note': "Soon"}),
]


class DependentsCase(BillingCase):
    """Records of which the values are computed from others, in QuickBooks already."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user.group_ids += cls.env.ref('product.group_product_manager')
        cls.user.group_ids += cls.env.ref('account.group_account_manager')
        cls._make_products()
        cls._make_taxes()
        cls._make_customers()
        cls.term = cls.env['account.payment.term'].create(
            {'name': "Thirty-one", 'line_ids': [Command.create({'value_amount': 100.0, 'nb_days': 31})]}
        )
        cls.term.qbo_mode = 'always'
        cls.days = cls.term.line_ids
        with cls().enter_registry_test_mode():
            cls.connection.cron_id.method_direct_trigger()
        cls.env.invalidate_all()
        cls.sandbox.requests.clear()
        cls.sandbox.snapshot()

    @classmethod
    def _make_products(cls):
        attributes = cls.env['product.attribute'].create([
            {'name': "Size", 'sequence': 1, 'value_ids': [Command.create({'name': name}) for name in ("S", "L")]},
            {'name': "Color", 'sequence': 2, 'value_ids': [Command.create({'name': name}) for name in ("Red", "Blue")]},
        ])  # fmt: skip
        cls.size, color = attributes
        cls.small = cls.size.value_ids[0]

        def line(attribute, values):
            return Command.create({'attribute_id': attribute.id, 'value_ids': [Command.set(values.ids)]})

        template = cls.env['product.template']
        lines = [line(cls.size, cls.size.value_ids), line(color, color.value_ids)]
        net = template.create({'name': "Net", 'list_price': 10.0, 'attribute_line_ids': lines})
        rope = template.create({'name': "Rope", 'attribute_line_ids': [line(cls.size, cls.small)]})
        cls.variant, cls.single = net.product_variant_ids[0], rope.product_variant_ids
        cls.size_of_net, cls.size_of_rope = net.attribute_line_ids[0], rope.attribute_line_ids
        cls.small_in_net = cls.size_of_net.product_template_value_ids[0]

    @classmethod
    def _make_taxes(cls):
        vals = {'amount_type': 'percent', 'type_tax_use': 'sale', 'amount': 5.0}
        cls.tax = cls.env['account.tax'].create({**vals, 'name': "County"})
        cls.child_tax = cls.env['account.tax'].create({**vals, 'name': "City", 'type_tax_use': 'none'})
        group = {'name': "All", 'amount_type': 'group', 'children_tax_ids': [Command.set(cls.child_tax.ids)]}
        cls.group = cls.env['account.tax'].create({**vals, **group})
        cls.taxed, cls.grouped = cls.env['product.product'].create([
            {'name': "Pump", 'taxes_id': [Command.set(cls.tax.ids)]},
            {'name': "Filter", 'taxes_id': [Command.set(cls.group.ids)]},
        ])  # fmt: skip

    @classmethod
    def _make_customers(cls):
        cls.country = cls.env['res.country'].create({'name': "Atlantis", 'code': 'XZ'})
        cls.state = cls.env['res.country.state'].create({'name': "N", 'code': 'N', 'country_id': cls.country.id})
        place = {'state_id': cls.state.id, 'country_id': cls.country.id}
        own = {'customer_rank': 1, 'is_company': True}
        cls.harbor, cls.plain = cls.env['res.partner'].create([
            {'name': "Harbor", 'email': 'own@harbor.example', **own},
            {'name': "Plain", 'street': "Plain 1", **place, **own},
        ])  # fmt: skip
        cls.contact = cls.env['res.partner'].create({
            'parent_id': cls.harbor.id, 'type': 'invoice', 'name': "Bob Reed", 'email': 'ap@harbor.example',
            'street': "Pier 1", **place,
        })  # fmt: skip

    def values(self, vals):
        """Return what is written, with the records that the table names."""
        named = {
            'both': [Command.set(self.size.value_ids.ids)],
            'none': [Command.clear()],
            'plain': self.plain.id,
        }
        return {name: named.get(value, value) if isinstance(value, str) else value for name, value in vals.items()}

    def save(self, name, vals):
        """Write as the bookkeeper does; countries are an administrator's."""
        record = self[name]
        by = self.env.ref('base.user_admin') if record._name == 'res.country' else self.user
        record.with_user(by).write(self.values(vals))

    def changes(self):
        self.env.flush_all()
        return self.env['qbo.change'].sudo().search([])

    def member(self, record, path):
        value = self.in_qbo(record)
        for name in path.split('.'):
            value = (value or {}).get(name)
        return value

    @contextmanager
    def afresh(self):
        """Undo on both sides what happens inside."""
        with closing(self.env.cr.savepoint()) as savepoint:
            yield
            self.env.flush_all()
            savepoint.rollback()
        self.env.invalidate_all()
        self.sandbox.restore()

    def __getitem__(self, name):
        return getattr(self, name)


class TestDependents(DependentsCase):
    """Whatever the value follows from, it is in QuickBooks after the engine ran."""

    def test_each_value_follows(self):
        for record, written, vals, path, value in TABLE:
            with self.subTest(record=record, written=written, vals=vals), self.afresh():
                self.assertNotEqual(self.member(self[record], path), value)

                self.save(written, vals)
                self.run_engine()

                self.assertEqual(self.member(self[record], path), value)
                self.assertNoErrors()
                self.assertFalse(self.changes())

    def test_what_no_value_is_computed_from_is_not_noted(self):
        for written, vals in UNTRACKED:
            with self.subTest(written=written, vals=vals):
                self.save(written, vals)
                self.assertFalse(self.changes())

    def test_a_save_notes_the_record_that_was_written_or_what_it_is_a_part_of(self):
        for written, vals, noted in (
            ('small_in_net', {'price_extra': 3.0}, 'small_in_net'),
            ('tax', {'amount': 0.0}, 'tax'),
            ('state', {'code': 'NX'}, 'state'),
            ('contact', {'email': 'new@harbor.example'}, 'harbor'),
            ('days', {'nb_days': 45}, 'term'),
        ):
            with self.subTest(written=written):
                self.save(written, vals)
                changes = self.changes()
                self.assertRecordValues(changes, [{'res_model': self[noted]._name, 'res_id': self[noted].id}])
                changes.unlink()

    def test_a_second_value_names_the_first_variant_and_without_it_the_name_is_short_again(self):
        self.size_of_rope.with_user(self.user).value_ids = self.size.value_ids
        self.run_engine()
        self.assertEqual(self.in_qbo(self.single)['Name'], "Rope (S)")

        self.size_of_rope.with_user(self.user).value_ids = self.small
        self.run_engine()
        self.assertEqual(self.in_qbo(self.single)['Name'], "Rope")

    def test_a_deleted_contact_bills_no_more(self):
        self.contact.with_user(self.user).unlink()
        self.run_engine()
        self.assertEqual(self.in_qbo(self.harbor)['PrimaryEmailAddr']['Address'], 'own@harbor.example')

    def test_a_deleted_tax_is_charged_no_more(self):
        self.tax.with_user(self.user).unlink()
        self.run_engine()
        self.assertFalse(self.in_qbo(self.taxed)['Taxable'])

    def test_documents_keep_what_they_were_made_with(self):
        invoice = self.synced_invoice(self.harbor, [(self.taxed, 1, 10.0)])
        before = self.in_qbo(invoice)

        self.contact.with_user(self.user).street = "Pier 9"
        self.harbor.with_user(self.user).vat = 'XX1'
        self.tax.with_user(self.user).amount = 0.0
        self.term.with_user(self.user).name = "Thirty-two"
        self.run_engine()

        self.assertEqual(self.in_qbo(invoice), before)
        self.assertFalse([row for row in self.sandbox.requests if row.entity == 'invoice'])


class TestManyDependents(DependentsCase):
    """However many records follow, a save notes one; the engine finds them page by page."""

    def follow(self, count):
        """Return so many products with the tax that QuickBooks has, as far as Odoo knows."""
        vals = {'taxes_id': [Command.set(self.tax.ids)]}
        products = self.env['product.product'].create([{**vals, 'name': f'P{number}'} for number in range(count)])
        self.env['qbo.link'].create([
            {
                'qbo_company_id': self.connection.qbo_company_id.id, 'res_model': product._name, 'res_id': product.id,
                'entity': 'Item', 'qbo_id': f'9{product.id}', 'name': product.name, 'state': 'synced',
                'synced_at': fields.Datetime.now(),
            }
            for product in products
        ])  # fmt: skip
        self.changes().unlink()
        return products

    def noted(self):
        """Return the ids of the products whose changes are noted."""
        return self.changes().filtered(lambda change: change.res_model == 'product.product').mapped('res_id')

    def test_they_are_found_page_by_page_as_bulk_work(self):
        products = self.follow(PAGE + 1) + self.taxed
        self.tax.with_user(self.user).amount = 0.0
        self.assertRecordValues(self.changes(), [{'res_model': 'account.tax', 'res_id': self.tax.id}])

        dependents = Dependents(self.step())
        self.assertEqual(dependents.next(), 1)
        self.assertEqual(len(self.noted()), PAGE)
        self.assertEqual(dependents.next(), 1)
        self.assertEqual(sorted(self.noted()), sorted(products.ids))
        self.assertEqual(set(self.changes().mapped('is_bulk')), {True})
        self.assertEqual(set(self.changes().mapped('res_model')), {'product.product'})
        self.assertEqual(dependents.next(), 0)

    def test_a_change_in_the_middle_begins_again(self):
        self.follow(PAGE)
        self.tax.with_user(self.user).amount = 0.0
        dependents = Dependents(self.step())
        dependents.next()
        self.changes().filtered(lambda change: change.res_model == 'product.product').unlink()

        self.tax.with_user(self.user).amount = 6.0
        while dependents.next():
            pass

        self.assertEqual(len(set(self.noted())), PAGE + 1)

    def test_a_few_go_with_what_people_save(self):
        self.tax.with_user(self.user).amount = 0.0
        Dependents(self.step()).next()
        self.assertRecordValues(self.changes(), [{'res_id': self.taxed.id, 'is_bulk': False}])

    def test_deleted_it_is_one_row_too_where_many_follow(self):
        products = self.follow(BULK_FROM) + self.taxed
        self.tax.with_user(self.user).unlink()
        self.assertRecordValues(self.changes(), [{'res_model': 'account.tax', 'res_id': ANY}])

        Dependents(self.step()).next()

        self.assertLessEqual(set(products.ids), set(self.noted()))

    def test_what_has_no_link_and_what_is_archived_is_left_alone(self):
        self.env['product.product'].create({'name': "New", 'taxes_id': [Command.set(self.tax.ids)]})
        self.taxed.active = False
        self.changes().unlink()

        self.tax.with_user(self.user).amount = 0.0
        Dependents(self.step()).next()

        self.assertFalse(self.changes())


class TestDependentsOfCompanies(DependentsCase):
    """What companies share concerns each that is connected, and what is one company's that one and its branches."""

    def other(self, **vals):
        company = self.env['res.company'].create({'name': "Second company", **vals})
        own = {'company_id': company.id, 'realm_entry': '9130'}
        connection = self.env['qbo.connection'].create({**self._connection_vals(), **own})
        connection.write({'state': 'connected', 'sync_products': True})
        self.changes().unlink()
        return connection

    def test_what_is_shared_is_noted_for_each(self):
        both = self.connection + self.other()
        for written, vals in (('state', {'code': 'NX'}), ('small_in_net', {'price_extra': 3.0})):
            self.save(written, vals)
            self.assertEqual(self.changes().connection_id, both, written)
            self.changes().unlink()

    def test_a_tax_is_its_companys(self):
        self.other()
        self.tax.with_user(self.user).amount = 0.0
        self.assertEqual(self.changes().connection_id, self.connection)

    def test_a_tax_is_also_the_branchs(self):
        both = self.connection + self.other(parent_id=self.company.id)
        self.tax.with_user(self.user).amount = 0.0
        self.assertEqual(self.changes().connection_id, both)


class TestPaths(BillingCase):
    """What mappings declare is true, and all of it is noted."""

    def test_every_path_of_every_mapping_is_real_fields(self):
        for mapping in self.env['qbo.mapping']._all():
            for path in mapping._paths():
                with self.subTest(mapping=mapping._name, path=path):
                    model = self.env[mapping._record_model]
                    for name in path.split('.'):
                        self.assertIn(name, model._fields)
                        model = self.env[model._fields[name].comodel_name] if model._fields[name].relational else None

    def test_every_path_can_be_followed(self):
        with self.assertNoLogs('odoo.addons.quickbooks_online.models.mapping.paths'):
            self.env['qbo.mapping']._triggers()

    def test_every_model_that_counts_has_the_hooks(self):
        hooks = self.env.registry['qbo.watched']
        for model in self.env['qbo.mapping']._watched():
            self.assertIsInstance(self.env[model], hooks, model)

    def test_every_search_for_followers_is_one_that_odoo_can_make(self):
        for model in self.env['qbo.mapping']._dependent_models():
            for dependent, domain in self.env['qbo.mapping']._following(self.env[model].browse([1, 2])).items():
                self.env[dependent].with_context(active_test=False).search(domain, limit=1)

    def test_the_table_has_every_model_that_is_followed(self):
        followed = set(self.env['qbo.mapping']._watched()) - set(self.env['qbo.mapping']._models())
        self.assertEqual(followed, {
            'account.payment.term.line', 'account.tax', 'product.attribute', 'product.attribute.value',
            'product.template.attribute.line', 'product.template.attribute.value', 'res.country', 'res.country.state',
        })  # fmt: skip
