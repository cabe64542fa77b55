"""The sentences for failures. What a code means to the engine stands in ``qbo/errors.py``; here are only words.

Each sentence says what happened and what to do. To teach one, add a row: the code, and a function of ``env`` and
the values ``name`` (the record), ``field`` (in words) and ``detail`` (QuickBooks' own words).
"""

from ...qbo import errors

SENTENCES = {
    '610': lambda env, v: env._(
        "Something that %(name)s refers to was made inactive or deleted in QuickBooks. "
        "Make it active again there, then press Retry. QuickBooks says: %(detail)s",
        **v,
    ),
    '610 document': lambda env, v: env._(
        "%(name)s refers to a customer or product that is inactive in QuickBooks, or was deleted there itself. Press "
        "Make Active to make them active again and send it. QuickBooks says: %(detail)s",
        **v,
    ),
    '2020': lambda env, v: env._("QuickBooks needs a value for %(field)s of %(name)s. Fill it in.", **v),
    '2040': lambda env, v: env._(
        "%(field)s of %(name)s has a character that QuickBooks does not take: %(detail)s", **v
    ),
    '2050': lambda env, v: env._("%(field)s of %(name)s is too long or too short for QuickBooks: %(detail)s", **v),
    '2210': lambda env, v: env._("The e-mail address of %(name)s is not valid. Correct it.", **v),
    '2500': lambda env, v: env._("%(name)s refers to something that QuickBooks does not have: %(detail)s", **v),
    '2500 document': lambda env, v: env._(
        "%(name)s refers to something that is inactive or missing in QuickBooks. Press Make Active to make its "
        "customer and products active again and send it. QuickBooks says: %(detail)s",
        **v,
    ),
    '5010': lambda env, v: env._(
        "%(name)s keeps changing in QuickBooks while Odoo tries to save it. Press Retry when nobody edits it there.",
        **v,
    ),
    '6080': lambda env, v: env._("QuickBooks needs a name for this record. Fill in the name.", **v),
    '6140': lambda env, v: env._(
        "The number %(name)s is taken in QuickBooks. Link the document that has it, send this one under another "
        "number, or type one in under QuickBooks Number.",
        **v,
    ),
    '6210': lambda env, v: env._(
        "The date of %(name)s is in a period that is closed in QuickBooks. Reopen it there or change the date.", **v
    ),
    '6220': lambda env, v: env._(
        "%(name)s still has a balance in QuickBooks and cannot be made inactive there. Settle the balance, then Retry.",
        **v,
    ),
    '6240': lambda env, v: env._(
        "Another customer, vendor or employee in QuickBooks is called “%(name)s”. Send this one under another name, "
        "change the name, or link the two where that is offered.",
        **v,
    ),
    '6240 Item': lambda env, v: env._(
        "Another product or category in QuickBooks is called “%(name)s”. Send this one under another name, change the "
        "name, or link the two where that is offered.",
        **v,
    ),
    '6270': lambda env, v: env._(
        "%(name)s is dated before QuickBooks began to count the stock of one of its products. Change the date, or the "
        "product's start date in QuickBooks: %(detail)s",
        **v,
    ),
    '6450': lambda env, v: env._(
        "%(name)s was paid by card and is settled, so QuickBooks does not void it. Refund it there instead.", **v
    ),
    '6450 Invoice': lambda env, v: env._(
        "A card payment of %(name)s is settled in QuickBooks, so that the invoice cannot be voided or changed there. "
        "Refund the payment there, then press Retry; or reset the invoice to draft in Odoo and confirm it as it was.",
        **v,
    ),
    '6480': lambda env, v: env._(
        "%(name)s is matched with the bank feed in QuickBooks. Undo the match there, then press Retry.", **v
    ),
    '6480 Invoice': lambda env, v: env._(
        "A payment of %(name)s is matched with the bank feed in QuickBooks, so that the invoice cannot be voided or "
        "changed there. Undo the match there, then press Retry; or reset the invoice to draft in Odoo and confirm it "
        "as it was.",
        **v,
    ),
    '6540': lambda env, v: env._(
        "%(name)s is part of a bank deposit in QuickBooks. Open the deposit there, take it out, then press Retry.", **v
    ),
    '6540 Invoice': lambda env, v: env._(
        "A payment of %(name)s is part of a bank deposit in QuickBooks, so that the invoice cannot be voided or "
        "changed there. Open the deposit there, take the payment out, then press Retry; or reset the invoice to draft "
        "in Odoo and confirm it as it was.",
        **v,
    ),
    '620': lambda env, v: env._(
        "What %(name)s pays cannot be paid in QuickBooks: it is paid there already, or belongs to another customer. "
        "Open it in QuickBooks, take the other payment off it, then press Retry. QuickBooks says: %(detail)s",
        **v,
    ),
    '6430': lambda env, v: env._(
        "QuickBooks does not take this kind of account as %(field)s of %(name)s. Choose another: %(detail)s", **v
    ),
    'unanswered': lambda env, v: env._(
        "QuickBooks did not answer many times in a row for %(name)s. Odoo goes on asking every hour.", **v
    ),
}

BY_KIND = {
    errors.Kind.TRANSIENT: lambda env, v: env._(
        "QuickBooks does not answer at the moment. Odoo tries again by itself."
    ),
    errors.Kind.THROTTLED: lambda env, v: env._(
        "QuickBooks allows only so many requests a minute. Odoo goes on by itself in a minute."
    ),
    errors.Kind.QUOTA: lambda env, v: env._(
        "QuickBooks refuses further requests for now: %(detail)s Odoo tries again every hour.", **v
    ),
    errors.Kind.AUTHORISATION: lambda env, v: env._(
        "QuickBooks does not accept Odoo's access any more. Connect again; changes are held until then."
    ),
    errors.Kind.CLOSED_BOOKS: SENTENCES['6210'],
    errors.Kind.STALE: SENTENCES['5010'],
    errors.Kind.DATA: lambda env, v: env._("QuickBooks refused %(name)s: %(detail)s (code %(code)s)", **v),
}

REASONS = {
    '6190': lambda env: env._(
        "The QuickBooks subscription has ended or there is a billing problem. Nothing can be saved there until that is "
        "mended in QuickBooks.",
    ),
    'user_not_in_realm': lambda env: env._(
        "The QuickBooks user who connected has lost access to the company. Have a user with access connect again."
    ),
    'invalid_grant': lambda env: env._(
        "QuickBooks does not accept Odoo's access any more: somebody disconnected the app in QuickBooks, or the "
        "password of the user who connected was changed. Connect again; changes are held until then."
    ),
    '3100': lambda env: env._(
        "QuickBooks does not let Odoo into the company any more: the app was disconnected there, or the user who "
        "connected is no administrator any longer. Have a company administrator connect again."
    ),
    '130': lambda env: env._(
        "This access belongs to Intuit's other environment. Choose the environment that the keys are for, and connect "
        "again."
    ),
    'invalid_client': lambda env: env._(
        "Intuit does not know this client ID and secret. Copy them again from the app's page at Intuit; production and "
        "development keys are different."
    ),
}


def sentence(env, error, link=None, key=None, **facts):
    """Return what happened and what to do, in the language of ``env``.

    :param qbo.errors.QboError error: the failure
    :param link: the ``qbo.link`` of the record it concerns, if any
    :param str key: a row of ``SENTENCES`` that goes before that of the error's code
    :param facts: values of the sentence that are known better than by the link
    """
    if reason := REASONS.get(getattr(error, 'reason', None) or error.code):
        return reason(env)
    facts = {
        'name': link.name if link else '',
        'field': link._label(error.element) if link and error.element else env._("a field"),
        'detail': error.detail or str(error),
        'code': error.code or error.status or '',
        **facts,
    }
    known = (SENTENCES.get(key) or SENTENCES.get(error.code)) if link else None
    return (known or BY_KIND[error.kind])(env, facts)
