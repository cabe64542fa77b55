from odoo import api, fields, models
from odoo.fields import Domain

from .link.mixin import GROUP


class AccountJournal(models.Model):
    _inherit = 'account.journal'

    qbo_deposit_account_id = fields.Many2one(
        'qbo.reference',
        "QuickBooks Deposit-To Account",
        domain="[('entity', '=', 'Account'), ('company_id', '=', company_id), "
        "('qbo_id', '!=', False), ('kind', 'in', ('Bank', 'Other Current Asset'))]",
        groups=GROUP,
        help="Where QuickBooks books payments of this journal, and which payments of QuickBooks come into it. Empty: "
        "the account of the connection.",
    )

    qbo_is_card = fields.Boolean(
        "Card Deposits",
        help="What is booked here is money from cards. In the posting mode Real-time its day goes to QuickBooks as an "
        "entry of its own.",
    )
    qbo_store_ids = fields.Many2many('qbo.store', string="QuickBooks Store", readonly=True, groups=GROUP)

    @api.model
    def _qbo_of_account(self, account_id):
        """Return the journal for money that is on an account of QuickBooks: the account's own, else the connection's.

        :param str account_id: id of the account in QuickBooks, or None
        """
        connection = self.env['qbo.connection']._of_company(self.env.company)
        own = Domain('company_id', '=', self.env.company.id) & Domain('qbo_deposit_account_id.qbo_id', '=', account_id)
        return (account_id and self.search(own, limit=1)) or connection.payment_journal_id
