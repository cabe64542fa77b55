"""The HTML of documents: lists with balances, forms of sales, receiving payments. Changes nothing."""

from ..documents.links import OTHERS, SETTLEMENTS
from . import forms
from .html import e
from .views import as_json, name_of, notice

TITLES = {
    'Invoice': ('Invoices', 'Invoice'), 'SalesReceipt': ('Sales receipts', 'Sales receipt'),
    'CreditMemo': ('Credit memos', 'Credit memo'), 'RefundReceipt': ('Refund receipts', 'Refund receipt'),
    'Payment': ('Payments', 'Payment'), 'Deposit': ('Deposits', 'Deposit'),
    'JournalEntry': ('Journal entries', 'Journal entry'), 'Bill': ('Bills', 'Bill'),
    'VendorCredit': ('Vendor credits', 'Vendor credit'), 'BillPayment': ('Bill payments', 'Bill payment'),
    'Purchase': ('Expenses', 'Expense'),
}  # fmt: skip
MADE_HERE = (*forms.SALES_FORMS, 'Payment', 'Bill', 'VendorCredit', 'BillPayment', 'Purchase')
OPEN = {
    'Invoice': 'Balance', 'CreditMemo': 'Balance', 'Payment': 'UnappliedAmt', 'Bill': 'Balance',
    'VendorCredit': 'Balance',
}  # fmt: skip
DUE = ('Invoice', 'Bill')


def who(body):
    """Return the name of who a document is with."""
    refs = (body.get(name) for name in ('CustomerRef', 'VendorRef', 'EntityRef'))
    return next((ref.get('name', '') for ref in refs if ref), '')


def amount(value):
    """Return an amount for people; nothing is a dash."""
    return f'{value:,.2f}' if value else '<span class="soft">–</span>'


def state(type, body, today):
    """Return the tag that says how a document stands."""
    if body.get('PrivateNote', '').startswith('Voided') and not body.get('TotalAmt'):
        return '<span class="tag">Voided</span>'
    if any(link.get('TxnType') == 'Deposit' for link in body.get('LinkedTxn') or ()):
        return '<span class="tag good">Deposited</span>'
    left = body.get(OPEN.get(type, ''), 0)
    if type == 'Payment':
        return '<span class="tag warn">Unapplied</span>' if left else '<span class="tag good">Applied</span>'
    if type not in OPEN:
        return ''
    if not left:
        return '<span class="tag good">Paid</span>' if type in DUE else '<span class="tag">Used</span>'
    if type in DUE and body.get('DueDate', '9999') < today:
        return '<span class="tag bad">Overdue</span>'
    return '<span class="tag warn">Partly paid</span>' if left < body['TotalAmt'] else '<span class="tag">Open</span>'


def _title(type, body):
    number = body.get('DocNumber') or body.get('PaymentRefNum')
    return f'{TITLES[type][1]} {number}' if number else f'{TITLES[type][1]} #{body["Id"]}'


def listing(realm, type, bodies, asked, today):
    """Return the list of a type's documents, the newest first."""
    plural, single = TITLES[type]
    open_ = OPEN.get(type)
    heads = '<th>Number</th><th>Name</th>' + ('<th>Due</th>' if type in DUE else '')
    left = 'Open' if open_ == 'Balance' else 'Unapplied'
    heads += '<th class="num">Total</th>' + (f'<th class="num">{left}</th>' if open_ else '')
    rows = ''.join(_row(realm, type, body, open_, today) for body in bodies)
    table = (
        f'<table><thead><tr><th>Date</th>{heads}<th>State</th><th class="num">Id</th><th class="num">Version</th></tr>'
        f'</thead><tbody>{rows}</tbody></table>'
    )
    new = f'<a class="button" href="/company/{realm}/{type}/new">New {single.lower()}</a>' if type in MADE_HERE else ''
    total = f' · {sum(body.get(open_, 0) for body in bodies):,.2f} {left.lower()}' if open_ else ''
    return (
        f'<div class="head"><div><h1>{plural}</h1><small>{len(bodies)} shown{total}</small></div>'
        f'<form class="search"><input type="search" name="q" value="{e(asked)}" placeholder="Number or name"'
        f' aria-label="Search"><button class="quiet">Search</button></form>{new}</div>'
        f'<div class="card flush">{table if bodies else "<p class=empty>Nothing here.</p>"}</div>'
    )


def _row(realm, type, body, open_, today):
    url = f'/company/{realm}/{type}/{e(body["Id"])}'
    customer = who(body)
    due = f'<td>{e(body.get("DueDate"))}</td>' if type in DUE else ''
    left = f'<td class="num">{amount(body.get(open_))}</td>' if open_ else ''
    number = body.get('DocNumber') or body.get('PaymentRefNum') or f'#{body["Id"]}'
    return (
        f'<tr><td style="white-space:nowrap">{e(body.get("TxnDate"))}</td><td><a href="{url}">{e(number)}</a></td>'
        f'<td>{e(customer)}</td>{due}<td class="num">{amount(body.get("TotalAmt"))}</td>{left}'
        f'<td>{state(type, body, today)}</td><td class="num">{e(body["Id"])}</td>'
        f'<td class="num">{e(body["SyncToken"])}</td></tr>'
    )


# Parts of forms.


def select(name, label, choices, chosen, width='', empty='', locked=False):
    """Return a drop-down; with a label around it where it has one."""
    options = f'<option value="">{e(empty)}</option>' if empty is not None else ''
    options += ''.join(
        f'<option value="{e(id)}"{" selected" if id == chosen else ""}>{e(text)}</option>' for id, text in choices
    )
    text = f'{label}' if label else ''
    select = f'<select name="{name}"{" disabled" if locked else ""}{"" if label else _aria(name)}>{options}</select>'
    hidden = f'<input type="hidden" name="{name}" value="{e(chosen)}">' if locked else ''
    return f'<label class="{width}">{text}{select}</label>{hidden}' if label else f'{select}{hidden}'


def _aria(name):
    return f' aria-label="{name}"'


def field(name, label, value, width='', type='text'):
    """Return a box to type in; with a label around it where it has one."""
    box = f'<input type="{type}" name="{name}" value="{e(value)}"{"" if label else _aria(name)}>'
    return f'<label class="{width}">{label}{box}</label>' if label else box


def choices(bodies, chosen=''):
    """Return (id, name) of the active records, and of the chosen one in any case."""
    found = [(body['Id'], name_of(body)) for body in bodies if body.get('Active', True) or body['Id'] == chosen]
    return sorted(found, key=lambda pair: pair[1].casefold())


def head(realm, type, body, today, buttons=''):
    """Return the head of a document's page."""
    title = _title(type, body) if 'MetaData' in body else f'New {TITLES[type][1].lower()}'
    tag = state(type, body, today) if 'MetaData' in body else ''
    what = ''
    if 'MetaData' in body:
        what = f'Id {e(body["Id"])} · version {e(body["SyncToken"])} · {e(body["MetaData"]["LastUpdatedTime"])}'
    return f'<div class="head"><div><h1>{e(title)} {tag}</h1><small>{what}</small></div>{buttons}</div>'


def actions(realm, type, body, can_void=True):
    """Return the buttons of a document's form."""
    if 'MetaData' not in body:
        more = ''
    else:
        void = '<button class="quiet" name="do" value="void">Void</button>' if can_void else ''
        more = f'{void}<button class="quiet" name="do" value="delete">Delete</button>'
    back = f'<a href="/company/{realm}/{type}">Back to the list</a>'
    return f'<div class="actions"><button name="do" value="save">Save</button>{more}{back}</div>'


def linked(realm, body):
    """Return what is linked to a document, as links."""
    found = [(OTHERS.get(link['TxnType']) or SETTLEMENTS.get(link['TxnType'], link['TxnType']), link['TxnId'])
             for link in body.get('LinkedTxn') or ()]  # fmt: skip
    links = ' '.join(
        f'<a class="tag" href="/company/{realm}/{e(type)}/{e(id)}">{e(TITLES.get(type, ("", type))[1])} #{e(id)}</a>'
        for type, id in found
    )
    return f'<p class="soft">Linked: {links}</p>' if links else ''


# Sales forms.


def sales_form(realm, type, body, lists, message, today):
    """Return the page part on which a sales form is created or edited.

    :param lists: choices by name: customers, items, terms, accounts, codes; ``us`` says which taxes
    """
    pay = ''
    if type == 'Invoice' and body.get('Balance') and 'MetaData' in body:
        pay = f'<a class="button" href="/company/{realm}/Payment/new?invoice={e(body["Id"])}">Receive payment</a>'
    note = (
        f'<label class="s3">Message to the customer<textarea name="CustomerMemo">'
        f'{e(forms.ref(body, "CustomerMemo"))}</textarea></label><label class="s3">Private note'
        f'<textarea name="PrivateNote">{e(body.get("PrivateNote"))}</textarea></label>'
    )
    return (
        f'{head(realm, type, body, today, pay)}{message}<form method="post" class="card">'
        f'<input type="hidden" name="SyncToken" value="{e(body.get("SyncToken"))}">'
        f'<div class="grid">{_top(type, body, lists)}</div>{_table(body, lists)}'
        f'<div class="foot">{_taxes(body, lists)}{_sums(type, body)}</div><div class="grid">{note}</div>'
        f'{linked(realm, body)}{actions(realm, type, body)}</form>' + (as_json(body) if 'MetaData' in body else '')
    )


def _top(type, body, lists):
    parts = [select('CustomerRef', 'Customer', lists['customers'], forms.ref(body, 'CustomerRef'), 's3', '')]
    parts.append(field('DocNumber', 'Number', body.get('DocNumber'), ''))
    parts.append(field('TxnDate', 'Date', body.get('TxnDate'), 's2', 'date'))
    if type == 'Invoice':
        parts.append(
            select('SalesTermRef', 'Terms', lists['terms'], forms.ref(body, 'SalesTermRef'), 's3', "The customer's")
        )
        parts.append(field('DueDate', 'Due', body.get('DueDate'), 's3', 'date'))
    if type in forms.RECEIPTS:
        label = 'Deposit to' if type == 'SalesReceipt' else 'Refund from'
        parts.append(
            select('DepositToAccountRef', label, lists['accounts'], forms.ref(body, 'DepositToAccountRef'), 's3')
        )
    return ''.join(parts)


def _table(body, lists):
    rows = ''.join(_line(place, row, lists) for place, row in enumerate(forms.rows(body)))
    return (
        '<table class="lines"><thead><tr><th>Product or service</th><th>Description</th><th class="num">Qty</th>'
        f'<th class="num">Price</th><th class="num">Amount</th><th>Tax</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def _line(place, row, lists):
    item = select(f'item.{place}', '', lists['items'], row['item'])
    tax = select(f'tax.{place}', '', lists['line_codes'], row['tax'], empty='' if not lists['us'] else None)
    boxes = [field(f'{name}.{place}', '', row[name]) for name in ('qty', 'price', 'amount')]
    cells = ''.join(f'<td class="short">{box}</td>' for box in boxes)
    text = field(f'text.{place}', '', row['text'])
    return (
        f'<tr><td><input type="hidden" name="id.{place}" value="{e(row["id"])}">{item}</td>'
        f'<td class="long">{text}</td>{cells}<td class="short">{tax}</td></tr>'
    )


def _taxes(body, lists):
    percent, less = forms.off(body)
    code = forms.ref(body.get('TxnTaxDetail') or {}, 'TxnTaxCodeRef')
    found = [field('percent', 'Discount %', percent), field('less', 'or amount', less)]
    if lists['us']:
        found.append(select('code', 'Sales tax', lists['codes'], code, empty='No sales tax'))
    return f'<div class="three">{"".join(found)}</div>'


def _sums(type, body):
    if 'MetaData' not in body:
        return ''
    lines = {line['DetailType']: line for line in body['Line']}
    rows = [('Subtotal', (lines.get('SubTotalLineDetail') or {}).get('Amount'))]
    if forms.OFF in lines:
        rows.append(('Discount', -lines[forms.OFF]['Amount']))
    for line in body['TxnTaxDetail'].get('TaxLine', ()):
        detail = line['TaxLineDetail']
        rows.append((f'Tax {detail["TaxPercent"]:g} % of {detail["NetAmountTaxable"]:,.2f}', line['Amount']))
    rows.append(('Total', body['TotalAmt']))
    if type in OPEN:
        rows.append(('Open', body['Balance']))
    cells = ''.join(f'<tr><td>{e(text)}</td><td class="num">{value or 0:,.2f}</td></tr>' for text, value in rows)
    return f'<table class="sums">{cells}</table>'


# Payments.


def payment_form(realm, body, lists, open_, message, today):
    """Return the page part on which a payment is received or edited.

    :param open_: (type, document, applied amount as text) of what may be settled
    """
    rows = ''.join(settled(type, paper, applied) for type, paper, applied in open_)
    table = settled_table(rows)
    customer = forms.ref(body, 'CustomerRef')
    top = (
        select('CustomerRef', 'Customer', lists['customers'], customer, 's3', '', locked=bool(customer))
        + field('TotalAmt', 'Amount received', forms.shown(body.get('TotalAmt')), '')
        + field('TxnDate', 'Date', body.get('TxnDate'), 's2', 'date')
        + select('PaymentMethodRef', 'Method', lists['methods'], forms.ref(body, 'PaymentMethodRef'), 's2', '')
        + field('PaymentRefNum', 'Reference', body.get('PaymentRefNum'), 's2')
        + select(
            'DepositToAccountRef',
            'Deposit to',
            lists['accounts'],
            forms.ref(body, 'DepositToAccountRef'),
            's2',
            'Undeposited Funds',
        )  # fmt: skip
    )
    unapplied = f'<p class="soft">Unapplied: {amount(body.get("UnappliedAmt"))}</p>' if 'MetaData' in body else ''
    hint = '' if customer else '<p class="soft">Save with an amount, or start from an invoice, to apply it.</p>'
    return (
        f'{head(realm, "Payment", body, today)}{message}<form method="post" class="card">'
        f'<input type="hidden" name="SyncToken" value="{e(body.get("SyncToken"))}"><div class="grid">{top}</div>'
        f'{table if open_ else hint}{unapplied}<div class="grid"><label class="s6">Private note'
        f'<textarea name="PrivateNote">{e(body.get("PrivateNote"))}</textarea></label></div>{linked(realm, body)}'
        f'{actions(realm, "Payment", body)}</form>' + (as_json(body) if 'MetaData' in body else '')
    )


def settled_table(rows):
    """Return the table of what a payment may settle."""
    return (
        '<table class="lines"><thead><tr><th>Document</th><th>Date</th><th class="num">Total</th>'
        f'<th class="num">Open</th><th class="num">Applied here</th></tr></thead><tbody>{rows}</tbody></table>'
    )


def settled(type, paper, applied):
    """Return the row of a document that a payment may settle."""
    number = paper.get('DocNumber') or f'#{paper["Id"]}'
    box = field('.'.join(('apply', type, paper['Id'])), '', applied)
    return (
        f'<tr><td>{e(TITLES[type][1])} {e(number)}</td><td>{e(paper["TxnDate"])}</td>'
        f'<td class="num">{amount(paper["TotalAmt"])}</td><td class="num">{amount(paper["Balance"])}</td>'
        f'<td class="short">{box}</td></tr>'
    )


def said(what):
    """Return the line that says what was done."""
    texts = {'saved': 'Saved in QuickBooks.', 'voided': 'Voided in QuickBooks.', 'deleted': 'Deleted in QuickBooks.'}
    return ''.join(notice(text) for name, text in texts.items() if name in what)
