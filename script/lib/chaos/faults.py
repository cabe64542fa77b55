"""What goes wrong during a storm, and how often.

FAULTS is the table: the name of a method of :class:`Storm`, and its weight. Those of the sandbox are armed for a few
requests; a new kind there is named in REQUESTS, TOKENS or WEBHOOKS.
"""

import random
import threading

from . import in_database
from .rpc import Refused, Unknown

FAULTS = {
    'fail_requests': 60,
    'fail_writes': 12,
    'fail_tokens': 2,
    'fail_webhooks': 8,
    'fail_statement': 14,
    'cancel_statement': 5,
    'end_connection': 2,
    'hold_row': 6,
    'pass_time': 14,
    'expire_tokens': 2,
    'kill_odoo': 1.5,
    'crash_postgres': 0.8,
    'kill_quickbooks': 0.7,
}
SERVERS = ('kill_odoo', 'crash_postgres', 'kill_quickbooks')
"""What takes seconds: not more often than once in so many (``EVERY_S``)."""
EVERY_S = 7.0
REQUESTS = (
    ('status', {'status': 500}, 4),
    ('status', {'status': 503}, 5),
    ('status', {'status': 429}, 2),
    ('status', {'status': 403}, 1),
    ('status', {'status': 401}, 1),
    ('drop_before', {}, 8),
    ('drop_after_commit', {}, 14),
    ('slow', {'seconds': 0.4}, 6),
    ('expire_tokens', {}, 2),
    ('auth_xml', {}, 1),
    ('wrong_cluster', {}, 1),
    ('app_forbidden', {}, 0.3),
    ('page_4002', {}, 2),
    ('upload_null', {}, 0.5),
)
TOKENS = ('user_not_in_realm', 'invalid_grant', 'invalid_client')
WEBHOOKS = ('webhook_duplicate', 'webhook_reorder', 'webhook_lost')
ON = (None, None, None, None, 'batch', 'invoice', 'payment', 'customer', 'item', 'bill', 'cdc', 'query')
CODES = (
    ('6000', None),
    ('5010', 'update'),
    ('6240', None),
    ('6140', None),
    ('610', 'create'),
    ('2020', None),
    ('6210', None),
)
"""Of Intuit's, and of what it may be said: unknown error, stale, name taken, number taken, not found, required member,
closed books. That what is to end was not found would be a lie that nobody can find out."""
TABLES = (*in_database.OURS, *in_database.OURS, *in_database.ODOOS)
LONG_AGO_MINUTES = 25 * 60


class Storm:
    """Makes things go wrong until it is told to stop.

    :param threading.Event stop:
    :param pause_s: the mean time between two faults
    """

    def __init__(self, place, journal, chance, stop, pause_s):
        self.place, self.journal, self.chance, self.stop, self.pause_s = place, journal, chance, stop, pause_s
        self._holders = []
        self._since_servers_s = 0.0

    def run(self):
        """Make one thing after another go wrong; return when nothing is held any more."""
        while not self.stop.wait(wait := self.chance.expovariate(1 / self.pause_s)):
            self._since_servers_s += wait
            name = self.chance.choices(list(FAULTS), FAULTS.values())[0]
            if name in SERVERS:
                if self._since_servers_s < EVERY_S:
                    continue
                self._since_servers_s = 0.0
            try:
                self.journal.fault(getattr(self, name)() or name)
            except (Unknown, Refused):
                continue  # what was to fail is away
        for holder in self._holders:
            holder.join()

    def arm(self, name, **terms):
        self.place.quickbooks('faults', {'name': name, **terms})
        return name

    # === QUICKBOOKS === #

    def fail_requests(self):
        kind = self.chance.choices(REQUESTS, [weight for *_kind, weight in REQUESTS])[0]
        name, parameters, _weight = kind
        terms = {'on': self.chance.choice(ON), 'times': self.chance.choice((1, 1, 1, 2))}
        if name in ('page_4002', 'upload_null'):
            terms['on'] = None
        self.arm(name, **terms, skip=self.chance.choice((0, 0, 0, 1, 2)), **parameters)
        return f'{name} {parameters.get("status", "")}'.strip()

    def fail_writes(self):
        on = self.chance.choice((None, 'invoice', 'payment', 'customer', 'item', 'creditmemo', 'bill', 'vendor'))
        if self.chance.random() < 0.6:
            return self.arm('transient_6000', on=on, times=self.chance.choice((1, 1, 2)))
        code, operation = self.chance.choice(CODES)
        self.arm('data_fault', on=on, code=code, operation=operation, skip=self.chance.choice((0, 2)))
        return f'data_fault {code}'

    def fail_tokens(self):
        return self.arm(self.chance.choice(TOKENS))

    def fail_webhooks(self):
        return self.arm(self.chance.choice(WEBHOOKS))

    def expire_tokens(self):
        self.place.quickbooks('tokens/expire', {})

    # === DATABASE === #

    def fail_statement(self):
        fault = self.chance.choice(list(in_database.STATES))
        operation, skip = self.chance.choice(in_database.OPERATIONS), self.chance.choice((0, 0, 1, 2, 5))
        in_database.arm(self.place, self.chance.choice(TABLES), operation, fault, skip)
        return fault

    def cancel_statement(self):
        in_database.cancel(self.place, self.chance)

    def end_connection(self):
        in_database.disconnect(self.place, self.chance)

    def hold_row(self):
        seconds, own = self.chance.choice((0.3, 1.0, 3.0)), random.Random(self.chance.random())
        holder = threading.Thread(target=in_database.hold, args=(self.place, own, self.stop, seconds))
        holder.start()
        self._holders.append(holder)

    def pass_time(self):
        is_long = self.chance.random() < 0.04
        in_database.let_time_pass(self.place, LONG_AGO_MINUTES if is_long else self.chance.choice((1, 3, 15, 61)))
        return 'a day passes' if is_long else 'time passes'

    # === SERVERS === #

    def kill_odoo(self):
        self.place.kill_odoo()

    def crash_postgres(self):
        self.place.crash_postgres()

    def kill_quickbooks(self):
        self.place.kill_sandbox()
