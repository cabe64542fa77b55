"""What a document is in QuickBooks' terms, both ways, and where the two do not add up (qbo-api 9.6, 9.7)."""

from odoo import fields, models
from odoo.tools.translate import LazyTranslate

from ...qbo import lines
from ...qbo.values import RATE_DIGITS, VOID_NOTE, VOIDED, is_void, without_void
from ..connection.reason import Reason, declare, money

_lt = LazyTranslate(__name__)
TOTALS = _lt("QuickBooks says %(qbo)s (tax %(qbo_tax)s), Odoo says %(odoo)s (tax %(odoo_tax)s).")
declare({'total': TOTALS, 'total_tax': TOTALS}, fixes={'total_tax': 'accept_tax'})

REMEMBERED = (
    'TotalAmt',
    'Balance',
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
            is_home = move.currency_id == move.company_currency_id
            rate = 1.0 if is_home else round(1 / (move.invoice_currency_rate or 1.0), RATE_DIGITS)
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
        """Return the lines that both sides agreed on, as Odoo spells them; None where nothing of them is left there."""
        agreed = step.link(move, self._entity).base_odoo or {}
        return None if agreed.get(VOIDED) else agreed.get('Line')

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
        """Remember the totals to compare, and the tax and the lines to send back."""
        return {key: row[key] for key in REMEMBERED if key in row}

    def _ref(self, row, member):
        """Return the value of a reference, None where there is none."""
        return (row.get(member) or {}).get('value') or None

    # === BOTH === #

    def _difference(self, step, move, snapshot):
        """Totals, and what is settled, are compared after every write and every pull: no difference is silent."""
        if move.state == 'cancel' or 'TotalAmt' not in snapshot:
            return None
        total, tax = snapshot['TotalAmt'] or 0.0, (snapshot.get('TxnTaxDetail') or {}).get('TotalTax') or 0.0
        if lines.cents(total) == lines.cents(move.amount_total):
            return self._open_difference(step, move, snapshot)
        is_tax = lines.cents(total) - lines.cents(tax) == lines.cents(move.amount_untaxed)
        return Reason(
            'total_tax' if is_tax else 'total',
            {
                'qbo': money(total, move.currency_id),
                'qbo_tax': money(tax, move.currency_id),
                'odoo': money(move.amount_total, move.currency_id),
                'odoo_tax': money(move.amount_tax, move.currency_id),
            },
        )

    def _open_difference(self, step, move, snapshot):
        """Return what :meth:`_difference` does, of what is open where the totals are the same."""
        return self.env['qbo.mapping.settlement']._settled_difference(step, move, snapshot.get('Balance'))
