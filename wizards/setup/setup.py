from odoo import api, fields, models
from odoo.exceptions import UserError

from ...models.connection.messages import sentence
from ...qbo import errors

STEPS = [
    ('connect', "Connect"),
    ('readiness', "Readiness"),
    ('compare', "Compare"),
    ('options', "Accounts and Options"),
    ('taxes', "Taxes"),
    ('kinds', "What to Synchronize"),
    ('preview', "Preview"),
    ('watch', "First Run"),
]


class QboSetup(models.Model):
    """Takes an administrator from an empty connection to a first synchronization that holds no surprise.

    It is kept, so that it may take days, survives the visit to Intuit, and can be gone through again. Nothing is
    written on either side before *Save & Sync*; what the steps decide is stored on the connection, on the rows of the
    comparison (``qbo.match``) and on the rows of the preview (``qbo.setup.item``).
    """

    _name = 'qbo.setup'
    _inherit = ['qbo.guard']
    _description = "QuickBooks Setup"
    _check_company_auto = True
    _rec_name = 'connection_id'

    connection_id = fields.Many2one('qbo.connection', required=True, ondelete='cascade', readonly=True)
    company_id = fields.Many2one(related='connection_id.company_id', store=True, index=True)
    qbo_company_id = fields.Many2one(related='connection_id.qbo_company_id')
    step = fields.Selection(STEPS, required=True, default='connect', readonly=True)
    check_ids = fields.One2many('qbo.setup.check', 'setup_id', "Checks")
    want_customers = fields.Boolean("Customers", default=True)
    want_products = fields.Boolean("Products and Services", default=True)
    want_billing = fields.Boolean("Billing", default=True)

    state = fields.Selection(related='connection_id.state')
    message = fields.Text(related='connection_id.message')
    environment = fields.Selection(related='connection_id.environment', readonly=False)
    local_url = fields.Char(related='connection_id.local_url', readonly=False)
    client_id = fields.Char(related='connection_id.client_id', readonly=False)
    client_secret = fields.Char(related='connection_id.client_secret', readonly=False)
    has_client_secret = fields.Boolean(related='connection_id.has_client_secret')
    redirect_uri = fields.Char(related='connection_id.redirect_uri')
    qbo_company_name = fields.Char(related='connection_id.qbo_company_name')
    lists_read_at = fields.Datetime(related='connection_id.lists_read_at')

    income_account_id = fields.Many2one(related='connection_id.income_account_id', readonly=False)
    expense_account_id = fields.Many2one(related='connection_id.expense_account_id', readonly=False)
    asset_account_id = fields.Many2one(related='connection_id.asset_account_id', readonly=False)
    has_inventory = fields.Boolean(related='connection_id.has_inventory')
    deposit_account_id = fields.Many2one(related='connection_id.deposit_account_id', readonly=False)
    discount_account_id = fields.Many2one(related='connection_id.discount_account_id', readonly=False)
    payment_journal_id = fields.Many2one(related='connection_id.payment_journal_id', readonly=False)
    doc_numbering = fields.Selection(related='connection_id.doc_numbering', readonly=False)
    automated_tax = fields.Boolean(related='connection_id.automated_tax', readonly=False)
    default_tax_id = fields.Many2one(related='connection_id.default_tax_id', readonly=False)
    billing_start = fields.Date(related='connection_id.billing_start', readonly=False)
    direction = fields.Selection(related='connection_id.direction', readonly=False)
    posting_mode = fields.Selection(related='connection_id.posting_mode', readonly=False)
    conflict_rule = fields.Selection(related='connection_id.conflict_rule', readonly=False)
    closed_books = fields.Selection(related='connection_id.closed_books', readonly=False)
    tz = fields.Selection(related='connection_id.tz', readonly=False)

    _unique_connection = models.Constraint('UNIQUE(connection_id)', "A connection is set up once.")

    # === CRUD METHODS === #

    def write(self, vals):
        """Settings of the connection are written together: one may be right only with another one."""
        settings = {name: value for name, value in vals.items() if self._is_setting(name)}
        if settings:
            self.connection_id.write(settings)
        return super().write({name: value for name, value in vals.items() if name not in settings})

    def _is_setting(self, name):
        field = self._fields[name]
        return field.related == f'connection_id.{name}' and not field.readonly

    # === OPENING === #

    @api.model
    def _of(self, connection):
        """Return the setup of a connection, created when it is missing."""
        found = self.search([('connection_id', '=', connection.id)])
        return found or self.sudo().create({'connection_id': connection.id}).with_env(self.env)

    @api.model
    def action_open(self):
        """Open the setup of the user's company, with a new connection where it has none."""
        connections = self.env['qbo.connection']
        connections._check_may('write')
        company = self.env.company
        connection = connections.search([('company_id', '=', company.id)])
        return self._of(connection or connections.create({'company_id': company.id}))._show()

    def _show(self):
        action = self.env['ir.actions.act_window']._for_xml_id('quickbooks_online.qbo_setup_action_window')
        return {**action, 'res_id': self.id}

    # === STEPS === #

    def action_connect(self):
        """Send the administrator to Intuit, who comes back to this setup."""
        self.ensure_one()
        self._check_may('write')
        return self.connection_id.action_connect()

    def action_next(self):
        """Go to the next step, where this one is complete."""
        self.ensure_one()
        self._check_may('write')
        self._check_complete()
        self._enter(self._neighbour(1))
        return True

    def action_back(self):
        """Go back one step. What was decided stays."""
        self.ensure_one()
        self._check_may('write')
        if self.run_state in ('running', 'paused', 'undoing'):
            raise UserError(self.env._("Cancel the run first, or let it end."))
        self.sudo().step = self._neighbour(-1)
        return True

    def action_refresh(self):
        """Do the work of this step again: read QuickBooks anew."""
        self.ensure_one()
        self._check_may('write')
        self._enter(self.step)
        return True

    def _neighbour(self, distance):
        names = [name for name, _label in STEPS]
        return names[min(max(names.index(self.step) + distance, 0), len(names) - 1)]

    def _enter(self, step):
        """Go to a step and do what it begins with.

        :raise UserError: QuickBooks cannot be read now
        """
        begin = {
            'readiness': self._check,
            'compare': lambda: self._ask_for('compare'),
            'options': self._suggest_accounts,
            'taxes': self._suggest_taxes,
            'preview': self._begin_preview,
        }
        try:
            if step in begin:
                begin[step]()
        except errors.QboError as error:
            raise UserError(sentence(self.env, error)) from error
        self.sudo().step = step

    def _begin_compare(self):
        self.env['qbo.match'].sudo()._compare(self.connection_id.sudo(), self._tell)

    def _begin_preview(self):
        self._check_needs()
        self._ask_for('preview')

    def _check_complete(self):
        """Refuse to go on where this step is not complete.

        :raise UserError: with what is missing
        """
        self._check_ready()
        if self.step == 'connect':
            self.connection_id._check_connected()
        if self.step == 'readiness' and 'blocking' in self.check_ids.mapped('verdict'):
            raise UserError(self.env._("Fix what says Blocking first, then press Check Again."))
        if self.step == 'taxes':
            self._check_taxes()
        if self.step == 'kinds':
            self._check_needs()

    def _check_needs(self):
        """Refuse kinds whose accounts are not chosen."""
        if not (self.want_customers or self.want_products or self.want_billing):
            raise UserError(self.env._("Switch on at least one of the three."))
        needs = [
            (not self.want_products or self.income_account_id, self.env._("Choose the default income account first.")),
        ]
        if self.want_billing:
            both = self.want_customers and self.want_products
            needs.append((both, self.env._("Billing needs customers and products too.")))
            self._check_start()
            needs += self.connection_id._billing_needs()[1:]
        for is_met, message in needs:
            if not is_met:
                raise UserError(message)

    # === COMPARING === #

    def action_compare(self):
        """Open the comparison of both sides."""
        self.ensure_one()
        self._check_may('write')
        return self.env['qbo.match']._show(self.connection_id)

    # === ACCOUNTS === #

    def action_create_account(self):
        """Open the dialog that creates an account in QuickBooks; the context names the field that gets it."""
        self.ensure_one()
        self._check_may('write')
        return self.env['qbo.account.create']._open(self, self.env.context['qbo_field'])


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    def _return_address(self):
        setup = self.env['qbo.setup'].sudo().search([('connection_id', '=', self.id), ('step', '=', 'connect')])
        return f'/odoo/quickbooks-setup/{setup.id}' if setup else super()._return_address()

    def action_open_setup(self):
        """Open the setup of this connection."""
        self.ensure_one()
        self._check_may('write')
        return self.env['qbo.setup']._of(self)._show()

    def action_start_over(self):
        """Forget all links with QuickBooks and begin with the setup again. No record is touched on either side."""
        super().action_start_over()
        return self.action_open_setup()

    def _forgotten_with_links(self):
        return [*super()._forgotten_with_links(), 'qbo.setup', 'qbo.match']
