"""All that the sandbox remembers, in one SQLite file (or in memory).

One connection, one lock: whoever writes holds the lock for the whole transaction, so concurrent
requests see each other's effects in some order and never half of one. No rule lives here.
"""

import json
import sqlite3
import threading
from contextlib import contextmanager

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS realm (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, country TEXT NOT NULL, settings TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS entity (
    realm TEXT, type TEXT, id TEXT, name_list TEXT, name_key TEXT, updated_at REAL NOT NULL,
    body TEXT NOT NULL, PRIMARY KEY (realm, type, id));
CREATE INDEX IF NOT EXISTS entity_name ON entity (realm, name_list, name_key);
CREATE INDEX IF NOT EXISTS entity_updated ON entity (realm, type, updated_at);
CREATE TABLE IF NOT EXISTS posting (
    realm TEXT, type TEXT, id TEXT, txn_date TEXT NOT NULL, account TEXT NOT NULL, class TEXT,
    department TEXT, entity TEXT, cents INTEGER NOT NULL, memo TEXT);
CREATE INDEX IF NOT EXISTS posting_document ON posting (realm, type, id);
CREATE TABLE IF NOT EXISTS file (realm TEXT, id TEXT, content BLOB NOT NULL, PRIMARY KEY (realm, id));
CREATE TABLE IF NOT EXISTS deletion (realm TEXT, type TEXT, id TEXT, deleted_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS sequence (
    realm TEXT, name TEXT, value INTEGER NOT NULL, PRIMARY KEY (realm, name));
CREATE TABLE IF NOT EXISTS answer (
    realm TEXT, request_id TEXT, status INTEGER NOT NULL, body TEXT NOT NULL,
    stored_at REAL NOT NULL, PRIMARY KEY (realm, request_id));
CREATE TABLE IF NOT EXISTS consent (
    id TEXT PRIMARY KEY, realm TEXT NOT NULL, scope TEXT NOT NULL, ends_at REAL NOT NULL,
    revoked INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS code (
    value TEXT PRIMARY KEY, consent TEXT NOT NULL, redirect_uri TEXT NOT NULL,
    ends_at REAL NOT NULL, used INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS refresh_token (
    value TEXT PRIMARY KEY, consent TEXT NOT NULL, issued_at REAL NOT NULL,
    ends_at REAL NOT NULL, superseded_at REAL);
CREATE TABLE IF NOT EXISTS access_token (
    value TEXT PRIMARY KEY, consent TEXT NOT NULL, ends_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS subscriber (url TEXT PRIMARY KEY, format TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS event (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, realm TEXT NOT NULL,
    type TEXT NOT NULL, entity_id TEXT NOT NULL, operation TEXT NOT NULL,
    happened_at REAL NOT NULL, due_at REAL NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    delivered INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS event_due ON event (delivered, due_at);
CREATE TABLE IF NOT EXISTS fault (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, terms TEXT NOT NULL,
    skip INTEGER NOT NULL, times INTEGER);
"""


VERSION = 2
"""Of the schema. A file of another version is refused: it holds nothing worth a migration."""


class Database:
    """The file, or a private database in memory where ``path`` is None."""

    def __init__(self, path=None):
        self.lock = threading.RLock()
        self._depth = 0
        self._connection = sqlite3.connect(
            str(path or ':memory:'), check_same_thread=False, isolation_level=None, timeout=30
        )
        self._connection.row_factory = sqlite3.Row
        # A sandbox need not survive a power cut, and a write must not wait for a disk.
        self._connection.execute('PRAGMA synchronous=OFF')
        self._prepare(path)

    def _prepare(self, path):
        version = self._connection.execute('PRAGMA user_version').fetchone()[0]
        if version not in (0, VERSION):
            raise ValueError(f'{path} was made by another version of the sandbox. Delete it.')
        self._connection.executescript(f'{SCHEMA}PRAGMA user_version = {VERSION};')

    def close(self):
        """Close the file. The private database in memory is gone."""
        with self.lock:
            self._connection.close()

    @contextmanager
    def transaction(self):
        """Hold the lock and keep all or nothing of what happens inside; may be nested."""
        with self.lock:
            mark = f'depth_{self._depth}'
            self._connection.execute(f'SAVEPOINT {mark}' if self._depth else 'BEGIN IMMEDIATE')
            self._depth += 1
            try:
                yield self
            except BaseException:
                self._end(f'ROLLBACK TO {mark}', f'RELEASE {mark}', alone='ROLLBACK')
                raise
            self._end(f'RELEASE {mark}', alone='COMMIT')

    def _end(self, *nested, alone):
        self._depth -= 1
        for statement in nested if self._depth else (alone,):
            self._connection.execute(statement)

    def rows(self, sql, *values):
        """Return all rows of a statement."""
        with self.lock:
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql, *values):
        """Return the first row or None."""
        with self.lock:
            return self._connection.execute(sql, values).fetchone()

    def run(self, sql, *values):
        """Execute one writing statement; return how many rows it touched."""
        with self.lock:
            return self._connection.execute(sql, values).rowcount

    def snapshot(self):
        """Return a copy of everything, to be given to :meth:`restore`."""
        copy = sqlite3.connect(':memory:', check_same_thread=False)
        with self.lock:
            self._connection.backup(copy)
        return copy

    def restore(self, copy):
        """Replace everything by a copy."""
        with self.lock:
            copy.backup(self._connection)

    # Small things by key.

    def get_meta(self, key, default=None):
        """Return a value of the whole sandbox (not of one company)."""
        row = self.row('SELECT value FROM meta WHERE key = ?', key)
        return json.loads(row['value']) if row else default

    def set_meta(self, key, value):
        """Keep a value of the whole sandbox."""
        self.run('INSERT OR REPLACE INTO meta VALUES (?, ?)', key, json.dumps(value))

    def next_number(self, realm, sequence, least=1):
        """Return the next number of a company's sequence."""
        with self.transaction():
            self.run('INSERT OR IGNORE INTO sequence VALUES (?, ?, ?)', realm, sequence, least - 1)
            self.run(
                'UPDATE sequence SET value = value + 1 WHERE realm = ? AND name = ?',
                realm,
                sequence,
            )
            return self.row('SELECT value FROM sequence WHERE realm = ? AND name = ?', realm, sequence)['value']

    # Companies.

    def realms(self):
        """Return the rows of all companies, the default one first."""
        return self.rows('SELECT * FROM realm ORDER BY rowid')

    def realm(self, realm):
        """Return the row of one company or None."""
        return self.row('SELECT * FROM realm WHERE id = ?', realm)

    def add_realm(self, realm, name, country):
        """Add a company without records."""
        self.run('INSERT INTO realm VALUES (?, ?, ?, ?)', realm, name, country, '{}')

    def set_settings(self, realm, settings):
        """Keep the settings of a company that differ from the defaults."""
        self.run('UPDATE realm SET settings = ? WHERE id = ?', json.dumps(settings), realm)

    # Entities.

    def get(self, realm, type, id):
        """Return the stored body of an entity or None."""
        row = self.row('SELECT body FROM entity WHERE realm = ? AND type = ? AND id = ?', realm, type, str(id))
        return json.loads(row['body']) if row else None

    def all(self, realm, type, since=None):
        """Return the bodies of a type in order of their last update."""
        rows = self.rows(
            'SELECT body FROM entity WHERE realm = ? AND type = ? AND updated_at >= ? '
            'ORDER BY updated_at, CAST(id AS INTEGER)',
            realm,
            type,
            since or 0,
        )
        return [json.loads(row['body']) for row in rows]

    def put(self, realm, type, body, updated_at, name_list=None, name_key=None):
        """Insert or replace an entity."""
        self.run(
            'INSERT OR REPLACE INTO entity VALUES (?, ?, ?, ?, ?, ?, ?)',
            realm,
            type,
            body['Id'],
            name_list,
            name_key,
            updated_at,
            json.dumps(body),
        )

    def named(self, realm, name_list, name_key):
        """Return (type, id, body) of every entity with this name in a list of names."""
        rows = self.rows(
            'SELECT type, id, body FROM entity WHERE realm = ? AND name_list = ? AND name_key = ?',
            realm,
            name_list,
            name_key,
        )
        return [(row['type'], row['id'], json.loads(row['body'])) for row in rows]

    def remove(self, realm, type, id, deleted_at):
        """Remove an entity; only CDC and webhooks still know it."""
        self.run('DELETE FROM entity WHERE realm = ? AND type = ? AND id = ?', realm, type, id)
        self.run('INSERT INTO deletion VALUES (?, ?, ?, ?)', realm, type, id, deleted_at)

    def deletions(self, realm, type, since):
        """Return (id, time) of what was deleted since."""
        rows = self.rows(
            'SELECT id, deleted_at FROM deletion WHERE realm = ? AND type = ? AND deleted_at >= ? ORDER BY deleted_at',
            realm,
            type,
            since,
        )
        return [(row['id'], row['deleted_at']) for row in rows]

    # Postings.

    def post(self, realm, type, id, day, rows):
        """Replace what a document posts; return ({account: cents} before, the same after).

        :param rows: pairs of a posting and its cents in the home currency; debits are positive
        """
        before = self._posted(realm, type, id)
        self.run('DELETE FROM posting WHERE realm = ? AND type = ? AND id = ?', realm, type, id)
        for row, cents in rows:
            self.run(
                'INSERT INTO posting VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)', realm, type, id, day,
                row.account, row.class_id, row.department, row.entity, cents, row.memo,
            )  # fmt: skip
        return before, self._posted(realm, type, id)

    def _posted(self, realm, type, id):
        rows = self.rows(
            'SELECT account, sum(cents) AS cents FROM posting WHERE realm = ? AND type = ? AND id = ? GROUP BY account',
            realm,
            type,
            id,
        )
        return {row['account']: row['cents'] for row in rows}

    def postings(self, realm, type=None, id=None):
        """Return the postings of a company, or of one document, as dicts."""
        rows = self.rows(
            'SELECT * FROM posting WHERE realm = ? AND (? IS NULL OR type = ?) AND (? IS NULL OR id = ?) '
            'ORDER BY rowid',
            realm,
            type,
            type,
            id,
            id,
        )
        return [dict(row) for row in rows]

    def sums(self, realm, since, until):
        """Return the sums of a company's postings of some days as dicts: account, class, department, cents."""
        rows = self.rows(
            'SELECT account, class, department, sum(cents) AS cents FROM posting WHERE realm = ? '
            'AND txn_date BETWEEN ? AND ? GROUP BY account, class, department',
            realm,
            since,
            until,
        )
        return [dict(row) for row in rows]

    # Files.

    def keep_file(self, realm, id, content):
        """Keep the content of an attachment."""
        self.run('INSERT OR REPLACE INTO file VALUES (?, ?, ?)', realm, id, content)

    def file(self, realm, id):
        """Return the content of an attachment, or None."""
        row = self.row('SELECT content FROM file WHERE realm = ? AND id = ?', realm, id)
        return row and row['content']

    # Answers by request id.

    def answer(self, realm, request_id, since):
        """Return (status, body) of the first call with this request id, or None."""
        row = self.row(
            'SELECT status, body FROM answer WHERE realm = ? AND request_id = ? AND stored_at >= ?',
            realm,
            request_id,
            since,
        )
        return (row['status'], json.loads(row['body'])) if row else None

    def keep_answer(self, realm, request_id, status, body, stored_at):
        """Keep the answer for replay."""
        self.run(
            'INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?, ?)',
            realm,
            request_id,
            status,
            json.dumps(body),
            stored_at,
        )
