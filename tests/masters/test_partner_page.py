from ..common import QboCase

ROWS = 200


class TestPartnerPage(QboCase):
    """A page of customers costs as many queries of the database as one customer, beside what Odoo itself asks."""

    def rows(self, count=ROWS, **values):
        return [
            {
                'Id': str(9000 + number),
                'SyncToken': '0',
                'DisplayName': f'Page Customer {number}',
                'GivenName': "Page",
                'FamilyName': f'Customer {number}',
                'PrimaryEmailAddr': {'Address': f'page{number}@customer.example'},
                'BillAddr': {
                    'Line1': f'{number} Ocean Dr.',
                    'City': 'Half Moon Bay',
                    'CountrySubDivisionCode': ('CA', 'Ontario')[number % 2],
                    'Country': ('USA', 'Canada')[number % 2],
                },
                'ShipAddr': {'Line1': f'{number} Dock Rd.', 'CountrySubDivisionCode': 'CA'},
                'Active': True,
                **values,
            }
            for number in range(count)
        ]

    def customers(self):
        return self.env['qbo.mapping.customer'].with_env(self.step().env)

    def cost(self, function, *args):
        """Return how many queries a call makes, and what it returns."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        result = function(*args)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before, result

    def test_matching_a_page_takes_one_query_where_nothing_has_its_names(self):
        queries, found = self.cost(self.customers()._match_rows, self.step(), self.rows())
        self.assertEqual(found, {})
        self.assertLessEqual(queries, 1)

    def test_matching_a_page_reads_all_that_it_compares_at_once(self):
        partners = self.env['res.partner'].create(
            [
                {
                    'name': row['DisplayName'].upper(),
                    'customer_rank': 1,
                    'child_ids': [(0, 0, {'type': 'invoice', 'email': row['PrimaryEmailAddr']['Address']})],
                }
                for row in self.rows()
            ]
        )
        queries, found = self.cost(self.customers()._match_rows, self.step(), self.rows())
        self.assertEqual(list(found.values()), list(partners))
        self.assertLessEqual(queries, 6)

    def test_creating_a_page_takes_no_queries_of_ours_for_each_customer(self):
        """What is left is what Odoo asks for each delivery address that it creates."""
        customers, step = self.customers(), self.step()
        few, _records = self.cost(customers._create_records, step, self.rows(1))
        alone, _records = self.cost(customers._create_records, step, self.rows(ROWS + 1, ShipAddr=None)[1:])
        both, records = self.cost(customers._create_records, step, self.rows(ROWS + 1)[1:])
        self.assertLessEqual(alone - few, 10)
        self.assertLessEqual((both - few) / ROWS, 1.1)
        self.assertRecordValues(
            records[0].child_ids,
            [{'type': 'delivery', 'street': '1 Dock Rd.', 'state_id': self.env.ref('base.state_us_5').id}],
        )
        self.assertRecordValues(
            records[0],
            [
                {
                    'name': 'Page Customer 1',
                    'email': 'page1@customer.example',
                    'country_id': self.env.ref('base.ca').id,
                    'state_id': self.env.ref('base.state_ca_on').id,
                    'customer_rank': 1,
                    'qbo_given_name': "Page",
                }
            ],
        )

    def test_the_values_of_a_page_are_read_at_once(self):
        step = self.step()
        records = self.customers()._create_records(step, self.rows())

        def values():
            step.load_links(records[0].union(*records))
            return [self.customers()._values(step, record) for record in records]

        queries, found = self.cost(values)
        self.assertEqual(found[1]['BillAddr']['Country'], 'Canada')
        self.assertLessEqual(queries, 9)  # connection, company and its partner are read anew too
