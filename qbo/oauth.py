"""OAuth 2.0 with Intuit (qbo-api 1), on requests-oauthlib: consent, code, refresh, revoke.

Each method makes one call at most and stores nothing. The caller stores what comes back before using it, and lets no
two refreshes of one grant run at once: to Intuit that looks like theft (qbo-api 1.4).
"""

import json
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

import requests
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

from . import errors
from .transport import TimeoutAdapter, new_session, transport_error

SCOPE = 'com.intuit.quickbooks.accounting'
HEADERS = {
    'Accept': 'application/json',
    'Content-Type': 'application/x-www-form-urlencoded',
    'x-include-refresh-token-hard-expires-in': 'true',  # qbo-api 1.3: ask when the grant ends for good
}


LIFETIMES = ('expires_in', 'x_refresh_token_expires_in', 'x_refresh_token_hard_expires_in')


@dataclass(frozen=True)
class Tokens:
    """What the token endpoint answered. Times are aware UTC; the secrets are in no ``repr``."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    access_expires_at: datetime
    refresh_expires_at: datetime
    hard_expires_at: datetime | None = None


class LoopbackAdapter(TimeoutAdapter):
    """Speaks plain HTTP for an ``https`` address of this machine.

    oauthlib refuses http, and its switch for that is the environment of the whole process. With this adapter, mounted
    for one loopback address, it is given https and the local sandbox gets http.
    """

    def send(self, request, *args, **kwargs):
        request.url = request.url.replace('https://', 'http://', 1)
        return super().send(request, *args, **kwargs)


class OAuthApp:
    """One app at Intuit: its client id and secret, and the endpoints of its environment."""

    def __init__(self, client_id, client_secret, endpoints, session_factory=OAuth2Session, now=None):
        """
        :param endpoints: an :class:`endpoints.Endpoints`
        :param session_factory: makes an `OAuth2Session`
        :param now: a function that returns an aware datetime
        """
        self.client_id = client_id
        self.client_secret = client_secret
        self.endpoints = endpoints
        self._session_factory = session_factory
        self._now = now or (lambda: datetime.now(timezone.utc))

    def authorize_url(self, redirect_uri, state):
        """Return where to send the user's browser; makes no call.

        :param str redirect_uri: registered at Intuit, byte for byte
        :param str state: comes back with the user and has to be verified then
        """
        url, _state = self._session(redirect_uri).authorization_url(_https(self.endpoints.authorize_url), state=state)
        return url.replace('https://', 'http://', 1) if self._is_plain else url

    def exchange(self, code, redirect_uri):
        """Return the :class:`Tokens` for the code of a redirect. A code works once.

        :raise errors.ReconnectRequired: the code has expired or was used
        :raise errors.AuthorizationError: client id or secret are wrong
        :raise errors.TransientError: Intuit could not be reached, or not now
        """
        return self._tokens(lambda session, **kwargs: session.fetch_token(code=code, **kwargs), redirect_uri)

    def refresh(self, refresh_token):
        """Return new :class:`Tokens`; the refresh token in them may be a new one and has to be stored.

        :raise errors.ReconnectRequired: the grant is dead: expired, revoked, or the user lost access (``reason``)
        :raise errors.AuthorizationError: client id or secret are wrong
        :raise errors.TransientError: Intuit could not be reached, or not now
        """
        return self._tokens(lambda session, **kwargs: session.refresh_token(refresh_token=refresh_token, **kwargs))

    def revoke(self, token):
        """End the whole grant that a refresh or access token belongs to.

        :raise errors.QboError: as for `refresh`; a token that was dead already may raise too
        """
        with self._session() as session:
            response = _called(
                session.post,
                _https(self.endpoints.revoke_url),
                json={'token': token},
                auth=self._auth,
                headers={'Accept': 'application/json'},
            )
        if response.status_code != 200:
            raise _refusal(response)

    def _tokens(self, call, redirect_uri=None):
        with self._session(redirect_uri) as session:
            url = _https(self.endpoints.token_url)
            values = _called(call, session, token_url=url, auth=self._auth, headers=HEADERS)
        now = self._now()

        def after(name):
            return now + timedelta(seconds=int(values[name])) if values.get(name) else None

        return Tokens(
            values['access_token'],
            values['refresh_token'],
            after('expires_in') or now,
            after('x_refresh_token_expires_in') or now,
            after('x_refresh_token_hard_expires_in'),
        )

    @property
    def _auth(self):
        return HTTPBasicAuth(self.client_id.encode(), self.client_secret.encode())

    @property
    def _is_plain(self):
        return self.endpoints.base_url.startswith('http://')

    def _session(self, redirect_uri=None):
        session = new_session(self._session_factory(self.client_id, redirect_uri=redirect_uri, scope=[SCOPE]))
        session.max_redirects = 0
        if self._is_plain:
            session.mount(f'{_https(self.endpoints.base_url)}/', LoopbackAdapter())
        for hook in ('access_token_response', 'refresh_token_response'):
            session.register_compliance_hook(hook, _checked)
        return session


def is_not_debug(record):
    """Return whether a log record may pass: requests-oauthlib writes tokens and secrets at level DEBUG."""
    return record.levelno > logging.DEBUG


logging.getLogger('requests_oauthlib.oauth2_session').addFilter(is_not_debug)


def _https(url):
    return url.replace('http://', 'https://', 1)


def _called(call, *args, **kwargs):
    try:
        return call(*args, **kwargs)
    except requests.RequestException as error:
        raise transport_error(error) from error


def _checked(response):
    """Let only an answer with tokens reach oauthlib, which drops Intuit's reasons and knows no server errors."""
    values = _values(response)
    if response.status_code != 200:
        raise _refusal(response)
    if not all(_is_token(values.get(name)) for name in ('access_token', 'refresh_token')) or not all(
        _is_seconds(values.get(name)) for name in LIFETIMES
    ):
        raise errors.UnknownOutcome(
            errors=(errors.ErrorDetail('', "The token endpoint answered without tokens"),), status=200
        )
    return response


def _is_token(value):
    return isinstance(value, str) and bool(value)


def _is_seconds(value):
    return value is None or (isinstance(value, (int, str)) and str(value).isdecimal())


def _refusal(response):
    """Return the error of an answer of the token or revoke endpoint (qbo-api 1.5)."""
    values, status = _values(response), response.status_code
    code = str(values.get('error') or '')
    if not code or status == 429 or status >= 500:
        return errors.from_answer(status, response.headers, response.content)
    texts = (values.get('error_description') or '', values.get('x_error_reason_detail') or '')
    facts = {
        'errors': (errors.ErrorDetail(code, *map(str, texts)),),
        'status': status,
        'tid': response.headers.get('intuit_tid'),
    }
    if code == 'invalid_grant':
        return errors.ReconnectRequired(str(values.get('x_error_reason') or code), **facts)
    return errors.AuthorizationError(**facts)


def _values(response):
    try:
        values = json.loads(response.content)
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}
