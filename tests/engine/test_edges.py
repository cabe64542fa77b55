"""What frees goes before what takes, whatever is freed and however."""

from itertools import permutations

from odoo import Command

from ..payment_case import PaymentCase


class EdgeCase(PaymentCase):
    """Records of each kind whose names or numbers are unique in QuickBooks."""

    applies_credits = False

    @classmethod
    def _billing_vals(cls):
        return {**super()._billing_vals(), 'doc_numbering': 'odoo'}

    KINDS = ('customer', 'product', 'category', 'term', 'invoice', 'credit')

    def make(self, kind, name):
        """Return a new record of a kind that QuickBooks is to get under a name."""
        if kind == 'customer':
            return self.customer(name)
        if kind == 'product':
            return self.env['product.product'].create({'name': name, 'list_price': 1.0, 'taxes_id': [Command.clear()]})
        if kind == 'category':
            category = self.env['product.category'].create({'name': name})
            self.env['product.product'].create({'name': f'In {name} {category.id}', 'categ_id': category.id})
            return category
        if kind == 'term':
            line = {'value': 'percent', 'value_amount': 100.0, 'nb_days': 9}
            term = self.env['account.payment.term'].create({'name': name, 'line_ids': [Command.create(line)]})
            self.invoice(invoice_payment_term_id=term.id)
            return term
        move = self.draft(move_type='out_refund' if kind == 'credit' else 'out_invoice')
        move.name = name
        move.action_post()
        return move

    def names(self, kind, count, stem='5'):
        if kind in ('invoice', 'credit'):
            return [f'{"R" if kind == "credit" else "N"}/2026/0{stem}{number}' for number in range(count)]
        return [f'{kind} {stem}{number}' for number in range(count)]

    def rename(self, records, names):
        """Give records other names, at the end each its own: Odoo has each number once."""
        for number, record in enumerate(records):
            if record._name == 'account.move':
                record.name = f'T/2026/09{number}'
        for record, name in zip(records, names, strict=True):
            record.name = name

    def name_there(self, record):
        row = self.in_qbo(record)
        return row.get('DisplayName') or row.get('Name') or row.get('DocNumber')

    def made(self, kind, names):
        records = [self.make(kind, name) for name in names]
        self.run_engine()
        for record in records:
            self.assertEqual((record.qbo_state, self.name_there(record)), ('synced', record.name), record.qbo_error)
        return records

    def refused(self):
        return self.env['qbo.request'].search([('state', '=', 'refused')])

    def assertThere(self, records, names):
        """Assert that QuickBooks has these names, that nothing was refused, and that it stays so."""
        for record, name in zip(records, names, strict=True):
            self.assertEqual((record.qbo_state, self.name_there(record)), ('synced', name), record.qbo_error)
        self.assertFalse(self.refused().mapped('fault'))
        self.sandbox.requests.clear()
        self.run_engine()
        self.assertRequests()


class TestNames(EdgeCase):
    """Names and numbers, of every kind."""

    def setUp(self):
        super().setUp()
        self.connection.has_categories = True

    def each(self, count):
        """Return ``[(names, records)]``: of each kind so many records that are in QuickBooks."""
        kinds = {kind: self.names(kind, count) for kind in self.KINDS}
        records = {kind: [self.make(kind, name) for name in names] for kind, names in kinds.items()}
        self.run_engine()
        for kind, names in kinds.items():
            for record, name in zip(records[kind], names, strict=True):
                self.assertEqual((record.qbo_state, self.name_there(record)), ('synced', name), record.qbo_error)
        return [(kind, kinds[kind], records[kind]) for kind in kinds]

    def test_one_lets_go_of_it_and_another_takes_it(self):
        for kind, names, records in self.each(2):
            with self.subTest(kind=kind):
                self.rename(records[::-1], [names[0], self.names(kind, 1, '7')[0]])
                self.run_engine()
                self.assertThere(records[::-1], [names[0], self.names(kind, 1, '7')[0]])

    def test_a_new_one_takes_it_in_the_same_run(self):
        for kind, names, (holder,) in self.each(1):
            with self.subTest(kind=kind):
                name = self.names(kind, 1, '7')[0]
                holder.name = name
                new = self.make(kind, names[0])
                self.run_engine()
                self.assertThere([holder, new], [name, names[0]])

    def test_two_exchange_it(self):
        for kind, names, records in self.each(2):
            with self.subTest(kind=kind):
                self.rename(records, names[::-1])
                self.run_engine()
                self.assertThere(records, names[::-1])

    def test_every_permutation_of_three(self):
        for kind, names, records in self.each(3):
            for wanted in permutations(names):
                with self.subTest(kind=kind, wanted=wanted):
                    self.rename(records, wanted)
                    self.run_engine()
                    self.assertThere(records, wanted)

    def test_two_exchange_it_in_two_saves_and_the_first_was_refused(self):
        for kind, names, records in self.each(2):
            if kind in ('invoice', 'credit'):
                continue  # Odoo itself has each number once
            with self.subTest(kind=kind):
                records[0].name = names[1]
                self.run_engine()
                self.assertEqual(records[0].qbo_state, 'error')
                self.refused().unlink()
                records[1].name = names[0]
                self.run_engine()
                self.assertThere(records, names[::-1])

    def test_what_was_refused_goes_when_the_name_is_free(self):
        for kind, names, records in self.each(2):
            if kind in ('invoice', 'credit'):
                continue
            with self.subTest(kind=kind):
                records[0].name = names[1]
                self.run_engine()
                self.refused().unlink()
                records[1].name = self.names(kind, 1, '7')[0]
                self.run_engine()
                self.assertThere(records, [names[1], self.names(kind, 1, '7')[0]])

    def test_archived_it_is_free_where_quickbooks_says_so(self):
        self.sandbox.configure(inactive_names_block=False)
        for kind in ('customer', 'product'):
            with self.subTest(kind=kind):
                names = self.names(kind, 1)
                (holder,) = self.made(kind, names)
                holder.action_archive()
                new = self.make(kind, names[0])
                self.run_engine()
                self.assertThere([new], names)

    def test_deleted_its_number_is_given_again(self):
        for kind in ('invoice', 'credit'):
            with self.subTest(kind=kind):
                names = self.names(kind, 1)
                (holder,) = self.made(kind, names)
                holder.button_draft()
                holder.with_context(force_delete=True).unlink()
                new = self.make(kind, names[0])
                self.run_engine()
                self.assertThere([new], names)

    def test_a_resequenced_year_is_a_few_calls(self):
        names = self.names('invoice', 9)
        records = self.made('invoice', names)
        wanted = [*names[1:], self.names('invoice', 1, '7')[0]]
        self.sandbox.requests.clear()

        self.rename(records, wanted)
        self.run_engine()

        self.assertLess(len(self.sandbox.requests), 6, self.sandbox.requests.table())
        self.assertThere(records, wanted)


class TestOutsideTheWave(EdgeCase):
    """What has to go first may be bulk work, unanswered, refused, or held back."""

    def pair(self):
        return self.made('customer', self.names('customer', 2))

    def bulk(self, record):
        """Make what changed on a record bulk work, which goes after what people save."""
        changes = self.env['qbo.change'].search([('res_model', '=', record._name), ('res_id', '=', record.id)])
        self.env.cr.execute('UPDATE qbo_change SET is_bulk = true WHERE id IN %s', (changes._ids,))
        changes.invalidate_recordset()

    def test_bulk_work_that_frees_a_name_goes_before_who_takes_it(self):
        holder, other = self.pair()
        name = holder.name
        holder.name = "Elsewhere"
        self.env.flush_all()
        self.bulk(holder)
        other.name = name
        self.run_engine()
        self.assertThere([holder, other], ["Elsewhere", name])

    def test_a_long_chain_of_bulk_work(self):
        names = self.names('customer', 8)
        records = self.made('customer', names)
        wanted = [*names[1:], "Elsewhere"]
        self.rename(records, wanted)
        self.env.flush_all()
        for record in records[1:]:
            self.bulk(record)
        self.run_engine()
        self.assertThere(records, wanted)

    def test_one_without_an_answer_is_waited_for(self):
        holder, other = self.pair()
        name = holder.name
        for fault in ('drop_before', 'drop_after_commit'):
            with self.subTest(fault=fault):
                self.sandbox.arm(fault, on='customer', times=1)
                holder.name = f'Elsewhere {fault}'
                self.run_engine()
                self.connection.paused_until = False
                self.env['qbo.request'].search([('state', '=', 'unanswered')]).retry_at = '2099-01-01'

                other.name = name
                self.run_engine()
                self.assertEqual(other.qbo_state, 'pending')
                self.assertIn("It waits for", other.qbo_error)

                self.env['qbo.request'].search([('state', '=', 'unanswered')]).retry_at = False
                self.run_engine()
                self.assertThere([holder, other], [f'Elsewhere {fault}', name])
                holder, other = other, holder

    def test_one_that_is_refused_is_waited_for_by_name_until_it_is_mended(self):
        holder, other = self.pair()
        third = self.customer("Independent")
        name = holder.name
        holder.write({'name': "Elsewhere", 'email': 'not an address'})
        other.name = name
        self.run_engine()

        self.assertEqual((holder.qbo_state, other.qbo_state, third.qbo_state), ('error', 'held', 'synced'))
        self.assertIn("It waits for Elsewhere. ", other.qbo_error)
        self.assertIn("e-mail address of Elsewhere is not valid", other.qbo_error)

        self.refused().unlink()
        holder.email = 'jo@harbor.example'
        self.run_engine()
        self.assertThere([holder, other], ["Elsewhere", name])

    def test_two_that_exchange_names_while_one_is_refused(self):
        holder, other = self.pair()
        names = [holder.name, other.name]
        holder.write({'name': names[1], 'email': 'not an address'})
        other.name = names[0]
        self.run_engine()
        self.assertEqual(holder.qbo_state, 'error')

        self.refused().unlink()
        holder.email = 'jo@harbor.example'
        self.run_engine()
        self.assertThere([holder, other], names[::-1])

    def test_an_answer_that_is_lost_in_the_middle_of_an_exchange(self):
        for skip in range(3):
            with self.subTest(skip=skip):
                records = self.made('customer', self.names('customer', 2, f'{skip}'))
                names = [record.name for record in records]
                self.sandbox.arm('drop_after_commit', on='customer', times=1, skip=skip)
                self.rename(records, names[::-1])
                self.run_engine()
                self.wait(minutes=2)
                self.run_engine()
                self.assertThere(records, names[::-1])
                for record, name in zip(records, names[::-1], strict=True):
                    self.assertEqual([row['Id'] for row in self.named(name)], [record.qbo_id])


class TestPaymentsExchange(EdgeCase):
    """Payments let go of invoices before others take them."""

    def test_every_permutation_of_three(self):
        invoices = [self.synced_invoice() for _number in range(3)]
        payments = [self.payment(20.0) for _invoice in invoices]
        for wanted in permutations(invoices):
            with self.subTest(wanted=wanted):
                for invoice in invoices:
                    self.due(invoice).remove_move_reconcile()
                for payment, invoice in zip(payments, wanted, strict=True):
                    self.apply(payment, invoice)
                self.run_engine()
                self.assertEqual({item.qbo_state for item in [*payments, *invoices]}, {'synced'})
                for payment, invoice in zip(payments, wanted, strict=True):
                    self.assertEqual(self.applied(self.in_qbo(payment)), {('Invoice', invoice.qbo_id): 20.0})
                self.assertEqual(self.open_in_qbo(*invoices), [0, 0, 0])
                self.assertFalse(self.refused().mapped('fault'))

    def test_credits_that_exchange_invoices(self):
        invoices = [self.synced_invoice() for _number in range(2)]
        credits_ = [self.synced(self.invoice(move_type='out_refund')) for _number in range(2)]
        for wanted in (invoices, invoices[::-1]):
            for invoice in invoices:
                self.due(invoice).remove_move_reconcile()
            for credit, invoice in zip(credits_, wanted, strict=True):
                self.apply(credit, invoice)
            self.run_engine()
            self.assertEqual(self.open_in_qbo(*invoices, *credits_), [0, 0, 0, 0])
            self.assertFalse(self.refused().mapped('fault'))

    def test_a_credit_is_applied_where_there_are_currencies(self):
        self.prefer(CurrencyPrefs={'MultiCurrencyEnabled': True, 'HomeCurrency': {'value': 'USD'}})
        invoice, credit = self.invoice(), self.invoice(move_type='out_refund')
        self.apply(credit, invoice)
        self.run_engine()
        application = self.env['qbo.application'].search([])
        self.assertEqual(application.qbo_state, 'synced', application.qbo_error)
        self.assertEqual(self.sandbox.get('Payment', application.qbo_id)['CurrencyRef']['value'], 'USD')

    def test_a_payment_is_voided_by_a_sparse_update(self):
        payment = self.synced(self.payment())
        payment.action_draft()
        payment.action_cancel()
        self.run_engine()
        self.assertEqual(self.sandbox.requests[-1].query.get('include'), 'void')
        self.assertIs(self.sandbox.requests[-1].body['sparse'], True)
