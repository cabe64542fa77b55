"""What settles documents and does not reach QuickBooks: one table, for what customers owe and for what vendors get."""

from odoo import fields


class SettlingStates:
    """Each state of what settles a document: ``_begin_…`` brings it about, ``_end_…`` ends it.

    A case says how documents are made and settled: ``_documents_…()`` returns drafts or posted ones that belong
    together, ``_settle_…(documents)`` returns what settles them.
    """

    settling_entity = None

    def check_states(self, how, *rounds):
        """Assert that documents show what each state of what settles them means, and nothing after it.

        :param str how: ``'by_payment'``
        :param rounds: ``{state: what its documents show}`` each, of states that can be at the same time
        """
        for shown in rounds:
            cases = {name: getattr(self, f'_documents_{how}')() for name in shown}
            self.run_engine()
            settle, is_sent = getattr(self, f'_settle_{how}'), {name: name.startswith('undone') for name in shown}
            settling = {name: settle(cases[name]) for name in shown if is_sent[name]}
            self.run_engine()
            settling |= {name: settle(cases[name]) for name in shown if not is_sent[name]}
            for name in shown:
                getattr(self, f'_begin_{name}')(settling[name], cases[name])
            self.run_engine()
            self.assertShown(shown, cases, settling)
            self.pull('documents')
            self.assertShown(shown, cases, settling)
            for name in shown:
                getattr(self, f'_end_{name}')(settling[name], cases[name])
            self.run_engine()
            self.assertShown(dict.fromkeys(shown, 'synced'), cases, settling)
            for document in (item for documents in cases.values() for item in documents):
                self.assertEqual(document.amount_residual, self._open_there(document))

    def assertShown(self, shown, cases, settling):
        """Assert what badges and filters say, and that both figures are in the sentence of a difference."""
        for name, state in shown.items():
            for document in cases[name]:
                said = f'{name}: {document.display_name}: {document.qbo_error} ({settling[name].exists().qbo_state})'
                self.assertEqual(document.qbo_state, state, said)
                found = {key for key in ('synced', 'pending', 'differs') if document in self._filtered(document, key)}
                self.assertEqual(found, {state}, said)
                if state == 'differs':
                    self.assertIn(document.currency_id.format(document.amount_residual), said)
                    self.assertIn(document.currency_id.format(self._open_there(document)), said)

    def _filtered(self, document, state):
        return document.search([('id', '=', document.id), ('qbo_state', '=', state)])

    def _open_there(self, document):
        row = self.in_qbo(document)
        return row.get('RemainingCredit', row.get('Balance'))

    def check_another_party(self, document, payment, other):
        """Assert that a paid document moves to another customer or vendor in steps of a person, each committed.

        The payment lets go of it and says why: QuickBooks applies a payment to documents of its own party only.
        """
        for step in (
            lambda: document.button_draft(),
            lambda: document.write({'partner_id': other.id}),
            lambda: document.action_post(),
        ):
            step()
            self.run_engine()
        member = 'CustomerRef' if document.is_sale_document() else 'VendorRef'
        party = self.step().qbo_id(other, member[:-3])
        self.assertEqual(self.in_qbo(document)[member]['value'], party)
        self.assertEqual(self._open_there(document), document.amount_total)
        self.assertEqual((payment.qbo_state, self.link(payment).error_code), ('held', 'party_of_document'))
        self.assertIn(other.name, payment.qbo_error)
        self.assertShown({'': 'differs'}, {'': [document]}, {'': payment})

        payment.action_cancel()
        again = self.pay(document)
        self.run_engine()
        self.assertShown({'': 'synced'}, {'': [document]}, {'': again})
        self.assertEqual((self._open_there(document), again.qbo_state), (0.0, 'synced'))
        self.assertEqual(self.in_qbo(again)[member]['value'], party)

    def check_later(self, how):
        """Assert that what settles a document takes it up where that goes to QuickBooks later, whatever kept it out."""

        def odoo_only(document):
            document.qbo_invoice_type = 'odoo'

        def no_longer_odoo_only(document):
            document.qbo_invoice_type = 'qbo'

        def left_out(document):
            self.step().link_for(self.mapping(document), document).mode = 'never'

        def included(document):
            self.link(document).with_user(self.manager).action_include()

        ways = ((odoo_only, no_longer_odoo_only), (left_out, included))
        for keep_out, take in ways if self.settling_entity == 'payment' else ways[1:]:  # no bill is Odoo's only
            with self.subTest(how, kept=keep_out.__name__):
                document, *others = getattr(self, f'_documents_{how}')()
                keep_out(document)
                self.run_engine()
                settling = getattr(self, f'_settle_{how}')([document, *others])
                self.run_engine()
                self.assertFalse(self.link(document).qbo_id)

                take(document)
                self.run_engine()
                self.assertShown({'': 'synced'}, {'': [document, *others]}, {'': settling})
                self.assertEqual(settling.qbo_state, 'synced', settling.qbo_error)
                for each in (document, *others):
                    self.assertEqual(self._open_there(each), each.amount_residual)
                self.assertLess(document.amount_residual, document.amount_total)

    # === NOT SENT === #

    def _begin_refused(self, settling, documents):
        self.sandbox.arm('data_fault', on=self.settling_entity, method='POST')

    def _end_refused(self, settling, documents):
        self.link(settling).action_retry()

    def _begin_closed_books(self, settling, documents):
        self.prefer_now(AccountingInfoPrefs={'BookCloseDate': '2026-03-31'})

    def _end_closed_books(self, settling, documents):
        self.prefer_now(AccountingInfoPrefs={'BookCloseDate': '2026-01-31'})

    def _begin_too_long(self, payment, documents):
        payment.payment_reference = "A reference that is much too long"

    def _end_too_long(self, payment, documents):
        payment.payment_reference = "Short"

    def _begin_kept_out(self, settling, documents):
        settling.qbo_mode = 'never'

    def _end_kept_out(self, settling, documents):
        settling.qbo_mode = 'auto'

    def _begin_coming_only(self, settling, documents):
        self.connection.bill_payment_direction = 'qbo'
        settling.qbo_mode = 'always'

    def _end_coming_only(self, settling, documents):
        self.connection.bill_payment_direction = 'two_way'
        settling.action_qbo_sync()

    def _begin_paused(self, settling, documents):
        self.connection.paused_until = fields.Datetime.add(fields.Datetime.now(), hours=1)

    def _end_paused(self, settling, documents):
        self.connection.paused_until = False

    def _begin_unanswered(self, settling, documents):
        self.sandbox.arm('status', on=self.settling_entity, method='POST', status=503, times=None)

    def _end_unanswered(self, settling, documents):
        self.sandbox.disarm()
        self.wait(minutes=5)

    # === SENT, AND UNDONE HERE SINCE === #

    def _begin_undone(self, settling, documents):
        self.due(documents[0]).remove_move_reconcile()

    def _begin_undone_and_a_draft(self, payment, documents):
        payment.action_draft()
        self._begin_undone(payment, documents)

    def _end_undone_and_a_draft(self, payment, documents):
        payment.action_post()
        self.apply(payment, *documents)

    def _begin_undone_and_paused(self, settling, documents):
        self._begin_paused(settling, documents)
        self._begin_undone(settling, documents)

    _end_undone_and_paused = _end_paused

    def _begin_undone_and_refused(self, settling, documents):
        self.sandbox.arm('data_fault', on=self.settling_entity, method='POST', skip=1)  # the one after what is refused
        self._begin_undone(settling, documents)

    _end_undone_and_refused = _end_refused


OF_PAYMENTS = (
    {'kept_out': 'differs', 'too_long': 'differs', 'undone_and_a_draft': 'differs'},
    {'refused': 'differs', 'undone_and_refused': 'differs'},
    {'paused': 'pending', 'undone_and_paused': 'pending'},
    {'unanswered': 'pending'},
    {'closed_books': 'differs'},
)
OF_CREDITS = (
    {'kept_out': 'differs'},
    {'refused': 'differs', 'undone_and_refused': 'differs'},
    {'paused': 'pending', 'undone_and_paused': 'pending'},
)
OF_PURCHASES = ({'coming_only': 'differs'},)
