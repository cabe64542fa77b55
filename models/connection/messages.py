"""The sentences for failures. What a code means to the engine stands in ``qbo/errors.py``; here are only words.

Each sentence says what happened and what to do. To teach one, add a row: the code, and a sentence with the values
``name`` (the record), ``field`` (in words), ``detail`` (QuickBooks' own words) and ``qbo_code``. A row of a code and an
entity type, or ``document``, goes before that of the code alone.
"""

import re

import psycopg2
from odoo.tools.translate import LazyTranslate

from ...qbo import errors
from .reason import Reason, declare, label

_lt = LazyTranslate(__name__)

REFUSED = {
    '610': _lt(
        "Something that %(name)s refers to was made inactive or deleted in QuickBooks. "
        "Make it active again there, then press Retry. QuickBooks says: %(detail)s"
    ),
    '610 document': _lt(
        "%(name)s refers to something that is inactive in QuickBooks (a customer, a product, payment terms, a payment "
        "method), or was deleted there itself. Press Make Active to make it active again and send it. QuickBooks says: "
        "%(detail)s"
    ),
    '2020': _lt("QuickBooks needs a value for %(field)s of %(name)s. Fill it in."),
    '2040': _lt("%(field)s of %(name)s has a character that QuickBooks does not take: %(detail)s"),
    '2050': _lt("%(field)s of %(name)s is too long or too short for QuickBooks: %(detail)s"),
    '2050 long': _lt(
        "%(field)s of %(name)s is too long for QuickBooks, which takes %(max)s characters: it has %(length)s. Shorten "
        "it."
    ),
    '2090': _lt("%(field)s of %(name)s is a larger number than QuickBooks takes, or a smaller one. Correct it."),
    '2210': _lt("The e-mail address of %(name)s is not valid. Correct it."),
    '2500': _lt("%(name)s refers to something that QuickBooks does not have: %(detail)s"),
    '2500 document': _lt(
        "%(name)s refers to something that is inactive or missing in QuickBooks. Press Make Active to make its "
        "customer, products, payment terms and payment method active again and send it. QuickBooks says: %(detail)s"
    ),
    '5010': _lt(
        "%(name)s keeps changing in QuickBooks while Odoo tries to save it. Press Retry when nobody edits it there."
    ),
    '6000 lowered': _lt(
        "QuickBooks did not take the lower amount of %(name)s. Where more of it is settled there, take that payment or "
        "credit off it there, then press Retry. QuickBooks says: %(detail)s"
    ),
    '6080': _lt("QuickBooks needs a name for this record. Fill in the name."),
    '6140': _lt(
        "The number %(name)s is taken in QuickBooks. Link the document that has it, send this one under another "
        "number, or type one in under QuickBooks Number."
    ),
    '6170': _lt(
        "%(name)s is out of the scope of tax in QuickBooks, which takes no tax on it there. Choose in QuickBooks "
        "whether its prices include tax, or take the taxes off in Odoo, then press Retry."
    ),
    '6210': _lt(
        "The date of %(name)s is in a period that is closed in QuickBooks. Reopen it there or change the date."
    ),
    '6220': _lt(
        "%(name)s still has a balance in QuickBooks and cannot be made inactive there. Settle the balance, then Retry."
    ),
    '6240': _lt(
        "Another customer, vendor or employee in QuickBooks is called “%(name)s”. Send this one under another name, "
        "change the name, or link the two where that is offered."
    ),
    '6240 Item': _lt(
        "Another product or category in QuickBooks is called “%(name)s”. Send this one under another name, change the "
        "name, or link the two where that is offered."
    ),
    '6240 Term': _lt(
        "Payment terms in QuickBooks are called “%(name)s” already, and mean something else. Send these under another "
        "name, change the name, or have the same days and discount on both sides."
    ),
    '6240 PaymentMethod': _lt(
        "Another payment method in QuickBooks is called “%(name)s”. Send this one under another name, or link the two "
        "where that is offered."
    ),
    '6270': _lt(
        "%(name)s is dated before QuickBooks began to count the stock of one of its products. Change the date, or the "
        "product's start date in QuickBooks: %(detail)s"
    ),
    '6450': _lt("%(name)s was paid by card and is settled, so QuickBooks does not void it. Refund it there instead."),
    '6450 Invoice': _lt(
        "A card payment of %(name)s is settled in QuickBooks, so that the invoice cannot be voided or changed there. "
        "Refund the payment there, then press Retry; or reset the invoice to draft in Odoo and confirm it as it was."
    ),
    '6480': _lt("%(name)s is matched with the bank feed in QuickBooks. Undo the match there, then press Retry."),
    '6480 Invoice': _lt(
        "A payment of %(name)s is matched with the bank feed in QuickBooks, so that the invoice cannot be voided or "
        "changed there. Undo the match there, then press Retry; or reset the invoice to draft in Odoo and confirm it "
        "as it was."
    ),
    '6540': _lt(
        "%(name)s is part of a bank deposit in QuickBooks. Open the deposit there, take it out, then press Retry."
    ),
    '6540 Invoice': _lt(
        "A payment of %(name)s is part of a bank deposit in QuickBooks, so that the invoice cannot be voided or "
        "changed there. Open the deposit there, take the payment out, then press Retry; or reset the invoice to draft "
        "in Odoo and confirm it as it was."
    ),
    '6140 BillPayment': _lt(
        "A check with the number %(name)s is in QuickBooks already. Link the payment that has it, send this one under "
        "another number, or correct the reference of the payment."
    ),
    '6430 BillPayment': _lt(
        "QuickBooks pays bills from a bank account or a credit card, and the account of the journal of %(name)s is "
        "another there. Choose another account on the journal. QuickBooks says: %(detail)s"
    ),
    '6450 BillPayment': _lt(
        "%(name)s was paid online and is settled, so that QuickBooks neither changes nor voids it. Record what came "
        "back there as a deposit, or put the payment back in Odoo as it was."
    ),
    '6480 BillPayment': _lt(
        "%(name)s is matched with the bank feed in QuickBooks. Undo the match there, then press Retry; or put the "
        "payment back in Odoo as it was."
    ),
    '620 BillPayment': _lt(
        "What %(name)s pays cannot be paid in QuickBooks: it is paid there already, or belongs to another vendor. Open "
        "it in QuickBooks, take the other payment off it, then press Retry. QuickBooks says: %(detail)s"
    ),
    '620': _lt(
        "What %(name)s pays cannot be paid in QuickBooks: it is paid there already, or belongs to another customer. "
        "Open it in QuickBooks, take the other payment off it, then press Retry. QuickBooks says: %(detail)s"
    ),
    '6430': _lt("QuickBooks does not take this kind of account as %(field)s of %(name)s. Choose another: %(detail)s"),
}

KINDS = {
    'transient': _lt("QuickBooks does not answer at the moment. Odoo tries again by itself."),
    'throttled': _lt("QuickBooks allows only so many requests a minute. Odoo goes on by itself in a minute."),
    'quota': _lt("QuickBooks refuses further requests for now: %(detail)s Odoo tries again every hour."),
    'authorization': _lt(
        "QuickBooks does not accept Odoo's access any more. Connect again; changes are held until then."
    ),
    'data': _lt("QuickBooks refused %(name)s: %(detail)s (code %(qbo_code)s)"),
}

ACCESS = {
    '6190': _lt(
        "The QuickBooks subscription has ended or there is a billing problem. Nothing can be saved there until that is "
        "fixed in QuickBooks.",
    ),
    'user_not_in_realm': _lt(
        "The QuickBooks user who connected has lost access to the company. Have a user with access connect again."
    ),
    'invalid_grant': _lt(
        "QuickBooks does not accept Odoo's access any more: somebody disconnected the app in QuickBooks, or the "
        "password of the user who connected was changed. Connect again; changes are held until then."
    ),
    '3100': _lt(
        "QuickBooks does not let Odoo into the company any more: the app was disconnected there, or the user who "
        "connected is no administrator any longer. Have a company administrator connect again."
    ),
    '130': _lt(
        "This access belongs to Intuit's other environment. Choose the environment that the keys are for, and connect "
        "again."
    ),
    'invalid_client': _lt(
        "Intuit does not know this client ID and secret. Copy them again from the app's page at Intuit; production and "
        "development keys are different."
    ),
}

declare(
    REFUSED,
    fixes={
        '610 document': 'reactivate',
        '2500 document': 'reactivate',
        '6140': 'link_existing',
        '6140 BillPayment': 'link_existing',
        '6430 BillPayment': 'open_journal',
        '6240': 'link_existing',
        '6240 Item': 'link_existing',
        '6240 Term': 'link_existing',
        '6240 PaymentMethod': 'link_existing',
    },
)
declare(KINDS)
declare(ACCESS)

LENGTHS = re.compile(r'Max:\s*([\d,]+).*length:\s*([\d,]+)')
"""What QuickBooks says of a text that is too long (qbo-api 4.3)."""

OF_KIND = {**{kind: kind.value for kind in errors.Kind}, errors.Kind.CLOSED_BOOKS: '6210', errors.Kind.STALE: '5010'}


def explain(error, link=None, key=None, **given):
    """Return what happened and what to do, as a :class:`Reason`.

    :param qbo.errors.QboError error: the failure
    :param link: the ``qbo.link`` of the record it concerns, if any
    :param str key: of ``REFUSED``, where another sentence goes before that of the error's code
    :param given: values of the sentence that are known better than by the link
    """
    access = getattr(error, 'reason', None) or error.code
    if access in ACCESS:
        return Reason(access, {'qbo_code': access})
    if too_long := error.code == '2050' and LENGTHS.search(error.detail or ''):
        key, given = '2050 long', {'max': too_long[1], 'length': too_long[2], **given}
    known = next((item for item in (key, error.code) if link and item in REFUSED), None)
    values = {
        'name': link.name if link else '',
        'field': link._labeled(error.element) if link else label('', ''),
        'detail': error.detail or str(error),
        'qbo_code': error.code or str(error.status or ''),
        **given,
    }
    return Reason(known or OF_KIND[error.kind], values)


def sentence(env, error, link=None, **given):
    """Return :func:`explain` in words, in the language of ``env``."""
    return explain(error, link, **given).text(env)


def database_sentence(env, error):
    """Return what a rule of the database that refused something says, also another addon's; None for any other error.

    :param env: of a transaction that goes on, after the savepoint was undone
    """
    if not isinstance(error, psycopg2.IntegrityError):
        return None
    tables = {model._table: name for name, model in env.registry.items() if not model._abstract}
    message = env[tables.get(error.diag.table_name, 'base')]._sql_error_to_message(error)
    if str(error).strip() not in message:
        return message
    return env._("a rule of Odoo, or of another addon, forbids it: %s", error.diag.constraint_name)
