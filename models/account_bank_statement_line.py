from odoo import models
from odoo.fields import Domain


class AccountBankStatementLine(models.Model):
    _inherit = 'account.bank.statement.line'

    def _get_default_amls_matching_domain(self, allow_draft=False):
        """Neither offer nor match by itself what customers pay in QuickBooks: the payment that comes from there is."""
        domain = Domain(super()._get_default_amls_matching_domain(allow_draft))
        owed = self.env['account.move']._qbo_kept_there_domain(self.company_id)
        return list(domain if owed.is_false() else domain & ~Domain('move_id', 'any', owed))
