"""Everything behind Intuit's doors, held together: companies, tokens, webhooks, faults, time."""

import json

from ..clock import Clock
from ..database import Database
from ..ids import Ids
from ..settings import Settings
from .books import Books
from .faults import Faults
from .oauth import OAuth
from .throttle import Throttle
from .webhooks import Webhooks


class Intuit:
    """One Intuit with its companies, all in one database.

    :param path: the file, or None for a private database in memory
    :param random: a ``random.Random`` where a run must be repeatable
    :param now_s: function returning seconds since the epoch
    """

    url = ''
    """Where it listens, once it does: files are fetched there."""

    def __init__(self, path=None, random=None, now_s=None):
        self.database = Database(path)
        clock = {'now_s': now_s} if now_s else {}
        self.clock = Clock(offset_s=self.database.get_meta('clock_offset_s', 0.0), moved=self._clock_moved, **clock)
        self.ids = Ids(random)
        self.faults = Faults(self.database)
        self.throttle = Throttle(self.clock)
        self.webhooks = Webhooks(self)
        self.oauth = OAuth(self)

    def _clock_moved(self, offset_s):
        self.database.set_meta('clock_offset_s', offset_s)

    @property
    def app(self):
        """The registered app: ``client_id``, ``client_secret``, ``verifier_token``."""
        return self.database.get_meta('app')

    def register_app(self):
        """Make the app's keys up, once per database."""
        if not self.app:
            keys = {
                'client_id': 'AB' + self.ids.text(48),
                'client_secret': self.ids.text(40),
                'verifier_token': self.ids.uuid(),
            }
            self.database.set_meta('app', keys)

    def default_realm(self):
        """Return the id of the first company."""
        return self.database.realms()[0]['id']

    def settings(self, realm):
        """Return the settings of a company."""
        return Settings(**self.database_settings(realm))

    def database_settings(self, realm):
        """Return those settings of a company that differ from the defaults."""
        row = self.database.realm(realm)
        return json.loads(row['settings']) if row else {}

    def books(self, realm, by_user=False):
        """Return the books of a company, or None. ``by_user``: a person in QuickBooks acts."""
        row = self.database.realm(realm)
        return Books(self, row, self.settings(realm), by_user) if row else None

    def snapshot(self):
        """Return a copy of everything."""
        return self.database.snapshot()

    def restore(self, copy):
        """Go back to a copy: data, tokens, clock, faults, settings, throttle."""
        self.database.restore(copy)
        self.clock.offset_s = self.database.get_meta('clock_offset_s', 0.0)
        self.throttle.clear()
