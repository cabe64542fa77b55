"""What the reconciliation report has to know: which journal items QuickBooks does not hold, and why not."""

from odoo import fields, models
from odoo.fields import Domain

from ...qbo import reports
from ...qbo.settlements import AT_ONCE
from ..account_move import BILL_TYPES

IS_THERE = Domain('qbo_id', '!=', False) & Domain('state', '!=', 'gone')
NOT_IN_STEP = ('error', 'differs', 'pending')


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    def _fiscal_year_start(self, day):
        """Return the first day of QuickBooks' fiscal year that a day is in; of Odoo's while that is not known."""
        month = self._preference('AccountingInfoPrefs', 'FirstMonthOfFiscalYear')
        if month in reports.MONTHS:
            return reports.fiscal_year_start(day, month)
        return self.company_id.compute_fiscalyear_dates(day)['date_from']

    def _booked(self):
        """Return the domain of the journal items that count in Odoo's trial balance (``account.move.line``).

        A branch with a connection of its own has its own.
        """
        others = self.search([('company_id', 'child_of', self.company_id.id), ('id', '!=', self.id)]).company_id
        return Domain(
            [
                ('company_id', 'child_of', self.company_id.id),
                ('company_id', 'not in', others.ids),
                ('parent_state', '=', 'posted'),
                ('balance', '!=', 0.0),
                ('account_id.account_type', '!=', 'off_balance'),
            ]
        )

    # === NOT THERE, AND WHY === #

    def _why_not_there(self):
        """Return ``[(reason, domain)]`` of the journal items that QuickBooks does not hold (``account.move.line``).

        No item is in two of them. What entries hold is not among them: :meth:`_why_entries_not_there`.
        """
        left = self._left_to_entries()
        result = [(reason, ~left & self._carried_by(*domains)) for reason, domains in self._why_no_document()]
        left &= ~self._held()
        is_before = Domain('date', '<', self.billing_start) if self.billing_start else Domain.FALSE
        if self.sync_purchases:
            is_old = Domain('move_id.invoice_date', '<', self.purchases_start)
            is_before |= Domain('move_id.move_type', 'in', BILL_TYPES) & is_old
        stores = self.store_ids if self.sync_entries else self.store_ids.browse()
        has_store = Domain('journal_id', 'in', stores.journal_ids.ids)
        return [
            *result,
            ('end_of_day', left & ~is_before & has_store),
            ('no_store', left & ~is_before & ~has_store),
            ('before', left & is_before),
        ]

    def _why_no_document(self):
        """Return ``[(reason, (domain of documents, domain of payments))]`` of those that QuickBooks does not have."""
        excluded = ~self._there('account.move') & (
            self._linked_as('account.move', Domain('mode', '=', 'never'))
            | (Domain('qbo_invoice_type', '=', 'odoo') & Domain('move_type', 'not in', BILL_TYPES))
        )
        excluded_payments = ~self._there('account.payment') & self._linked_as(
            'account.payment', Domain('mode', '=', 'never')
        )
        documents = self._documents() & ~self._there('account.move') & ~excluded
        payments = self._payments() & ~self._there('account.payment') & ~excluded_payments
        stuck = Domain('state', '=', 'error') | Domain('is_held', '=', True)
        failed, failed_payments = (self._linked_as(model, stuck) for model in ('account.move', 'account.payment'))
        return [
            ('document_error', (documents & failed, payments & failed_payments)),
            ('document_pending', (documents & ~failed, payments & ~failed_payments)),
            ('excluded', (self._documents() & excluded, self._payments() & excluded_payments)),
        ]

    def _why_entries_not_there(self):
        """Return ``[(reason, domain)]`` of what entries hold that QuickBooks does not have (``qbo.entry.item``)."""
        own = Domain('qbo_company_id', '=', self.qbo_company_id.id) & Domain('is_empty', '=', False)
        failed, gone, excluded = (
            self._linked_as('qbo.entry', domain)
            for domain in (
                Domain('state', '=', 'error') & Domain('qbo_id', '=', False),
                Domain('state', '=', 'gone'),
                Domain('mode', '=', 'never') & Domain('qbo_id', '=', False),
            )
        )
        missing = own & ~self._there('qbo.entry') & ~gone
        return [
            ('entry_error', Domain('entry_id', 'any', missing & failed & ~excluded)),
            ('entry_pending', Domain('entry_id', 'any', missing & ~failed & ~excluded)),
            ('entry_gone', Domain('entry_id', 'any', own & gone)),
            ('excluded', Domain('entry_id', 'any', missing & excluded)),
        ]

    # === THERE, BUT NOT THE SAME === #

    def _behind(self):
        """Return the domain of the journal items of which QuickBooks has another version, or may have one."""
        documents, payments, entries = (
            self._there(model) & self._not_in_step(model) for model in ('account.move', 'account.payment', 'qbo.entry')
        )
        items = self.env['qbo.entry.item'].sudo()._search(Domain('entry_id', 'any', entries))
        carried = self._carried_by(documents, payments) & ~self._left_to_entries()
        return carried | Domain('id', 'in', items.subselect('line_ref'))

    def _moved_entries(self):
        """Return ``[(entry, day)]`` of the entries that QuickBooks has on another day: its books were closed."""
        closed = self._book_close_date()
        if not closed or self.closed_books != 'move':
            return []
        own = Domain('qbo_company_id', '=', self.qbo_company_id.id) & Domain('date', '<=', closed)
        entries = self.env['qbo.entry'].sudo().with_company(self.company_id).search(own & self._there('qbo.entry'))
        days = [(entry, fields.Date.to_date((entry.qbo_link_id.base_qbo or {}).get('TxnDate'))) for entry in entries]
        return [(entry, day) for entry, day in days if day and day != entry.date]

    def _not_in_step(self, model):
        records = self.env[model].sudo().with_company(self.company_id)
        return Domain.OR(records._qbo_state_domain(state) for state in NOT_IN_STEP)

    # === SMALL FACTS === #

    def _held(self):
        """Return the domain of the journal items that entries hold."""
        items = self.env['qbo.entry.item'].sudo()._search([('qbo_company_id', '=', self.qbo_company_id.id)])
        return Domain('id', 'in', items.subselect('line_ref'))

    def _there(self, model):
        """Return the domain of the records that QuickBooks has; the money of a receipt is there with it."""
        there = self._linked_as(model, IS_THERE)
        return there | self._paid_at_once() if model == 'account.payment' else there

    def _paid_at_once(self):
        """Return the domain of the payments that QuickBooks has together with their receipts (``account.payment``).

        One whose receipt another one pays by now is there by itself.
        """
        receipts = self._linked_as('account.move', IS_THERE & Domain('entity', 'in', AT_ONCE))
        return Domain('qbo_receipt_id', 'any', receipts) & ~self._linked_as('account.payment', IS_THERE)

    def _linked_as(self, model, domain):
        """Return the domain of the records with such a link."""
        return Domain('id', 'in', self.env[model].sudo().with_company(self.company_id)._qbo_links_query(domain))
