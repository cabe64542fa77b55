"""The HTML of the pages for people. Nothing here decides or changes anything."""

import json

from ..clock import pacific
from .html import document, e

TYPES = (
    ('Sales', ('Customer', 'Invoice', 'Payment', 'CreditMemo', 'SalesReceipt', 'RefundReceipt', 'Item')),
    ('Expenses', ('Vendor', 'Bill', 'VendorCredit', 'BillPayment', 'Purchase', 'Employee')),
    (
        'Accounting',
        ('Account', 'JournalEntry', 'Deposit', 'Class', 'Department', 'TaxCode', 'TaxRate', 'TaxAgency', 'Attachable'),
    ),
    ('Settings', ('Term', 'PaymentMethod', 'CompanyCurrency', 'ExchangeRate', 'CompanyInfo', 'Preferences')),
)
LABELS = {
    'Invoice': 'Invoices', 'Payment': 'Payments', 'CreditMemo': 'Credit memos', 'SalesReceipt': 'Sales receipts',
    'RefundReceipt': 'Refund receipts', 'JournalEntry': 'Journal entries', 'Deposit': 'Deposits',
    'Bill': 'Bills', 'VendorCredit': 'Vendor credits', 'BillPayment': 'Bill payments', 'Purchase': 'Expenses',
    'Attachable': 'Attachments', 'CompanyCurrency': 'Currencies', 'ExchangeRate': 'Exchange rates',
    'Customer': 'Customers', 'Item': 'Products and services', 'Vendor': 'Vendors',
    'Employee': 'Employees', 'Account': 'Chart of accounts', 'Class': 'Classes',
    'Department': 'Locations', 'TaxCode': 'Tax codes', 'TaxRate': 'Tax rates',
    'TaxAgency': 'Tax agencies', 'Term': 'Terms', 'PaymentMethod': 'Payment methods',
    'CompanyInfo': 'Company', 'Preferences': 'Preferences',
}  # fmt: skip
COLUMNS = {
    # heading, path of the member
    'Customer': (('E-mail', 'PrimaryEmailAddr.Address'), ('Phone', 'PrimaryPhone.FreeFormNumber'),
                 ('City', 'BillAddr.City'), ('Balance', 'Balance')),
    'Vendor': (('Phone', 'PrimaryPhone.FreeFormNumber'), ('City', 'BillAddr.City'), ('Balance', 'Balance')),
    'Employee': (('Phone', 'PrimaryPhone.FreeFormNumber'),),
    'Account': (('Number', 'AcctNum'), ('Type', 'AccountType'), ('Detail type', 'AccountSubType'),
                ('Balance', 'CurrentBalance')),
    'Item': (('Type', 'Type'), ('Sku', 'Sku'), ('On hand', 'QtyOnHand'), ('Price', 'UnitPrice')),
    'Term': (('Days', 'DueDays'), ('Type', 'Type')),
    'PaymentMethod': (('Type', 'Type'),),
    'TaxRate': (('Percent', 'RateValue'), ('Agency', 'AgencyRef.value')),
    'TaxCode': (('Description', 'Description'),),
}  # fmt: skip
MONEY = frozenset({'Balance', 'CurrentBalance', 'UnitPrice'})
FORM = (
    # heading, then (label, path, width)
    ('Name', (('Display name', 'DisplayName', 's3'), ('Company', 'CompanyName', 's3'),
              ('First name', 'GivenName', 's2'), ('Middle name', 'MiddleName', 's2'),
              ('Last name', 'FamilyName', 's2'))),
    ('Contact', (('E-mail', 'PrimaryEmailAddr.Address', 's3'), ('Phone', 'PrimaryPhone.FreeFormNumber', 's3'),
                 ('Mobile', 'Mobile.FreeFormNumber', 's3'), ('Website', 'WebAddr.URI', 's3'))),
    ('Billing address', (('Street', 'BillAddr.Line1', 's3'), ('Street, second line', 'BillAddr.Line2', 's3'),
                         ('City', 'BillAddr.City', 's2'), ('State', 'BillAddr.CountrySubDivisionCode', ''),
                         ('Postal code', 'BillAddr.PostalCode', ''), ('Country', 'BillAddr.Country', 's2'))),
    ('More', (('Notes', 'Notes', 's6'),)),
)  # fmt: skip
FIELDS = tuple(path for _heading, fields in FORM for _label, path, _width in fields)


def at(body, path):
    """Return the member of a body at a path of names with dots, or ''."""
    for name in path.split('.'):
        body = body.get(name, '') if isinstance(body, dict) else ''
    return body


def name_of(body):
    """Return what a record is called."""
    return body.get('FullyQualifiedName') or body.get('DisplayName') or body.get('Name') or body.get('CompanyName', '')


def shell(title, here, body, subtitle='', refresh=0):
    """Return a page with the bar on top."""
    links = (('/', 'Books'), ('/requests', 'Requests'), ('/faults', 'Make it fail'))
    nav = ''.join(f'<a href="{url}"{" class=here" if url == here else ""}>{e(text)}</a>' for url, text in links)
    top = (
        f'<header class="top"><a class="name" href="/" style="color:inherit">QuickBooks<small>sandbox</small></a>'
        f'<nav>{nav}</nav><span class="right">{e(subtitle)}</span></header>'
    )
    head = f'<meta http-equiv="refresh" content="{refresh}">' if refresh else ''
    return document(title, top + body, head=head)


def side(realms, realm, type, counts):
    """Return the column with companies and types."""
    parts = ['<h3>Companies</h3>']
    for row in realms:
        mark = ' class="here"' if row['id'] == realm else ''
        link = f'<a{mark} href="/company/{row["id"]}/Customer">'
        parts.append(f'{link}{e(row["name"])}<span>{e(row["country"])}</span></a>')
    for heading, types in TYPES:
        parts.append(f'<h3>{heading}</h3>')
        for each in types:
            mark = ' class="here"' if each == type else ''
            parts.append(
                f'<a{mark} href="/company/{realm}/{each}">{LABELS[each]}<span>{counts.get(each, 0)}</span></a>'
            )
    mark = ' class="here"' if type == 'TrialBalance' else ''
    parts.append(f'<h3>Reports</h3><a{mark} href="/company/{realm}/TrialBalance">Trial balance</a>')
    return f'<aside class="side">{"".join(parts)}</aside>'


def listing(realm, type, bodies, asked):
    """Return the list of a type's records."""
    columns = COLUMNS.get(type, ())
    rows = ''.join(_row(realm, type, body, columns) for body in bodies)
    heads = ''.join(f'<th{_right(path)}>{heading}</th>' for heading, path in columns)
    table = (
        f'<table><thead><tr><th>Name</th>{heads}<th class="num">Id</th><th class="num">Version</th></tr></thead>'
        f'<tbody>{rows}</tbody></table>'
    )
    new = f'<a class="button" href="/company/{realm}/Customer/new">New customer</a>' if type == 'Customer' else ''
    return (
        f'<div class="head"><div><h1>{LABELS[type]}</h1><small>{len(bodies)} shown</small></div>'
        f'<form class="search"><input type="search" name="q" value="{e(asked)}" placeholder="Search"'
        f' aria-label="Search"><button class="quiet">Search</button></form>{new}</div>'
        f'<div class="card flush">{table if bodies else "<p class=empty>Nothing here.</p>"}</div>'
    )


def _right(path):
    return ' class="num"' if path in MONEY or path in ('DueDays', 'RateValue', 'QtyOnHand') else ''


def _row(realm, type, body, columns):
    off = '' if body.get('Active', True) else ' class="off"'
    cells = ''.join(f'<td{_right(path)}>{_cell(body, path)}</td>' for _heading, path in columns)
    above, _colon, name = name_of(body).rpartition(':')
    depth = above.count(':') + 1 if above else 0
    return (
        f'<tr{off}><td style="padding-left:{16 + 22 * depth}px"><a href="/company/{realm}/{type}/{e(body["Id"])}">'
        f'{e(name)}</a></td>{cells}<td class="num">{e(body["Id"])}</td>'
        f'<td class="num">{e(body.get("SyncToken", ""))}</td></tr>'
    )


def _cell(body, path):
    value = at(body, path)
    if path not in MONEY:
        return e(value)
    return f'{value:,.2f}' if value else '<span class="soft">–</span>'


def notice(text, bad=False):
    """Return a line of good or bad news; several lines where ``text`` is a list."""
    if isinstance(text, list):
        text = '<b>QuickBooks refused this.</b><ul>' + ''.join(f'<li>{e(line)}</li>' for line in text) + '</ul>'
    else:
        text = e(text)
    return f'<p class="notice{" bad" if bad else ""}">{text}</p>'.replace('<p', '<div').replace('</p>', '</div>')


def customer_form(realm, body, message=''):
    """Return the page part on which a customer is created or edited."""
    id = body.get('Id')
    groups = ''.join(
        f'<h2>{heading}</h2>' + ''.join(_input(body, *field) for field in fields) for heading, fields in FORM
    )
    title = name_of(body) if id else 'New customer'
    state = '' if body.get('Active', True) else '<span class="tag warn">Inactive</span>'
    what = f'Id {e(id)} · version {e(body["SyncToken"])} · {e(body["MetaData"]["LastUpdatedTime"])}' if id else ''
    toggle = 'Make inactive' if body.get('Active', True) else 'Make active'
    button = f'<button class="quiet" name="toggle" value="1">{toggle}</button>' if id else ''
    return (
        f'<div class="head"><div><h1>{e(title)} {state}</h1><small>{what}</small></div></div>{message}'
        '<form method="post" class="card">'
        f'<input type="hidden" name="SyncToken" value="{e(body.get("SyncToken", ""))}"><div class="grid">{groups}</div>'
        f'<div class="actions"><button>Save</button>{button}'
        f'<a href="/company/{realm}/Customer">Back to the list</a></div></form>' + (as_json(body) if id else '')
    )


def _input(body, label, path, width):
    value = e(at(body, path))
    if path == 'Notes':
        return f'<label class="{width}">{label}<textarea name="{path}">{value}</textarea></label>'
    return f'<label class="{width}">{label}<input type="text" name="{path}" value="{value}"></label>'


def as_json(body):
    """Return a body as the API answers it, folded."""
    text = e(json.dumps(body, indent=2, ensure_ascii=False))
    return f'<div class="card"><details><summary>As the API answers it</summary><pre>{text}</pre></details></div>'


def record(realm, type, body):
    """Return a record that has no form, as JSON."""
    text = e(json.dumps(body, indent=2, ensure_ascii=False))
    return (
        f'<div class="head"><div><h1>{e(name_of(body) or type)}</h1><small>{LABELS[type]} · Id {e(body["Id"])}</small>'
        f'</div><a href="/company/{realm}/{type}">Back to the list</a></div><div class="card"><pre>{text}</pre></div>'
    )


def requests_page(records, live, subtitle):
    """Return the request log, newest first."""
    rows = ''.join(_request(each) for each in reversed(records[-200:]))
    table = (
        '<table><thead><tr><th>Time</th><th>Request</th><th>Operation</th><th class="num">Status</th><th>Note</th>'
        f'<th class="num">ms</th></tr></thead><tbody>{rows}</tbody></table>'
    )
    toggle = ('/requests', 'Stop following') if live else ('/requests?live=1', 'Follow')
    body = (
        '<div class="frame" style="grid-template-columns:minmax(0,1fr)"><main><div class="head"><div><h1>Requests</h1>'
        f'<small>{len(records)} so far; the last 200, newest first</small></div>'
        f'<a class="button quiet" href="{toggle[0]}">{toggle[1]}</a>'
        '<form method="post"><button class="quiet">Clear</button></form></div>'
        f'<div class="card flush">{table if records else "<p class=empty>No app has asked anything yet.</p>"}</div>'
        '</main></div>'
    )
    return shell('Requests', '/requests', body, subtitle, refresh=2 if live else 0)


def _request(each):
    kind = 'good' if each.status and each.status < 400 else 'bad'
    asked = each.query.get('query') or each.query.get('entities') or ''
    notes = [f'<span class="tag warn">{e(each.fault)}</span>'] if each.fault else []
    notes += ['<span class="tag">replayed</span>'] if each.replayed else []
    detail = {'path': each.path, 'query': each.query, 'tid': each.tid, 'body': each.body, 'answer': each.answer}
    text = e(json.dumps({key: value for key, value in detail.items() if value}, indent=2, ensure_ascii=False))
    return (
        f'<tr><td class="mono">{e(each.time[11:23])}</td><td class="wide"><details><summary><b>{e(each.method)}</b>'
        f' {e(each.entity)} <small>{e(asked)}</small></summary><pre>{text}</pre></details></td>'
        f'<td>{e(each.operation)}</td><td class="num"><span class="tag {kind}">{each.status or "dropped"}</span></td>'
        f'<td>{" ".join(notes)}</td><td class="num">{each.duration_ms:.0f}</td></tr>'
    )


def faults_page(armed, kinds, clock, message, subtitle, closed):
    """Return the page on which faults are armed."""
    rows = ''.join(_armed(fault) for fault in armed)
    table = (
        '<table><thead><tr><th>Fault</th><th>On</th><th>Skips</th><th>Times left</th><th>With</th><th></th></tr>'
        f'</thead><tbody>{rows}</tbody></table>'
    )
    cards = ''.join(_fault_card(name, what, params) for name, (_stage, what, params) in kinds.items())
    body = (
        '<div class="frame" style="grid-template-columns:minmax(0,1fr)"><main><div class="head"><div>'
        '<h1>Make it fail</h1><small>The next requests that match get the fault; then all is well again.</small></div>'
        '<form method="post" action="/faults/disarm"><button class="quiet">Disarm all</button></form></div>'
        f'{message}<div class="card flush">{table if armed else "<p class=empty>Nothing is armed.</p>"}</div>'
        f'{_levers(clock)}{_books(closed)}<div class="faults">{cards}</div></main></div>'
    )
    return shell('Make it fail', '/faults', body, subtitle)


def _armed(fault):
    given = ', '.join(f'{key} {value}' for key, value in (fault.params | fault.match).items() if value)
    return (
        f'<tr><td class="mono">{e(fault.name)}</td><td>{e(fault.on or "everything")} {e(fault.method or "")}</td>'
        f'<td>{fault.skip}</td><td>{"∞" if fault.times is None else fault.times}</td><td>{e(given)}</td>'
        f'<td class="num"><form method="post" action="/faults/disarm"><button class="quiet small" name="id"'
        f' value="{fault.id}">Disarm</button></form></td></tr>'
    )


def _levers(clock):
    return (
        '<div class="card"><h2>Time and access</h2>'
        '<form method="post" action="/levers" class="actions" style="margin:0">'
        f'<span class="soft">It is {pacific(clock.time()):%d %B %Y, %H:%M} here.</span>'
        '<button class="quiet small" name="lever" value="hour">Advance an hour</button>'
        '<button class="quiet small" name="lever" value="day">Advance a day</button>'
        '<button class="quiet small" name="lever" value="expire">Expire access tokens</button>'
        '<button class="quiet small" name="lever" value="disconnect">Disconnect the app</button></form></div>'
    )


def _books(closed):
    says = f'They are closed up to {e(closed)}.' if closed else 'They are open.'
    return (
        '<div class="card"><h2>Closed books</h2>'
        '<form method="post" action="/books" class="actions" style="margin:0">'
        f'<span class="soft">{says}</span>'
        f'<input type="date" name="day" value="{e(closed)}" aria-label="close up to">'
        '<button class="quiet small" name="close" value="1">Close the books up to this day</button>'
        '<button class="quiet small" name="open" value="1">Open them</button></form></div>'
    )


def _fault_card(name, what, params):
    inputs = ''.join(
        f'<input type="{"number" if isinstance(value, int) else "text"}" name="{key}" value="{e(value)}"'
        f' aria-label="{key}" placeholder="{key}">'
        for key, value in params.items()
    )
    return (
        f'<div class="card"><h2>{e(what)}</h2><p class="mono soft">{name}</p><form method="post" action="/faults">'
        f'<input type="hidden" name="name" value="{name}">{inputs}'
        '<input type="text" name="on" placeholder="on: customer, batch …" aria-label="on" size="18">'
        '<input type="number" name="times" value="1" min="1" aria-label="times"> times'
        '<button class="small">Arm</button></form></div>'
    )
