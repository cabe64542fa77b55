"""What a record of Odoo and one of QuickBooks must have in common, field by field."""

import re
from typing import NamedTuple

from .sides import applied_there, cents, is_void, tag_there

FIGURES = ('total', 'tax', 'open', 'left')
PURCHASES = ('Bill', 'VendorCredit')
POSTED = ('in_process', 'paid')
DELETED = re.compile(r' \(deleted(?: \d+)?\)$')


class Difference(NamedTuple):
    """A field that the two sides do not have alike."""

    field: str
    here: object
    there: object


def plain(value):
    """Return a value as it is compared: nothing is nothing, numbers in hundredths."""
    if value is None or value is False or value == '':
        return None
    return value if isinstance(value, str | bool) else round(float(value), 2)


def is_due(entity, record):
    """Return whether a record of Odoo belongs in QuickBooks."""
    if entity in ('Customer', 'Vendor', 'Item'):
        return record.active
    return record.state in ('posted', *POSTED)


def is_due_there(entity, body):
    """Return whether a record of QuickBooks belongs in Odoo."""
    return body['Active'] if entity in ('Customer', 'Vendor', 'Item') else not is_void(body)


def differences(sides, entity, link, record, body):
    """Return the :class:`Difference` of each field of a linked pair that is not the same on both sides.

    :param body: None where QuickBooks has it no more
    """
    if body is None or link.state == 'gone':
        ended = not is_due(entity, record)
        return [] if ended else [Difference('there', True, body is not None)]
    pairs = {'Customer': _name, 'Vendor': _name, 'Item': _item, 'Payment': _payment}.get(entity, _document)(
        sides, entity, link, record, body
    )
    return [Difference(field, here, there) for field, here, there in pairs if here != there]


def _name(sides, entity, link, record, body):
    yield 'active', record.active, body['Active']
    if not record.active or not body['Active']:
        return  # QuickBooks takes no change of what is inactive
    address = body.get('BillAddr') or {}
    yield 'name', record.name, DELETED.sub('', body['DisplayName'])
    yield 'phone', plain(record.phone), plain((body.get('PrimaryPhone') or {}).get('FreeFormNumber'))
    yield 'email', plain(record.email), plain((body.get('PrimaryEmailAddr') or {}).get('Address'))
    yield 'street', plain(record.street), plain(address.get('Line1'))
    yield 'city', plain(record.city), plain(address.get('City'))


def _item(sides, entity, link, record, body):
    yield 'active', record.active, body['Active']
    if not record.active or not body['Active']:
        return
    yield 'name', record.name, DELETED.sub('', body['Name'])
    yield 'sku', plain(record.sku), plain(body.get('Sku'))
    yield 'price', cents(record.price), cents(body.get('UnitPrice'))


def _document(sides, entity, link, record, body):
    yield 'ended', record.state == 'cancel', is_void(body)
    if record.state == 'cancel' or is_void(body):
        return
    yield 'posted', record.state == 'posted', True
    yield 'tag', sides.tag(entity, record), tag_there(entity, body)
    party = 'Vendor' if entity in PURCHASES else 'Customer'
    yield 'party', sides.entity_of(party, record.partner_id), body[f'{party}Ref']['value']
    yield 'date', str(record.invoice_date), body['TxnDate']
    if entity in ('Invoice', 'Bill'):
        yield 'due', str(record.invoice_date_due), body.get('DueDate')
    if link.origin == 'odoo':
        yield 'number', record.ref if entity in PURCHASES else record.name, body.get('DocNumber')
    yield 'lines', *_lines(sides, record, body)
    yield 'tax', cents(record.amount_tax), cents((body.get('TxnTaxDetail') or {}).get('TotalTax'))
    yield 'total', cents(record.amount_total), cents(body['TotalAmt'])
    yield 'open', cents(record.amount_residual), cents(_open_there(body))


def _lines(sides, record, body):
    """Return the lines of both sides: item, amount, and the quantity where QuickBooks has one."""
    there = []
    for line in body['Line']:
        if detail := line.get('SalesItemLineDetail') or line.get('ItemBasedExpenseLineDetail'):
            item = (detail.get('ItemRef') or {}).get('value')
            there.append((item, cents(line['Amount']), plain(detail.get('Qty'))))
    here = []
    for line, match in zip(record.lines, [*there, *[(None, None, None)] * len(record.lines)], strict=False):
        quantity = plain(line.quantity) if match[2] is not None else None
        here.append((sides.entity_of('Item', line.product_id), cents(line.booked), quantity))
    return here, there


def _open_there(body):
    return body['RemainingCredit'] if 'RemainingCredit' in body else body.get('Balance')


def _payment(sides, entity, link, record, body):
    yield 'ended', record.state in ('canceled', 'rejected'), is_void(body)
    if record.state in ('canceled', 'rejected') or is_void(body):
        return
    yield 'posted', record.state in POSTED, True
    yield 'tag', sides.tag(entity, record), tag_there(entity, body)
    yield 'party', sides.entity_of('Customer', record.partner_id), body['CustomerRef']['value']
    yield 'date', str(record.date), body['TxnDate']
    yield 'total', cents(record.amount), cents(body['TotalAmt'])
    if record.move_id:
        yield 'left', cents(record.unapplied), cents(body.get('UnappliedAmt'))
        yield 'applied', sides.applied(record), applied_there(body)


def owed(sides, entity, record, body):
    """Yield ``(id of the customer in Odoo, cents)``: what a pair adds to the receivables in Odoo and not there."""
    sign = 1 if entity == 'Invoice' else -1
    if record is not None and is_due(entity, record):
        amount = record.unapplied if entity == 'Payment' else record.amount_residual
        yield record.partner_id, sign * cents(amount)
    if body is not None:
        amount = body.get('UnappliedAmt') if entity == 'Payment' else _open_there(body)
        link = sides.by_entity.get(('Customer', body['CustomerRef']['value']))
        yield link and link.res_id, -sign * cents(amount)
