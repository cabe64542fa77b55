"""Intuit's discovery document: where consent, tokens and revoking are served today (qbo-api 1.1)."""

from urllib.parse import urlsplit

import requests

from . import errors
from .transport import new_session, transport_error

DOCUMENTS = {
    'production': 'https://developer.intuit.com/.well-known/openid_configuration/',
    'sandbox': 'https://developer.intuit.com/.well-known/openid_sandbox_configuration/',
}
MEMBERS = {
    'authorize_url': 'authorization_endpoint',
    'token_url': 'token_endpoint',
    'revoke_url': 'revocation_endpoint',
}
DOMAIN = 'intuit.com'


def read(endpoints):
    """Return the addresses that the document names: ``{'authorize_url': …, 'token_url': …, 'revoke_url': …}``.

    Makes one call, without a secret.

    :param qbo.endpoints.Endpoints endpoints: of the environment; its own addresses are not looked at, but where the
        local sandbox listens
    :raise errors.QboError: it cannot be read now, or names an address that is not Intuit's
    """
    url = DOCUMENTS.get(endpoints.environment)
    if not url:
        url = endpoints.base_url + urlsplit(DOCUMENTS['sandbox']).path
    with new_session(requests.Session()) as session:
        session.max_redirects = 0
        try:
            response = session.get(url, headers={'Accept': 'application/json'}, allow_redirects=False)
            values = response.json() if response.status_code == 200 else None
        except requests.JSONDecodeError:
            values = None
        except requests.RequestException as error:
            raise transport_error(error) from error
    if not isinstance(values, dict):
        raise errors.TransientError(status=response.status_code)
    found = {name: values.get(member) for name, member in MEMBERS.items()}
    for address in found.values():
        if not isinstance(address, str) or not _is_trusted(address, endpoints):
            detail = errors.ErrorDetail('', f"The discovery document names {address!r}, which is not Intuit's")
            raise errors.TransientError(errors=(detail,), status=200)
    return found


def _is_trusted(address, endpoints):
    """Return whether secrets may go to an address: https at Intuit, or the very place where the sandbox listens."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ''
        is_plain = not (parts.username or parts.password) and parts.port in (None, 443)
    except ValueError:
        return False
    if endpoints.environment in DOCUMENTS:
        return parts.scheme == 'https' and is_plain and (host == DOMAIN or host.endswith(f'.{DOMAIN}'))
    own = urlsplit(endpoints.base_url)
    return (parts.scheme, parts.netloc) == (own.scheme, own.netloc)
