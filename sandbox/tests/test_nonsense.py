"""Whatever stands in a member of a document: it is taken or refused, and nothing breaks."""

import os
from itertools import islice

import pytest

from ..control import Control
from ..entities import ENTITIES
from ..errors import Fault
from .documents import account, line, money, values

NONSENSE = (
    None, '', 0, -1, True, 'x', 1e300, '2026-13-40', [], {}, [None], [{}], [[]], {'value': None}, {'value': 'x'},
    {'value': {}},
)  # fmt: skip
STEP = 1 if 'QBO_TEST_LONG' in os.environ else 5  # each fifth: no divisor of how many there are, so all come
TYPES = ('Invoice', 'CreditMemo', 'SalesReceipt', 'RefundReceipt', 'Payment', 'Deposit', 'JournalEntry')


@pytest.fixture(scope='module')
def control():
    return Control()


def good(control, type):
    """Return values of a type that are fine."""
    bank = {'value': account(control, 'Checking')}
    sides = [
        {'Amount': 5, 'DetailType': 'JournalEntryLineDetail', 'JournalEntryLineDetail': {
            'PostingType': side, 'AccountRef': bank}} for side in ('Debit', 'Credit')
    ]  # fmt: skip
    income = {'AccountRef': {'value': account(control, 'Interest earned')}}
    return {
        'Payment': money(10),
        'Deposit': {'DepositToAccountRef': bank, 'Line': [
            {'Amount': 5, 'DetailType': 'DepositLineDetail', 'DepositLineDetail': income}]},
        'JournalEntry': {'Line': sides},
        'RefundReceipt': values(DepositToAccountRef=bank),
    }.get(type) or values(line(10, tax='TAX'), code='2')  # fmt: skip


def spoilt(asked, type):
    """Yield values with nonsense in one place each."""
    for name in ENTITIES[type].fields:
        for each in NONSENSE:
            yield {**asked, name: each}
    first = (asked['Line'] or [{'Amount': 3, 'LinkedTxn': [{'TxnId': '1', 'TxnType': 'Invoice'}]}])[0]
    kind = first.get('DetailType')
    members = ENTITIES[type].fields['Line'].kinds[kind].members if kind else ()
    for each in NONSENSE:
        for name in {*first, 'LinkedTxn', 'Description', 'LineNum', 'Id'}:
            yield {**asked, 'Line': [{**first, name: each}, *asked['Line'][1:]]}
        for name in members:
            yield {**asked, 'Line': [{**first, kind: {**first[kind], name: each}}, *asked['Line'][1:]]}


@pytest.mark.parametrize('type', TYPES)
def test_nonsense_breaks_nothing(control, type):
    control.snapshot()
    asked, refused = good(control, type), 0
    assert control.create(type, asked)
    for each in islice(spoilt(asked, type), 0, None, STEP):
        try:
            control.create(type, each)
        except Fault:
            refused += 1
    control.restore()

    assert refused > 100 / STEP
