"""A statement that fails while what follows from an answer is done: nothing is lost, and nothing done twice."""

from odoo.tools import SQL, mute_logger

from ..common import QboCase

NOISE = (
    'odoo.sql_db',
    'odoo.addons.quickbooks_online.models.engine.answers',
    'odoo.addons.quickbooks_online.models.engine.engine',
)


class TestWindow(QboCase):
    """The window between an answer of QuickBooks and the end of what follows from it."""

    STATEMENTS = {
        'link': ('qbo_link', 'UPDATE', "NEW.state = 'synced'"),
        'log': ('qbo_log', 'INSERT', "NEW.kind = 'push' AND NEW.level = 'info'"),
        'request': ('qbo_request', 'UPDATE', "NEW.state = 'done'"),
        'change': ('qbo_change', 'DELETE', 'TRUE'),
    }
    FAILURES = {
        'disk full': "RAISE EXCEPTION 'no space left' USING ERRCODE = '53100'",
        'time-out': "RAISE EXCEPTION 'too long' USING ERRCODE = '57014'",
        'anything': "RAISE EXCEPTION 'a rule of this database'",
    }

    def fail(self, statement, failure):
        """Have a statement fail from now on."""
        table, event, condition = self.STATEMENTS[statement]
        row = 'OLD' if event == 'DELETE' else 'NEW'
        self.env.cr.execute(
            SQL(
                """CREATE FUNCTION window_fault() RETURNS trigger LANGUAGE plpgsql AS
                   $$BEGIN IF %s THEN %s; END IF; RETURN %s; END$$""",
                SQL(condition),
                SQL(self.FAILURES[failure]),
                SQL(row),
            )
        )
        self.env.cr.execute(
            SQL(
                "CREATE TRIGGER window_fault BEFORE %s ON %s FOR EACH ROW EXECUTE FUNCTION window_fault()",
                SQL(event),
                SQL.identifier(table),
            )
        )

    def fix(self, statement):
        self.env.cr.execute(SQL("DROP TRIGGER window_fault ON %s", SQL.identifier(self.STATEMENTS[statement][0])))
        self.env.cr.execute("DROP FUNCTION window_fault()")

    def check(self, statement, failure, count):
        name = f'{statement} {failure} {count}'
        self.sandbox.requests.clear()
        partners = self.env['res.partner'].concat(*(self.customer(f'{name} {number}') for number in range(count)))
        self.env.flush_all()
        self.fail(statement, failure)

        with mute_logger(*NOISE):
            for _turn in range(2):
                self.run_engine()
                self.pull()
                self.connection.paused_until = False
        requests = self.env['qbo.request'].search([('link_id.res_id', 'in', partners.ids)])
        if statement != 'change':
            self.assertEqual(set(requests.mapped('state')), {'answered'})
            self.assertTrue(all(requests.mapped('qbo_id')))
            self.assertNotIn('synced', partners.mapped('qbo_state'))
        self.assertEqual(self.written(), 1, "sent again")

        self.fix(statement)
        for _turn in range(2):
            self.wait(minutes=10)
            self.pull()
        self.assertEqual(set(partners.mapped('qbo_state')), {'synced'}, partners.mapped('qbo_error'))
        self.assertEqual([len(self.named(partner.name)) for partner in partners], [1] * count)
        self.assertEqual(self.env['res.partner'].search_count([('name', 'like', name)]), count)
        self.assertEqual(self.written(), 1, "sent again")
        self.assertFalse(self.env['qbo.change'].search([]))

    def written(self):
        return sum(row.entity in ('customer', 'batch') and row.method == 'POST' for row in self.sandbox.requests)

    def test_each_statement_under_each_failure(self):
        for statement in self.STATEMENTS:
            for failure in self.FAILURES:
                for count in (1, 3):
                    with self.subTest(statement=statement, failure=failure, count=count):
                        self.check(statement, failure, count)

    def test_the_pauses_grow(self):
        self.customer()
        self.env.flush_all()
        self.fail('log', 'anything')
        attempts = []
        with mute_logger(*NOISE):
            for _turn in range(3):
                self.run_engine()
                attempts.append(self.env['qbo.request'].search([('state', '=', 'answered')]).attempts)
                self.wait(hours=1)
        self.assertEqual(attempts, sorted(set(attempts)))
