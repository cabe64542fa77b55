import csv
import io

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, HttpCase
from openpyxl import load_workbook

from .compare_case import CompareCase

FORMULA = '=HYPERLINK("evil.example","Pay here")'


class TestCompare(CompareCase):
    """What both sides have, in one report: every verdict, and what is decided without anybody."""

    def test_the_same_name_is_the_same_and_is_to_be_linked(self):
        partner, row = self.partner(), self.there()
        self.compare()
        self.assertLine(self.line(partner), 'exact', 'link', qbo_id=row['Id'], why="Same name")

    def test_names_that_are_alike_are_for_a_person_to_decide(self):
        partner, row = self.partner("John and Jane Smith"), self.there("The Smiths")
        self.compare()
        self.assertLine(self.line(partner), 'probable', False, qbo_id=row['Id'], why="Names alike")

    def test_what_agrees_and_what_does_not_is_said(self):
        partner = self.partner("Ann Lee", email='ann@lee.example', phone='415 555 0101')
        self.there("A. Lee", PrimaryEmailAddr={'Address': 'Ann@lee.example'},
                   PrimaryPhone={'FreeFormNumber': '(415) 555-0102'})  # fmt: skip
        self.compare()
        self.assertLine(self.line(partner), 'probable', False, why="Same e-mail; another phone")

    def test_only_in_quickbooks_is_to_be_created_here(self):
        row = self.there("Only there")
        self.compare()
        self.assertLine(self.line(row=row), 'only_qbo', 'create_odoo', res_id=0, qbo_name="Only there")

    def test_only_in_odoo_is_to_be_created_there(self):
        partner = self.partner("Only here")
        self.compare()
        self.assertLine(self.line(partner), 'only_odoo', 'create_qbo', qbo_id=False)

    def test_a_second_of_the_same_name_is_not_created_there_without_asking(self):
        first, second = self.partner(phone='4155550101'), self.partner()
        self.there(PrimaryPhone={'FreeFormNumber': '4155550101'})
        self.compare()
        self.assertLine(self.line(first), 'exact', 'link')
        self.assertLine(self.line(second), 'only_odoo', False, why="QuickBooks has this name already.")

    def test_active_on_one_side_only_is_for_a_person_to_decide(self):
        partner, row = self.partner(), self.there()
        archived, other = self.partner("Archived here", active=False), self.there("Archived here")
        self.deactivate('Customer', row)
        self.compare()
        self.assertLine(self.line(partner), 'status', False, why="Same name; inactive in QuickBooks")
        self.assertLine(self.line(archived), 'status', False, qbo_id=other['Id'], why="Same name; archived in Odoo")

    def test_what_is_archived_here_and_not_there_is_not_listed(self):
        partner = self.partner("Archived here", active=False)
        self.compare()
        self.assertFalse(self.line(partner))

    def test_products_are_compared_by_name_and_reference(self):
        same, item = self.old_product("Acid Wash", type='service'), self.item_there("Acid Wash")
        by_sku, tabs = self.old_product("Tabs", default_code='T3'), self.item_there("Trichlor", Sku='T3')
        only = self.old_product("Only here")
        self.compare()
        self.assertLine(self.line(same), 'exact', 'link', qbo_id=item['Id'], kind='product')
        self.assertLine(self.line(by_sku), 'probable', False, qbo_id=tabs['Id'], why="Same reference")
        self.assertLine(self.line(only), 'only_odoo', 'create_qbo')

    def test_both_sides_are_shown(self):
        partner = self.partner(email='a@harbor.example', phone='1', street='1 Pier', city='Oakland')
        self.there(PrimaryEmailAddr={'Address': 'b@harbor.example'}, PrimaryPhone={'FreeFormNumber': '2'})
        self.compare()
        self.assertRecordValues(self.line(partner), [{
            'odoo_name': "Harbor Marine Supply", 'odoo_email': 'a@harbor.example', 'odoo_phone': '1',
            'odoo_address': "1 Pier, Oakland", 'qbo_name': "Harbor Marine Supply", 'qbo_email': 'b@harbor.example',
            'qbo_phone': '2', 'qbo_address': "12 Ocean Dr., Half Moon Bay, 94213, CA",
        }])  # fmt: skip

    def test_comparing_writes_nothing_and_reads_each_side_once(self):
        self.partner(), self.there()
        self.connection.with_user(self.manager).action_compare()
        self.assertRequests()  # the page does not wait for it
        self.run_engine()
        self.assertRequests('POST query', 'POST query')
        setup = self.env['qbo.setup'].with_user(self.manager)._of(self.connection)
        self.assertEqual((setup.task, setup.progress()['state']), (False, 'none'))
        self.assertEqual(setup.action_compare()['domain'], [('connection_id', '=', self.connection.id)])
        self.assertFalse(self.env['qbo.link'].search([('qbo_company_id', '=', self.connection.qbo_company_id.id)]))

    def test_more_than_a_page_is_read_and_a_record_that_breaks_its_page_is_left_out(self):
        self.sandbox.create_many('Customer', [{'DisplayName': f'Berth {number:04}'} for number in range(1100)])
        there = len(self.sandbox.all('Customer'))
        self.compare()
        lines = self.env['qbo.match'].search_count([('kind', '=', 'customer'), ('qbo_id', '!=', False)])
        self.assertEqual(lines, there)

        self.sandbox.arm('page_4002', on='customer', times=4)
        self.compare()
        lines = self.env['qbo.match'].search_count([('kind', '=', 'customer'), ('qbo_id', '!=', False)])
        self.assertEqual(lines, there - 1)

    def test_when_quickbooks_does_not_answer_it_is_said(self):
        self.sandbox.arm('status', on='query', status=503, times=None)
        self.connection.with_user(self.manager).action_compare()
        self.run_engine()
        progress = self.env['qbo.setup'].with_user(self.manager)._of(self.connection).progress()
        self.assertEqual(progress['state'], 'reading', "it goes on by itself")
        self.assertIn("QuickBooks", progress['pause'])

    def test_what_is_linked_is_not_compared_again(self):
        partner = self.synced_customer()
        self.compare()
        self.assertFalse(self.line(partner))
        self.assertFalse(self.line(row={'Id': partner.qbo_id}))

    def test_a_decision_stays_when_it_is_compared_again_and_the_rest_follows_what_is_there_now(self):
        partner, row = self.partner("John and Jane Smith"), self.there("The Smiths")
        only = self.there("Only there")
        self.compare()
        line, other = self.line(partner), self.line(row=only)
        line.action_link()
        other.action_leave()
        self.sandbox.update('Customer', row['Id'], {'DisplayName': "John and Jane Smith"})

        self.compare()

        self.assertLine(line, 'exact', 'link', is_chosen=True)
        self.assertLine(other, 'only_qbo', 'leave')
        self.deactivate('Customer', only)
        self.compare()
        self.assertLine(other, 'excluded', 'leave', rule='inactive')

    def test_counts(self):
        before = self.env['qbo.match']._counts(self.connection)
        self.assertFalse(before)
        self.partner(), self.there(), self.partner("Only here")
        self.compare()
        counts = self.env['qbo.match']._counts(self.connection)
        self.assertEqual(counts['customer', 'exact', 'link'], 1)
        self.assertEqual(counts['customer', 'only_odoo', 'create_qbo'], 1)
        self.assertEqual(sum(counts.values()), self.env['qbo.match'].search_count([]))


class TestDecide(CompareCase):
    """What an administrator does with the lines."""

    def test_decisions_that_do_not_fit_are_refused(self):
        partner = self.partner("Only here")
        self.compare()
        with self.assertRaises(ValidationError):
            self.line(partner).decision = 'link'

    def test_a_decision_for_many_lines_goes_to_those_that_it_fits(self):
        pair, only = self.partner("John and Jane Smith"), self.partner("Only here")
        self.there("The Smiths")
        self.compare()
        self.line(only).action_undecide()

        answer = (self.line(pair) | self.line(only)).action_create()

        self.assertIn("1 decided. It does not fit the other 1.", answer['params']['message'])
        self.assertFalse(self.line(pair).decision)
        self.assertEqual(self.line(only).decision, 'create_qbo')

    def test_all_exact_ones_are_accepted_at_once(self):
        partners = [self.partner(name) for name in ("One", "Two")]
        for partner in partners:
            self.there(partner.name)
        self.compare()
        for partner in partners:
            self.line(partner).action_undecide()

        self.env['qbo.match'].with_user(self.manager).action_accept_exact()

        self.assertEqual([self.line(partner).decision for partner in partners], ['link', 'link'])

    def test_import_customers_and_products_decide_what_is_only_there_and_no_rule_excludes(self):
        row, excluded, item = self.there(), self.there("Nowhere", BillAddr={}), self.item_there("Acid Wash")
        self.compare()
        lines = self.line(row=row) | self.line(row=item)
        lines.action_leave()

        self.env['qbo.match'].with_user(self.manager).action_import_customers()
        self.assertEqual(lines.mapped('decision'), ['create_odoo', 'leave'])
        self.env['qbo.match'].with_user(self.manager).action_import_products()

        self.assertEqual(lines.mapped('decision'), ['create_odoo', 'create_odoo'])
        self.assertEqual(self.line(row=excluded).decision, 'leave')

    def test_renamed_in_place_it_is_renamed_in_odoo_and_looked_at_again(self):
        partner = self.partner("John and Jane Smith")
        self.there("The Smiths")
        self.compare()
        with Form(self.line(partner)) as form:
            form.odoo_name = "The Smiths"
        self.assertEqual(partner.name, "The Smiths")
        self.assertLine(self.line(partner), 'exact', 'link')

    def test_renamed_to_the_name_of_one_that_is_only_there_they_are_a_pair(self):
        partner, row = self.partner("Marina"), self.there()
        self.compare()
        self.line(partner).odoo_name = "Harbor Marine Supply"
        self.assertLine(self.line(row=row), 'exact', 'link', res_id=partner.id)

    def test_renaming_needs_the_rights_to_the_record(self):
        product = self.old_product("Acid")
        self.compare()
        with self.assertRaises(AccessError):
            self.line(product).odoo_name = "Acid Wash"

    def test_not_the_same_is_two_lines_also_when_compared_again(self):
        partner, row = self.partner("John and Jane Smith"), self.there("The Smiths")
        self.compare()
        self.line(partner).action_part()
        for again in (False, True):
            with self.subTest(again=again):
                self.assertLine(self.line(partner), 'only_odoo', 'create_qbo', qbo_id=False)
                self.assertLine(self.line(row=row), 'only_qbo', 'create_odoo', res_id=0)
                self.compare()

    def test_another_one_is_chosen_for_a_pair_and_stays_chosen(self):
        wrong, right, row = self.partner("John and Jane Smith"), self.partner("J & J"), self.there("The Smiths")
        self.compare()
        line = self.line(row=row)
        line.choice_partner_id = right
        line.action_pair()
        for again in (False, True):
            with self.subTest(again=again):
                self.assertLine(self.line(right), 'probable', 'link', qbo_id=row['Id'], why="Paired by hand")
                self.assertLine(self.line(wrong), 'only_odoo', 'create_qbo')
                self.compare()

    def test_one_that_is_linked_already_cannot_be_chosen(self):
        linked, row = self.synced_customer("Linked"), self.there("Another")
        self.compare()
        line = self.line(row=row)
        line.choice_partner_id = linked
        with self.assertRaisesRegex(UserError, "linked with another"):
            line.action_pair()

    def test_only_an_administrator_sees_and_decides(self):
        partner = self.partner()
        self.compare()
        line = self.line(partner).with_user(self.user)
        for act in (
            lambda: line.read(['verdict']), line.action_leave, line.action_part, line.action_carry_out,
            line.action_accept_exact, lambda: line.write({'decision': 'leave'}),
            self.connection.with_user(self.user).action_compare,
        ):  # fmt: skip
            with self.subTest(act=act), self.assertRaises(AccessError):
                act()

    def test_another_company_sees_nothing(self):
        partner = self.partner()
        self.compare()
        company = self.env['res.company'].create({'name': "Another"})
        self.manager.write({'company_ids': [(4, company.id)]})
        lines = self.env['qbo.match'].with_user(self.manager).with_company(company)
        self.assertFalse(lines.with_context(allowed_company_ids=company.ids).search([]))
        self.assertTrue(self.line(partner))


class TestCompareTour(CompareCase, HttpCase):
    """The comparison as an administrator works through it, in Chromium."""

    def test_lines_are_decided_and_carried_out(self):
        self.env.ref('base.user_admin').company_ids |= self.company
        linked, row = self.partner("John and Jane Smith"), self.there("The Smiths")
        parted, other = self.partner("Harbor Marine"), self.there("Harbor Marine Inc")
        left = self.there("Only there")
        self.compare()

        self.start_tour('/odoo/quickbooks-comparison', 'qbo_comparison', login='admin', timeout=600)
        self.env.invalidate_all()

        self.assertLine(self.line(row=left), 'only_qbo', 'leave', carried='leave')
        self.assertLine(self.line(row=other), 'only_qbo', 'create_odoo', carried='create_odoo')
        self.assertLine(self.line(parted), 'only_odoo', 'create_qbo', carried='create_qbo')
        self.run_engine()
        self.assertEqual((linked.qbo_id, parted.qbo_state), (row['Id'], 'synced'))


class TestDownload(CompareCase, HttpCase):
    """The report as a file that a spreadsheet opens without running anything."""

    def download(self, file_format, login='qbo_manager'):
        self.authenticate(login, login)
        return self.url_open(f'/quickbooks_online/comparison/{self.connection.id}.{file_format}')

    def row(self, rows):
        place = rows[0].index("In QuickBooks")
        return next(row for row in rows if "Pay here" in (row[place] or ''))

    def test_csv(self):
        self.there(FORMULA, PrimaryPhone={'FreeFormNumber': '+1 415'})
        self.compare()
        text = self.download('csv').content.decode('utf-8-sig')
        row = self.row(list(csv.reader(io.StringIO(text))))
        self.assertIn(f"'{FORMULA}", row)
        self.assertIn("'+1 415", row)
        self.assertIn("Only in QuickBooks", row)

    def test_xlsx(self):
        self.there(FORMULA)
        self.compare()
        sheet = load_workbook(io.BytesIO(self.download('xlsx').content)).active
        row = self.row([[cell.value for cell in row] for row in sheet.rows])
        self.assertIn(FORMULA, row)
        self.assertEqual({cell.data_type for line in sheet.rows for cell in line if cell.value}, {'s'})
        self.assertTrue(sheet.freeze_panes)

    def test_the_button_leads_to_the_file(self):
        self.compare()
        lines = self.env['qbo.match'].with_user(self.manager).with_context(qbo_connection_id=self.connection.id)
        for file_format in ('csv', 'xlsx'):
            url = lines.with_context(qbo_format=file_format).action_download()['url']
            self.authenticate('qbo_manager', 'qbo_manager')
            self.assertEqual(self.url_open(url).status_code, 200)

    def test_nobody_else_gets_it(self):
        self.compare()
        self.assertNotEqual(self.download('csv', 'qbo_user').status_code, 200)
