"""What would go wrong, read from both sides before anything is written."""

from odoo import fields, models

from ...models.account_move import MOVE_TYPES, SALES_RECEIPT
from ...models.mapping.places import Places

READ_ONLY = ('EXPIRED', 'RESTRICTED', 'SUSPENDED', 'CANCELED', 'CANCELLED')
"""Subscriptions that QuickBooks refuses every change of (qbo-api 1.7). Only these stop; what is unknown is said."""
WRITING = ('PAID', 'SUBSCRIBED')
TRIAL = ('TRIAL', 'TRIALOPTIN')
VERDICTS = [('ok', "OK"), ('warning', "Warning"), ('blocking', "Blocking")]
CHECKS = (
    'subscription',
    'currency',
    'country',
    'multicurrency',
    'numbers',
    'tax',
    'auto_apply',
    'classes',
    'closed_books',
    'income_account',
    'expense_account',
    'deposit_account',
    'journal',
)


class QboSetupCheck(models.Model):
    """One line of the readiness report."""

    _name = 'qbo.setup.check'
    _inherit = ['qbo.guard']
    _description = "QuickBooks Readiness"
    _order = 'id'

    setup_id = fields.Many2one('qbo.setup', required=True, ondelete='cascade', index=True)
    name = fields.Char("What", required=True)
    verdict = fields.Selection(VERDICTS, required=True)
    reason = fields.Text("Finding")
    fix = fields.Char("Method", help="The method of the setup that fixes it.")
    fix_label = fields.Char("Fix")

    def action_fix(self):
        """Fix what this line says, and check again."""
        self.ensure_one()
        self._check_may('read')
        self.setup_id.connection_id._check_may('write')
        return getattr(self.setup_id, f'_fix_{self.fix}')()


class QboSetup(models.Model):
    _inherit = 'qbo.setup'

    def _check(self):
        """Read QuickBooks' lists and settings anew and write the report. Calls QuickBooks."""
        self.env['qbo.reference'].sudo()._refresh(self.connection_id.sudo())
        self._judge()

    def _judge(self):
        """Write the report of what is known already, for an administrator who may have no rights in accounting."""
        setup = self.sudo()
        lines = [getattr(setup, f'_check_{name}')() for name in CHECKS]
        setup.check_ids.unlink()
        setup.env['qbo.setup.check'].create([{**line, 'setup_id': self.id} for line in lines if line])

    def _first_day(self):
        """Return from which day on documents go, as it is chosen by now."""
        return self._start_of(self.start_choice) or self.billing_start

    def _line(self, verdict, name, reason, fix=None, label=None):
        return {'verdict': verdict, 'name': name, 'reason': reason, 'fix': fix, 'fix_label': label}

    # === THE COMPANY === #

    def _check_subscription(self):
        name, status = self.env._("Subscription"), (self.connection_id.subscription_status or '').upper()
        if status in READ_ONLY:
            text = self.env._("The subscription is %s: QuickBooks refuses every change. Renew it at Intuit.", status)
            return self._line('blocking', name, text)
        if status in WRITING:
            return self._line('ok', name, self.env._("The QuickBooks subscription is active."))
        if status in TRIAL:
            text = self.env._("The QuickBooks company is on trial. When the trial ends, QuickBooks accepts no changes.")
        elif status:
            text = self.env._("QuickBooks says %s about its subscription, which Odoo does not know.", status)
        else:
            text = self.env._("QuickBooks does not say whether its subscription is active.")
        return self._line('warning', name, text)

    def _check_currency(self):
        name, home = self.env._("Currency"), self.connection_id._home_currency()
        own = self.company_id.currency_id.name
        if home in (None, own):
            return self._line('ok', name, self.env._("Both companies keep their books in %s.", own))
        text = self.env._(
            "QuickBooks keeps its books in %(home)s, %(company)s in %(own)s. Totals could never agree: connect a "
            "QuickBooks company that keeps its books in %(own)s.",
            home=home,
            own=own,
            company=self.company_id.name,
        )
        return self._line('blocking', name, text)

    def _check_country(self):
        name, there = self.env._("Country"), self.connection_id.qbo_country
        here = self.company_id.country_id
        place = Places(self.env).country(there)
        if here and place == here:
            return self._line('ok', name, self.env._("Both companies are in %s.", here.name))
        text = self.env._(
            "QuickBooks says %(there)s, Odoo says %(here)s. Taxes follow QuickBooks' country.",
            there=place.name or there or self.env._("nothing"),
            here=here.name or self.env._("nothing"),
        )
        return self._line('warning', name, text)

    def _check_multicurrency(self):
        name, own = self.env._("Other currencies"), self.company_id.currency_id
        if self.connection_id._has_currencies():
            return self._line('ok', name, self.env._("QuickBooks accepts documents in other currencies."))
        foreign = self.env['account.move'].search_count(
            [
                ('company_id', '=', self.company_id.id),
                ('move_type', 'in', (*MOVE_TYPES, SALES_RECEIPT)),
                ('state', '=', 'posted'),
                ('currency_id', '!=', own.id),
                ('invoice_date', '>=', self._first_day()),
            ]
        )
        if not foreign:
            return self._line('ok', name, self.env._("QuickBooks has %s only, and so have your documents.", own.name))
        text = self.env._(
            "%s documents are in another currency, and QuickBooks has multicurrency off. Switch it on there (this "
            "cannot be undone), or they will wait with an error.",
            foreign,
        )
        return self._line('warning', name, text)

    # === DOCUMENTS === #

    def _check_numbers(self):
        name = self.env._("Document numbers")
        is_custom = self.connection_id._preference('SalesFormsPrefs', 'CustomTxnNumbers', False)
        if not is_custom and self.doc_numbering == 'odoo':
            text = self.env._(
                "QuickBooks numbers documents by itself (custom transaction numbers are off). It keeps a number that "
                "Odoo sends, but may give the same number to a document of its own."
            )
            return self._line('warning', name, text, 'number_there', self.env._("Let QuickBooks Number"))
        if is_custom and self.doc_numbering == 'qbo':
            text = self.env._("QuickBooks has custom transaction numbers on and numbers nothing by itself.")
            return self._line('warning', name, text, 'number_here', self.env._("Send Odoo's Number"))
        return self._line('ok', name, self.env._("QuickBooks' setting fits the one chosen here."))

    def _check_tax(self):
        name, model = self.env._("Sales tax"), self.connection_id._tax_model()
        if model == 'none':
            return self._line(
                'warning', name, self.env._("Sales tax is off in QuickBooks: documents with tax will wait.")
            )
        if model == 'automated' and not self.automated_tax:
            text = self.env._(
                "QuickBooks calculates sales tax itself. Odoo's tax would be sent as billed and QuickBooks may "
                "calculate another."
            )
            return self._line('warning', name, text, 'automated_tax', self.env._("Let QuickBooks Calculate"))
        return self._line('ok', name, self.env._("Sales tax is on in QuickBooks."))

    def _check_auto_apply(self):
        name = self.env._("Automatic credits")
        on = [
            self.connection_id._preference('SalesFormsPrefs', key) for key in ('AutoApplyCredit', 'AutoApplyPayments')
        ]
        if not any(on):
            return self._line('ok', name, self.env._("QuickBooks applies no credits or payments by itself."))
        text = self.env._(
            "QuickBooks applies credits or payments to invoices by itself. Payments that nobody entered will come to "
            "Odoo. Switch it off there under Account and settings ▸ Advanced ▸ Automation."
        )
        return self._line('warning', name, text)

    def _check_classes(self):
        name = self.env._("Classes")
        keys = ('ClassTrackingPerTxn', 'ClassTrackingPerTxnLine')
        if any(self.connection_id._preference('AccountingInfoPrefs', key) for key in keys):
            return self._line('ok', name, self.env._("QuickBooks tracks classes; documents in Odoo can name one."))
        return self._line('ok', name, self.env._("QuickBooks tracks no classes."))

    def _check_closed_books(self):
        name, closed = self.env._("Closed books"), self.connection_id._book_close_date()
        if not closed:
            return self._line('ok', name, self.env._("The books of QuickBooks are open."))
        day = fields.Date.to_string(closed)
        if self._first_day() > closed:
            return self._line('ok', name, self.env._("They are closed up to %s, before your first document.", day))
        if self.closed_books == 'move':
            text = self.env._("They are closed up to %s. Older documents get the first open day there.", day)
            return self._line('warning', name, text)
        text = self.env._("They are closed up to %s. Documents of Odoo up to that day will wait.", day)
        return self._line('warning', name, text, 'move', self.env._("Use the First Open Day"))

    # === THE CHARTS === #

    def _check_income_account(self):
        name = self.env._("Income account")
        if self._accounts('Income'):
            return self._line('ok', name, self.env._("QuickBooks has income accounts for new products."))
        text = self.env._("QuickBooks has no income account, which each product needs.")
        return self._line('blocking', name, text, 'income_account', self.env._("Create It in QuickBooks"))

    def _check_expense_account(self):
        name = self.env._("Expense account")
        if self._accounts('Expense', 'Cost of Goods Sold'):
            return self._line('ok', name, self.env._("QuickBooks has expense accounts for products that are bought."))
        text = self.env._("QuickBooks has no expense account: products that are also bought will wait.")
        return self._line('warning', name, text, 'expense_account', self.env._("Create It in QuickBooks"))

    def _check_deposit_account(self):
        name = self.env._("Deposit-to account")
        if self._accounts('Bank', 'Other Current Asset'):
            return self._line('ok', name, self.env._("QuickBooks has accounts that payments can be deposited to."))
        text = self.env._("QuickBooks has no bank account and no Undeposited Funds: payments cannot be booked there.")
        return self._line('blocking', name, text, 'deposit_account', self.env._("Create It in QuickBooks"))

    def _check_journal(self):
        name = self.env._("Bank journal")
        journals = self.env['account.journal'].search_count(
            [('company_id', '=', self.company_id.id), ('type', 'in', ('bank', 'cash'))]
        )
        if journals:
            return self._line('ok', name, self.env._("Odoo has a journal for payments that come from QuickBooks."))
        return self._line(
            'blocking', name, self.env._("Odoo has no bank or cash journal. Create one under Configuration.")
        )

    def _accounts(self, *kinds):
        return self.env['qbo.reference'].search_count(
            [('qbo_company_id', '=', self.qbo_company_id.id), ('entity', '=', 'Account'), ('kind', 'in', kinds)],
            limit=1,
        )

    # === FIXES === #

    def _fix_number_there(self):
        self.doc_numbering = 'qbo'
        self._judge()

    def _fix_number_here(self):
        self.doc_numbering = 'odoo'
        self._judge()

    def _fix_automated_tax(self):
        self.automated_tax = True
        self._judge()

    def _fix_move(self):
        self.closed_books = 'move'
        self._judge()

    def _fix_income_account(self):
        return self.env['qbo.account.create']._open(self, 'income_account_id')

    def _fix_expense_account(self):
        return self.env['qbo.account.create']._open(self, 'expense_account_id')

    def _fix_deposit_account(self):
        return self.env['qbo.account.create']._open(self, 'deposit_account_id')
