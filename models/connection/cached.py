"""What every save asks is cached by each server process; here is what keeps such a cache from growing old.

Odoo empties its caches when a value is written, before the transaction commits. A transaction that began earlier, such
as the engine's, may ask right after that and would fill the cache with what was before, for ever: invoices would not be
noted although billing was switched on.
"""

import functools

from odoo import tools

EMPTIED = 'quickbooks_online.emptied'


class cached(tools.ormcache):  # noqa: N801 - a decorator, named like Odoo's
    """Odoo's ``ormcache``, which keeps nothing that a transaction from before the last change says."""

    def __call__(self, method):
        @functools.wraps(method)
        def asked(model, *args, **kwargs):
            value = method(model, *args, **kwargs)
            registry = model.env.registry
            _of_models, seen = registry.get_sequences(model.env.cr)
            if seen[self.cache_name] < registry.cache_sequences[self.cache_name]:
                raise _OfBefore(value)
            return value

        return super().__call__(asked)

    def lookup(self, *args, **kwargs):
        try:
            return super().lookup(*args, **kwargs)
        except _OfBefore as answer:
            return answer.value


class _OfBefore(Exception):
    """Carries a value past Odoo's cache, which keeps what is returned."""

    def __init__(self, value):
        super().__init__()
        self.value = value


def empty_cache(env):
    """Have what is cached asked anew: by this transaction now, by all others once it is committed."""
    registry, postcommit = env.registry, env.cr.postcommit
    registry.clear_cache()
    if not postcommit.data.setdefault(EMPTIED, False):
        postcommit.data[EMPTIED] = True

        @postcommit.add
        def empty_again():
            # In this order: once all know of the change, nothing of before is kept any more.
            registry.signal_changes()
            registry.clear_cache()
