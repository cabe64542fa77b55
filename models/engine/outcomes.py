"""What an answer of QuickBooks says about a request: done, refused, or nobody knows. Without the database."""

import json

import psycopg2

from ...qbo import client, errors

# What the database could not do now: serialization, time-out, disk full, a server that is shut down. Where the
# connection to it was cut, all that comes after says InterfaceError.
DATABASE_PASSING = (psycopg2.OperationalError, psycopg2.InterfaceError)
# What is nobody's error: QuickBooks' own, and the database's.
NOT_OF_ONE_RECORD = (errors.QboError, *DATABASE_PASSING)


def words_of(error):
    """Return what an exception says; its type where it says nothing."""
    return str(error) or repr(error)


def is_shared(error):
    """Return whether a failure says nothing about the record that was sent."""
    return error.kind not in (errors.Kind.DATA, errors.Kind.STALE, errors.Kind.CLOSED_BOOKS)


def is_of_reads(error):
    """Return whether only reading is refused: the reads of the month are used up, and what is sent is not metered."""
    return isinstance(error, errors.QuotaError) and error.code != errors.SUBSCRIPTION_ENDED


def refuses_all(call, answer):
    """Return the failure of an item of a batch that no other one could escape, None where there is none."""
    found = (outcome for _request, outcome in outcomes(call, answer) if isinstance(outcome, errors.QboError))
    return next((error for error in found if is_shared(error) and error.kind is not errors.Kind.TRANSIENT), None)


def is_refused_unseen(error):
    """Return whether a call was turned away before QuickBooks looked at it: throttled, or without a valid token."""
    return error.status in (401, 403, 429)


def is_remembered(error):
    """Return whether a fault says that nothing was saved, and may come back for ever under its request id.

    Not known whether QuickBooks repeats a stored fault (qbo-api 2). Then a new id is safe, unless an answer was lost
    before: one that never came says nothing of the kind.
    """
    return bool(error.status) and error.status < 500 and error.status != 408


def is_open(request, outcome):
    """Return whether QuickBooks has not said what became of one item of a batch.

    It has not where it left the item out, and where it could not do it now after an answer was lost: the item may have
    been done the first time.
    """
    if isinstance(outcome, errors.UnknownOutcome):
        return True
    was_lost = request.attempts - request.denials > 1
    return was_lost and isinstance(outcome, errors.QboError) and outcome.kind is errors.Kind.TRANSIENT


def outcomes(call, answer):
    """Return ``[(request, entity or error)]`` of a call."""
    if isinstance(answer, errors.QboError):
        return [(call, answer)]
    if not call[0].is_batch:
        return [(call, answer.values)]
    by_bid = {item.bid: item.error or item.values for item in answer.values}
    return [(request, by_bid[str(place)]) for place, request in enumerate(call)]


def stored(outcome):
    """Return ``(JSON, QuickBooks id or None)`` of what came for one request: an entity or a refusal."""
    if not isinstance(outcome, errors.QboError):
        return client.serialize({'entity': outcome}), outcome.get('Id')
    details = [
        {'code': item.code, 'Message': item.message, 'Detail': item.detail, 'element': item.element}
        for item in outcome.errors
    ]
    return client.serialize({'Fault': {'Error': details}, 'status': outcome.status}), None


def restored(request):
    """Return what :func:`stored` was given."""
    answer = json.loads(request.answer)
    if 'entity' in answer:
        return answer['entity']
    return errors.from_fault(answer['Fault'], answer['status'], request.tid, request.call_id)
