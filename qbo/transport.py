"""How a call travels: limits in time and size, and what an exception of the way means.

`requests` limits the wait for the next byte only: a server that sends one byte a second would be listened to for ever.
Here the whole of an answer has a deadline, and a size.
"""

import contextlib
import socket
import ssl
import threading

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

from . import errors

CONNECT_S = 10
# Odoo kills a cron worker 120 s after it went to sleep (`limit_time_real`): up to 69 s of sleep and 10 of work.
# What takes longer is asked for again under the same request id; Intuit itself cuts a call after 120 s (qbo-api 3).
READ_S = 30
WHOLE_S = CONNECT_S + READ_S
UPLOAD_S = 60  # of a file: 20 MB take so long on a slow line. Killed meanwhile, it is looked for before it goes again
ANSWER_MAX = 64 * 1024 * 1024  # bytes, unpacked; a page of 1000 documents has about 10 MB
CHUNK = 64 * 1024

_calls = threading.local()


class AnswerTooLarge(requests.RequestException):
    """More came than any answer of QuickBooks has."""


class _Deadline:
    """``with _Deadline(seconds)``: breaks off the call of this thread, whatever it waits for, when the time is over."""

    def __init__(self, seconds):
        self.has_passed = False
        self.socket = None
        self._timer = threading.Timer(seconds, self._strike)
        self._timer.daemon = True

    def __enter__(self):
        _calls.deadline = self
        self._timer.start()
        return self

    def __exit__(self, *_exc_info):
        self._timer.cancel()
        _calls.deadline = None

    def _strike(self):
        self.has_passed = True
        if self.socket is not None:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self.socket, socket.SHUT_RDWR)  # not SSLSocket's, which waits for the peer


class _Watched:
    """A connection that tells the deadline of its call which socket it listens to."""

    def getresponse(self):
        if deadline := getattr(_calls, 'deadline', None):
            deadline.socket = self.sock
        return super().getresponse()


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = type('_Http', (_Watched, HTTPConnection), {})


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = type('_Https', (_Watched, HTTPSConnection), {})


class TimeoutAdapter(HTTPAdapter):
    """Give every request a limit to connect, one to answer, one for the whole, and one of size.

    The limits are set here and not per call, because Odoo's test guard compares the time-out of a call with a number
    and a pair is none.
    """

    whole_s = WHOLE_S
    answer_max = ANSWER_MAX

    def init_poolmanager(self, *args, **kwargs):
        """Have connections made that a deadline can break off."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {'http': _HttpPool, 'https': _HttpsPool}

    def send(self, request, *args, **kwargs):
        """Return the response with its whole body.

        A call may have a longer time for the whole, as a number of seconds.

        :raise requests.RequestException: also where it took too long, or is too large
        """
        whole_s = max(self.whole_s, kwargs.get('timeout') or 0)
        kwargs['timeout'] = kwargs.get('timeout') or (CONNECT_S, READ_S)
        with _Deadline(whole_s) as deadline:
            response = super().send(request, *args, **kwargs)
            response._content = self._read(response)
            if deadline.has_passed:
                raise requests.ReadTimeout(f"The answer was not complete after {whole_s} s", response=response)
        return response

    def _read(self, response):
        """Return the whole body of a response."""
        chunks, size = [], 0
        for chunk in response.iter_content(CHUNK):
            chunks.append(chunk)
            size += len(chunk)
            if size > self.answer_max:
                response.close()
                raise AnswerTooLarge(f"The answer has more than {self.answer_max} bytes", response=response)
        return b''.join(chunks)


def new_session(session=None):
    """Return a `requests` session with time-outs. It may be used by several threads.

    :param session: one to be given time-outs instead
    """
    session = session or requests.Session()
    for prefix in ('https://', 'http://'):
        session.mount(prefix, TimeoutAdapter())
    return session


def download(url, size_max):
    """Return the content of a file at an address that needs no token, and gets none: it is not QuickBooks itself.

    :param str url: checked by the caller, see :func:`endpoints.check_download_url`; nothing is followed from there
    :param int size_max: bytes
    :raise errors.QboError: also where the answer is no 200, or larger
    """
    session = requests.Session()
    adapter = TimeoutAdapter()
    adapter.answer_max = size_max
    session.mount(url, adapter)
    try:
        # ``auth``: else an entry of a .netrc file would go along.
        response = session.get(url, auth=lambda request: request, allow_redirects=False, timeout=UPLOAD_S)
    except requests.RequestException as error:
        raise transport_error(error) from error
    if response.status_code != 200:
        raise errors.from_answer(response.status_code, response.headers, response.content)
    return response.content


def transport_error(error, request_id=None):
    """Return the :class:`errors.QboError` of an exception of `requests`.

    "Not sent" is said only where no connection came about. All else may have reached QuickBooks.
    """
    causes = (requests.ConnectTimeout, requests.exceptions.ProxyError, NewConnectionError, ssl.SSLCertVerificationError)
    not_sent = any(isinstance(cause, causes) for cause in _chain(error))
    message = "QuickBooks could not be reached" if not_sent else "The connection broke before QuickBooks answered"
    if isinstance(error, AnswerTooLarge):
        message = "The answer was too large"
    cls = errors.TransientError if not_sent else errors.UnknownOutcome
    return cls(errors=(errors.ErrorDetail('', message, type(error).__name__),), request_id=request_id)


def _chain(error):
    """Yield an exception and all that it wraps, as `requests` and `urllib3` nest them."""
    pending, seen = [error], set()
    while pending:
        error = pending.pop()
        if isinstance(error, BaseException) and id(error) not in seen:
            seen.add(id(error))
            yield error
            pending += [error.__cause__, error.__context__, getattr(error, 'reason', None), *error.args]
