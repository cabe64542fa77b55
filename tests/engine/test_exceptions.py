"""Exception × step: what raises in one record stops no other, and what raises in a whole step pauses and says so."""

from unittest.mock import patch

import psycopg2.errors
from odoo import models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import mute_logger

from ...models.connection.connection import QboConnection
from ...models.engine.answers import Answers
from ...models.engine.dependents import Dependents
from ...models.engine.engine import Engine
from ...models.engine.pull import Pull
from ...models.engine.push import Push
from ..common import QboCase
from ..payment_case import PaymentCase

BAD = "Bad"
EXCEPTIONS = (ValueError(), KeyError('x'), UserError(""), ValidationError("No."), RecursionError(), StopIteration())
TO_QUICKBOOKS = (
    '_body', '_concerned', '_create_only', '_frees', '_held', '_hold_reason', '_plan', '_prepare', '_requires',
    '_truncated', '_try_plain_name', '_values', '_wait_reason', '_wanted',
)  # fmt: skip
AFTER_THE_ANSWER = ('_dependents', '_difference', '_from_row', '_snapshot', '_touches')
TO_ODOO = (
    '_create_records', '_from_row', '_is_same', '_match_rows', '_refers', '_skip_reasons', '_snapshot', '_values',
)  # fmt: skip
EDITS = ('_apply_changes', '_difference', '_from_row', '_refers', '_snapshot', '_values', '_written')
NOISE = [
    f'odoo.addons.quickbooks_online.models.engine.{name}' for name in ('answers', 'apply', 'engine', 'lost', 'push')
]


def is_about(value, name):
    """Return whether an argument is, or contains, the record or row of a name."""
    if isinstance(value, models.BaseModel):
        return value._name in ('res.partner', 'qbo.link') and any(item.name == name for item in value.exists())
    if isinstance(value, dict):
        return value.get('DisplayName') == name or value.get('Name') == name
    return isinstance(value, (list, tuple)) and any(is_about(item, name) for item in value)


class ExceptionCase(QboCase):
    def setUp(self):
        super().setUp()
        self.enterContext(mute_logger(*NOISE))
        self.turn = 0
        self.mapping_class = type(self.env['qbo.mapping.customer'])

    def raising(self, method, error):
        """Return a patch: a question of the mapping raises for the bad record."""
        original, name = getattr(self.mapping_class, method), self.names()[1]

        def ask(mapping, *args, **kwargs):
            if any(is_about(arg, name) for arg in args):
                raise error
            return original(mapping, *args, **kwargs)

        return patch.object(self.mapping_class, method, ask)

    def each(self, methods):
        """Yield each question with an exception: one without arguments, and one that says something."""
        for place, method in enumerate(methods):
            for error in {EXCEPTIONS[0], EXCEPTIONS[place % len(EXCEPTIONS)]}:
                self.turn += 1
                with self.subTest(method, error=repr(error)):
                    yield method, error

    def names(self):
        return [f'{name} {self.turn}' for name in ("Good", BAD, "Well")]


class TestOneRecord(ExceptionCase):
    def customers(self):
        return [self.customer(name, email=False) for name in self.names()]

    def rows(self):
        vals = {'GivenName': 'A', 'BillAddr': {'Line1': '1'}}
        return [self.sandbox.create('Customer', {'DisplayName': name, **vals}) for name in self.names()]

    def run_with(self, method, error):
        with self.raising(method, error):
            for _turn in range(3):
                self.run_engine()
        self.assertFalse(self.connection.message, self.connection.message)

    def check_sent(self, first, bad, last):
        """Assert that the others went, that the bad one says why it did not, and goes once the fault is over."""
        self.assertEqual([first.qbo_state, last.qbo_state], ['synced'] * 2, (first.qbo_error, last.qbo_error))
        self.assertTrue(bad.qbo_state == 'synced' or bad.qbo_error, "nothing is said")
        self.wait(hours=2)
        self.link(bad).action_retry()
        self.run_engine()
        self.assertEqual(bad.qbo_state, 'synced', bad.qbo_error)
        self.assertEqual(len(self.named(bad.name)), 1)

    def test_what_is_asked_before_it_is_sent(self):
        for method, error in self.each(TO_QUICKBOOKS):
            partners = self.customers()
            self.run_with(method, error)
            self.check_sent(*partners)

    def test_what_follows_from_the_answer(self):
        for method, error in self.each(AFTER_THE_ANSWER):
            partners = self.customers()
            self.run_with(method, error)
            self.assertEqual(len(self.named(partners[1].name)), 1)
            self.check_sent(*partners)

    def test_what_comes_from_quickbooks(self):
        for method, error in self.each(TO_ODOO):
            rows = self.rows()
            with self.raising(method, error):
                self.pull()
                self.pull()
            self.assertFalse(self.connection.message, self.connection.message)
            good = self.env['res.partner'].search([('name', 'in', self.names()[::2])])
            self.assertEqual(len(good), 2)
            link = self.env['qbo.link'].search([('qbo_id', '=', rows[1]['Id']), ('entity', '=', 'Customer')])
            self.assertTrue(link.state == 'synced' or link.error, "nothing is said")
            self.wait(hours=2)
            self.pull()
            partners = self.env['res.partner'].search([('name', 'in', self.names())])
            self.assertEqual(partners.mapped('qbo_state'), ['synced'] * 3)

    def test_what_changes_in_quickbooks(self):
        for method, error in self.each(EDITS):
            partners = self.customers()
            self.run_engine()
            phone = f'555 {self.turn}'
            for partner in partners:
                self.sandbox.update('Customer', partner.qbo_id, {'PrimaryPhone': {'FreeFormNumber': phone}})
            with self.raising(method, error):
                self.pull()
            first, bad, last = partners
            self.assertFalse(self.connection.message, self.connection.message)
            self.assertEqual([first.phone, last.phone], [phone] * 2)
            self.assertTrue(bad.phone == phone or self.link(bad).error, "nothing is said")
            self.wait(hours=2)
            self.pull()
            self.assertEqual((bad.phone, bad.qbo_state), (phone, 'synced'), bad.qbo_error)


class TestMoney(PaymentCase):
    def test_an_echo_that_cannot_be_compared_hides_nothing(self):
        """The money of what is known is compared at each echo: one record's fault stops no other row of the page."""
        self.enterContext(mute_logger(*NOISE))
        bad, good = self.synced_invoice(), self.synced_invoice()
        for invoice in (bad, good):
            self.receive(5.0, lines=[(invoice, 5.0)])
        entity = self.sell()
        mapping_class = type(self.env['qbo.mapping.invoice'])
        original = mapping_class._difference

        def ask(mapping, step, record, snapshot):
            if record == bad:
                raise ValueError
            return original(mapping, step, record, snapshot)

        with patch.object(mapping_class, '_difference', ask):
            self.pull('documents')
        self.assertTrue(self.move_of(entity))
        self.assertEqual((good.amount_residual, good.qbo_state), (15.0, 'synced'), good.qbo_error)
        self.assertTrue(self.link(bad).error, "nothing is said")
        self.assertFalse(self.connection.message, self.connection.message)
        self.wait(hours=2)
        self.pull('documents')
        self.assertEqual((bad.amount_residual, bad.qbo_state), (15.0, 'synced'), bad.qbo_error)


class TestSteps(ExceptionCase):
    """Each step of a run."""

    STEPS = {
        'answers': (Answers, 'draw_consequences'),
        'first steps': (QboConnection, '_first_steps'),
        'people': (Push, 'users'),
        'dependents': (Dependents, 'next'),
        'unanswered': (Push, 'unanswered'),
        'pull': (Pull, 'next'),
        'bulk': (Push, 'bulk'),
        'last steps': (QboConnection, '_last_steps'),
        'rest': (QboConnection, '_rest'),
        'backup': (QboConnection, '_notice_backup'),
        'end of access': (QboConnection, '_warn_of_end'),
        'store': (Push, 'store'),
        'keep': (Answers, 'keep'),
    }

    def patched(self, owner, method, error):
        def fail(*_args, **_kwargs):
            raise error

        owner = type(self.connection) if owner is QboConnection else owner
        return patch.object(owner, method, fail)

    def test_an_unknown_fault_pauses_and_says_so(self):
        for place, (step, (owner, method)) in enumerate(self.STEPS.items()):
            error = EXCEPTIONS[place % len(EXCEPTIONS)]
            with self.subTest(step, error=repr(error)):
                partner = self.customer(f'Customer {place}')
                pauses = []
                failures = self.connection.failures
                with self.patched(owner, method, error):
                    for turn in range(3):
                        self.run_engine()
                        self.assertEqual(self.connection.failures, failures + turn + 1)
                        pauses.append(self.connection.paused_until)
                        self.connection.paused_until = False
                self.assertTrue(all(pauses))
                self.assertIn("fault of this app", self.connection.message)
                self.assertFalse(self.connection.message.endswith(": "), "it says nothing")
                for _turn in range(2):
                    self.wait(hours=1)
                    self.run_engine()
                self.assertEqual(partner.qbo_state, 'synced', partner.qbo_error)
                self.assertEqual(len(self.named(partner.name)), 1)
                self.pull()
                self.assertFalse(self.connection.message)
                self.assertFalse(self.connection.failures)

    def test_the_pauses_of_a_fault_of_ours_grow(self):
        lengths = []
        for failures in range(1, 12):
            self.connection.failures = failures
            lengths.append(self.engine().pause_length(None).total_seconds())
        self.assertGreaterEqual(min(lengths), 0.5)
        self.assertGreater(lengths[5], lengths[0])
        self.assertLessEqual(max(lengths), 60)

    def engine(self):
        return Engine(self.connection)

    def test_what_the_database_cannot_do_now_is_nobodys_fault(self):
        for error in (
            psycopg2.errors.DiskFull("No space left."),
            psycopg2.errors.AdminShutdown("terminating connection due to administrator command"),
            psycopg2.InterfaceError("connection already closed"),
        ):
            with self.subTest(repr(error)):
                partner = self.customer(f"Saved before {error}")
                with self.patched(Push, 'users', error):
                    self.run_engine()
                self.assertIn(f"database could not do it now: {error}", self.connection.message)
                self.assertEqual(partner.qbo_state, 'pending')
                self.wait(minutes=2)
                self.run_engine()
                self.assertEqual(partner.qbo_state, 'synced')
                with self.raising('_values', error):  # nor one record's
                    partner = self.customer(self.names()[1])
                    self.run_engine()
                self.assertEqual(partner.qbo_state, 'pending', partner.qbo_error)
                self.wait(minutes=2)
                self.run_engine()
                self.assertEqual(partner.qbo_state, 'synced', partner.qbo_error)
                self.turn += 1
