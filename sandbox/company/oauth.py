"""Consent and tokens (qbo-api 1.2 to 1.5).

A *consent* is what the user gave: one company, some scopes, a hard end. Codes, refresh tokens and
access tokens belong to a consent and die with it. Modelled: single use of codes, rotation of the
refresh token's value, the grace of the value before, expiry of everything, revocation, the opt-in
field for the hard end. Not modelled: id tokens (the scope ``openid`` gives userinfo only), the
reconnect URL, restricted scopes.
"""

from .. import errors

SCOPES = frozenset((
    'com.intuit.quickbooks.accounting', 'com.intuit.quickbooks.payment', 'openid', 'profile',
    'email', 'phone', 'address',
))  # fmt: skip
ACCOUNTING = 'com.intuit.quickbooks.accounting'
USER = {
    'sub': '5b1c7a52-3d3e-4a54-9a3e-7d1f0c9b2e61',
    'email': 'robin.sandbox@example.com',
    'emailVerified': True,
    'givenName': 'Robin',
    'familyName': 'Sandbox',
    'phoneNumber': '+1 5555550100',
    'phoneNumberVerified': False,
    'address': {
        'streetAddress': '1 Loopback Lane', 'locality': 'Localhost', 'region': 'CA',
        'postalCode': '90001', 'country': 'US',
    },
}  # fmt: skip
"""Who consents. Nobody real."""

INVALID_GRANT = {
    'described': {'error_description': 'Incorrect or invalid refresh token'},
    'token_invalid': {'error_description': 'Token invalid'},
    'bare': {},
}
MALFORMED = 'Malformed bearer token: too short or too long'


class OAuth:
    """Intuit's token service."""

    def __init__(self, intuit):
        self._intuit, self._database, self._clock = intuit, intuit.database, intuit.clock

    # Consent.

    def authorize_error(self, client_id, response_type, scope, redirect_uri):
        """Return why the consent page refuses, in its own words, or None.

        The words are not known but for the scope's (qbo-api 1.2).
        """
        if client_id != self._intuit.app['client_id']:
            return 'The client id is not known.'
        if response_type != 'code':
            return 'The response type must be "code".'
        if not scope or not set(scope.split()) <= SCOPES:
            return 'Invalid permissions requested'
        registered = self._intuit.settings(self._intuit.default_realm()).redirect_uris
        if not redirect_uri or (registered and redirect_uri not in registered):
            return 'The redirect URI is not one of those registered for this app.'
        return None

    def consent(self, realm, scope=ACCOUNTING):
        """Record a user's consent for a company; return its id."""
        id = self._intuit.ids.uuid()
        ends_at = self._clock.time() + self._intuit.settings(realm).hard_expiry_s
        self._database.run('INSERT INTO consent VALUES (?, ?, ?, ?, 0)', id, realm, scope, ends_at)
        return id

    def issue_code(self, realm, scope, redirect_uri):
        """Return a code for a fresh consent."""
        now = self._clock.time()
        with self._database.transaction():
            code = self._intuit.ids.code(now)
            ends_at = now + self._intuit.settings(realm).code_s
            self._database.run(
                'INSERT INTO code VALUES (?, ?, ?, ?, 0)',
                code,
                self.consent(realm, scope),
                redirect_uri,
                ends_at,
            )
            return code

    # The token endpoint.

    def check_client(self, client_id, client_secret):
        """Refuse a wrong client.

        :raise OAuthError: ``invalid_client``, 401
        """
        app = self._intuit.app
        if (client_id, client_secret) != (app['client_id'], app['client_secret']):
            raise errors.OAuthError('invalid_client', 401)

    def token(self, form, hard_expiry=False):
        """Answer a call of the token endpoint from a client that was checked.

        :param form: the call's fields
        :param hard_expiry: whether the opt-in header was there
        :raise OAuthError: in one of Intuit's bodies (qbo-api 1.5)
        """
        self._refuse_injected()
        kind = form.get('grant_type')
        if kind == 'authorization_code':
            return self._exchange(form, hard_expiry)
        if kind == 'refresh_token':
            return self._refresh(form, hard_expiry)
        raise errors.OAuthError('unsupported_grant_type' if kind else 'invalid_request')

    def _refuse_injected(self):
        for hit in self._intuit.faults.take('token', on=('token',)):
            if hit.name == 'invalid_client':
                raise errors.OAuthError('invalid_client', 401)
            if hit.name == 'user_not_in_realm':
                raise user_not_in_realm()
            raise errors.OAuthError('invalid_grant', **INVALID_GRANT['described'])

    def _exchange(self, form, hard_expiry):
        if not form.get('code') or not form.get('redirect_uri'):
            raise errors.OAuthError('invalid_request')
        with self._database.transaction():
            row = self._database.row('SELECT * FROM code WHERE value = ?', form['code'])
            consent = self._consent(row)
            good = (
                consent
                and not row['used']
                and row['ends_at'] > self._clock.time()
                and row['redirect_uri'] == form['redirect_uri']
            )
            if good:
                self._database.run('UPDATE code SET used = 1 WHERE value = ?', row['value'])
                return self._answer(consent, self._new_refresh_token(consent), hard_expiry)
            if row and row['used']:
                # qbo-api 1.2: a second exchange may revoke what the first one gave. It does here.
                self._revoke(row['consent'])
        raise errors.OAuthError('invalid_grant')

    def _refresh(self, form, hard_expiry):
        if not form.get('refresh_token'):
            raise errors.OAuthError('invalid_request')
        with self._database.transaction():
            row = self._database.row('SELECT * FROM refresh_token WHERE value = ?', form['refresh_token'])
            consent = self._consent(row)
            if consent and row['ends_at'] > self._clock.time():
                settings = self._intuit.settings(consent['realm'])
                current = self._current(consent, row, settings)
                if current:
                    return self._answer(consent, current, hard_expiry)
                if settings.reuse_revokes:
                    self._revoke(consent['id'])
        raise self._invalid_grant(consent)

    def _current(self, consent, row, settings):
        """Return the refresh token to answer: the same, its successor, or None to refuse."""
        now = self._clock.time()
        if row['superseded_at'] is None:
            if now - row['issued_at'] < settings.rotation_window_s:
                return row
            self._database.run('UPDATE refresh_token SET superseded_at = ? WHERE value = ?', now, row['value'])
            return self._new_refresh_token(consent)
        if now - row['superseded_at'] < settings.old_token_grace_s:
            return self._database.row(
                'SELECT * FROM refresh_token WHERE consent = ? AND superseded_at IS NULL',
                consent['id'],
            )
        return None

    def _invalid_grant(self, consent):
        realm = consent['realm'] if consent else self._intuit.default_realm()
        body = INVALID_GRANT[self._intuit.settings(realm).invalid_grant_body]
        return errors.OAuthError('invalid_grant', **body)

    def _consent(self, row):
        """Return the living consent of a code or token row, or None."""
        return row and self._database.row(
            'SELECT * FROM consent WHERE id = ? AND revoked = 0 AND ends_at > ?',
            row['consent'],
            self._clock.time(),
        )

    def _new_refresh_token(self, consent):
        now = self._clock.time()
        ends_at = now + self._intuit.settings(consent['realm']).refresh_token_s
        value = self._intuit.ids.refresh_token(now)
        self._database.run(
            'INSERT INTO refresh_token VALUES (?, ?, ?, ?, NULL)',
            value,
            consent['id'],
            now,
            min(ends_at, consent['ends_at']),
        )
        return self._database.row('SELECT * FROM refresh_token WHERE value = ?', value)

    def _answer(self, consent, refresh, hard_expiry):
        """Return the body of a token answer (qbo-api 1.3)."""
        now, settings = self._clock.time(), self._intuit.settings(consent['realm'])
        access = self._intuit.ids.access_token()
        self._database.run(
            'INSERT INTO access_token VALUES (?, ?, ?)',
            access,
            consent['id'],
            now + settings.access_token_s,
        )
        body = {
            'token_type': 'bearer',
            'expires_in': settings.access_token_s,
            'refresh_token': refresh['value'],
            'x_refresh_token_expires_in': round(refresh['ends_at'] - now),
            'access_token': access,
        }
        if hard_expiry:
            body['x_refresh_token_hard_expires_in'] = round(consent['ends_at'] - now)
        return body

    # Tokens from elsewhere.

    def issue_refresh_token(self, realm):
        """Return the refresh token of a fresh consent, without a browser."""
        with self._database.transaction():
            consent = self.consent(realm)
            return self._new_refresh_token({'id': consent, **self._ends(consent, realm)})['value']

    def _ends(self, consent, realm):
        row = self._database.row('SELECT ends_at FROM consent WHERE id = ?', consent)
        return {'realm': realm, 'ends_at': row['ends_at']}

    def issue_access_token(self, realm):
        """Return an access token of a fresh consent, without a browser."""
        form = {'grant_type': 'refresh_token', 'refresh_token': self.issue_refresh_token(realm)}
        return self._refresh(form, False)['access_token']

    def revoke(self, token):
        """End the consent that a refresh or access token belongs to (qbo-api 1.4).

        :raise OAuthError: no such token. What Intuit answers then is not known; 400 is assumed.
        """
        row = self._database.row(
            'SELECT consent FROM refresh_token WHERE value = ? UNION SELECT consent FROM access_token WHERE value = ?',
            token,
            token,
        )
        if not row:
            raise errors.OAuthError('invalid_request')
        self._revoke(row['consent'])

    def disconnect(self, realm):
        """End every consent for a company: the user disconnects the app inside QuickBooks."""
        self._database.run('UPDATE consent SET revoked = 1 WHERE realm = ?', realm)

    def _revoke(self, consent):
        self._database.run('UPDATE consent SET revoked = 1 WHERE id = ?', consent)

    def expire_access_tokens(self, realm):
        """Let all access tokens of a company end now."""
        self._database.run(
            'UPDATE access_token SET ends_at = 0 WHERE consent IN (SELECT id FROM consent WHERE realm = ?)',
            realm,
        )

    def bearer(self, header):
        """Return the consent behind an Authorization header.

        :raise GatewayFault: 401 in one of the texts of qbo-api 4.2
        """
        scheme, _blank, token = (header or '').partition(' ')
        if scheme.lower() != 'bearer' or not token:
            raise errors.authentication_failed()
        if not 30 <= len(token) <= 4096:
            raise errors.authentication_failed(MALFORMED)
        row = self._database.row('SELECT * FROM access_token WHERE value = ?', token)
        consent = self._consent(row)
        if not consent or row['ends_at'] <= self._clock.time():
            raise errors.authentication_failed(f'Token expired: {token[:4]}…')
        return consent


def user_not_in_realm():
    """Return the refusal for a user who lost access to the company (qbo-api 1.5)."""
    return errors.OAuthError(
        'invalid_grant',
        error_description='Unauthorized Request: User is not a member of the specified Realm',
        x_error_reason='user_not_in_realm',
        x_error_reason_detail='The user is not in the specified realm',
    )
