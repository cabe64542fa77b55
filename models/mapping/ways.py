"""Where each reason is fixed: the button that leads there, and whom to ask where the reader may not do it.

A reason that has a *fix* of its own (``Reason.fix``) is decided by a button of the dialog. All others lead to the
record, the setting or the list that has to be changed. ``tests/connection/test_ways.py`` asks each key for each role.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list

from ..connection.auth import MANAGER
from ..connection.reason import SENTENCES, Reason

ACCOUNTANT = 'account.group_account_manager'
WHO = {  # way: the groups that it takes
    'record': (),
    'customer': (),
    'quickbooks': (),
    'home': (),
    'cause': (),
    'retry': (),
    'always': (),
    'taxes': (MANAGER,),
    'new_taxes': (MANAGER, ACCOUNTANT),
    'refresh': (MANAGER,),
    'settings': (MANAGER,),
    'first_day': (MANAGER,),
    'store': (MANAGER,),
    'compare': (MANAGER,),
    'connect': (MANAGER,),
}
SHARED = ('taxes', 'new_taxes', 'refresh', 'settings', 'first_day', 'store', 'compare', 'connect')
"""Ways that help all records with this reason at once."""

FIX_WHO = {'map_accounts': (MANAGER,)}

WAYS = {
    'tax_lists_unread': ('refresh',),
    'tax_not_sale': ('record',),
    'tax_not_purchase': ('record',),
    'tax_switched_off': ('record', 'refresh'),
    'tax_no_percentage': ('record',),
    'tax_reverse_charge': ('record',),
    'tax_none': ('record',),
    'tax_not_together': ('taxes',),
    'tax_unknown': ('taxes',),
    'tax_code_inactive': ('taxes',),
    'tax_on_tax': ('taxes',),
    'tax_unmapped': ('taxes',),
    'tax_differs': ('taxes',),
    'tax_price': ('taxes',),
    'tax_code_unknown': ('refresh',),
    'tax_code_unmapped': ('new_taxes', 'taxes'),
    'tax_several_codes': ('record',),
    'closed_books': ('record', 'first_day'),
    'unanswered': ('retry',),
    'internal_answer': ('retry',),
    'internal_body': ('retry',),
    'odoo': ('record', 'quickbooks'),
    'deleted': ('record',),
    'waits_for': ('cause',),
    'held_by': ('record',),
    'keeps': ('record',),
    'both': ('record',),
    'levels': ('record',),
    'kept': ('quickbooks', 'record'),
    'kept_shared': ('quickbooks', 'record'),
    'kept_variant': ('record',),
    'kept_account': ('record',),
    'comes_new': ('home', 'record'),
    'kept_term': ('record',),
    'kept_inactive': ('quickbooks', 'record'),
    'kept_party': ('quickbooks', 'record'),
    'term_parts': ('record',),
    'item_taxable': ('record', 'quickbooks'),
    'customer_exempt': ('customer', 'quickbooks'),
    'customer_contact': ('quickbooks', 'record'),
    'vendor_contact': ('quickbooks', 'record'),
    'comes_only': ('quickbooks', 'record'),
    'tax_bought_us': ('record',),
    'tax_use': ('quickbooks', 'record'),
    'part_not_deductible': ('record',),
    'lines_none': ('record',),
    'lines_max': ('record',),
    'lines_combo': ('record',),
    'product_none': ('record', 'settings'),
    'currency_of_customer': ('customer',),
    'currency_of_vendor': ('customer',),
    'currency_of_company': ('refresh',),
    'currency_of_payment': ('refresh',),
    'currency_of_entry': ('record',),
    'currency_of_document': ('record',),
    'currency_first': ('always',),
    'rounding_untaxed': ('record', 'taxes'),
    'rounding_of_tax': ('record', 'settings'),
    'odoo_hash': ('quickbooks', 'record'),
    'odoo_lock_date': ('quickbooks', 'record'),
    'deposit': ('quickbooks',),
    'item_inventory': ('record',),
    'item_account': ('settings',),
    'total_entry': ('record', 'quickbooks'),
    'account_entry': ('record', 'quickbooks'),
    'total_credit': ('quickbooks',),
    'draft': ('record',),
    'no_name': ('record',),
    'no_customer': ('record',),
    'archived': ('record',),
    'cut': ('record',),
    'no_deposit_account': ('settings',),
    'product_for_payments': ('settings',),
    'reference_length': ('record',),
    'method_length': ('record',),
    'writeoff': ('record',),
    'party_of_document': ('record',),
    'refund_unpaid': ('record',),
    'refund_applied': ('record', 'quickbooks'),
    'bundle_changed': ('record', 'quickbooks'),
    'used_there_only': ('record', 'quickbooks'),
    'used_waits': ('record',),
    'class_missing': ('store',),
    'undecided': ('compare',),
    '610': ('quickbooks', 'retry'),
    '610 Item': ('settings', 'record'),
    '2020': ('record',),
    '2040': ('record',),
    '2050': ('record',),
    '2050 long': ('record',),
    '2090': ('record',),
    '2210': ('record',),
    '2500': ('record', 'retry'),
    '5010': ('retry',),
    '6080': ('record',),
    '6140': ('record',),
    '6170': ('record', 'quickbooks'),
    '6210': ('record', 'first_day'),
    '6220': ('quickbooks', 'record'),
    '6240': ('record',),
    '6240 Item': ('record',),
    '6240 Term': ('record',),
    '6240 PaymentMethod': ('record',),
    '6270': ('record',),
    '6430': ('settings', 'record'),
    '6450': ('quickbooks', 'record'),
    '6450 BillPayment': ('quickbooks', 'record'),
    '6450 Invoice': ('quickbooks', 'record'),
    '6480': ('quickbooks', 'record'),
    '6480 BillPayment': ('quickbooks', 'record'),
    '6480 Invoice': ('quickbooks', 'record'),
    '6540': ('quickbooks', 'record'),
    '6540 Invoice': ('quickbooks', 'record'),
    '620': ('quickbooks', 'record'),
    '620 BillPayment': ('quickbooks', 'record'),
    'transient': ('retry',),
    'throttled': ('retry',),
    'quota': ('retry',),
    'authorization': ('connect',),
    'data': ('record', 'retry'),
    '6190': ('home', 'retry'),
    'user_not_in_realm': ('connect',),
    'invalid_grant': ('connect',),
    '3100': ('connect',),
    '130': ('connect',),
    'invalid_client': ('connect',),
}
NESTED = ('why', 'first', 'second')
"""Values that may be reasons themselves: what fixes those, fixes this."""

NOT_OF_LINKS = ('proof_', 'left_', 'skip_')
"""How the keys begin that never hold a record up: of the nightly proof, of undoing, of what is not imported."""


def ways_of(reason):
    """Return the names of the ways of a :class:`Reason`, the best one first; those inside it go before its own."""
    inner = [
        Reason.of(value) for name in NESTED if isinstance(value := reason.values.get(name), dict) and 'key' in value
    ]
    found = [way for item in inner for way in ways_of(item)]
    return list(dict.fromkeys([*found, *WAYS.get(reason.key, ('record',))]))


def keys_of_links():
    """Return the keys of all reasons that a link may have."""
    return sorted(key for key in SENTENCES if not key.startswith(NOT_OF_LINKS))


class QboLink(models.Model):
    _inherit = 'qbo.link'

    way = fields.Char(compute='_compute_way')
    way_label = fields.Char(compute='_compute_way')
    way_more = fields.Char(compute='_compute_way')
    way_more_label = fields.Char(compute='_compute_way')
    way_ask = fields.Char("Whom to Ask", compute='_compute_way')
    pause_text = fields.Char(compute='_compute_pause_text', compute_sudo=True)

    # === COMPUTE METHODS === #

    @api.depends('reason', 'state', 'waits_for_id', 'qbo_id', 'res_id', 'error_fix')
    @api.depends_context('uid', 'lang')
    def _compute_way(self):
        for link in self:
            mine = link._ways()
            link.way, link.way_more = (*mine, False, False)[:2]
            link.way_label, link.way_more_label = (way and link._way_text(way) for way in (link.way, link.way_more))
            link.way_ask = False if mine or link._may_fix() else link._whom_to_ask()

    def _ways(self):
        """Return the names of the ways out of this state that the reader may go, the best one first."""
        reason = Reason.of(self.sudo().reason)
        is_open = self.state in ('error', 'pending', 'differs') or self.error_code == 'undecided'
        if not reason or not is_open:
            return []
        return [way for way in ways_of(reason) if self._has_way(way) and self._may_go(WHO[way])]

    def _has_way(self, way):
        """Return whether a way leads anywhere for this link."""
        link = self.sudo()
        if way in ('record', 'always'):
            return bool(link.res_id and link._record())
        if way == 'customer':
            return bool(link._way_partner())
        if way == 'quickbooks':
            return bool(link.qbo_id)
        return bool(link.waits_for_id) if way == 'cause' else True

    def _may_go(self, groups):
        return self.env.su or all(self.env.user.has_group(group) for group in groups)

    def _may_fix(self):
        """Return whether the reader may press the button of the dialog that decides this; there may be none."""
        fix = self.error_fix
        if not fix and not self.sudo().reason:
            return True
        return bool(fix and self._may_go(FIX_WHO.get(fix, ())))

    def _whom_to_ask(self):
        """Return whom somebody asks who may do nothing about this himself."""
        names = self.sudo().connection_id._administrators().mapped('name')
        if not self.sudo().reason:
            return False
        if not names:
            return self.env._("Ask an administrator of Odoo: nobody administers QuickBooks.")
        return self.env._("Ask a QuickBooks administrator: %s.", format_list(self.env, names, 'or'))

    def _way_text(self, way):
        words = {
            'quickbooks': self.env._("Open in QuickBooks"),
            'home': self.env._("Open QuickBooks"),
            'cause': self.env._("Open What It Waits For"),
            'retry': self.env._("Retry"),
            'always': self.env._("Synchronize Now"),
            'taxes': self.env._("Choose or Create the Tax Code"),
            'new_taxes': self.env._("Create the Tax in Odoo"),
            'refresh': self.env._("Refresh Lists and Retry"),
            'settings': self.env._("Choose in the Settings"),
            'first_day': self.env._("Use the First Open Day"),
            'store': self.env._("Open the Store"),
            'compare': self.env._("Decide in the Comparison"),
            'connect': self.env._("Reconnect to QuickBooks"),
            'customer': self.env._("Open the Customer"),
        }
        return words.get(way) or self.env._("Open %s", self._noun())

    @api.depends_context('lang', 'tz')
    def _compute_pause_text(self):
        for link in self:
            link.pause_text = link.connection_id._pause_text()

    # === ACTION METHODS === #

    def action_way(self):
        """Go where this is fixed."""
        return self._go(0)

    def action_way_more(self):
        """Go to the other place where this can be fixed."""
        return self._go(1)

    def _go(self, place):
        self.ensure_one()
        self._check_may('read')
        ways = self._ways()
        if len(ways) <= place:
            raise UserError(self._whom_to_ask() or self.env._("Nothing has to be done about %s.", self.name))
        return getattr(self, f'_way_{ways[place]}')()

    def _has_shared_way(self):
        """Return whether what the reader may do about this helps all records with the same reason."""
        return self._ways()[:1] and self._ways()[0] in SHARED

    def _go_straight(self):
        """Go where this is fixed, or to the dialog where somebody decides, or reads whom to ask; never in a circle."""
        link = self._cause()
        if link.error_fix or not link._ways():
            return link._dialog()
        return link.action_way()

    # === WAYS === #

    def _way_record(self):
        return self.action_open_record()

    def _way_partner(self):
        """Return the customer or vendor that this link's record is, or is made out to; empty for any other."""
        record = self._record()
        if record._name == 'res.partner':
            return record
        named = 'partner_id' in record._fields and record.partner_id
        return named.commercial_partner_id if named else self.env['res.partner']

    def _way_customer(self):
        partner = self.sudo()._way_partner().with_env(self.env)
        partner.check_access('read')
        return _form(partner)

    def _way_quickbooks(self):
        return self.action_open_in_quickbooks()

    def _way_home(self):
        return {'type': 'ir.actions.act_url', 'url': self.sudo().connection_id._endpoints().app_url, 'target': 'new'}

    def _way_cause(self):
        return self._cause()._dialog()

    def _way_retry(self):
        return self.action_retry()

    def _way_always(self):
        self._check_may('write')
        self.sudo().mode = 'always'
        self.sudo()._append_change()
        return self.env['qbo.connection']._toast(self.env._("It will be in QuickBooks in a moment."))

    def _way_taxes(self):
        view = self.env.ref('quickbooks_online.account_tax_view_list_mapping')
        connection = self.sudo().connection_id
        taxes = self.env['account.tax'].with_company(connection.company_id)
        own = taxes.union(*(taxes._qbo_taxes(connection, side) for side in connection._tax_sides()))
        missing = own.filtered(lambda tax: tax.qbo_tax_state in ('missing', 'differs'))
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Tax Codes"),
            'res_model': 'account.tax',
            'view_mode': 'list',
            'views': [(view.id, 'list')],
            'domain': [('id', 'in', (missing or own).ids)],
        }

    def _way_new_taxes(self):
        view = self.env.ref('quickbooks_online.qbo_reference_view_list_tax_code')
        codes = self.connection_id.new_tax_code_ids
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Tax Codes That Odoo Has No Tax for"),
            'res_model': 'qbo.reference',
            'view_mode': 'list',
            'views': [(view.id, 'list')],
            'domain': [('id', 'in', codes.ids)],
        }

    def _way_refresh(self):
        self.connection_id.action_refresh_lists()
        self.action_retry()
        return self.env['qbo.connection']._toast(self.env._("QuickBooks' lists are read, and it is tried again now."))

    def _way_settings(self):
        return self.connection_id.action_view_settings()

    def _way_first_day(self):
        self.connection_id.closed_books = 'move'
        text = self.env._("Documents of closed periods get the first open day in QuickBooks from now on.")
        return self.env['qbo.connection']._toast(text)

    def _way_store(self):
        record = self.sudo()._record()
        store = record.store_id if 'store_id' in record._fields else self.env['qbo.store']
        return _form(store.with_env(self.env)) if store else self._way_settings()

    def _way_connect(self):
        return self.connection_id.action_connect()


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    def _pause_text(self):
        """Return why nothing goes to QuickBooks now, and until when; False while it does."""
        if self.state in ('reconnect', 'disconnected'):
            return self.env._("Nothing goes to QuickBooks now: it has to be connected again.")
        if self.state == 'connected' and not self.sync_on:
            return self.env._("Nothing goes to QuickBooks now: the synchronization is switched off.")
        if self.state == 'connected' and self.paused_until and self.paused_until > fields.Datetime.now():
            when = self._clock(self.paused_until)
            return self.env._("Paused until %(when)s. %(why)s", when=when, why=self.message or '')
        return False


def _form(record):
    return {
        'type': 'ir.actions.act_window',
        'res_model': record._name,
        'res_id': record.id,
        'view_mode': 'form',
        'views': [(False, 'form')],
    }
