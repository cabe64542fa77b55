"""What the setup shows of the comparison, and which accounts it suggests."""

from markupsafe import Markup
from odoo import api, fields, models

# The account that QuickBooks itself makes for each setting, by its sub-type (qbo-api 9.12).
SUBTYPES = {
    'income_account_id': 'SalesOfProductIncome',
    'expense_account_id': 'SuppliesMaterialsCogs',
    'asset_account_id': 'Inventory',
    'deposit_account_id': 'UndepositedFunds',
}
CELL = Markup('<td class="text-end">%s</td>')
ROW = Markup('<tr><td>%s</td>%s</tr>')
HEAD = Markup('<th class="text-end">%s</th>')
TABLE = Markup('<table class="table table-sm w-auto"><thead><tr><th></th>%s</tr></thead><tbody>%s</tbody></table>')


class QboSetup(models.Model):
    _inherit = 'qbo.setup'

    comparison = fields.Html(compute='_compute_comparison', sanitize=False)

    @api.depends('step', 'connection_id.compared_at')
    def _compute_comparison(self):
        for setup in self:
            setup.comparison = setup._comparison() if setup.step == 'compare' else False

    def _comparison(self):
        """Return the table of what the comparison found: a row a verdict, and how many nobody has decided yet."""
        counts = self.env['qbo.match']._counts(self.connection_id)
        verdicts = self.env['qbo.match']._fields['verdict']._description_selection(self.env)
        rows = [self._comparison_row(counts, verdict, label) for verdict, label in verdicts]
        if not any(rows):
            return Markup('<p>%s</p>') % self.env._("Neither side has a record that is not linked yet.")
        labels = dict(self.env['qbo.match']._fields['kind']._description_selection(self.env))
        heads = [*(labels[kind] for kind in self.env['qbo.match']._kinds(self.connection_id)), self.env._("To decide")]
        return TABLE % (Markup().join(HEAD % head for head in heads), Markup().join(filter(None, rows)))

    def _comparison_row(self, counts, verdict, label):
        found = {key: number for key, number in counts.items() if key[1] == verdict}
        kinds = self.env['qbo.match']._kinds(self.connection_id)
        by_kind = [sum(number for key, number in found.items() if key[0] == kind) for kind in kinds]
        undecided = sum(number for key, number in found.items() if not key[2])
        return ROW % (label, Markup().join(CELL % number for number in (*by_kind, undecided or ''))) if found else None

    def _suggest_accounts(self):
        """Choose the accounts that QuickBooks made for these purposes itself, where nothing is chosen yet."""
        for name, subtype in SUBTYPES.items():
            if not self[name]:
                self[name] = self._account_of(name, subtype)
        if not self.payment_journal_id:
            bank = [('company_id', '=', self.company_id.id), ('type', '=', 'bank')]
            self.payment_journal_id = self.env['account.journal'].search(bank, limit=1)

    def _account_of(self, name, subtype):
        """Return QuickBooks' account of a sub-type that fits a setting; empty where there are none or several."""
        domain = self.env['qbo.connection']._fields[name].domain
        accounts = self.env['qbo.reference'].search(
            [('qbo_company_id', '=', self.qbo_company_id.id), ('entity', '=', 'Account')]
        )
        accounts = accounts.filtered(
            lambda account: (account.data or {}).get('AccountSubType') == subtype and account.kind in domain
        )
        return accounts if len(accounts) == 1 else accounts.browse()
