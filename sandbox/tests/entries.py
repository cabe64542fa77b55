"""Short words for journal entries in tests."""

from .documents import account


def entry(sandbox, *rows, **members):
    """Return the values of a journal entry of rows (account, debits, further members of the detail)."""
    lines = []
    for name, debit, *more in rows:
        detail = {'PostingType': 'Debit' if debit > 0 else 'Credit', 'AccountRef': {'value': account(sandbox, name)}}
        lines.append({'Amount': abs(debit), 'DetailType': 'JournalEntryLineDetail',
                      'JournalEntryLineDetail': {**detail, **(more[0] if more else {})}})  # fmt: skip
    return {'Line': lines, **members}


def named(type, id):
    """Return the member of a line's detail that names somebody."""
    return {'Entity': {'Type': type, 'EntityRef': {'value': id}}}
