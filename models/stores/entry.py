from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.orm.models import NO_ACCESS
from odoo.tools import format_list

from ...qbo import entries
from ...qbo.lines import cents

NOTE_MAX = 4000  # qbo-api 9.10
DESCRIPTION_MAX = 4000
NAMED_MAX = 5  # accounts that a message names
BLOCKED = ('account', 'class', 'partner', 'currency')


class QboEntry(models.Model):
    """A journal entry in QuickBooks: what one store booked on one day, or the difference to what was sent before.

    Its items never change, so neither does the entry: what is booked later goes out with another one.
    """

    _name = 'qbo.entry'
    _inherit = 'qbo.mixin'
    _description = "QuickBooks Journal Entry"
    _order = 'id desc'

    store_id = fields.Many2one('qbo.store', required=True, ondelete='restrict', index=True, readonly=True)
    connection_id = fields.Many2one(related='store_id.connection_id', store=True, index=True)
    company_id = fields.Many2one(related='store_id.company_id', store=True, index=True)
    date = fields.Date(required=True, index=True, readonly=True)
    kind = fields.Selection(
        [('batch', "End of day"), ('document', "Invoice"), ('card', "Card deposits")], required=True, readonly=True
    )
    title = fields.Char(readonly=True, help="What it is about, where that is not the whole day.")
    part = fields.Integer(default=1, readonly=True)
    parts = fields.Integer(default=1, readonly=True)
    is_empty = fields.Boolean(readonly=True, help="What it holds adds up to nothing: QuickBooks never hears of it.")
    active = fields.Boolean(default=True, readonly=True, help="Off: it went to a company file that is not connected.")
    realm_digest = fields.Char(readonly=True, copy=False, groups=NO_ACCESS, help="The company file that was left.")
    item_ids = fields.One2many('qbo.entry.item', 'entry_id', "Journal Items", readonly=True)
    number = fields.Char(compute='_compute_number')
    total = fields.Monetary(compute='_compute_total', currency_field='currency_id')
    currency_id = fields.Many2one(related='company_id.currency_id')

    # === COMPUTE METHODS === #

    @api.depends('store_id.name', 'date', 'title', 'part', 'parts')
    def _compute_display_name(self):
        for entry in self:
            words = [entry.title, entry.store_id.name, fields.Date.to_string(entry.date)]
            name = ", ".join(filter(None, words))
            entry.display_name = f'{name} ({entry.part}/{entry.parts})' if entry.parts > 1 else name

    def _compute_number(self):
        for entry in self:
            entry.number = entry.qbo_link_id.sent_as or f'OD-{entry.id:07d}'

    @api.depends('item_ids.balance')
    def _compute_total(self):
        for entry in self:
            entry.total = sum(max(amount, 0) for amount in entry._qbo_sums().values()) / 100

    # === ACTION METHODS === #

    def _action_show(self):
        """Return the action that shows these entries."""
        action = self.env['ir.actions.act_window']._for_xml_id('quickbooks_online.qbo_entry_action')
        action['context'] = {}
        if len(self) == 1:
            return {**action, 'res_id': self.id, 'views': [(False, 'form')], 'view_mode': 'form'}
        return {**action, 'domain': [('id', 'in', self.ids)]}

    # === ANOTHER COMPANY FILE === #

    def _shelve(self, digest):
        """Put these entries aside with their company file: what they hold counts for no other."""
        self.write({'active': False, 'realm_digest': digest})

    def _unshelve(self):
        """Have these entries again."""
        self.write({'active': True, 'realm_digest': False})

    # === WHAT THE ENGINE ASKS === #

    def _qbo_entity(self):
        return 'JournalEntry'

    def _qbo_fields(self):
        return {'date', 'item_ids'}

    def _qbo_toggle(self):
        return 'sync_entries'

    def _qbo_domain(self):
        return Domain('is_empty', '=', False)

    def _qbo_rank(self):
        return 30

    def _qbo_names(self):
        return 'DocNumber', ('JournalEntry',)

    def _qbo_requires(self):
        customers, vendors = self._qbo_named('Customer'), self._qbo_named('Vendor')
        vendor = self.env['qbo.vendor']
        return [*customers, *(vendor._of(partner, self.company_id) for partner in vendors)]

    def _qbo_ready(self):
        connection = self._qbo_connection()
        link = self.qbo_link_id
        agreed = (link.base_qbo or {}).get('TxnDate')
        reason = connection._closed_books_reason(fields.Date.to_date(agreed) or connection._open_day(self.date))
        return reason if reason and self._qbo_plan()[2] else None

    def _qbo_problem(self):
        return self._qbo_account_problem() or self._qbo_class_problem() or self._qbo_partner_problem()

    def _qbo_is_source(self):
        return True

    def _qbo_apply(self, values):
        raise UserError(
            self.env._(
                "A journal entry of a store says what Odoo booked. Correct that in Odoo: the next end of day sends the "
                "difference. Or undo the change in QuickBooks."
            )
        )

    def _qbo_skips(self, values):
        return self.env._("Journal entries of QuickBooks are not imported.")

    def _qbo_facts(self, values):
        return {'Debits': entries.debits(values.get('Line'))}

    def _qbo_difference(self, facts):
        """What QuickBooks holds is compared to the cent after each write and each pull."""
        ours, theirs = cents(self.total), facts.get('Debits', 0)
        if ours == theirs:
            return None
        text = self.env._(
            "QuickBooks says %(qbo)s, Odoo says %(odoo)s.",
            qbo=self.currency_id.format(theirs / 100),
            odoo=self.currency_id.format(self.total),
        )
        return text, None

    def _qbo_suggestion(self):
        stem, dash, again = self.number.rpartition('/')
        return f'{stem}/{int(again) + 1}' if dash else f'{self.number}/2'

    def _qbo_take_suggestion(self):
        self.qbo_link_id.sent_as = self._qbo_suggestion()

    def _qbo_noun(self):
        return self.env._("Journal entry")

    def _qbo_labels(self):
        return {
            'DocNumber': self.env._("number"),
            'TxnDate': self.env._("date"),
            'PrivateNote': self.env._("note"),
            'Line': self.env._("lines"),
        }

    # === VALUES === #

    def _qbo_values(self):
        connection = self._qbo_connection()
        home = {'CurrencyRef': {'value': self.currency_id.name}} if connection._has_currencies() else {}
        return {
            'DocNumber': self.number,
            'TxnDate': fields.Date.to_string(self.date),
            'PrivateNote': self._qbo_note(),
            'Line': [self._qbo_line(connection, *item) for item in self._qbo_sums().items()],
            **home,
        }

    def _qbo_mapped(self, values):
        home = {'CurrencyRef': {'value': (values.get('CurrencyRef') or {}).get('value')}}
        return {
            **{member: values.get(member) or None for member in ('DocNumber', 'TxnDate', 'PrivateNote')},
            'Line': entries.mapped(values.get('Line')),
            **(home if self._qbo_connection()._has_currencies() else {}),
        }

    def _qbo_body(self, body, facts):
        if 'TxnDate' in body:
            # In closed books it gets the first open day there, where that is the rule.
            body['TxnDate'] = fields.Date.to_string(self._qbo_connection()._open_day(self.date))
        if 'Line' in body:
            body['Line'] = [entries.to_send(line) for line in body['Line']]
        return body

    def _qbo_connection(self):
        return self.env['qbo.connection']._of_company(self.env.company)

    def _qbo_note(self):
        """Return the note, which names store and date."""
        what = {'document': self.title, 'card': self.env._("Card deposits")}.get(self.kind) or self.env._("End of day")
        note = f'{what}: {self.store_id.name}, {fields.Date.to_string(self.date)}'
        return (f'{note} ({self.part}/{self.parts})' if self.parts > 1 else note)[:NOTE_MAX]

    def _qbo_sums(self):
        """Return ``{(account, partner, class, tax): cents}`` of what is not nothing: one line of the entry each."""
        sums = {}
        for item in self.item_ids:
            key = item.account_id, item.partner_id, item.class_id, item.tax_id
            sums[key] = sums.get(key, 0) + cents(item.balance)
        ordered = sorted(sums.items(), key=lambda pair: (pair[1] < 0, [record.id or 0 for record in pair[0]]))
        return {key: amount for key, amount in ordered if amount}

    def _qbo_line(self, connection, key, amount):
        account, partner, qbo_class, tax = key
        there = self._qbo_account(account)
        store = self.store_id
        name = self._qbo_name_on(there, partner)
        return entries.line(
            there.qbo_id or None,
            amount,
            " · ".join(filter(None, (account.name, tax.name)))[:DESCRIPTION_MAX],
            name and (name._qbo_entity(), name.qbo_id or None),
            (qbo_class or store.class_id).qbo_id if connection._tracks_classes() else None,
            store.department_id.qbo_id if connection._tracks_departments() else None,
        )

    def _qbo_account(self, account):
        """Return the account of QuickBooks that an account of Odoo is mapped to; empty where it is none of its own."""
        there = account.with_company(self.company_id).sudo().qbo_account_id
        return there.filtered(lambda item: item.connection_id == self._qbo_connection() and item.active)

    def _qbo_name_on(self, there, partner):
        """Return the customer or vendor that a line on an account of QuickBooks names, or None."""
        kind = entries.NAMED.get(there.kind)
        if not kind or not partner:
            return None
        return partner if kind == 'Customer' else self.env['qbo.vendor']._known(partner, self.company_id)

    def _qbo_named(self, kind):
        """Return the partners that lines of this entry name as ``'Customer'`` or as ``'Vendor'``."""
        partners = self.env['res.partner']
        for account, partner, _class, _tax in self._qbo_sums():
            if entries.NAMED.get(self._qbo_account(account).kind) == kind:
                partners |= partner
        return partners

    # === WHAT A PERSON HAS TO MEND === #

    def _qbo_account_problem(self):
        accounts = self.env['account.account'].union(*(key[0] for key in self._qbo_sums()))
        missing = accounts.filtered(lambda account: not self._qbo_account(account))
        if not missing:
            return None
        names = format_list(self.env, missing[:NAMED_MAX].mapped('display_name'))
        sentence = self.env._(
            "These accounts are mapped to no account of QuickBooks: %s. Press Map Accounts.",
            names if len(missing) <= NAMED_MAX else f'{names} …',
        )
        return 'account', sentence, 'map_accounts'

    def _qbo_class_problem(self):
        reason = self.store_id._why_no_class()
        return ('class', reason, None) if reason else None

    def _qbo_partner_problem(self):
        connection, home = self._qbo_connection(), self.currency_id.name
        for account, partner, _class, _tax in self._qbo_sums():
            kind = entries.NAMED.get(self._qbo_account(account).kind)
            if kind and not partner:
                sentence = self.env._(
                    "A journal item on %(account)s names nobody. QuickBooks needs a name on an account of this type: "
                    "give it a partner in Odoo, or map the account to one of another type (Other Current Asset).",
                    account=account.display_name,
                )
                return 'partner', sentence, 'map_accounts'
            theirs = kind == 'Customer' and (partner.qbo_link_id.facts or {}).get('Currency')
            if theirs and connection._has_currencies() and theirs != home:
                sentence = self.env._(
                    "QuickBooks has %(customer)s in %(currency)s, and takes nothing of this customer into an entry in "
                    "%(home)s. Make a customer of its own for %(home)s.",
                    customer=partner.name,
                    currency=theirs,
                    home=home,
                )
                return 'currency', sentence, None
        return None

    @api.model
    def _retry_blocked(self, connection):
        """Look again at the entries that wait for a setting."""
        self.env['qbo.link']._look_again(connection, [self._name], BLOCKED)
