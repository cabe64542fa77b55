"""What a document is in QuickBooks' terms, both ways, and where the two do not add up (qbo-api 9.6, 9.7)."""

from odoo import fields, models
from odoo.tools.translate import LazyTranslate

from ...qbo import lines, open_amounts, settlements
from ...qbo.values import VOID_NOTE, VOIDED, is_void, without_void
from ..connection.reason import Reason, declare, money
from .money import Figure
from .paid import exchange_rate
from .settlement import settlement_of

_lt = LazyTranslate(__name__)
TOTALS = _lt("QuickBooks says %(qbo)s (tax %(qbo_tax)s), Odoo says %(odoo)s (tax %(odoo_tax)s).")
declare(
    {
        'total': TOTALS,
        'total_tax': TOTALS,
        'total_split': _lt(
            "The tax is %(total)s on both sides, and split otherwise: in QuickBooks %(qbo)s, in Odoo %(odoo)s."
        ),
    },
    fixes={'total': 'follow', 'total_tax': 'accept_tax', 'total_split': 'accept_tax'},
)

REMEMBERED = (
    'TxnTaxDetail',
    'PrivateNote',
    'TxnDate',
    'GlobalTaxCalculation',
    'Line',
    'Deposit',
    'DeliveryInfo',
)


class QboMappingDocument(models.AbstractModel):
    _inherit = 'qbo.mapping.document'

    # === ODOO TO QUICKBOOKS === #

    def _values(self, step, move):
        connection = step.connection
        party = step.qbo_id(move.commercial_partner_id, self.env[self._party_mapping]._entity)
        values = {
            self._party_member: {'value': party},
            'TxnDate': fields.Date.to_string(self._day(step, move)),
            'DocNumber': self._number(step, move) or None,
            'TxnTaxDetail': self._tax_values(step, move),
            'Line': self._line_values(step, move),
            VOIDED: move.state == 'cancel',
        }
        if not connection._is_us():
            values['GlobalTaxCalculation'] = self._tax_calculation(step, move)
        if connection._has_currencies():
            rate = 1 / (move.invoice_currency_rate or 1.0)
            rate = exchange_rate(move, self._total(move), self._total_at_home(move), rate)
            values |= {'CurrencyRef': {'value': move.currency_id.name}, 'ExchangeRate': rate}
        if self._has_class(step):
            own = move.qbo_class_id or move.journal_id.qbo_store_ids.class_id
            values['ClassRef'] = {'value': step.list_id(own)}
        return values

    def _body(self, step, move, body, snapshot):
        connection = step.connection
        if 'TxnDate' in body:
            # A document in closed books gets the first open day there, where that is the rule; Odoo's stays.
            body['TxnDate'] = fields.Date.to_string(connection._open_day(self._day(step, move)))
        body |= self._tax_body(step, move, body, snapshot)
        if 'Line' in body:
            account = connection.discount_account_id.qbo_id
            body['Line'] = lines.to_send(body['Line'], snapshot.get('Line'), account, self._agreed_lines(step, move))
        department = move.journal_id.qbo_store_ids.department_id
        if not snapshot and department and connection._tracks_departments():
            # The location of its store is given once; moved in QuickBooks, it stays there.
            body['DepartmentRef'] = {'value': step.list_id(department)}
        if snapshot.get('PrivateNote', '').startswith(VOID_NOTE):
            body['PrivateNote'] = without_void(snapshot['PrivateNote'])
        return {key: value for key, value in body.items() if value not in ({}, {'TxnTaxCodeRef': {}})}

    def _agreed_lines(self, step, move):
        """Return the lines that QuickBooks has, those that both sides agreed on as Odoo spells them; None where nothing
        of them is left there."""
        link = step.link(move, self._entity)
        agreed = link.base_odoo or {}
        unapplied = next((row.get('agreed') for row in link.unapplied_changes or () if row['path'] == 'Line'), None)
        return None if agreed.get(VOIDED) else unapplied or agreed.get('Line')

    def _day(self, step, move):
        """Return the day of a document: a draft that has none would get today's."""
        return move.invoice_date or step.connection._today()

    def _has_class(self, step):
        """Return whether the company tracks a class for each document."""
        return step.connection._preference('AccountingInfoPrefs', 'ClassTrackingPerTxn', False)

    # === QUICKBOOKS TO ODOO === #

    def _from_row(self, step, row):
        connection, tax = step.connection, row.get('TxnTaxDetail') or {}
        has_code = connection._tax_model() == 'manual'
        mapped = {
            self._party_member: {'value': self._ref(row, self._party_member)},
            'TxnDate': row.get('TxnDate') or None,
            'DocNumber': row.get('DocNumber') or None,
            'TxnTaxDetail': {
                'TxnTaxCodeRef': {'value': self._ref(tax, 'TxnTaxCodeRef') if has_code else None},
                'TotalTax': tax.get('TotalTax') or 0.0,
                'Split': self._split_from(step, tax),
            },
            'Line': lines.mapped(row.get('Line')),
            VOIDED: is_void(row),
        }
        if not connection._is_us():
            mapped['GlobalTaxCalculation'] = row.get('GlobalTaxCalculation')
        if connection._has_currencies():
            mapped['CurrencyRef'] = {'value': self._ref(row, 'CurrencyRef')}
            mapped['ExchangeRate'] = row.get('ExchangeRate') or 1.0
        if self._has_class(step):
            mapped['ClassRef'] = {'value': self._ref(row, 'ClassRef')}
        return mapped

    def _snapshot(self, step, row):
        """Remember the amounts to compare, and the tax and the lines to send back."""
        return {**{key: row[key] for key in REMEMBERED if key in row}, **open_amounts.moved(row)}

    def _ref(self, row, member):
        """Return the value of a reference, None where there is none."""
        return (row.get(member) or {}).get('value') or None

    # === BOTH === #

    def _load_compared(self, step, moves):
        """What is reconciled with them, and by which payments."""
        if self._entity in settlements.DOCUMENTS:
            settlement_of(self.env, moves[:1])._load_settled(step, moves)

    def _figures(self, step, move, snapshot):
        """Total, tax, what is open, and the total in the company's currency; of what is canceled nothing counts."""
        if move.state == 'cancel' or 'TotalAmt' not in snapshot:
            return
        currency, tax = move.currency_id, (snapshot.get('TxnTaxDetail') or {}).get('TotalTax') or 0.0
        yield Figure('total', self._total(move), snapshot['TotalAmt'] or 0.0, currency)
        yield Figure('tax', self._tax_total(move), tax, currency)
        yield from self._split_figures(step, move, snapshot)
        if self._entity in settlements.DOCUMENTS and move.state == 'posted':
            open_ = settlement_of(self.env, move)._open_here(step, move)
            yield Figure('open', open_, snapshot.get('RemainingCredit', snapshot.get('Balance')), currency)
        yield from self._home_figure(step, move, snapshot, self._total_at_home(move))

    def _split_figures(self, step, move, snapshot):
        """Return what each rate of the tax comes to, where both sides know that."""
        here, there = self._tax_split(step, move), self._split_from(step, snapshot.get('TxnTaxDetail') or {})
        if not here or not there:
            return []
        here, there = dict(here), dict(there)
        return [
            Figure('split', here.get(rate, 0.0), there.get(rate, 0.0), move.currency_id)
            for rate in sorted(here.keys() | there.keys())
        ]

    def _split_reason(self, step, move, snapshot):
        def words(split):
            return [self._split_in_words(step, move, rate, amount) for rate, amount in split]

        there = self._split_from(step, snapshot['TxnTaxDetail'])
        return Reason(
            'total_split',
            {
                'total': money(self._tax_total(move), move.currency_id),
                'qbo': words(there),
                'odoo': words(self._tax_split(step, move)),
            },
        )

    def _money_reason(self, step, move, snapshot, figure):
        if figure.name == 'open':
            return self._open_reason(step, move, snapshot, figure)
        if figure.name == 'split':
            return self._split_reason(step, move, snapshot)
        if figure.name not in ('total', 'tax'):
            return super()._money_reason(step, move, snapshot, figure)
        total, tax = snapshot['TotalAmt'] or 0.0, (snapshot.get('TxnTaxDetail') or {}).get('TotalTax') or 0.0
        odoo, odoo_tax = self._total(move), self._tax_total(move)
        is_tax = self._takes_tax_alone and not move.currency_id.compare_amounts(total - tax, odoo - odoo_tax)
        return Reason(
            'total_tax' if is_tax else 'total',
            {
                'qbo': money(total, move.currency_id),
                'qbo_tax': money(tax, move.currency_id),
                'odoo': money(odoo, move.currency_id),
                'odoo_tax': money(odoo_tax, move.currency_id),
            },
        )

    def _open_reason(self, step, move, snapshot, figure):
        """Return what :meth:`_money_reason` does, of what is open."""
        return settlement_of(self.env, move)._open_reason(step, move, figure)

    def _difference(self, step, move, snapshot):
        """A credit that QuickBooks refused is said on all of its documents, whatever is open there."""
        found = super()._difference(step, move, snapshot)
        if found or self._entity not in settlements.DOCUMENTS or move.state != 'posted':
            return found
        settlement = settlement_of(self.env, move)
        there = snapshot.get('RemainingCredit', snapshot.get('Balance'))
        figure = Figure('open', settlement._open_here(step, move), there or 0.0, move.currency_id)
        return settlement._credit_refused(step, move, figure)
