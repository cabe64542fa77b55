"""Expenses that are journal entries: what their mapping asks of them (``mapping/expense.py``)."""

from odoo import models

from .connection.purchases import COMPANY_PAID

MONEY_JOURNALS = ('bank', 'cash', 'credit')


class AccountMove(models.Model):
    _inherit = 'account.move'

    def _qbo_owner(self):
        return super()._qbo_owner() | self._qbo_expenses()

    def _qbo_expenses(self):
        """Return those of these journal entries that are expenses in QuickBooks, or belong there."""
        entries = self.filtered(
            lambda move: (
                move.move_type == 'entry' and move.journal_id.type in MONEY_JOURNALS and not move.statement_line_id
            )
        )
        own = entries._qbo_company_paid()
        if 'expense_ids' not in self._fields:
            entries = entries.filtered(lambda move: not move.origin_payment_id)
        domain = [('res_model', '=', self._name), ('res_id', 'in', (entries - own).ids), ('form', '=', 'entry')]
        links = self.env['qbo.link'].sudo().search_fetch(domain, ['res_id']) if entries - own else ()
        known = {link.res_id for link in links}
        return own | entries.filtered(lambda move: move.id in known)

    def _qbo_company_paid(self):
        """Return those that the app Expenses made of what employees paid with the company's money."""
        if 'expense_ids' not in self._fields:
            return self.browse()
        return self.filtered(lambda move: COMPANY_PAID in move.sudo().expense_ids.mapped('payment_mode'))

    def _qbo_paid_by_employee(self):
        """Return the name of the employee who paid a receipt of the app Expenses, None of any other receipt."""
        expenses = self.sudo().expense_ids if 'expense_ids' in self._fields else ()
        own = expenses and expenses.filtered(lambda expense: expense.payment_mode != COMPANY_PAID)
        return own[:1].employee_id.name if own else None

    # === THEIR JOURNAL ITEMS === #

    def _qbo_money_items(self):
        """Return the journal items of the money of an expense."""
        self.ensure_one()
        if payment := self.origin_payment_id:
            return payment._seek_for_lines()[0]
        return self.line_ids.filtered(lambda line: line.account_id in self.journal_id._qbo_money_accounts())

    def _qbo_spent(self):
        """Return what an expense comes to, in its currency; less than zero: it came back."""
        return self.currency_id.round(-sum(self._qbo_money_items().mapped('amount_currency')))

    def _qbo_product_lines(self):
        if self.move_type != 'entry':
            return super()._qbo_product_lines()
        return self.line_ids.filtered(lambda line: not line.tax_repartition_line_id) - self._qbo_money_items()

    def _qbo_tax_lines(self):
        entries = self.filtered(lambda move: move.move_type == 'entry')
        if not entries:
            return super()._qbo_tax_lines()  # of the very records, that are read together with others
        others = super(AccountMove, self - entries)._qbo_tax_lines()
        return others | entries.line_ids.filtered('tax_repartition_line_id')


class AccountJournal(models.Model):
    _inherit = 'account.journal'

    def _qbo_money_account(self):
        """Return the account that money of an expense leaves: where its payments wait for the bank, else the bank's."""
        methods = self.outbound_payment_method_line_ids
        return methods.payment_account_id[:1] or self._qbo_outstanding() or self.default_account_id

    def _qbo_money_accounts(self):
        """Return all accounts on which the money of an expense may be."""
        methods = self.outbound_payment_method_line_ids | self.inbound_payment_method_line_ids
        return methods.payment_account_id | self._qbo_outstanding() | self.default_account_id

    def _qbo_outstanding(self):
        """Return the company's account for payments that wait for the bank, empty where its chart has none."""
        templates = self.env['account.chart.template'].with_context(allowed_company_ids=self.company_id.root_id.ids)
        found = templates.ref('account_journal_payment_credit_account_id', raise_if_not_found=False)
        return found or self.env['account.account']
