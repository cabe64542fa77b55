"""Going live without losing a day: prepared before QuickBooks is connected, and what carries over from a sandbox."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list

from .company import CHOICES
from .connection import SWITCHES

KINDS = {
    'sync_customers': 'customers',
    'sync_products': 'products',
    'sync_billing': 'documents',
    'sync_purchases': 'documents',
}
"""Which schedule pulls what a switch stands for."""

NEEDED = frozenset(
    {
        *KINDS,
        'billing_start',
        'purchases_start',
        'income_account_id',
        'expense_account_id',
        'deposit_account_id',
        'payment_journal_id',
    }
)
OF_THE_APP = {'client_id': False, 'local_url': False}  # keys of Intuit's sandbox open no real company
NAMED_MAX = 5


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    prepared_at = fields.Datetime(
        "Changes Collected From",
        readonly=True,
        copy=False,
        help="What is saved in Odoo since then goes out when QuickBooks is connected.",
    )
    go_live_needs = fields.Text("Before Anything Goes Out", compute='_compute_go_live_needs', compute_sudo=True)
    unmatched = fields.Text(
        "Not Found in QuickBooks",
        readonly=True,
        copy=False,
        help="What the connected company has nothing of the same name for, and what in Odoo referred to it.",
    )

    # === COMPUTE METHODS === #

    def _compute_go_live_needs(self):
        for connection in self:
            connection.go_live_needs = "\n".join(connection._awaited_settings()) or False

    # === CRUD METHODS === #

    def write(self, vals):
        result = super().write(vals)
        if not NEEDED.isdisjoint(vals):
            self.filtered(lambda connection: connection.prepared_at and connection.state == 'connected')._wake()
        return result

    # === ACTION METHODS === #

    def action_stop_collecting(self):
        """Drop what was collected for a company that is not connected after all."""
        self.ensure_one()
        self._check_may('write')
        if self.state != 'prepared':
            raise UserError(self.env._("Nothing is being collected for a company that is not connected."))
        self.env['qbo.change'].sudo().search([('connection_id', '=', self.id)]).unlink()
        self.sudo().write(dict.fromkeys((*KINDS, 'sync_entries'), False))
        self._set_state('draft', self.env._("What was collected for QuickBooks is dropped, and nothing is collected."))
        return True

    def action_forget_unmatched(self):
        """Take away the list of what was not found: it is fixed."""
        self._check_may('write')
        self.sudo().unmatched = False
        return True

    # === PREPARING === #

    def _prepare(self, vals):
        """Collect from now on what goes to the real QuickBooks company when that is connected.

        A sandbox that is connected is left: its links stay with it, and what is switched on stays switched on.

        :param dict vals: what is collected and how it is posted: switches, ``billing_start``, ``posting_mode``
        """
        self._check_may('write')
        self._check_idle()
        if self.state not in ('draft', 'prepared'):
            self._revoke()
            switches = {name: self[name] for name in SWITCHES}
            self._point_to(self._new_qbo_company())
            vals = {**switches, **vals}
        if self.environment != 'production':
            self._credential()._set_secrets(client_secret=None, verifier_token=None, realm_id=None)
            vals = {**vals, **OF_THE_APP}
        self.sudo().write({**vals, 'environment': 'production', 'prepared_at': fields.Datetime.now()})
        self._check_switches()
        text = self.env._(
            "Prepared for production. What changes in Odoo is collected and goes out when QuickBooks is connected."
        )
        self._set_state('prepared', text)

    def _check_switches(self):
        """Refuse switches of which one needs another; settings that need QuickBooks' lists are asked for later."""
        if self.sync_billing and not (self.sync_customers and self.sync_products):
            raise UserError(self.env._("Documents need their customers and products: switch these on too."))
        if self.sync_purchases and not (self.sync_customers and self.sync_products):
            raise UserError(self.env._("Bills need customers and products: switch these on too."))
        if self.sync_entries and not self.sync_customers:
            raise UserError(self.env._("Switch on customers first: what they owe is entered under their name."))

    # === GOING LIVE === #

    def _may_run(self):
        """Nothing goes to the real company before an administrator has chosen what only its lists could offer."""
        return super()._may_run() and not self._awaited_settings()

    def _awaited_settings(self):
        """Return what has to be chosen before a prepared company that is connected goes live, as sentences."""
        if self.state != 'connected' or not self.prepared_at or not self.lists_read_at:
            return []
        needs = [*self._products_needs()] if self.sync_products else []
        needs += self._billing_needs() if self.sync_billing else []
        needs += self._purchases_needs() if self.sync_purchases else []
        return [sentence for is_set, sentence in needs if not is_set]

    def _first_steps(self, step):
        return [self._go_live, *super()._first_steps(step)]

    def _go_live(self):
        """Do one step of what a prepared company does when it is connected; return how much was done.

        First its lists are read and the mappings find their namesakes. Then QuickBooks' records come here, as always
        when a kind is switched on, and what was collected goes there after them.
        """
        if not self.prepared_at:
            return 0
        if not self.lists_read_at:
            self.env['qbo.reference']._refresh(self)
            self._carry_over()
            return 1
        self._begin()
        return 1

    def _begin(self):
        since = self.prepared_at
        self.prepared_at = False
        for toggle, schedule in KINDS.items():
            if self[toggle]:
                self._switch_on(toggle, schedule)
        self.billing_since = self.sync_billing and fields.Datetime.now()
        self.purchases_since = self.sync_purchases and fields.Datetime.now()
        if self.sync_entries:
            self.store_ids._catch_up()
        # What QuickBooks has already is linked first, instead of being created a second time.
        self.env['qbo.change'].search([('connection_id', '=', self.id)]).is_bulk = True
        text = self.env._("Live: what was collected since %s (UTC) goes out now.", fields.Datetime.to_string(since))
        self._log('connection', text)

    # === WHAT CARRIES OVER === #

    def _carry_over(self):
        """Choose from the lists here what has the name of what was chosen in the QuickBooks company before this one."""
        references = self.env['qbo.reference'].with_context(active_test=False)
        others = [('company_id', '=', self.company_id.id), ('left_at', '!=', False)]
        left = self.env['qbo.company'].search(others, order='left_at desc')
        own = [('qbo_company_id', '=', self.qbo_company_id.id)]
        here = {item._match_key(): item for item in self.env['qbo.reference'].search(own)}
        old_entries = references.search([('qbo_company_id', 'in', left.ids)])
        missing, count = {}, 0
        for records, name, old in [*self._chosen_for(left), *self._referring(old_entries)]:
            new = here.get(old._match_key(), old.browse())
            records[name] = new
            if new:
                count += len(records)
            else:
                missing.setdefault(old, []).extend(records.mapped('display_name'))
        self.store_ids._compute_class_id()
        reasons = [reason.text(self.env) for store in self.store_ids if (reason := store._why_no_class())]
        self.unmatched = "\n".join([*(_missing_text(old, names) for old, names in missing.items()), *reasons]) or False
        if old_entries:
            text = self.env._("Mappings carried over by name: %(count)s. Names that were not found: %(missing)s.")
            self._log('connection', text % {'count': count, 'missing': len(missing)})

    def _chosen_for(self, left):
        """Yield ``(records, field, entry)`` of what was chosen for the first of these companies, and stays chosen.

        Only what is not chosen for the connected one yet.
        """
        for name in CHOICES:
            if left[:1][name] and not self[name]:
                yield self, name, left[:1][name]
        free = [('qbo_tax_code_ids.qbo_company_id', 'in', left[:1].ids), ('qbo_tax_code_id', '=', False)]
        for tax in self.env['account.tax'].with_context(active_test=False).search(free):
            yield tax, 'qbo_tax_code_id', tax.qbo_tax_code_ids.filtered(lambda code: code.qbo_company_id == left[:1])

    def _referring(self, left):
        """Yield ``(records, field, entry)`` of the records that refer to these entries of lists."""
        for name, model in self.env.items():
            if model._abstract or model._transient or not model._auto or name == 'qbo.company':
                continue
            records = self.env[name].with_company(self.company_id).with_context(active_test=False)
            own = [('qbo_company_id', '=', self.qbo_company_id.id)] if 'qbo_company_id' in model._fields else []
            for field in model._fields.values():
                if _is_choice(field):
                    found = records.search([(field.name, 'in', left.ids), *own])
                    for old, some in found.grouped(field.name).items():
                        yield some, field.name, old


def _is_choice(field):
    """Return whether a field is where somebody chose an entry of QuickBooks' lists."""
    is_computed = field.compute and field.readonly
    return field.comodel_name == 'qbo.reference' and field.type == 'many2one' and field.store and not is_computed


def _missing_text(old, names):
    shown = format_list(old.env, names[:NAMED_MAX])
    return f"{old._entity_label()} “{old.name}”: {shown if len(names) <= NAMED_MAX else f'{shown} …'}"
