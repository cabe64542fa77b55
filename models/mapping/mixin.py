from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...qbo import entities
from ..link.mixin import GROUP, MODES, SHOWN
from .step import Step

URGENCY = ('error', 'held', 'differs', 'pending', 'synced', 'none', 'gone')


class QboMixin(models.AbstractModel):
    """What a synchronized model gets: the hooks that append changes, and fields, badge and buttons.

    What its records are in QuickBooks say the mappings (``qbo.mapping``) whose ``_record_model`` it is.
    """

    _name = 'qbo.mixin'
    _description = "Synchronized with QuickBooks"
    _inherit = ['qbo.watched', 'qbo.guard']

    qbo_link_id = fields.Many2one(
        'qbo.link', "QuickBooks Link", compute='_compute_qbo_link_id', compute_sudo=True, groups=GROUP
    )
    qbo_state = fields.Selection(
        SHOWN, "QuickBooks", compute='_compute_qbo_state', search='_search_qbo_state', compute_sudo=True, groups=GROUP
    )
    qbo_error = fields.Char("QuickBooks Message", compute='_compute_qbo_state', compute_sudo=True, groups=GROUP)
    qbo_id = fields.Char(
        "QuickBooks Id", compute='_compute_qbo_id', search='_search_qbo_id', compute_sudo=True, groups=GROUP
    )
    qbo_mode = fields.Selection(
        MODES,
        "Synchronization",
        compute='_compute_qbo_mode',
        inverse='_inverse_qbo_mode',
        compute_sudo=True,
        groups=GROUP,
        help="Automatic follows the rules of the connection. Synchronize sends this record even where they would not. "
        "Do not synchronize keeps it out of QuickBooks, in both directions.",
    )
    qbo_connected = fields.Boolean(compute='_compute_qbo_connected', compute_sudo=True, groups=GROUP)

    # === COMPUTE METHODS === #

    @api.depends_context('company')
    def _compute_qbo_link_id(self):
        """Of a record with several links, the one that needs somebody most; else one that is kept in sync both ways."""
        is_named_only = {item._entity: not item._schedules for item in self.env['qbo.mapping']._of_model(self._name)}
        for company, records in self._qbo_by_company():
            step = Step.of(self.env, company)
            links = step.links_of(records)
            for record in records:
                record.qbo_link_id = min(
                    links[record.id],
                    key=lambda link: (_urgency(link), is_named_only.get(link.entity), link.id),
                    default=False,
                )

    @api.depends_context('company')
    def _compute_qbo_id(self):
        for record in self:
            record.qbo_id = record.qbo_link_id.qbo_id

    @api.depends_context('company')
    def _compute_qbo_mode(self):
        for record in self:
            record.qbo_mode = record.qbo_link_id.mode or 'auto'

    @api.depends_context('company')
    def _compute_qbo_connected(self):
        mappings = self.env['qbo.mapping']._of_model(self._name)
        for company, records in self._qbo_by_company():
            connection = self.env['qbo.connection']._of_company(company)
            records.qbo_connected = bool(connection) and any(item._is_on(connection) for item in mappings)

    @api.depends_context('company', 'lang')
    def _compute_qbo_state(self):
        for company, records in self._qbo_by_company():
            waiting = records.with_company(company)._qbo_waiting(company)
            for record in records:
                record.qbo_state = record.qbo_link_id._shown_state(record.id in waiting)
                record.qbo_error = record.qbo_link_id.error if record.qbo_state != 'synced' else False

    def _inverse_qbo_mode(self):
        for company, records in self._qbo_by_company():
            step = Step.of(self.env, company)
            for record in records if step.connection else ():
                for mapping in step.mappings_of(record):
                    step.link_for(mapping, record).mode = record.qbo_mode
                    mapping._mode_chosen(step, record)

    def _search_qbo_state(self, operator, value):
        self._check_search('qbo_state')
        if operator != 'in':
            return NotImplemented
        return self._qbo_in_companies(lambda records: Domain.OR(map(records._qbo_state_domain, value)))

    def _search_qbo_id(self, operator, value):
        self._check_search('qbo_id')
        if operator not in ('in', 'like', 'ilike'):
            return NotImplemented
        return self._qbo_linked_domain([('qbo_id', operator, value)])

    # === ACTION METHODS === #

    def action_qbo_details(self):
        """Show the link of this record: what happened, and what can be done about it."""
        self.ensure_one()
        self._check_may('read')
        step = Step.of(self.env, self._qbo_company())
        link = self.qbo_link_id.sudo()
        if not link:
            link = step.link_for(step.mapping_of(self.sudo()), self.sudo())
        return link.with_env(self.sudo().env)._dialog()

    def action_qbo_sync(self):
        """Compare this record with QuickBooks now and send what differs."""
        self._check_may('read')
        for company, records in self._qbo_by_company():
            for links in Step.of(self.env, company).links_of(records).values():
                for link in links:
                    link._reopen()
                    if link.entity in entities.LISTS and link._is_there():
                        link.name_suffix = False  # its own name may be free by now
        self.env['qbo.change']._append(self._qbo_owner())
        return self.env['qbo.connection']._toast(self.env._("It will be in QuickBooks in a moment."))

    def action_qbo_open(self):
        """Open this record's entity in QuickBooks."""
        self.ensure_one()
        self._check_may('read')
        if not self.qbo_link_id:
            raise UserError(self.env._("It is not in QuickBooks yet."))
        return self.qbo_link_id.action_open_in_quickbooks()

    def _check_may(self, operation):
        """Nobody but users of QuickBooks, of those who may do this with the record itself."""
        self._check_group(GROUP, self.env._("Only a user of QuickBooks can do this."))
        return super()._check_may(operation)

    # === BUSINESS METHODS === #

    def _qbo_company(self):
        """Return the company whose QuickBooks this record belongs to: its own, or the user's where all share it."""
        company = self.sudo().company_id if 'company_id' in self._fields else None
        return (company or self.env.company).with_env(self.env)

    def _qbo_by_company(self):
        """Return ``[(company, records)]``: somebody may work in several companies at once."""
        return self.grouped(lambda record: record._qbo_company()).items()

    def _qbo_waiting(self, company):
        """Return the ids of the records with a change that belongs in QuickBooks and is not there yet."""
        step = Step.of(self.env, company)
        if not step.connection or not self.ids:
            return set()
        waiting = self.env['qbo.change']._waiting(step.connection, self._name, self.ids)
        records = self.sudo().filtered(lambda record: record.id in waiting).with_company(step.company)
        step.load_links(records)
        return {
            record.id
            for record in records
            if any(mapping._wanted(step, record) for mapping in step.mappings_of(record))
        }

    def _qbo_in_companies(self, ask):
        """Return the domain of the records for which ``ask`` holds in their company, of all that the user works in.

        Which company that is :meth:`_qbo_company` says.

        :param ask: a function that returns a domain, for this model in one company
        """
        if 'company_id' not in self._fields:
            return ask(self)
        shared = Domain('company_id', '=', False) & ask(self)
        return shared | Domain.OR(
            Domain('company_id', '=', company.id) & ask(self.with_company(company)) for company in self.env.companies
        )

    def _qbo_linked_domain(self, domain):
        """Return the domain of the records with such a link."""
        return self._qbo_in_companies(lambda records: Domain('id', 'in', records._qbo_links_query(domain)))

    def _qbo_links_query(self, domain):
        """Return the record ids of this company's links in ``domain``, as a subquery for a search."""
        connection = self.env['qbo.connection']._of_company(self.env.company)
        domain = Domain(domain) & Domain(
            [
                ('qbo_company_id', '=', connection.qbo_company_id.id),
                ('res_model', '=', self._name),
                ('res_id', '!=', False),
            ]
        )
        return self.env['qbo.link'].sudo()._search(domain).subselect('res_id')

    def _qbo_state_domain(self, state):
        """Return the domain of this company's records that show ``state``; False is those that show none."""
        step = Step.of(self.env, self.env.company)
        if not state:
            return ~Domain.OR(self._qbo_state_domain(key) for key, _label in SHOWN)
        changes = (
            self.env['qbo.change']
            .sudo()
            ._search([('connection_id', '=', step.connection.id), ('res_model', '=', self._name)])
        )
        changed = Domain('id', 'in', changes.subselect('res_id'))
        known = Domain('id', 'in', self._qbo_links_query([('mode', '!=', 'never')]))
        shown = [('is_held', '=', True)] if state == 'held' else [('state', '=', state), ('is_held', '=', False)]
        linked = Domain('id', 'in', self._qbo_links_query([('mode', '!=', 'never'), *shown]))
        if state == 'error':
            return linked
        own = Domain.OR(item._domain(step) for item in step.mappings if item._record_model == self._name)
        pending = (
            changed
            & (known | own)
            & ~Domain('id', 'in', self._qbo_links_query(['|', ('mode', '=', 'never'), ('state', '=', 'error')]))
        )
        return (linked | pending) if state == 'pending' else (linked & ~pending)


def _urgency(link):
    """Return the place of a link among those of one record: the first is shown."""
    return link.mode == 'never', URGENCY.index(link.shown_state)
