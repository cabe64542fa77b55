"""What a payment settles: its lines, each one document and an amount (qbo-api 9.8)."""

DOCUMENTS = ('Invoice', 'CreditMemo')
"""Types that Odoo has records for; a payment's line may name others, which stay QuickBooks' own matter."""
AT_ONCE = ('SalesReceipt', 'Purchase')
"""Types of documents that QuickBooks has together with the money that pays them."""


def amounts(lines):
    """Return ``{(type, id): amount}`` of the lines of a payment.

    :param lines: as QuickBooks sent them, or None
    """
    sums = {}
    for line in lines or ():
        for linked in line.get('LinkedTxn') or ():
            key = linked.get('TxnType'), linked.get('TxnId')
            sums[key] = round(sums.get(key, 0.0) + (line.get('Amount') or 0.0), 2)
    return sums


def lines(sums):
    """Return the lines of a payment for ``{(type, id): amount}``, in an order that is always the same."""
    return [
        {'Amount': amount, 'LinkedTxn': [{'TxnId': qbo_id, 'TxnType': kind}]}
        for (kind, qbo_id), amount in sorted(sums.items())
    ]


def is_application(values):
    """Return whether a payment brings in no money and only applies credits to invoices (qbo-api 9.8)."""
    return values.get('TotalAmt') == 0 and bool(values.get('Line'))
