"""What users do in Odoo, over RPC: names. Documents and money: ``users_documents.py``.

ACTS says what there is and how often; an act is the method of that name. To add one, write it and put it into a table.
"""

from .journal import ODOO
from .rpc import Unknown

ACTS = {
    'new_customer': 6,
    'edit_customer': 9,
    'rename_customer': 3,
    'archive_customer': 1,
    'unarchive_customer': 3,
    'new_product': 4,
    'edit_product': 5,
    'archive_product': 1,
    'unarchive_product': 3,
}
CITIES = ('Harbor', 'Long Beach', 'Burbank', 'Pasadena', 'Torrance')
PRICES = (0.07, 0.335, 1.0, 9.99, 19.99, 33.33, 145.0, 1234.56)
PEOPLE = "FROM res_partner WHERE name ~ '^C[0-9]+ ' AND parent_id IS NULL AND active"
GOODS = """
    FROM product_product JOIN product_template ON product_template.id = product_tmpl_id
    WHERE product_template.name->>'en_US' ~ '^P[0-9]+ ' AND product_product.active
"""


class Nobody(Exception):
    """There is nothing yet that this could be done to."""


class Users:
    """One user of Odoo, who does what his ``chance`` says.

    :param place: the :class:`..place.Place`
    :param journal: the :class:`..journal.Journal`
    :param random.Random chance:
    """

    side = ODOO
    acts = ACTS

    def __init__(self, place, journal, chance):
        self.place, self.journal, self.chance = place, journal, chance
        self.call = place.user()

    # === CHOOSING === #

    def rows(self, statement, *values):
        return self.place.query(statement, *values)

    def one(self, statement, *values):
        """Return one of the rows of a statement, which are in an order that does not depend on time.

        :raise Nobody: there is none
        """
        return self.some(1, statement, *values)[0]

    def some(self, count, statement, *values):
        """Return some of the rows of a statement, ``count`` at most."""
        rows = self.rows(f'{statement} ORDER BY 1', *values)
        if not rows:
            raise Nobody
        return self.chance.sample(rows, min(count, len(rows)))

    def edit(self, kind, model, id_, tag, promised, vals):
        """Write values on a record, and note those that are promised.

        :param dict promised: field as the checker knows it: its value
        """
        is_sure = False
        try:
            self.call(model, 'write', [id_], vals)
            is_sure = True
        except Unknown:
            self._promise(kind, tag, promised, is_sure)
            raise
        self._promise(kind, tag, promised, is_sure)

    def _promise(self, kind, tag, promised, is_sure):
        for field, value in promised.items():
            self.journal.edited(self.side, kind, tag, field, value, is_sure)

    def today(self):
        return self.rows("SELECT (now() AT TIME ZONE 'UTC')::date::text")[0][0]

    def phone(self):
        return f'555-{self.chance.randrange(10_000):04}'

    # === CUSTOMERS === #

    def new_customer(self):
        tag = self.journal.tag('C')
        vals = {
            'name': f'{tag} {self.chance.choice(CITIES)}',
            'customer_rank': 1,
            'phone': self.phone(),
            'email': f'{tag.lower()}@example.com',
            'street': f'Pier {self.chance.randrange(99)}',
            'city': self.chance.choice(CITIES),
        }
        self.call('res.partner', 'create', [vals])

    def edit_customer(self):
        id_, name = self.one(f'SELECT id, name {PEOPLE}')
        value = {
            'phone': self.phone(),
            'email': f'{name.split()[0].lower()}.{self.chance.randrange(1000)}@example.com',
            'city': f'{self.chance.choice(CITIES)} {self.chance.randrange(1000)}',
        }
        field = self.chance.choice(sorted(value))
        self.edit('Customer', 'res.partner', id_, name.split()[0], {field: value[field]}, {field: value[field]})

    def rename_customer(self):
        id_, name = self.one(f'SELECT id, name {PEOPLE}')
        tag = name.split()[0]
        name = f'{tag} {self.chance.choice(CITIES)} {self.chance.randrange(1000)}'
        self.edit('Customer', 'res.partner', id_, tag, {'name': name}, {'name': name})

    def archive_customer(self):
        id_, _name = self.one(f'SELECT id, name {PEOPLE}')
        self.call('res.partner', 'action_archive', [id_])

    def unarchive_customer(self):
        [id_] = self.one("SELECT id FROM res_partner WHERE name ~ '^C[0-9]+ ' AND NOT active")
        self.call('res.partner', 'action_unarchive', [id_])

    # === PRODUCTS === #

    def new_product(self):
        tag = self.journal.tag('P')
        taxes = self.call('account.tax', 'search', [('qbo_tax_code_id', '!=', False)], limit=1)
        taxes = taxes if self.chance.random() < 0.5 else []
        vals = {
            'name': f'{tag} {self.chance.choice(("Filter", "Chlorine", "Visit"))}',
            'type': self.chance.choice(('service', 'consu')),
            'list_price': self.chance.choice(PRICES),
            'taxes_id': [(6, 0, taxes)],
        }
        self.call('product.product', 'create', [vals])

    def edit_product(self):
        id_, name = self.one(f"SELECT product_product.id, product_template.name->>'en_US' {GOODS}")
        tag = name.split()[0]
        price, sku = self.chance.choice(PRICES) + self.chance.randrange(100), f'{tag}-{self.chance.randrange(1000)}'
        field, value = self.chance.choice((('list_price', price), ('default_code', sku)))
        known = {'list_price': 'price', 'default_code': 'sku'}[field]
        value = round(value, 2) if field == 'list_price' else value
        self.edit('Item', 'product.product', id_, tag, {known: value}, {field: value})

    def archive_product(self):
        id_, _name = self.one(f"SELECT product_product.id, product_template.name->>'en_US' {GOODS}")
        self.call('product.product', 'action_archive', [id_])

    def unarchive_product(self):
        hidden = GOODS.replace('product_product.active', 'NOT product_product.active')
        [id_] = self.one(f'SELECT product_product.id {hidden}')
        self.call('product.product', 'action_unarchive', [id_])
