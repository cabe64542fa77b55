from odoo.fields import Command

from ..billing import BillingCase


class TestInvoiceFields(BillingCase):
    """Each field of an invoice, in both directions (Pool Brain)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.acme.write({'street': '1 Office Rd', 'city': 'Palmview', 'zip': '33499'})

    def edited(self, invoice, **members):
        """Change an invoice in QuickBooks, let it arrive, and see that nothing is sent back."""
        self.sandbox.update('Invoice', invoice.qbo_id, members)
        self.sandbox.requests.clear()
        self.pull('documents')
        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        self.run_engine()
        self.assertRequests('GET cdc')

    def test_sections_and_notes_are_lines_of_text_and_stay_what_they_are(self):
        invoice = self.draft(lines=[(self.chlorine, 1, 10.0), "Gate code 7"])
        invoice.invoice_line_ids = [
            Command.create({'display_type': 'line_section', 'name': "Chemicals", 'sequence': 0})
        ]
        invoice.action_post()
        self.run_engine()
        texts = [
            line['Description'] for line in self.in_qbo(invoice)['Line'] if line['DetailType'] == 'DescriptionOnly'
        ]
        self.assertEqual(texts, ["Chemicals", "Gate code 7"])

        line = {**self._item_line(self.chlorine.qbo_id, 4, 10), 'Id': self.in_qbo(invoice)['Line'][1]['Id']}
        self.edited(invoice, Line=[self.in_qbo(invoice)['Line'][0], line, self.in_qbo(invoice)['Line'][2]])

        kinds = invoice.invoice_line_ids.sorted('sequence').mapped('display_type')
        self.assertEqual(kinds, ['line_section', 'product', 'line_note'])
        self.assertEqual(invoice.amount_total, 40)

    def test_dates_and_terms_changed_there_are_taken(self):
        invoice = self.synced_invoice()
        self.edited(invoice, TxnDate='2026-03-05', DueDate='2026-04-20')
        self.assertEqual((str(invoice.invoice_date), str(invoice.invoice_date_due)), ('2026-03-05', '2026-04-20'))

    def test_terms_of_an_invoice_made_there_come_with_it(self):
        term = self.sandbox.create('Term', {'Name': "Net 23", 'DueDays': 23})
        entity = self.sell(SalesTermRef={'value': term['Id']})
        self.pull('documents')
        self.assertNoErrors()
        move = self.move_of(entity)
        self.assertEqual(str(move.invoice_date_due), '2026-03-25')
        self.assertTrue(self.env['account.payment.term'].search([('name', '=', "Net 23")]))

    def test_another_service_address_there_is_a_delivery_contact_here(self):
        invoice = self.synced_invoice()
        self.edited(invoice, ShipAddr={'Line1': '9 Pool Ln', 'City': 'Palmview', 'PostalCode': '33499'})
        contact = invoice.partner_shipping_id
        self.assertEqual((contact.parent_id, contact.street, contact.type), (self.acme, '9 Pool Ln', 'delivery'))

        other = self.synced_invoice()
        self.edited(other, ShipAddr={'Line1': '9 Pool Ln', 'City': 'Palmview', 'PostalCode': '33499'})
        self.assertEqual(other.partner_shipping_id, contact, "the same address is one contact")

    def test_another_billing_address_there_is_a_contact_here_and_the_customer_stays(self):
        invoice = self.synced_invoice()
        self.edited(invoice, BillAddr={'Line1': '5 Bank St', 'City': 'Palmview', 'PostalCode': '33499'})
        self.assertEqual((invoice.partner_id.street, invoice.commercial_partner_id), ('5 Bank St', self.acme))
        self.assertEqual(self.acme.street, '1 Office Rd')

    def test_an_address_typed_on_the_document_is_recognised(self):
        """QuickBooks gives such an address as lines that begin with the name (qbo-api 9.2)."""
        invoice = self.synced_invoice()
        self.edited(invoice, BillAddr={'Line1': 'Acme Pools', 'Line2': '1 Office Rd', 'Line3': 'Palmview  33499'})
        self.assertEqual(invoice.partner_id, self.acme)

    def test_the_e_mail_is_the_documents_own(self):
        invoice = self.synced_invoice()
        self.edited(invoice, BillEmail={'Address': 'boss@acme.example'})
        self.assertEqual((invoice.qbo_email, self.acme.email), ('boss@acme.example', 'ap@acme.example'))

        invoice.qbo_email = 'cfo@acme.example'
        self.run_engine()
        self.assertEqual(self.in_qbo(invoice)['BillEmail'], {'Address': 'cfo@acme.example'})

    def test_a_class_chosen_there_is_on_the_line_here(self):
        qbo_class = self.env['qbo.reference'].search([('entity', '=', 'Class')], limit=1)
        invoice = self.synced_invoice()
        line = self.in_qbo(invoice)['Line'][0]
        line['SalesItemLineDetail']['ClassRef'] = {'value': qbo_class.qbo_id}
        self.edited(invoice, Line=[line])
        self.assertEqual(invoice.invoice_line_ids.qbo_class_id, qbo_class)

    def test_the_customer_can_be_changed_on_both_sides(self):
        bob = self.env['res.partner'].create({'name': "Bob", 'customer_rank': 1})
        self.run_engine()
        invoice = self.synced_invoice()
        self.sandbox.update('Invoice', invoice.qbo_id, {'CustomerRef': {'value': bob.qbo_id}})
        self.pull('documents')
        self.assertEqual((invoice.partner_id, invoice.qbo_state), (bob, 'synced'))
        self.assertFalse(self.in_qbo(invoice).get('BillAddr'), "the address is the new customer's")

        invoice.button_draft()
        invoice.partner_id = self.acme
        invoice.action_post()
        self.run_engine()
        self.assertEqual(self.in_qbo(invoice)['CustomerRef']['value'], self.acme.qbo_id)

    def test_a_discount_changed_there_is_the_discount_here(self):
        invoice = self.synced_invoice(qbo_discount=10)
        lines = [line for line in self.in_qbo(invoice)['Line'] if line['DetailType'] != 'SubTotalLineDetail']
        lines[-1]['DiscountLineDetail']['DiscountPercent'] = 25
        self.edited(invoice, Line=lines)
        self.assertEqual((invoice.qbo_discount, invoice.amount_total), (25, 15))

        self.edited(invoice, Line=lines[:1])
        self.assertEqual((invoice.qbo_discount, invoice.amount_total), (0, 20))


class TestTerms(BillingCase):
    """Payment terms by name (qbo-api 9.13)."""

    def term(self, name="37 days", days=37, **vals):
        line = {'value_amount': 100, 'nb_days': days}
        return self.env['account.payment.term'].create({'name': name, 'line_ids': [Command.create(line)], **vals})

    def there(self, term):
        return self.sandbox.get('Term', term.qbo_id)

    def test_changed_here_they_are_changed_there(self):
        term = self.term()
        self.synced_invoice(invoice_payment_term_id=term.id)
        term.name = "Thirty-seven days"
        term.line_ids = [Command.update(term.line_ids.id, {'nb_days': 38})]
        self.run_engine()
        self.assertEqual((self.there(term)['Name'], self.there(term)['DueDays']), ("Thirty-seven days", 38))

    def test_renamed_there_they_are_renamed_here_and_their_days_stay(self):
        term = self.term()
        self.synced_invoice(invoice_payment_term_id=term.id)
        self.sandbox.update('Term', term.qbo_id, {'Name': "37 d", 'DueDays': 99})
        self.pull('documents')
        self.assertEqual((term.name, term.line_ids.nb_days), ("37 d", 37))
        self.sandbox.requests.clear()
        self.run_engine()
        self.assertRequests()

    def test_terms_of_the_same_name_there_are_used(self):
        there = self.sandbox.create('Term', {'Name': "Net 41", 'DueDays': 41})
        term = self.term("Net 41", 41)
        self.synced_invoice(invoice_payment_term_id=term.id)
        self.assertEqual(term.qbo_id, there['Id'])

    def test_instalments_are_sent_as_the_due_date_alone(self):
        halves = [{'value_amount': 50, 'nb_days': days} for days in (10, 40)]
        term = self.env['account.payment.term'].create(
            {'name': "Two halves", 'line_ids': [Command.create(half) for half in halves]}
        )
        invoice = self.synced_invoice(invoice_payment_term_id=term.id)
        entity = self.in_qbo(invoice)
        self.assertEqual((entity['DueDate'], entity.get('SalesTermRef')), ('2026-04-11', None))
        self.assertIn("QuickBooks cannot have “Two halves”", invoice.qbo_terms_note)
        self.assertIn("04/11/2026", invoice.qbo_terms_note)
        self.assertFalse(self.synced_invoice(invoice_payment_term_id=self.term().id).qbo_terms_note)

    def test_instalments_stay_when_the_invoice_is_edited_there(self):
        halves = [{'value_amount': 50, 'nb_days': days} for days in (10, 40)]
        vals = {'name': "Two halves", 'line_ids': [Command.create(half) for half in halves]}
        term = self.env['account.payment.term'].create(vals)
        invoice = self.synced_invoice(invoice_payment_term_id=term.id)
        self.pay(invoice, 10.0)
        self.run_engine()
        dues = invoice.line_ids.filtered('date_maturity').mapped(lambda line: (line.date_maturity, line.balance))
        for members in (
            {'CustomerMemo': {'value': "Thanks"}},
            {'PrivateNote': "x"},
            {'BillEmail': {'Address': 'a@b.example'}},
        ):
            self.sandbox.update('Invoice', invoice.qbo_id, members)
            self.pull('documents')
            self.run_engine()
        self.assertEqual((invoice.invoice_payment_term_id, invoice.amount_residual), (term, 10.0))
        now = invoice.line_ids.filtered('date_maturity').mapped(lambda line: (line.date_maturity, line.balance))
        self.assertEqual((invoice.qbo_state, now), ('synced', dues), invoice.qbo_error)


class TestCurrencies(BillingCase):
    """A company with several currencies: the invoice's own rate, not today's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.deal_in_euros(('2025-01-01', 0.8), ('2026-06-01', 0.5))
        cls.abroad = cls.env['res.partner'].create({'name': "Abroad"})

    def test_the_rate_of_the_invoice_is_sent(self):
        entity = self.in_qbo(self.synced_invoice(self.abroad, currency_id=self.euro.id))
        self.assertEqual((entity['CurrencyRef']['value'], entity['ExchangeRate']), ('EUR', 1.25))
        self.assertEqual(self.sandbox.get('Customer', self.abroad.qbo_id)['CurrencyRef']['value'], 'EUR')

    def test_the_rate_of_an_invoice_made_there_is_taken(self):
        self.synced_invoice(self.abroad, currency_id=self.euro.id)
        entity = self.sell(customer=self.abroad.qbo_id, CurrencyRef={'value': 'EUR'}, ExchangeRate=1.6)
        self.pull('documents')
        self.assertNoErrors()
        move = self.move_of(entity)
        self.assertEqual((move.currency_id, move.amount_total, move.amount_total_signed), (self.euro, 20, 32))

    def test_a_customer_has_one_currency_there_and_the_document_says_so(self):
        invoice = self.invoice(currency_id=self.euro.id)
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'held')
        self.assertIn("has Acme Pools in USD", invoice.qbo_error)


class TestOneCurrency(BillingCase):
    """A company with its home currency only."""

    def test_a_document_in_another_currency_says_what_to_do(self):
        euro = self.env.ref('base.EUR')
        euro.active = True
        invoice = self.invoice(currency_id=euro.id)
        self.run_engine()
        self.assertEqual(invoice.qbo_state, 'held')
        self.assertIn("Switch multicurrency on", invoice.qbo_error)
