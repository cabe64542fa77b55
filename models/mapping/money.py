"""Money is compared always: one comparer for all that carries any, after every write and every pull (design 8).

A mapping says which figures both sides have (``_figures``), and what it means where two are not the same
(``_money_reason``). Sums are compared in the decimals of their currency. What is open moves in QuickBooks without the
document being written, also while its version stays: see ``qbo/open_amounts.py``.
"""

from typing import NamedTuple

from odoo import models
from odoo.tools.translate import LazyTranslate

from ..connection.reason import Reason, declare, money

_lt = LazyTranslate(__name__)
declare(
    {
        'home': _lt(
            "It is %(qbo)s in QuickBooks and %(odoo)s in Odoo, in the currency of the company: the exchange rates are "
            "not the same to the last digit. Press Send Odoo's Rate, or correct the rate."
        ),
    },
    fixes={'home': 'send_rate'},
)


class Figure(NamedTuple):
    """One amount of a record, on both sides; ``qbo`` is None where it is not known."""

    name: str
    odoo: float
    qbo: float | None
    currency: models.Model

    @property
    def is_same(self):
        return self.qbo is None or not self.currency.compare_amounts(self.odoo, self.qbo)

    @property
    def here(self):
        """Odoo's, as a value of a reason."""
        return money(self.odoo, self.currency)

    @property
    def there(self):
        """QuickBooks', as a value of a reason."""
        return money(self.qbo, self.currency)


class QboMapping(models.AbstractModel):
    _inherit = 'qbo.mapping'

    def _figures(self, step, record, snapshot):
        """Return the :class:`Figure` of each amount that both sides have, the most telling first; or nothing."""
        return ()

    def _money_reason(self, step, record, snapshot, figure):
        """Return the reason for a figure that is not the same on both sides, None where that is as it should be."""
        return Reason('home', {'qbo': figure.there, 'odoo': figure.here})

    def _load_compared(self, step, records):
        """Read at once what :meth:`_difference` asks of each of these records."""

    def _difference(self, step, record, snapshot):
        """Return the reason where a record and its entity do not add up to the same, else None.

        :param dict snapshot: of the entity as it was last seen
        """
        for figure in self._figures(step, record, snapshot):
            if not figure.is_same and (reason := self._money_reason(step, record, snapshot, figure)):
                return reason
        return None

    def _home_figure(self, step, record, snapshot, odoo):
        """Return the figure of a total in the company's currency, as a list of one or none.

        :param odoo: what Odoo booked
        """
        home, total = step.company.currency_id, snapshot.get('TotalAmt')
        rate, there = snapshot.get('ExchangeRate'), snapshot.get('HomeTotalAmt')
        if record.currency_id == home or total is None or not (rate or there):
            return []
        return [Figure('home', odoo, home.round(total * rate) if there is None else there, home)]
