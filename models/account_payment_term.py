from odoo import models


class AccountPaymentTerm(models.Model):
    _name = 'account.payment.term'
    _inherit = ['account.payment.term', 'qbo.mixin']

    def _qbo_is_simple(self):
        """Return whether QuickBooks can express these terms: one instalment, days after the invoice."""
        line = self.line_ids
        return len(line) == 1 and line.delay_type == 'days_after'
