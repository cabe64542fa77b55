"""Money that changes hands: what all that a payment of Odoo may be in QuickBooks has in common."""

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from ...qbo import rates
from ...qbo.settlements import AT_ONCE
from ...qbo.values import VOIDED
from ..connection.reason import Reason, declare

POSTED = ('in_process', 'paid')
ENDED = ('canceled', 'rejected')
NOTE_MAX = 4000  # qbo-api 9.8

_lt = LazyTranslate(__name__)
declare(
    {
        'no_customer': _lt("It has no customer."),
        'no_vendor': _lt("It has no vendor."),
        'currency_of_payment': _lt(
            "It is in %(currency)s, and the QuickBooks company has only its home currency. Switch multicurrency on in "
            "QuickBooks, then refresh the lists on the connection."
        ),
    },
    is_check=True,
)


class QboMappingPaid(models.AbstractModel):
    """What the mappings of payments share. Each payment is one of them: received (``received.py``) or paid out."""

    _name = 'qbo.mapping.paid'
    _inherit = 'qbo.mapping'
    _description = "Money That Changes Hands"

    _record_model = 'account.payment'
    _partner_type = None
    """Whom Odoo says it is received from or paid to: ``'customer'``."""
    _payment_type = None
    """Which way it goes: ``'inbound'``."""
    _tracked = (
        'state',
        'amount',
        'date',
        'partner_id',
        'partner_type',
        'payment_type',
        'currency_id',
        'journal_id',
        'payment_method_line_id',
        'memo',
        'payment_reference',
        'qbo_account_credit',
    )

    # === WHICH === #

    def _paid_domain(self):
        """Return the domain of the payments that went this way, confirmed."""
        return self._kind() & Domain('state', 'in', POSTED)

    def _kind(self):
        """Return the domain of the payments that went this way, whatever their state."""
        return Domain('partner_type', '=', self._partner_type) & Domain('payment_type', '=', self._payment_type)

    def _is_own(self, record):
        """Return whether a payment went this way, whatever its state."""
        return (record.partner_type, record.payment_type) == (self._partner_type, self._payment_type)

    def _wanted(self, step, record):
        if not super()._wanted(step, record):
            return False
        is_linked = bool(step.link(record, self._entity).qbo_id)
        return is_linked or not (record.move_id._qbo_is_entered() or receipt_of(step, record))

    # === READY OR NOT === #

    def _unfinished(self, record):
        """Return the reason why a payment is not one yet, or None."""
        if record.state == 'draft':
            return Reason('draft')
        if record.state in POSTED and not record.partner_id:
            return Reason('no_customer' if self._partner_type == 'customer' else 'no_vendor')
        return None

    def _closed_books(self, step, record):
        """Return the reason why the closed books of QuickBooks hold a payment back, or None (qbo-api 9.14)."""
        connection = step.connection
        agreed = (step.link(record, self._entity).base_qbo or {}).get('TxnDate')
        reason = connection._closed_books_reason(fields.Date.to_date(agreed) or connection._open_day(record.date))
        return reason if reason and self._plan(step, record)[2] else None

    def _currency_problem(self, step, record):
        """Return the reason why QuickBooks does not take the currency of a payment, or None."""
        ours, partner = record.currency_id.name, self._partner(record)
        theirs = (step.link(partner, self._ledger.party).snapshot or {}).get('Currency') if partner else None
        if step.connection._has_currencies() and theirs and theirs != ours:
            return self._currency_of_party(ours, partner, theirs)
        if step.connection._takes_currency(record.currency_id):
            return None
        return Reason('currency_of_payment', {'currency': ours})

    def _currency_of_party(self, ours, partner, theirs):
        """Return the reason where QuickBooks has a customer or vendor in another currency."""
        return Reason('currency_of_customer', {'ours': ours, 'customer': partner.name, 'theirs': theirs})

    # === VALUES === #

    def _partner(self, record):
        """Return whose payment this is in QuickBooks."""
        return record.partner_id.commercial_partner_id

    def _currency_values(self, step, record):
        """Return the members that only companies with several currencies have."""
        if not step.connection._has_currencies():
            return {}
        booked = abs(record.amount_company_currency_signed)
        rate = exchange_rate(record, record.amount, booked, booked / (record.amount or 1.0))
        return {'CurrencyRef': {'value': record.currency_id.name}, 'ExchangeRate': rate}

    def _currency_from(self, step, row):
        """Return the same of a row."""
        if not step.connection._has_currencies():
            return {}
        code = (row.get('CurrencyRef') or {}).get('value')
        return {'CurrencyRef': {'value': code}, 'ExchangeRate': row.get('ExchangeRate') or 1.0}


def exchange_rate(record, amount, booked, rate):
    """Return the rate that QuickBooks gets for a document or payment: as short as the amount that is booked allows.

    :param record: with ``currency_id`` and ``company_currency_id``
    :param amount: its total, in its currency
    :param booked: the same in the company's
    :param rate: Odoo's, in the company's currency for one of its own
    """
    home = record.company_currency_id
    if record.currency_id == home:
        return 1.0
    return rates.shortest(amount, booked, rate, home.decimal_places)


def receipt_of(step, payment):
    """Return the receipt whose money a payment is: QuickBooks has the two as one, or is to get them so. Else empty."""
    receipt = payment.qbo_receipt_id.with_env(step.env)
    none = receipt.browse()
    if not receipt or receipt.state == 'cancel' or payment.state not in POSTED or own_links(step, payment):
        return none
    mapping = step.mapping_of(receipt)
    link = step.link(receipt, mapping._entity)
    if mapping._entity not in AT_ONCE:
        return none
    is_exact = not mapping._pay_problem(step, receipt)
    if is_exact and payment not in receipt._qbo_money():
        return none  # another one took its place
    if link._is_there() and not (link.base_odoo or {}).get(VOIDED):
        return receipt
    return receipt if is_exact and mapping._wanted(step, receipt) else none


def own_links(step, payment):
    """Return the links by which QuickBooks has a payment as a document of its own."""
    links = [step.link(payment, item._entity) for item in step.env['qbo.mapping']._of_model(payment._name)]
    return step.env['qbo.link'].concat(*links).filtered(lambda link: link._is_there())
