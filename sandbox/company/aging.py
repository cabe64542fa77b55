"""Who owes what, and for how long: AgedReceivables, AgedPayables, their details, and balances (purchases 14).

Modelled: open amounts on the day of the report in the home currency; the filters customer and vendor; aging_period
and num_periods; report_date. Credits and unapplied payments are negative, in the bucket of their own day.
Not modelled: what is paid too (arpaid, appaid), due dates and terms as filters, columns.
"""

from datetime import date

from .. import errors
from ..documents import dates, links, open_items
from . import report_parts as parts

SIDES = {'Receivable': links.SALES, 'Payable': links.PURCHASES}
PARAMETERS = frozenset((
    'report_date', 'aging_method', 'aging_period', 'num_periods', 'customer', 'vendor', 'accounting_method',
    'date_macro', 'start_date', 'end_date',
))  # fmt: skip
NOT_MODELLED = ('arpaid', 'appaid', 'columns', 'department', 'term', 'past_due', 'start_duedate', 'end_duedate',
                'sort_by', 'sort_order')  # fmt: skip


def _start(books, asked, side):
    """Return (day, open items) of a report."""
    parts.require_known(books, asked, PARAMETERS)
    for name in NOT_MODELLED:
        if name in asked:
            raise errors.NotModelled(f'{name} of an ageing report')
    day = parts.day(asked, 'report_date') or parts.day(asked, 'end_date') or dates.today(books)
    wanted = parts.ids(asked, side.name.lower())
    return day, [item for item in open_items.on(books, side, day) if wanted is None or item.name in wanted]


def _number(asked, name, usual):
    text = asked.get(name, str(usual))
    if not text.isdigit() or not int(text):
        raise errors.Fault(errors.bad_number(name, text))
    return int(text)


def _bucket(day, item, width, number):
    """Return in which period something is past due: 0 is current, the last one is open."""
    late = (date.fromisoformat(day) - date.fromisoformat(item.due)).days
    return 0 if late <= 0 else min((late - 1) // width + 1, number)


def _titles(width, number):
    spans = [f'{place * width + 1} - {(place + 1) * width}' for place in range(number - 1)]
    return ['Current', *spans, f'{(number - 1) * width + 1} and over']


def _label(books, side, id):
    return parts.name_cell(books, f'{side.name}:{id}')


def _echo(asked, side):
    return {side.name: asked[side.name.lower()]} if asked.get(side.name.lower()) else {}


def _header(books, name, rows, day, asked, side, macro='today', spans=True):
    options = [{'Name': 'report_date', 'Value': day}]
    given = any(asked.get(key) for key in ('report_date', 'end_date'))
    return parts.header(
        books, name, rows, day if spans else None, day if spans else None, None if given else macro, Option=options,
        **_echo(asked, side),
    )  # fmt: skip


def _by_name(books, side, items):
    """Return [(cell, items)] of each name with something open, by name."""
    found = {}
    for item in items:
        found.setdefault(item.name, []).append(item)
    return sorted(((_label(books, side, id), each) for id, each in found.items()),
                  key=lambda pair: pair[0]['value'].casefold())  # fmt: skip


def aged(books, name, asked):
    """Return AgedReceivables or AgedPayables."""
    side = SIDES[name.removeprefix('Aged').removesuffix('s')]
    day, items = _start(books, asked, side)
    width, number = _number(asked, 'aging_period', 30), _number(asked, 'num_periods', 4)
    titles, rows, totals = _titles(width, number), [], [0] * (number + 1)
    for label, mine in _by_name(books, side, items):
        sums = [0] * (number + 1)
        for item in mine:
            sums[_bucket(day, item, width, number)] += item.home
        totals = [total + cents for total, cents in zip(totals, sums, strict=True)]
        cells = [{'value': parts.summed(cents) if cents else ''} for cents in sums]
        rows.append({'ColData': [label, *cells, {'value': parts.summed(sum(sums))}]})
    columns = [parts.column('', side.name), *(parts.column(title, 'Money') for title in [*titles, 'Total'])]
    return _summary(_header(books, name, rows, day, asked, side), columns, rows, [*totals, sum(totals)])


def balances(books, name, asked):
    """Return CustomerBalance or VendorBalance."""
    side = links.SALES if name.startswith('Customer') else links.PURCHASES
    day, items = _start(books, asked, side)
    sums = [(label, sum(item.home for item in mine)) for label, mine in _by_name(books, side, items)]
    rows = [{'ColData': [label, {'value': parts.summed(cents)}]} for label, cents in sums if cents]
    columns = [parts.column('', side.name), parts.column('Total', 'Money')]
    head = _header(books, name, rows, day, asked, side, macro='all', spans=False)
    return _summary(head, columns, rows, [sum(cents for _label, cents in sums)])


def _summary(head, columns, rows, totals):
    if rows:
        total = [{'value': 'TOTAL'}, *({'value': parts.summed(cents)} for cents in totals)]
        rows = [*rows, {'Summary': {'ColData': total}, 'type': 'Section', 'group': 'GrandTotal'}]
    return {'Header': head, 'Columns': {'Column': columns}, 'Rows': {'Row': rows} if rows else {}}


# In detail.


def _keys(books, side):
    sign = 'neg_' if side is links.PURCHASES else ''
    home = 'home_' if books.multicurrency else ''
    return f'subt_{sign}{home}amount', f'subt_{sign}{home}open_bal'


def _columns(books, side, person, late):
    amount, left = _keys(books, side)
    keys = [('Date', 'Date', 'tx_date'), ('Transaction Type', 'String', 'txn_type'), ('Num', 'String', 'doc_num')]
    if person:
        keys.append((side.name, 'String', 'cust_name' if side is links.SALES else 'vend_name'))
    keys.append(('Due Date', 'Date', 'due_date'))
    if late:
        keys.append(('Past Due', 'String', 'past_due'))
    keys += [('Amount', 'Money', amount), ('Open Balance', 'Money', left)]
    return [parts.column(*key) for key in keys]


def _row(books, side, item, day, person, late):
    number = item.body.get('DocNumber') or item.body.get('PaymentRefNum') or ''
    cells = [{'value': item.body['TxnDate']},
             {'value': parts.type_name(item.type, item.body), 'id': item.body['Id']}, {'value': number}]  # fmt: skip
    if person:
        cells.append(_label(books, side, item.name))
    cells.append({'value': item.due})
    if late:
        cells.append({'value': str((date.fromisoformat(day) - date.fromisoformat(item.due)).days)})
    cells += [{'value': parts.detailed(cents)} for cents in (item.home_total, item.home)]
    return {'ColData': cells, 'type': 'Data'}


def _section(title, rows, items, width):
    """Return a section of detail; without rows it is the grand total."""
    blank = [{'value': ''}] * (width - 3)
    sums = [{'value': parts.detailed(sum(cents))} for cents in
            ([item.home_total for item in items], [item.home for item in items])]  # fmt: skip
    found = {}
    if rows:
        head = title if isinstance(title, dict) else {'value': title}
        found = {'Header': {'ColData': [head, *[{'value': ''}] * (width - 1)]}, 'Rows': {'Row': rows}}
        title = f'Total for {head["value"]}'
    return {**found, 'Summary': {'ColData': [{'value': title}, *blank, *sums]}, 'type': 'Section'}


def aged_detail(books, name, asked):
    """Return AgedReceivableDetail or AgedPayableDetail: a section for each period, the latest due first."""
    side = SIDES[name.removeprefix('Aged').removesuffix('Detail')]
    day, items = _start(books, asked, side)
    width, number = _number(asked, 'aging_period', 30), _number(asked, 'num_periods', 4)
    titles = [title if title == 'Current' else f'{title.replace("and over", "or more")} days past due'
              for title in _titles(width, number)]  # fmt: skip
    columns, rows = _columns(books, side, True, True), []
    for place in reversed(range(number + 1)):
        mine = [item for item in items if _bucket(day, item, width, number) == place]
        if mine:
            inside = [_row(books, side, item, day, True, True) for item in mine]
            rows.append(_section(titles[place], inside, mine, len(columns)))
    return _detail(books, name, asked, side, day, columns, rows, items)


def balance_detail(books, name, asked):
    """Return CustomerBalanceDetail or VendorBalanceDetail: a section for each name."""
    side = links.SALES if name.startswith('Customer') else links.PURCHASES
    day, items = _start(books, asked, side)
    columns = _columns(books, side, False, False)
    rows = [
        _section(label, [_row(books, side, item, day, False, False) for item in mine], mine, len(columns))
        for label, mine in _by_name(books, side, items)
    ]
    return _detail(books, name, asked, side, day, columns, rows, items)


def _detail(books, name, asked, side, day, columns, rows, items):
    if rows:
        rows.append(_section('TOTAL', (), items, len(columns)))
    head = _header(books, name, rows, day, asked, side)
    return {'Header': head, 'Columns': {'Column': columns}, 'Rows': {'Row': rows} if rows else {}}
