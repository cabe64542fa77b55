from odoo import api, fields, models
from odoo.fields import Domain

from .link.mixin import GROUP


class AccountJournal(models.Model):
    _name = 'account.journal'
    _inherit = ['account.journal', 'qbo.guard']

    qbo_deposit_account_id = fields.Many2one(
        'qbo.reference',
        "QuickBooks Deposit-To Account",
        check_company=True,
        domain="[('entity', '=', 'Account'), ('company_id', '=', company_id), "
        "('qbo_id', '!=', False), ('kind', 'in', ('Bank', 'Other Current Asset'))]",
        groups=GROUP,
        help="Where QuickBooks books payments of this journal, and which payments of QuickBooks come into it. Empty: "
        "the account of the connection.",
    )

    qbo_paid_from_id = fields.Many2one(
        'qbo.reference',
        "QuickBooks Account for Payments",
        check_company=True,
        domain="[('entity', '=', 'Account'), ('company_id', '=', company_id), "
        "('qbo_id', '!=', False), ('kind', 'in', ('Bank', 'Credit Card'))]",
        groups=GROUP,
        help="The bank account or credit card of QuickBooks that bills paid from this journal are paid from, and which "
        "bill payments of QuickBooks come into it. Empty: what the account of the journal is mapped to.",
    )
    qbo_is_card = fields.Boolean(
        "Card Deposits",
        help="What is booked here is money from cards. In the posting mode Real-time its day goes to QuickBooks as an "
        "entry of its own.",
    )
    qbo_store_ids = fields.Many2many('qbo.store', string="QuickBooks Store", readonly=True, groups=GROUP)

    def write(self, vals):
        """Bill payments that a journal held back are looked at again when it has an account."""
        result = super().write(vals)
        if not {'qbo_paid_from_id', 'default_account_id'}.isdisjoint(vals):
            connections = [self.env['qbo.connection']._of_company(company).sudo() for company in self.company_id]
            for connection in filter(None, connections):
                self.env['qbo.link']._recheck(connection, ('account.payment',), ('paid_from', '6430'))
                connection._retry_refused()
        return result

    def _qbo_paid_from(self, step):
        """Return the account of QuickBooks that bills paid from this journal are paid from, empty where none is known.

        The journal's own, else what its account is mapped to, else its deposit-to account where that is a bank's.
        """
        deposited = self.qbo_deposit_account_id.filtered(lambda account: account.kind == 'Bank')
        mapped = self.default_account_id.qbo_account_id
        found = (account for account in (self.qbo_paid_from_id, mapped, deposited) if step.list_id(account))
        return next(found, self.env['qbo.reference'])

    @api.model
    def _qbo_of_paid_account(self, step, account_id):
        """Return the journal that stands for an account of QuickBooks which bills are paid from, empty where none does.

        :param str account_id: id of the account in QuickBooks, or None
        """
        account = step.list_item('Account', account_id) if account_id else None
        if not account:
            return self.browse()
        journals = self.search([('company_id', '=', step.company.id), ('type', 'in', ('bank', 'cash', 'credit'))])
        return journals.filtered(lambda journal: journal._qbo_paid_from(step) == account)[:1]

    @api.model
    def _qbo_any_bank(self, step):
        """Return a bank account of QuickBooks, in its home currency if there is one: what no money leaves names one."""
        journals = self.search([('company_id', '=', step.company.id), ('type', 'in', ('bank', 'cash', 'credit'))])
        known = [journal._qbo_paid_from(step) for journal in journals]
        here = [('qbo_company_id', '=', step.qbo_company.id), ('entity', '=', 'Account'), ('kind', '=', 'Bank')]
        known += list(self.env['qbo.reference'].search([*here, ('qbo_id', '!=', False)], order='id'))
        home = step.connection._home_currency()
        banks = [account for account in known if account.kind == 'Bank']
        return next(
            (account for account in banks if account._currency() in (None, home)),
            banks[0] if banks else self.env['qbo.reference'],
        )

    @api.model
    def _qbo_of_account(self, account_id):
        """Return the journal for money that is on an account of QuickBooks: the account's own, else the connection's.

        :param str account_id: id of the account in QuickBooks, or None
        """
        connection = self.env['qbo.connection']._of_company(self.env.company)
        own = Domain('company_id', '=', self.env.company.id) & Domain('qbo_deposit_account_id.qbo_id', '=', account_id)
        return (account_id and self.search(own, limit=1)) or connection.payment_journal_id
