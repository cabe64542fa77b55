"""What is left of a payment on either side, and what uses it here or there alone (design 8)."""

from odoo import models
from odoo.fields import Command
from odoo.tools.translate import LazyTranslate

from ...qbo import settlements
from ..connection.reason import Reason, declare, money
from .money import Figure
from .paid import ENDED, POSTED
from .settlement import LINE, belongs, document_link

_lt = LazyTranslate(__name__)
USED = _lt(
    "%(qbo)s of it is left in QuickBooks and %(odoo)s in Odoo: %(amount)s settles %(entries)s in Odoo, which is not in "
    "QuickBooks. Record the same there and apply the payment to it, or undo it in Odoo."
)
declare(
    {
        'total_payment': _lt("The payment is %(qbo)s in QuickBooks and %(odoo)s in Odoo."),
        'rejected': _lt(
            "The payment was rejected: it is %(qbo)s in QuickBooks, and its entry over %(odoo)s still settles what it "
            "paid in Odoo. Cancel the payment, or put it back if the money did arrive."
        ),
        'used_writeoff': _lt(
            "%(qbo)s of it is left in QuickBooks and %(odoo)s in Odoo, where %(amount)s of it is written off. Leave it "
            "as credit in Odoo too, or apply it in QuickBooks to what stands for the write-off."
        ),
        'used_back': _lt(
            "%(qbo)s of it is left in QuickBooks and %(odoo)s in Odoo: %(amount)s went back with %(entries)s, which is "
            "not in QuickBooks. Undo that and give a customer's money back with Refund, or record the same there: an "
            "expense on receivables, or a deposit on payables."
        ),
        'used_reversed': _lt(
            "%(qbo)s of it is left in QuickBooks and %(odoo)s in Odoo: its entry was reversed by %(entries)s "
            "(%(amount)s), which is not in QuickBooks. Undo that and cancel the payment, or record it there too."
        ),
        'used_left_out': _lt(
            "%(qbo)s of it is left in QuickBooks and %(odoo)s in Odoo: %(amount)s pays %(entries)s, which is kept out "
            "of QuickBooks. Set that document to Synchronize, or undo the payment of it."
        ),
        'used_waits': _lt(
            "%(qbo)s of it is left in QuickBooks and %(odoo)s in Odoo: it pays %(entries)s, which is not in QuickBooks "
            "yet. %(why)s"
        ),
        'used_receipt': _lt(
            "%(qbo)s of it is left in QuickBooks and %(odoo)s in Odoo: %(amount)s pays the receipt %(entries)s. "
            "QuickBooks has receipts with their own money only: undo the payment of it and register one for it alone, "
            "or record it there."
        ),
        'used_entry': USED,
        'used_more': _lt("%(qbo)s of it is left in QuickBooks and %(odoo)s in Odoo."),
        'used_there': _lt(
            "%(qbo)s of it is left in QuickBooks and %(odoo)s in Odoo: %(entries)s, which it pays there, is not in "
            "Odoo. Follow QuickBooks, or undo it there."
        ),
        'used_there_only': _lt(
            "%(qbo)s of it is left in QuickBooks and %(odoo)s in Odoo: it pays %(entries)s there, which Odoo cannot "
            "have. Record the same in Odoo, or take it out of the payment in QuickBooks."
        ),
    },
    fixes={
        key: 'follow'
        for key in (
            'total_payment',
            'rejected',
            'used_writeoff',
            'used_back',
            'used_reversed',
            'used_left_out',
            'used_receipt',
            'used_entry',
            'used_more',
            'used_there',
        )
    }
    | {'used_there_only': 'undo_there'},
)


class QboMappingPaymentForm(models.AbstractModel):
    _inherit = 'qbo.mapping.payment_form'

    def _figures(self, step, record, snapshot):
        """Amount, what is left of it, and the amount in the company's currency."""
        if snapshot.get('TotalAmt') is None:
            return
        currency = record.currency_id
        if record.state == 'rejected' and record.move_id.state == 'posted':
            yield Figure('rejected', record.amount, snapshot['TotalAmt'], currency)
        if record.state not in POSTED:
            return
        yield Figure('total_payment', record.amount, snapshot['TotalAmt'], currency)
        if not self._leaving(step, record):
            yield Figure('unapplied', self._left(step, record), self._left_there(snapshot), currency)
        yield from self._home_figure(step, record, snapshot, abs(record.amount_company_currency_signed))

    def _left(self, step, record):
        """Return what is left of a payment in Odoo, in its currency."""
        if not record.move_id:
            return record.amount - sum(self._settled(step, record).values())
        return abs(sum(self._money_lines(record).mapped('amount_residual_currency')))

    def _money_reason(self, step, record, snapshot, figure):
        if figure.name in ('rejected', 'total_payment'):
            of_all = 'rejected' if figure.name == 'rejected' else 'total_payment'
            return Reason(of_all, {'qbo': figure.there, 'odoo': figure.here})
        if figure.name != 'unapplied':
            return super()._money_reason(step, record, snapshot, figure)
        link = step.link(record, self._entity)
        if self._line_values(step, record) != (link.base_odoo or {}).get(LINE):
            return None  # it is about to be sent
        if figure.qbo > figure.odoo:
            return self._used_here(step, record, figure)
        known = self._known(step, settlements.amounts(snapshot.get(LINE)))
        unknown = sorted(key for key in settlements.amounts(snapshot.get(LINE)) if key not in known)
        is_possible = self._possible(unknown) == unknown
        names = [f'{entity} {self._number_there(step, entity, qbo_id)}' for entity, qbo_id in unknown]
        if not unknown:
            return Reason('used_more', {'qbo': figure.there, 'odoo': figure.here})
        key = 'used_there' if is_possible else 'used_there_only'
        return Reason(key, {'qbo': figure.there, 'odoo': figure.here, 'entries': names})

    def _number_there(self, step, entity, qbo_id):
        return step.links_to(entity, [qbo_id]).doc_number or step.links_to(entity, [qbo_id]).name or qbo_id

    def _used_here(self, step, record, figure):
        """Return the reason where something uses a payment that QuickBooks has not."""
        *_lines, write_off = record._seek_for_lines()
        rest = figure.currency.round(figure.qbo - figure.odoo)
        amount = money(rest, figure.currency)
        if found := self._used_before_it_is_there(step, record, figure):
            return found
        if write_off and not figure.currency.compare_amounts(abs(sum(write_off.mapped('amount_currency'))), rest):
            return Reason('used_writeoff', {'qbo': figure.there, 'odoo': figure.here, 'amount': amount})
        entries = self._used_apart(step, record)._qbo_moves() - record.move_id
        if not entries:
            return Reason('used_more', {'qbo': figure.there, 'odoo': figure.here})
        entry, names = entries[0], entries.mapped('display_name')
        by_entry = 'used_reversed' if entry.reversed_entry_id == record.move_id else 'used_entry'
        by_receipt = 'used_receipt' if entry.move_type in ('out_receipt', 'in_receipt') else by_entry
        by_document = 'used_left_out' if entry.is_invoice() else by_receipt
        key = 'used_back' if entry.origin_payment_id else by_document
        return Reason(key, {'qbo': figure.there, 'odoo': figure.here, 'amount': amount, 'entries': names})

    def _used_before_it_is_there(self, step, record, figure):
        """Return the reason where a payment pays documents that go to QuickBooks later, else None."""
        waiting = {}
        for move in filter(_is_document, self._settled(step, record)):
            link = step.link(move, step.mapping_of(move)._entity)
            is_coming = belongs(step, move) or (move.state == 'draft' and link.mode != 'never')
            if is_coming and not document_link(step, move):
                waiting[move] = Reason('draft') if move.state == 'draft' else Reason.of(link.reason)
        if not waiting:
            return None
        names, why = [move.display_name for move in waiting], next(filter(None, waiting.values()), '')
        return Reason('used_waits', {'qbo': figure.there, 'odoo': figure.here, 'entries': names, 'why': why})

    def _used_apart(self, step, record):
        """Return the reconciliations of a payment's money with what a payment in QuickBooks cannot name."""
        lines = self._money_lines(record)
        partials = lines.matched_debit_ids | lines.matched_credit_ids
        by_itself = partials.exchange_move_id

        def is_apart(partial):
            other = partial._qbo_moves() - record.move_id
            return not (
                other & by_itself or document_link(step, other) or (_is_document(other) and belongs(step, other))
            )

        return partials.filtered(is_apart)

    # === AS IT IS IN QUICKBOOKS === #

    def _follow(self, step, record, link):
        """Have a payment settle what it settles in QuickBooks, and no more."""
        if record.state in ENDED:
            record.action_cancel()
            return
        *_lines, write_off = record._seek_for_lines()
        if write_off:
            self._without_write_off(record)
        self._used_apart(step, record).unlink()
        keys = settlements.amounts((link.snapshot or {}).get(LINE))
        known = self._known(step, keys)
        step.take([key for key in self._possible(keys) if key not in known])
        super()._follow(step, record, link)

    def _without_write_off(self, record):
        """Leave as credit what was written off with a payment."""
        liquidity, counterpart, write_off = record._seek_for_lines()
        reconciled = record.move_id._qbo_reconciliations()
        record.action_draft()
        liquidity, counterpart, write_off = record._seek_for_lines()
        whole = {name: -sum(liquidity.mapped(name)) for name in ('balance', 'amount_currency')}
        commands = [Command.update(counterpart.id, whole), *(Command.delete(line.id) for line in write_off)]
        record.move_id.with_context(skip_invoice_sync=True).write({'line_ids': commands})
        record.action_post()
        record.move_id._qbo_reconcile_again(reconciled)


def _is_document(move):
    return move.is_invoice() or move.qbo_as_bill or bool(move.origin_payment_id)
