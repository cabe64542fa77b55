"""The forms of documents: from a record to the fields of a form, and from its fields to values."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

SALES_FORMS = ('Invoice', 'SalesReceipt', 'CreditMemo', 'RefundReceipt')
RECEIPTS = frozenset({'SalesReceipt', 'RefundReceipt'})
ITEM, OFF, TEXT, GROUP = 'SalesItemLineDetail', 'DiscountLineDetail', 'DescriptionOnly', 'GroupLineDetail'
SPARE = 3
"""Empty lines at the end of a form."""
COLUMNS = ('id', 'item', 'text', 'qty', 'price', 'amount', 'tax')


def ref(body, name):
    """Return the id in a reference, or ''."""
    return (body.get(name) or {}).get('value', '')


def rows(body):
    """Return a record's lines as dicts of texts, with some empty ones."""
    found = []
    for line in body.get('Line') or ():
        detail = line.get(ITEM) or {}
        if line.get('DetailType') in (ITEM, TEXT):
            found.append({
                'id': line.get('Id', ''), 'item': ref(detail, 'ItemRef'), 'text': line.get('Description', ''),
                'qty': shown(detail.get('Qty')), 'price': shown(detail.get('UnitPrice')),
                'amount': shown(line.get('Amount')), 'tax': ref(detail, 'TaxCodeRef'),
            })  # fmt: skip
    return [*found, *({name: '' for name in COLUMNS} for _ in range(SPARE))]


def off(body):
    """Return (percent, amount) of a record's discount as texts."""
    for line in body.get('Line') or ():
        if line.get('DetailType') == OFF:
            if line[OFF].get('PercentBased'):
                return shown(line[OFF].get('DiscountPercent')), ''
            return '', shown(line.get('Amount'))
    return '', ''


def shown(value):
    """Return a number as a person types it."""
    return '' if value is None else str(value)


def fields(body):
    """Return the fields of a sales form that decide its totals."""
    found = {f'{name}.{place}': row[name] for place, row in enumerate(rows(body)) for name in COLUMNS}
    found['percent'], found['less'] = off(body)
    found['code'] = ref(body.get('TxnTaxDetail') or {}, 'TxnTaxCodeRef')
    return found


def sale(form, old):
    """Return the values of a sales form; its lines only where a person changed them."""
    values = {name: {'value': form[name]} for name in ('CustomerRef', 'SalesTermRef', 'DepositToAccountRef')
              if form.get(name)}  # fmt: skip
    for name in ('TxnDate', 'DueDate', 'DocNumber'):  # Left as it is, a due date may follow its day.
        if form.get(name) and form[name] != old.get(name):
            values[name] = form[name]
    if old or form.get('PrivateNote'):
        values['PrivateNote'] = form.get('PrivateNote', '')
    if old or form.get('CustomerMemo'):
        values['CustomerMemo'] = {'value': form.get('CustomerMemo', '')}
    before = fields(old)
    form = {name: '' if _is_idle(name, form) else value for name, value in form.items()}
    if not old or any(form.get(name, '') != value for name, value in before.items()) or _has_more(form, before):
        values['Line'] = _lines(form, old)
        if form.get('code'):
            values['TxnTaxDetail'] = {'TxnTaxCodeRef': {'value': form['code']}}
    return values


def _is_idle(name, form):
    """Tell whether a field is the tax of a line without an item: a browser sends its first choice."""
    return name.startswith('tax.') and not form.get(f'item.{name[4:]}')


def _has_more(form, before):
    return any(value for name, value in form.items() if name.startswith('item.') and name not in before)


def _lines(form, old):
    known = {line['Id']: line for line in old.get('Line') or () if 'Id' in line}
    places = sorted({int(name.split('.')[1]) for name in form if name.startswith('item.')})
    lines = [_line({name: form.get(f'{name}.{place}', '') for name in COLUMNS}, known) for place in places]
    bundles = [line for line in old.get('Line') or () if line.get('DetailType') == GROUP]  # no form shows them
    lines = bundles + [line for line in lines if line]
    if form.get('percent'):
        lines.append({'DetailType': OFF, OFF: {'PercentBased': True, 'DiscountPercent': form['percent']}})
    elif form.get('less'):
        lines.append({'DetailType': OFF, 'Amount': form['less'], OFF: {'PercentBased': False}})
    return lines


def _line(row, known):
    """Return the value of a line; None where a person left it empty or emptied it."""
    base = {name: value for name, value in known.get(row['id'], {}).items() if name not in ('LineNum', 'LinkedTxn')}
    if not row['item']:
        return (
            {**_without(base, ITEM, 'Amount'), 'DetailType': TEXT, 'Description': row['text']} if row['text'] else None
        )
    detail = {**(base.get(ITEM) or {}), 'ItemRef': {'value': row['item']}}
    for name, field in (('Qty', 'qty'), ('UnitPrice', 'price')):
        detail.pop(name, None)
        if row[field]:
            detail[name] = row[field]
    detail.pop('TaxInclusiveAmt', None)
    if row['tax']:
        detail['TaxCodeRef'] = {'value': row['tax']}
    return {**base, 'DetailType': ITEM, 'Description': row['text'], 'Amount': line_amount(row), ITEM: detail}


def _without(body, *names):
    return {name: value for name, value in body.items() if name not in names}


def line_amount(row):
    """Return quantity × price to the cent, or the amount typed where one of them is missing."""
    try:
        return str((Decimal(row['qty']) * Decimal(row['price'])).quantize(Decimal('0.01'), ROUND_HALF_UP))
    except InvalidOperation:
        return row['amount'] or row['price'] or '0'


def payment(form, old):
    """Return the values of a payment: what is typed beside a document is applied to it."""
    values = {name: {'value': form[name]} for name in ('CustomerRef', 'PaymentMethodRef', 'DepositToAccountRef')
              if form.get(name)}  # fmt: skip
    values |= {name: form[name] for name in ('TxnDate', 'PaymentRefNum') if form.get(name)}
    if old or form.get('PrivateNote'):
        values['PrivateNote'] = form.get('PrivateNote', '')
    lines = []
    for name, amount in form.items():
        if name.startswith('apply.') and amount:
            _apply, type, id = name.split('.')
            lines.append({'Amount': amount, 'LinkedTxn': [{'TxnId': id, 'TxnType': type}]})
    values['Line'], values['TotalAmt'] = lines, form.get('TotalAmt') or '0'
    return values
