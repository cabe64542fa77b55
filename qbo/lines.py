"""The lines of QuickBooks' documents, and the prices that its arithmetic accepts (qbo-api 9.6, purchases 1.3)."""

from decimal import ROUND_HALF_UP, Decimal

SALES, DISCOUNT, DESCRIPTION, GROUP = (
    'SalesItemLineDetail',
    'DiscountLineDetail',
    'DescriptionOnly',
    'GroupLineDetail',
)
ITEM, ACCOUNT = 'ItemBasedExpenseLineDetail', 'AccountBasedExpenseLineDetail'
DETAILS = (SALES, ITEM, ACCOUNT)
"""Kinds of lines with an amount of their own: what is sold, and what is bought, by item or by account."""
OF_ITEMS = (SALES, ITEM)
CENT = Decimal('0.01')
PRICE_STEP = Decimal('0.00001')  # qbo-api 2: prices and quantities have up to five decimals


def exact(number):
    """Return a float as the Decimal that a person would write for it."""
    return Decimal(repr(number)) if isinstance(number, float) else Decimal(number or 0)


def cents(number):
    """Return an amount in whole cents, rounded half up as QuickBooks does."""
    return int((exact(number) * 100).quantize(Decimal(1), ROUND_HALF_UP))


def price(amount, quantity):
    """Return ``(quantity, unit price)`` whose product is ``amount`` to the cent, ``(None, None)`` where there is none.

    QuickBooks refuses a line whose amount is not quantity × price (6070). Without the two, only the amount counts.

    :param amount: of the line, net of discount and tax
    """
    quantity = exact(quantity).quantize(PRICE_STEP, ROUND_HALF_UP)
    if not quantity:
        return None, None
    unit = (exact(amount) / quantity).quantize(PRICE_STEP, ROUND_HALF_UP)
    if (quantity * unit).quantize(CENT, ROUND_HALF_UP) != exact(amount).quantize(CENT, ROUND_HALF_UP):
        return None, None
    return float(quantity), float(unit)


def detail_of(line):
    """Return the block of a line that its kind names, ``{}`` where there is none."""
    return line.get(line.get('DetailType')) or {}


def tax_code_of(line):
    """Return the id of the tax code of a line, None where it has none."""
    return _value(detail_of(line).get('TaxCodeRef'))


def is_text(line):
    """Return whether a line of a purchase is words only: it names no item, and its amount counts for nothing."""
    return line.get('DetailType') == ITEM and not _value(detail_of(line).get('ItemRef'))


def flattened(lines):
    """Return the lines with those of bundles in the place of their bundle; subtotals and empty lines are left out.

    Words on a purchase are lines of text as those of sales are.
    """
    result = []
    for line in lines or ():
        if line.get('DetailType') == GROUP:
            result += flattened(line[GROUP].get('Line'))
        elif is_text(line):
            words = {member: line[member] for member in ('Id', 'LineNum', 'Description') if line.get(member)}
            result += [{**words, 'DetailType': DESCRIPTION}] if 'Description' in words else []
        elif line.get('DetailType') in (*DETAILS, DISCOUNT, DESCRIPTION):
            result.append(line)
    return result


def bought_text(line, snapshot=None, tax_code=None):
    """Return a line of text as purchases have it (purchases 1.3): without an item, its amount counts for nothing.

    :param line: ready to be sent; others than lines of text stay, and those that QuickBooks spells otherwise
    :param snapshot: the entity as QuickBooks last sent it, None for a new one
    :param tax_code: id of a code, where every line has to have one
    """
    known = (snapshot or {}).get('Line') or ()
    kept = {row['Id'] for row in known if row.get('Id') and row.get('DetailType') == DESCRIPTION}
    if line['DetailType'] != DESCRIPTION or line.get('Id') in kept:
        return line
    detail = {'TaxCodeRef': {'value': tax_code}} if tax_code else {}
    return {**line, 'DetailType': ITEM, 'Amount': 0, ITEM: detail}


def ordered(lines):
    """Return lines as QuickBooks sent them, in the order of :func:`mapped`: a discount comes last."""
    return sorted(flattened(lines), key=lambda line: line['DetailType'] == DISCOUNT)


def mapped(lines):
    """Return lines as QuickBooks sent them in the shape that Odoo's are compared in: no ids, no names, no subtotals."""
    shapes = {SALES: _sales, ITEM: _item, ACCOUNT: _account, DISCOUNT: _discount, DESCRIPTION: _description}
    return [shapes[line['DetailType']](line) for line in ordered(lines)]


def taxed(lines):
    """Return what the tax of lines in the shape of :func:`mapped` follows from."""
    return [(line['Amount'], detail_of(line)['TaxCodeRef']) for line in lines or () if line['DetailType'] in DETAILS]


def charged(lines):
    """Return those of :func:`taxed` that have a tax code of their own, or the document's."""
    return [(amount, code) for amount, code in taxed(lines) if code not in ({'value': None}, {'value': 'NON'})]


def counterparts(lines, known):
    """Return for each line its place among ``known``, None for a new one: the same line, else one of the same item.

    :param lines: in the shape of :func:`mapped`
    :param known: likewise
    """
    places, free = [None] * len(lines), list(range(len(known)))
    for is_fit in (lambda one, other: one == other, lambda one, other: identity(one) == identity(other)):
        for number, line in enumerate(lines):
            fits = [place for place in free if is_fit(line, known[place])] if places[number] is None else []
            if fits:
                places[number] = number if number in fits else fits[0]
                free.remove(places[number])
    return places


def counterparts_by_id(rows, before, known):
    """Return what :func:`counterparts` does for lines as QuickBooks sent them: by their ids where they have them.

    :param before: lines as QuickBooks sent them, empty where that is not known
    :param known: ``before`` in the shape of :func:`mapped`
    """
    ids = {line['Id']: place for place, line in enumerate(before) if line.get('Id')}
    places = [ids.get(line.get('Id')) for line in rows]
    left = [number for number, place in enumerate(places) if place is None]
    free = [place for place in range(len(known)) if place not in places]
    found = counterparts(mapped([rows[number] for number in left]), [known[place] for place in free])
    for number, place in zip(left, found, strict=True):
        places[number] = None if place is None else free[place]
    return places


def is_alike(row, line):
    """Return whether two lines, as QuickBooks sent them or in the shape of :func:`mapped`, are of one kind and item."""
    return identity(row) == identity(line)


def sales(
    item,
    amount,
    quantity=None,
    unit_price=None,
    description=None,
    tax_code=None,
    qbo_class=None,
    gross=None,
):
    """Return an item line in the shape of :func:`mapped`: every member is there, None where there is nothing.

    :param gross: the amount with tax, where prices include it (outside the US)
    """
    return {
        'DetailType': SALES,
        'Description': description or None,
        'Amount': amount,
        SALES: {
            'ItemRef': {'value': item},
            'Qty': quantity,
            'UnitPrice': unit_price,
            'TaxCodeRef': {'value': tax_code},
            'ClassRef': {'value': qbo_class},
            'TaxInclusiveAmt': gross,
        },
    }


def bought(item, amount, quantity=None, unit_price=None, **members):
    """Return a line of a purchase with an item in the shape of :func:`mapped`; its members are those of :func:`spent`.

    :param item: id of the item
    """
    line = _expense(ITEM, 'ItemRef', item, amount, **members)
    line[ITEM] |= {'Qty': quantity, 'UnitPrice': unit_price}
    return line


def spent(account, amount, **members):
    """Return a line of a purchase with an account in the shape of :func:`mapped`.

    :param account: id of the account
    :param members: ``description``, ``tax_code``, ``qbo_class``, ``customer`` (ids), ``billable`` (whether the customer
        is to be charged), ``gross`` (the amount with tax, where prices include it)
    """
    return _expense(ACCOUNT, 'AccountRef', account, amount, **members)


def _expense(
    kind,
    member,
    ref,
    amount,
    description=None,
    tax_code=None,
    qbo_class=None,
    customer=None,
    billable=False,
    gross=None,
):
    return {
        'DetailType': kind,
        'Description': description or None,
        'Amount': amount,
        kind: {
            member: {'value': ref},
            'TaxCodeRef': {'value': tax_code},
            'ClassRef': {'value': qbo_class},
            'CustomerRef': {'value': customer},
            'BillableStatus': 'Billable' if billable else 'NotBillable',
            'TaxInclusiveAmt': gross,
        },
    }


def description(text):
    """Return a line of text in the shape of :func:`mapped`."""
    return {'DetailType': DESCRIPTION, 'Description': text or None}


def discount(amount, percent=None):
    """Return the line of a discount on the whole document in the shape of :func:`mapped`.

    :param amount: positive; of a percentage it is computed by QuickBooks and not compared
    """
    if percent is not None:
        return {'DetailType': DISCOUNT, DISCOUNT: {'PercentBased': True, 'DiscountPercent': float(percent)}}
    return {'DetailType': DISCOUNT, 'Amount': amount, DISCOUNT: {'PercentBased': False}}


def discount_of(lines, amount, percent=None):
    """Return the line of a discount that comes to ``amount`` on these lines: by percent where that is the same."""
    subtotal = sum(cents(line.get('Amount')) for line in lines)
    if percent is not None and cents(exact(percent) * subtotal / 10_000) != cents(amount):
        percent = None  # rounded another way: the amount is what the document says
    return discount(amount, percent)


def to_send(lines, known, discount_account=None, agreed=None):
    """Return lines ready to be sent: what nobody changed goes back as QuickBooks sent it, to the last decimal.

    A line with its id is updated, one without is new, one left out is deleted (qbo-api 9.1). A bundle whose lines are
    all there as they were goes back as it came.

    :param lines: in the shape of :func:`mapped`
    :param known: lines as QuickBooks last sent them
    :param discount_account: id of the account for a new discount, None: QuickBooks' default
    :param agreed: ``known`` as Odoo spelled them in the shape of :func:`mapped`
    """
    bundles = _bundles(lines, known, agreed)
    inside = {place for _bundle, places in bundles for place in places}
    heads = {min(places): bundle for bundle, places in bundles if places}
    single = [(row, pairs[0][1]) for row, pairs in _spellings(known, agreed) if pairs and row['DetailType'] != GROUP]
    loose = [place for place in range(len(lines)) if place not in inside]
    found = counterparts([lines[place] for place in loose], [ours for _row, ours in single])
    sent = dict(heads)
    for place, number in zip(loose, found, strict=True):
        row, ours = (None, None) if number is None else single[number]
        sent[place] = row if row and lines[place] == ours else _to_send(lines[place], row, ours, discount_account)
    return _numbered(_with_empty([sent[place] for place in sorted(sent)], known), known)


def _with_empty(lines, known):
    """Return lines with QuickBooks' own ones without words, which are no lines in Odoo, below what they stood below."""
    result, place = list(lines), 0
    for line in known or ():
        if is_text(line) and not line.get('Description'):
            result.insert(place, line)
            place += 1
        else:
            below = [number for number, other in enumerate(result, 1) if other.get('Id') == line.get('Id')]
            place = below[0] if line.get('Id') and below else place
    return result


def _numbered(lines, known):
    """Return lines without their old places, where these are no longer theirs."""
    places = [line['Id'] for line in known or () if line.get('Id')]
    if [line.get('Id') for line in lines][: len(places)] == places:
        return lines
    return [_without(line, 'LineNum') if 'LineNum' in line else line for line in lines]


def _without(line, member):
    return {key: value for key, value in line.items() if key != member}


def respelled(lines, before, agreed):
    """Return lines as Odoo spells them where QuickBooks had them before, and as QuickBooks does where they are others.

    :param lines: in the shape of :func:`mapped`
    :param before: those that QuickBooks had when both sides agreed, likewise
    :param agreed: ``before`` as Odoo spelled them
    """
    before, agreed, result = before or (), agreed or (), []
    left = list(zip(before, agreed, strict=True)) if len(before) == len(agreed) else []
    for line in lines or ():
        pair = next((pair for pair in left if pair[0] == line), (line, line))
        result.append(pair[1])
        if pair in left:
            left.remove(pair)
    return result


def broken_bundle(lines, known, agreed=None):
    """Return a bundle of which a part is left, or has become another; None: there is none.

    One whose lines are all gone was deleted as a whole. The parameters are those of :func:`to_send`.
    """
    bundles = _bundles(lines, known, agreed)
    inside = {place for _bundle, places in bundles for place in places}
    single = [pair for line, pairs in _spellings(known, agreed) if line.get('DetailType') != GROUP for pair in pairs]
    left = [
        line for place, line in enumerate(lines) if place not in inside and not any(line in pair for pair in single)
    ]
    items = [identity(line) for line in left]
    for bundle, places in bundles:
        if not places and any(identity(line) in items for line in flattened([bundle])):
            return bundle
    return None


def _single(known):
    return [line for line in known or () if line.get('DetailType') != GROUP]


def _bundles(lines, known, agreed):
    """Return ``[(bundle, the places of its lines in lines)]``: of all its lines, or of none."""
    free = dict(enumerate(lines))
    pairs_of = [(line, pairs) for line, pairs in _spellings(known, agreed) if line.get('DetailType') == GROUP]
    return [(bundle, _take_all(free, pairs)) for bundle, pairs in pairs_of]


def _spellings(known, agreed):
    """Return ``[(line, [(as QuickBooks spells it, as Odoo does)])]``; a bundle has a pair for each line inside it."""
    theirs = mapped(known)
    ours = agreed if agreed and len(agreed) == len(theirs) else theirs
    pairs, result = iter(zip(theirs, ours, strict=True)), []
    for line in sorted(known or (), key=lambda line: line.get('DetailType') == DISCOUNT):  # as in mapped
        result.append((line, [next(pairs) for _line in flattened([line])]))
    return result


def _take_all(free, wanted):
    """Return the places of these lines in ``free`` and take them out of it; where one is missing, none."""
    places = []
    for spellings in wanted:
        places.append(next((place for place in free if free[place] in spellings and place not in places), None))
    if None in places:
        return []
    for place in places:
        del free[place]
    return places


def _to_send(line, row, ours, discount_account):
    """Return a line that is new, or was changed, with all that it has in QuickBooks and that was not.

    :param row: the line as QuickBooks last sent it, None for a new one
    :param ours: ``row`` as Odoo spelled it in the shape of :func:`mapped`
    """
    kind, row = line['DetailType'], row or {}
    sent = _changed({key: value for key, value in line.items() if key != kind}, ours, row)
    if kind == DESCRIPTION:
        return sent
    sent[kind] = _changed(line[kind], (ours or {}).get(kind), row.get(kind) or {})
    if kind in OF_ITEMS and (not ours or _priced(line) != _priced(ours)):
        sent['Amount'] = line['Amount']
        members = zip(('Qty', 'UnitPrice'), _quantity(line, row, ours), strict=True)
        sent[kind] = _changed(dict(members), None, {**sent[kind], 'Qty': None, 'UnitPrice': None})
    elif kind == DISCOUNT:
        # QuickBooks computes what a percentage comes to, but wants an amount (qbo-api 9.6, 6090).
        sent.setdefault('Amount', 0)
        if discount_account:
            sent[DISCOUNT].setdefault('DiscountAccountRef', {'value': discount_account})
    return sent


def _changed(now, ours, row):
    """Return ``row`` with the members that are others now than Odoo said before; what is nothing is left out."""
    changed = {key: value for key, value in now.items() if not ours or key not in ours or value != ours[key]}
    dropped = () if not ours else ours.keys() - now.keys()
    return {
        key: value
        for key, value in {**row, **changed}.items()
        if value not in (None, {'value': None}) and key not in dropped
    }


def _priced(line):
    return line['Amount'], *(detail_of(line)[key] for key in ('Qty', 'UnitPrice', 'TaxInclusiveAmt'))


def _quantity(line, row, ours):
    """Return quantity and price of a changed line: those that QuickBooks has where they still fit its amount.

    Odoo keeps fewer decimals of both, and shows some lines as one piece.
    """
    quantity, unit = detail_of(line)['Qty'], detail_of(line)['UnitPrice']
    known = detail_of(row).get('Qty')
    if ours and quantity == detail_of(ours)['Qty'] and known:
        exactly = price(line['Amount'], known)
        quantity, unit = exactly if exactly[0] else (quantity, unit)
    return quantity, unit


def identity(line):
    """Return kind and item or account of a line, as QuickBooks sent it or in the shape of :func:`mapped`."""
    detail = detail_of(line)
    return line['DetailType'], _value(detail.get('ItemRef')), _value(detail.get('AccountRef'))


def _value(ref):
    return (ref or {}).get('value')


def _sales(line):
    detail = line.get(SALES) or {}
    has_both = detail.get('Qty') is not None and detail.get('UnitPrice') is not None
    return sales(
        _value(detail.get('ItemRef')),
        line.get('Amount') or 0.0,
        detail['Qty'] if has_both else None,
        detail['UnitPrice'] if has_both else None,
        line.get('Description'),
        _value(detail.get('TaxCodeRef')),
        _value(detail.get('ClassRef')),
        detail.get('TaxInclusiveAmt'),
    )


def _item(line):
    detail = detail_of(line)
    has_both = detail.get('Qty') is not None and detail.get('UnitPrice') is not None
    quantity, unit = (detail['Qty'], detail['UnitPrice']) if has_both else (None, None)
    item, amount = _value(detail.get('ItemRef')), line.get('Amount') or 0.0
    return _billed(bought(item, amount, quantity, unit, **_members(line)), line)


def _account(line):
    return _billed(spent(_value(detail_of(line).get('AccountRef')), line.get('Amount') or 0.0, **_members(line)), line)


def _members(line):
    detail = detail_of(line)
    return {
        'description': line.get('Description'),
        'tax_code': _value(detail.get('TaxCodeRef')),
        'qbo_class': _value(detail.get('ClassRef')),
        'customer': _value(detail.get('CustomerRef')),
        'gross': detail.get('TaxInclusiveAmt'),
    }


def _billed(shape, line):
    """Return a line in the shape of :func:`mapped` with what QuickBooks says of billing its customer."""
    status = detail_of(line).get('BillableStatus')
    return {**shape, line['DetailType']: {**detail_of(shape), 'BillableStatus': status or 'NotBillable'}}


def _description(line):
    return description(line.get('Description'))


def _discount(line):
    detail = line.get(DISCOUNT) or {}
    return discount(line.get('Amount') or 0.0, detail.get('DiscountPercent') if detail.get('PercentBased') else None)
