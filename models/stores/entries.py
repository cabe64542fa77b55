"""Journal entries of stores: the switch, the posting modes, and what documents carry beside them."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..account_move import BILL_TYPES, MOVE_TYPES, PURCHASE_RECEIPT, SALES_RECEIPT
from ..connection.connection import COLLECTS
from ..mapping.step import Step

DOCUMENT_MODES = ('documents', 'transaction')
INBOUND = Domain([('partner_type', '=', 'customer'), ('payment_type', '=', 'inbound'), ('partner_id', '!=', False)])
OUTBOUND = Domain(
    [
        ('partner_type', '=', 'supplier'),
        ('payment_type', '=', 'outbound'),
        ('destination_account_id.account_type', '=', 'liability_payable'),
    ]
)
"""What is paid to vendors; not what goes to another bank."""


class QboCompany(models.Model):
    _inherit = 'qbo.company'

    sync_entries = fields.Boolean("Stores and Journal Entries")

    def unlink(self):
        """Entries go with their company; what one that was never connected held is entered where it is not yet."""
        self.env['qbo.entry'].search([('qbo_company_id', 'in', self.ids)]).unlink()
        return super().unlink()


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    sync_entries = fields.Boolean(related='qbo_company_id.sync_entries', readonly=False, tracking=True)
    store_ids = fields.One2many('qbo.store', 'connection_id', "Stores")

    def write(self, vals):
        old = {connection: connection.posting_mode for connection in self}
        collected = self.filtered(lambda connection: connection.sync_entries and connection.state in COLLECTS)
        if 'qbo_company_id' in vals:
            collected = self.browse()  # for another QuickBooks company
        result = super().write(vals)
        if vals.keys() & {'sync_entries', 'state', 'qbo_company_id'}:
            (self - collected).sudo().with_context(active_test=False).store_ids._compare_all()
        if vals.keys() & {'tz', 'state'}:
            self.sudo().store_ids._plan()
        for connection in self:
            if connection.posting_mode != old[connection]:
                connection._note_posting_mode(old[connection])
        if vals.keys() & {'preferences', 'closed_books', 'posting_mode'}:
            for connection in self:
                self.env['qbo.entry'].sudo()._retry_blocked(connection)
        return result

    def unlink(self):
        stores = self.env['qbo.store'].sudo().with_context(active_test=False)
        stores = stores.search([('connection_id', 'in', self.ids)])
        stores.entry_ids.unlink()
        stores.unlink()
        return super().unlink()

    # === ACTION METHODS === #

    def action_switch_on_entries(self):
        """Let the stores of this company send journal entries from now on."""
        self.ensure_one()
        self._check_may('write')
        if not self.sync_customers:
            raise UserError(self.env._("Switch on customers first: what they owe is entered under their name."))
        if not self.billing_start:
            raise UserError(self.env._("Choose from which date on documents are sent (Documents From)."))
        self.sudo().sync_entries = True
        own = [('qbo_company_id', '=', self.qbo_company_id.id)]
        self.env['qbo.change']._append(self.env['qbo.entry'].sudo().search(own), self)
        return self._toast(self.env._("Stores send journal entries from now on."))

    def action_switch_off_entries(self):
        """Send no journal entries from now on. Those that QuickBooks has stay there."""
        self.ensure_one()
        self._check_may('write')
        self.sudo().sync_entries = False
        return True

    # === WHAT OTHERS ASK === #

    def _sends_documents(self):
        """Return whether invoices, credit notes and payments go to QuickBooks as such."""
        return self.posting_mode in DOCUMENT_MODES

    def _tracks_classes(self):
        """Return whether the QuickBooks company uses classes at all (qbo-api 9.14)."""
        names = ('ClassTrackingPerTxn', 'ClassTrackingPerTxnLine')
        return any(self._preference('AccountingInfoPrefs', name, False) for name in names)

    def _tracks_departments(self):
        """Return whether the QuickBooks company uses locations."""
        return bool(self._preference('AccountingInfoPrefs', 'TrackDepartments', False))

    def _note_posting_mode(self, old):
        """Log that this connection posts another way now, and look again at the documents that are not there yet."""
        label = dict(self._fields['posting_mode']._description_selection(self.env))
        text = self.env._(
            "Posting mode changed from “%(old)s” to “%(new)s”.", old=label[old], new=label[self.posting_mode]
        )
        self._log('connection', text, level='warning')
        if not (self.sync_billing or self.sync_purchases) or not self._sends_documents():
            return
        step = Step(self.sudo())
        for name in ('account.move', 'account.payment'):
            mappings = [mapping for mapping in step.mappings if mapping._record_model == name]
            own = Domain.OR(mapping._domain(step) for mapping in mappings)
            records = self.env[name].sudo().with_company(self.company_id)
            self.env['qbo.change']._append(records.search(own & ~self._linked(name)), self, is_bulk=True)

    # === WHAT GOES AS A DOCUMENT === #

    # Each of these may be asked about some records only: then nothing else is looked at, however much there is.

    @api.model
    def _entered(self, moves=None):
        """Return the domain of what went to QuickBooks in an entry: none of it is sent as a document too.

        :param moves: only of these (``account.move``)
        """
        items = self.env['qbo.entry.item'].sudo()
        found = items._search(items._counts() & Domain('is_cost', '=', False) & _among('move_ref', moves))
        return Domain('id', 'in', found.subselect('move_ref'))

    def _documents(self, moves=None):
        """Return the domain of the documents that QuickBooks has or gets as such (``account.move``).

        Those of customers in the modes for that; bills in the others too, where their journal is no store's.

        :param moves: only of these
        """
        found, entered = self._linked('account.move', moves), self._entered(moves)
        if self._sends_documents() and self.sync_billing:
            own = Domain('move_type', 'in', (*MOVE_TYPES, SALES_RECEIPT))
            own &= Domain('invoice_date', '>=', self.billing_start)
            found |= own & ~entered
        if self.sync_purchases:
            own = Domain('move_type', 'in', (*BILL_TYPES, PURCHASE_RECEIPT))
            own = (own & Domain('invoice_date', '>=', self.purchases_start)) | self._company_paid()
            found |= own & ~entered & self._apart_from_stores()
        return found

    def _apart_from_stores(self):
        """Return the domain of what is bought and paid for that goes as a document: not in a store's entries."""
        return Domain.TRUE if self._sends_documents() else Domain('journal_id.qbo_store_ids', '=', False)

    def _payments(self, payments=None):
        """Return the domain of the payments that QuickBooks has or gets as such (``account.payment``).

        In each mode those are among them that pay a document which QuickBooks has: they settle it there, or are the
        money of a receipt, which is one with it.

        :param payments: only of these
        """
        found = self._linked('account.payment', payments)
        not_entered = ~Domain('move_id', 'any', self._entered(None if payments is None else payments.move_id))
        if self.sync_billing:
            own = INBOUND & Domain('date', '>=', self.billing_start) & not_entered & self._not_of_pos()
            found |= own if self._sends_documents() else own & self._settling(payments)
        if self.sync_billing or self.sync_purchases:
            receipts = None if payments is None else payments.qbo_receipt_id
            paid_at_once = Domain('qbo_receipt_id', 'any', _among('id', receipts) & self._documents(receipts))
            found |= paid_at_once & not_entered
        if self.sync_purchases:
            own = OUTBOUND & Domain('date', '>=', self.purchases_start) & not_entered & self._not_of_expenses()
            found |= own & (self._apart_from_stores() | self._settling(payments, 'credit'))
        return found

    def _settling(self, payments=None, side='debit'):
        """Return the domain of the payments that pay a document which QuickBooks has, or gets as such.

        :param payments: only of these
        :param str side: of what is owed: ``debit`` by customers, ``credit`` to vendors
        """
        path = f'line_ids.matched_{side}_ids.{side}_move_id.move_id'
        documents = self.env['account.move'].sudo()
        settled = None if payments is None else payments.move_id.mapped(path)
        found = documents._search(_among('id', settled) & self._documents(settled))
        return Domain(f'move_id.{path}', 'in', found)

    def _not_of_pos(self):
        """Return the domain of the payments that no point of sale made: those sum a session, and name nobody."""
        payments = self.env['account.payment']
        return Domain('pos_session_id', '=', False) if 'pos_session_id' in payments._fields else Domain.TRUE

    def _not_of_expenses(self):
        """Return the domain of the payments that are no expense of an employee's, which books what was bought too."""
        has_expenses = 'expense_ids' in self.env['account.move']._fields
        return Domain('move_id.expense_ids', '=', False) if has_expenses else Domain.TRUE

    def _linked(self, model, records=None):
        """Return the domain of the records that QuickBooks has as documents, or may have: no answer came yet.

        :param records: only of these
        """
        links = self.env['qbo.link'].sudo()
        found = links._search(
            Domain('qbo_company_id', '=', self.qbo_company_id.id)
            & Domain('res_model', '=', model)
            & Domain('res_id', '!=', False)
            & _among('res_id', records)
            & (
                (Domain('qbo_id', '!=', False) & Domain('state', '!=', 'gone'))
                | Domain('request_ids.state', 'in', ('unanswered', 'answered'))
            )
        )
        return Domain('id', 'in', found.subselect('res_id'))

    def _left_to_entries(self, moves=None):
        """Return the domain of the journal items that documents do not carry (``account.move.line``).

        What goods cost stands on the invoice in Odoo, and in no document of QuickBooks', unless that counts stock too.

        :param moves: only of these journal entries
        """
        if moves is None:
            left = ~self._carried_by(self._documents(), self._payments())
        else:
            left = Domain('move_id', 'not in', self._carried(moves).ids)
        return left if self.has_inventory else left | Domain('display_type', '=', 'cogs')

    @api.model
    def _carried_by(self, documents, payments):
        """Return the domain of the journal items of documents and payments (``account.move.line``).

        :param documents: a domain of ``account.move``
        :param payments: one of ``account.payment``
        """
        # What paid a refund out belongs to the refund: its receipt in QuickBooks takes the money from the bank too.
        payments |= Domain('qbo_refund_id', 'any', documents)
        moves = (
            documents
            | Domain('origin_payment_id', 'any', payments)
            | Domain('statement_line_id.payment_ids', 'any', payments & Domain('move_id', '=', False))
        )
        return Domain('move_id', 'any', moves)

    def _carried(self, moves):
        """Return those of some journal entries whose items :meth:`_carried_by` is about, of all documents."""
        moves = moves.sudo().search_fetch([('id', 'in', moves.ids)], ['origin_payment_id', 'statement_line_id'])
        payments = moves.origin_payment_id | moves.statement_line_id.payment_ids
        refunds = payments.qbo_refund_id
        own = self._payments(payments) | Domain(
            'qbo_refund_id', 'any', _among('id', refunds) & self._documents(refunds)
        )
        payments = payments.search(_among('id', payments) & own)
        apart = payments.filtered(lambda payment: not payment.move_id)
        carried = moves.search(_among('id', moves) & self._documents(moves))
        return carried | moves.filtered(
            lambda move: move.origin_payment_id & payments or move.statement_line_id.payment_ids & apart
        )


def _among(name, records):
    """Return the domain of what refers to one of these records, of everything where they are None."""
    return Domain.TRUE if records is None else Domain(name, 'in', records.ids)
