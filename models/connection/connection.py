from collections import namedtuple
from datetime import timezone
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.addons.base.models.res_partner import _tz_get
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_datetime

from ...qbo import endpoints, errors
from .cached import cached, empty_cache
from .company import ENVIRONMENTS
from .messages import sentence

GROUP = 'quickbooks_online.quickbooks_online_group_user'  # portal users read their own records over RPC

Collecting = namedtuple('Collecting', 'connection_id company_id qbo_company_id cron_id language models switches')

# Changes are collected from the first connect on, or since it was prepared, also while the connection is lost: they are
# held and sent later.
COLLECTS = ('connected', 'reconnect', 'disconnected', 'prepared')
SWITCHES = ('sync_customers', 'sync_products', 'sync_billing', 'sync_purchases', 'sync_entries')
ENGINE_FALLBACK_MINUTES = 5  # the hooks wake the engine; the interval only serves what a restart left over


class QboConnection(models.Model):
    """One Odoo company and one QuickBooks company: state and settings. Its secrets stand in ``qbo.credential``."""

    _name = 'qbo.connection'
    _description = "QuickBooks Connection"
    _check_company_auto = True
    _inherit = ['mail.thread', 'mail.activity.mixin', 'qbo.guard']
    _rec_name = 'company_id'
    _order = 'company_id'

    company_id = fields.Many2one(
        'res.company', required=True, default=lambda self: self.env.company, ondelete='cascade', tracking=True
    )
    state = fields.Selection(
        [
            ('draft', "Not connected"),
            ('prepared', "Prepared"),
            ('connected', "Connected"),
            ('reconnect', "Reconnect required"),
            ('disconnected', "Disconnected"),
        ],
        default='draft',
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    qbo_company_id = fields.Many2one(
        'qbo.company',
        "QuickBooks Company Row",
        required=True,
        readonly=True,
        index=True,
        ondelete='cascade',
        copy=False,
    )
    environment = fields.Selection(
        ENVIRONMENTS,
        default='production',
        required=True,
        tracking=True,
        help="Production keys work with your real company, Intuit sandbox keys with a test company at Intuit. "
        "The local sandbox is the QuickBooks that comes with this app for trying it out.",
    )
    local_url = fields.Char("Local Sandbox Address", help="For example http://127.0.0.1:8090")
    client_id = fields.Char("Client ID", help="From the Keys & credentials page of your app at Intuit.", copy=False)
    conflict_rule = fields.Selection(
        [('odoo', "Odoo wins"), ('qbo', "QuickBooks wins"), ('ask', "Ask me")],
        "Same Field Changed on Both Sides",
        default='odoo',
        required=True,
        tracking=True,
        help="Different fields changed on the two sides are always merged. This decides when it is the same field.",
    )
    sync_customers = fields.Boolean(related='qbo_company_id.sync_customers', readonly=False, tracking=True)
    sync_products = fields.Boolean(related='qbo_company_id.sync_products', readonly=False, tracking=True)
    income_account_id = fields.Many2one(
        related='qbo_company_id.income_account_id',
        readonly=False,
        domain="[('qbo_company_id', '=', qbo_company_id), ('entity', '=', 'Account'), ('kind', '=', 'Income')]",
        help="Where QuickBooks books what new products earn, for example Services or Sales of Product Income. Only for "
        "products that Odoo creates there, and only those without an account of their own.",
    )
    expense_account_id = fields.Many2one(
        related='qbo_company_id.expense_account_id',
        readonly=False,
        domain="[('qbo_company_id', '=', qbo_company_id), ('entity', '=', 'Account'), "
        "('kind', 'in', ('Expense', 'Cost of Goods Sold'))]",
        help="Where QuickBooks books what new products cost, for example Cost of Goods Sold. Only for products that "
        "Odoo creates there and that are also bought.",
    )
    asset_account_id = fields.Many2one(
        related='qbo_company_id.asset_account_id',
        readonly=False,
        domain="[('qbo_company_id', '=', qbo_company_id), ('entity', '=', 'Account'), "
        "('kind', '=', 'Other Current Asset')]",
        help="Where QuickBooks books the stock of new products whose inventory Odoo tracks: Inventory Asset.",
    )
    tz = fields.Selection(
        _tz_get,
        "Time Zone",
        required=True,
        default=lambda self: self.env.company.partner_id.tz or self.env.user.tz or 'UTC',
        help="The clock of the schedules and of the stores. It says which day it is wherever this app chooses a day.",
    )
    qbo_company_name = fields.Char(related='qbo_company_id.name', readonly=False)
    qbo_country = fields.Char(related='qbo_company_id.country', readonly=False)
    subscription_status = fields.Char(related='qbo_company_id.subscription_status', readonly=False)
    has_categories = fields.Boolean(related='qbo_company_id.has_categories', readonly=False)
    message = fields.Text(readonly=True, copy=False, help="What an administrator has to know now.")
    paused_until = fields.Datetime(readonly=True, copy=False)
    failures = fields.Integer(readonly=True, copy=False, help="Failures in a row: the pause grows with them.")
    cron_id = fields.Many2one('ir.cron', readonly=True, copy=False, ondelete='restrict', groups='base.group_system')
    schedule_ids = fields.One2many(related='qbo_company_id.schedule_ids')
    next_pull = fields.Datetime(compute='_compute_next_pull')
    pending_count = fields.Integer("Pending", compute='_compute_counts', compute_sudo=True)
    error_count = fields.Integer("Errors", compute='_compute_counts', compute_sudo=True)
    synced_count = fields.Integer("Synchronized", compute='_compute_counts', compute_sudo=True)

    _unique_company = models.Constraint('UNIQUE(company_id)', "This company has a QuickBooks connection already.")

    # === COMPUTE METHODS === #

    @api.depends('schedule_ids.next_run')
    def _compute_next_pull(self):
        for connection in self:
            connection.next_pull = min(filter(None, connection.schedule_ids.mapped('next_run')), default=False)

    def _compute_counts(self):
        links = self.env['qbo.link']._read_group(
            [
                ('qbo_company_id', 'in', self.qbo_company_id.ids),
                ('mode', '!=', 'never'),
                ('dismissed', '=', False),
                ('is_held', '=', False),  # what is on hold needs somebody; it is counted for itself
            ],
            ['qbo_company_id', 'state'],
            ['__count'],
        )
        counts = {(company, state): count for company, state, count in links}
        changes = dict(
            self.env['qbo.change']._read_group(
                [('connection_id', 'in', self.ids)], ['connection_id'], ['res_id:count_distinct']
            )
        )
        for connection in self:
            connection.error_count = counts.get((connection.qbo_company_id, 'error'), 0)
            connection.synced_count = counts.get((connection.qbo_company_id, 'synced'), 0)
            pending = counts.get((connection.qbo_company_id, 'pending'), 0)
            connection.pending_count = pending + changes.get(connection, 0)

    # === CONSTRAINT METHODS === #

    @api.constrains('company_id', 'qbo_company_id')
    def _check_one_company(self):
        if any(connection.company_id != connection.qbo_company_id.company_id for connection in self):
            raise ValidationError(self.env._("A connection stays with its company. Create one for the other company."))

    @api.constrains('environment', 'local_url')
    def _check_local_url(self):
        for connection in self.filtered(lambda connection: connection.environment == 'local'):
            connection._check_local()
            try:
                endpoints.check_url('local', connection.local_url or '')
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "The local sandbox address must be on this machine, for example http://127.0.0.1:8090 (%s).",
                        error,
                    )
                ) from error

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        own = [vals.get('company_id') or self.default_get(['company_id'])['company_id'] for vals in vals_list]
        self._check_may_create(vals_list)
        companies = self.env['qbo.company'].sudo().create([{'company_id': company_id} for company_id in own])
        # With all rights, because nobody else writes to which QuickBooks company a connection points.
        connections = super(QboConnection, self.sudo()).create(
            [{**vals, 'qbo_company_id': company.id} for vals, company in zip(vals_list, companies, strict=True)]
        )
        connections = connections.with_env(self.env)
        connections.check_access('create')
        for connection in connections:
            connection._credential()  # here, because a form may be read in a transaction that cannot write
            connection.sudo().cron_id = connection._create_cron()
            connection.sudo().qbo_company_id._add_schedules()
        empty_cache(self.env)
        return connections

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {'state', 'qbo_company_id'}:
            empty_cache(self.env)
        if vals.keys() & {'tz', 'state', 'sync_on', 'qbo_company_id'}:
            self.sudo().schedule_ids._plan()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_connected(self):
        if any(connection.state == 'connected' for connection in self):
            raise UserError(self.env._("Disconnect from QuickBooks before you delete the connection."))

    def unlink(self):
        crons = self.sudo().cron_id
        companies = self.env['qbo.company'].sudo().search([('company_id', 'in', self.company_id.ids)])
        result = super().unlink()
        crons.unlink()
        companies.unlink()
        empty_cache(self.env)
        return result

    def _check_may_create(self, vals_list):
        """Refuse values for a new connection that only the addon writes, also as defaults in the context."""
        names = {name for vals in vals_list for name in vals}
        names.update(key.removeprefix('default_') for key in self.env.context if key.startswith('default_'))
        self.browse().check_access('create')
        for name in names & self._fields.keys():
            self._check_field_access(self._fields[name], 'write')

    def _create_cron(self):
        return (
            self.env['ir.cron']
            .sudo()
            .create(
                {
                    'name': f"QuickBooks: synchronize {self.company_id.name}",
                    'model_id': self.env['ir.model']._get_id(self._name),
                    'state': 'code',
                    'code': f'model.browse({self.id})._cron_run()',
                    'interval_number': ENGINE_FALLBACK_MINUTES,
                    'interval_type': 'minutes',
                    'user_id': self.env.ref('base.user_root').id,
                    'active': False,
                }
            )
        )

    # === ACTION METHODS === #

    def action_import_customers(self):
        """Take over all active customers of QuickBooks that Odoo does not have, and link those it has."""
        self.ensure_one()
        self._check_may('write')
        self._check_connected()
        if not self.sync_customers:
            raise UserError(self.env._("Switch on customers first."))
        self.env['qbo.event']._append(self.sudo()._schedule('customers'), 'import')
        return self._toast(self.env._("The import has started. You can go on working."))

    def action_refresh_lists(self):
        """Read QuickBooks' accounts anew, so that the drop-downs offer them."""
        self.ensure_one()
        self._check_may('write')
        self._check_connected()
        try:
            self.env['qbo.reference'].sudo()._refresh(self.sudo())
        except errors.QboError as error:
            raise UserError(sentence(self.env, error)) from error
        return True

    def action_switch_on_products(self):
        """Synchronize products from now on: first all of QuickBooks come here, then those only here go there."""
        self.ensure_one()
        self._check_may('write')
        self._check_connected()
        for is_set, message in self._products_needs():
            if not is_set:
                raise UserError(message)
        self._switch_on('sync_products', 'products')
        return self._toast(self.env._("Products are being compared. You can go on working."))

    def action_switch_off_products(self):
        """Leave products alone from now on, in both directions. Links are kept."""
        self.ensure_one()
        self._check_may('write')
        self.sudo().sync_products = False
        return True

    def action_view_links(self):
        """Show the records of this connection, filtered by the state in the context."""
        self._check_may('read')
        action = self.env['ir.actions.act_window']._for_xml_id('quickbooks_online.qbo_link_action')
        action['domain'] = [('qbo_company_id', '=', self.qbo_company_id.id)]
        action['context'] = {f"search_default_state_{self.env.context.get('qbo_filter', 'synced')}": 1}
        return action

    # === BUSINESS METHODS === #

    @api.model
    @cached()
    def _collecting(self):
        """Return a ``Collecting`` for each connection that collects changes.

        Cached, because every save of a synchronized record asks.
        """
        connections = self.sudo().search([('state', 'in', COLLECTS)])
        return tuple(
            Collecting(
                item.id,
                item.company_id.id,
                item.qbo_company_id.id,
                item.cron_id.id,
                item.company_id.partner_id.lang or None,
                frozenset(item._switched_on()),
                frozenset(name for name in SWITCHES if item[name]),
            )
            for item in connections
        )

    def _products_needs(self):
        """Return ``[(is it there, what to do otherwise)]`` of what products cannot do without."""
        text = self.env._("Choose the default income account first: new products in QuickBooks need one.")
        return [(self.income_account_id, text)]

    def _switched_on(self):
        """Return the names of the models of which this connection collects changes: what its mappings say."""
        return set()

    @api.model
    def _of_company(self, company):
        """Return the connection of a company, as superuser; empty when there is none or it collects nothing yet."""
        return self.sudo().browse(item.connection_id for item in self._collecting() if item.company_id == company.id)

    # === WHAT OTHERS EXTEND === #

    def _first_steps(self, step):
        """Return functions that are called before anything is sent, each of which returns how much it did."""
        return []

    def _last_steps(self, step):
        """Return functions that are called when nothing else is left to do. Others extend this."""
        return []

    def _rest(self):
        """Do what has to wait until nothing is left to do. Others extend this."""

    def _may_run(self):
        """Return whether the engine may call QuickBooks now; while paused, wake it when the pause is over."""
        if self.state != 'connected' or not self.sync_on:
            return False
        if self.paused_until and self.paused_until > fields.Datetime.now():
            self._wake(self.paused_until)
            return False
        return True

    def _language(self):
        """Return the language of the company: in which it has its books."""
        return self.sudo().company_id.partner_id.lang or self.env.lang or 'en_US'

    # === BUSINESS METHODS === #

    def _now(self):
        """Return the time on the wall of the company; on the user's where there is no connection."""
        zone = ZoneInfo(self.sudo().tz or str(self.env.tz))
        return fields.Datetime.now().replace(tzinfo=timezone.utc).astimezone(zone)

    @api.model
    def _clock(self, at):
        """Return a time (naive UTC) as its reader's clock shows it, with the name of its time zone."""
        zone = ZoneInfo(str(self.env.tz))
        name = at.replace(tzinfo=timezone.utc).astimezone(zone).tzname()
        return f"{format_datetime(self.env, at, tz=zone.key, dt_format='short')} {name}"

    def _today(self):
        """Return which day it is, wherever the addon chooses one: the company's, whoever asks, also a cron."""
        return self._now().date()

    def _wake(self, at=None):
        """Have the engine of these connections run: when this transaction commits, or ``at`` (naive UTC)."""
        for cron in self.sudo().cron_id:
            cron._trigger(at)

    def _schedule(self, name):
        return self.schedule_ids.filtered(lambda schedule: schedule.name == name)

    def _check_connected(self):
        if self.state != 'connected':
            raise UserError(self.env._("Connect to QuickBooks first."))

    def _words(self, reason):
        """Return a :class:`Reason` in the language of the company, for the activity log: it has many readers."""
        return reason.text(self.with_context(lang=self.company_id.partner_id.lang).env)

    def _log(self, kind, text, link=None, level='info', **vals):
        """Add a line to the activity log.

        :param str kind: ``push``, ``pull``, ``conflict`` or ``connection``
        :param str text: a sentence in the user's words
        """
        return (
            self.env['qbo.log']
            .sudo()
            .create(
                {
                    'connection_id': self.id,
                    'kind': kind,
                    'text': text,
                    'level': level,
                    'link_id': link and link.id,
                    **vals,
                }
            )
        )

    @api.model
    def _toast(self, message, kind='success', **params):
        """Return the action that shows a message in the corner of the screen."""
        params = {'type': kind, 'message': message, 'next': {'type': 'ir.actions.act_window_close'}, **params}
        return {'type': 'ir.actions.client', 'tag': 'display_notification', 'params': params}
