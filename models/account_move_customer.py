"""A document gets another customer: what settles it in QuickBooks lets it go first, and takes it up again after."""

from odoo import models

from ..qbo import settlements


class AccountMove(models.Model):
    _inherit = 'account.move'

    def _qbo_changes_customer(self):
        """Return whether QuickBooks has this document under another customer than Odoo."""
        link = self.qbo_link_id
        agreed = (link.base_odoo or {}).get('CustomerRef')
        now = {'value': self.commercial_partner_id.qbo_id or None}
        return self.state == 'posted' and link._is_there() and agreed != now

    def _qbo_settlements(self):
        """Return what settles this document and is a payment in QuickBooks, as a list of recordsets."""
        lines = self._qbo_receivable_lines()
        partials = (lines.matched_debit_ids | lines.matched_credit_ids).sudo()
        payments = partials._qbo_moves().origin_payment_id | partials.qbo_payment_id | self.sudo().matched_payment_ids
        return [payments._qbo_owner(), partials.qbo_application_id]

    def _qbo_held_by_payment(self):
        """Return why a payment holds this document back, or None: a document that is settled keeps its customer."""
        if not self._qbo_changes_customer():
            return None
        key = self._qbo_entity(), self.qbo_id
        holding = [item for records in self._qbo_settlements() for item in records if item._qbo_holds(key)]
        if not holding:
            return None
        return self.env._(
            "It goes to another customer when %s, which settles it in QuickBooks, has let it go there.",
            holding[0].display_name,
        )

    def _qbo_followers(self, before, after):
        is_moved = bool(before) and before.get('CustomerRef') != after.get('CustomerRef')
        return self._qbo_settlements() if is_moved and self._qbo_entity() in settlements.DOCUMENTS else []
