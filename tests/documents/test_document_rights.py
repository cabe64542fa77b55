from odoo.fields import Command
from odoo.tests import Form, new_test_user

from ..payment_case import PaymentCase

FACTS = {
    'account.move': {'qbo_discount', 'qbo_discount_type', 'qbo_discount_before_tax', 'qbo_is_refund'},
    'account.move.line': {'qbo_is_discount'},
    'account.payment': set(),
}
LISTS = (
    'account', 'journal', 'tax', 'payment.term', 'tax.repartition.line', 'fiscal.position', 'account.tag', 'tax.group',
    'payment.method', 'payment.method.line', 'cash.rounding', 'payment', 'analytic.line',
)  # fmt: skip


class TestDocumentRights(PaymentCase):
    """Nobody is stopped by what only QuickBooks needs."""

    applies_credits = False

    def test_portal_users_read_no_synchronization_field(self):
        portal = new_test_user(self.env, 'qbo_portal', 'base.group_portal')
        for model, snapshot in FACTS.items():
            names = {name for name in self.env[model].with_user(portal).fields_get() if name.startswith('qbo_')}
            self.assertEqual(names, snapshot, model)

    def clerk(self):
        """Return a user of another app who writes documents and is no bookkeeper, such as a purchaser."""
        group = self.env['res.groups'].create({'name': "Clerks"})
        names = ('move', 'move.line', 'partial.reconcile', 'full.reconcile')
        access = self.env['ir.model.access']
        for name in (*names, *LISTS):
            model, writes = self.env['ir.model']._get(f'account.{name}').id, name in names
            access.create({'name': name, 'model_id': model, 'group_id': group.id, 'perm_read': True,
                           'perm_write': writes, 'perm_create': writes, 'perm_unlink': writes})  # fmt: skip
        user = new_test_user(self.env, 'clerk', 'base.group_user')
        user.group_ids += group
        self.assertFalse(user.has_group('quickbooks_online.quickbooks_online_group_user'))
        return user

    def test_a_clerk_of_another_app_writes_documents(self):
        clerk = self.clerk()
        for kind in ('in_invoice', 'out_invoice', 'out_refund'):
            with self.subTest(kind=kind):
                vals = {'move_type': kind, 'partner_id': self.acme.id, 'invoice_date': '2026-03-02'}
                line = Command.create(self._line((self.chlorine, 2, 10.0)))
                move = self.env['account.move'].with_user(clerk).create({**vals, 'invoice_line_ids': [line]})
                move.write({'narration': "Hi"})
                move.invoice_line_ids.quantity = 3
                move.sudo().action_post()
                self.env.invalidate_all()
                move.write({'narration': "Ho"})
                self.env.invalidate_all()
                move.button_cancel()
                self.run_engine()
                self.assertNoErrors()

    def test_a_clerk_reconciles(self):
        clerk = self.clerk()
        invoice = self.synced_invoice()
        credit = self.synced(self.invoice(move_type='out_refund'))
        lines = (self.due(invoice) + self.due(credit)).with_user(clerk)
        self.env.invalidate_all()
        lines.reconcile()
        self.run_engine()
        self.assertEqual(self.open_in_qbo(invoice, credit), [0, 0])
        lines.remove_move_reconcile()
        self.run_engine()
        self.assertEqual(self.open_in_qbo(invoice, credit), [20, 20])

    def test_who_only_reads_accounting_opens_documents(self):
        reader = new_test_user(self.env, 'reader', 'base.group_user,account.group_account_readonly')
        invoice = self.synced_invoice()
        payment = self.synced(self.pay(invoice))
        self.env.invalidate_all()
        for record in (invoice, payment):
            with Form(record.with_user(reader)) as form:
                self.assertTrue(form.partner_id)

    def test_a_bookkeeper_does_it_all(self):
        invoice = self.synced_invoice().with_user(self.user)
        payment = self.pay(invoice).with_user(self.user)
        self.run_engine()
        payment.action_draft()
        payment.amount = 5.0
        payment.action_post()
        self.run_engine()
        action = payment.action_qbo_refund()
        wizard = self.env[action['res_model']].with_user(self.user).with_context(**action['context'])
        wizard = wizard.create({'amount': 2.0, 'product_id': self.visit.id})
        refund = self.env['account.move'].with_user(self.user).browse(wizard.action_refund()['res_id'])
        self.run_engine()
        self.assertEqual(refund.qbo_state, 'synced', refund.qbo_error)
        self.env.invalidate_all()
        refund.button_cancel()
        invoice.button_draft()
        invoice.button_cancel()
        payment.action_cancel()
        self.run_engine()
        self.assertNoErrors()


class TestDocumentCompanies(PaymentCase):
    """Two companies, one of them with QuickBooks."""

    def other(self):
        other = self.env['res.company'].create({'name': "Other"})
        self.env['account.chart.template'].try_loading('generic_coa', company=other, install_demo=False)
        self.manager.company_ids += other
        return other

    def test_another_company_without_quickbooks_works_with_the_same_customer(self):
        other = self.other()
        env = self.env(user=self.manager, context={'allowed_company_ids': [other.id, self.company.id]})
        invoice = env['account.move'].create({
            'company_id': other.id,
            'move_type': 'out_invoice', 'partner_id': self.acme.id, 'invoice_date': '2026-03-02',
            'invoice_line_ids': [Command.create(self._line((self.chlorine, 2, 10.0)))],
        })  # fmt: skip
        invoice.action_post()
        bank = env['account.journal'].search([('type', '=', 'bank'), ('company_id', '=', other.id)], limit=1)
        register = env['account.payment.register'].with_context(
            active_model='account.move', active_ids=invoice.ids, dont_redirect_to_payments=True
        )
        payment = register.create({'journal_id': bank.id})._create_payments()
        self.assertEqual((invoice.qbo_state, payment.qbo_state), (False, False))
        action = payment.action_qbo_refund()
        wizard = env[action['res_model']].with_context(**action['context']).create({})
        refund = env['account.move'].browse(wizard.action_refund()['res_id'])
        self.assertEqual(refund.amount_residual, 0)
        refund.button_cancel()
        self.run_engine()
        self.assertRequests()

    def test_who_works_in_two_companies_sees_the_state_of_each_ones_documents(self):
        other = self.other()
        invoice = self.synced_invoice()
        env = self.env(user=self.manager, context={'allowed_company_ids': [other.id, self.company.id]})
        self.env.invalidate_all()
        self.assertEqual(invoice.with_env(env).qbo_state, 'synced')

    def test_who_works_in_two_companies_finds_the_documents_of_each_by_state_and_number(self):
        other = self.other()
        synced = self.synced_invoice()
        waiting = self.invoice()
        env = self.env(user=self.manager, context={'allowed_company_ids': [other.id, self.company.id]})
        moves = env['account.move']
        line = Command.create(self._line((self.chlorine, 2, 10.0)))
        foreign = moves.create({'company_id': other.id, 'move_type': 'out_invoice', 'partner_id': self.acme.id,
                                'invoice_date': '2026-03-02', 'invoice_line_ids': [line]})  # fmt: skip
        foreign.action_post()

        def found(field, value):
            return moves.search([(field, '=', value), ('id', 'in', (synced + waiting + foreign).ids)]).ids

        self.assertEqual(found('qbo_state', 'synced'), synced.ids)
        self.assertEqual(found('qbo_state', 'pending'), waiting.ids)
        self.assertEqual(found('qbo_state', False), foreign.ids)
        self.assertEqual(found('qbo_id', synced.qbo_id), synced.ids)
        self.assertEqual(found('qbo_number', synced.qbo_number), synced.ids)
        payment = self.synced(self.pay(synced))
        self.assertIn(payment.id, env['account.payment'].search([('qbo_state', '=', 'synced')]).ids)
        self.assertEqual(synced.with_env(env).qbo_state, 'synced')

    def test_the_state_of_what_companies_share_is_that_in_the_first_one(self):
        other = self.other()
        partner = self.synced_customer("Shared")
        for first, second, found in ((self.company, other, partner.ids), (other, self.company, [])):
            env = self.env(user=self.manager, context={'allowed_company_ids': [first.id, second.id]})
            domain = [('qbo_state', '=', 'synced'), ('id', '=', partner.id)]
            self.assertEqual(env['res.partner'].search(domain).ids, found)
            self.assertEqual(partner.with_env(env).qbo_state, 'synced' if found else False)

    def test_a_number_typed_in_by_who_works_in_two_companies_is_sent(self):
        other = self.other()
        invoice = self.synced_invoice()
        env = self.env(user=self.manager, context={'allowed_company_ids': [other.id, self.company.id]})
        invoice.with_env(env).qbo_number = 'A-1'
        self.env.flush_all()
        self.assertEqual(invoice.with_env(env).qbo_state, 'pending')
        self.run_engine()
        self.assertEqual(self.in_qbo(invoice)['DocNumber'], 'A-1')

    def test_who_works_in_two_companies_cannot_change_the_type_of_what_is_sent(self):
        other = self.other()
        invoice = self.synced_invoice()
        env = self.env(user=self.manager, context={'allowed_company_ids': [other.id, self.company.id]})
        self.env.invalidate_all()
        with self.assertRaisesRegex(Exception, "in QuickBooks already"):
            invoice.with_env(env).qbo_invoice_type = 'odoo'


class TestDocumentMany(PaymentCase):
    """What many documents cost."""

    def test_lines_cost_no_query_when_they_are_sent(self):
        def send(count, lines):
            drafts = self.env['account.move']
            for _number in range(count):
                drafts += self.draft(lines=[(self.chlorine, 1, 10.0)] * lines)
            drafts.action_post()
            before = self.env.cr.sql_log_count
            self.run_engine()
            self.assertEqual(set(drafts.mapped('qbo_state')), {'synced'})
            return self.env.cr.sql_log_count - before

        send(2, 2)  # fills caches
        self.assertLess(send(8, 20) - send(8, 2), 20)


class TestPaymentWithoutEntry(PaymentCase):
    """Payments that Odoo books nowhere."""

    def test_two_payments_without_entries(self):
        invoice = self.synced_invoice(lines=[(self.visit, 1, 145.0)])
        for amount in (100.0, 45.0):
            payment = self.payment(amount, confirm=False)
            payment.write({'outstanding_account_id': False, 'invoice_ids': [(6, 0, invoice.ids)]})
            payment.action_post()
        self.run_engine()
        self.assertEqual(self.open_in_qbo(invoice), [0])
        self.assertNoErrors()
