"""Documents that fall due: invoices and bills (qbo-api 9.6, purchases 3)."""

from odoo import fields, models


class QboMappingDue(models.AbstractModel):
    """What documents have that fall due: payment terms, and the day."""

    _name = 'qbo.mapping.due'
    _inherit = 'qbo.mapping.document'
    _description = "Document That Falls Due"

    # === ODOO TO QUICKBOOKS === #

    def _requires(self, step, move):
        term = self._term(move) if move.state != 'cancel' else None
        return super()._requires(step, move) + ([(self.env['qbo.mapping.term'], term)] if term else [])

    def _values(self, step, move):
        return super()._values(step, move) | {
            'DueDate': move.invoice_date_due and fields.Date.to_string(move.invoice_date_due),
            'SalesTermRef': {'value': step.qbo_id(self._term(move), 'Term')},
        }

    def _body(self, step, move, body, snapshot):
        """QuickBooks moves the due date with the day and the terms, unless it is told (qbo-api 9.6)."""
        known = (step.link(move, self._entity).base_qbo or {}).get('DueDate')
        if known and {'TxnDate', 'SalesTermRef'} & body.keys():
            body.setdefault('DueDate', known)
        return super()._body(step, move, body, snapshot)

    def _term(self, move):
        """Return the payment terms where QuickBooks can express them, else an empty recordset."""
        term = move.invoice_payment_term_id
        return term if term._qbo_is_simple() else term.browse()

    # === QUICKBOOKS TO ODOO === #

    def _refers(self, step, row):
        term = self._ref(row, 'SalesTermRef')
        return super()._refers(step, row) + ([('Term', term)] if term else [])

    def _from_row(self, step, row):
        return super()._from_row(step, row) | {
            'DueDate': row.get('DueDate'),
            'SalesTermRef': {'value': self._ref(row, 'SalesTermRef')},
        }

    def _due_vals(self, step, move, changes):
        """Return the day that was agreed, and the terms where they give this day: Odoo computes the day from terms."""
        if changes.keys().isdisjoint({'SalesTermRef', 'DueDate'}):
            return super()._due_vals(step, move, changes)
        term = move.invoice_payment_term_id
        if 'SalesTermRef' in changes:
            term = step.record_of('Term', changes['SalesTermRef']['value']) or term.browse()
        due = fields.Date.to_date(changes.get('DueDate')) or move.invoice_date_due
        return self._due_on(due, term, move, changes)

    # === WHAT USERS SEE === #

    def _labels(self):
        return super()._labels() | {'DueDate': self.env._("due date"), 'SalesTermRef': self.env._("payment terms")}
