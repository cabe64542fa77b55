import time
from contextlib import suppress

from odoo.fields import Command

from ...models.engine.pull import REST_SIZE, OutOfTime, Pull
from ...models.mapping.step import Step
from ..common import QboCase

QUERIES = 12  # for each customer that was edited in QuickBooks, or that Odoo has already; Odoo's own among them


class TestPullChunks(QboCase):
    """What comes from QuickBooks is taken in chunks: new, edited, or to be linked; nothing is lost between."""

    def there(self, count, first=0, **values):
        """Create customers in QuickBooks and return them."""
        names = [f'Berth {number:04}' for number in range(first, first + count)]
        parts = [{'GivenName': 'Berth', 'FamilyName': name.split()[1]} for name in names]
        return self.sandbox.create_many(
            'Customer', [{'DisplayName': name, **part, **values} for name, part in zip(names, parts, strict=True)]
        )

    def edit(self, rows, **values):
        for row in rows:
            self.sandbox.update('Customer', row['Id'], values)

    def partners(self, rows):
        """Return the partners of customers of QuickBooks, in the order of these."""
        links = self.env['qbo.link'].search([('qbo_id', 'in', [row['Id'] for row in rows]), ('res_id', '!=', False)])
        by_id = {link.qbo_id: link.res_id for link in links}
        return self.env['res.partner'].browse(by_id[row['Id']] for row in rows if row['Id'] in by_id)

    def cost(self, function, *args):
        """Return how many queries a call makes."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function(*args)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    # === WHAT IT COSTS === #

    def test_edited_customers_cost_few_queries_each(self):
        rows = self.there(60)
        self.pull()
        self.edit(rows[:10], Notes="first")
        few = self.cost(self.pull)
        self.edit(rows, Notes="second")
        many = self.cost(self.pull)
        self.assertTrue(all("second" in partner.comment for partner in self.partners(rows)))
        self.assertLessEqual((many - few) / 50, QUERIES)

    def test_customers_that_odoo_has_are_linked_for_few_queries_each(self):
        def meet(first, last):
            names = [f'Berth {number:04}' for number in range(first, last)]
            partners = self.env['res.partner'].create([{'name': name, 'customer_rank': 1} for name in names])
            self.env['qbo.change'].search([]).unlink()  # they were there before the two were connected
            rows = self.sandbox.create_many(
                'Customer',
                [
                    {'DisplayName': name, 'GivenName': 'Berth', 'FamilyName': name.split()[1], 'Notes': "Gate code 7"}
                    for name in names
                ],
            )
            queries = self.cost(self.pull)
            self.assertEqual(self.partners(rows), partners)
            self.assertTrue(all("Gate code 7" in partner.comment for partner in partners))
            return queries

        few, many = meet(0, 10), meet(10, 70)
        self.assertLessEqual((many - few) / 50, QUERIES)

    def test_what_is_known_already_costs_the_same_however_much_it_is(self):
        rows = self.there(200)
        self.pull()
        pull = Pull(self.step())
        few = self.cost(pull.import_rows, 'Customer', rows[:10])
        many = self.cost(pull.import_rows, 'Customer', rows)
        self.assertLessEqual(many, few)

    # === WHAT FAILS === #

    def test_what_odoo_refuses_holds_up_nothing_of_its_chunk(self):
        """One row; and so many that fail alike that the rest goes one by one."""
        for refused in (slice(7, 8), slice(2, 14)):
            rows = self.there(20, first=20 * refused.start)
            self.pull()
            partners = self.partners(rows)
            users = self.env['res.users'].with_context(no_reset_password=True)
            users.create(
                [
                    {'name': partner.name, 'login': f'portal_{partner.id}', 'partner_id': partner.id}
                    for partner in partners[refused]
                ]
            )
            self.env['qbo.log'].search([]).unlink()
            self.edit(rows, Active=False)
            self.pull()
            self.assertEqual(partners.filtered('active'), partners[refused])
            self.assertEqual(partners.filtered(lambda partner: partner.qbo_state == 'error'), partners[refused])
            lines = self.env['qbo.log'].search([('text', 'like', 'updated from QuickBooks: active')])
            self.assertEqual(len(lines), 20 - len(partners[refused]), "what was done again is logged once")

    # === TIME === #

    def test_a_run_out_of_time_ends_in_the_middle_of_a_page_and_the_next_one_goes_on(self):
        self.connection.write({'skip_no_address': False, 'skip_no_first_name': False})
        rows = self.there(120)
        self.connection.with_user(self.manager).action_import_customers()
        schedule = self.connection._schedule('customers')
        Pull(self.step()).next()
        self.env.flush_all()
        with self._crons_may_commit(), self.registry.cursor() as cr:
            cron = self.connection.cron_id
            progress = self.env['ir.cron.progress'].sudo().with_env(self.env(cr=cr, su=True))
            progress = progress.create({'cron_id': cron.id})
            context = {'cron_id': cron.id, 'ir_cron_progress_id': progress.id, 'cron_end_time': time.monotonic()}
            # Odoo's assertRaises would undo what was committed.
            with suppress(OutOfTime):
                Pull(Step(self.connection.with_env(progress.env).with_context(**context))).page()
        self.env.invalidate_all()
        self.assertGreater(len(self.partners(rows)), 0)
        self.assertLess(len(self.partners(rows)), len(rows))
        self.assertEqual(schedule.position, 1)
        self.run_engine()
        self.assertEqual(len(self.partners(rows)), len(rows))
        self.assertFalse(schedule.position)

    def test_what_odoo_alone_has_follows_an_import_in_steps(self):
        names = [f'Slip {number:04}' for number in range(REST_SIZE + 20)]
        partners = self.env['res.partner'].create([{'name': name, 'customer_rank': 1} for name in names])
        self.env['qbo.change'].search([]).unlink()
        schedule = self.connection._schedule('customers')
        pull = Pull(self.step())
        schedule.push_after_import = True
        pull.start_rest(schedule, schedule._mappings(pull.step))
        seen = []
        while Pull(self.step()).rest():
            changes = self.env['qbo.change'].search([('res_id', 'in', partners.ids)])
            self.assertTrue(all(changes.mapped('is_bulk')))
            seen.append(len(changes))
        self.assertLess(seen[0], len(partners))
        self.assertEqual(seen[-1], len(partners))
        self.assertFalse(schedule.push_after_import or schedule.rest_of)

    # === COMPANIES === #

    def test_nothing_of_another_company_is_the_match_of_a_row(self):
        other = self.env['res.company'].create({'name': "Elsewhere"})
        line = Command.create({'value': 'percent', 'value_amount': 100.0, 'nb_days': 10})
        for mapping, model, vals, row in (
            ('customer', 'res.partner', {'customer_rank': 1}, {'DisplayName': "Harbor"}),
            ('item', 'product.product', {'type': 'service'}, {'Name': "Harbor", 'Type': 'Service'}),
            ('term', 'account.payment.term', {'line_ids': [line]}, {'Name': "Harbor", 'DueDays': 10}),
        ):
            row = {'Id': '9001', 'SyncToken': '0', **row}
            match_rows = self.env[f'qbo.mapping.{mapping}'].with_env(self.step().env)._match_rows
            with self.subTest(mapping):
                records = self.env[model]
                theirs = records.create({'name': "Harbor", 'company_id': other.id, **vals})
                self.assertFalse(match_rows(self.step(), [row]))
                ours = records.create({'name': "Harbor", 'company_id': self.company.id, **vals})
                self.assertEqual(match_rows(self.step(), [row]), {'9001': ours})
                (theirs | ours).unlink()
                shared = records.create({'name': "Harbor", 'company_id': False, **vals})
                self.assertEqual(match_rows(self.step(), [row]), {'9001': shared})
