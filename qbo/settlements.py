"""What a payment settles: its lines, each one document and an amount (qbo-api 9.8, purchases 5)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Ledger:
    """What is owed: by customers, or to vendors. Both are settled the same way.

    :param payment: the type that settles
    :param party: who owes or is owed; with ``Ref`` the member that names one
    :param documents: the types that a payment settles and that Odoo has records for: what is owed, and the credit
    :param links: by which types a document names what settles it; the first one is what we write ourselves
    """

    payment: str
    party: str
    documents: tuple
    links: tuple

    @property
    def party_member(self):
        """Return the member that names who owes or is owed."""
        return f'{self.party}Ref'


RECEIVABLES = Ledger('Payment', 'Customer', ('Invoice', 'CreditMemo'), ('Payment',))
# A bill that was paid by card says BillPaymentCheck too, in all that was recorded (purchases 3, 18).
PAYABLES = Ledger(
    'BillPayment', 'Vendor', ('Bill', 'VendorCredit'), ('BillPaymentCheck', 'BillPaymentCreditCard', 'BillPayment')
)
LEDGERS = (RECEIVABLES, PAYABLES)
PAYMENTS = tuple(ledger.payment for ledger in LEDGERS)
DOCUMENTS = (*RECEIVABLES.documents, *PAYABLES.documents)
"""Types that Odoo has records for; a payment's line may name others, which stay QuickBooks' own matter."""
CREDITS = frozenset({'CreditMemo', 'VendorCredit', 'Check', 'Expense'})
"""Types that bring a payment money instead of using it up; a journal entry may do either (purchases 9)."""
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


def affordable(sums, ledger, money):
    """Return what is left of these amounts where no more is owed than money and credit among them bring.

    The last ones are cut: which credit pays what, QuickBooks does not say.

    :param dict sums: ``{(type, id): amount}``
    :param ledger: a :class:`Ledger`
    :param money: how much of the payment itself is used
    """
    owed, _credit = ledger.documents
    short = sum(amount if kind == owed else -amount for (kind, _id), amount in sums.items()) - money
    left = dict(sums)
    for key in sorted((key for key in sums if key[0] == owed), reverse=True):
        cut = min(left[key], max(0.0, short))
        left[key], short = round(left[key] - cut, 2), round(short - cut, 2)
    return {key: amount for key, amount in left.items() if amount}


def joined(agreed, odoo, qbo):
    """Return what a payment settles with the changes of both sides, None where both changed the same otherwise.

    All are ``{(type, id): amount}``.

    :param agreed: when both sides were the same
    """
    found = {}
    for key in sorted(agreed.keys() | odoo.keys() | qbo.keys()):
        was, here, there = (sums.get(key, 0.0) for sums in (agreed, odoo, qbo))
        if here != was and there != was and here != there:
            return None
        found[key] = here if there == was else there
    return {key: amount for key, amount in found.items() if amount}


def is_application(values):
    """Return whether a payment brings in no money and only applies credits to invoices (qbo-api 9.8)."""
    return values.get('TotalAmt') == 0 and bool(values.get('Line'))


def unapplied(values):
    """Return what is left of a payment whose lines say what was used of it (purchases 5.2); no member says so.

    A journal entry uses it up, as a bill does, unless there is not so much left: then it brings that much.
    """
    sums = amounts(values.get('Line'))
    used = {key: -amount if key[0] in CREDITS else amount for key, amount in sums.items()}
    left = (values.get('TotalAmt') or 0.0) - sum(used.values())
    for key in sorted(sums):
        if key[0] == 'JournalEntry' and round(left, 2) < 0:
            left += 2 * sums[key]
    return round(left, 2)
