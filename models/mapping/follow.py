"""The buttons that make both sides agree where their money does not: as it is in QuickBooks, or as it is here."""

from odoo import models
from odoo.exceptions import UserError

from ...qbo import settlements
from ...qbo.settlements import lines
from .settled import is_refused_credit
from .settlement import document_link, settlement_of


class QboMapping(models.AbstractModel):
    _inherit = 'qbo.mapping'

    def _follow(self, step, record, link):
        """Have a record as it is in QuickBooks, where its money differs: what is there is taken over anew."""
        link.base_qbo = {**(link.base_qbo or {}), 'Line': None}
        link.write(link._taken_soon())


class QboMappingDocument(models.AbstractModel):
    _inherit = 'qbo.mapping.document'

    def _follow(self, step, move, link):
        if link.error_code == 'total':
            link.base_qbo = {**(link.base_qbo or {}), 'Line': None, 'TxnTaxDetail': None}
            link.write(link._taken_soon())
        else:
            settlement_of(self.env, move)._follow_entry(step, move)


class QboMappingPaymentCredit(models.AbstractModel):
    _inherit = 'qbo.mapping.payment_credit'

    def _follow(self, step, record, link):
        settlement_of(self.env, record.move_id)._follow_entry(step, record.move_id)


class QboMappingSettlement(models.AbstractModel):
    _inherit = 'qbo.mapping.settlement'

    def _follow_entry(self, step, move):
        """Have an entry settled as it is in QuickBooks: what settles it here alone is undone, the rest is taken."""
        link = document_link(step, move)
        for application in move._qbo_settlements()[1].with_env(step.env):
            own = step.link(application, self._entity)
            if own.state == 'error' and not own.qbo_id:
                step.env['qbo.change']._append(application.partial_ids._qbo_moves())
                application.partial_ids.unlink()
        self._apart(step, move).unlink()
        for mapping, record, own in self._settlers(step, move, link):
            if record._name == 'account.payment' and record.state == 'rejected':
                record.action_cancel()
            elif own.unapplied_changes:
                own.action_take_quickbooks()
            elif own.qbo_id and own.state == 'differs':
                mapping._follow(step, record, own)
        payments = self._payments_there(link)
        there = step.links_to(self._entity, payments)
        known = set(there.filtered('res_id').mapped('qbo_id'))
        wanted = {(self._entity, qbo_id) for qbo_id in payments if qbo_id not in known}
        for own in there.filtered(lambda own: not own.res_id):
            named = self._possible(settlements.amounts((own.snapshot or {}).get('Line')))
            wanted |= {key for key in named if not step.record_of(*key)}
        step.take(sorted(wanted))
        link.write(link._taken_soon())


class QboLink(models.Model):
    _inherit = 'qbo.link'

    def action_follow_quickbooks(self):
        """Have the money of these records as it is in QuickBooks."""
        for link in self._of_writable('follow'):
            step = link._step()
            link._mapping()._follow(step, link._record(), link)
            link._append_change()
            link.connection_id._wake()
        return self.env['qbo.connection']._toast(self.env._("It will be as in QuickBooks in a moment."))

    def action_open_settling(self):
        """Open what settles this document and is in error."""
        self.ensure_one()
        self._check_may('read')
        link = self.sudo()
        is_asked, record = link.error_fix == 'settling', link._record()
        move = record.move_id if record._name == 'account.payment' else record
        settlement = settlement_of(link.env, move) if is_asked and move else None
        failed = () if settlement is None else settlement._failed(link._step(), move, link)
        if not failed:
            raise UserError(self.env._("It is fixed already."))
        return failed[0][1].with_env(self.env)._dialog()

    def action_include_payments(self):
        """Send the payments of these documents that were kept out of QuickBooks."""
        for link in self._of_writable('include_payments'):
            move = link._record()
            payments = move._qbo_receivable_lines()._all_reconciled_lines().move_id.origin_payment_id
            for payment in payments.with_env(link.env):
                for own in link._step().links_of(payment)[payment.id]:
                    own.action_include()
            link._append_change()
        return self.env['qbo.connection']._toast(self.env._("It will be in QuickBooks in a moment."))

    def action_refund_there(self):
        """Have QuickBooks refund these credit notes, which were paid out in Odoo."""
        for link in self._of_writable('refund_there'):
            payment = link._record()._qbo_paid_out_by()
            if not payment:
                raise UserError(self.env._("It is fixed already."))
            payment.with_env(self.env).action_qbo_refund_there()
        return self.env['qbo.connection']._toast(self.env._("It will be in QuickBooks in a moment."))

    def action_undo_there(self):
        """Take back in QuickBooks what settles these documents there and what Odoo cannot have."""
        for link in self._of_writable('undo_there'):
            step = link._step()
            mapping = link._mapping()
            if mapping._ledger:
                mapping._let_go(step, link)
                continue
            settlement = settlement_of(link.env, link._record())
            payments = step.links_to(settlement._entity, settlement._payments_there(link))
            for own in payments.filtered(lambda own: not own.res_id):
                if settlement._strange_documents(own) or is_refused_credit(own):
                    own._end_there(step)
        return self.env['qbo.connection']._toast(self.env._("It will be undone in QuickBooks in a moment."))

    def action_send_rate(self):
        """Send Odoo's exchange rate, with as many digits as it needs."""
        for link in self._of_writable('send_rate'):
            link.base_odoo = {**(link.base_odoo or {}), 'ExchangeRate': None}
            link._append_change()
        return self.env['qbo.connection']._toast(self.env._("It will be in QuickBooks in a moment."))

    def _end_there(self, step):
        """Have the engine delete the payment of zero that only applies credit: as an application that applies none."""
        application = self.env['qbo.application'].create({'company_id': step.company.id})
        values = {'TotalAmt': 0.0, 'Line': (self.snapshot or {}).get('Line')}
        self.write(
            {
                'res_model': application._name,
                'res_id': application.id,
                'base_odoo': values,
                'base_qbo': values,
                'state': 'synced',
            }
        )
        step.keep(self)
        self.env['qbo.change']._append(application, self.connection_id)

    def _of_writable(self, fix):
        """Return those of these links, as superuser, that a button fixes; the user may decide about all their records.

        :raise AccessError: he may not
        :raise UserError: there is nothing to fix, any more
        """
        self._check_may('write')
        links = self.sudo().filtered(lambda link: link.error_fix == fix)
        if not links:
            raise UserError(self.env._("It is fixed already."))
        return links


class QboMappingPaymentForm(models.AbstractModel):
    _inherit = 'qbo.mapping.payment_form'

    def _let_go(self, step, link):
        """Have a payment in QuickBooks let go of what Odoo cannot have: its lines are sent without."""
        keys = settlements.amounts((link.snapshot or {}).get('Line'))
        kept = lines({key: keys[key] for key in self._possible(keys)})
        link.base_odoo = {**(link.base_odoo or {}), 'Line': link.snapshot['Line']}
        link.snapshot = {**link.snapshot, 'Line': kept}
        link._append_change()
