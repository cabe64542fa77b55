"""What the two databases hold, read with SQL: nothing here goes through Odoo, the addon, or the sandbox's code."""

import json
import re
import sqlite3
from collections import defaultdict
from types import SimpleNamespace

import psycopg2.extras

TAG = re.compile(r'\b([CPINMVBD][0-9]+)\b')
TYPES = ('Customer', 'Vendor', 'Item', 'Invoice', 'CreditMemo', 'Bill', 'VendorCredit', 'Payment')
MOVE_TYPES = {
    'out_invoice': 'Invoice',
    'out_refund': 'CreditMemo',
    'in_invoice': 'Bill',
    'in_refund': 'VendorCredit',
}
MODELS = {
    'Customer': 'res.partner',
    'Vendor': 'res.partner',
    'Item': 'product.product',
    'Payment': 'account.payment',
}
"""Of records of these types; of others it is ``account.move``."""
PARTNERS = """
    SELECT id, name, phone, email, street, city, active, customer_rank, parent_id FROM res_partner
    WHERE name ~ '^[CV][0-9]+ '
"""
PRODUCTS = """
    SELECT product.id, template.name->>'en_US' AS name, product.default_code AS sku, template.list_price AS price,
        product.active
    FROM product_product product JOIN product_template template ON template.id = product.product_tmpl_id
    WHERE template.name->>'en_US' ~ '^P[0-9]+ '
"""
MOVES = """
    SELECT id, name, ref, state, move_type, commercial_partner_id AS partner_id, invoice_date, invoice_date_due,
        amount_total, amount_tax, amount_residual, origin_payment_id
    FROM account_move WHERE move_type IN ('out_invoice', 'out_refund', 'in_invoice', 'in_refund')
"""
LINES = """
    SELECT line.move_id, line.product_id, line.quantity, line.name, line.amount_currency
        * (CASE WHEN move.move_type IN ('out_invoice', 'in_refund') THEN -1 ELSE 1 END) AS booked
    FROM account_move_line line JOIN account_move move ON move.id = line.move_id
    WHERE move.move_type IN ('out_invoice', 'out_refund', 'in_invoice', 'in_refund') AND line.display_type = 'product'
    ORDER BY line.sequence, line.id
"""
PAYMENTS = """
    SELECT payment.id, payment.state, payment.amount, payment.date, payment.memo, payment.move_id,
        coalesce(partner.commercial_partner_id, partner.id) AS partner_id,
        (SELECT coalesce(-sum(line.amount_residual), 0) FROM account_move_line line
            JOIN account_account account ON account.id = line.account_id
            WHERE line.move_id = payment.move_id AND account.account_type = 'asset_receivable') AS unapplied
    FROM account_payment payment LEFT JOIN res_partner partner ON partner.id = payment.partner_id
    WHERE payment.payment_type = 'inbound' AND payment.partner_type = 'customer'
"""
# What settles what, by the entries on either side, and whose it is in QuickBooks where both are documents.
PARTIALS = """
    SELECT part.id, part.amount, debit.move_id AS debit, credit.move_id AS credit, part.qbo_payment_id AS payment,
        part.qbo_application_id AS application
    FROM account_partial_reconcile part
    JOIN account_move_line debit ON debit.id = part.debit_move_id
    JOIN account_move_line credit ON credit.id = part.credit_move_id
    JOIN account_account account ON account.id = debit.account_id AND account.account_type = 'asset_receivable'
"""
LINKS = """
    SELECT id, res_model, res_id, entity, qbo_id, state, mode, origin, name_suffix, reason, name, error_code
    FROM qbo_link
"""
RECEIVABLE = """
    SELECT coalesce(partner.commercial_partner_id, partner.id) AS id, sum(line.amount_residual) AS amount
    FROM account_move_line line
    JOIN account_account account ON account.id = line.account_id AND account.account_type = 'asset_receivable'
    JOIN res_partner partner ON partner.id = line.partner_id
    WHERE line.parent_state = 'posted' GROUP BY 1
"""


def cents(amount):
    """Return an amount in whole cents."""
    return round(float(amount or 0) * 100)


def tag_of(*texts):
    """Return the tag in the first of these texts that has one, or None."""
    for text in texts:
        if found := TAG.search(text or ''):
            return found[1]
    return None


class Sides:
    """Both databases at one moment, when nobody works.

    :param place: the :class:`..place.Place`
    """

    def __init__(self, place):
        with place.cluster.connect() as connection:
            read = _reader(connection)
            self.partners, self.products = _by_id(read(PARTNERS)), _by_id(read(PRODUCTS))
            self.moves, self.payments = _by_id(read(MOVES)), _by_id(read(PAYMENTS))
            self.links, self.partials = read(LINKS), read(PARTIALS)
            self.receivable = {row.id: cents(row.amount) for row in read(RECEIVABLE)}
            for move in self.moves.values():
                move.lines = []
            for line in read(LINES):
                self.moves[line.move_id].lines.append(line)
        self.entities = _entities(place)
        self.by_record = {(link.res_model, link.res_id, link.entity): link for link in self.links if link.res_id}
        self.by_entity = {(link.entity, link.qbo_id): link for link in self.links if link.qbo_id}

    def records(self, entity):
        """Return ``{id: record}`` of what may be entities of this type."""
        if entity in MOVE_TYPES.values():
            return {move.id: move for move in self.moves.values() if MOVE_TYPES[move.move_type] == entity}
        if entity in ('Customer', 'Vendor'):
            return {id_: partner for id_, partner in self.partners.items() if partner.name[0] == entity[0]}
        return {'Item': self.products, 'Payment': self.payments}.get(entity, {})

    def link(self, entity, record):
        """Return the link of a record, or None."""
        return self.by_record.get((MODELS.get(entity, 'account.move'), record.id, entity))

    def entity_of(self, entity, record_id):
        """Return the id in QuickBooks of a record that is linked, or None."""
        link = self.by_record.get((MODELS.get(entity, 'account.move'), record_id, entity))
        return link and link.qbo_id

    def tag(self, entity, record):
        """Return the tag of a record of Odoo, or None."""
        if entity == 'Payment':
            return tag_of(record.memo)
        if entity in ('Customer', 'Vendor', 'Item'):
            return tag_of(record.name)
        return tag_of(*(line.name for line in record.lines))

    def applied(self, payment):
        """Return ``{(type, id in QuickBooks or -id in Odoo): cents}`` of what a payment settles in Odoo."""
        amounts = defaultdict(int)
        for part in self.partials:
            if part.payment == payment.id:
                ends = (part.debit, part.credit)
            elif payment.move_id and payment.move_id in (part.debit, part.credit):
                ends = (part.debit if part.credit == payment.move_id else part.credit,)
            else:
                continue
            for move in ends:
                amounts[self._key(move)] += cents(part.amount)
        return dict(amounts)

    def applied_by(self, application):
        """Return the same of credits that are applied without money."""
        amounts = defaultdict(int)
        for part in self.partials:
            if part.application == application:
                for move in (part.debit, part.credit):
                    amounts[self._key(move)] += cents(part.amount)
        return dict(amounts)

    def _key(self, move_id):
        move = self.moves.get(move_id)
        entity = 'CreditMemo' if move and move.move_type == 'out_refund' else 'Invoice'
        return entity, self.entity_of(entity, move_id) or f'-{move_id}'


def tag_there(entity, body):
    """Return the tag of a record of QuickBooks, or None."""
    if entity == 'Payment':
        return tag_of(body.get('PrivateNote'))
    if entity in ('Customer', 'Vendor', 'Item'):
        return tag_of(body.get('DisplayName') or body.get('Name'))
    return tag_of(*(line.get('Description') for line in body.get('Line') or ()))


def applied_there(body):
    """Return ``{(type, id): cents}`` of what a payment settles in QuickBooks."""
    amounts = defaultdict(int)
    for line in body.get('Line') or ():
        for linked in line.get('LinkedTxn') or ():
            amounts[linked['TxnType'], linked['TxnId']] += cents(line['Amount'])
    return dict(amounts)


def is_void(body):
    """Return whether a document or payment of QuickBooks was voided."""
    return (body.get('PrivateNote') or '').startswith('Voided') and not cents(body.get('TotalAmt'))


def _reader(connection):
    def read(statement):
        with connection.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as cursor:
            cursor.execute(statement)
            return [SimpleNamespace(**row) for row in cursor.fetchall()]

    return read


def _by_id(rows):
    return {row.id: row for row in rows}


def _entities(place):
    """Return ``{type: {id: body}}`` of QuickBooks' file."""
    connection = sqlite3.connect(f'file:{place.sandbox.data}?mode=ro', uri=True, timeout=30)
    try:
        rows = connection.execute('SELECT type, id, body FROM entity WHERE realm = ?', [place.realm]).fetchall()
    finally:
        connection.close()
    found = {entity: {} for entity in TYPES}
    for entity, id_, body in rows:
        if entity in found:
            found[entity][id_] = json.loads(body)
    return found
