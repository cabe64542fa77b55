from odoo import models


class AccountMoveSendBatchWizard(models.TransientModel):
    _inherit = 'account.move.send.batch.wizard'

    def _check_move_constraints(self, moves):
        """Refuse what QuickBooks sends, however this wizard was opened."""
        moves._qbo_refuse_mass_sending()
        return super()._check_move_constraints(moves)
