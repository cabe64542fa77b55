"""What users do in Odoo, over RPC: vendors and bills. Sales: ``users_documents.py``."""

from . import users, users_documents

ACTS = {
    'new_vendor': 3,
    'edit_vendor': 3,
    'bill': 7,
    'vendor_credit': 2,
    'change_bill': 4,
    'reset_bill': 1,
    'confirm_bill': 2,
    'cancel_bill': 1,
}
PURCHASES = ('in_invoice', 'in_refund')
VENDORS = "FROM res_partner WHERE name ~ '^V[0-9]+ ' AND active"


class Staff(users_documents.Bookkeepers):
    """A user of Odoo who does all that users do."""

    acts = {**users_documents.Bookkeepers.acts, **ACTS}

    def new_vendor(self):
        tag = self.journal.tag('V')
        vals = {
            'name': f'{tag} {self.chance.choice(users.CITIES)} Supply',
            'supplier_rank': 1,
            'is_company': True,
            'phone': self.phone(),
            'city': self.chance.choice(users.CITIES),
        }
        self.call('res.partner', 'create', [vals])

    def edit_vendor(self):
        id_, name = self.one(f'SELECT id, name {VENDORS}')
        phone = self.phone()
        self.edit('Vendor', 'res.partner', id_, name.split()[0], {'phone': phone}, {'phone': phone})

    def bill_lines(self, tag):
        goods = self.some(self.chance.randrange(1, 3), f'SELECT product_product.id {users.GOODS}')
        return [
            (
                0,
                0,
                {
                    'product_id': product,
                    'quantity': self.chance.choice((1, 2, 12)),
                    'price_unit': self.chance.choice(users.PRICES),
                    'tax_ids': [(6, 0, [])],
                    **({'name': tag} if place == 0 else {}),
                },
            )
            for place, (product,) in enumerate(goods)
        ]

    def receive(self, move_type, letter):
        """Save and confirm what a vendor sent."""
        [vendor] = self.one(f'SELECT id {VENDORS}')
        tag, today = self.journal.tag(letter), self.today()
        vals = {
            'move_type': move_type,
            'partner_id': vendor,
            'ref': f'No {tag}',
            'invoice_date': today,
            'date': today,
            'invoice_line_ids': self.bill_lines(tag),
        }
        self.confirm('account.move', self.call('account.move', 'create', [vals]))

    def bill(self):
        self.receive('in_invoice', 'B')

    def vendor_credit(self):
        self.receive('in_refund', 'D')

    def change_bill(self):
        self.change(PURCHASES)

    def reset_bill(self):
        self.reset(PURCHASES)

    def confirm_bill(self):
        self.confirm_one(PURCHASES)

    def cancel_bill(self):
        self.cancel(PURCHASES)
