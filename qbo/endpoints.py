"""Where QuickBooks lives: the addresses of each environment, the only ones that secrets may go to (qbo-api 1.1, 2).

``production`` and ``sandbox`` are Intuit's. ``local`` is a sandbox on this machine, on one port (design §11).
"""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

AUTHORIZE_URL = 'https://appcenter.intuit.com/connect/oauth2'
TOKEN_URL = 'https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer'
REVOKE_URL = 'https://developer.api.intuit.com/v2/oauth2/tokens/revoke'

# Where files are fetched (qbo-purchases 11): buckets of Intuit's, as recorded, or a host of its own.
FILES_HOST = re.compile(r'intuit-[a-z0-9-]+\.s3(?:[.-][a-z0-9-]+)*\.amazonaws\.com|(?:[a-z0-9-]+\.)+intuit\.com')

# Pages of the web application; the id follows. What has no page of its own leads to its list.
PAGES = {
    'Customer': 'customerdetail?nameId=',
    'Vendor': 'vendordetail?nameId=',
    'Invoice': 'invoice?txnId=',
    'CreditMemo': 'creditmemo?txnId=',
    'Payment': 'recvpayment?txnId=',
    'SalesReceipt': 'salesreceipt?txnId=',
    'RefundReceipt': 'refundreceipt?txnId=',
    'Estimate': 'estimate?txnId=',
    'JournalEntry': 'journal?txnId=',
    'Deposit': 'deposit?txnId=',
    'Bill': 'bill?txnId=',
    'BillPayment': 'billpayment?txnId=',
    'VendorCredit': 'vendorcredit?txnId=',
    'Purchase': 'expense?txnId=',
    'PurchaseOrder': 'purchaseorder?txnId=',
    'Transfer': 'transfer?txnId=',
    'Account': 'register?accountId=',
    'Item': 'items?itemId=',
}


@dataclass(frozen=True)
class Endpoints:
    """The addresses of one environment."""

    environment: str
    base_url: str
    authorize_url: str
    token_url: str
    revoke_url: str
    app_url: str


PRODUCTION = Endpoints(
    'production',
    'https://quickbooks.api.intuit.com',
    AUTHORIZE_URL,
    TOKEN_URL,
    REVOKE_URL,
    'https://app.qbo.intuit.com',
)
SANDBOX = Endpoints(
    'sandbox',
    'https://sandbox-quickbooks.api.intuit.com',
    AUTHORIZE_URL,
    TOKEN_URL,
    REVOKE_URL,
    'https://app.sandbox.qbo.intuit.com',
)
INTUIT = {endpoints.environment: endpoints for endpoints in (PRODUCTION, SANDBOX)}


def for_environment(environment, local_url=None):
    """Return the :class:`Endpoints` of ``production``, ``sandbox`` or ``local``.

    :param local_url: where the local sandbox listens, ``http://127.0.0.1:8090``
    :raise ValueError: unknown environment, or a local URL that is not on this machine
    """
    if environment in INTUIT:
        return INTUIT[environment]
    check_url(environment, local_url)
    base = local_url.rstrip('/')
    return Endpoints(
        'local',
        base,
        f'{base}{urlsplit(AUTHORIZE_URL).path}',
        f'{base}{urlsplit(TOKEN_URL).path}',
        f'{base}{urlsplit(REVOKE_URL).path}',
        base,
    )


def check_url(environment, url):
    """Refuse an address that does not belong to ``environment``.

    :raise ValueError: with a text that says what is allowed
    """
    parts = _split(url)
    if environment == 'local':
        if parts.scheme not in ('http', 'https') or not _is_loopback(parts.hostname) or not _is_bare(parts):
            raise ValueError(f"A local sandbox must be on this machine, for example http://127.0.0.1:8090, not {url}")
    elif environment in INTUIT:
        if parts.scheme != 'https' or parts.netloc not in _hosts(INTUIT[environment]):
            raise ValueError(f"{url} is not an address of Intuit for the environment “{environment}”")
    else:
        raise ValueError(f"There is no environment “{environment}”: choose production, sandbox or local")


def check_download_url(environment, url):
    """Refuse an address of a file that is not where Intuit keeps files of this environment.

    :raise ValueError: with a text that says so; the address itself is a key to the file, and is not in it
    """
    parts = _split(url)
    if environment == 'local':
        is_right = parts.scheme in ('http', 'https') and _is_loopback(parts.hostname)
    else:
        is_right = parts.scheme == 'https' and parts.port is None and bool(FILES_HOST.fullmatch(parts.netloc))
    if not is_right:
        raise ValueError(f"{parts.hostname} is not a place where Intuit keeps files")


def deep_link(environment, entity, qbo_id, local_url=None):
    """Return the address of an entity in the web application, None for a type without a page or without an id.

    :param str entity: ``'Customer'``
    """
    if not qbo_id or entity not in PAGES:
        return None
    return f'{for_environment(environment, local_url).app_url}/app/{PAGES[entity]}{quote(str(qbo_id), safe="")}'


def _split(url):
    """Return the parts of a URL; one that programs read in different ways is no URL."""
    url = url or ''
    if not url.isprintable() or any(sign in url for sign in ' \\@'):
        raise ValueError(f"Not a usable address: {url!r}")
    parts = urlsplit(url)
    if parts.port == 0:  # reading it raises ValueError too, where it is no number
        raise ValueError(f"Not a usable address: {url!r}")
    return parts


def _is_bare(parts):
    """Return whether an address is no more than a host and a port."""
    return not (parts.path.strip('/') or parts.query or parts.fragment)


def _is_loopback(host):
    try:
        return host == 'localhost' or ipaddress.ip_address(host or '').is_loopback
    except ValueError:
        return False


def _hosts(endpoints):
    urls = (
        endpoints.base_url,
        endpoints.authorize_url,
        endpoints.token_url,
        endpoints.revoke_url,
        endpoints.app_url,
    )
    return {urlsplit(url).netloc for url in urls}
