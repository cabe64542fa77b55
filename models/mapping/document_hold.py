"""Why a document cannot go to QuickBooks yet: it waits, or somebody has to fix it."""

from odoo import fields, models
from odoo.tools.translate import LazyTranslate

from ..connection.reason import Reason, declare
from .document import NUMBER_MAX
from .settlement import settlement_of

LINES_MAX = 750  # qbo-api 9.6: where a document is taxable

_lt = LazyTranslate(__name__)
declare(
    {
        'number_length': _lt(
            "The number %(number)s has more than %(max)s characters, which is all that QuickBooks takes."
        ),
        'lines_none': _lt("It has no line with a product or service. QuickBooks needs one."),
        'lines_max': _lt(
            "It has %(count)s lines, and QuickBooks takes %(max)s on a document with tax. Make two documents of it."
        ),
        'lines_combo': _lt(
            "The line “%(line)s” is a combo, and QuickBooks has no such products. Put the products on lines of their "
            "own, or choose another product."
        ),
        'product_none': _lt(
            "The line “%(line)s” has no product. Choose one, or choose a product for lines without one on the "
            "QuickBooks connection."
        ),
        'product_deposit': _lt(
            "The line “%(line)s” is booked on %(account)s, which is no income. Choose a product for down payments on "
            "the QuickBooks connection: one whose account in QuickBooks is the same."
        ),
        'currency_of_customer': _lt(
            "It is in %(ours)s, and QuickBooks has %(customer)s in %(theirs)s. A customer has one currency there: make "
            "a customer of its own for %(ours)s."
        ),
        'currency_of_company': _lt(
            "It is in %(currency)s, and the QuickBooks company has only %(home)s. Switch multicurrency on in "
            "QuickBooks, then refresh the lists on the connection."
        ),
        'rounding_untaxed': _lt(
            "The cash rounding %(method)s is a line without tax, and QuickBooks wants a tax code on every line. Make a "
            "sales tax of 0 %% that has a tax code in QuickBooks, or take the cash rounding off."
        ),
        'rounding_of_tax': _lt(
            "The cash rounding %(method)s rounds its tax, and QuickBooks calculates the tax itself. Choose a cash "
            "rounding that adds a line, or none; or switch the automated tax calculation off on the QuickBooks "
            "connection."
        ),
        'tax_several_codes': _lt(
            "QuickBooks takes one tax code for a whole document, and this one has %(codes)s. Use one of them on all "
            "taxed lines, or make a document for each."
        ),
    },
    fixes={'number_length': 'send_as'},
    is_check=True,
)


class QboMappingDocument(models.AbstractModel):
    _inherit = 'qbo.mapping.document'

    def _unfinished(self, move):
        return Reason('draft') if move.state == 'draft' else None

    def _wait_reason(self, step, move):
        held_by = settlement_of(self.env, move)._held_by
        return self._unfinished(move) or self._closed_books(step, move) or held_by(step, move)

    def _held_back(self, step, move, reason):
        """What settles a document has to let go of it: when it got its new customer it may have been a draft."""
        if reason.key == 'held_by':
            for records in move._qbo_settlements():
                step.env['qbo.change']._append(records.with_env(step.env), step.connection)

    def _compare_documents(self, step, move, link):
        """What pays a document that is not in QuickBooks yet says so too."""
        if step.there(move) and not link._is_there():
            payments, _applications = move._qbo_settlements()
            for payment in payments.with_env(step.env):
                step.compare(step.link(payment, step.mapping_of(payment)._entity))

    def _closed_books(self, step, move):
        """Return the reason why the closed books of QuickBooks hold a document back, or None (qbo-api 9.14)."""
        connection = step.connection
        if not connection._book_close_date():
            return None
        link, day = step.link(move, self._entity), self._day(step, move)
        there = (link.base_qbo or {}).get('TxnDate')
        is_moved = (link.base_odoo or {}).get('TxnDate') != fields.Date.to_string(day)
        days = [fields.Date.to_date(there)] if there else []
        days += [connection._open_day(day)] if is_moved else []
        reason = connection._closed_books_reason(min(days))
        _values, operation, body = self._plan(step, move) if reason else (None, None, None)
        return reason if body and operation != 'send' else None

    def _hold_reason(self, step, move):
        if move.state == 'cancel':
            return None
        number = self._number(step, move)
        if len(number) > NUMBER_MAX:
            return Reason('number_length', {'number': number, 'max': NUMBER_MAX})
        return (
            self._line_problem(step, move)
            or self._currency_problem(step, move)
            or self._rounding_problem(step, move)
            or self._tax_problem(step, move)
        )

    def _line_problem(self, step, move):
        """Return what :meth:`_hold_reason` does, of the products of a document."""
        if not move._qbo_item_lines():
            return Reason('lines_none')
        combo = self._sent_lines(move).filtered(lambda line: line.product_id.type == 'combo')[:1]
        if combo:
            return Reason('lines_combo', {'line': combo.name or combo.product_id.display_name})
        count = len(move.invoice_line_ids)
        if count > LINES_MAX and any(line.tax_ids for line in move._qbo_item_lines()):
            return Reason('lines_max', {'count': count, 'max': LINES_MAX})
        agreed = (step.link(move, self._entity).base_odoo or {}).get('Line') or []
        # QuickBooks' shipping and gratuity came without a product, and go back as they came.
        built_in = [
            line for line in agreed if self._line_detail in line and not line[self._line_detail]['ItemRef']['value']
        ]
        without = self._without_product(step, move)[len(built_in) :][:1]
        if without and self._is_deposit(without):
            return Reason('product_deposit', {'line': without.name or '', 'account': without.account_id.display_name})
        return Reason('product_none', {'line': without.name or ''}) if without else None

    def _without_product(self, step, move):
        """Return the lines that need a product in QuickBooks and have none."""
        return self._sent_lines(move).filtered(lambda line: not self._product(step, line))

    def _currency_problem(self, step, move):
        """Return what :meth:`_hold_reason` does, of the currency of a document."""
        connection, ours = step.connection, move.currency_id.name
        party, party_entity = move.commercial_partner_id, self.env[self._party_mapping]._entity
        theirs = (step.link(party, party_entity).snapshot or {}).get('Currency')
        if connection._has_currencies() and theirs and theirs != ours:
            return self._currency_reason(ours, party.name, theirs)
        if connection._takes_currency(move.currency_id):
            return None
        return Reason('currency_of_company', {'currency': ours, 'home': connection._home_currency()})

    def _currency_reason(self, ours, party, theirs):
        """Return the reason for a document whose customer, or vendor, has another currency in QuickBooks."""
        return Reason('currency_of_customer', {'ours': ours, 'customer': party, 'theirs': theirs})

    def _rounding_problem(self, step, move):
        """Where QuickBooks calculates the tax, no rounding can be in it; outside the US its line needs a tax code."""
        connection, method = step.connection, move.invoice_cash_rounding_id.name
        lines = self._rounding_lines(move)
        if self._tax_calculation(step, move) == 'NotApplicable':
            return None
        if any(self._code_or_reason(step, self._line_taxes(step, line), move)[1] for line in lines):
            return Reason('rounding_untaxed', {'method': method})
        if not connection.automated_tax or 'rounding' not in move._qbo_tax_lines().mapped('display_type'):
            return None
        return Reason('rounding_of_tax', {'method': method})

    def _tax_problem(self, step, move):
        """Return the first tax that QuickBooks has not, or has with another percentage, as a problem (Pool Brain)."""
        connection = step.connection
        if self._tax_calculation(step, move) == 'NotApplicable':
            return None
        for taxes in self._tax_sets(step, move):
            _code, reason = self._code_or_reason(step, taxes, move)
            if reason:
                return reason
        codes = self._document_codes(step, move) if connection._tax_model() == 'manual' else []
        if len(codes) < 2:
            return None
        return Reason('tax_several_codes', {'codes': [code.name for code in codes]})
