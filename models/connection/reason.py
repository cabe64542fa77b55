"""Why a record waits, is held, differs, failed or was left out: stored as a key and values, worded for its reader.

The sentence of a key stands once, in a table next to what gives the reason::

    declare({'number_length': _lt("The number %(number)s has more than …")}, fixes={'number_length': 'send_as'})
    Reason('number_length', {'number': number})

A key is stable: errors are grouped by it. It begins with what it is about (``tax_…``), so that all reasons of a kind
can be looked for. ``_lt`` is Odoo's ``LazyTranslate``, under which its sentences are exported for translation.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from odoo.tools import format_list
from odoo.tools.translate import LazyTranslate, get_translation

_lt = LazyTranslate(__name__)
A_FIELD = _lt("a field")

SENTENCES = {}  # key: sentence
FIXES = {}  # key: the name of the button that fixes it
CHECKS = set()  # keys of what this app finds before it sends: nothing was refused, and somebody has to do something
NO_REASON = {'reason': False, 'error_code': False, 'error_fix': False}  # the values of a link that has none


def declare(sentences, fixes=None, is_check=False):
    """Add the sentences of keys.

    :param dict sentences: ``{key: sentence}``, with named placeholders
    :param dict fixes: ``{key: name of the button that fixes it}`` where there is one; see ``link_actions.py``
    :param bool is_check: a record that has one of these and cannot go is *On hold*, and not in *Error*
    :raise ValueError: a key has a sentence already, or a fix belongs to none of these
    """
    wrong = (sentences.keys() & SENTENCES.keys()) | ((fixes or {}).keys() - sentences.keys())
    if wrong:
        raise ValueError(f'declared twice, or not at all: {sorted(wrong)}')
    SENTENCES.update(sentences)
    FIXES.update(fixes or {})
    CHECKS.update(sentences if is_check else ())


@dataclass(frozen=True)
class Reason:
    """Why something is as it is.

    :param str key: of a sentence
    :param dict values: by placeholder; texts, numbers, reasons, what :func:`money` and :func:`label` give, and lists
        of these. ``qbo_code`` is QuickBooks' own, where that is known.
    """

    key: str
    values: dict = field(default_factory=dict)

    @classmethod
    def of(cls, stored):
        """Return what :meth:`stored` gave as a reason again, None for nothing."""
        return cls(stored['key'], stored['values']) if stored else None

    @property
    def code(self):
        """What errors are grouped by: QuickBooks' code, else the key."""
        return self.values.get('qbo_code') or self.key

    @property
    def fix(self):
        """The name of the button that fixes it, or None."""
        return FIXES.get(self.key)

    def text(self, env):
        """Return it in words, in the language of ``env``; only the key where no addon knows it any more."""
        sentence = SENTENCES.get(self.key)
        if sentence is None:
            return self.key
        values = defaultdict(str, {name: _worded(env, value) for name, value in self.values.items()})
        # Not ``env._``: the values come after the sentence.
        return get_translation(sentence._module, env.lang or 'en_US', sentence._source, values)

    def stored(self):
        """Return it as JSON."""
        return {'key': self.key, 'values': {name: _plain(value) for name, value in self.values.items()}}

    def vals(self):
        """Return the values of a link that has this reason."""
        return {'reason': self.stored(), 'error_code': self.code, 'error_fix': self.fix or False}


def money(amount, currency):
    """Return an amount as a value of a reason, which shows it as its reader writes amounts."""
    return {'amount': amount, 'currency': currency.id}


def label(path, mapping):
    """Return a QuickBooks field as a value of a reason, which names it in its reader's language.

    :param str path: ``'BillAddr.City'``; empty where QuickBooks did not say which field
    :param str mapping: name of the mapping that has words for it
    """
    return {'label': path, 'mapping': mapping}


def _plain(value):
    if isinstance(value, Reason):
        return value.stored()
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _worded(env, value):
    if isinstance(value, list):
        return format_list(env, list(dict.fromkeys(str(_worded(env, item)) for item in value)))
    if isinstance(value, Reason):
        return value.text(env)
    if not isinstance(value, dict):
        return value
    if 'key' in value:
        return Reason.of(value).text(env)
    if 'amount' in value:
        return env['res.currency'].browse(value['currency']).format(value['amount'])
    if value['label'] and value['mapping'] in env:
        return env[value['mapping']]._label(value['label'])
    return value['label'] or env._(A_FIELD)
