"""What a customer invoice or credit note looks like in QuickBooks (qbo-api 9.6, 9.7, 9.9)."""

from odoo import fields, models
from odoo.fields import Domain

from ..qbo import lines
from ..qbo.values import VOID_NOTE, VOIDED, is_void, without_void
from .account_move import MOVE_TYPES

RATE_DIGITS = 6
MEMO_MAX = 1000  # qbo-api 9.6: CustomerMemo
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


class AccountMove(models.Model):
    _inherit = 'account.move'

    def _qbo_values(self):
        connection = self.env['qbo.connection']._of_company(self.env.company)
        return {
            'CustomerRef': {'value': self.commercial_partner_id.qbo_id or None},
            'TxnDate': fields.Date.to_string(self._qbo_day()),
            'DocNumber': self._qbo_doc_number() or None,
            'CustomerMemo': {'value': self._qbo_message()[:MEMO_MAX] or None},
            'BillEmail': {'Address': self.qbo_email or None},
            'BillAddr': self.partner_id._qbo_address(self.partner_id),
            'ShipAddr': self._qbo_ship_address(),
            'ApplyTaxAfterDiscount': bool(self.qbo_discount and self.qbo_discount_before_tax),
            'TxnTaxDetail': self._qbo_tax_values(connection),
            'Line': self._qbo_line_values(connection),
            VOIDED: self.state == 'cancel',
            **self._qbo_currency_values(connection),
            **self._qbo_class_values(connection),
            **self._qbo_type_values(connection),
        }

    def _qbo_mapped(self, values):
        connection = self.env['qbo.connection']._of_company(self.env.company)
        tax = values.get('TxnTaxDetail') or {}
        return {
            **{key: values.get(key) or None for key in ('TxnDate', 'DocNumber')},
            'CustomerRef': {'value': _ref(values, 'CustomerRef')},
            'CustomerMemo': {'value': _ref(values, 'CustomerMemo')},
            'BillEmail': {'Address': (values.get('BillEmail') or {}).get('Address') or None},
            **{
                key: self.env['res.partner']._qbo_address_values(values.get(key) or {})
                for key in ('BillAddr', 'ShipAddr')
            },
            'ApplyTaxAfterDiscount': bool(values.get('ApplyTaxAfterDiscount')),
            'TxnTaxDetail': {
                'TxnTaxCodeRef': {'value': _ref(tax, 'TxnTaxCodeRef') if connection._tax_model() == 'manual' else None},
                'TotalTax': tax.get('TotalTax') or 0.0,
            },
            'Line': lines.mapped(values.get('Line')),
            VOIDED: is_void(values),
            **self._qbo_mapped_by_country(values, connection),
            **self._qbo_mapped_by_type(values),
        }

    def _qbo_facts(self, values):
        """Remember the totals to compare, and the tax and the lines to send back."""
        return {key: values[key] for key in REMEMBERED if key in values}

    def _qbo_body(self, body, facts):
        connection = self.env['qbo.connection']._of_company(self.env.company)
        if 'TxnDate' in body:
            # A document in closed books gets the first open day there, where that is the rule; Odoo's stays.
            body['TxnDate'] = fields.Date.to_string(connection._open_day(self._qbo_day()))
        if 'Line' in body:
            account, agreed = connection.discount_account_id.qbo_id, (self.qbo_link_id.base_odoo or {}).get('Line')
            body['Line'] = lines.to_send(body['Line'], facts.get('Line'), account, agreed)
        if not connection.automated_tax and {'Line', 'TxnTaxDetail'} & body.keys():
            body['TxnTaxDetail'] = self._qbo_tax_as_billed(connection)
        elif 'TxnTaxDetail' in body:
            body['TxnTaxDetail'].pop('TotalTax', None)
        if not facts:
            body |= self._qbo_location(connection)
        if facts.get('PrivateNote', '').startswith(VOID_NOTE):
            body['PrivateNote'] = without_void(facts['PrivateNote'])
        return {key: value for key, value in body.items() if value not in ({}, {'TxnTaxCodeRef': {}})}

    def _qbo_difference(self, facts):
        """Totals, and what is settled, are compared after every write and every pull: no difference is silent."""
        if self.state == 'cancel' or 'TotalAmt' not in facts:
            return None
        if self._qbo_entity() == 'RefundReceipt' and (difference := self._qbo_money_difference()):
            return difference
        total, tax = facts['TotalAmt'] or 0.0, (facts.get('TxnTaxDetail') or {}).get('TotalTax') or 0.0
        if lines.cents(total) == lines.cents(self.amount_total):
            return self._qbo_deposit_difference(facts) or self._qbo_settled_difference(facts.get('Balance'))
        is_tax = lines.cents(total) - lines.cents(tax) == lines.cents(self.amount_untaxed)
        sentence = self.env._(
            "QuickBooks says %(qbo)s (tax %(qbo_tax)s), Odoo says %(odoo)s (tax %(odoo_tax)s).",
            qbo=self.currency_id.format(total),
            qbo_tax=self.currency_id.format(tax),
            odoo=self.currency_id.format(self.amount_total),
            odoo_tax=self.currency_id.format(self.amount_tax),
        )
        return sentence, 'accept_tax' if is_tax else None

    def _qbo_deposit_difference(self, facts):
        """Money that was received on the form itself, and is no payment: Balance = TotalAmt - Deposit (qbo-api 9.6)."""
        deposit = facts.get('Deposit') or 0.0
        if not lines.cents(deposit):
            return None
        sentence = self.env._(
            "QuickBooks has a deposit of %(deposit)s on the invoice itself, which is no payment: the invoice is open "
            "by that much more in Odoo. Take the deposit off the invoice in QuickBooks and receive it as a payment "
            "there.",
            deposit=self.currency_id.format(deposit),
        )
        return sentence, None

    def _qbo_long(self):
        return [] if self.state == 'cancel' else [('CustomerMemo', self._qbo_message(), MEMO_MAX)]

    # === PARTS === #

    def _qbo_day(self):
        """Return the day of the document: a draft that has none would get today's."""
        return self.invoice_date or self.env['qbo.connection']._of_company(self.env.company)._today()

    def _qbo_ship_address(self):
        """Return the service address: of the document's delivery address where it has one of its own."""
        partner = self.partner_shipping_id - self.partner_id - self.commercial_partner_id
        return self.env['res.partner']._qbo_address(partner)

    def _qbo_currency_values(self, connection):
        if not connection._has_currencies():
            return {}
        rate = self.invoice_currency_rate or 1.0
        is_home = self.currency_id == self.company_currency_id
        return {
            'CurrencyRef': {'value': self.currency_id.name},
            'ExchangeRate': 1.0 if is_home else round(1 / rate, RATE_DIGITS),
        }

    def _qbo_class_values(self, connection):
        """Return the class of the document, where the company tracks one for each document."""
        if not connection._preference('AccountingInfoPrefs', 'ClassTrackingPerTxn', False):
            return {}
        return {
            'ClassRef': {'value': (self.qbo_class_id or self.journal_id.sudo().qbo_store_ids.class_id).qbo_id or None}
        }

    def _qbo_type_values(self, connection):
        """Return what only this type of document has."""
        values = {} if connection._is_us() else {'GlobalTaxCalculation': self._qbo_tax_calculation()}
        if self._qbo_entity() == 'Invoice':
            values['DueDate'] = self.invoice_date_due and fields.Date.to_string(self.invoice_date_due)
            values['SalesTermRef'] = {'value': self._qbo_term().qbo_id or None}
        elif self._qbo_entity() == 'RefundReceipt':
            journal = self._qbo_refund_payment().journal_id
            account_id = journal.qbo_deposit_account_id.qbo_id or connection.deposit_account_id.qbo_id
            values['DepositToAccountRef'] = {'value': account_id or None}
        return values

    def _qbo_mapped_by_country(self, values, connection):
        mapped = {} if connection._is_us() else {'GlobalTaxCalculation': values.get('GlobalTaxCalculation')}
        if connection._has_currencies():
            mapped['CurrencyRef'] = {'value': _ref(values, 'CurrencyRef')}
            mapped['ExchangeRate'] = values.get('ExchangeRate') or 1.0
        if connection._preference('AccountingInfoPrefs', 'ClassTrackingPerTxn', False):
            mapped['ClassRef'] = {'value': _ref(values, 'ClassRef')}
        return mapped

    def _qbo_mapped_by_type(self, values):
        entity = self._qbo_entity()
        if entity == 'Invoice':
            return {'DueDate': values.get('DueDate'), 'SalesTermRef': {'value': _ref(values, 'SalesTermRef')}}
        if entity == 'RefundReceipt':
            return {'DepositToAccountRef': {'value': _ref(values, 'DepositToAccountRef')}}
        return {}

    def _qbo_location(self, connection):
        """Return the location of the document's store. It is given once; moved in QuickBooks, it stays there."""
        department = self.journal_id.sudo().qbo_store_ids.department_id
        if not department or not connection._tracks_departments():
            return {}
        return {'DepartmentRef': {'value': department.qbo_id}}

    # === LINES === #

    def _qbo_line_values(self, connection):
        """Return all lines in the order of the document; its discount comes last (qbo-api 9.6)."""
        shown = self.invoice_line_ids.filtered(lambda line: not line.qbo_is_discount)
        shown = shown.sorted(lambda line: (line.sequence, line.id)) + self._qbo_rounding_lines()
        values = [line._qbo_line_value(connection) for line in shown]
        discount = self._qbo_discount_amount()
        if discount:
            percent = self.qbo_discount if self.qbo_discount_type == 'percent' else None
            values.append(lines.discount_of(values, discount, percent))
        return values

    # === WORDS === #

    def _qbo_in_words(self, path, value):
        if path == 'Line':
            return "; ".join(self._qbo_line_in_words(line) for line in value or ())
        if path == 'TxnTaxDetail.TotalTax':
            return self._qbo_money_in_words(value)
        return super()._qbo_in_words(path, value)

    def _qbo_line_in_words(self, line):
        """Return a line as a bookkeeper reads it: "2.5 × Weekly visit = $ 362.50"."""
        about = " ".join((line.get('Description') or '').split())
        if line['DetailType'] == lines.DESCRIPTION:
            return about
        detail = line[line['DetailType']]
        if line['DetailType'] == lines.DISCOUNT:
            percent = detail.get('DiscountPercent')
            return self.env._("discount %s", f'{percent:g} %' if percent else self._qbo_money_in_words(line['Amount']))
        product = self._qbo_name_of('Item', detail['ItemRef']['value']) or ''
        codes = [(entity, detail[f'{entity}Ref']['value']) for entity in ('TaxCode', 'Class')]
        return "".join((
            f"{detail['Qty']:g} × " if detail['Qty'] is not None else '',
            about if product in about else f"{product} {about}".strip(),
            f" = {self._qbo_money_in_words(line['Amount'])}",
            *(f", {self._qbo_name_of(entity, qbo_id)}" for entity, qbo_id in codes if qbo_id not in (None, 'NON')),
        ))  # fmt: skip

    def _qbo_money_in_words(self, amount):
        return (self.currency_id or self.env.company.currency_id).format(amount or 0.0)

    # === MATCHING === #

    def _qbo_refers(self, values):
        refers = [('Customer', _ref(values, 'CustomerRef')), ('Term', _ref(values, 'SalesTermRef'))]
        refers.append(('TaxCode', _ref(values.get('TxnTaxDetail') or {}, 'TxnTaxCodeRef')))
        for line in lines.flattened(values.get('Line')):
            detail = line.get(lines.SALES) or {}
            refers += [(entity, _ref(detail, f'{entity}Ref')) for entity in ('Item', 'TaxCode', 'Class')]
        # What is no number is built in: shipping, TAX, NON.
        return [(entity, qbo_id) for entity, qbo_id in refers if qbo_id and qbo_id.isdigit()]

    def _qbo_match(self, values):
        """The same number and amount (Pool Brain: what both sides have is linked, not sent twice)."""
        if not values.get('DocNumber'):
            return self.browse()
        found = self.search(
            Domain('name', '=', values['DocNumber'])
            & Domain('move_type', '=', MOVE_TYPES[self._qbo_entity()])
            & Domain('company_id', '=', self.env.company.id)
            & Domain('state', '=', 'posted')
        )
        total = lines.cents(values.get('TotalAmt'))
        return next((move for move in found if not move.qbo_id and lines.cents(move.amount_total) == total), found[:0])

    def _qbo_skips(self, values):
        connection = self.env['qbo.connection']._of_company(self.env.company)
        if reason := connection._why_left_out(values, self._qbo_match):
            return reason
        if not lines.mapped(values.get('Line')):
            return self.env._("Documents without lines are not imported.")
        return None


def _ref(values, member):
    """Return the value of a reference, None where there is none."""
    return (values.get(member) or {}).get('value') or None
