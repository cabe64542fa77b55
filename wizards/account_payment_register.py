from odoo import models


class AccountPaymentRegister(models.TransientModel):
    _inherit = 'account.payment.register'

    def _create_payments(self):
        """Refuse to register a payment of what customers pay in QuickBooks, however this wizard was opened."""
        self.line_ids.move_id._qbo_refuse_payment()
        return super()._create_payments()
