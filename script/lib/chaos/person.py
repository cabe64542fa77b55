"""What a person does in QuickBooks: what the sandbox's pages offer, through its admin API.

ACTS says what there is and how often; an act is the method of that name.
"""

from .journal import QUICKBOOKS
from .rpc import Unknown
from .users import CITIES, PRICES, Nobody

ACTS = {
    'new_customer': 3,
    'edit_customer': 6,
    'make_inactive': 1,
    'make_active': 2,
    'new_item': 2,
    'edit_item': 3,
    'invoice': 4,
    'credit_memo': 2,
    'edit_document': 5,
    'void_document': 1,
    'delete_document': 1,
    'receive_payment': 6,
    'receive_on_account': 2,
    'edit_payment': 3,
    'void_payment': 1,
    'delete_payment': 1,
    'new_vendor': 1,
    'edit_vendor': 2,
    'bill': 2,
    'vendor_credit': 1,
    'edit_bill': 2,
    'delete_bill': 1,
}
SALE, PURCHASE = 'SalesItemLineDetail', 'ItemBasedExpenseLineDetail'


class Person:
    """Somebody who works in QuickBooks, and does what his ``chance`` says."""

    side = QUICKBOOKS
    acts = ACTS

    def __init__(self, place, journal, chance):
        self.place, self.journal, self.chance = place, journal, chance

    def all(self, kind, condition=lambda body: True):
        """Return the records of a type, oldest first.

        :raise Nobody: there is none
        """
        found = [body for body in self.place.quickbooks(f'entities/{kind}') if condition(body)]
        if not found:
            raise Nobody
        return found

    def one(self, kind, condition=lambda body: True):
        return self.chance.choice(self.all(kind, condition))

    def create(self, kind, **values):
        return self.place.quickbooks(f'entities/{kind}', values)

    def save(self, kind, body, promised=(), **values):
        """Change a record, and note what is promised.

        :param promised: triples of tag, field and value
        """
        is_sure = False
        try:
            self.place.quickbooks(f'entities/{kind}/{body["Id"]}', values)
            is_sure = True
        except Unknown:
            self._promise(kind, promised, is_sure)
            raise
        self._promise(kind, promised, is_sure)

    def _promise(self, kind, promised, is_sure):
        for tag, field, value in promised:
            self.journal.edited(self.side, kind, tag, field, value, is_sure)

    # === NAMES === #

    def new_customer(self):
        tag = self.journal.tag('C')
        phone = f'555-{self.chance.randrange(10_000):04}'
        address = {'Line1': f'Quay {self.chance.randrange(99)}', 'City': self.chance.choice(CITIES)}
        name = f'{tag} {self.chance.choice(CITIES)}'
        self.create('Customer', DisplayName=name, PrimaryPhone={'FreeFormNumber': phone}, BillAddr=address)

    def edit_customer(self):
        body = self.one('Customer', lambda body: body['Active'] and body['DisplayName'].startswith('C'))
        tag = body['DisplayName'].split()[0]
        phone = f'555-{self.chance.randrange(10_000):04}'
        name = f'{tag} {self.chance.choice(CITIES)} Q{self.chance.randrange(1000)}'
        field, value, values = self.chance.choice(
            (('phone', phone, {'PrimaryPhone': {'FreeFormNumber': phone}}), ('name', name, {'DisplayName': name}))
        )
        self.save('Customer', body, [(tag, field, value)], **values)

    def make_inactive(self):
        kind = self.chance.choice(('Customer', 'Item'))
        body = self.one(kind, lambda body: body['Active'] and (body.get('DisplayName') or body['Name'])[0] in 'CP')
        self.save(kind, body, Active=False)

    def make_active(self):
        kind = self.chance.choice(('Customer', 'Item'))
        self.save(kind, self.one(kind, lambda body: not body['Active']), Active=True)

    def new_item(self):
        account = self.all('Account', lambda body: body['AccountType'] == 'Income')[0]['Id']
        name = f'{self.journal.tag("P")} Service call'
        price = self.chance.choice(PRICES)
        self.create('Item', Name=name, Type='Service', UnitPrice=price, IncomeAccountRef={'value': account})

    def edit_item(self):
        body = self.one('Item', lambda body: body['Active'] and body['Name'].startswith('P'))
        price = round(self.chance.choice(PRICES) + self.chance.randrange(100), 2)
        self.save('Item', body, [(body['Name'].split()[0], 'price', price)], UnitPrice=price)

    # === DOCUMENTS === #

    def lines(self, tag):
        """Return the lines of a document, the first with its tag."""
        items = self.all('Item', lambda body: body['Active'] and body['Type'] != 'Category')
        lines = []
        for place, item in enumerate(self.chance.sample(items, min(len(items), self.chance.randrange(1, 4)))):
            quantity, price = self.chance.choice((1, 2, 3, 10)), self.chance.choice(PRICES)
            code = self.chance.choice(('TAX', 'NON'))
            detail = {'ItemRef': {'value': item['Id']}, 'Qty': quantity, 'UnitPrice': price}
            line = {'DetailType': SALE, 'Amount': f'{quantity * price + 1e-9:.2f}'}
            line[SALE] = {**detail, 'TaxCodeRef': {'value': code}}
            lines.append({**line, **({'Description': tag} if place == 0 else {})})
        return lines

    def document(self, kind, letter):
        customer = self.one('Customer', lambda body: body['Active'] and body['DisplayName'].startswith('C'))['Id']
        tag = self.journal.tag(letter)
        code = self.all('TaxCode')[0]['Id']
        values = {'CustomerRef': {'value': customer}, 'DocNumber': f'Q-{tag}', 'Line': self.lines(tag)}
        self.create(kind, **values, TxnTaxDetail={'TxnTaxCodeRef': {'value': code}})

    def invoice(self):
        self.document('Invoice', 'I')

    def credit_memo(self):
        self.document('CreditMemo', 'N')

    def kept(self):
        """Return type and body of a document that is not void."""
        kind = self.chance.choice(('Invoice', 'Invoice', 'CreditMemo'))
        return kind, self.one(kind, lambda body: body['TotalAmt'])

    def edit_document(self):
        kind, body = self.kept()
        lines = [line for line in body['Line'] if 'Id' in line]
        line = next((line for line in lines if line['DetailType'] == SALE), None)
        if line is None or 'UnitPrice' not in line[SALE]:
            raise Nobody
        quantity = self.chance.choice((1, 2, 5, 8))
        line[SALE]['Qty'] = quantity
        line['Amount'] = f'{quantity * line[SALE]["UnitPrice"] + 1e-9:.2f}'
        self.save(kind, body, Line=lines)

    def end(self, how, kind, body):
        self.place.quickbooks(f'entities/{kind}/{body["Id"]}/{how}', {})

    def void_document(self):
        self.end('void', *self.kept())

    def delete_document(self):
        self.end('delete', *self.kept())

    # === MONEY === #

    def receive_payment(self):
        invoice = self.one('Invoice', lambda body: body['Balance'] > 0)
        part = self.chance.choice((1, 1, 0.5))
        amount = max(round(invoice['Balance'] * part, 2), 0.01)
        values = {'amount': amount, 'PrivateNote': self.journal.tag('M')}
        self.place.quickbooks(f'entities/Invoice/{invoice["Id"]}/pay', values)

    def receive_on_account(self):
        customer = self.one('Customer', lambda body: body['Active'] and body['DisplayName'].startswith('C'))['Id']
        amount = self.chance.choice((12.5, 80.0, 0.02))
        self.create('Payment', CustomerRef={'value': customer}, TotalAmt=amount, PrivateNote=self.journal.tag('M'))

    def edit_payment(self):
        """Give a payment another amount, which is left over or no longer applied."""
        body = self.one('Payment', lambda body: body['TotalAmt'])
        amount = self.chance.choice((5.0, 60.0, body['TotalAmt'] * 2))
        lines = [{'Amount': line['Amount'], 'LinkedTxn': line['LinkedTxn']} for line in body['Line']]
        lines = lines if self.chance.random() < 0.5 else []
        customer = {'value': body['CustomerRef']['value']}
        self.save('Payment', body, CustomerRef=customer, TotalAmt=round(amount, 2), Line=lines)

    def void_payment(self):
        self.end('void', 'Payment', self.one('Payment', lambda body: body['TotalAmt']))

    def delete_payment(self):
        self.end('delete', 'Payment', self.one('Payment'))

    # === PURCHASES === #

    def new_vendor(self):
        name = f'{self.journal.tag("V")} {self.chance.choice(CITIES)} Traders'
        self.create('Vendor', DisplayName=name, PrimaryPhone={'FreeFormNumber': f'555-{self.chance.randrange(10_000)}'})

    def edit_vendor(self):
        body = self.one('Vendor', lambda body: body['Active'] and body['DisplayName'].startswith('V'))
        phone = f'555-{self.chance.randrange(10_000):04}'
        promised = [(body['DisplayName'].split()[0], 'phone', phone)]
        self.save('Vendor', body, promised, PrimaryPhone={'FreeFormNumber': phone})

    def buy(self, kind, letter):
        """Enter what a vendor sent."""
        vendor = self.one('Vendor', lambda body: body['Active'] and body['DisplayName'].startswith('V'))['Id']
        item = self.one('Item', lambda body: body['Active'] and body.get('ExpenseAccountRef'))['Id']
        tag, quantity, price = self.journal.tag(letter), self.chance.choice((1, 3)), self.chance.choice(PRICES)
        line = {'DetailType': PURCHASE, 'Amount': f'{quantity * price + 1e-9:.2f}', 'Description': tag}
        line[PURCHASE] = {'ItemRef': {'value': item}, 'Qty': quantity, 'UnitPrice': price}
        self.create(kind, VendorRef={'value': vendor}, DocNumber=f'Q-{tag}', Line=[line])

    def bill(self):
        self.buy('Bill', 'B')

    def vendor_credit(self):
        self.buy('VendorCredit', 'D')

    def edit_bill(self):
        kind = self.chance.choice(('Bill', 'Bill', 'VendorCredit'))
        body = self.one(kind, lambda body: body['TotalAmt'])
        line = next((line for line in body['Line'] if line['DetailType'] == PURCHASE), None)
        if line is None:
            raise Nobody
        quantity = self.chance.choice((1, 2, 6))
        line[PURCHASE]['Qty'] = quantity
        line['Amount'] = f'{quantity * line[PURCHASE].get("UnitPrice", 0) + 1e-9:.2f}'
        self.save(kind, body, Line=body['Line'])

    def delete_bill(self):
        kind = self.chance.choice(('Bill', 'VendorCredit'))
        self.end('delete', kind, self.one(kind))
