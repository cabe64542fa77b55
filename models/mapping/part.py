class Part(list):
    """An item of a reconciliation plan of Odoo's: two journal items that are reconciled by a part at most.

    :param line: the journal item of which the amount is said, in its currency
    :param other: the one that it is reconciled with
    :param owner: values of the partial: ``qbo_application_id`` or ``qbo_payment_id``, what it belongs to in QuickBooks
    """

    def __init__(self, line, other, amount, **owner):
        super().__init__([line + other])
        self.line, self.amount, self.owner = line, amount, owner
