"""The first meeting: a record of Odoo and an entity of QuickBooks that nobody has linked yet."""

from odoo.exceptions import AccessError
from odoo.fields import Command

from ...qbo import compare
from ..billing import BillingCase

RULES = ('odoo', 'qbo', 'ask')


class MeetingCase(BillingCase):
    """Makes pairs of each kind: the record in Odoo, unlinked and unnoted, and the entity in QuickBooks."""

    NAME = "Harbor Supply"

    # === A PAIR OF EACH KIND === #

    def here(self, kind, name=NAME, **vals):
        """Create a record of which nothing is sent yet."""
        line = {'value': 'percent', 'value_amount': 100.0, 'nb_days': 41}
        model, own = {
            'Customer': ('res.partner', {'customer_rank': 1}),
            'Item': ('product.product', {'list_price': 10.0, 'type': 'service', 'taxes_id': [Command.clear()]}),
            'Category': ('product.category', {}),
            'Term': ('account.payment.term', {'line_ids': [Command.create(line)]}),
            'PaymentMethod': ('qbo.payment.method', {'company_id': self.company.id}),
        }[kind]
        record = self.env[model].create({'name': name, **own, **vals})
        self.env['qbo.change'].search([]).unlink()
        return record

    def there(self, kind, name=NAME, **members):
        """Create an entity of QuickBooks that Odoo has not heard of."""
        entity, member, own = {
            'Customer': ('Customer', 'DisplayName', {}),
            'Item': ('Item', 'Name', {'Type': 'NonInventory', 'UnitPrice': 25.0, **self.income()}),
            'Category': ('Item', 'Name', {'Type': 'Category'}),
            'Term': ('Term', 'Name', {'DueDays': 41}),
            'PaymentMethod': ('PaymentMethod', 'Name', {'Type': 'CREDIT_CARD'}),
        }[kind]
        return self.sandbox.create(entity, {member: name, **own, **members})

    def income(self):
        return {'IncomeAccountRef': {'value': self.connection.income_account_id.qbo_id}}

    def now_there(self, kind, row):
        return self.sandbox.get('Item' if kind == 'Category' else kind, row['Id'])

    def come(self, kind):
        """Have QuickBooks' news of a kind arrive."""
        self.pull({'Customer': 'customers', 'Item': 'products', 'Category': 'products'}.get(kind, 'documents'))

    def use(self, kind, record):
        """Have Odoo need a record in QuickBooks, and run the engine."""
        if kind == 'Term':
            self.invoice(invoice_payment_term_id=record.id)
        elif kind == 'PaymentMethod':
            self.env['qbo.change']._append(record, self.connection)
            self.link_of(record, kind, mode='always')
        elif kind == 'Category':
            self.env['product.product'].create({'name': f"In {record.name}", 'categ_id': record.id})
        else:
            self.env['qbo.change']._append(record, self.connection)
        self.run_engine()

    def link_of(self, record, kind, **vals):
        step = self.step()
        entity = 'Item' if kind == 'Category' else kind
        mapping = next(item for item in step.mappings_of(record) if item._entity == entity)
        link = step.link_for(mapping, record)
        link.write(vals)
        return link

    def entity_link(self, kind, row):
        entity = 'Item' if kind == 'Category' else kind
        return self.env['qbo.link'].search([('entity', '=', entity), ('qbo_id', '=', row['Id'])])

    def of_name(self, record, name=NAME):
        return record.with_context(active_test=False).search([('name', '=', name)])


class TestWhoWins(MeetingCase):
    """An archived record never wins over one in use, whatever the rule for conflicts."""

    def test_what_is_in_use_in_quickbooks_brings_the_archived_record_back(self):
        for kind in ('Customer', 'Item', 'Term'):
            for rule in ('odoo', 'qbo'):
                with self.subTest(kind=kind, rule=rule):
                    self.connection.conflict_rule = rule
                    name = f"{kind} {rule}"
                    record = self.here(kind, name)
                    record.action_archive()
                    self.env['qbo.change'].search([]).unlink()
                    row = self.there(kind, name)

                    self.come(kind)
                    self.run_engine()

                    self.assertEqual((record.qbo_id, record.active), (row['Id'], True))
                    self.assertEqual(self.of_name(record, name), record)
                    self.assertEqual(record.qbo_state, 'synced', record.qbo_error)
                    self.assertTrue(self.now_there(kind, row)['Active'])
                    if kind == 'Item':
                        self.assertTrue(record.product_tmpl_id.active)
                        self.assertEqual((record.list_price, record.type), (25.0, 'consu'))
                        self.assertEqual(self.now_there(kind, row)['UnitPrice'], 25.0)

    def test_where_a_person_is_to_be_asked_he_is(self):
        for kind in ('Customer', 'Item', 'Term'):
            for rule, direction in (('ask', 'two_way'), ('odoo', 'odoo')):
                with self.subTest(kind=kind, rule=rule, direction=direction):
                    self.connection.write({'conflict_rule': rule, 'direction': direction})
                    name = f"{kind} {rule}"
                    record = self.here(kind, name)
                    record.action_archive()
                    self.env['qbo.change'].search([]).unlink()
                    row = self.there(kind, name)

                    self.come(kind)

                    link = self.entity_link(kind, row)
                    self.assertEqual((link.error_fix, link.res_id), ('meet', 0))
                    self.assertIn("is archived", link.error)
                    self.assertFalse(record.active)

                    link.action_link_record()
                    self.run_engine()

                    self.assertEqual((record.qbo_id, record.active), (row['Id'], True))
                    self.assertEqual(self.of_name(record, name), record)
                    self.assertTrue(self.now_there(kind, row)['Active'])

    def test_asked_it_can_be_another_one(self):
        self.connection.conflict_rule = 'ask'
        for kind in ('Customer', 'Item'):
            with self.subTest(kind=kind):
                record = self.here(kind)
                record.action_archive()
                self.env['qbo.change'].search([]).unlink()
                row = self.there(kind)
                self.come(kind)

                self.entity_link(kind, row).action_take_quickbooks()
                self.run_engine()

                self.assertFalse(record.qbo_id)
                self.assertEqual((self.of_name(record) - record).qbo_id, row['Id'])

    def test_what_is_in_use_here_makes_the_inactive_one_active(self):
        """Who has the name is asked by a name that is taken (6240)."""
        for kind in ('Customer', 'Item', 'Term', 'PaymentMethod'):
            for rule in ('odoo', 'qbo'):
                with self.subTest(kind=kind, rule=rule):
                    self.connection.conflict_rule = rule
                    row = self.there(kind, f"{kind} {rule}")
                    self.sandbox.update(kind, row['Id'], {'Active': False})
                    record = self.here(kind, f"{kind} {rule}")

                    self.use(kind, record)
                    self.run_engine()

                    self.assertEqual(record.qbo_id, row['Id'], record.qbo_error)
                    self.assertTrue(self.now_there(kind, row)['Active'])
                    if 'active' in record:
                        self.assertTrue(record.active)
                    if kind == 'Item':
                        self.assertEqual((record.list_price, self.now_there(kind, row)['UnitPrice']), (10.0, 10.0))

    def test_one_in_use_is_taken_before_an_archived_one(self):
        for kind in ('Customer', 'Item', 'Term'):
            with self.subTest(kind=kind):
                archived, record = self.here(kind), self.here(kind)
                archived.action_archive()
                self.env['qbo.change'].search([]).unlink()
                row = self.there(kind)
                self.come(kind)
                self.assertEqual((record.qbo_id, archived.qbo_id, archived.active), (row['Id'], False, False))

    def test_a_default_never_wins_over_what_was_typed(self):
        for rule in RULES:
            with self.subTest(rule=rule):
                self.connection.conflict_rule = rule
                new = self.env['product.product'].create({'name': f"New {rule}"})
                priced = self.here('Item', f"Priced {rule}")
                names = self.here('Customer', f"The {rule} Smiths")
                self.env['qbo.change'].search([]).unlink()
                self.there('Item', new.name, Type='Service', Taxable=False)
                row = self.there('Item', priced.name, Type='Service', UnitPrice=0)
                self.there('Customer', names.name, GivenName="John", FamilyName="Smith")
                self.come('Item')
                self.come('Customer')
                self.run_engine()
                self.assertRecordValues(new, [{'list_price': 25.0, 'type': 'service', 'qbo_state': 'synced'}])
                self.assertEqual((priced.list_price, self.now_there('Item', row)['UnitPrice']), (10.0, 10.0))
                self.assertRecordValues(names, [{'qbo_given_name': "John", 'qbo_family_name': "Smith"}])


class TestRecognized(MeetingCase):
    """The pull recognizes what the comparison recognizes."""

    SPELLED = (
        ("Ann  Lee", "Ann Lee", {}, {}),
        ("Ann: Lee", "Ann Lee", {}, {}),
        (r"Ann \ Lee", r"Ann \ Lee", {}, {}),
        ("Ann\u00a0Lee", "Ann Lee", {}, {}),  # pasted from a web page
        ("Ann Lee", "Ann\u2009\u3000Lee", {}, {}),
        ("Ann Le\u0301e", "Ann L\u00e9e", {}, {}),  # as macOS writes names of files
        ("Ann L\u00e9e", "Ann Le\u0301e", {}, {}),
        ("ANN LÉE", "Ann Lée", {}, {}),
        ("Ann_Lee %", "Ann_Lee %", {}, {}),
        ("Ann Lee", "Ann Lee", {'phone': '+1 415-555-0101'}, {'PrimaryPhone': {'FreeFormNumber': '(415) 555 0101'}}),
        (
            "Ann Lee",
            "Ann Lee",
            {'email': 'Ann <ann@lee.example>'},
            {'PrimaryEmailAddr': {'Address': 'ANN@lee.example'}},
        ),
    )

    def test_each_spelling_is_recognized_by_both(self):
        for kind in ('Customer', 'Item', 'Category'):
            for number, (ours, theirs, vals, members) in enumerate(self.SPELLED):
                if kind == 'Customer' or not vals:
                    with self.subTest(kind=kind, ours=ours, vals=vals):
                        record = self.here(kind, f"{ours} {number} {kind}", **vals)
                        row = self.there(kind, f"{theirs} {number} {kind}", **members)
                        mapping, step = self.mapping(record), self.step()
                        pair = mapping._traits(step, record), mapping._traits_of(step, row)
                        self.assertEqual(compare.compare(pair[:1], pair[1:])[0].verdict, compare.EXACT)

                        self.come(kind)

                        self.assertEqual(record.qbo_id, row['Id'])

    def test_a_name_that_is_longer_than_quickbooks_takes(self):
        for kind, longest in (('Item', 100), ('Term', 31)):
            with self.subTest(kind=kind):
                record = self.here(kind, "Chlorine tablets " * 9)
                row = self.there(kind, record.name[:longest].strip())
                self.come(kind)
                self.assertEqual(record.qbo_id, row['Id'])

    def test_a_variant_is_recognized_with_its_attributes(self):
        attribute = self.env['product.attribute'].create(
            {'name': "Size", 'value_ids': [Command.create({'name': 'S'}), Command.create({'name': 'L'})]}
        )
        line = {'attribute_id': attribute.id, 'value_ids': [Command.set(attribute.value_ids.ids)]}
        template = self.env['product.template'].create(
            {'name': "Net (blue)", 'list_price': 25.0, 'attribute_line_ids': [Command.create(line)]}
        )
        self.env['qbo.change'].search([]).unlink()
        rows = [self.there('Item', f"Net (blue) ({size})") for size in 'SL']
        self.come('Item')
        self.assertEqual(template.product_variant_ids.mapped('qbo_id'), [row['Id'] for row in rows])

    def test_who_was_never_invoiced_is_no_second_partner(self):
        for rank in ({}, {'supplier_rank': 1}):
            for way in ('pull', 'import', 'comparison'):
                with self.subTest(way=way, **rank):
                    name = f"Never {way} {len(rank)}"
                    partner = self.here('Customer', name, customer_rank=0, **rank)
                    row = self.there('Customer', name, GivenName="Jo", BillAddr={'Line1': '1 Pier', 'City': 'Miami'})
                    if way == 'pull':
                        self.come('Customer')
                    elif way == 'import':
                        self.connection.with_user(self.manager).action_import_customers()
                        self.run_engine()
                    else:
                        self.compare()
                        line = self.env['qbo.match'].search([('qbo_id', '=', row['Id']), ('kind', '=', 'customer')])
                        self.assertEqual((line.res_id, line.verdict, line.decision), (partner.id, 'exact', 'link'))
                        self.env['qbo.match']._carry_out(self.connection)
                        self.run_engine()
                    self.assertEqual((partner.qbo_id, partner.customer_rank), (row['Id'], 1))
                    self.assertEqual(self.of_name(partner, name), partner)

    def test_contacts_that_go_nowhere_stand_in_no_line(self):
        partner = self.here('Customer', "Only a contact", customer_rank=0)
        self.compare()
        self.assertFalse(self.env['qbo.match'].search([('res_model', '=', 'res.partner'), ('res_id', '=', partner.id)]))

    def test_who_works_here_is_no_customer(self):
        self.user.partner_id.name = "Quentin Works"
        row = self.there('Customer', "Quentin Works")
        self.come('Customer')
        self.assertFalse(self.user.partner_id.qbo_id)
        self.assertEqual(self.entity_link('Customer', row).state, 'synced')

    def test_of_several_that_fit_as_well_a_person_chooses(self):
        for kind in ('Customer', 'Item'):
            with self.subTest(kind=kind):
                first, second = self.here(kind), self.here(kind)
                row = self.there(kind)
                self.come(kind)
                link = self.entity_link(kind, row)
                self.assertEqual((link.state, link.error_code), ('error', 'meet_several'))
                self.assertFalse(first.qbo_id or second.qbo_id)

                second.name = "Another"
                self.env['qbo.change'].search([]).unlink()
                link.action_retry()
                self.run_engine()
                self.assertEqual(first.qbo_id, row['Id'])

    def test_an_item_of_the_name_with_another_reference_is_asked_about(self):
        product = self.here('Item', default_code='CL5')
        row = self.there('Item', Sku='CL9')
        self.come('Item')
        link = self.entity_link('Item', row)
        self.assertEqual((link.error_code, link.error_fix, product.qbo_id), ('meet_differs', 'meet', False))
        self.assertEqual(self.of_name(product), product)
        with self.assertRaises(AccessError):
            link.with_user(self.manager).action_link_record()  # who may not change the product
        link.action_link_record()
        self.run_engine()
        self.assertEqual(product.qbo_id, row['Id'])


class TestTypedAgain(MeetingCase):
    """Deleted in Odoo and typed in again: the entity is linked with the new record."""

    def test_each_kind(self):
        for kind in ('Customer', 'Item', 'Category', 'Term', 'PaymentMethod'):
            with self.subTest(kind=kind):
                record = self.here(kind, f"Again {kind}")
                if kind != 'Term':
                    self.use(kind, record)
                else:
                    self.link_of(record, kind, mode='always')
                    self.env['qbo.change']._append(record, self.connection)
                    self.run_engine()
                qbo_id = record.qbo_id
                self.assertTrue(qbo_id, record.qbo_error)
                if kind == 'Category':
                    self.env['product.product'].search([('categ_id', '=', record.id)]).categ_id = False
                record.unlink()
                self.run_engine()

                record = self.here(kind, f"Again {kind}")
                self.use(kind, record)
                self.run_engine()

                self.assertEqual((record.qbo_id, record.qbo_state), (qbo_id, 'synced'), record.qbo_error)

    def test_one_that_may_be_another_is_offered(self):
        partner = self.synced_customer(email='jo@harbor.example')
        qbo_id = partner.qbo_id
        partner.unlink()
        self.run_engine()
        partner = self.customer(email='al@other.example')
        self.run_engine()
        self.assertTrue(self.link(partner).can_link_candidate)

        self.link(partner).with_user(self.user).action_link_candidate()
        self.run_engine()

        self.assertEqual((partner.qbo_id, partner.qbo_state), (qbo_id, 'synced'))


class TestOtherMeaning(MeetingCase):
    """Terms and methods of the same name there stay what they are."""

    def test_terms_of_other_days_or_discount_stay(self):
        for rule in RULES:
            for number, members in enumerate(({'DueDays': 30}, {'DiscountPercent': 2, 'DiscountDays': 10})):
                with self.subTest(rule=rule, **members):
                    self.connection.conflict_rule = rule
                    row = self.there('Term', f"Net {rule} {number}", **members)
                    term = self.here('Term', f"Net {rule} {number}")

                    self.use('Term', term)

                    link = self.link(term)
                    self.assertEqual((link.state, link.can_link_candidate), ('error', False))
                    self.assertIn("Payment terms", link.error)
                    invoice = self.env['account.move'].search([('invoice_payment_term_id', '=', term.id)])
                    self.assertIn("Payment terms", invoice.qbo_error)
                    link.action_send_as_suggested()
                    self.run_engine()
                    self.assertEqual(self.now_there('Term', {'Id': term.qbo_id})['Name'], f"Net {rule} {number} (2)")
                    self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
                    self.assertEqual(self.now_there('Term', row), row)
                    self.come('Term')
                    self.assertEqual(term.name, f"Net {rule} {number}")

    def test_terms_that_come_with_the_name_of_others_are_others(self):
        term = self.here('Term')
        row = self.there('Term', DueDays=30)
        self.come('Term')
        self.assertFalse(term.qbo_id)
        self.assertEqual((self.of_name(term) - term).line_ids.nb_days, 30)
        self.assertEqual(self.now_there('Term', row)['DueDays'], 30)

    def test_an_early_discount_goes_with_its_terms_both_ways(self):
        term = self.here('Term', early_discount=True, discount_percentage=2, discount_days=10)
        self.use('Term', term)
        there = self.now_there('Term', {'Id': term.qbo_id})
        self.assertEqual((there['DiscountPercent'], there['DiscountDays']), (2, 10))
        self.there('Term', "2/10 net 41", DiscountPercent=2, DiscountDays=10)
        self.come('Term')
        self.assertRecordValues(
            self.of_name(term, "2/10 net 41"),
            [{'early_discount': True, 'discount_percentage': 2.0, 'discount_days': 10}],
        )

    def test_a_method_keeps_what_it_is(self):
        row = self.there('PaymentMethod')
        method = self.here('PaymentMethod')
        self.use('PaymentMethod', method)
        self.assertEqual((method.qbo_id, self.now_there('PaymentMethod', row)['Type']), (row['Id'], 'CREDIT_CARD'))

    def test_what_terms_say_there_is_shown_and_decided(self):
        for path, value, now in (
            ('DueDays', 30, {'nb_days': 30}),
            ('DiscountPercent', 3, {'early_discount': True, 'discount_percentage': 3.0, 'discount_days': 5}),
            ('Active', False, {'active': False}),
        ):
            for rule, decision in (('qbo', 'action_send_odoo'), ('odoo', 'action_take_quickbooks')):
                with self.subTest(path, decision=decision):
                    self.connection.conflict_rule = rule
                    term = self.here('Term', f"{path} {rule}")
                    self.use('Term', term)
                    row = {'Id': term.qbo_id}
                    before = self.now_there('Term', row).get(path)
                    days = {'DiscountDays': 5} if path == 'DiscountPercent' else {}
                    self.sandbox.update('Term', row['Id'], {path: value, **days})
                    self.come('Term')
                    self.assertEqual((term.qbo_state, term.line_ids.nb_days), ('differs', 41), term.qbo_error)
                    self.assertIn("not applied", term.qbo_error)
                    self.assertEqual(self.now_there('Term', row)[path], value)

                    getattr(self.link(term), decision)()
                    self.run_engine()

                    self.assertEqual(term.qbo_state, 'synced', term.qbo_error)
                    if decision == 'action_send_odoo':
                        self.assertEqual(self.now_there('Term', row).get(path) or None, before or None)
                        self.assertTrue(term.active)
                    else:
                        values = {**term.read(now)[0], 'nb_days': term.line_ids.nb_days} if path != 'DueDays' else {}
                        self.assertEqual({name: (values or term.line_ids)[name] for name in now}, now)

    def test_terms_that_become_installments_stay_there_as_they_were(self):
        term = self.here('Term')
        self.use('Term', term)
        halves = [Command.create({'value': 'percent', 'value_amount': 50.0, 'nb_days': days}) for days in (0, 30)]
        term.write({'name': "Halves", 'line_ids': [Command.clear(), *halves]})
        self.run_engine()
        there = self.now_there('Term', {'Id': term.qbo_id})
        self.assertEqual((there['Name'], there['DueDays']), ("Halves", 41))
        self.assertEqual(term.qbo_state, 'differs')
        self.assertIn("cannot have installments", term.qbo_error)

    def test_a_method_made_inactive_says_so_until_it_is_sent(self):
        method = self.here('PaymentMethod')
        self.use('PaymentMethod', method)
        self.sandbox.update('PaymentMethod', method.qbo_id, {'Active': False})
        self.come('PaymentMethod')
        self.assertEqual((method.qbo_state, self.link(method).error_fix), ('differs', 'send_odoo'))
        self.link(method).action_send_odoo()
        self.run_engine()
        self.assertEqual(method.qbo_state, 'synced', method.qbo_error)
        self.assertTrue(self.now_there('PaymentMethod', {'Id': method.qbo_id})['Active'])

    def test_terms_and_methods_made_inactive_have_a_button(self):
        term = self.here('Term')
        self.use('Term', term)
        self.sandbox.update('Term', term.qbo_id, {'Active': False})
        invoice = self.invoice(invoice_payment_term_id=term.id)
        self.run_engine()
        self.assertEqual((invoice.qbo_state, self.link(invoice).error_fix), ('error', 'reactivate'))
        self.assertIn("payment terms", invoice.qbo_error)

        self.link(invoice).action_reactivate()
        self.run_engine()

        self.assertEqual(invoice.qbo_state, 'synced', invoice.qbo_error)
        self.assertTrue(self.now_there('Term', {'Id': term.qbo_id})['Active'])
