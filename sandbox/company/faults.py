"""What can be made to go wrong, and when.

A fault is armed with terms (which requests) and parameters, skips the first ``skip`` requests that
meet the terms and hits the next ``times``. Wire asks for the faults of a request, behavior for
those of a write, a query, a token call, a webhook. To add one, add it to ``KINDS`` and handle its
name where its stage asks.
"""

import json
from dataclasses import dataclass, field

from .. import errors

KINDS = {
    'status': ('request', 'Answer with this HTTP status instead', {'status': 503}),
    'drop_before': ('request', 'Close the connection; nothing happened', {}),
    'drop_after_commit': ('request', 'Do it, then close the connection without an answer', {}),
    'slow': ('request', 'Do it, then wait before answering', {'seconds': 5}),
    'expire_tokens': ('request', 'Let every access token of the company expire first', {}),
    'auth_xml': ('request', '401 that is XML, code 100', {}),
    'wrong_cluster': ('request', '401 that is XML, code 130', {}),
    'app_forbidden': ('request', '403, code 3100', {}),
    'reads_used_up': ('request', '429 (XML): the reads of the month; arm it with method GET', {}),
    'transient_6000': ('write', 'Code 6000 "An unexpected error occurred"', {}),
    'data_fault': ('write', 'A Fault with this code', {'code': '6000', 'detail': '', 'element': ''}),
    'upload_null': ('upload', 'Answer null for a file, which is not kept', {}),
    'download_cut': ('download', 'Only the first half of a file comes', {}),
    'download_other': ('download', 'A page of HTML as long as the file comes instead', {}),
    'address_elsewhere': ('address', 'The address of a file leads to this host', {'host': 'files.example.com'}),
    'page_4002': ('query', 'The page holds an invoice with a bad e-mail', {}),
    'user_not_in_realm': ('token', 'The user lost access to the company', {}),
    'invalid_grant': ('token', 'The refresh token is refused', {}),
    'invalid_client': ('token', 'The client id or secret is refused', {}),
    'webhook_duplicate': ('webhook', 'Deliver the events twice', {}),
    'webhook_reorder': ('webhook', 'Deliver the events in reverse', {}),
    'webhook_lost': ('webhook', 'Never deliver the events', {}),
}
"""Name: (stage, what happens, parameters with their defaults)."""

TERMS = ('on', 'method', 'path', 'operation', 'match')


@dataclass(frozen=True)
class Armed:
    """A fault waiting for its requests."""

    id: int
    name: str
    on: str | None
    method: str | None
    path: str | None
    operation: str | None
    match: dict
    params: dict
    skip: int
    times: int | None

    @property
    def stage(self):
        """Who asks for it: request, write, upload, download, address, query, token or webhook."""
        return KINDS[self.name][0]

    def meets(self, facts):
        """Tell whether a request's facts meet the terms."""
        values = facts.get('values') or {}
        return (
            (not self.on or self.on.lower() in facts['on'])
            and (not self.method or self.method.upper() == facts.get('method', self.method.upper()))
            and (not self.operation or self.operation == facts.get('operation'))
            and (not self.path or self.path in facts.get('path', ''))
            and all(values.get(name) == value for name, value in self.match.items())
        )


@dataclass
class Hit:
    """A fault that happens now."""

    name: str
    params: dict = field(default_factory=dict)


class Faults:
    """The armed faults of a sandbox, kept in its database."""

    def __init__(self, database):
        self._database = database

    def arm(self, name, on=None, times=1, method=None, skip=0, path=None, operation=None,
            match=None, **params):  # fmt: skip
        """Arm a fault; return its number.

        :param on: resource (``customer``, ``query``, ``batch``, ``token`` …); None: all
        :param times: how many requests it hits; None: until disarmed
        :param match: members that the written values must have (stage ``write``)
        :raise ValueError: unknown fault or parameter
        """
        if name not in KINDS:
            raise ValueError(f'No such fault: {name}. There are: {", ".join(KINDS)}')
        defaults = KINDS[name][2]
        unknown = sorted(set(params) - set(defaults))
        if unknown:
            raise ValueError(f'{name} takes no {", ".join(unknown)}')
        terms = {'on': on, 'method': method, 'path': path, 'operation': operation,
                 'match': match or {}, 'params': {**defaults, **params}}  # fmt: skip
        with self._database.transaction():
            self._database.run(
                'INSERT INTO fault (name, terms, skip, times) VALUES (?, ?, ?, ?)',
                name,
                json.dumps(terms),
                skip,
                times,
            )
            return self._database.row('SELECT max(seq) AS seq FROM fault')['seq']

    def disarm(self, id=None):
        """Forget one armed fault, or all."""
        if id is None:
            self._database.run('DELETE FROM fault')
        else:
            self._database.run('DELETE FROM fault WHERE seq = ?', id)

    def armed(self):
        """Return the armed faults, oldest first."""
        rows = self._database.rows('SELECT * FROM fault ORDER BY seq')
        return [
            Armed(row['seq'], row['name'], skip=row['skip'], times=row['times'],
                  **json.loads(row['terms']))
            for row in rows
        ]  # fmt: skip

    def take(self, stage, on=(), **facts):
        """Return the faults that hit now, and count them down.

        :param on: names by which the request may be meant, in lower case
        """
        hits = []
        if not self._database.row('SELECT 1 FROM fault'):
            return hits
        with self._database.transaction():
            for fault in self.armed():
                if fault.stage == stage and fault.meets({'on': on, **facts}):
                    hits += self._count(fault)
        return hits

    def _count(self, fault):
        if fault.skip > 0:
            self._database.run('UPDATE fault SET skip = skip - 1 WHERE seq = ?', fault.id)
            return []
        if fault.times is not None and fault.times <= 1:
            self.disarm(fault.id)
        elif fault.times is not None:
            self._database.run('UPDATE fault SET times = times - 1 WHERE seq = ?', fault.id)
        return [Hit(fault.name, fault.params)]

    def refuse_write(self, path, operation, values):
        """Raise the fault that is armed for this write, if any."""
        for hit in self.take('write', on=(path,), operation=operation, values=values):
            fault = errors.Fault(_violation(hit))
            fault.injected = hit.name
            raise fault

    def refuse_query(self, path):
        """Raise the 4002 that is armed for this query, if any."""
        for hit in self.take('query', on=(path, 'query'), operation='query'):
            detail = 'QueryProcessingError: To email address entered is invalid'
            fault = errors.Fault(errors.Violation('4002', detail, None))
            fault.injected = hit.name
            raise fault


def _violation(hit):
    if hit.name == 'transient_6000':
        return errors.Violation('6000', errors.TRANSIENT_6000)
    code = str(hit.params['code'])
    detail = hit.params['detail'] or errors.MESSAGES.get(code, 'Injected by the sandbox')
    return errors.Violation(code, detail, hit.params['element'])
