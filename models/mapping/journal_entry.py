from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from ...qbo import entries
from ..connection.reason import Reason, declare
from .money import Figure

NOTE_MAX = 4000  # qbo-api 9.10
DESCRIPTION_MAX = 4000
NAMED_MAX = 5  # accounts that a message names

_lt = LazyTranslate(__name__)
declare(
    {
        'skip_entries': _lt("Journal entries of QuickBooks are not imported."),
        'account_unmapped': _lt(
            "These accounts are mapped to no account of QuickBooks: %(accounts)s. Press Map Accounts."
        ),
        'partner_none': _lt(
            "A journal item on %(account)s names nobody. QuickBooks needs a name on an account of this type: give it a "
            "partner in Odoo, or map the account to one of another type (Other Current Asset)."
        ),
        'currency_of_entry': _lt(
            "QuickBooks has %(customer)s in %(currency)s, and takes nothing of this customer into an entry in "
            "%(home)s. Make a customer of its own for %(home)s."
        ),
        'total_entry': _lt("QuickBooks says %(qbo)s, Odoo says %(odoo)s."),
    },
    fixes={'account_unmapped': 'map_accounts', 'partner_none': 'map_accounts'},
    is_check=True,
)


class QboMappingJournalEntry(models.AbstractModel):
    """What a store booked, as a journal entry in QuickBooks (qbo-api 9.10). Odoo alone says what it is.

    One line for each account, partner, class and tax of its items (:meth:`qbo.entry._sums`).
    """

    _name = 'qbo.mapping.journal_entry'
    _inherit = 'qbo.mapping'
    _description = "JournalEntry"

    _entity = 'JournalEntry'
    _record_model = 'qbo.entry'
    _switch = 'sync_entries'
    _refers_to = ('Customer',)
    _tracked = ('date', 'item_ids')
    _name_member = 'DocNumber'
    _name_max = 21  # qbo-api 9.10
    _is_source = True

    # === WHICH === #

    def _domain(self, step):
        return Domain('qbo_company_id', '=', step.qbo_company.id) & Domain('is_empty', '=', False)

    def _skip_reason(self, step, row):
        return Reason('skip_entries')

    # === ODOO TO QUICKBOOKS === #

    def _requires(self, step, entry):
        kinds = {item._entity: item for item in step.mappings if item._record_model == 'res.partner'}
        named = {}
        for account, partner, _class, _tax in entry._sums():
            kind = entries.NAMED.get(self._account(step, account).kind)
            if kind and partner:
                named[kind, partner] = kinds[kind], partner
        return list(named.values())

    def _wait_reason(self, step, entry):
        there = (step.link(entry, self._entity).base_qbo or {}).get('TxnDate')
        day = fields.Date.to_date(there) or step.connection._open_day(entry.date)
        reason = step.connection._closed_books_reason(day)
        return reason if reason and self._plan(step, entry)[2] else None

    def _hold_reason(self, step, entry):
        accounts = self.env['account.account'].union(*(key[0] for key in entry._sums()))
        if missing := accounts.filtered(lambda account: not self._account(step, account)):
            names = missing[:NAMED_MAX].mapped('display_name') + ['…'] * (len(missing) > NAMED_MAX)
            return Reason('account_unmapped', {'accounts': names})
        return entry.store_id._why_no_class() or self._partner_problem(step, entry)

    def _partner_problem(self, step, entry):
        """Return what :meth:`_hold_reason` does, of whom the lines of an entry name."""
        home = entry.currency_id.name
        for account, partner, _class, _tax in entry._sums():
            kind = entries.NAMED.get(self._account(step, account).kind)
            if kind and not partner:
                return Reason('partner_none', {'account': account.display_name})
            theirs = kind == 'Customer' and (step.link(partner, kind).snapshot or {}).get('Currency')
            if theirs and step.connection._has_currencies() and theirs != home:
                return Reason('currency_of_entry', {'customer': partner.name, 'currency': theirs, 'home': home})
        return None

    def _values(self, step, entry):
        what = {'document': entry.title, 'card': self.env._("Card deposits")}.get(entry.kind)
        note = f'{what or self.env._("End of day")}: {entry.store_id.name}, {fields.Date.to_string(entry.date)}'
        values = {
            'DocNumber': self._number(step, entry),
            'TxnDate': fields.Date.to_string(entry.date),
            'PrivateNote': (f'{note} ({entry.part}/{entry.parts})' if entry.parts > 1 else note)[:NOTE_MAX],
            'Line': [self._line(step, entry, *item) for item in entry._sums().items()],
        }
        if step.connection._has_currencies():
            values['CurrencyRef'] = {'value': entry.currency_id.name}
        return values

    def _number(self, step, entry):
        return step.link(entry, self._entity).sent_as or entry._own_number()

    def _line(self, step, entry, key, amount):
        """Return the line of an entry that sums the items of a key (:meth:`qbo.entry._sums`) to these cents."""
        account, partner, qbo_class, tax = key
        connection, store = step.connection, entry.store_id
        there = self._account(step, account)
        kind = entries.NAMED.get(there.kind)
        return entries.line(
            step.list_id(there),
            amount,
            " · ".join(filter(None, (account.name, tax.name)))[:DESCRIPTION_MAX],
            (kind, step.qbo_id(partner, kind)) if kind and partner else None,
            step.list_id(qbo_class or store.class_id) if connection._tracks_classes() else None,
            step.list_id(store.department_id) if connection._tracks_departments() else None,
        )

    def _account(self, step, account):
        """Return the account of QuickBooks that an account of Odoo is mapped to; empty where it is none of its own."""
        there = account.with_company(step.company).sudo().qbo_account_id
        return there.filtered(lambda item: item.qbo_company_id == step.qbo_company and item.active)

    def _body(self, step, entry, body, snapshot):
        if 'TxnDate' in body:
            # In closed books it gets the first open day there, where that is the rule.
            body['TxnDate'] = fields.Date.to_string(step.connection._open_day(entry.date))
        if 'Line' in body:
            body['Line'] = [entries.to_send(line) for line in body['Line']]
        return body

    def _suggestion(self, step, entry):
        number = self._number(step, entry)
        stem, dash, again = number.rpartition('/')
        return f'{stem}/{int(again) + 1}' if dash else f'{number}/2'

    def _take_suggestion(self, step, entry):
        step.link(entry, self._entity).sent_as = self._suggestion(step, entry)

    # === QUICKBOOKS TO ODOO === #

    def _from_row(self, step, row):
        values = {member: row.get(member) or None for member in ('DocNumber', 'TxnDate', 'PrivateNote')}
        values['Line'] = entries.mapped(row.get('Line'))
        if step.connection._has_currencies():
            values['CurrencyRef'] = {'value': (row.get('CurrencyRef') or {}).get('value')}
        return values

    def _snapshot(self, step, row):
        return {'Debits': entries.debits(row.get('Line'))}

    def _apply_changes(self, step, entry, changes):
        raise UserError(
            self.env._(
                "A journal entry of a store says what Odoo booked. Correct that in Odoo: the next end of day sends the "
                "difference. Or undo the change in QuickBooks."
            )
        )

    # === BOTH === #

    def _figures(self, step, entry, snapshot):
        """What an entry comes to."""
        yield Figure('total_entry', entry.total, snapshot.get('Debits', 0) / 100, entry.currency_id)

    def _money_reason(self, step, entry, snapshot, figure):
        return Reason('total_entry', {'qbo': figure.there, 'odoo': figure.here})

    # === WHAT USERS SEE === #

    def _noun(self, step, entry):
        return self.env._("Journal entry")

    def _labels(self):
        return {
            'DocNumber': self.env._("number"),
            'TxnDate': self.env._("date"),
            'PrivateNote': self.env._("note"),
            'Line': self.env._("lines"),
        }
