"""A small QuickBooks client for the tests."""

from urllib.parse import parse_qs, urlsplit

import requests

CALLBACK = 'http://localhost:8069/back'


class Api:
    """Talks to one company of a sandbox with a valid access token."""

    def __init__(self, sandbox, realm=None):
        self.sandbox, self.realm = sandbox, realm or sandbox.realm_id
        self.renew()

    def renew(self):
        """Take a fresh access token."""
        self.token = self.sandbox.access_token(self.realm)

    @property
    def base(self):
        """The company's address."""
        return f'{self.sandbox.url}/v3/company/{self.realm}'

    def _headers(self, headers):
        return {'Authorization': f'Bearer {self.token}', 'Accept': 'application/json', **headers}

    def get(self, path, headers=(), **params):
        """GET a resource of the company."""
        return requests.get(f'{self.base}/{path}', params=params, headers=self._headers(dict(headers)), timeout=10)

    def post(self, path, values=None, headers=(), data=None, **params):
        """POST values as JSON, or data as it is."""
        return requests.post(
            f'{self.base}/{path}', params=params, json=values, data=data,
            headers=self._headers(dict(headers)), timeout=10,
        )  # fmt: skip

    def create(self, type, **values):
        """Create a record that must succeed; return it."""
        response = self.post(type.lower(), values)
        assert response.status_code == 200, response.text
        return response.json()[type]

    def customer(self, name, **values):
        """Create a customer that must succeed; return it."""
        return self.create('Customer', DisplayName=name, **values)

    def update(self, type, record, full=False, **values):
        """Update a record; return the response."""
        keys = {'Id': record['Id'], 'SyncToken': record['SyncToken'], 'sparse': not full}
        return self.post(type.lower(), {**keys, **values})

    def query(self, statement):
        """Return the value of QueryResponse; the statement must succeed."""
        response = self.get('query', query=statement)
        assert response.status_code == 200, response.text
        return response.json()['QueryResponse']

    def names(self, statement):
        """Return the display names (or names) that a statement finds, in order."""
        found = [value for value in self.query(statement).values() if isinstance(value, list)]
        return [body.get('DisplayName', body.get('Name')) for body in (found[0] if found else [])]

    def batch(self, *items, **params):
        """Return the items of a batch answer by bId."""
        response = self.post('batch', {'BatchItemRequest': list(items)}, **params)
        assert response.status_code == 200, response.text
        return {item['bId']: item for item in response.json()['BatchItemResponse']}


def faults(answer):
    """Return (code, element) of each line of a Fault in a response or a batch item."""
    body = answer if isinstance(answer, dict) else answer.json()
    return [(line['code'], line.get('element')) for line in body['Fault']['Error']]


def detail(answer):
    """Return (code, Detail) of a Fault with one line."""
    body = answer if isinstance(answer, dict) else answer.json()
    (line,) = body['Fault']['Error']
    return line['code'], line['Detail']


def authorize_url(sandbox, **changes):
    """Return the address of the consent page as a client builds it."""
    asked = {
        'client_id': sandbox.client_id,
        'response_type': 'code',
        'scope': 'com.intuit.quickbooks.accounting openid',
        'redirect_uri': CALLBACK,
        'state': 'st&te',
        **changes,
    }
    request = requests.Request('GET', f'{sandbox.url}/connect/oauth2', params=asked)
    return request.prepare().url


def decide(sandbox, realm=None, decision='connect', **changes):
    """Press a button of the consent page; return the query of the redirect, single values."""
    asked = parse_qs(urlsplit(authorize_url(sandbox, **changes)).query)
    form = {name: values[0] for name, values in asked.items()}
    form.update(realm=realm or sandbox.realm_id, decision=decision)
    response = requests.post(f'{sandbox.url}/connect/oauth2', form, allow_redirects=False, timeout=10)
    assert response.status_code == 302, response.text
    location = urlsplit(response.headers['Location'])
    assert location.geturl().startswith(CALLBACK)
    return {name: values[0] for name, values in parse_qs(location.query).items()}


def token(sandbox, auth=True, headers=(), **form):
    """POST to the token endpoint; return the response."""
    keys = (sandbox.client_id, sandbox.client_secret) if auth is True else auth
    return requests.post(
        f'{sandbox.url}/oauth2/v1/tokens/bearer', form, auth=keys or None, headers=dict(headers), timeout=10
    )


def exchange(sandbox, code, **more):
    """Exchange a code; return the response."""
    form = {'grant_type': 'authorization_code', 'code': code, 'redirect_uri': CALLBACK, **more}
    return token(sandbox, **form)


def refresh(sandbox, value, **more):
    """Refresh; return the response."""
    return token(sandbox, grant_type='refresh_token', refresh_token=value, **more)
