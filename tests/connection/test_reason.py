"""Reasons: every one has a sentence, its values, and a button that exists; who reads it reads it in his language."""

import ast
import re
from pathlib import Path
from unittest.mock import patch

from odoo.tests import BaseCase, tagged
from odoo.tools.translate import code_translations

from ...models.comparison.rules import RULES
from ...models.connection import messages
from ...models.connection.reason import FIXES, SENTENCES, Reason, declare, label, money
from ...qbo import errors
from ..common import QboCase

ROOT = Path(__file__).parents[2]
PLACEHOLDER = re.compile(r'%\((\w+)\)')
OF_FAILURES = messages.REFUSED.keys() | messages.KINDS.keys() | messages.ACCESS.keys()
BUTTONS = {  # fix: the action of the dialog that fixes it
    'accept_tax': 'action_accept_tax',
    'conflict': 'action_keep_odoo',
    'create_again': 'action_create_again',
    'follow': 'action_follow_quickbooks',
    'include_payments': 'action_include_payments',
    'link_existing': 'action_link_candidate',
    'lost': 'action_compare_lost',
    'map_accounts': 'action_map_accounts',
    'reactivate': 'action_reactivate',
    'refund_there': 'action_refund_there',
    'send_odoo': 'action_send_odoo',
    'send_as': 'action_send_as_suggested',
    'send_as_bill': 'action_send_as_bill',
    'meet': 'action_link_record',
    'open_journal': 'action_open_journal',
    'send_rate': 'action_send_rate',
    'settling': 'action_open_settling',
    'take': 'action_take_quickbooks',
    'undo_there': 'action_undo_there',
    'unapplied_changes': 'action_send_odoo',
}


def placeholders(key):
    return set(PLACEHOLDER.findall(SENTENCES[key]._source))


def uses():
    """Yield ``(place, keys, values' names or None)`` of each reason that the addon's code gives."""
    for path in sorted([*(ROOT / 'models').rglob('*.py'), *(ROOT / 'wizards').rglob('*.py')]):
        tree = ast.parse(path.read_text())
        tables = [node for node in tree.body if isinstance(node, ast.Assign)]
        for function in (*tables, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))):
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and getattr(node.func, 'id', None) == 'Reason':
                    place = f'{path.relative_to(ROOT)}:{node.lineno}'
                    yield place, keys_of(node.args[0], function), names_of(node.args[1:])


def keys_of(node, function):
    """Return the keys that an expression may come to."""
    if isinstance(node, ast.JoinedStr):
        return {f'skip_{rule}' for rule, _label in RULES}
    if isinstance(node, ast.IfExp):
        return keys_of(node.body, function) | keys_of(node.orelse, function)
    if isinstance(node, ast.Name):
        assigned = [item.value for item in ast.walk(function) if isinstance(item, ast.Assign)]
        named = [item.targets[0] for item in ast.walk(function) if isinstance(item, ast.Assign)]
        pairs = zip(named, assigned, strict=True)
        values = [value for target, value in pairs if getattr(target, 'id', None) == node.id]
        return set().union(*(keys_of(value, function) for value in values))
    return {node.value} if isinstance(node, ast.Constant) else set()


def names_of(arguments):
    if not arguments:
        return set()
    is_known = isinstance(arguments[0], ast.Dict) and None not in arguments[0].keys
    return {key.value for key in arguments[0].keys} if is_known else None


@tagged('post_install', '-at_install')
class TestReasons(BaseCase):
    def test_each_reason_that_is_given_has_a_sentence_and_all_of_its_values(self):
        given = set()
        for place, keys, names in uses():
            if place.startswith('models/connection/messages.py'):
                continue  # see the test of failures
            with self.subTest(place):
                self.assertTrue(keys)
                for key in keys:
                    self.assertIn(key, SENTENCES)
                    self.assertEqual(names, placeholders(key))
            given |= keys
        self.assertFalse(SENTENCES.keys() - OF_FAILURES - given, "nobody says that")

    def test_each_failure_has_a_sentence_and_all_of_its_values(self):
        codes = [*messages.REFUSED, *messages.ACCESS, 'unheard-of']
        link = type('Link', (), {'name': "Ada", '_labeled': lambda self, path: label(path, '')})()
        for key in codes:
            for kind in errors.Kind:
                with self.subTest(key, kind=kind):
                    detail = "Min:0 Max:20 supported. Supplied length: 26"
                    error = errors.QboError(kind, [errors.ErrorDetail(key.split()[0], detail=detail, element='Line')])
                    reason = messages.explain(error, link, key)
                    self.assertTrue(reason.values.keys() >= placeholders(reason.key))
                    self.assertEqual(reason.code, key.split()[0])

    def test_a_key_has_one_sentence(self):
        for sentences, fixes in (({'draft': "Again"}, None), ({}, {'draft': 'retry'})):
            with self.assertRaises(ValueError):
                declare(sentences, fixes)


class TestReader(QboCase):
    """Who reads a reason."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env['res.lang']._activate_lang('fr_FR')

    def setUp(self):
        super().setUp()
        self.user.lang = 'fr_FR'
        self.french = self.env(user=self.user, context=self.user.with_user(self.user).context_get())
        self.sentences = {}
        translations = {('quickbooks_online', 'fr_FR'): self.sentences}
        self.startPatcher(patch.dict(code_translations.python_translations, translations))

    def translate(self, key, text):
        self.sentences[SENTENCES[key]._source] = text

    def refused(self):
        partner = self.env['res.partner'].create({'name': "Ada Quay", 'customer_rank': 1, 'email': "no@address@"})
        self.run_engine()
        return partner

    def test_every_reason_is_worded_with_its_values_whatever_the_language(self):
        for key, sentence in SENTENCES.items():
            names = placeholders(key)
            self.sentences[sentence._source] = f'En français : {sentence._source}'
            for env, start in ((self.env, ''), (self.french, 'En français : ')):
                with self.subTest(key, start=start):
                    text = Reason(key, {name: f'<{name}>' for name in names}).text(env)
                    self.assertTrue(text.startswith(start))
                    self.assertEqual([name for name in names if f'<{name}>' not in text], [])
                    self.assertNotRegex(text, r'%[(%]')

    def test_each_fix_is_a_button_of_the_dialog(self):
        arch = self.env.ref('quickbooks_online.qbo_link_view_form').arch
        for key, fix in FIXES.items():
            with self.subTest(key):
                self.assertTrue(hasattr(self.env['qbo.link'], BUTTONS[fix]))
                self.assertIn(f'name="{BUTTONS[fix]}"', arch)

    def test_a_refusal_is_read_in_the_readers_language_and_logged_in_the_companys(self):
        self.translate('2210', "L'adresse de %(name)s n'est pas valable.")
        partner = self.refused()
        english, french = "The e-mail address of Ada Quay is not valid.", "L'adresse de Ada Quay n'est pas valable."
        link = self.link(partner)
        self.assertRecordValues(link, [{'error_code': '2210', 'state': 'error'}])
        for env, text in ((self.env, english), (self.french, french), (self.env, english)):
            self.assertIn(text, link.with_env(env).error)
            self.assertIn(text, partner.with_env(env).qbo_error)
        group = self.french['qbo.error.group'].search([('error_code', '=', '2210')])
        self.assertIn(french, group.error)
        self.assertIn(english, link.log_ids[0].text)

    def test_why_a_pair_was_found_is_read_in_the_readers_language(self):
        self.translate('match_both', "%(agree)s, mais %(against)s")
        self.translate('match_email', "même courriel")
        self.translate('match_other_phone', "autre téléphone")
        values = {'agree': [Reason('match_email')], 'against': [Reason('match_other_phone')]}
        line = self.env['qbo.match'].new({'reason': Reason('match_both', values).stored()})
        self.assertEqual(line.why, "Same e-mail; another phone")
        self.assertEqual(line.with_env(self.french).why, "Même courriel, mais autre téléphone")

    def test_the_activity_log_is_in_the_language_of_the_company(self):
        self.translate('2210', "L'adresse de %(name)s n'est pas valable.")
        self.company.partner_id.lang = 'fr_FR'
        self.assertIn("L'adresse de Ada Quay n'est pas valable.", self.link(self.refused()).log_ids[0].text)

    def test_values_are_read_in_the_readers_language_too(self):
        self.translate('deposit', "Un acompte de %(deposit)s.")
        self.translate('keeps', "Cela règle %(document)s. %(why)s")
        self.translate('2020', "Il faut %(field)s.")
        self.sentences["billing address"] = "l'adresse de facturation"
        self.sentences["phone"] = "le téléphone"
        deposit = Reason('deposit', {'deposit': money(1234.5, self.env.ref('base.EUR'))})
        fields = [label(path, 'qbo.mapping.customer') for path in ('BillAddr.City', 'BillAddr.Line1', 'PrimaryPhone')]
        for reason, english, french in (
            (deposit, "a deposit of 1,234.50", "Un acompte de 1 234,50"),
            (
                Reason('keeps', {'document': "INV/1", 'why': deposit}),
                "It settles INV/1. QuickBooks has a deposit of",
                "Cela règle INV/1. Un acompte de 1 234,50",
            ),
            (
                Reason('2020', {'field': fields, 'name': "x"}),
                "billing address and phone",
                "facturation et le téléphone",
            ),
            (Reason('2020', {'field': label('Odd.One', 'qbo.mapping.customer')}), "for Odd.One of", "Il faut Odd.One."),
        ):
            stored = Reason.of(reason.stored())
            for env, expected in ((self.env, english), (self.french, french)):
                with self.subTest(english, lang=env.lang):
                    text = re.sub(r'[\s\u200b-\u206f]+', ' ', stored.text(env)).replace('€ ', '')
                    self.assertIn(expected, text)

    def test_a_reason_that_no_addon_knows_any_more_breaks_no_screen(self):
        partner = self.env['res.partner'].create({'name': "Ada Quay", 'customer_rank': 1})
        self.run_engine()
        self.link(partner).write({'state': 'differs', 'reason': {'key': 'of_another_addon', 'values': {}}})
        self.assertEqual(partner.qbo_error, 'of_another_addon')
        self.link(partner).reason = {'key': 'keeps', 'values': {'document': "INV/1"}}
        self.assertEqual(self.link(partner).error, "It settles INV/1. ")
