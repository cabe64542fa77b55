"""What is bought, for people: forms of bills, vendor credits and expenses, paying bills, attached files.

From a record to the fields of a form, from its fields to values, and the HTML. Changes nothing.
"""

from ..documents.lines import ACCOUNT, ITEM
from . import forms, papers
from .html import e
from .views import as_json

OWED = ('Bill', 'VendorCredit')
FORMS = (*OWED, 'Purchase')
COLUMNS = ('id', 'account', 'item', 'text', 'qty', 'price', 'amount', 'tax', 'customer')
WAYS = (('Cash', 'Expense'), ('Check', 'Check'), ('CreditCard', 'Card'))


def rows(body):
    """Return a record's lines as dicts of texts, with some empty ones."""
    found = []
    for line in body.get('Line') or ():
        detail = line.get(line.get('DetailType')) or {}
        if line.get('DetailType') in (ACCOUNT, ITEM):
            found.append({
                'id': line.get('Id', ''), 'account': forms.ref(detail, 'AccountRef'),
                'item': forms.ref(detail, 'ItemRef'), 'text': line.get('Description', ''),
                'qty': forms.shown(detail.get('Qty')), 'price': forms.shown(detail.get('UnitPrice')),
                'amount': forms.shown(line.get('Amount')), 'tax': forms.ref(detail, 'TaxCodeRef'),
                'customer': forms.ref(detail, 'CustomerRef'),
            })  # fmt: skip
    return [*found, *({name: '' for name in COLUMNS} for _ in range(forms.SPARE))]


# From the form to values.


def purchase(form, old):
    """Return the values of a bill, a vendor credit or an expense."""
    refs = ('VendorRef', 'SalesTermRef', 'APAccountRef', 'AccountRef')
    values = {name: {'value': form[name]} for name in refs if form.get(name)}
    for name in ('TxnDate', 'DueDate', 'DocNumber', 'PaymentType'):
        if form.get(name) and form[name] != old.get(name):
            values[name] = form[name]
    if form.get('payee'):
        type, _colon, id = form['payee'].partition(':')
        values['EntityRef'] = {'type': type, 'value': id}
    if old or form.get('PrivateNote'):
        values['PrivateNote'] = form.get('PrivateNote', '')
    if form.get('Credit'):
        values['Credit'] = True
    before = {f'{name}.{place}': row[name] for place, row in enumerate(rows(old)) for name in COLUMNS}
    if not old or any(form.get(name, '') != value for name, value in before.items()):
        known = {line['Id']: line for line in old.get('Line') or ()}
        places = sorted({int(name.split('.')[1]) for name in form if name.startswith('account.')})
        lines = [_line({name: form.get(f'{name}.{place}', '') for name in COLUMNS}, known) for place in places]
        values['Line'] = [line for line in lines if line]
    return values


def _line(row, known):
    """Return the value of a line; None where a person left it empty or emptied it."""
    if not row['account'] and not row['item']:
        return None
    old = known.get(row['id'], {})
    base = {name: old[name] for name in ('Id', 'Description') if name in old}
    type = ITEM if row['item'] else ACCOUNT
    detail = dict(old.get(type) or {})
    detail.pop('TaxInclusiveAmt', None)
    for name, field in (('AccountRef', 'account'), ('ItemRef', 'item'), ('TaxCodeRef', 'tax'),
                        ('CustomerRef', 'customer')):  # fmt: skip
        detail.pop(name, None)
        if row[field] and not (type == ITEM and name == 'AccountRef'):
            detail[name] = {'value': row[field]}
    for name, field in (('Qty', 'qty'), ('UnitPrice', 'price')):
        detail.pop(name, None)
        if row[field] and type == ITEM:
            detail[name] = row[field]
    amount = row['amount'] if type == ACCOUNT else forms.line_amount(row)
    return {**base, 'DetailType': type, 'Description': row['text'], 'Amount': amount or '0', type: detail}


def payment(form, old):
    """Return the values of a bill payment: what is typed beside a document is applied to it."""
    shared = forms.payment({**form, 'DepositToAccountRef': ''}, old)
    values = {name: shared[name] for name in ('TxnDate', 'PrivateNote', 'Line', 'TotalAmt') if name in shared}
    values['VendorRef'] = {'value': form.get('VendorRef', '')}
    if form.get('DocNumber'):
        values['DocNumber'] = form['DocNumber']
    kind, _colon, account = form.get('from', '').partition(':')
    values['PayType'] = kind or 'Check'
    block, name = ('CreditCardPayment', 'CCAccountRef') if kind == 'CreditCard' else ('CheckPayment', 'BankAccountRef')
    values[block] = {**(old.get(block) or {}), name: {'value': account}}
    return values


# HTML.


def form(realm, type, body, lists, message, today):
    """Return the page part on which something bought is created or edited.

    :param lists: choices by name, see ``paper_pages.PaperPages.lists``
    """
    pay = ''
    if type == 'Bill' and body.get('Balance') and 'MetaData' in body:
        pay = f'<a class="button" href="/company/{realm}/BillPayment/new?bill={e(body["Id"])}">Pay bill</a>'
    note = f'<label class="s6">Memo<textarea name="PrivateNote">{e(body.get("PrivateNote"))}</textarea></label>'
    return (
        f'{papers.head(realm, type, body, today, pay)}{message}<form method="post" class="card">'
        f'<input type="hidden" name="SyncToken" value="{e(body.get("SyncToken"))}">'
        f'<div class="grid">{_top(type, body, lists)}</div>{_table(body, lists)}{_sums(type, body)}'
        f'<div class="grid">{note}</div>{papers.linked(realm, body)}'
        f'{papers.actions(realm, type, body, can_void=False)}</form>'
        + (as_json(body) if 'MetaData' in body else '')
    )  # fmt: skip


def _top(type, body, lists):
    parts = []
    if type in OWED:
        parts.append(papers.select('VendorRef', 'Vendor', lists['vendors'], forms.ref(body, 'VendorRef'), 's3', ''))
    else:
        entity = body.get('EntityRef') or {}
        payee = f'{entity.get("type")}:{entity.get("value")}' if entity else ''
        parts.append(papers.select('payee', 'Payee', lists['payees'], payee, 's3', 'Nobody'))
        parts.append(papers.select('PaymentType', 'Way', WAYS, body.get('PaymentType', 'Cash'), 's2', None))
        account = forms.ref(body, 'AccountRef')
        parts.append(papers.select('AccountRef', 'Paid from', lists['money'], account, 's3', ''))
    parts.append(papers.field('DocNumber', 'Number', body.get('DocNumber'), ''))
    parts.append(papers.field('TxnDate', 'Date', body.get('TxnDate'), 's2', 'date'))
    if type == 'Bill':
        term = forms.ref(body, 'SalesTermRef')
        parts.append(papers.select('SalesTermRef', 'Terms', lists['terms'], term, 's3', "The vendor's"))
        parts.append(papers.field('DueDate', 'Due', body.get('DueDate'), 's3', 'date'))
    return ''.join(parts)


def _table(body, lists):
    lines = ''.join(_row(place, row, lists) for place, row in enumerate(rows(body)))
    return (
        '<table class="lines"><thead><tr><th>Account</th><th>or product</th><th>Description</th>'
        '<th class="num">Qty</th><th class="num">Price</th><th class="num">Amount</th><th>Tax</th><th>Customer</th>'
        f'</tr></thead><tbody>{lines}</tbody></table>'
    )


def _row(place, row, lists):
    account = papers.select(f'account.{place}', '', lists['any account'], row['account'])
    item = papers.select(f'item.{place}', '', lists['bought'], row['item'])
    boxes = [papers.field(f'{name}.{place}', '', row[name]) for name in ('qty', 'price', 'amount')]
    cells = ''.join(f'<td class="short">{box}</td>' for box in boxes)
    tax = papers.select(f'tax.{place}', '', lists['line_codes'], row['tax'])
    customer = papers.select(f'customer.{place}', '', lists['customers'], row['customer'])
    return (
        f'<tr><td><input type="hidden" name="id.{place}" value="{e(row["id"])}">{account}</td><td>{item}</td>'
        f'<td class="long">{papers.field(f"text.{place}", "", row["text"])}</td>{cells}'
        f'<td class="short">{tax}</td><td>{customer}</td></tr>'
    )


def _sums(type, body):
    if 'MetaData' not in body:
        return ''
    found = [('Tax', (body.get('TxnTaxDetail') or {}).get('TotalTax')), ('Total', body['TotalAmt'])]
    if type in OWED:
        found.append(('Open', body['Balance']))
    cells = ''.join(f'<tr><td>{e(text)}</td><td class="num">{value or 0:,.2f}</td></tr>' for text, value in found)
    return f'<table class="sums">{cells}</table>'


def payment_form(realm, body, lists, open_, message, today):
    """Return the page part on which bills are paid.

    :param open_: (type, document, applied amount as text) of what may be settled
    """
    block = body.get('CreditCardPayment') or body.get('CheckPayment') or {}
    account = forms.ref(block, 'CCAccountRef') or forms.ref(block, 'BankAccountRef')
    chosen = f'{body.get("PayType", "Check")}:{account}'
    vendor = forms.ref(body, 'VendorRef')
    top = (
        papers.select('VendorRef', 'Vendor', lists['vendors'], vendor, 's3', '', locked=bool(vendor))
        + papers.field('TotalAmt', 'Amount paid', forms.shown(body.get('TotalAmt')), '')
        + papers.field('TxnDate', 'Date', body.get('TxnDate'), 's2', 'date')
        + papers.select('from', 'Paid from', lists['paid from'], chosen, 's3', None)
        + papers.field('DocNumber', 'Check number', body.get('DocNumber'), 's2')
    )
    lines = ''.join(papers.settled(type, paper, applied) for type, paper, applied in open_)
    table = papers.settled_table(lines) if open_ else '<p class="soft">Start from a bill to pay it.</p>'
    return (
        f'{papers.head(realm, "BillPayment", body, today)}{message}<form method="post" class="card">'
        f'<input type="hidden" name="SyncToken" value="{e(body.get("SyncToken"))}"><div class="grid">{top}</div>{table}'
        f'<div class="grid"><label class="s6">Memo<textarea name="PrivateNote">{e(body.get("PrivateNote"))}</textarea>'
        f'</label></div>{papers.linked(realm, body)}{papers.actions(realm, "BillPayment", body)}</form>'
        + (as_json(body) if 'MetaData' in body else '')
    )


def attachments(realm, type, body, found):
    """Return the part of a page that shows what is attached to a record, and takes another file.

    :param found: the attachables of the record
    """
    files = ''.join(
        f'<li><a href="{e(each.get("TempDownloadUri", "#"))}">{e(each.get("FileName") or each.get("Note"))}</a>'
        f' <span class="soft">{each.get("Size", 0):,} bytes</span></li>'
        for each in found
    )
    return (
        f'<section class="card"><h2>Attachments</h2>{f"<ul>{files}</ul>" if files else ""}'
        f'<form method="post" enctype="multipart/form-data" action="/company/{realm}/{type}/{e(body["Id"])}/attach">'
        '<input type="file" name="file" aria-label="File"><div class="actions"><button class="quiet">Attach</button>'
        '</div></form></section>'
    )
