"""Documents of the sample company: open, paid, partly paid, credited, waiting, deposited."""

from datetime import timedelta

DAY_S = 86400
NOON_S = 20 * 3600
"""Of a day in the office, as seconds of the day in UTC."""


class Desk:
    """Writes documents of some days ago."""

    def __init__(self, seeder, country, tax_code):
        self.books, self.country, self.tax_code = seeder.books, country, tax_code
        self.ids = {
            body['DisplayName']: body['Id'] for body in self.books.database.all(self.books.realm, 'Customer')
        }  # fmt: skip
        self.items = {body['Name']: body['Id'] for body in self.books.database.all(self.books.realm, 'Item')}
        self.accounts = {body['Name']: body['Id'] for body in self.books.database.all(self.books.realm, 'Account')}

    def write(self, type, days_ago, **members):
        """Store a document dated ``days_ago``; return its body."""
        books = self.books
        books.at = books.clock.time() // DAY_S * DAY_S - days_ago * DAY_S + NOON_S
        day = books.clock.today() - timedelta(days=days_ago)
        values = books.entity(type).start(books, {'TxnDate': day.isoformat(), **members})
        body = books.insert(type, values, quiet=True)
        books.at = None
        return body

    def sale(self, type, days_ago, customer, *rows, taxed=False, **members):
        """Store a sales form of rows (item, quantity, price)."""
        lines = [self._line(*row, taxed) for row in rows]
        if self.country != 'US':
            members['GlobalTaxCalculation'] = 'TaxExcluded' if taxed else 'NotApplicable'
        elif taxed:
            members['TxnTaxDetail'] = {'TxnTaxCodeRef': {'value': self.tax_code}}
        return self.write(type, days_ago, CustomerRef={'value': self.ids[customer]}, Line=lines, **members)

    def _line(self, item, quantity, price, taxed):
        detail = {'ItemRef': {'value': self.items[item]}, 'Qty': quantity, 'UnitPrice': price}
        if self.country == 'US':
            detail['TaxCodeRef'] = {'value': 'TAX' if taxed else 'NON'}
        elif taxed:
            detail['TaxCodeRef'] = {'value': self.tax_code}
        return {'DetailType': 'SalesItemLineDetail', 'Description': item, 'Amount': round(quantity * price, 2),
                'SalesItemLineDetail': detail}  # fmt: skip

    def pay(self, days_ago, customer, total, *invoices, **members):
        """Store a payment of (invoice, amount) pairs."""
        lines = [
            {'Amount': amount, 'LinkedTxn': [{'TxnId': body['Id'], 'TxnType': 'Invoice'}]} for body, amount in invoices
        ]  # fmt: skip
        return self.write(
            'Payment', days_ago, CustomerRef={'value': self.ids[customer]}, TotalAmt=total, Line=lines, **members
        )  # fmt: skip


def load(seeder, country, tax_code):
    """Put them in."""
    desk = Desk(seeder, country, tax_code)
    desk.sale('Invoice', 45, 'Calla Nightingale', ('Repair hour', 1, 149), SalesTermRef={'value': '4'})
    desk.sale('Invoice', 66, 'Otis Pemberton', ('Weekly pool service', 1, 145), ('Skimmer basket', 1, 22))
    hotel = desk.sale('Invoice', 57, 'Harbor Lights Hotel', ('Weekly pool service', 2, 145), ('Repair hour', 2, 84))
    desk.pay(50, 'Harbor Lights Hotel', 300, (hotel, 300), PaymentMethodRef={'value': '2'}, PaymentRefNum='1187')
    desk.pay(41, 'Gideon Thistlewood', 75, PaymentMethodRef={'value': '1'}, PrivateNote='Deposit for the opening')
    desk.sale('CreditMemo', 40, 'Eldon Prewitt', ('Weekly pool service', 1, 45), PrivateNote='Missed visit')
    _banked(desk)


def _banked(desk):
    """An invoice with tax, paid in full by a payment that is in the bank."""
    club = 'Kingfisher Golf & Country Club'
    sold = desk.sale(
        'Invoice', 56, club, ('Variable speed pump', 1, 1249), ('Chlorine tablets 10 kg', 4, 89.5), taxed=True
    )
    total = sold['TotalAmt']
    paid = desk.pay(48, club, total, (sold, total), PaymentMethodRef={'value': '7'})
    link = {'TxnId': paid['Id'], 'TxnType': 'Payment', 'TxnLineId': '0'}
    account = {'value': desk.accounts['Checking']}
    desk.write('Deposit', 47, DepositToAccountRef=account, Line=[{'Amount': total, 'LinkedTxn': [link]}])
