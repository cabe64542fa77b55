"""What users do in Odoo, over RPC: documents and money. Names: ``users.py``."""

from . import users

ACTS = {
    'invoice': 12,
    'draft_invoice': 2,
    'confirm_draft': 4,
    'credit_note': 4,
    'change_document': 6,
    'reset_document': 2,
    'cancel_document': 1,
    'delete_draft': 1,
    'note_on_document': 2,
    'pay': 10,
    'pay_several': 3,
    'pay_on_account': 4,
    'apply': 7,
    'unapply': 4,
    'change_payment': 3,
    'reset_payment': 1,
    'confirm_payment': 2,
    'cancel_payment': 1,
}
SALES = ('out_invoice', 'out_refund')
DOCUMENTS = 'SELECT id FROM account_move WHERE move_type IN %s AND state = %s'
LINES = "SELECT id FROM account_move_line WHERE move_id = %s AND display_type = 'product' AND product_id > 0"
OPEN = """
    SELECT account_move.id FROM account_move WHERE move_type = 'out_invoice' AND state = 'posted'
    AND payment_state IN ('not_paid', 'partial')
"""
# What a customer is owed, and an invoice of his that it could pay: items of journal entries.
APPLICABLE = """
    SELECT credit.id, debit.move_id FROM account_move_line credit
    JOIN account_account account ON account.id = credit.account_id AND account.account_type = 'asset_receivable'
    JOIN account_move_line debit ON debit.account_id = account.id AND debit.partner_id = credit.partner_id
    JOIN account_move move ON move.id = debit.move_id AND move.move_type = 'out_invoice'
    WHERE credit.amount_residual < 0 AND debit.amount_residual > 0
    AND credit.parent_state = 'posted' AND debit.parent_state = 'posted'
"""
PARTIALS = """
    SELECT part.id, debit.move_id FROM account_partial_reconcile part
    JOIN account_move_line debit ON debit.id = part.debit_move_id
    JOIN account_move move ON move.id = debit.move_id AND move.move_type = 'out_invoice'
"""


class Bookkeepers(users.Users):
    """A user of Odoo who also bills and takes money in."""

    acts = {**users.ACTS, **ACTS}

    # === DOCUMENTS === #

    def lines(self, tag):
        """Return the lines of a document, the first with its tag."""
        goods = self.some(self.chance.randrange(1, 4), f'SELECT product_product.id {users.GOODS}')
        lines = []
        for place, (product,) in enumerate(goods):
            line = {'product_id': product, 'quantity': self.chance.choice((1, 1, 2, 3, 7, 0.5, 12))}
            if self.chance.random() < 0.3:
                line['price_unit'] = self.chance.choice(users.PRICES)
            if self.chance.random() < 0.15:
                line['discount'] = self.chance.choice((5, 10, 12.5, 33))
            lines.append((0, 0, {**line, **({'name': tag} if place == 0 else {})}))
        return lines

    def draft(self, move_type, letter):
        [partner] = self.one(f'SELECT id {users.PEOPLE}')
        tag = self.journal.tag(letter)
        vals = {
            'move_type': move_type,
            'partner_id': partner,
            'invoice_date': self.today(),
            'invoice_line_ids': self.lines(tag),
        }
        return self.call('account.move', 'create', [vals])

    def confirm(self, model, ids):
        self.call(model, 'action_post', ids)
        self.journal.posted(model, ids)

    def invoice(self):
        self.confirm('account.move', self.draft('out_invoice', 'I'))

    def draft_invoice(self):
        self.journal.drafted('account.move', self.draft('out_invoice', 'I'), is_sure=True)

    def confirm_one(self, types):
        self.confirm('account.move', list(self.one(DOCUMENTS, types, 'draft')))

    def confirm_draft(self):
        self.confirm_one(SALES)

    def credit_note(self):
        self.confirm('account.move', self.draft('out_refund', 'N'))

    def to_draft(self, model, ids):
        """Press *Reset to Draft*."""
        self.journal.drafted(model, ids, is_sure=False)
        self.call(model, 'button_draft' if model == 'account.move' else 'action_draft', ids)

    def change(self, types):
        """Reset a document, change a line, confirm it again."""
        ids = list(self.one(DOCUMENTS, types, 'posted'))
        [line] = self.one(
            "SELECT id FROM account_move_line WHERE move_id = %s AND display_type = 'product' AND product_id > 0",
            ids[0],
        )
        self.to_draft('account.move', ids)
        change = {'quantity': self.chance.choice((1, 2, 4, 9, 1.5)), 'price_unit': self.chance.choice(users.PRICES)}
        self.call('account.move', 'write', ids, {'invoice_line_ids': [(1, line, change)]})
        self.confirm('account.move', ids)

    def change_document(self):
        self.change(SALES)

    def reset(self, types):
        self.to_draft('account.move', list(self.one(DOCUMENTS, types, 'posted')))

    def reset_document(self):
        self.reset(SALES)

    def cancel(self, types):
        ids = list(self.one(DOCUMENTS, types, 'posted'))
        self.to_draft('account.move', ids)
        self.call('account.move', 'button_cancel', ids)
        self.journal.posted('account.move', ids)

    def cancel_document(self):
        self.cancel(SALES)

    def delete_draft(self):
        self.call('account.move', 'unlink', list(self.one(DOCUMENTS, SALES, 'draft')))

    def note_on_document(self):
        """Change what may be changed of a posted document."""
        [move] = self.one(DOCUMENTS, SALES, 'posted')
        due = self.rows("SELECT ((now() AT TIME ZONE 'UTC')::date + %s)::text", self.chance.randrange(60))[0][0]
        self.call('account.move', 'write', [move], {'invoice_date_due': due})

    # === MONEY === #

    def journal_of_bank(self):
        return self.one("SELECT id FROM account_journal WHERE type IN ('bank', 'cash')")[0]

    def register(self, moves, amount=None):
        """Press *Pay*: one payment of all these invoices."""
        context = {'active_model': 'account.move', 'active_ids': moves, 'dont_redirect_to_payments': True}
        vals = {'journal_id': self.journal_of_bank(), 'group_payment': True, 'communication': self.journal.tag('M')}
        if amount:
            vals['amount'] = amount
        wizard = self.call('account.payment.register', 'create', [vals], context=context)
        self.call('account.payment.register', 'action_create_payments', wizard, context=context)

    def pay(self):
        [move] = self.one(OPEN)
        [[residual]] = self.rows('SELECT amount_residual FROM account_move WHERE id = %s', move)
        part = self.chance.choice((None, None, 0.5, 0.25, 1.5))
        self.register([move], part and max(round(float(residual) * part, 2), 0.01))

    def pay_several(self):
        [partner] = self.one(f'SELECT DISTINCT commercial_partner_id FROM account_move WHERE id IN ({OPEN})')
        moves = self.some(3, f'{OPEN} AND commercial_partner_id = %s', partner)
        self.register([move for (move,) in moves])

    def pay_on_account(self):
        [partner] = self.one(f'SELECT id {users.PEOPLE}')
        vals = {
            'partner_id': partner,
            'payment_type': 'inbound',
            'partner_type': 'customer',
            'amount': self.chance.choice((10.0, 33.33, 250.0, 0.01)),
            'journal_id': self.journal_of_bank(),
            'memo': self.journal.tag('M'),
        }
        self.confirm('account.payment', self.call('account.payment', 'create', [vals]))

    def apply(self):
        """Press *Add* on an invoice, beside a payment or a credit note."""
        line, move = self.one(APPLICABLE)
        self.call('account.move', 'js_assign_outstanding_line', [move], line)

    def unapply(self):
        """Press *Unreconcile* on an invoice."""
        partial, move = self.one(PARTIALS)
        self.call('account.move', 'js_remove_outstanding_partial', [move], partial)

    def change_payment(self):
        """Reset a payment, change its amount, confirm it again."""
        ids = self.payments('in_process', 'paid')
        self.to_draft('account.payment', ids)
        self.call('account.payment', 'write', ids, {'amount': self.chance.choice((5.0, 21.4, 99.99))})
        self.confirm('account.payment', ids)

    def reset_payment(self):
        self.to_draft('account.payment', self.payments('in_process', 'paid'))

    def confirm_payment(self):
        self.confirm('account.payment', self.payments('draft'))

    def cancel_payment(self):
        ids = self.payments('in_process', 'paid', 'draft')
        self.call('account.payment', 'action_cancel', ids)
        self.journal.posted('account.payment', ids)

    def payments(self, *states):
        return list(self.one('SELECT id FROM account_payment WHERE state IN %s', states))
