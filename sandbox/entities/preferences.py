"""Preferences: the switches that a company sets for itself (qbo-api 9.14)."""

from .base import Entity
from .fields import Field

GROUPS = (
    'AccountingInfoPrefs', 'CurrencyPrefs', 'EmailMessagesPrefs', 'OtherPrefs',
    'ProductAndServicesPrefs', 'ReportPrefs', 'SalesFormsPrefs', 'TaxPrefs', 'TimeTrackingPrefs',
    'VendorAndPurchasesPrefs',
)  # fmt: skip


class Preferences(Entity):
    """Preferences. Modelled: read, query, update in part (members of members are merged, sparse or
    not); multicurrency once on stays on. What each switch does is told where it is used.
    Not modelled: the check of each switch's type, and which of them are read-only."""

    name, path = 'Preferences', 'preferences'
    operations = frozenset({'update'})
    singleton = True
    is_list = False
    suffixed = ()
    fields = {name: Field() for name in GROUPS}

    def merge(self, old, values, sparse, settings):
        given = {key: value for key, value in self.writable(values).items() if value is not None}
        draft = _merged(old, given)
        if old.get('CurrencyPrefs', {}).get('MultiCurrencyEnabled'):
            draft['CurrencyPrefs']['MultiCurrencyEnabled'] = True
        return draft


def _merged(old, new):
    """Return ``old`` with ``new`` in it, member by member; name-value lists by name."""
    if isinstance(old, dict) and isinstance(new, dict):
        return {**old, **{key: _merged(old.get(key), value) for key, value in new.items()}}
    if _is_pairs(old) and _is_pairs(new):
        pairs = {pair['Name']: pair for pair in (*old, *new)}
        return list(pairs.values())
    return new


def _is_pairs(value):
    return isinstance(value, list) and all(
        isinstance(pair, dict) and 'Name' in pair and 'Value' in pair for pair in value
    )
