"""Kind of fault × kind of call: each pauses or repeats with a sentence, and nothing is done twice."""

from unittest.mock import patch

from odoo.exceptions import UserError

from ...qbo import transport
from ..accountant.proof_case import ProofCase
from ..attachments.file_case import Files
from ..billing import BillingCase
from ..common import QboCase

PASSING = {
    '429': {'name': 'status', 'status': 429},
    '500': {'name': 'status', 'status': 500},
    '503': {'name': 'status', 'status': 503},
    'lost': {'name': 'drop_after_commit'},
    'reset': {'name': 'drop_before'},
    'timeout': {'name': 'slow', 'seconds': 2.2},
}
HELD = {
    'wrong cluster': {'name': 'wrong_cluster'},
    'forbidden': {'name': 'app_forbidden'},
}


class Faults:
    """What the cases of faults share."""

    def setUp(self):
        super().setUp()
        self.startPatcher(patch.object(transport, 'READ_S', 1.5))

    def calls(self, entity):
        return [row for row in self.sandbox.requests if row.entity == entity and row.path.startswith('/v3/')]

    def ids(self, entity):
        return [row.query.get('requestid') for row in self.calls(entity)]

    def recover(self, minutes=3):
        """Let the fault be over, what has to be connected again be so, and all pauses pass."""
        self.sandbox.disarm()
        if self.connection.state != 'connected':
            self.connection.write({'token_entry': self.sandbox.refresh_token(), 'realm_entry': self.sandbox.realm_id})
            self.connection.with_user(self.manager).action_connect_direct()
        for _turn in range(3):
            self.wait(minutes=minutes)
            self.run_engine()

    def assertPaused(self):
        """Assert that it is said why nothing goes on."""
        self.assertTrue(self.connection.message or self.connection.state != 'connected', "nothing is said")
        self.assertNotIn("fault of this app", self.connection.message or '')

    def make(self, count, stem):
        return self.env['res.partner'].concat(*(self.customer(f'{stem} {number}') for number in range(count)))


class FaultCase(Faults, QboCase):
    pass


class TestWrites(FaultCase):
    """A single write and a batch, under each fault of a whole call."""

    CALLS = {'customer': 1, 'batch': 3}

    def check(self, entity, count, fault, terms, same_id):
        partners = self.make(count, f'{entity} {fault}')
        self.sandbox.requests.clear()
        self.sandbox.arm(**terms, on=entity)

        self.run_engine()
        self.run_engine()

        self.assertPaused()
        # Where a token was refused, it was sent once more with a fresh one.
        self.assertLessEqual(len(self.calls(entity)), 1 + (fault == 'wrong cluster'), "it was sent again at once")
        self.assertEqual(set(partners.mapped('qbo_state')), {'pending'})
        self.recover()
        self.assertEqual(set(partners.mapped('qbo_state')), {'synced'}, partners.mapped('qbo_error'))
        self.assertEqual([len(self.named(partner.name)) for partner in partners], [1] * count)
        if same_id:
            self.assertEqual(len(set(self.ids(entity))), 1, self.sandbox.requests.table())
        self.assertFalse(self.connection.message)

    def test_what_passes(self):
        for entity, count in self.CALLS.items():
            for fault, terms in PASSING.items():
                with self.subTest(entity=entity, fault=fault):
                    self.check(entity, count, fault, terms, same_id=True)

    def test_what_an_administrator_mends(self):
        for entity, count in self.CALLS.items():
            for fault, terms in HELD.items():
                with self.subTest(entity=entity, fault=fault):
                    self.check(entity, count, fault, {**terms, 'times': None}, same_id=True)

    def test_a_dead_token(self):
        for entity, count in self.CALLS.items():
            with self.subTest(entity=entity):
                self.sandbox.arm('invalid_grant', on='token', times=None)
                self.check(entity, count, 'dead token', {'name': 'expire_tokens'}, same_id=True)

    def test_an_access_token_that_ended_is_nobodys_fault(self):
        for entity, count in self.CALLS.items():
            with self.subTest(entity=entity):
                partners = self.make(count, f'{entity} token')
                self.wait(minutes=5)
                self.sandbox.requests.clear()
                self.sandbox.arm('expire_tokens', on=entity)
                self.run_engine()
                self.assertEqual(set(partners.mapped('qbo_state')), {'synced'})
                self.assertEqual(len(set(self.ids(entity))), 1)

    def test_a_subscription_that_ended(self):
        for entity, count in self.CALLS.items():
            with self.subTest(entity=entity):
                partners = self.make(count, f'{entity} subscription')
                self.sandbox.configure(subscription_status='EXPIRED')
                self.run_engine()
                self.run_engine()
                self.assertPaused()
                self.assertEqual(set(partners.mapped('qbo_state')), {'pending'})
                self.sandbox.configure(subscription_status='PAID')
                self.recover(minutes=61)
                self.assertEqual(set(partners.mapped('qbo_state')), {'synced'}, partners.mapped('qbo_error'))
                self.assertEqual([len(self.named(partner.name)) for partner in partners], [1] * count)

    def test_a_batch_of_which_the_answers_to_the_other_calls_came(self):
        """One of several calls at once finds the token dead: what the others were answered is kept."""
        partners = self.make(40, "Wave")
        self.sandbox.arm('invalid_grant', on='token', times=None)
        self.sandbox.arm('expire_tokens', on='batch', times=1)

        self.run_engine()

        self.assertPaused()
        self.recover()
        self.assertEqual(set(partners.mapped('qbo_state')), {'synced'})
        self.assertEqual([len(self.named(partner.name)) for partner in partners], [1] * 40)


class TestRequestIds(FaultCase):
    """A request id is given up only where QuickBooks surely did nothing under it."""

    def attempts(self, faults, partner):
        """Send under each of these faults in turn, then without one; return the request ids."""
        self.sandbox.requests.clear()
        for fault in faults:
            self.sandbox.arm(**PASSING.get(fault, {'name': fault}), on='customer')
            self.run_engine()
            self.wait(hours=1)
        self.run_engine()
        self.assertEqual(partner.qbo_state, 'synced', partner.qbo_error)
        self.assertEqual(len(self.named(partner.name)), 1)
        return self.ids('customer')

    def test_which_faults_keep_it(self):
        six = 'transient_6000'
        for number, (faults, count) in enumerate(
            [
                (['lost'], 1),
                (['reset', six], 1),
                (['reset', six, six, six], 1),
                ([six, 'reset', six, six], 1),
                (['reset', six, '429', six], 1),
                (['503', six, six], 1),
                ([six], 1),
                (['429', six], 1),
                ([six, six], 2),
                ([six, '429', six], 2),
            ]
        ):
            with self.subTest(faults=faults):
                partner = self.customer(f'Attempts {number}')
                ids = self.attempts(faults, partner)
                self.assertEqual(len(ids), len(faults) + 1)
                self.assertEqual(len(set(ids)), count, ids)

    def test_an_item_that_passes_after_the_answer_of_its_batch_was_lost(self):
        partners = self.make(3, "Marina")
        self.sandbox.requests.clear()
        self.sandbox.arm('drop_before', on='batch')
        self.run_engine()
        self.wait(hours=1)
        self.sandbox.arm('transient_6000', match={'DisplayName': partners[1].name})

        for _turn in range(3):
            self.run_engine()
            self.wait(hours=1)

        self.assertEqual([partner.qbo_state for partner in partners][::2], ['synced', 'synced'])
        self.assertEqual(len(set(self.ids('batch'))), 1)
        self.assertEqual(len({row.body and str(row.body) for row in self.calls('batch')}), 1, "the same, to the byte")
        self.assertLessEqual(len(self.named(partners[1].name)), 1)


class TestReads(FaultCase):
    """Reads of the engine, and the refreshing of a token."""

    def ask(self, kind):
        if kind == 'cdc':
            return self.pull()
        self.env['qbo.event']._append(self.connection._schedule('customers'), 'import')
        return self.run_engine()

    def check(self, kind, on, fault, terms):
        row = self.sandbox.create(
            'Customer', {'DisplayName': f'{kind} {on} {fault}', 'GivenName': 'Ada', 'BillAddr': {'Line1': '1 Pier'}}
        )
        self.wait(minutes=10)
        self.sandbox.requests.clear()
        self.sandbox.arm(**terms, on=on)

        self.ask(kind)
        self.run_engine()

        self.assertPaused()
        # Where a token was refused, it was asked once more with a fresh one.
        self.assertLessEqual(len(self.calls(kind)), 1 + (fault == 'wrong cluster'), "it was asked again at once")
        self.recover()
        self.assertFalse(self.connection.message)
        self.assertEqual(self.env['res.partner'].search_count([('name', '=', row['DisplayName'])]), 1)

    def test_every_fault(self):
        for kind in ('cdc', 'query'):
            for fault, terms in {**PASSING, **HELD}.items():
                with self.subTest(kind=kind, fault=fault):
                    times = {'times': None} if fault in HELD else {}
                    self.check(kind, kind, fault, {**terms, **times})

    def test_refreshing_the_token(self):
        faults = {**PASSING, 'dead': {'name': 'invalid_grant'}, 'secret': {'name': 'invalid_client'}}
        for fault, terms in faults.items():
            with self.subTest(fault=fault):
                self.connection._credential().access_expires_at = '2020-01-01'
                self.check('cdc', 'token', fault, terms)


class TestReports(Faults, ProofCase):
    """The reports that are read at night, and those that an accountant asks for."""

    def test_the_nightly_proof(self):
        for fault, terms in {**PASSING, **HELD}.items():
            with self.subTest(fault=fault):
                times = {'times': None} if fault in HELD else {}
                self.sandbox.requests.clear()
                self.sandbox.arm(**{**terms, **times}, on='reports')
                proof = self.prove()
                self.run_engine()
                self.assertPaused()
                self.assertEqual(proof.state, 'asked')
                self.assertLessEqual(len(self.calls('reports')), 1 + (fault == 'wrong cluster'), "asked again at once")
                self.recover()
                self.assertEqual(self.last(), proof)
                self.assertEqual(proof.state, 'agrees', proof.error)
                self.assertFalse(self.connection.message)

    def test_an_accountant_is_told(self):
        vals = {'company_id': self.company.id, 'date_from': '2026-03-01', 'date_to': '2026-03-31'}
        report = self.env['qbo.reconciliation'].create(vals)
        for fault, terms in {**PASSING, **HELD}.items():
            with self.subTest(fault=fault):
                self.sandbox.arm(**{**terms, 'times': None}, on='reports')
                with self._crons_may_commit(), self.assertRaises(UserError) as refusal:
                    report.action_compare()
                self.assertIn("cannot be read", str(refusal.exception))
                self.assertFalse(self.connection.paused_until, "what is synchronized goes on")
                self.sandbox.disarm()


class TestUploads(Faults, Files, BillingCase):
    """A file of a document: it is there once, and its document waits for nothing."""

    def test_every_fault(self):
        for fault, terms in {**PASSING, **HELD}.items():
            with self.subTest(fault=fault):
                move = self.synced_invoice()
                times = {'times': None} if fault in HELD else {}
                self.sandbox.arm(**{**terms, **times}, on='upload')
                self.attach(move)
                self.run_engine()
                self.run_engine()
                self.assertEqual(move.qbo_state, 'synced')
                sent = [row for row in self.sandbox.requests if row.entity == 'upload']
                self.assertLessEqual(len(sent), 2, "it was sent again and again")
                self.recover(minutes=61)
                self.assertEqual(len(self.there(move)), 1)
                self.assertEqual(self.rows(move).mapped('state'), ['synced'], self.rows(move).mapped('message'))
