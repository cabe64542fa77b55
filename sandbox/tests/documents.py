"""Short words for documents in tests."""


def line(amount=100, item='1', **members):
    """Return an item line. ``qty``, ``price``, ``tax`` and ``gross`` go into its detail."""
    detail = {'ItemRef': {'value': item}}
    names = {'qty': 'Qty', 'price': 'UnitPrice', 'gross': 'TaxInclusiveAmt'}
    for short, name in names.items():
        if short in members:
            detail[name] = members.pop(short)
    if 'tax' in members:
        detail['TaxCodeRef'] = {'value': members.pop('tax')}
    if 'class_' in members:
        detail['ClassRef'] = {'value': members.pop('class_')}
    return {'Amount': amount, 'DetailType': 'SalesItemLineDetail', 'SalesItemLineDetail': detail, **members}


def discount(percent=None, amount=None):
    """Return a discount line."""
    if percent is None:
        return {'Amount': amount, 'DetailType': 'DiscountLineDetail', 'DiscountLineDetail': {'PercentBased': False}}
    detail = {'PercentBased': True, 'DiscountPercent': percent}
    return {'DetailType': 'DiscountLineDetail', 'DiscountLineDetail': detail}


def values(*lines, customer='1', code=None, **members):
    """Return the values of a sales form."""
    tax = {'TxnTaxDetail': {'TxnTaxCodeRef': {'value': code}}} if code else {}
    return {'CustomerRef': {'value': customer}, 'Line': list(lines) or [line()], **tax, **members}


def link(body, amount=None, type='Invoice'):
    """Return a line of a payment."""
    amount = body['Balance'] if amount is None else amount
    return {'Amount': amount, 'LinkedTxn': [{'TxnId': body['Id'], 'TxnType': type}]}


def money(total=0, *links, customer='1', **members):
    """Return the values of a payment."""
    return {'CustomerRef': {'value': customer}, 'TotalAmt': total, 'Line': list(links), **members}


def keys(body):
    """Return what names a version of a record."""
    return {name: body[name] for name in ('Id', 'SyncToken')}


def account(sandbox, name):
    """Return the id of an account."""
    return next(body['Id'] for body in sandbox.all('Account') if body['Name'] == name)


def balance(sandbox, name):
    """Return the balance of an account."""
    return sandbox.get('Account', account(sandbox, name))['CurrentBalance']


def owes(sandbox, customer='1'):
    """Return the balance of a customer."""
    return sandbox.get('Customer', customer)['Balance']
