"""Each reason has a way out, for bookkeeper and administrator: a button that he may press, or whom to ask."""

from lxml import etree
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...models.connection.reason import SENTENCES, Reason
from ...models.mapping.ways import WAYS, keys_of_links, ways_of
from ..payment_case import PaymentCase
from .test_reason import BUTTONS, placeholders

PASSES = 'archived currency_first draft held_by lost_unread takes_place waits_for'.split()
"""What a record waits with that goes on by itself: *Pending*. With all others it is *On hold*."""
CHECKED = """
    account_entry account_of_line account_unmapped bundle_changed class_missing currency_of_company
    currency_of_customer currency_of_document currency_of_entry currency_of_payee currency_of_payment
    currency_of_vendor expense_back expense_money expense_reversed lines_combo lines_max lines_none
    lines_none_bought method_length money_back number_length paid_from_currency paid_from_kind paid_from_none
    partner_none party_of_document pays_receipt product_deposit product_for_payments product_none
    purchase_account receipt_apart receipt_currency receipt_entered receipt_entries receipt_more receipt_part
    receipt_payment_draft receipt_payments receipt_unpaid reference_length rounding_of_tax rounding_untaxed
    tax_bought_us tax_code_inactive tax_differs tax_lists_unread tax_no_percentage tax_none tax_not_purchase
    tax_not_sale tax_not_together tax_on_tax tax_price tax_reverse_charge tax_several_codes tax_switched_off
    tax_unknown tax_unmapped writeoff
""".split()
"""What this app finds before it sends: *On hold*, though nothing was refused. Stopped by anything else: *Error*."""
NEVER_STOPS = """
    no_customer no_deposit_account no_vendor paid_already paid_already_void receipt_differs tax_code_unknown
    tax_code_unmapped total_credit total_entry
""".split()
"""Of the same tables: reasons to wait, differences, and parts of other reasons."""


class _Undo(Exception):
    """Ends a savepoint, so that nothing of a call stays."""


@tagged('post_install', '-at_install')
class TestWays(PaymentCase):
    """Nobody reads a sentence and has to look for where to do it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        arch = etree.fromstring(cls.env.ref('quickbooks_online.qbo_link_view_form').arch)
        cls.buttons = {
            button.get('name'): button.get('groups', '') for button in arch.iter('button') if button.get('name')
        }

    def roles(self):
        return {'bookkeeper': self.user, 'administrator': self.manager}

    def in_trouble(self, key, state='error', invoice=None):
        """Return the link of an invoice that is in QuickBooks and has this reason."""
        invoice = invoice or self.sent()
        values = {name: f'<{name}>' for name in placeholders(key)}
        link = self.link(invoice)
        link.conflicts = link.unapplied_changes = [{'path': 'DueDate', 'odoo': '2026-09-01', 'qbo': '2026-09-30'}]
        link.candidate = {'entity': 'Invoice', 'id': '77', 'name': "INV/2", 'linked': False, 'res_id': invoice.id}
        link.write({'state': state, 'name': "INV/1", **Reason(key, values).vals()})
        return link

    def sent(self):
        invoice = self.draft(invoice_date='2026-07-02')
        invoice.action_post()
        self.run_engine()
        return invoice

    def may_press(self, link, method):
        """Return whether pressing is not refused. Nothing of it stays."""
        try:
            with self.enter_registry_test_mode(), self.env.cr.savepoint():
                getattr(link, method)()
                raise _Undo
        except AccessError:
            return False
        except (_Undo, UserError):
            return True

    def test_each_reason_has_a_way_out_for_each_role(self):
        without, invoice = [], self.sent()
        for key in keys_of_links():
            link = self.in_trouble(key, invoice=invoice)
            for role, user in self.roles().items():
                mine = link.with_user(user)
                self.env.invalidate_all()
                button = BUTTONS.get(link.error_fix)
                fix = button and self.is_shown_to(user, button) and self.may_press(mine, button)
                way = mine.way and self.may_press(mine, 'action_way')
                if not (fix or way or mine.way_ask) or (mine.way and not way):
                    without.append((key, role))
                if mine.way_ask and not (fix or way):
                    self.assertIn(self.manager.name, mine.way_ask)
        self.assertEqual(without, [])

    def test_each_reason_has_its_badge(self):
        link = self.in_trouble('2210')
        for key in keys_of_links():
            with self.subTest(key):
                link.write({'state': 'error', 'waits_for_id': False, **Reason(key).vals()})
                if key not in NEVER_STOPS:
                    self.assertEqual(link.shown_state, 'held' if key in CHECKED else 'error')
                is_one = link.search_count([('id', '=', link.id), ('is_held', '=', True)])
                self.assertEqual(bool(is_one), link.shown_state == 'held', "a search says the same")
                link.state = 'pending'
                self.assertEqual(link.shown_state, 'pending' if key in PASSES else 'held')
        self.assertFalse({*PASSES, *CHECKED, *NEVER_STOPS} - {*keys_of_links()})

    def test_a_check_is_on_hold_everywhere(self):
        invoice = self.draft(invoice_date='2026-07-02', lines=[(self.env['product.product'], 1, 10.0)])
        invoice.action_post()
        self.run_engine()
        link, group = self.link(invoice), self.env['qbo.error.group'].with_user(self.user)
        self.assertEqual((invoice.qbo_state, link.error_code), ('held', 'product_none'))
        self.assertIn(invoice, self.env['account.move'].search([('qbo_state', '=', 'held')]))
        self.assertNotIn(invoice, self.env['account.move'].search([('qbo_state', '=', 'error')]))
        counts = self.connection.held_count, self.connection.error_count, self.connection.pending_count
        self.assertEqual(counts, (1, 0, 0))
        group = group.search([('connection_id', '=', self.connection.id)])
        self.assertEqual((group.state, group.count, group.can_retry), ('held', 1, True))
        self.assertEqual(group._links(), link)
        group.with_user(self.manager).action_dismiss()
        self.env.invalidate_all()
        self.assertEqual((self.connection.held_count, self.connection.dismissed_count), (0, 1))

    def is_shown_to(self, user, button):
        groups = self.buttons[button]
        return not groups or any(user.has_group(group) for group in groups.split(','))

    def test_the_table_names_no_reason_that_nobody_gives(self):
        self.assertFalse(WAYS.keys() - SENTENCES.keys())

    def test_a_way_leads_somewhere_and_says_where(self):
        for way in {way for key in keys_of_links() for way in ways_of(Reason(key))}:
            with self.subTest(way):
                link = self.env['qbo.link']
                self.assertTrue(hasattr(link, f'_way_{way}'))

    def test_what_is_inside_a_reason_leads_the_way(self):
        reason = Reason('odoo', {'name': "INV/1", 'why': Reason('tax_code_unmapped', {'code': "FL", 'percent': "6%"})})
        self.assertEqual(ways_of(Reason.of(reason.stored()))[0], 'new_taxes')

    def test_what_waits_leads_to_what_it_waits_for_and_not_in_a_circle(self):
        first, second = self.in_trouble('2210'), self.in_trouble('waits_for', 'pending')
        second.waits_for_id = first
        self.assertEqual(second.with_user(self.user).action_way()['res_id'], first.id)
        first.write({'state': 'pending', **Reason('waits_for', {'name': "x"}).vals(), 'waits_for_id': second.id})
        self.assertTrue(second.with_user(self.user)._go_straight())

    def test_fix_on_the_overview_opens_what_has_to_be_changed(self):
        link = self.in_trouble('product_none')
        group = self.env['qbo.error.group'].with_user(self.user).search([('link_id', '=', link.id)])
        action = group.action_fix()
        self.assertEqual((action['res_model'], action['res_id']), ('account.move', link.res_id))


@tagged('post_install', '-at_install')
class TestOnHold(PaymentCase):
    """What needs somebody though nothing was refused is on hold: said on the record and listed."""

    def held(self):
        self.prefer(AccountingInfoPrefs={'BookCloseDate': '2026-06-30'})
        invoice = self.draft(invoice_date='2026-03-02')
        invoice.action_post()
        self.run_engine()
        return invoice

    def test_closed_books_hold_a_document(self):
        invoice = self.held()
        self.assertEqual(invoice.qbo_state, 'held')
        self.assertIn(invoice, self.env['account.move'].search([('qbo_state', '=', 'held')]))
        self.assertNotIn(invoice, self.env['account.move'].search([('qbo_state', '=', 'pending')]))
        self.assertEqual((self.connection.held_count, self.connection.pending_count), (1, 0))
        self.assertFalse(self.connection.is_in_sync)
        self.assertIn("on hold: 1", self.connection.sync_text)

    def test_it_has_a_line_in_needs_attention(self):
        invoice = self.held()
        [group] = self.env['qbo.error.group'].with_user(self.user).search([('connection_id', '=', self.connection.id)])
        self.assertEqual((group.state, group.count, group.can_retry), ('held', 1, False))
        self.assertEqual(group._links(), self.link(invoice))
        self.assertIn("closed", group.error)

    def test_the_first_open_day_is_one_press_away_for_an_administrator(self):
        invoice = self.held()
        link = self.link(invoice).with_user(self.manager)
        self.assertEqual(link.way_more, 'first_day')
        link.action_way_more()
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'synced')

    def test_what_waits_for_a_record_in_error_is_on_hold_and_for_a_healthy_one_pending(self):
        invoice = self.draft(invoice_date='2026-07-02')
        invoice.action_post()
        self.run_engine()
        link = self.in_wait(invoice)
        self.assertEqual(invoice.qbo_state, 'pending')
        link.waits_for_id.state = 'error'
        self.env.invalidate_all()
        self.assertEqual(invoice.qbo_state, 'held')
        self.assertIn(invoice, self.env['account.move'].search([('qbo_state', '=', 'held')]))

    def in_wait(self, invoice):
        link = self.link(self.acme)._step().link_for(self.mapping(invoice), invoice)
        link._wait_for(self.link(self.acme))
        return link

    def test_during_a_pause_the_dialog_says_so_with_the_time_zone(self):
        link = self.in_wait(self.draft())
        self.assertFalse(link.pause_text)
        self.connection.paused_until = '2026-12-31 12:00:00'
        self.connection.message = "QuickBooks does not answer."
        text = link.with_context(tz='America/New_York').pause_text
        self.assertRegex(text, r'Paused until .*7:00.* EST\. QuickBooks does not answer\.')


@tagged('post_install', '-at_install')
class TestSaid(PaymentCase):
    """What QuickBooks changed, and what does not go there, is said on the document itself."""

    def test_a_change_from_quickbooks_is_in_the_chatter_with_old_and_new_value(self):
        invoice = self.draft(invoice_date='2026-07-02')
        invoice.action_post()
        self.run_engine()
        self.sandbox.update('Invoice', invoice.qbo_id, {'DueDate': '2026-09-30'})
        self.pull('documents')
        said = invoice.message_ids[0].body
        self.assertIn("Changed in QuickBooks", said)
        self.assertRegex(said, "due date: .* → .*2026-09-30")
        log = self.link(invoice).log_ids[0].with_user(self.user)
        self.assertIn("2026-09-30", log.details_text)

    def test_what_is_deleted_in_quickbooks_says_so_in_the_chatter(self):
        invoice = self.draft(invoice_date='2026-07-02')
        invoice.action_post()
        self.run_engine()
        self.sandbox.delete('Invoice', invoice.qbo_id)
        self.pull('documents')
        self.assertEqual(invoice.state, 'cancel')
        self.assertIn("Deleted in QuickBooks", invoice.message_ids.mapped('body')[0] + str(invoice.message_ids[1].body))

    def test_documents_that_are_not_sent_say_why(self):
        old, own = self.draft(invoice_date='2024-12-31'), self.draft(invoice_date='2026-07-02', qbo_invoice_type='odoo')
        sent = self.draft(invoice_date='2026-07-02')
        for move in (old, own, sent):
            move.action_post()
        self.run_engine()
        self.assertEqual(
            [move.qbo_not_sent for move in (old, own, sent)], ["older than 01/01/2025", "Odoo only", False]
        )
        self.assertTrue(own.with_user(self.user).action_qbo_preview())

    def test_a_test_that_works_ends_the_pause_it_disproves(self):
        self.connection.write({'paused_until': '2099-01-01 00:00:00', 'message': "No answer", 'failures': 3})
        with self._crons_may_commit():
            self.connection.with_user(self.manager).action_test()
        self.assertRecordValues(self.connection, [{'paused_until': False, 'message': False, 'failures': 0}])
