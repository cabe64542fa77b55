"""What the tables of *what nobody changed stays* share: documents, edits on both sides, and what they may change."""

from fnmatch import filter as matching
from fnmatch import fnmatch
from itertools import count

from odoo.fields import Command

from .test_invoice_tax import TaxCase

KINDS = ('Invoice', 'CreditMemo', 'RefundReceipt')
NUMBERS = count(77)  # each is given once
VOLATILE = ('SyncToken', 'MetaData')


def flat(value, path=''):
    """Return ``{path: leaf}`` of nested dicts and lists."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if items is None:
        return {path: value}
    return {key: leaf for name, item in items for key, leaf in flat(item, f'{path}.{name}'.lstrip('.')).items()}


def moved(before, after):
    """Return the paths at which two nested values differ."""
    before, after = flat(before), flat(after)
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


class CentCase(TaxCase):
    """Documents that are the same on both sides, with a tax that Odoo would compute otherwise."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bob = cls.env['res.partner'].create({'name': "Bob", 'customer_rank': 1})
        cls.place = cls.env['res.partner'].create(
            {'type': 'delivery', 'parent_id': cls.acme.id, 'street': "9 Pool Ln", 'city': "Palmview"}
        )
        cls().run_engine()
        cls.other_place = cls.env['res.partner'].create(
            {'type': 'delivery', 'parent_id': cls.acme.id, 'street': "7 Spa Rd", 'city': "Palmview"}
        )
        cls.money_account = {'value': cls.account('Bank').qbo_id}
        cls.bank.qbo_deposit_account_id = cls.account('Bank')
        cls.sandbox.requests.clear()
        cls.sandbox.snapshot()

    # === DOCUMENTS === #

    def row(self, item, quantity, price, code, **members):
        """Return a line of QuickBooks with what Odoo has no field for."""
        line = self._item_line(item, quantity, price, code)
        line['Amount'] = members.pop('Amount', line['Amount'])
        line['SalesItemLineDetail'] |= {'ServiceDate': '2026-03-01', **members}
        return {**line, 'Description': f"{quantity} pieces"}

    def there(self, kind, rows, **members):
        """Create a document in QuickBooks; return its entity."""
        values = {'CustomerRef': {'value': self.acme.qbo_id}, 'TxnDate': '2026-03-02', 'Line': rows, **members}
        if kind == 'RefundReceipt':
            values['DepositToAccountRef'] = self.money_account
        return self.sandbox.create(kind, values)

    def taken(self, entities):
        """Return the documents of Odoo that entities became, with a clean request log."""
        self.sandbox.requests.clear()
        self.pull('documents')
        moves = [self.found(entity) for entity in entities]
        self.assertNoErrors()
        self.run_engine()
        self.assertNothingWritten()
        self.sandbox.requests.clear()
        return moves

    def found(self, entity):
        link = self.env['qbo.link'].search([('entity', 'in', KINDS), ('qbo_id', '=', entity['Id'])])
        self.assertTrue(link.res_id, link.error)
        return self.env['account.move'].browse(link.res_id)

    # === LOOKING === #

    def in_odoo(self, move):
        """Return all of a document that a person may look at."""
        tax_lines = move.line_ids.filtered(lambda line: line.display_type == 'tax')
        return {
            'state': move.state,
            'partner': move.partner_id.id,
            'shipping': move.partner_shipping_id.id,
            'date': str(move.invoice_date),
            'due': str(move.invoice_date_due),
            'name': move.name,
            'number': move.qbo_number,
            'memo': str(move.narration or ''),
            'email': move.qbo_email,
            'rate': move.invoice_currency_rate,
            'paid': move.payment_state,
            'open': move.amount_residual,
            'total': move.amount_total,
            'tax': {tax.name: sum(lines.mapped('balance')) for tax, lines in tax_lines.grouped('tax_line_id').items()},
            'discount': (move.qbo_discount, move.qbo_discount_type, move.qbo_discount_before_tax),
            'lines': [self.line_in_odoo(line) for line in move._qbo_item_lines().sorted('sequence')],
        }

    def line_in_odoo(self, line):
        return {
            'product': line.product_id.name,
            'name': line.name,
            'quantity': line.quantity,
            'price': line.price_unit,
            'discount': line.discount,
            'taxes': line.tax_ids.ids,
            'class': line.qbo_class_id.id,
            'net': line.balance,
        }

    def there_now(self, move):
        """Return a document as QuickBooks has it, without what counts its versions."""
        return {key: value for key, value in self.in_qbo(move).items() if key not in VOLATILE}

    def requests_of(self, move):
        return len(self.env['qbo.request'].search([('link_id', '=', move.qbo_link_id.id)]))

    def assertSame(self, move):
        """Assert that both sides come to the same, and say so."""
        entity = self.in_qbo(move)
        self.assertEqual(move.qbo_state, 'synced', move.qbo_error)
        self.assertEqual(
            (move.amount_total, move.amount_tax), (entity['TotalAmt'], entity['TxnTaxDetail'].get('TotalTax', 0))
        )
        if move.move_type == 'out_invoice':
            self.assertEqual(move.amount_residual, entity['Balance'])

    def assertNothingWritten(self):
        """Assert that QuickBooks was read at most, in however many steps."""
        written = [row.path for row in self.sandbox.requests if row.method == 'POST' and row.entity != 'query']
        self.assertEqual(written, [])

    def assertMoved(self, before, after, paths):
        """Assert that two nested values differ at these paths, each of them a pattern, and nowhere else."""
        found = moved(before, after)
        self.assertEqual({path for path in found if not any(fnmatch(path, pattern) for pattern in paths)}, set())
        self.assertEqual([pattern for pattern in paths if not matching(found, pattern)], [])

    # === EDITS === #

    def lines_with(self, entity, number, detail=(), tax=True, **members):
        """Return the lines of an entity, of which one is changed, with the tax that they have where that is to stay."""
        lines = [line for line in entity['Line'] if line['DetailType'] != 'SubTotalLineDetail']
        line = lines[number]
        lines[number] = {**line, **members, 'SalesItemLineDetail': {**line['SalesItemLineDetail'], **dict(detail)}}
        return {'Line': lines, **({'TxnTaxDetail': entity['TxnTaxDetail']} if tax else {})}

    def due(self, entity):
        """QuickBooks would move the due date with the date."""
        return {key: entity[key] for key in ('DueDate',) if key in entity}

    def kept_there(self, kind, tax=True):
        """Return edits in QuickBooks that change no amount, as :meth:`edit_there` takes them."""
        number = f'A-{next(NUMBERS)}'
        edits = {
            'nothing': (lambda entity: {'PrivateNote': "Gate code 7"}, []),
            'date': (lambda entity: {'TxnDate': '2026-03-05', **self.due(entity)}, ['date']),
            'address': (lambda entity: {'ShipAddr': {'Line1': f'5 {kind} St', 'City': 'Palmview'}}, ['shipping']),
            'memo': (lambda entity: {'CustomerMemo': {'value': "Thanks"}}, ['memo']),
            'number': (lambda entity: {'DocNumber': number}, ['number']),
            'description': (
                lambda entity: self.lines_with(entity, 0, tax=tax, Description="Blue"), ['lines.0.name'],
            ),
            'customer': (lambda entity: {'CustomerRef': {'value': self.bob.qbo_id}}, ['partner']),
        }  # fmt: skip
        if kind == 'Invoice':
            edits['due'] = (lambda entity: {'DueDate': '2026-04-20'}, ['due'])
        return edits

    def kept_here(self, kind):
        """Return edits in Odoo that change no amount, as :meth:`edit_here` takes them."""
        number = f'B-{next(NUMBERS)}'
        edits = {
            'nothing': (lambda move: {}, []),
            'date': (lambda move: {'invoice_date': '2026-03-05'}, ['TxnDate']),
            'number': (lambda move: {'qbo_number': number}, ['DocNumber']),
            'memo': (lambda move: {'narration': "Thanks"}, ['CustomerMemo.value']),
            'address': (
                lambda move: {'partner_shipping_id': (self.place + self.other_place - move.partner_shipping_id).id},
                ['ShipAddr.*'],
            ),
            'customer': (lambda move: {'partner_id': self.bob.id}, ['CustomerRef.value', 'CustomerRef.name', '*Addr*']),
            'description': (self.line_edit(0, name="Blue"), ['Line.0.Description']),
        }
        if kind == 'Invoice':
            edits['due'] = (lambda move: {'invoice_date_due': '2026-05-01'}, ['DueDate'])
        return edits

    def edit_there(self, edits, moves):
        """Make an edit in QuickBooks on each document and take them: only what it may change here is another then.

        :param edits: ``{name: (entity → members, paths of :meth:`in_odoo` that change)}``
        """
        before = [self.in_odoo(move) for move in moves]
        for (members, _paths), move in zip(edits.values(), moves, strict=True):
            entity = self.in_qbo(move)
            self.sandbox.update(move.qbo_link_id.entity, move.qbo_id, members(entity))
        self.sandbox.requests.clear()
        self.pull('documents')
        self.run_engine()
        for (name, (_members, paths)), move, was in zip(edits.items(), moves, before, strict=True):
            with self.subTest(name, kind=move.qbo_link_id.entity):
                self.assertSame(move)
                self.assertMoved(was, self.in_odoo(move), paths)
        self.assertNothingWritten()

    def edit_here(self, edits, moves):
        """Reset, edit and confirm each document as a person does: QuickBooks gets that edit and nothing else.

        :param edits: ``{name: (document → values, paths of the entity that change)}``
        """
        before = [(self.there_now(move), self.requests_of(move)) for move in moves]
        for (vals, _paths), move in zip(edits.values(), moves, strict=True):
            move.button_draft()
            move.write(vals(move))
            move.action_post()
        self.run_engine()
        for (name, (_vals, paths)), move, (was, sent) in zip(edits.items(), moves, before, strict=True):
            with self.subTest(name, kind=move.qbo_link_id.entity):
                self.assertSame(move)
                self.assertMoved(was, self.there_now(move), paths)
                self.assertEqual(self.requests_of(move) - sent, 1 if paths else 0)

    def line_edit(self, number, **vals):
        """Return what writes values on one of the items of a document."""

        def write(move):
            line = move._qbo_item_lines().sorted('sequence')[number]
            return {'invoice_line_ids': [Command.update(line.id, vals)]}

        return write
