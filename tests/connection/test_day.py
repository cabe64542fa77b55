import json
from datetime import timedelta

from odoo import SUPERUSER_ID, fields
from odoo.fields import Command
from odoo.tests import Form

from ...models.mapping.step import Step
from ..payment_case import PaymentCase

ZONES = ('Etc/GMT+12', 'Pacific/Kiritimati')
"""Twelve hours behind UTC and fourteen ahead: they never have the same day, and one of them never has UTC's."""


class TestDay(PaymentCase):
    """Wherever the addon chooses a day it is the company's, whoever runs it: a table of people and places."""

    def assertEverywhere(self, place, expected=None):
        """Assert which day a place chooses: in each time zone of the company, for each who may run it.

        :param place: ``place(env)`` does something as somebody and returns the day that was chosen
        :param expected: ``expected(day)`` makes of the company's day what ``place`` returns
        """
        for zone in ZONES:
            self.connection.tz = zone
            for who, user_id, tz in (
                ("a user without a time zone", self.manager.id, False),
                ("a user in UTC", self.manager.id, 'UTC'),
                *((f"a user in {other}", self.manager.id, other) for other in ZONES),
                ("OdooBot", SUPERUSER_ID, False),
            ):
                with self.subTest(who, zone=zone):
                    self.manager.tz = user_id != SUPERUSER_ID and tz
                    before = self.today
                    found = place(self.env(user=user_id, context={'tz': tz} if tz else {}))
                    days = [expected(day) if expected else day for day in (before, self.today)]
                    self.assertIn(found, days)  # midnight may have passed

    # === WHAT PEOPLE DO === #

    def test_documents_are_sent_from_the_day_on_which_a_connection_is_made(self):
        def place(env):
            company = self.env['res.company'].create({'name': f"Branch {self.env['res.company'].search_count([])}"})
            vals = {'company_id': company.id, 'tz': self.connection.tz}
            return env['qbo.connection'].sudo().create(vals).billing_start

        self.assertEverywhere(place)

    def test_the_form_of_a_connection_offers_that_day_and_keeps_another_one(self):
        def place(env):
            self.company.partner_id.tz = self.connection.tz
            return fields.Date.to_date(Form(env['qbo.connection']).billing_start)

        self.assertEverywhere(place)
        self.connection.billing_start = '2026-02-03'
        self.connection.tz = 'UTC'
        self.assertEqual(str(self.connection.billing_start), '2026-02-03')

    def test_going_live_begins_on_that_day(self):
        def place(env):
            vals = {'connection_id': self.connection.id, 'posting_mode': self.connection.posting_mode}
            return env['qbo.prepare'].create(vals).billing_start

        self.assertEverywhere(place)

    def test_a_refund_is_dated_on_that_day_and_so_is_its_money(self):
        payment = self.pay(self.invoice(lines=[(self.chlorine, 100, 10.0)]))

        def place(env):
            action = payment.with_env(env).action_qbo_refund()
            vals = {'amount': 1.0, 'product_id': self.chlorine.id}
            wizard = env[action['res_model']].with_context(**action['context']).create(vals)
            refund = env['account.move'].browse(wizard.action_refund()['res_id'])
            return {wizard.date, refund.invoice_date, refund.date, refund._qbo_refund_payment().date}

        self.assertEverywhere(place, lambda day: {day})

    def test_the_dialog_of_a_refund_offers_that_day(self):
        payment = self.pay(self.invoice())

        def place(env):
            action = payment.with_env(env).action_qbo_refund()
            return fields.Date.to_date(Form(env[action['res_model']].with_context(**action['context'])).date)

        self.assertEverywhere(place)

    def test_a_reconciliation_of_this_month_or_year_ends_on_that_day(self):
        def place(env):
            with Form(env['qbo.reconciliation']) as form:
                form.period = 'this_month'
                month = form.date_to
                form.period = 'fiscal_year'
                return {fields.Date.to_date(day) for day in (month, form.date_to)}

        self.assertEverywhere(place, lambda day: {day})

    def test_a_draft_without_a_date_would_go_with_that_day(self):
        move = self.draft(invoice_date=False)

        def place(env):
            step = Step.of(env, self.company)
            return step.mapping_of(move)._values(step, move.with_env(step.env))['TxnDate']

        self.assertEverywhere(place, str)

    def test_a_tax_rate_counts_from_that_day_on(self):
        lists = self.env['qbo.reference'].search([('qbo_company_id', '=', self.connection.qbo_company_id.id)])
        code = lists.filtered(lambda item: (item.entity, item.name) == ('TaxCode', "Georgia"))
        rate = lists.filtered(lambda item: (item.entity, item.name) == ('TaxRate', "GA State"))

        def place(env):
            from_day, from_next = (f'{self.today + timedelta(days=ahead)}T00:00:00-08:00' for ahead in (0, 1))
            spans = [
                {'RateValue': 3, 'EffectiveDate': '2020-01-01T00:00:00-08:00'},
                {'RateValue': 4, 'EffectiveDate': from_day},
                {'RateValue': 5, 'EffectiveDate': from_next},
            ]
            rate.data = {**rate.data, 'EffectiveTaxRate': spans}
            shown = code.with_env(env)._lists_today().codes[code.qbo_id].rates
            used = env['account.tax']._qbo_lists(self.connection, None).codes[code.qbo_id].rates
            return {rate.percent for rate in (*shown, *used)}

        self.assertEverywhere(place, lambda day: {4})

    def test_the_plot_of_the_overview_ends_with_that_day(self):
        def place(env):
            connection = self.connection.with_env(env)
            connection.invalidate_recordset(['activity_plot'])
            return json.loads(connection.activity_plot)['days'][-1]

        self.assertEverywhere(place, str)

    def test_the_plot_counts_what_happened_on_that_day(self):
        self.synced_customer()

        def place(env):
            connection = self.connection.with_env(env)
            connection.invalidate_recordset(['activity_plot'])
            [sent] = [row for row in json.loads(connection.activity_plot)['series'] if row['color'] == 'success']
            return bool(sent['values'][-1]), sum(sent['values'][:-1])

        self.assertEverywhere(place, lambda day: (True, 0))

    # === STORES === #

    def store(self):
        self.connection.sync_entries = True
        return self.env['qbo.store'].create({'name': "Burbank", 'journal_ids': [Command.set(self.bank.ids)]})

    def test_a_store_ends_that_day(self):
        store = self.store()

        def place(env):
            store.closed_on = False
            store.with_env(env).action_end_of_day()
            return store.closed_on

        self.assertEverywhere(place)

    def test_the_cron_of_a_store_ends_the_day_that_is_over(self):
        store = self.store()
        store.closing_time = 0.0  # at midnight it closes the day before
        for zone in ZONES:
            self.connection.tz = zone
            store.closed_on = False
            self.strike(store)
            self.assertEqual(store.closed_on, self.today - timedelta(days=1), zone)

    # === THE ENGINE === #

    def test_odoos_own_defaults_have_that_day_when_the_engine_works(self):
        credential = self.connection._credential()
        for zone in ZONES:
            self.connection.tz = zone
            credential.write(
                {'hard_expires_at': fields.Datetime.add(fields.Datetime.now(), days=6, hours=1), 'warned_days': 0}
            )
            self.run_engine()
            [deadline] = set(self.connection.activity_ids.mapped('date_deadline'))
            self.assertEqual(deadline, self.today, zone)

    def test_an_exchange_difference_that_the_engine_books_or_takes_back_is_dated_on_that_day(self):
        abroad, euro = self.abroad()
        for zone in ZONES:
            self.connection.tz = zone
            first = self.today.replace(day=1)  # of what is dated in this month, Odoo books the difference today
            invoice = self.synced(
                self.invoice(abroad, currency_id=euro.id, invoice_date=first, invoice_currency_rate=0.4)
            )
            paid = {'CustomerRef': {'value': abroad.qbo_id}, 'CurrencyRef': {'value': 'EUR'}, 'ExchangeRate': 1.25}
            entity = self.receive(20, [(invoice, 20)], TxnDate=str(first), **paid)
            self.pull('documents')
            exchange = self.due(invoice).matched_credit_ids.exchange_move_id
            self.assertEqual((invoice.payment_state, exchange.date), ('paid', self.today), zone)
            self.sandbox.delete('Payment', entity['Id'])
            self.pull('documents')
            self.assertEqual(exchange.reversal_move_ids.mapped('date'), [self.today], zone)

    def abroad(self):
        """Return a customer with another currency and that currency, whose rate is another for a payment."""
        euro = self.env.ref('base.EUR')
        euro.active = True
        self.env['res.currency.rate'].create({'name': '2025-01-01', 'currency_id': euro.id, 'rate': 0.8})
        self.prefer(CurrencyPrefs={'MultiCurrencyEnabled': True, 'HomeCurrency': {'value': 'USD'}})
        row = self.sandbox.create('Customer', {'DisplayName': "Piscines Azur", 'CurrencyRef': {'value': 'EUR'}})
        self.pull('customers')
        return self.env['res.partner'].search([('qbo_id', '=', row['Id'])]), euro
