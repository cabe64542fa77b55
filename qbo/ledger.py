"""Details of reports as figures: what was posted on an account, and what is open (qbo-purchases 14)."""

from dataclasses import dataclass
from datetime import datetime, timezone

from .reports import cents_at
from .text import parse_time

ENTITIES = {
    'Invoice': 'Invoice', 'Payment': 'Payment', 'Credit Memo': 'CreditMemo', 'Sales Receipt': 'SalesReceipt',
    'Refund': 'RefundReceipt', 'Deposit': 'Deposit', 'Journal Entry': 'JournalEntry', 'Transfer': 'Transfer',
    'Bill': 'Bill', 'Vendor Credit': 'VendorCredit', 'Bill Payment (Check)': 'BillPayment',
    'Bill Payment (Credit Card)': 'BillPayment', 'Expense': 'Purchase', 'Cash Expense': 'Purchase',
    'Credit Card Expense': 'Purchase', 'Check': 'Purchase', 'Credit Card Credit': 'Purchase',
    'Credit Card Payment': 'CreditCardPayment', 'Inventory Qty Adjust': 'InventoryAdjustment',
}  # fmt: skip
"""What reports call a document, in English, and its entity type. A type that is not here keeps the report's word."""

DETAILS = ('tx_date', 'txn_type', 'doc_num', 'name', 'create_date', 'last_mod_date')
AMOUNTS = ('subt_nat_home_amount', 'subt_nat_amount')
"""Where a general ledger has the amount in home currency: companies with several currencies spell it apart."""
OPEN = {
    'sale': ('subt_home_open_bal', 'subt_open_bal'),
    'purchase': ('subt_neg_home_open_bal', 'subt_neg_open_bal'),
}
TOO_MUCH = 'unable to display more data'
CREDITS = frozenset({'Liability', 'Equity', 'Revenue'})
"""Classifications whose amounts a general ledger shows positive on the credit side."""


class TooMuch(ValueError):
    """The report was cut off: it has more cells than QuickBooks shows. Ask for fewer days."""


@dataclass(frozen=True)
class Row:
    """What one document has on one account, or is open of it. Times are aware, None where the report has none."""

    key: tuple  # (entity type, id)
    cents: int
    account: str | None = None
    type: str = ''
    number: str = ''
    name: str = ''
    party: str | None = None
    date: str = ''
    created: datetime | None = None
    changed: datetime | None = None


def postings(report, classifications=None):
    """Return a :class:`Row` for each posting of a general ledger; debits are positive.

    :param dict classifications: ``{account id: classification}`` as accounts have it; of an account that is not there
        a debit counts as positive
    :raise TooMuch: QuickBooks cut it off
    :raise ValueError: it is no general ledger, or an amount is none
    """
    places = _places(report)
    amount = _first(places, AMOUNTS)
    rows = []
    for account, cells in _sections(report, None):
        sign = -1 if (classifications or {}).get(account) in CREDITS else 1
        if found := _row(cells, places, amount, account, sign):
            rows.append(found)
    return rows


def open_items(report, side='sale'):
    """Return a :class:`Row` for each document that is open; what the other side owes is positive.

    :param str side: ``sale`` (AgedReceivableDetail) or ``purchase`` (AgedPayableDetail)
    :raise TooMuch: QuickBooks cut it off
    :raise ValueError: it is no such report, or an amount is none
    """
    places = _places(report)
    amount = _first(places, OPEN[side])
    found = (_row(cells, places, amount, None, 1) for _account, cells in _sections(report, None))
    return [row for row in found if row]


def sums(rows):
    """Return ``{key: cents}`` of rows: a document may stand on an account several times."""
    found = {}
    for row in rows:
        found[row.key] = found.get(row.key, 0) + row.cents
    return found


def _places(report):
    """Return ``{key of a column: its place}``; without a minor version the type of a column is its key."""
    columns = (report.get('Columns') or {}).get('Column') or []
    places = {}
    for place, column in enumerate(columns):
        keys = [each.get('Value') for each in column.get('MetaData') or () if each.get('Name') == 'ColKey']
        places[keys[0] if keys else column.get('ColType')] = place
    return places


def _first(places, keys):
    found = [places[key] for key in keys if key in places]
    if not found and places:
        raise ValueError(f"the report has no column {keys[-1]}")
    return found[0] if found else 0


def _sections(node, account):
    """Yield ``(account id or None, cells)`` of each row; a part of a section without a header is its account's."""
    for row in (node.get('Rows') or {}).get('Row') or ():
        head = (row.get('Header') or {}).get('ColData')
        inside = (head[0].get('id') or None) if head else account
        if cells := row.get('ColData'):
            if TOO_MUCH in ' '.join(cell.get('value') or '' for cell in cells).casefold():
                raise TooMuch
            yield inside, cells
        yield from _sections(row, inside)


def _row(cells, places, amount, account, sign):
    """Return the posting in a row, None for one that is no document (a beginning balance)."""

    def cell(key):
        place = places.get(key)
        return cells[place] if place is not None and place < len(cells) else {}

    type_, id_ = cell('txn_type').get('value') or '', cell('txn_type').get('id')
    if not id_:
        return None
    party = cell('name') or cell('cust_name') or cell('vend_name')
    return Row(
        key=(ENTITIES.get(type_, type_), id_),
        cents=sign * cents_at(cells, amount),
        account=account,
        type=type_,
        number=cell('doc_num').get('value') or '',
        name=party.get('value') or '',
        party=party.get('id') or None,
        date=cell('tx_date').get('value') or '',
        created=moment(cell('create_date').get('value')),
        changed=moment(cell('last_mod_date').get('value')),
    )


def moment(text):
    """Return what a report says of when something was, as an aware datetime; None where it cannot be read.

    Of a day alone the end counts.
    """
    if not text:
        return None
    try:
        if len(text) == len('2026-03-02'):
            return datetime.fromisoformat(f'{text}T23:59:59').replace(tzinfo=timezone.utc)
        return parse_time(text)
    except ValueError:
        return None
