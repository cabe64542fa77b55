"""Short words for what is bought in tests."""

from .documents import account

VENDOR, OTHER = '37', '38'


def spent(sandbox, amount=100, on='Fuel', text=None, **detail):
    """Return a line on an account."""
    line = {'DetailType': 'AccountBasedExpenseLineDetail', 'Amount': amount,
            'AccountBasedExpenseLineDetail': {'AccountRef': {'value': account(sandbox, on)}, **detail}}  # fmt: skip
    return {**line, 'Description': text} if text else line


def bought(amount, item, qty=None, price=None, **detail):
    """Return a line on an item."""
    given = {name: value for name, value in (('Qty', qty), ('UnitPrice', price)) if value is not None}
    return {'DetailType': 'ItemBasedExpenseLineDetail', 'Amount': amount,
            'ItemBasedExpenseLineDetail': {'ItemRef': {'value': item}, **given, **detail}}  # fmt: skip


def owing(*lines, vendor=VENDOR, **members):
    """Return the values of a bill or vendor credit."""
    return {'VendorRef': {'value': vendor}, 'Line': list(lines), **members}


def paid(sandbox, total, *links, vendor=VENDOR, card=False, **members):
    """Return the values of a bill payment."""
    block = ('CreditCardPayment', 'CCAccountRef', 'Company Card') if card else ('CheckPayment', 'BankAccountRef',
                                                                                'Checking')  # fmt: skip
    ref = {'value': account(sandbox, block[2])}
    return {'VendorRef': {'value': vendor}, 'PayType': 'CreditCard' if card else 'Check', 'TotalAmt': total,
            block[0]: {block[1]: ref}, 'Line': list(links), **members}  # fmt: skip


def expense(sandbox, *lines, how='Cash', to=None, **members):
    """Return the values of a purchase; ``to`` is a pair like ('Vendor', '37')."""
    payee = {'EntityRef': {'type': to[0], 'value': to[1]}} if to else {}
    name = 'Company Card' if how == 'CreditCard' else 'Checking'
    return {
        'PaymentType': how,
        'AccountRef': {'value': account(sandbox, name)},
        'Line': list(lines),
        **payee,
        **members,
    }


def owed(sandbox, vendor=VENDOR):
    """Return the balance of a vendor."""
    return sandbox.get('Vendor', vendor)['Balance']
