from .test_product import ProductCase

QUIET = {'tracking_disable': True, 'mail_create_nolog': True}


class TestPage(ProductCase):
    """A page of items, or of categories, is matched and created together: many take no more queries than few."""

    def setUp(self):
        super().setUp()
        self.items = self.env['qbo.mapping.item'].sudo()
        self.categories = self.env['qbo.mapping.category'].sudo()

    def rows(self, count, **members):
        return [
            self.item_values(f'Brush {number}', Id=f'x{number}', UnitPrice=number, PurchaseCost=2.5, **members)
            for number in range(count)
        ]

    def category_row(self, name, parent=None):
        ref = {'ParentRef': {'value': parent.qbo_id}} if parent else {}
        return {'Id': f'c{name}{len(ref)}', 'Name': name, 'Type': 'Category', **ref}

    def linked(self, record, qbo_id):
        step = self.step()
        step.link_for(step.mapping_of(record), record).write({'qbo_id': qbo_id, 'state': 'synced'})
        record.invalidate_recordset()
        return record

    def category(self, name, parent=None):
        return self.env['product.category'].create({'name': name, 'parent_id': parent and parent.id})

    def queries(self, action):
        """Return how many queries an action takes."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        action()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    # How many queries.

    def test_many_are_matched_with_as_many_queries_as_few(self):
        step = self.step()
        rows = self.rows(200)
        self.items._create_records(step, rows)
        few, many = (self.queries(lambda some=rows[:n]: self.items._match_rows(step, some)) for n in (2, 200))
        self.assertEqual(len(self.items._match_rows(step, rows)), 200)
        self.assertLessEqual(many, few)
        self.assertLessEqual(many, 6)

    def test_where_nothing_has_the_names_they_are_looked_up_once(self):
        step, rows = self.step(), self.rows(200)
        self.items._match_rows(step, rows[:1])
        self.assertLessEqual(self.queries(lambda: self.items._match_rows(step, rows)), 2)  # the connection, the names

    def test_many_are_created_with_hardly_more_queries_than_odoo_takes_itself(self):
        lies_in = {'SubItem': True, 'ParentRef': {'value': self.linked(self.category("Tools"), 'c1').qbo_id}}
        rows = self.rows(200, **lies_in)
        vals = [{'name': f'Brush {number}', 'list_price': number} for number in range(200)]
        ours = self.queries(lambda: self.items._create_records(self.step(), rows))
        odoos = self.queries(lambda: self.items._records(self.step()).with_context(**QUIET).create(vals))
        self.assertLessEqual(ours, odoos + 10)

    def test_the_values_of_many_take_as_many_queries_as_those_of_few(self):
        def ask(records):
            step = self.step()
            step.load_links(records)
            for record in records:
                self.items._requires(step, record)
                self.items._values(step, record)

        category = self.linked(self.category("Tools"), 'c1')
        lies_in = {'SubItem': True, 'ParentRef': {'value': category.qbo_id}}
        products = [item.id for item in self.items._create_records(self.step(), self.rows(100, **lies_in))]
        few, many = (
            self.queries(lambda count=n: ask(self.items._records(self.step(), products[:count]))) for n in (2, 100)
        )
        self.assertLessEqual(many, few)

    # Which record it is.

    def test_one_in_use_goes_before_an_archived_one(self):
        archived, in_use = self.product("Brush 0", default_code='A', active=False), self.product("brush 0")
        found = self.items._match_rows(self.step(), self.rows(2))
        self.assertEqual(found, {'x0': in_use})
        in_use.active = False
        self.linked(in_use, 'x7')
        self.assertEqual(self.items._match_rows(self.step(), self.rows(2)), {'x0': archived})

    def test_a_product_of_another_company_is_no_match(self):
        other = self.env['res.company'].create({'name': "Elsewhere"})
        self.product("Brush 0", company_id=other.id)
        self.assertFalse(self.items._match_rows(self.step(), self.rows(1)))

    def test_one_product_is_the_match_of_one_row(self):
        product = self.product("Brush 0")
        first, second = *self.rows(1), {**self.rows(1)[0], 'Id': 'x00', 'Name': "BRUSH 0"}
        self.assertEqual(self.items._match_rows(self.step(), [first, second]), {'x0': product})

    def test_created_items_come_in_the_order_of_the_rows_and_inactive_ones_are_archived(self):
        rows = self.rows(3)
        rows[1]['Active'] = False
        created = self.items._create_records(self.step(), rows)
        self.assertEqual([item.name for item in created], ["Brush 0", "Brush 1", "Brush 2"])
        self.assertEqual([item.active for item in created], [True, False, True])
        self.assertEqual([item.product_tmpl_id.active for item in created], [True, False, True])
        self.assertEqual([item.lst_price for item in created], [0, 1, 2])

    def test_categories_of_one_name_are_told_apart_by_their_place_whatever_their_order(self):
        tools = self.linked(self.category("Tools"), 'c1')
        inside, alone = self.category("Nets", tools), self.category("nets")
        at_top, below = self.category_row("Nets"), self.category_row("Nets", tools)
        for rows in ([at_top, below], [below, at_top]):
            found = self.categories._match_rows(self.step(), rows)
            self.assertEqual(found, {at_top['Id']: alone, below['Id']: inside})

    def test_a_category_elsewhere_is_the_match_where_none_is_in_the_same_place(self):
        tools = self.linked(self.category("Tools"), 'c1')
        inside = self.category("Nets", tools)
        row = self.category_row("Nets")
        self.assertEqual(self.categories._match_rows(self.step(), [row]), {row['Id']: inside})

    def test_what_lies_in_an_unknown_category_has_no_match(self):
        self.category("Nets")
        row = {**self.category_row("Nets"), 'ParentRef': {'value': 'unknown'}}
        self.assertFalse(self.categories._match_rows(self.step(), [row]))
