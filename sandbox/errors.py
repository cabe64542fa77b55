"""The three ways in which Intuit says no, and the sandbox's own fourth.

* :class:`Fault`: the accounting service refuses (qbo-api 4.1), ``{"Fault": {"Error": […]}}``.
* :class:`GatewayFault`: the gateway in front of it refuses (qbo-api 4.2), lower-case envelope.
* :class:`OAuthError`: the token service refuses (qbo-api 1.5), ``{"error": …}``.
* :class:`NotModelled`: Intuit may well do this; the sandbox does not. Never mistaken for success.

They are raised by behavior and rendered by ``wire/envelope.py``. The functions below build the
single violations whose text is known; to add one, add its Message to ``MESSAGES``.
"""

from dataclasses import dataclass

MESSAGES = {
    '500': 'Unsupported Operation',
    '610': 'Object Not Found',
    '620': 'Transaction ID cannot be linked',
    '800': 'Cannot delete object',
    '1000': 'Invalid batch request',
    '1040': 'Batch item count exceeds the limit',
    '2000': 'Invalid or unsupported object name',
    '2010': 'Request has invalid or unsupported property',
    '2020': 'Required param missing, need to supply the required value for the API',
    '2030': 'Invalid ID',
    '2040': 'Invalid String',
    '2050': 'String length is either shorter or longer than supported by specification',
    '2060': 'Invalid Date format',
    '2070': 'Invalid Date Range',
    '2080': 'Invalid Number',
    '2090': 'Number out of range',
    '2130': 'Invalid Request Id Format',
    '2140': 'Invalid Amount',
    '2170': 'Invalid Enumeration',
    '2210': 'Invalid Email Address Format',
    '2220': 'Invalid Currency',
    '2260': 'Missing PostingType',
    '2270': 'Invalid Tax Rate',
    '2290': 'Negative Amount',
    '2300': 'Debits and credits are not equal',
    '2500': 'Invalid Reference Id',
    '4000': 'Error parsing query',
    '4001': 'Invalid query',
    '4002': 'Error processing query',
    '5010': 'Stale Object Error',
    '5020': 'Permission Denied Error',
    '6000': 'A business validation error has occurred while processing your request',
    '6010': 'Account Type and Account SubType are in conflict or missing',
    '6070': 'Amount calculation incorrect in the request.',
    '6080': 'No Name Provided',
    '6090': 'Discount line needs an amount or a percentage',
    '6100': 'Invalid Line TaxCode',
    '6140': 'Duplicate Document Number Error',
    '6160': 'CustomSalesTax cannot be used here',
    '6170': 'TxnTaxDetail is not allowed',
    '6180': 'Nesting deeper than the supported level',
    '6190': 'Invalid Company Status',
    '6210': 'Account Period Closed, Cannot Update Through Services API',
    '6220': 'Delete List Has Balance Error',
    '6240': 'Duplicate Name Exists Error',
    '6270': 'Transaction date is before the inventory start date',
    '6420': 'E-mail address is required to send',
    '6430': 'Invalid account type used',
    '6540': 'Deposited Transaction cannot be changed',
    '10000': 'An application error has occurred while processing your request',
}
"""Message by code (qbo-api 4.3). Those of 1000, 1040, 2060–2090, 6010 and 6180 are not known to
the letter."""

MADE_INACTIVE = (
    "Object Not Found : Something you're trying to use has been made inactive. Check the fields "
    'with accounts, customers, items, vendors or employees.'
)
TRANSIENT_6000 = (
    'Business Validation Error: An unexpected error occurred while accessing or saving your data. '
    'Please wait a few minutes and try again. If the problem persists, contact customer support.'
)
PERIOD_CLOSED = (
    'The account period has closed and the account books cannot be updated through the QBO '
    'Services API. Please use the QBO website to make these changes.'
)
DEPOSITED = (
    'This transaction has been deposited. If you want to change or delete it, you must edit the deposit '
    'it appears on and remove it first.'
)


@dataclass(frozen=True)
class Violation:
    """One line of a Fault. ``element`` None leaves the member out, as query errors do."""

    code: str
    detail: str
    element: str | None = ''
    message: str = ''

    def as_json(self):
        """Return the line in Intuit's spelling."""
        line = {
            'Message': self.message or MESSAGES.get(self.code, ''),
            'Detail': self.detail,
            'code': self.code,
        }
        return line if self.element is None else {**line, 'element': self.element}


class Fault(Exception):
    """The accounting service refuses: every violated line at once (qbo-api 4.1)."""

    injected = ''
    """The name of the armed fault that this is, if it is one."""

    def __init__(self, *errors, type='ValidationFault', status=400):
        super().__init__('; '.join(f'{error.code} {error.detail}' for error in errors))
        self.errors, self.type, self.status = errors, type, status

    def as_json(self):
        """Return the value of the member ``Fault``."""
        return {'Error': [error.as_json() for error in self.errors], 'type': self.type}


class NotModelled(Fault):
    """The sandbox does not do this. Status 501 and a code of its own, so nobody takes it for Intuit's."""

    def __init__(self, what):
        detail = f'The sandbox does not model this: {what}'
        violation = Violation('sandbox-501', detail, None, 'Not modelled by the sandbox')
        super().__init__(violation, type='SandboxFault', status=501)


class GatewayFault(Exception):
    """The gateway refuses before the accounting service sees the request (qbo-api 4.2)."""

    def __init__(self, status, code, message, detail, type, xml=False):
        super().__init__(f'{status} {message}')
        self.status, self.code, self.message = status, code, message
        self.detail, self.type, self.xml = detail, type, xml


class OAuthError(Exception):
    """The token service refuses (qbo-api 1.5)."""

    def __init__(self, error, status=400, **members):
        super().__init__(error)
        self.status, self.body = status, {**members, 'error': error}


def authentication_failed(detail=None):
    """Return the 401 for a missing, malformed, expired or revoked access token."""
    message = 'message=AuthenticationFailed; errorCode=003200; statusCode=401'
    return GatewayFault(401, '3200', message, detail, 'AUTHENTICATION')


def application_forbidden():
    """Return the 403 for a token of another realm, or an unknown realm."""
    message = 'message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403'
    return GatewayFault(403, '3100', message, None, 'SERVICE')


def throttled():
    """Return the 429, which is XML even for clients that asked for JSON (qbo-api 3)."""
    message = 'message=ThrottleExceeded; errorCode=003001; statusCode=429'
    detail = 'The request limit was reached.  Try again later'
    return GatewayFault(429, '3001', message, detail, 'SERVICE', xml=True)


def reads_used_up():
    """Return the 429 of an app whose metered reads of the month are used up. Its words are not known (qbo-api 3)."""
    message = 'message=QuotaExceeded; errorCode=003001; statusCode=429'
    return GatewayFault(429, '3001', message, 'The monthly quota of CorePlus calls is used up', 'SERVICE', xml=True)


def general_authentication_error():
    """Return the 401 that only exists as XML (qbo-api 4.2, code 100)."""
    detail = 'AuthenticationErrorGeneral: SRV-110-Authentication Failure , statusCode: 401'
    return GatewayFault(401, '100', 'General Authentication Error', detail, 'AUTHENTICATION', xml=True)


def wrong_cluster():
    """Return the 401 for a company on the other host (qbo-api 4.2, code 130). The end of its text
    is not known."""
    detail = 'WrongClusterError: -11017-You have accessed the wrong server.'
    return GatewayFault(401, '130', 'Accessing Wrong Cluster', detail, 'SERVICE', xml=True)


def unsupported_property(path):
    """2010."""
    return Violation('2010', f'Property Name:{path} specified is unsupported or invalid')


def unrecognized_field(name, type, known):
    """2010 for a member that a type does not have, as recorded in 2020: without ``element``."""
    listed = ', '.join(f'"{each}"' for each in known)
    detail = (
        f'Property Name:Unrecognized field "{name}" (class com.intuit.schema.finance.v3.{type}), not marked as '
        f'ignorable ({len(known)} known properties: {listed}])'
    )
    return Violation('2010', detail, None)


def unparsed():
    """2010 for a body that is no JSON, or no object (recorded 2026)."""
    return Violation(
        '2010', 'Property Name:failed to parse json object; a property specified is unsupported or invalid'
    )


def missing(path):
    """2020."""
    return Violation('2020', f'Required parameter {path} is missing in the request', path)


def bad_id(value):
    """2030."""
    return Violation('2030', f'Id should be a valid number. Supplied value:{value}', 'Id')


def bad_string(path):
    """2040. The text is not known."""
    return Violation('2040', f'Invalid String : {path} holds a character that is not allowed', path)


def bad_length(path, length, maximum, minimum=0):
    """2050, with thousands separators as Intuit writes them."""
    detail = (
        'String length specified does not match the supported length. '
        f'Min:{minimum:,} Max:{maximum:,} supported. Supplied length: {length:,}'
    )
    return Violation('2050', detail, path)


def bad_number(path, value, low=None, high=None):
    """2080 where it is no number, 2090 where it is out of range. The texts are not known."""
    if low is None:
        return Violation('2080', f'Invalid Number : {value}', path)
    return Violation('2090', f'Number out of range : {value}. Supported: {low} to {high}', path)


def bad_date(path, value):
    """2060. The text is not known."""
    return Violation('2060', f'Invalid Date format : {value}', path)


def bad_period():
    """2070 where a period ends before it begins. The text is not known."""
    return Violation('2070', 'Invalid Date Range : start_date must be less than end_date.', 'start_date')


def bad_enumeration(path, value):
    """2170."""
    return Violation('2170', f'Invalid Enumeration : {value}', path)


def bad_email(path):
    """2210."""
    return Violation('2210', 'Email Address does not conform to the RFC 822 standard.', path)


def bad_reference(path):
    """2500 for an id that does not exist."""
    return Violation('2500', f'Invalid Reference Id : {path}', path)


def not_found():
    """610 for a list object; Intuit uses the "made inactive" text for ids that never existed too."""
    return Violation('610', MADE_INACTIVE)


def transaction_deleted():
    """610 for a document."""
    return Violation('610', 'Object Not Found : Another user has deleted this transaction.')


def stale(user='root'):
    """5010."""
    detail = (
        f'Stale Object Error : You and {user} were working on this at the same time. '
        f'{user} finished before you did, so your work was not saved.'
    )
    return Violation('5010', detail)


def duplicate_name(noun='customer, vendor or employee'):
    """6240. The text holds a real line break; the tax variant lacks the last sentence (qbo-api 4.3)."""
    ending = '' if noun.startswith('tax') else ' Please use a different name.'
    detail = f'The name supplied already exists. : Another {noun} is already using this \nname.{ending}'
    return Violation('6240', detail)


def duplicate_number(number, type, id):
    """6140 with the newer tail that names the owner."""
    detail = (
        'Duplicate Document Number Error : You must specify a different number. This number has already '
        f'been used. DocNumber={number} is assigned to TxnType={type} with TxnId={id}'
    )
    return Violation('6140', detail)


def amount_incorrect(value):
    """6070, with thousands separators as Intuit writes them."""
    return Violation('6070', f'Amount is not equal to UnitPrice * Qty. Supplied value:{value:,}', 'Line.Amount')


def made_inactive(code, path):
    """610, or 2500 where the setting says so, for an inactive record inside a document."""
    if code == '610':
        return not_found()
    return Violation('2500', f'Invalid Reference Id : {MADE_INACTIVE.partition(" : ")[2]}', path)


def period_closed():
    """6210."""
    return Violation('6210', PERIOD_CLOSED)


def no_report():
    """5020 for a report that nobody has; names are told apart by case (recorded: ``Cashflow``)."""
    detail = 'Permission Denied Error : You do not have the access rights to use this feature.'
    return Violation('5020', detail, 'ReportName')


def not_in_plan():
    """5020 for what the company's plan does not have. The text is an old one."""
    return Violation('5020', 'Permission Denied Error : You do not have permission to access this feature.')


def deposited():
    """6540."""
    return Violation('6540', DEPOSITED)


def cannot_be_linked(type, id):
    """620. The text is not known."""
    return Violation('620', f'Transaction ID cannot be linked : {type} {id}', 'Line.LinkedTxn')


def wrong_account(path):
    """6430, in the recorded words, which do not say which type it was."""
    detail = 'Invalid account type: You need to select a different type of account for this transaction.'
    return Violation('6430', detail, path)


def business(text):
    """6000 with its sentence."""
    return Violation('6000', f'Business Validation Error: {text}')


def bad_query(text):
    """4001."""
    return Violation('4001', f'QueryValidationError: {text}', None)


def unsupported_operation(text):
    """500."""
    return Violation('500', f'Operation {text} is not supported.')
