"""A document gets another customer: what settles it in QuickBooks lets it go first, and takes it up again after."""

from odoo import models

from ..qbo import settlements
from .mapping.step import Step


class AccountMove(models.Model):
    _inherit = 'account.move'

    def _qbo_settlements(self):
        """Return what settles these documents and is a payment in QuickBooks, as a list of recordsets."""
        lines = self._qbo_receivable_lines()
        partials = (lines.matched_debit_ids | lines.matched_credit_ids).sudo()
        payments = partials._qbo_moves().origin_payment_id | partials.qbo_payment_id | self.sudo().matched_payment_ids
        return [payments._qbo_owner(), partials.qbo_application_id]

    def _qbo_held_by_payment(self):  # until the others ask the mapping
        step = Step.of(self.env, self.env.company)
        return self.env['qbo.mapping.settlement']._held_by(step, self.with_env(step.env))

    def _qbo_followers(self, before, after):  # until the others ask the mapping
        is_moved = bool(before) and before.get('CustomerRef') != after.get('CustomerRef')
        return self._qbo_settlements() if is_moved and self._qbo_entity() in settlements.DOCUMENTS else []
