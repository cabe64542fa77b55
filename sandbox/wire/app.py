"""The WSGI application: sends a request to its part, applies armed faults, keeps the log."""

import contextlib
import json
import logging
import socket
import time

from werkzeug.wrappers import Request, Response

from .. import errors
from ..clock import answer_time
from . import accounting, envelope, oauth, uploads
from .admin import Admin
from .log import Record
from .pages import Pages

_logger = logging.getLogger(__name__)
LOOPBACK = frozenset({'127.0.0.1', '::1', '::ffff:127.0.0.1'})
REFUSALS = {
    'auth_xml': errors.general_authentication_error,
    'wrong_cluster': errors.wrong_cluster,
    'app_forbidden': errors.application_forbidden,
    'reads_used_up': errors.reads_used_up,
    401: errors.authentication_failed,
    403: errors.application_forbidden,
    429: errors.throttled,
}
"""What the gateway answers, by the name of an armed fault or the status that it names."""
LOCAL_NAMES = frozenset({'localhost', '127.0.0.1', '[::1]'})


class Dropped(ConnectionError):
    """An armed fault closes the connection without an answer; werkzeug takes it as the client's doing."""


class Application:
    """Everything that listens on the sandbox's port.

    :param control: what the admin API and the pages may do, see ``control.py``
    :param sleep: how a slow answer waits
    """

    def __init__(self, control, sleep=time.sleep):
        self._intuit, self._log, self._sleep = control.intuit, control.requests, sleep
        self._accounting = accounting.Accounting(control.intuit)
        self._oauth = oauth.OAuthPaths(control.intuit)
        self._admin, self._pages = Admin(control), Pages(control)

    def __call__(self, environ, start_response):
        request = Request(environ)
        request.get_data()  # An unread body would spoil the next request of the connection.
        try:
            response = self._respond(request)
        except Dropped:
            _close(request)  # Now, for the log must know before the client does.
            raise
        return response(environ, start_response)

    def _respond(self, request):
        if request.path.startswith(accounting.PREFIX):
            return self._serve(request, self._accounting.serve)
        if request.path.rstrip('/') in oauth.RESOURCES:
            return self._serve(request, self._oauth.serve)
        if request.path.startswith('/attachments/') and request.path.count('/') >= 3:
            return uploads.fetch(self._intuit, request)
        if not _is_local(request):
            return Response('Only from this machine.', 403)
        part = self._admin if request.path.startswith('/_sandbox') else self._pages
        return part.serve(request)

    # Intuit's paths.

    def _serve(self, request, serve):
        """Serve one request of Intuit's, with what is armed for it, and log it."""
        began, clears = time.perf_counter(), self._log.clears
        now = self._intuit.clock.time()
        record = Record(
            request.method, request.path, query=request.args.to_dict(), body=_body(request),
            tid=self._intuit.ids.tid(now), time=answer_time(now),
        )  # fmt: skip
        try:
            response = self._with_faults(request, record, serve)
            response.headers['intuit_tid'] = record.tid
            record.status = response.status_code
            return response
        finally:
            record.duration_ms = (time.perf_counter() - began) * 1000
            self._log.append(record, clears)

    def _with_faults(self, request, record, serve):
        _describe(request, record)
        hits = self._intuit.faults.take(
            'request', on=(record.entity,), method=record.method, path=record.path,
            operation=record.operation,
        )  # fmt: skip
        record.fault = ','.join(hit.name for hit in hits)
        response = None
        for hit in hits:
            response = self._before(hit, record) or response
        if response is None:
            response = self._safely(request, record, serve)
        for hit in hits:
            self._after(hit)
        return response

    def _before(self, hit, record):
        """Apply a fault before the request is served; return a response where it replaces it."""
        if hit.name == 'drop_before':
            raise Dropped
        if hit.name == 'expire_tokens':
            self._intuit.oauth.expire_access_tokens(record.realm)
        if hit.name == 'status':
            return self._status(int(hit.params['status']), record)
        if hit.name in REFUSALS:
            return envelope.gateway(REFUSALS[hit.name](), self._intuit.clock.time())
        return None

    def _status(self, status, record):
        """Return a refusal of the gateway, a SystemFault for 500, or an outage in HTML."""
        if status in REFUSALS:
            return envelope.gateway(REFUSALS[status](), self._intuit.clock.time())
        if status == 500:
            detail = 'System Failure Error: injected by the sandbox'
            fault = errors.Fault(errors.Violation('10000', detail), type='SystemFault', status=500)
            now = answer_time(self._intuit.clock.time())
            return envelope.answer(500, {'Fault': fault.as_json(), 'time': now})
        return envelope.outage(status)

    def _after(self, hit):
        if hit.name == 'slow':
            self._sleep(float(hit.params['seconds']))
        if hit.name == 'drop_after_commit':
            raise Dropped

    def _safely(self, request, record, serve):
        """Serve; a mistake of the sandbox itself is loud and is not mistaken for Intuit's."""
        try:
            return serve(request, record)
        except Exception:
            _logger.exception('The sandbox failed at %s %s', request.method, request.path)
            violation = errors.Violation('sandbox-500', 'The sandbox failed; see its log.', None)
            fault = errors.Fault(violation, type='SandboxFault', status=500)
            return envelope.answer(500, {'Fault': fault.as_json()})


def _describe(request, record):
    if request.path.startswith(accounting.PREFIX):
        accounting.describe(record, request.path, request.method)
    else:
        record.entity = record.operation = oauth.RESOURCES[request.path.rstrip('/')]


def _body(request):
    """Return a request's body as the log shows it."""
    if (request.content_type or '').startswith('multipart/'):
        return f'{len(request.get_data())} bytes of files'
    if request.form:
        return request.form.to_dict()
    text = request.get_data().decode(errors='replace')
    try:
        return json.loads(text)
    except ValueError:
        return text or None


def _close(request):
    """Close the client's connection under it."""
    connection = request.environ.get('werkzeug.socket')
    if connection is not None:
        with contextlib.suppress(OSError):  # The client was faster.
            connection.shutdown(socket.SHUT_RDWR)


def _is_local(request):
    """Tell whether a person or test on this machine asks, and no other site through the browser."""
    host = request.host.rsplit(':', 1)[0] if not request.host.endswith(']') else request.host
    origin = request.headers.get('Origin')
    return (
        request.remote_addr in LOOPBACK
        and host in LOCAL_NAMES
        and (origin is None or origin == request.host_url.rstrip('/'))
    )
