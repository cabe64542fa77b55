"""The paths of consent and tokens, all on the sandbox's one port (qbo-api 1)."""

import json
from urllib.parse import urlencode

from werkzeug.wrappers import Response

from .. import errors
from ..company.oauth import SCOPES
from . import envelope
from .html import consent_page, message_page

AUTHORIZE, TOKEN = '/connect/oauth2', '/oauth2/v1/tokens/bearer'
REVOKE, USERINFO = '/v2/oauth2/tokens/revoke', '/v1/openid_connect/userinfo'
JWKS = '/op/v1/jwks'
DISCOVERY = ('/.well-known/openid_sandbox_configuration', '/.well-known/openid_configuration')
HARD_EXPIRY = 'x-include-refresh-token-hard-expires-in'
RESOURCES = {
    AUTHORIZE: 'authorize',
    TOKEN: 'token',
    REVOKE: 'revoke',
    USERINFO: 'userinfo',
    JWKS: 'jwks',
    **dict.fromkeys(DISCOVERY, 'discovery'),
}
"""Path: what the request log calls it."""


def discovery(base):
    """Return the discovery document with this sandbox's own addresses (qbo-api 1.1)."""
    return {
        'issuer': f'{base}/op/v1',
        'authorization_endpoint': base + AUTHORIZE,
        'token_endpoint': base + TOKEN,
        'userinfo_endpoint': base + USERINFO,
        'revocation_endpoint': base + REVOKE,
        'jwks_uri': base + JWKS,
        'response_types_supported': ['code'],
        'subject_types_supported': ['public'],
        'id_token_signing_alg_values_supported': ['RS256'],
        'scopes_supported': sorted(SCOPES),
        'token_endpoint_auth_methods_supported': ['client_secret_post', 'client_secret_basic'],
        'claims_supported': ['aud', 'exp', 'iat', 'iss', 'realmid', 'sub'],
    }


class OAuthPaths:
    """Serves them for one sandbox."""

    def __init__(self, intuit):
        self._intuit = intuit

    def serve(self, request, record):
        """Return the response for a request."""
        record.entity = record.operation = RESOURCES[request.path.rstrip('/')]
        try:
            return getattr(self, f'_{record.entity}')(request)
        except errors.OAuthError as error:
            record.answer = error.body
            return envelope.oauth(error.status, error.body)
        except errors.GatewayFault as fault:
            return envelope.gateway(fault, self._intuit.clock.time())

    def _discovery(self, request):
        return envelope.oauth(200, discovery(request.host_url.rstrip('/')))

    def _jwks(self, request):
        return envelope.oauth(200, {'keys': []})

    def _userinfo(self, request):
        consent = self._intuit.oauth.bearer(request.headers.get('Authorization'))
        if 'openid' not in consent['scope'].split():
            raise errors.authentication_failed()
        return envelope.oauth(200, self._intuit.database.get_meta('user'))

    # Consent.

    def _authorize(self, request):
        asked = request.values
        problem = self._intuit.oauth.authorize_error(
            asked.get('client_id'),
            asked.get('response_type'),
            asked.get('scope'),
            asked.get('redirect_uri'),
        )
        if problem:
            return message_page('Sorry, but that did not work', problem, 400)
        if request.method == 'POST':
            return self._decide(request.form)
        realm = self._intuit.default_realm()
        if self._intuit.settings(realm).consent == 'given':
            return self._decide({**request.args.to_dict(), 'decision': 'connect', 'realm': realm})
        return consent_page(self._intuit.database.realms(), request.args)

    def _decide(self, form):
        """Send the browser back with a code, or with the user's refusal (qbo-api 1.2)."""
        uri, realm = form['redirect_uri'], form.get('realm', '')
        answer = {'state': form.get('state', '')}
        if form.get('decision') != 'connect':
            answer['error'] = 'access_denied'
        elif not self._intuit.database.realm(realm):
            return message_page('Choose a company', 'There is no such company.', 400)
        else:
            answer['code'] = self._intuit.oauth.issue_code(realm, form['scope'], uri)
            answer['realmId'] = realm
        separator = '&' if '?' in uri else '?'
        return Response('', 302, {'Location': f'{uri}{separator}{urlencode(answer)}'})

    # Tokens.

    def _check_client(self, request):
        """Take the client's keys from the Basic header, else from the form (qbo-api 1.1)."""
        basic = request.authorization
        if basic and basic.type == 'basic':
            keys = basic.username, basic.password
        else:
            keys = request.form.get('client_id'), request.form.get('client_secret')
        self._intuit.oauth.check_client(*keys)

    def _token(self, request):
        if request.method != 'POST':
            return Response('', 405, {'Allow': 'POST'})
        self._check_client(request)
        hard = request.headers.get(HARD_EXPIRY, '').lower() == 'true'
        return envelope.oauth(200, self._intuit.oauth.token(request.form, hard))

    def _revoke(self, request):
        if request.method != 'POST':
            return Response('', 405, {'Allow': 'POST'})
        self._check_client(request)
        self._intuit.oauth.revoke(self._named_token(request))
        return envelope.oauth(200, None)

    @staticmethod
    def _named_token(request):
        """Return the token of a JSON body, or of a form as some SDKs send it."""
        try:
            token = request.form.get('token') or json.loads(request.get_data()).get('token')
        except (ValueError, AttributeError):
            token = None
        if not token:
            raise errors.OAuthError('invalid_request')
        return token
