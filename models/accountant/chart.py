"""Which account of Odoo is which of QuickBooks, and where its amounts stand in a trial balance."""

from collections import namedtuple

from ...qbo import reports

ORDER = (
    'Bank', 'Accounts Receivable', 'Other Current Asset', 'Fixed Asset', 'Other Asset', 'Accounts Payable',
    'Credit Card', 'Other Current Liability', 'Long Term Liability', 'Equity', 'Income', 'Cost of Goods Sold',
    'Expense', 'Other Income', 'Other Expense',
)  # fmt: skip
"""Types of QuickBooks' accounts as its own reports order them."""
YEARLY = ('income', 'expense')

Place = namedtuple('Place', 'qbo_id account_id')
"""What is compared: an account of QuickBooks, or one of Odoo that is mapped to none. Ids, None for none."""


class Chart:
    """Which account of Odoo is which of QuickBooks, and where its amounts stand in a trial balance."""

    def __init__(self, connection):
        accounts = connection.env['account.account'].sudo().with_context(active_test=False)
        self._references = (
            connection.env['qbo.reference']
            .sudo()
            .with_context(active_test=False)
            .search([('qbo_company_id', '=', connection.qbo_company_id.id), ('entity', '=', 'Account')])
        )
        self._by_id = {item.qbo_id: item for item in self._references}
        every = accounts.with_company(connection.company_id).search(
            [*accounts._check_company_domain(connection.company_id), ('account_type', '!=', 'off_balance')]
        )
        self._unaffected = every.filtered(
            lambda account: account.account_type == 'equity_unaffected' and not self._mapped(account)
        )
        self._mapped_to = every.grouped(lambda account: self._mapped(account).qbo_id)
        self.of_year = {
            item.qbo_id for item in self._references if (item.data or {}).get('Classification') in reports.OF_A_YEAR
        }
        retained = [
            item.qbo_id for item in self._references if (item.data or {}).get('AccountSubType') == 'RetainedEarnings'
        ]
        # QuickBooks' own one was there first; others are of the same type without being it.
        self.retained = min(retained, key=lambda qbo_id: (len(qbo_id), qbo_id), default=None)
        self.retained_place = Place(self.retained, None)

    def place(self, account, span):
        """Return where an account's amounts of these days stand."""
        there = self._mapped(account)
        if (span.is_old and self.is_yearly(there, account)) or account in self._unaffected:
            return self.retained_place
        return Place(there.qbo_id, None) if there else Place(None, account.id)

    def is_yearly(self, there, account):
        """Return whether amounts of former fiscal years are retained earnings: as the account there is, if any."""
        return there.qbo_id in self.of_year if there else account.internal_group in YEARLY

    def references(self):
        """Return all accounts of QuickBooks, archived ones too."""
        return self._references

    def mapped(self):
        """Return the accounts of QuickBooks that accounts of Odoo are mapped to."""
        return self._references.filtered(lambda item: item.qbo_id in self._mapped_to)

    def reference(self, qbo_id):
        """Return the account of QuickBooks with this id, an empty recordset where it has none."""
        return self._by_id.get(qbo_id) or self._references.browse()

    def accounts(self, place):
        """Return the accounts of Odoo that stand at a place of their own accord."""
        if place.account_id:
            return self._unaffected.browse(place.account_id)
        found = self.accounts_of(place.qbo_id) if place.qbo_id else self._unaffected.browse()
        return found | self._unaffected if place == self.retained_place else found

    def accounts_of(self, qbo_id):
        """Return the accounts of Odoo that are mapped to an account of QuickBooks."""
        return self._mapped_to.get(qbo_id) or self._unaffected.browse()

    def order(self, place):
        """Return the order of the report: types as QuickBooks orders them, then names."""
        there = self.reference(place.qbo_id)
        return order_of(there.kind), (there.name or '').casefold(), place.qbo_id or '', place.account_id or 0

    def _mapped(self, account):
        there = account.qbo_account_id
        return there if there in self._references else there.browse()


def order_of(kind):
    return ORDER.index(kind) if kind in ORDER else len(ORDER)
