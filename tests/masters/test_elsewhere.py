"""Values of customers and products that are computed, typed in or kept elsewhere."""

from odoo.fields import Command
from odoo.tests import Form

from ...models.mapping.places import Places
from ..billing import BillingCase
from ..common import QboCase
from .test_product import ProductCase


class TestPeople(QboCase):
    """Customers as people type them in."""

    def test_a_person_typed_in_the_form_has_first_and_last_name(self):
        with Form(self.env['res.partner'].with_user(self.user)) as form:
            form.name = "Ada Lovelace"
        self.assertRecordValues(form.record, [{'qbo_given_name': "Ada", 'qbo_family_name': "Lovelace"}])

    def test_texts_that_are_too_long_block_nobody_and_are_named(self):
        for field, member in (
            ('name', 'CompanyName'),
            ('company_name', 'CompanyName'),
            ('qbo_given_name', 'GivenName'),
            ('qbo_family_name', 'FamilyName'),
        ):
            with self.subTest(field):
                vals = {'name': f"Harbor {field}", 'is_company': field == 'name', field: f"{field} " * 40}
                partner = self.customer(**vals)
                self.run_engine()
                self.assertEqual(partner.qbo_state, 'differs', partner.qbo_error)
                self.assertIn("QuickBooks takes 100 characters", partner.qbo_error)
                self.assertEqual(self.in_quickbooks(partner)[member], (f"{field} " * 40)[:100].rstrip())

    def test_what_is_longer_than_quickbooks_takes_goes_in_part_and_comes_back_whole(self):
        for field, longest, block, member in (
            ('comment', 2000, None, 'Notes'),
            ('phone', 30, 'PrimaryPhone', 'FreeFormNumber'),
            ('website', 1000, 'WebAddr', 'URI'),
            ('street', 500, 'BillAddr', 'Line1'),
            ('street2', 500, 'BillAddr', 'Line2'),
            ('city', 255, 'BillAddr', 'City'),
            ('zip', 30, 'BillAddr', 'PostalCode'),
        ):
            with self.subTest(field):
                partner = self.customer(f"Harbor {field}", **{field: "5" * (longest + 7)})
                self.run_engine()
                self.assertEqual(partner.qbo_state, 'differs', partner.qbo_error)
                self.assertIn(f"QuickBooks takes {longest} characters", partner.qbo_error)
                there = self.in_quickbooks(partner)
                self.assertEqual(
                    (there[block] if block else there)[member],
                    f"{'http://' * (field == 'website')}{'5' * longest}"[:longest],
                )
                self.sandbox.update('Customer', partner.qbo_id, {'PrimaryEmailAddr': {'Address': 'a@b.example'}})
                self.pull()
                self.assertIn("5" * (longest + 7), partner[field])

    def test_a_question_that_answers_itself_is_asked_no_more_and_holds_nothing_up(self):
        self.connection.conflict_rule = 'ask'
        partner = self.synced_customer(phone='1000001')
        partner.phone = '1000002'
        self.sandbox.update('Customer', partner.qbo_id, {'PrimaryPhone': {'FreeFormNumber': '1000003'}})
        self.pull()
        self.assertEqual(self.link(partner).error_fix, 'conflict')
        partner.write({'phone': '1000004', 'email': 'a@b.example'})
        self.run_engine()
        self.assertIn("1000004", self.link(partner).conflict_text)

        partner.phone = '1000003'
        self.run_engine()

        self.assertEqual(partner.qbo_state, 'synced', partner.qbo_error)
        self.assertEqual(self.in_quickbooks(partner)['PrimaryEmailAddr']['Address'], 'a@b.example')

    def test_a_question_stays_one_when_the_customer_is_archived(self):
        self.connection.conflict_rule = 'ask'
        for decision, name in (('action_keep_quickbooks', "Harbor There"), ('action_keep_odoo', "Harbor Here")):
            with self.subTest(decision):
                partner = self.synced_customer(f"Harbor {decision}", is_company=True, company_name="Harbor")
                partner.name = "Harbor Here"
                self.sandbox.update('Customer', partner.qbo_id, {'DisplayName': "Harbor There"})
                self.pull()
                self.sandbox.update('Customer', partner.qbo_id, {'Active': False})
                self.pull()
                self.run_engine()
                self.assertEqual((partner.active, self.link(partner).error_fix), (False, 'conflict'))

                getattr(self.link(partner), decision)()
                partner.action_unarchive()
                self.run_engine()

                self.assertEqual(partner.qbo_state, 'synced', partner.qbo_error)
                self.assertEqual((partner.name, self.in_quickbooks(partner)['DisplayName']), (name, name))
                partner.name = f"Done {decision}"
                self.run_engine()

    def test_no_number_is_no_tax_number(self):
        for place, number in enumerate(('/', '-', ' / ')):
            partner = self.synced_customer(f"Harbor {place}", vat=number)
            self.assertFalse(self.in_quickbooks(partner).get('PrimaryTaxIdentifier'), number)

    def test_countries_and_states_as_people_spell_them(self):
        places = Places(self.env)
        for code, names in {
            'US': ("United States of America", "the united states", "U.S.A.", "États-Unis", "Estados Unidos"),
            'GB': ("Great Britain", "U.K.", "England", "Royaume-Uni"),
            'CA': ("CANADA", "Canadá"),
            'MX': ("México", "Mexique"),
            'DE': ("Deutschland", "Allemagne"),
            'NL': ("Holland", "the Netherlands", "Pays-Bas"),
            'KR': ("South Korea", "Republic of Korea", "Corée du Sud"),
            'CZ': ("Czechia", "Czech Republic"),
            'TR': ("Turkey", "Türkiye"),
            'IE': ("Ireland", "Republic of Ireland"),
            'TT': ("Trinidad and Tobago", "Trinidad & Tobago"),
            'RU': ("Russia", "Russian Federation"),
            'CI': ("Ivory Coast", "Côte d’Ivoire", "Cote d'Ivoire"),
            'VI': ("US Virgin Islands", "USVI"),
        }.items():
            for name in names:
                self.assertEqual(places.country(name).code, code, name)
        canada = self.env.ref('base.ca')
        for name in ("Québec", "QUEBEC", "qc", "PQ"):
            self.assertEqual(places.state(name, canada).code, 'QC', name)
        for name, code in (("N.Y.", 'NY'), ("n y", 'NY'), ("New  York", 'NY'), ("D.C.", 'DC'), ("Calif", None)):
            self.assertEqual(places.state(name, self.env.ref('base.us')).code or None, code, name)

    def test_a_customer_that_becomes_a_contact_is_told_and_does_not_drift(self):
        partner = self.synced_customer("Ada Lovelace")
        company = self.synced_customer("Harbor Marine", is_company=True)

        partner.with_user(self.user).parent_id = company
        self.run_engine()

        self.assertEqual(partner.qbo_state, 'differs')
        self.assertIn("a contact of Harbor Marine", partner.qbo_error)
        partner.with_user(self.user).write({'email': 'ada@harbor.example', 'phone': '77'})
        self.run_engine()
        self.assertEqual(self.in_quickbooks(partner)['PrimaryEmailAddr']['Address'], 'ada@harbor.example')
        self.assertFalse(self.in_quickbooks(company).get('PrimaryEmailAddr'))
        self.sandbox.update('Customer', partner.qbo_id, {'PrimaryPhone': {'FreeFormNumber': '88'}})
        self.pull()
        self.assertEqual((partner.phone, partner.qbo_state), ('88', 'differs'))
        partner.with_user(self.user).parent_id = False
        self.run_engine()
        self.assertEqual(partner.qbo_state, 'synced', partner.qbo_error)

    def test_an_exempt_customer_is_said_unless_odoo_exempts_him_too(self):
        tax = self.env['account.tax'].create({'name': "FL", 'amount': 6.0})
        self.company.account_sale_tax_id = tax
        exempt = self.sandbox.create('Customer', {'DisplayName': "City Hall", 'TaxExemptionReasonId': 3})
        self.pull()
        partner = self.env['res.partner'].search([('qbo_id', '=', exempt['Id'])])
        self.assertEqual(partner.qbo_state, 'differs')
        self.assertIn("charges this customer no tax", partner.qbo_error)

        partner.property_account_position_id = self.env['account.fiscal.position'].create({'name': "Exempt"})
        self.run_engine()
        self.assertEqual(partner.qbo_state, 'synced', partner.qbo_error)


class TestCurrencyOfCustomers(BillingCase):
    """In a company with several currencies a customer gets the one of his first document, for ever."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.deal_in_euros(('2025-01-01', 0.8))

    def test_he_waits_for_his_first_document(self):
        partner = self.customer("Abroad")
        self.run_engine()
        self.assertEqual(partner.qbo_state, 'pending')
        self.assertIn("first document", partner.qbo_error)

        invoice = self.invoice(partner, currency_id=self.euro.id)
        self.run_engine()

        self.assertEqual((partner.qbo_state, invoice.qbo_state), ('synced', 'synced'), invoice.qbo_error)
        self.assertEqual(self.in_quickbooks(partner)['CurrencyRef']['value'], 'EUR')

    def test_what_was_never_confirmed_or_stays_here_decides_nothing(self):
        partner = self.customer("Changed his mind")
        self.draft(partner, currency_id=self.euro.id)
        self.invoice(partner, currency_id=self.euro.id, qbo_invoice_type='odoo')
        self.invoice(partner, currency_id=self.euro.id).button_cancel()
        self.run_engine()
        self.assertEqual(partner.qbo_state, 'pending', partner.qbo_error)
        invoice = self.invoice(partner)
        self.run_engine()
        self.assertEqual((partner.qbo_state, invoice.qbo_state), ('synced', 'synced'), invoice.qbo_error)
        self.assertEqual(self.in_quickbooks(partner)['CurrencyRef']['value'], 'USD')

    def test_a_payment_says_it_too(self):
        partner = self.customer("Prepays")
        payment = self.env['account.payment'].create(
            {'partner_id': partner.id, 'amount': 10, 'currency_id': self.euro.id, 'journal_id': self.bank.id}
        )
        payment.action_post()
        self.run_engine()
        self.assertEqual(self.in_quickbooks(partner)['CurrencyRef']['value'], 'EUR')

    def test_chosen_by_hand_he_goes_in_the_home_currency(self):
        partner = self.customer("At once")
        partner.qbo_mode = 'always'
        self.run_engine()
        self.assertEqual(self.in_quickbooks(partner)['CurrencyRef']['value'], 'USD')

    def test_the_advice_for_a_second_currency_works(self):
        invoice = self.invoice(currency_id=self.euro.id)
        self.run_engine()
        self.assertIn("make a customer of its own for EUR", invoice.qbo_error)

        second = self.customer(self.acme.name, email=self.acme.email)
        self.run_engine()
        invoice.button_draft()
        invoice.partner_id = second
        invoice.action_post()
        self.run_engine()
        self.link(second).action_send_as_suggested()
        self.run_engine()

        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        self.assertEqual(self.in_quickbooks(second)['CurrencyRef']['value'], 'EUR')


class TestNamesInLanguages(ProductCase):
    """Names go in the language of the company, whoever saves."""

    def test_the_companys_language_is_quickbooks(self):
        self.env['res.lang']._activate_lang('fr_FR')
        self.company.partner_id.lang = 'fr_FR'
        self.switch_on()
        product = self.product("Chlorine")
        product.with_context(lang='fr_FR').write({'name': "Chlore", 'description_sale': "Cinq"})
        self.run_engine()
        self.assertEqual((self.item(product)['Name'], self.item(product)['Description']), ("Chlore", "Cinq"))

        product.with_context(lang='en_US').name = "Chlorine 5 gal"
        self.run_engine()
        self.assertEqual(self.item(product)['Name'], "Chlore")

        self.sandbox.update('Item', product.qbo_id, {'Name': "Chlore 20 l"})
        self.pull('products')
        names = [product.with_context(lang=lang).name for lang in ('fr_FR', 'en_US')]
        self.assertEqual(names, ["Chlore 20 l", "Chlorine 5 gal"])

        other = self.product("Salt")
        other.with_context(lang='fr_FR').name = "Sel"
        self.env['qbo.change'].search([]).unlink()
        row = self.sandbox.create('Item', self.item_values("Sel"))
        self.pull('products')
        self.assertEqual(other.qbo_id, row['Id'])


class TestIncludedTaxUS(ProductCase):
    """In the US a price that includes its tax goes with its net price."""

    def test_the_net_price_goes_and_comes_back_as_the_price(self):
        self.existing.taxes_id = False
        tax = self.env['account.tax'].create(
            {'name': "FL", 'amount': 6.0, 'type_tax_use': 'sale', 'price_include_override': 'tax_included'}
        )
        self.switch_on()
        product = self.product(list_price=12.0, taxes_id=[Command.set(tax.ids)])
        self.run_engine()
        self.assertEqual((self.item(product)['UnitPrice'], self.item(product)['Taxable']), (11.32075, True))
        self.sandbox.requests.clear()
        self.pull('products')
        self.assertNotIn('POST item', [f'{row.method} {row.entity}' for row in self.sandbox.requests])

        self.sandbox.update('Item', product.qbo_id, {'UnitPrice': 100.0})
        self.pull('products')
        self.run_engine()
        self.assertEqual((product.list_price, self.item(product)['UnitPrice']), (106.0, 100.0))

        tax.price_include_override = 'tax_excluded'
        self.run_engine()
        self.assertEqual(self.item(product)['UnitPrice'], 106.0)


class TestTaxCodesElsewhere(ProductCase):
    """Outside the US an item has a tax code, and says whether its price includes the tax."""

    sandbox_country = 'GB'

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.existing.taxes_id = False
        rate = (
            cls.env['qbo.reference']
            .search(
                [
                    ('qbo_company_id', '=', cls.connection.qbo_company_id.id),
                    ('entity', '=', 'TaxCode'),
                    ('kind', '=', 'Sales'),
                ]
            )
            .filtered(lambda code: code.kind == 'Sales' and code.tax_percent and code.tax_percent.startswith('20'))[:1]
        )
        cls.code = rate
        vals = {'amount': 20.0, 'type_tax_use': 'sale', 'qbo_tax_code_id': rate.id}
        cls.vat, cls.incl = cls.env['account.tax'].create(
            [
                {'name': "VAT", 'price_include_override': 'tax_excluded', **vals},
                {'name': "VAT incl.", 'price_include_override': 'tax_included', **vals},
            ]
        )

    def test_code_and_included_go_and_come(self):
        self.switch_on()
        for tax, included in ((self.vat, False), (self.incl, True)):
            product = self.product(tax.name, taxes_id=[Command.set(tax.ids)])
            self.run_engine()
            self.assertEqual(product.qbo_state, 'synced', product.qbo_error)
            item = self.item(product)
            self.assertEqual(item['SalesTaxCodeRef']['value'], self.code.qbo_id)
            self.assertEqual(bool(item.get('SalesTaxIncluded')), included)
            row = self.sandbox.create(
                'Item',
                self.item_values(
                    f"There {included}", SalesTaxCodeRef={'value': self.code.qbo_id}, SalesTaxIncluded=included
                ),
            )
            self.pull('products')
            there = self.env['product.product'].search([('qbo_id', '=', row['Id'])])
            self.assertEqual(there.taxes_id, tax)
            self.sandbox.update('Item', product.qbo_id, {'SalesTaxIncluded': not included})
            self.pull('products')
            self.run_engine()
            self.assertEqual(product.taxes_id, (self.vat | self.incl) - tax)
            self.assertEqual(product.qbo_state, 'synced', product.qbo_error)

    def test_a_tax_that_quickbooks_has_not_waits_until_it_has(self):
        self.switch_on()
        tax = self.env['account.tax'].create({'name': "Odd", 'amount': 7.77, 'type_tax_use': 'sale'})
        product = self.product(taxes_id=[Command.set(tax.ids)])
        self.run_engine()
        self.assertEqual(product.qbo_state, 'held')
        self.assertIn("“Odd” (7.77%) is not in QuickBooks", product.qbo_error)

        tax.write({'amount': 20.0, 'qbo_tax_code_id': self.code.id})
        self.run_engine()
        self.assertEqual(product.qbo_state, 'synced', product.qbo_error)
