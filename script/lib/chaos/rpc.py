"""Calls of users, as a browser's: JSON over HTTP, with a deadline, and three ways to end."""

import http.client
import json
import urllib.error
import urllib.request

DEADLINE_S = 90
GONE = (OSError, http.client.HTTPException, urllib.error.URLError, ValueError)
PASSING = (
    'chaos: ',
    'psycopg2.DatabaseError',
    'psycopg2.OperationalError',
    'psycopg2.InterfaceError',
    'psycopg2.errors.',
    'PoolError',
    'canceling statement',
    'could not serialize',
    'the database system is',
)
"""What says in a traceback that the database was made to fail."""


class Refused(Exception):
    """Odoo or QuickBooks said no, in words. Nothing was done."""


class Broken(Exception):
    """The database failed, as it was made to. Nothing was done."""


class Unknown(Exception):
    """No answer came: it may have been done."""


class Failed(Exception):
    """Odoo answered with a traceback that nobody ordered. Its text is the end of that."""


class Rpc:
    """A user of one database.

    :param url: of Odoo
    :param login: also the password
    """

    def __init__(self, url, database, login='admin'):
        self.url, self.database, self.login = url, database, login
        self._uid = None

    def __call__(self, model, method, *args, context=None, **kwargs):
        """Call a method as this user and return its answer.

        :raise Refused, Broken, Unknown, Failed:
        """
        if self._uid is None:
            self._uid = self._ask('common', 'authenticate', self.database, self.login, self.login, {})
        context = {'context': context} if context else {}
        return self._ask(
            'object', 'execute_kw', self.database, self._uid, self.login, model, method, args, {**kwargs, **context}
        )

    def _ask(self, service, method, *args):
        params = {'service': service, 'method': method, 'args': args}
        body = json.dumps({'jsonrpc': '2.0', 'method': 'call', 'params': params}).encode()
        request = urllib.request.Request(f'{self.url}/jsonrpc', body, {'Content-Type': 'application/json'})
        try:
            with urllib.request.urlopen(request, timeout=DEADLINE_S) as answer:
                said = json.load(answer)
        except GONE as error:
            raise Unknown(repr(error)) from error
        if 'error' in said:
            raise _meaning(said['error'])
        return said.get('result')


def _meaning(error):
    data = error.get('data') or {}
    name, debug, words = data.get('name', ''), data.get('debug', ''), data.get('message') or error.get('message', '')
    if any(sign in debug or sign in name for sign in PASSING):
        return Broken(words)
    if name.startswith('odoo.exceptions.'):
        return Refused(words)
    return Failed(debug[-3000:] or words)
