"""A store: whose journals go to QuickBooks together, under which class, and when its day ends."""

from datetime import timedelta, timezone

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_list
from odoo.tools.translate import LazyTranslate

from ...qbo import errors, schedule
from ..connection.cached import empty_cache
from ..connection.connection import COLLECTS
from ..connection.messages import sentence
from ..connection.reason import Reason, declare

CRON = 'quickbooks_online.qbo_store_cron_end_of_day'
NOON = 12.0
ACCOUNTANTS = ('account.group_account_user', 'account.group_account_manager')
LISTS = {'class': ('Class', 'SubClass'), 'department': ('Department', 'SubDepartment')}
"""The two lists that a store stands in: the entity, and its member that says that it stands below another."""

_lt = LazyTranslate(__name__)
declare(
    {
        'class_missing': _lt(
            "“%(name)s” of the store %(store)s is not in QuickBooks. Press Create in QuickBooks there."
        ),
    },
    is_check=True,
)


class QboStore(models.Model):
    """A set of journals whose items go to QuickBooks in one entry a day (seed point-of-rental).

    What its end of day does stands in ``close.py``.
    """

    _name = 'qbo.store'
    _description = "QuickBooks Store"
    _check_company_auto = True
    _inherit = ['qbo.timed', 'qbo.guard']
    _order = 'name'

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    connection_id = fields.Many2one(
        'qbo.connection',
        required=True,
        ondelete='cascade',
        index=True,
        default=lambda self: self.env['qbo.connection'].search([('company_id', '=', self.env.company.id)]),
    )
    company_id = fields.Many2one(related='connection_id.company_id', store=True, index=True)
    journal_ids = fields.Many2many(
        'account.journal',
        string="Journals",
        copy=False,
        domain="[('company_id', 'child_of', company_id)]",
        help="All that is posted in these goes to QuickBooks under this store. A journal belongs to one store.",
    )
    closing_time = fields.Float(
        default=22.0,
        help="On the company's clock. A time before noon ends the day before, as in a bar at two at night.",
    )
    closes_by_itself = fields.Boolean("End of Day at Closing Time", default=True)
    refuses_drafts = fields.Boolean("Not With Drafts", help="No end of day while entries of that day are drafts.")
    class_name = fields.Char(
        "Class",
        help="Of all its lines in QuickBooks. With a parent: Store 1:Burbank. Created there where it is missing.",
    )
    class_id = fields.Many2one(
        'qbo.reference', "QuickBooks Class", compute='_compute_class_id', store=True, check_company=True
    )
    department_name = fields.Char("Location", help="As the class, where the QuickBooks company tracks locations.")
    department_id = fields.Many2one(
        'qbo.reference', "QuickBooks Location", compute='_compute_class_id', store=True, check_company=True
    )
    next_run = fields.Datetime("Next End of Day")
    closed_on = fields.Date("Day Ended", readonly=True, copy=False, help="The last day whose end of day was run.")
    closed_at = fields.Datetime("End of Day Run", readonly=True, copy=False)
    message = fields.Text(readonly=True, copy=False, help="Why the end of day did not run.")
    open_reason = fields.Char("Still Open", compute='_compute_open_reason', compute_sudo=True)
    without_store = fields.Char("Journals Without a Store", compute='_compute_without_store', compute_sudo=True)
    entry_ids = fields.One2many('qbo.entry', 'store_id', "Entries", readonly=True)
    entry_count = fields.Integer(compute='_compute_entry_count')
    error_count = fields.Integer(compute='_compute_entry_count')

    # === COMPUTE METHODS === #

    @api.depends('class_name', 'department_name', 'connection_id.qbo_company_id')
    def _compute_class_id(self):
        for store in self:
            store.class_id = store._listed('Class', store.class_name)
            store.department_id = store._listed('Department', store.department_name)

    def _compute_open_reason(self):
        for store in self:
            store.open_reason = store._why_open(store._today()) if store.connection_id else False

    def _compute_without_store(self):
        """Journals of the company that something is posted in and that go to no store."""
        for company, stores in self.grouped('company_id').items():
            taken = self.search([('company_id', '=', company.id)]).journal_ids
            posted = self.env['account.move.line']._read_group(
                [
                    ('company_id', 'child_of', company.id),
                    ('parent_state', '=', 'posted'),
                    ('date', '>=', stores.connection_id.billing_start),
                    ('journal_id', 'not in', taken.ids),
                ],
                ['journal_id'],
            )
            names = [journal.display_name for (journal,) in posted]
            stores.without_store = format_list(self.env, names) if names else False

    def _compute_entry_count(self):
        for store in self:
            sent = store.entry_ids.filtered(
                lambda entry, own=store.connection_id.qbo_company_id: entry.qbo_company_id == own and not entry.is_empty
            )
            store.entry_count = len(sent)
            store.error_count = len(sent.filtered(lambda entry: entry.qbo_state in ('error', 'held')))

    # === CONSTRAINT METHODS === #

    @api.constrains('journal_ids', 'active')
    def _check_journals(self):
        for store in self.filtered('active'):
            inside = self.env['res.company'].sudo().search([('id', 'child_of', store.company_id.ids)])
            if outside := store.journal_ids.filtered(lambda journal, inside=inside: journal.company_id not in inside):
                raise ValidationError(
                    self.env._(
                        "The journal %(journal)s belongs to another company than the store %(store)s.",
                        journal=outside[0].display_name,
                        store=store.name,
                    )
                )
            others = self.search([('id', '!=', store.id), ('journal_ids', 'in', store.journal_ids.ids)])
            for other in others:
                shared = (store.journal_ids & other.journal_ids)[0]
                raise ValidationError(
                    self.env._(
                        "The journal %(journal)s belongs to the store %(store)s. A journal has one store.",
                        journal=shared.display_name,
                        store=other.name,
                    )
                )

    @api.constrains('closing_time')
    def _check_closing_time(self):
        if any(not 0 <= store.closing_time < 24 for store in self):
            raise ValidationError(self.env._("The closing time must be between 00:00 and 23:59."))

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        stores = super().create(vals_list)
        stores.sudo()._plan()
        empty_cache(self.env)
        return stores

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {'closing_time', 'closes_by_itself', 'active', 'connection_id'}:
            self.sudo()._plan()
        if vals.keys() & {'journal_ids', 'active', 'connection_id'}:
            empty_cache(self.env)
            self._compare_all()
        if vals.keys() & {'class_name', 'department_name'}:
            for connection in self.connection_id:
                self.env['qbo.entry'].sudo()._retry_blocked(connection)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        if self.entry_ids:
            raise UserError(self.env._("A store that has entries in QuickBooks can be archived, not deleted."))

    def unlink(self):
        result = super().unlink()
        empty_cache(self.env)
        return result

    # === CLASS AND LOCATION === #

    def action_create_lists(self):
        """Find class and location in QuickBooks, parents too, and create there what is missing. Calls QuickBooks."""
        self.ensure_one()
        self._check_may('write')
        connection = self.connection_id
        connection._check_connected()
        names = {'Class': self.class_name, 'Department': self.department_name}
        wanted = [(entity, names[entity], below) for entity, below in LISTS.values() if names[entity]]
        self.env['qbo.reference'].sudo()._read_lists(connection.sudo(), [entity for entity, _name, _below in wanted])
        try:
            for entity, name, below in wanted:
                self._create_in_list(entity, name, below)
        except errors.QboError as error:
            return connection._toast(sentence(self.env, error, name=self.name), 'danger', sticky=True, next=False)
        self.sudo()._compute_class_id()
        self.env['qbo.entry'].sudo()._retry_blocked(connection)
        return connection._toast(
            self.env._("Class and location are in QuickBooks."),
            next={'type': 'ir.actions.client', 'tag': 'soft_reload'},
        )

    def _create_in_list(self, entity, name, below):
        """Create an entry of a list and the parents that it is missing there."""
        connection, parent, path = self.connection_id.sudo(), self.env['qbo.reference'], []
        for part in map(str.strip, name.split(':')):
            path.append(part)
            known = self._listed(entity, ':'.join(path))
            if not known:
                values = {'Name': part, **({below: True, 'ParentRef': {'value': parent.qbo_id}} if parent else {})}
                answer = connection._write_now(entity, values)
                known = parent.sudo()._take_one(connection, entity, answer.values)
            parent = known

    def _listed(self, entity, name):
        """Return the entry of QuickBooks' list that has this name with its parents, empty where there is none."""
        known = self.env['qbo.reference'].sudo().search(
            [('qbo_company_id', '=', self.connection_id.qbo_company_id.id), ('entity', '=', entity)]
        )  # fmt: skip
        return known.filtered(lambda item: _same_path(item.name, name or ''))[:1]

    def _why_no_class(self):
        """Return the reason why the store's lines cannot have its class or location, or None."""
        connection = self.connection_id
        for name, known, tracked in (
            (self.class_name, self.class_id, connection._tracks_classes()),
            (self.department_name, self.department_id, connection._tracks_departments()),
        ):
            if name and tracked and not (known and known.active):
                return Reason('class_missing', {'name': name, 'store': self.name})
        return None

    # === THE CLOCK === #

    def _today(self):
        """Return the day that the store is in: before a closing time at night it is still the day before."""
        now = self.connection_id._now()
        hours = now.hour + now.minute / 60
        is_still_yesterday = self.closing_time < NOON and hours < self.closing_time
        return now.date() - timedelta(days=is_still_yesterday)

    def _last_day(self):
        """Return the day that ended at the last closing time."""
        now = self.connection_id._now()
        is_past = now.hour + now.minute / 60 >= self.closing_time
        closed = now.date() - timedelta(days=not is_past)
        return closed - timedelta(days=self.closing_time < NOON)

    def _next(self):
        """Return when the store closes next, as a naive UTC datetime (right across daylight saving)."""
        now = fields.Datetime.now().replace(tzinfo=timezone.utc)
        return schedule.next_closing(self.closing_time, now, self.connection_id.tz).replace(tzinfo=None)

    def _is_planned(self):
        """As changes, days that end while the access is lost are collected, and go out later."""
        return self.active and self.closes_by_itself and self.connection_id.state in COLLECTS

    def _cron(self):
        return (self.env.ref(CRON, raise_if_not_found=False) or self.env['ir.cron']).sudo()


def _same_path(theirs, ours):
    """Return whether two names with parents are the same."""
    paths = [[part.strip().casefold() for part in name.split(':')] for name in (theirs, ours)]
    return paths[0] == paths[1]
