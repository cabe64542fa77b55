"""Expenses that are journal entries in Odoo: Purchase in QuickBooks (purchases 6).

So come those of QuickBooks where the connection says so, and credits on a card always, of which Odoo has no receipts.
So Odoo's own app books what an employee paid with the company's money. Of such an entry one item is the money, on an
account of its bank or card journal, some are tax, and all others are what it was spent for.
"""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.translate import LazyTranslate

from ...qbo import lines
from ..connection.reason import Reason, declare
from .spent import PAID_BY

OF_ITEMS = frozenset({'Line', 'TxnTaxDetail', 'GlobalTaxCalculation', 'CurrencyRef', 'ExchangeRate', 'Credit'})
"""Members that the journal items follow from."""

_lt = LazyTranslate(__name__)
declare(
    {
        'expense_money': _lt(
            "None of its journal items is on an account of the journal %(journal)s, so that no money was spent. Put "
            "one there, or cancel it."
        ),
        'expense_back': _lt(
            "It is money back into %(account)s, which QuickBooks has as a deposit: credits are for credit cards only. "
            "Record the deposit there and choose Do Not Synchronize here."
        ),
        'expense_reversed': _lt(
            "It was reversed in Odoo by %(entries)s, which is not sent. Cancel both here, and it is deleted in "
            "QuickBooks; or record the reversal there."
        ),
    },
    is_check=True,
)


class QboMappingExpense(models.AbstractModel):
    """Journal entries of a bank, cash or card journal that are expenses."""

    _name = 'qbo.mapping.expense'
    _inherit = 'qbo.mapping.spent'
    _description = "Expense"

    _entity = 'Purchase'
    _form = 'entry'
    _move_type = 'entry'
    _takes_tax_alone = False

    def _paths(self):
        return (*super()._paths(), 'date', 'journal_id')

    # === WHICH === #

    def _takes(self, step, row):
        """Credits on a card always: Odoo has no receipts of money back."""
        return bool(row.get('Credit')) or step.connection.take_expenses_as == 'entry'

    def _concerned(self, step, moves):
        return moves.filtered(lambda move: move.move_type == 'entry')._qbo_company_paid()

    def _domain(self, step):
        """Those of the app Expenses alone; what came from QuickBooks is linked."""
        connection = step.connection
        return connection._company_paid() & ~connection._entered() & connection._apart_from_stores()

    def _match_rows(self, step, rows):
        return {}

    # === READY OR NOT === #

    def _wait_reason(self, step, move):
        return self._unfinished(move) or self._closed_books(step, move)

    def _hold_reason(self, step, move):
        if move.state == 'cancel':
            return None
        return self._money_problem(step, move) or super()._hold_reason(step, move)

    def _money_problem(self, step, move):
        journal = move.journal_id.display_name
        if not move._qbo_money_items():
            return Reason('expense_money', {'journal': journal})
        account = self._paid_from(step, move.journal_id)
        if not account:
            return Reason('purchase_account', {'journal': journal})
        is_back = move._qbo_spent() < 0 and account.kind != 'Credit Card'
        return Reason('expense_back', {'account': account.name}) if is_back else None

    # === AMOUNTS === #

    def _sign(self, move):
        return -1 if move._qbo_spent() < 0 else 1

    def _total(self, move):
        return abs(move._qbo_spent())

    def _total_at_home(self, move):
        return abs(sum(move._qbo_money_items().mapped('balance')))

    def _tax_total(self, move):
        return self._tax_amount(move, move._qbo_tax_lines())

    def _tax_day(self, move):
        return move.date

    # === VALUES === #

    def _values(self, step, move):
        return super()._values(step, move) | {'Credit': self._sign(move) < 0 or None}

    def _money_values(self, step, move):
        """Return account and way of payment: as QuickBooks has it, while the account is the same."""
        account, known = self._paid_from(step, move.journal_id), step.link(move, self._entity).snapshot or {}
        is_same = account and self._ref(known, 'AccountRef') == step.list_id(account)
        return {
            'AccountRef': {'value': step.list_id(account)},
            'PaymentType': known.get('PaymentType') if is_same else PAID_BY.get(account.kind),
        }

    def _day(self, step, move):
        return move.date

    def _number(self, step, move):
        """An expense of an employee's has a title and no number."""
        has_number = not move._qbo_company_paid()
        return step.link(move, self._entity).sent_as or (has_number and move.ref) or ''

    def _memo(self, move):
        return super()._memo(move) or (move._qbo_company_paid() and move.ref) or ''

    def _shown_lines(self, move):
        return move._qbo_item_lines().sorted(lambda line: (line.sequence, line.id))

    def _product(self, step, line):
        """The product of an employee's expense is its category: what counts is the account."""
        product = super()._product(step, line)
        return product.browse() if line.move_id._qbo_company_paid() else product

    def _tax_calculation(self, step, move):
        """Journal items are net."""
        found = super()._tax_calculation(step, move)
        return found if found == 'NotApplicable' else 'TaxExcluded'

    def _from_row(self, step, row):
        """Journal entries have no lines of text."""
        found = super()._from_row(step, row)
        items = [line for line in found['Line'] if line['DetailType'] != lines.DESCRIPTION]
        return found | {'Line': items, 'Credit': row.get('Credit') or None}

    def _body(self, step, move, body, snapshot):
        """QuickBooks' lines of text stay there."""
        texts = [line for line in snapshot.get('Line') or () if lines.is_text(line) and line.get('Description')]
        items = [line for line in snapshot.get('Line') or () if line not in texts]
        body = super()._body(step, move, body, {**snapshot, 'Line': items} if snapshot else snapshot)
        return body | ({'Line': body['Line'] + texts} if 'Line' in body else {})

    # === QUICKBOOKS TO ODOO === #

    def _create_records(self, step, rows):
        quiet = {'tracking_disable': True, 'mail_create_nolog': True, 'mail_create_nosubscribe': True}
        moves = self._records(step).with_context(**quiet, skip_invoice_sync=True)
        moves = moves.create([self._new_vals(step, row) for row in rows]).with_env(step.env)
        if self._becomes_posted(step):
            for move in moves:
                locked = move._get_violated_lock_dates(move.date, bool(move._qbo_tax_lines()))
                step.connection._check_locked(locked)
            moves._post(soft=False)
        return list(moves)

    def _new_vals(self, step, row):
        mapped, nothing = self._from_row(step, row), self._records(step)
        journal = self._journal(step, self._ref(row, 'AccountRef'))
        return {
            'move_type': 'entry',
            'company_id': step.company.id,
            'journal_id': journal.id,
            **self._light_vals(step, nothing, mapped),
            **self._heavy_vals(step, nothing, mapped),
            'line_ids': [Command.create(vals) for vals in self._items(step, row, journal)],
        }

    def _heavy_vals(self, step, move, changes):
        vals = self._payee_vals(step, move, changes)
        if changes.get('TxnDate'):
            vals['date'] = changes['TxnDate']
        currency = self._currency_vals(step, move, changes)
        return vals | {name: value for name, value in currency.items() if name == 'currency_id'}

    def _apply_changes(self, step, move, changes):
        if changes.keys() <= self._light_members() | {'PaymentType'}:
            move.write(self._light_vals(step, move, changes))
        elif move.state != 'cancel':
            self._change(step, move, changes)

    def _change(self, step, move, changes):
        """Reset, change, post again; the journal items are made anew where any of them changed in QuickBooks."""
        self._check_own(move)
        was_posted = move.state == 'posted'
        if was_posted:
            self._check_open(step, move, fields.Date.to_date(changes.get('TxnDate')))
            move.invalidate_recordset(['qbo_link_id', 'qbo_id'])
            move.button_draft()
        vals = {**self._light_vals(step, move, changes), **self._heavy_vals(step, move, changes)}
        vals |= self._number_vals(step, move, {'invoice_date': vals.get('date')})
        if 'AccountRef' in changes:
            vals |= self._moved_vals(step, move, changes['AccountRef']['value'])
        snapshot = step.link(move, self._entity).snapshot or {}
        if changes.keys() & OF_ITEMS and not self._is_owed(step, move, changes):
            journal = move.journal_id.browse(vals.get('journal_id', move.journal_id.id))
            items = [Command.create(item) for item in self._items(step, snapshot, journal)]
            vals['line_ids'] = [Command.clear(), *items]
        move.with_context(skip_invoice_sync=True, dynamic_unlink=True).write(vals)
        if 'partner_id' in vals and move.line_ids.partner_id != move.partner_id:
            move.line_ids.partner_id = move.partner_id
        if was_posted:
            move._post(soft=False)

    def _moved_vals(self, step, move, account_id):
        """Return what has an entry in another journal: that of an account of QuickBooks."""
        journal = self._journal(step, account_id)
        if journal == move.journal_id:
            return {}
        money = [
            Command.update(item.id, {'account_id': journal._qbo_money_account().id}) for item in move._qbo_money_items()
        ]
        return {'journal_id': journal.id, 'name': False, 'line_ids': money}

    def _remove(self, step, move):
        self._check_own(move)
        return super()._remove(step, move)

    def _check_own(self, move):
        """Refuse to change what another app of Odoo made, or what the bank confirmed.

        :raise UserError: with what to do
        """
        if move.origin_payment_id:
            raise UserError(
                self.env._(
                    "It is an expense of an employee's, which is corrected in the app Expenses. Correct it there, or "
                    "undo the change in QuickBooks."
                )
            )
        if move.line_ids.matched_debit_ids or move.line_ids.matched_credit_ids:
            raise UserError(
                self.env._("It is matched with a bank statement in Odoo. Undo that first, then press Retry.")
            )

    # === BOTH === #

    def _difference(self, step, move, snapshot):
        found = super()._difference(step, move, snapshot)
        reversals = move.reversal_move_ids.filtered(lambda entry: entry.state == 'posted')
        if found or move.state != 'posted' or not reversals:
            return found
        return Reason('expense_reversed', {'entries': reversals.mapped('display_name')})

    # === WHAT USERS SEE === #

    def _noun(self, step, move):
        return self.env._("Expense")

    def _labels(self):
        return super()._labels() | {'Credit': self.env._("credit")}
