"""Whether QuickBooks has a record that was sent and never answered, and what an entity is called that Odoo has not."""

from odoo import fields, models
from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from ...qbo import entities, lost
from ..connection.reason import declare

_lt = LazyTranslate(__name__)
declare(
    {
        'lost_one': _lt(
            "It was sent and QuickBooks did not answer; it may have become %(name)s there. Press Compare: link the two "
            "if they are the same, or send it anyway."
        ),
        'lost_several': _lt(
            "It was sent and QuickBooks did not answer; it may have become one of these there: %(names)s. Press "
            "Compare: link it with the one that is the same, or send it anyway."
        ),
        'lost_row': _lt("It may be %(name)s of Odoo, which was sent and not answered. Compare the two there."),
    },
    fixes={'lost_one': 'lost', 'lost_several': 'lost', 'lost_row': 'lost'},
)
AMOUNTS = ('amount_total', 'amount')
"""Fields of records that say what an entity comes to."""


class QboMapping(models.AbstractModel):
    _inherit = 'qbo.mapping'

    def _where_lost(self, bodies):
        """Return the conditions of the queries that find what these creates may have become; mostly one.

        :param bodies: as they were, or would be, sent
        """
        return lost.conditions(self._entity, bodies, self._name_member)

    def _likeness(self, step, record, body, row):
        """Return whether a row is what a create became: ``SURELY``, ``PERHAPS`` or ``NO`` of :mod:`qbo.lost`.

        What has a name that QuickBooks gives once is surely it, or not at all: then who has the name is asked about
        when it is refused.

        :param record: that was sent; empty where it is deleted
        :param dict body: as it was, or would be, sent
        """
        if self._takes(step, row) != self._takes(step, body):
            return lost.NO
        amount = next((record[name] for name in AMOUNTS if name in record), None) if record else None
        # A number that is not unique is that of whose document it is: two vendors may have the same.
        found = lost.likeness(self._entity, body, row, self._name_member, amount, not self._is_name_unique)
        if self._entity not in entities.LISTS or not record or not found:
            return found
        return lost.SURELY if self._is_same(step, record, row) else lost.NO

    def _row_name(self, step, row):
        """Return what an entity is called: its name or number, else whose it is, how much, and of which day."""
        name = row.get('DisplayName') or row.get('Name') or row.get('DocNumber')
        if name or row.get('TotalAmt') is None:
            return name or row['Id']
        party = next((row[member] for member in (*lost.PARTIES, *lost.OTHER_PARTIES) if row.get(member)), {})
        code = (row.get('CurrencyRef') or {}).get('value')
        currency = step.env['res.currency'].with_context(active_test=False).search([('name', '=', code)], limit=1)
        amount = (currency or step.company.currency_id).format(row['TotalAmt'])
        day = row.get('TxnDate') and format_date(step.env, fields.Date.to_date(row['TxnDate']))
        return ", ".join(filter(None, (party.get('name'), amount, day)))
