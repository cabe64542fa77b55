"""What a test, the admin API and the web page may do to a sandbox, without HTTP.

Acting "in QuickBooks" goes through the same books and rules as the API; it raises SyncTokens,
shows up in CDC and fires webhooks, but no armed fault, throttle or ended subscription stops it.
"""

from . import seeds
from .company.faults import KINDS
from .company.intuit import Intuit
from .documents import dates, ledger, postings
from .entities import attachables
from .settings import changed
from .wire.log import RequestLog


class Control:
    """The handle on a sandbox.

    :param data: the file that holds everything, or None for a private database in memory
    :param seed: ``sample`` or ``empty``; used where the file holds nothing yet
    :param country: ``US``, ``CA`` or ``GB``
    :param throttle: whether Intuit's limits apply
    :param random: a ``random.Random`` where a run must be repeatable
    :param now_s: function returning seconds since the epoch
    :param like: what ``copy()`` of another returned: everything is as it was there
    """

    def __init__(self, data=None, seed='sample', country='US', throttle=False, random=None, now_s=None, like=None):
        self.intuit = Intuit(data, random, now_s)
        self.requests = RequestLog()
        self._random, self._now_s, self._copy = random, now_s, None
        if like:
            self.intuit.restore(like)
        if not self.intuit.database.realms():
            seeds.load(self.intuit, seed, country)
        if throttle:
            self.configure(throttle=True)

    # Keys and tokens.

    @property
    def realm_id(self):
        """The id of the default company."""
        return self.intuit.default_realm()

    @property
    def realm_ids(self):
        """The ids of all companies, the default one first."""
        return [row['id'] for row in self.intuit.database.realms()]

    @property
    def client_id(self):
        """The registered app's id."""
        return self.intuit.app['client_id']

    @property
    def client_secret(self):
        """The registered app's secret."""
        return self.intuit.app['client_secret']

    @property
    def verifier_token(self):
        """The key that signs webhooks."""
        return self.intuit.app['verifier_token']

    def refresh_token(self, realm=None):
        """Return the refresh token of a fresh consent for a company."""
        return self.intuit.oauth.issue_refresh_token(realm or self.realm_id)

    def access_token(self, realm=None):
        """Return an access token of a fresh consent for a company."""
        return self.intuit.oauth.issue_access_token(realm or self.realm_id)

    def expire_access_tokens(self, realm=None):
        """Let all access tokens of a company end now; refresh tokens live on."""
        self.intuit.oauth.expire_access_tokens(realm or self.realm_id)

    def disconnect(self, realm=None):
        """End all consents for a company, as its user can inside QuickBooks."""
        self.intuit.oauth.disconnect(realm or self.realm_id)

    # Time and state.

    @property
    def clock(self):
        """The sandbox's clock; ``clock.advance(minutes=1)``."""
        return self.intuit.clock

    def copy(self):
        """Return a copy of everything, an open SQLite database, for a sandbox that begins ``like`` this one."""
        return self.intuit.snapshot()

    def snapshot(self):
        """Remember everything as it is now; one memory, the last one counts."""
        self._copy = self.intuit.snapshot()

    def restore(self):
        """Go back to the last snapshot: data, tokens, clock, faults, settings; empty the log.

        :raise RuntimeError: there is no snapshot
        """
        if self._copy is None:
            raise RuntimeError('There is no snapshot to restore.')
        self.intuit.restore(self._copy)
        self.requests.clear()

    def reset(self, seed='sample', country='US'):
        """Start over with fresh seeds. The app's keys stay; tokens do not."""
        fresh = Intuit(None, self._random, self._now_s)
        fresh.database.set_meta('app', self.intuit.app)
        seeds.load(fresh, seed, country)
        self.intuit.restore(fresh.snapshot())
        fresh.database.close()
        self.requests.clear()

    def configure(self, realm=None, preferences=None, **settings):
        """Change switches of a company (``settings.py``) and members of its Preferences.

        :raise ValueError: no such setting
        """
        realm = realm or self.realm_id
        database = self.intuit.database
        with database.transaction():
            database.set_settings(realm, changed(self.intuit.database_settings(realm), settings))
            if preferences:
                current = self.get('Preferences', '1', realm)
                self.update('Preferences', '1', preferences, realm, current['SyncToken'])

    # Faults.

    def arm(self, name, on=None, times=1, method=None, skip=0, path=None, operation=None,
            match=None, **params):  # fmt: skip
        """Make something go wrong; see ``company/faults.py`` for names, terms and parameters.

        :return: the number of the armed fault
        """
        return self.intuit.faults.arm(name, on, times, method, skip, path, operation, match, **params)

    def disarm(self, id=None):
        """Forget one armed fault, or all."""
        self.intuit.faults.disarm(id)

    def armed(self):
        """Return the armed faults."""
        return self.intuit.faults.armed()

    fault_kinds = KINDS

    # Acting in QuickBooks.

    def books(self, realm=None):
        """Return the books of a company as its user sees them.

        :raise KeyError: no such company
        """
        books = self.intuit.books(realm or self.realm_id, by_user=True)
        if books is None:
            raise KeyError(realm)
        return books

    def create(self, type, values, realm=None):
        """Create a record; return it.

        :raise Fault: a rule forbids it
        """
        return self.books(realm).write(type, 'create', values)

    def create_many(self, type, many, realm=None):
        """Create records in one transaction; return them."""
        books = self.books(realm)
        with self.intuit.database.transaction():
            return [books.write(type, 'create', values) for values in many]

    def update(self, type, id, values, realm=None, sync_token=None):
        """Change some members of a record; return it.

        :param sync_token: for an edit that may be stale; the current one otherwise
        :raise Fault: a rule forbids it, or there is no such record
        """
        books = self.books(realm)
        with self.intuit.database.transaction():
            token = sync_token or books.read(type, id)['SyncToken']
            full = {**values, 'Id': str(id), 'SyncToken': token, 'sparse': True}
            return books.write(type, 'update', full)

    def void(self, type, id, realm=None):
        """Void a document; return it.

        :raise Fault: a rule forbids it, or the type cannot be voided
        """
        return self._end('void', type, id, realm)

    def delete(self, type, id, realm=None):
        """Delete a document; return the stub that is left.

        :raise Fault: a rule forbids it, or the type cannot be deleted
        """
        return self._end('delete', type, id, realm)

    def _end(self, operation, type, id, realm):
        books = self.books(realm)
        with self.intuit.database.transaction():
            token = books.read(type, id)['SyncToken']
            return books.write(type, operation, {'Id': str(id), 'SyncToken': token})

    def pay(self, invoice_id, amount=None, realm=None, **members):
        """Receive a payment of an invoice; return the Payment.

        :param amount: what is received and applied; the open balance if None
        :param members: of the Payment, beyond customer, currency, amount and line
        :raise Fault: a rule forbids it
        """
        invoice = self.get('Invoice', invoice_id, realm)
        amount = invoice['Balance'] if amount is None else amount
        link = {'TxnId': invoice['Id'], 'TxnType': 'Invoice'}
        values = {
            'CustomerRef': invoice['CustomerRef'], 'CurrencyRef': invoice['CurrencyRef'], 'TotalAmt': amount,
            'Line': [{'Amount': amount, 'LinkedTxn': [link]}], **members,
        }  # fmt: skip
        return self.create('Payment', values, realm)

    def pay_bill(self, bill_id, amount=None, realm=None, account=None, **members):
        """Pay a bill by check; return the BillPayment.

        :param amount: what is paid and applied; the open balance if None
        :param account: the id of the bank account; the first one if None
        :param members: of the BillPayment, beyond vendor, currency, amount and line
        :raise Fault: a rule forbids it
        """
        bill = self.get('Bill', bill_id, realm)
        amount = bill['Balance'] if amount is None else amount
        bank = account or postings.account(self.books(realm), type='Bank')
        link = {'TxnId': bill['Id'], 'TxnType': 'Bill'}
        values = {
            'VendorRef': bill['VendorRef'], 'CurrencyRef': bill['CurrencyRef'], 'TotalAmt': amount, 'PayType': 'Check',
            'CheckPayment': {'BankAccountRef': {'value': bank}},
            'Line': [{'Amount': amount, 'LinkedTxn': [link]}], **members,
        }  # fmt: skip
        return self.create('BillPayment', values, realm)

    def attach(self, type, id, name, content, content_type='application/octet-stream', realm=None):
        """Attach a file to a record; return the Attachable.

        :raise Fault: 6000, such files cannot be attached, or there is no such record
        """
        metadata = {'AttachableRef': [{'EntityRef': {'type': type, 'value': str(id)}}]}
        file = {'metadata': metadata, 'name': name, 'type': content_type, 'content': content}
        return attachables.upload(self.books(realm), file)

    def content(self, id, realm=None):
        """Return the content of an attachment, or None."""
        return self.intuit.database.file(realm or self.realm_id, str(id))

    def postings(self, type=None, id=None, realm=None):
        """Return what a company's documents, or one of them, post: dicts with ``type``, ``id``,
        ``txn_date``, ``account``, ``class``, ``department``, ``entity``, ``cents`` (debits positive,
        home currency)."""
        return self.intuit.database.postings(realm or self.realm_id, type, None if id is None else str(id))

    def balances(self, until=None, by=None, realm=None):
        """Return {(account, group): cents} of the trial balance on a day; debits are positive.

        :param until: the day; today if None
        :param by: ``class`` or ``department`` to group by; None: one group, None
        """
        books = self.books(realm)
        return ledger.balances(books, until or dates.today(books), by=by)

    def overwrite(self, type, id, members, realm=None):
        """Set members past all rules (a balance, a bad e-mail); return the record."""
        return self.books(realm).overwrite(type, str(id), members)

    def get(self, type, id, realm=None):
        """Return a record.

        :raise Fault: 610
        """
        return self.books(realm).read(type, str(id))

    def all(self, type, active=None, realm=None):
        """Return the records of a type by id.

        :param active: None for all, else only the active or only the inactive ones
        """
        books = self.books(realm)
        entity = books.entity(type)
        bodies = [entity.answer(books, body) for body in self.intuit.database.all(books.realm, entity.name)]
        wanted = [body for body in bodies if active is None or body.get('Active', True) == active]
        return sorted(wanted, key=lambda body: int(body['Id']))

    # Webhooks.

    def deliver_webhooks_to(self, url, format='cloudevents'):
        """Queue an event for each change from now on, to be delivered to this address.

        :param format: ``cloudevents`` or ``legacy``
        """
        self.intuit.webhooks.subscribe(url, format)

    def undelivered(self):
        """Return the events that wait."""
        return self.intuit.webhooks.undelivered()

    def flush_webhooks(self):
        """Deliver what is due now, before returning; return how many events arrived."""
        return self.intuit.webhooks.deliver()
