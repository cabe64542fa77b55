import json
import re
from types import SimpleNamespace

from lxml import etree
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tools.safe_eval import safe_eval

from ... import uninstall_hook
from ..billing import BillingCase
from ..common import QboCase


class _Undo(Exception):
    """Ends a savepoint, so that nothing of what was pressed stays."""


class LifeCase(QboCase):
    """What happens around the end of a connection."""

    def connect(self, realm=None):
        """Connect as an administrator does, with a fresh token of a QuickBooks company."""
        realm = realm or self.sandbox.realm_id
        connection = self.connection.with_user(self.manager)
        connection.write({'realm_entry': realm, 'token_entry': self.sandbox.refresh_token(realm)})
        connection.action_connect_direct()
        self.env.invalidate_all()

    def move_to(self, realm):
        self.connection.with_user(self.manager).action_move()
        self.connect(realm)

    def lose(self):
        """Have the engine find out that the access is gone."""
        self.wait(minutes=2)
        self.sandbox.expire_access_tokens()
        self.customer("Saved when it was lost")
        self.run_engine()
        self.assertEqual(self.connection.state, 'reconnect')

    def mails(self):
        return self.env['mail.mail'].search([('recipient_ids', 'in', self.manager.partner_id.ids)])


class TestLost(LifeCase):
    """The access is gone: everybody who can fix it knows at once, and nothing is lost."""

    def test_administrators_get_one_activity_and_one_mail(self):
        self.sandbox.disconnect()
        self.lose()
        self.run_engine()

        activity = self.connection.activity_ids.filtered(lambda activity: activity.user_id == self.manager)
        self.assertEqual(activity.summary, "Reconnect to QuickBooks")
        mail = self.mails()
        self.assertEqual(len(mail), 1)
        self.assertIn(self.company.name, mail.subject)
        self.assertIn("Connect again", mail.body_html)
        self.assertIn(f'/odoo/quickbooks/{self.connection.id}', mail.body_html)
        self.assertNotIn(self.user.partner_id, mail.recipient_ids)

    def test_a_revoked_access_or_a_changed_password_says_so(self):
        self.sandbox.disconnect()
        self.lose()
        self.assertIn("password", self.connection.message)

    def test_an_expired_access_says_so(self):
        credential = self.connection._credential()
        self.sandbox.clock.advance(days=102)
        credential.refresh_expires_at = fields.Datetime.subtract(fields.Datetime.now(), days=1)
        self.lose()
        self.assertIn("has expired", self.connection.message)

    def test_a_user_who_lost_access_is_told_apart(self):
        self.sandbox.arm('user_not_in_realm', times=None)
        self.lose()
        self.assertIn("has lost access", self.connection.message)

    def test_an_app_that_is_not_let_in_any_more_is_told_apart(self):
        self.sandbox.arm('app_forbidden', times=None)
        self.customer()
        self.run_engine()
        self.assertIn("does not let Odoo into the company", self.connection.message)

    def test_reconnecting_keeps_links_sends_what_was_held_and_clears_the_activity(self):
        partner = self.synced_customer()
        qbo_id = partner.qbo_id
        self.sandbox.disconnect()
        self.lose()
        partner.phone = '555-0100'
        self.connect()
        self.run_engine()

        self.assertEqual(partner.qbo_id, qbo_id)
        self.assertEqual(self.in_quickbooks(partner)['PrimaryPhone']['FreeFormNumber'], '555-0100')
        self.assertEqual(len(self.named("Saved when it was lost")), 1)
        self.assertFalse(self.connection.activity_ids)

    def test_disconnecting_while_the_engine_runs_is_no_loss(self):
        self.connection.with_user(self.manager).action_disconnect()
        self.connection._lost("The access is gone.")
        self.assertEqual(self.connection.state, 'disconnected')
        self.assertFalse(self.mails())

    def test_disconnecting_on_purpose_ends_the_call_for_help(self):
        self.sandbox.disconnect()
        self.lose()
        self.connection.with_user(self.manager).action_disconnect()
        self.assertFalse(self.connection.activity_ids)


class TestWarning(LifeCase):
    """Before the access ends, administrators are told: 30, 14, 7 and 2 days before, each once."""

    def let_pass(self, days):
        """Let days pass, with the engine running three times on the last one."""
        credential = self.connection._credential()
        credential.hard_expires_at = fields.Datetime.subtract(credential.hard_expires_at, days=days)
        for _run in range(3):
            self.run_engine()

    def days_told(self):
        return [int(mail.body_html.split(" days")[0].split()[-1]) for mail in self.mails().sorted('id')]

    def test_told_four_times_and_each_once(self):
        self.connection._credential().hard_expires_at = fields.Datetime.add(fields.Datetime.now(), days=32, hours=1)
        for _day in range(32):
            self.let_pass(days=1)

        self.assertEqual(self.days_told(), [30, 14, 7, 2])
        activity = self.connection.activity_ids.filtered(lambda activity: activity.user_id == self.manager)
        self.assertEqual(activity.summary, "Renew the access to QuickBooks", "one open activity, not four")
        self.assertEqual(self.connection.state, 'connected')

    def test_a_server_that_was_off_is_told_once_for_what_it_missed(self):
        self.connection._credential().hard_expires_at = fields.Datetime.add(fields.Datetime.now(), days=6, hours=1)
        self.let_pass(days=0)
        self.assertEqual(self.days_told(), [6])

    def test_reconnecting_clears_the_warning(self):
        self.connection._credential().hard_expires_at = fields.Datetime.add(fields.Datetime.now(), days=6, hours=1)
        self.let_pass(days=0)

        self.connect()
        self.run_engine()

        self.assertFalse(self.connection.activity_ids)
        self.assertEqual(len(self.mails()), 1)
        self.assertGreater(self.connection.token_days_left, 30)

    def test_nobody_is_told_long_before(self):
        self.run_engine()
        self.assertFalse(self.mails())


class TestButtons(LifeCase):
    """No button is offered that ends in "connect first", before there is a connection and after it was given up."""

    PAGES = ('qbo_connection_view_form', 'qbo_health_view_form')
    FIRST = "Connect to QuickBooks first|not connected to QuickBooks|Nothing goes to QuickBooks now"

    def test_each_button_of_each_page_can_be_pressed(self):
        draft = self.env['qbo.connection'].create({'company_id': self.env['res.company'].create({'name': "New"}).id})
        self.manager.company_ids |= draft.company_id
        self.connection.with_user(self.manager).action_disconnect()
        for connection in (draft, self.connection):
            for page in self.PAGES:
                mine = connection.with_user(self.manager).with_company(connection.company_id)
                for button, record in self.offered(mine, page):
                    with self.subTest(connection.state, page=page, button=button), self.assertRaises(_Undo):
                        with self.enter_registry_test_mode(), self.env.cr.savepoint():
                            self.press(record, button)

    def test_the_menu_begins_with_the_setup_until_a_company_is_connected(self):
        self.manager.company_ids = self.company

        def shown():
            menus = self.env['ir.ui.menu'].with_user(self.manager).load_menus(False)
            found = [menu for menu in menus.values() if (menu.get('xmlid') or '').startswith('quickbooks_online.')]
            top = next(menu for menu in found if menu['xmlid'].endswith('menu_quickbooks'))
            inside = {menu['xmlid'].removeprefix('quickbooks_online.menu_quickbooks_') for menu in found}
            return [menus[menu_id]['name'] for menu_id in top['children']], inside

        names, inside = shown()
        self.assertEqual(names, ["Overview", "Operations", "Reporting", "Configuration"])
        self.assertIn('setup_again', inside)
        self.connection.with_user(self.manager).action_disconnect()
        self.assertEqual(shown()[0][:2], ["Set Up", "Overview"])
        self.connection.unlink()
        names, inside = shown()
        self.assertEqual(names, ["Set Up", "Overview", "Configuration"])
        self.assertFalse(inside & {'accounts', 'comparison', 'stores', 'setup_again'})

    def press(self, record, button):
        try:
            getattr(record, button)()
        except UserError as error:
            self.assertNotRegex(str(error), self.FIRST)
        raise _Undo

    def offered(self, connection, page):
        """Yield ``(method, record)`` of the buttons that a page shows of a connection, those of its lists too."""
        view = self.env.ref(f'quickbooks_online.{page}')
        arch = etree.fromstring(connection.get_view(view.id, 'form')['arch'])
        for button in arch.iter('button'):
            rows = next(button.iterancestors('list', 'kanban'), None)
            field = next(button.iterancestors('field'), None)
            if button.get('type') == 'object' and rows is None and self.is_shown(button, connection):
                yield button.get('name'), connection
            if button.get('type') == 'object' and rows is not None and self.is_shown(field, connection):
                for row in connection[field.get('name')][:1]:
                    if self.is_shown(button, row, connection, upto=field):
                        yield button.get('name'), row
        for field in arch.iter('field'):
            of_list = safe_eval(field.get('context') or '{}').get('list_view_ref')
            for row in connection[field.get('name')][:1] if of_list and self.is_shown(field, connection) else ():
                inner = etree.fromstring(row.get_view(self.env.ref(of_list).id, 'list')['arch'])
                for button in inner.iter('button'):
                    if self.is_shown(button, row, connection):
                        yield button.get('name'), row

    def is_shown(self, node, record, parent=None, upto=None):
        """Return whether nothing around a node of a view hides it."""
        for item in (node, *node.iterancestors()):
            if item is upto:
                break
            hidden = [item.get(name) for name in ('invisible', 'column_invisible') if item.get(name)]
            if any(safe_eval(expression, self.names(expression, record, parent)) for expression in hidden):
                return False
        return True

    def names(self, expression, record, parent):
        """Return the values that an expression of a view reads, of a row also those of the form around it."""
        names = set(re.findall(r'(?<![.\w\'])[a-z]\w*', expression)) & record._fields.keys()
        values = {name: record[name] for name in names}
        return {**values, 'parent': SimpleNamespace(state=parent.state)} if parent else values


class TestMove(LifeCase):
    """Another QuickBooks company: only by choice, and nothing of the old one goes to the new one."""

    def setUp(self):
        super().setUp()
        self.other = self.sandbox.realm_ids[1]

    def test_only_administrators(self):
        for action in ('action_move', 'action_start_over'):
            with self.subTest(action), self.assertRaises(AccessError):
                getattr(self.connection.with_user(self.user), action)()

    def test_another_company_file_is_refused_until_it_is_chosen(self):
        self.synced_customer()
        with self.assertRaisesRegex(UserError, "Move to Another QuickBooks Company"):
            self.connect(self.other)

        self.move_to(self.other)

        self.assertEqual(self.connection.state, 'connected')

    def test_moving_revokes_the_old_access_and_forgets_everything_of_the_old_file(self):
        partner = self.synced_customer()
        self.pull()
        partner.phone = '555-0100'

        self.connection.with_user(self.manager).action_move()

        self.after_commit()
        self.assertEqual(self.sandbox.requests[-1].entity, 'revoke')
        self.assertEqual(self.connection.state, 'draft')
        self.assertIn("are kept", self.connection.message)
        self.assertFalse(partner.qbo_id or partner.qbo_state)
        self.assertFalse(self.connection.schedule_ids.filtered('cursor'))
        self.assertFalse(self.connection.synced_count or self.connection.pending_count)
        self.assertFalse(self.connection.sync_customers or self.connection.qbo_company_name)
        self.assertFalse(self.env['qbo.change'].search([('connection_id', '=', self.connection.id)]))

    def test_nothing_of_the_old_file_is_sent_to_the_new_one(self):
        self.sandbox.arm('drop_after_commit', times=1, on='customer')
        partner = self.customer("Answer never came")
        self.run_engine()
        self.assertTrue(self.env['qbo.request']._unanswered(self.connection))

        self.move_to(self.other)
        self.wait(hours=1)
        self.sandbox.requests.clear()
        self.run_engine()

        self.assertRequests()
        self.assertFalse(partner.qbo_state)
        self.assertFalse([row for row in self.sandbox.all('Customer', realm=self.other)
                          if row['DisplayName'] == partner.name])  # fmt: skip

    def test_in_the_new_file_records_get_new_links(self):
        partner = self.synced_customer()
        self.move_to(self.other)
        self.connection.sync_customers = True
        partner.phone = '555-0100'
        self.run_engine()

        self.assertEqual(partner.qbo_state, 'synced', partner.qbo_error)
        entity = self.sandbox.get('Customer', partner.qbo_id, realm=self.other)
        self.assertEqual(entity['DisplayName'], partner.name)

    def test_back_in_the_old_file_its_links_come_back_and_nothing_is_doubled(self):
        partner = self.synced_customer()
        qbo_id = partner.qbo_id
        self.move_to(self.other)
        self.connection.sync_customers = True
        partner.phone = '555-0100'
        self.run_engine()
        self.sandbox.update('Customer', qbo_id, {'CompanyName': "Harbor Inc."})

        self.move_to(self.sandbox.realm_id)
        self.run_engine()
        self.pull()

        self.assertEqual(partner.qbo_id, qbo_id)
        self.assertTrue(self.connection.sync_customers, "what was chosen for the file is back too")
        entity = self.in_quickbooks(partner)
        self.assertEqual(entity['PrimaryPhone']['FreeFormNumber'], '555-0100', "what changed meanwhile was sent")
        self.assertEqual(entity['CompanyName'], "Harbor Inc.")
        self.assertEqual(len(self.named(partner.name)), 1)

    def test_a_request_without_answer_is_asked_again_where_it_belongs(self):
        self.sandbox.arm('drop_after_commit', times=1, on='customer')
        partner = self.customer("Answer never came")
        self.run_engine()
        self.move_to(self.other)
        self.move_to(self.sandbox.realm_id)
        self.wait(hours=1)
        self.run_engine()

        self.assertEqual(partner.qbo_state, 'synced', partner.qbo_error)
        self.assertEqual(len(self.named(partner.name)), 1)

    def test_links_of_a_company_that_was_left_count_nowhere_even_where_archived_records_are_shown(self):
        partner = self.synced_customer()
        qbo_id = partner.qbo_id
        self.connection.with_user(self.manager).action_move()
        self.env.invalidate_all()

        self.assertFalse(partner.with_context(active_test=False).qbo_link_id)
        every = self.env['res.partner'].with_context(active_test=False)
        self.assertNotIn(partner, every.search([('qbo_state', '=', 'synced')]))
        self.assertNotIn(partner, every.search([('qbo_id', '=', qbo_id)]))
        self.assertFalse(self.env['qbo.link'].with_user(self.manager).search([]), "nor does anybody see them")

    def test_what_was_excluded_stays_excluded(self):
        partner, linked = self.customer("Never sent", qbo_mode='never'), self.synced_customer()
        linked.qbo_mode = 'never'
        self.move_to(self.other)
        self.connection.sync_customers = True
        (partner | linked).write({'phone': '1'})
        self.run_engine()
        self.assertEqual((partner | linked).mapped('qbo_id'), [False, False])

        self.move_to(self.sandbox.realm_id)
        self.run_engine()
        self.assertTrue(linked.qbo_id)
        self.assertEqual(set((partner | linked).mapped('qbo_mode')), {'never'})
        self.assertNotIn('PrimaryPhone', self.in_quickbooks(linked))


class TestStartOver(LifeCase):
    """Begin again with the same QuickBooks company."""

    def test_links_are_forgotten_and_records_are_untouched(self):
        partner = self.synced_customer()
        before = self.in_quickbooks(partner)

        self.connection.with_user(self.manager).action_start_over()
        self.env.invalidate_all()

        self.assertEqual(self.connection.state, 'draft')
        self.assertTrue(partner.exists().active)
        self.assertFalse(partner.qbo_id)
        self.assertEqual(self.sandbox.get('Customer', before['Id']), before)

    def test_connected_again_the_links_stay_forgotten_until_records_meet_anew(self):
        partner = self.synced_customer()
        qbo_id = partner.qbo_id
        self.connection.with_user(self.manager).action_start_over()
        self.connect()
        self.assertFalse(partner.qbo_id)

        self.connection.with_user(self.manager).action_switch_on_customers()
        self.run_engine()

        self.assertEqual(partner.qbo_id, qbo_id)
        self.assertEqual(len(self.named(partner.name)), 1)


class TestMoveWithBooks(BillingCase, LifeCase):
    """Lists, accounts, taxes and documents belong to their QuickBooks company."""

    def test_accounts_taxes_and_switches_are_of_the_file_and_come_back_with_it(self):
        connection = self.connection
        income = connection.income_account_id
        self.chlorine.qbo_income_account_id = income
        tax = self.env['account.tax'].search([('type_tax_use', '=', 'sale'), ('company_id', '=', self.company.id)])[:1]
        code = self.env['qbo.reference'].search(
            [
                ('qbo_company_id', '=', connection.qbo_company_id.id),
                ('entity', '=', 'TaxCode'),
                ('kind', '=', 'Sales'),
            ],
            limit=1,
        )
        tax.qbo_tax_code_id = code

        connection.with_user(self.manager).action_move()

        self.assertFalse(connection.income_account_id or connection.deposit_account_id or tax.qbo_tax_code_id)
        self.assertFalse(connection.sync_billing or connection.sync_products or connection.preferences)
        self.assertFalse(self.chlorine.qbo_income_account_id.qbo_id, "an id of the old file is sent to no other")

        self.connect()

        self.assertEqual(connection.income_account_id, income)
        self.assertTrue(income.qbo_id and income.active)
        self.assertEqual(self.chlorine.qbo_income_account_id, income)
        self.assertEqual(tax.qbo_tax_code_id, code)
        self.assertTrue(connection.sync_billing and connection.sync_products)

    def test_a_move_back_changes_no_document(self):
        invoice = self.synced_invoice()
        before = self.sandbox.get('Invoice', invoice.qbo_id)
        self.move_to(self.sandbox.realm_ids[1])
        self.move_to(self.sandbox.realm_id)
        self.sandbox.requests.clear()
        self.run_engine()

        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        self.assertEqual(self.sandbox.get('Invoice', before['Id']), before)
        written = [row.entity for row in self.sandbox.requests if row.method == 'POST' and row.operation != 'query']
        self.assertFalse(set(written) & {'invoice', 'customer', 'item', 'batch'})


class TestUninstall(LifeCase):
    """What an uninstallation leaves behind. A real one stands in script/process/test_reinstall.py."""

    def test_each_linked_record_has_an_identifier_that_outlives_the_addon(self):
        partner = self.synced_customer()
        qbo_id = partner.qbo_id

        uninstall_hook(self.env)

        self.after_commit()
        self.assertEqual(self.sandbox.requests[-1].entity, 'revoke')
        known = self.env['ir.model.data'].search([('module', '=', '__quickbooks_online__')])
        self.assertEqual(known.mapped(lambda item: (item.model, item.res_id)), [('res.partner', partner.id)])
        self.assertTrue(known.name.endswith(f'_Customer_{qbo_id}'))
        self.assertNotIn(self.sandbox.realm_id, json.dumps(known.name), "the company id is no public knowledge")

    def test_uninstalling_twice_keeps_what_is_linked_now(self):
        self.synced_customer()
        self.env['qbo.link']._remember(self.connection)
        self.env['qbo.link']._remember(self.connection)
        self.assertEqual(self.env['ir.model.data'].search_count([('module', '=', '__quickbooks_online__')]), 1)
