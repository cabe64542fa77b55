from odoo import Command, models
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from ...qbo import text
from ..connection.reason import Reason, declare
from .category import like

NAME_MAX = 31  # qbo-api 9.13

_lt = LazyTranslate(__name__)
declare(
    {
        'skip_day_of_month': _lt("Payment terms that fall due on a day of the month stay in QuickBooks."),
        'skip_inactive_terms': _lt("Inactive payment terms are not imported."),
    }
)


class QboMappingTerm(models.AbstractModel):
    """Payment terms, matched by name, created where one is missing (qbo-api 9.13).

    Only terms that documents use are sent, and only those that QuickBooks can express: everything due at once, so
    many days later.
    """

    _name = 'qbo.mapping.term'
    _inherit = 'qbo.mapping'
    _description = "Payment Terms"

    _entity = 'Term'
    _record_model = 'account.payment.term'
    _switch = 'sync_billing'
    _name_max = NAME_MAX
    _tracked = ('name', 'line_ids.nb_days', 'active')

    def _domain(self, step):
        return Domain.FALSE  # an invoice that needs them sends them first

    def _skip_reason(self, step, row):
        if row.get('DueDays') is None:
            return Reason('skip_day_of_month')
        if not row.get('Active', True):
            return Reason('skip_inactive_terms')
        return None

    def _values(self, step, record):
        return {'Name': text.fitted(record.name, NAME_MAX), 'DueDays': record.line_ids[:1].nb_days}

    def _truncated(self, step, record):
        return [('Name', text.clean_name(record.name), NAME_MAX)]

    def _from_row(self, step, row):
        return {'Name': text.strip_deleted(row.get('Name') or ''), 'DueDays': int(row.get('DueDays') or 0)}

    def _match(self, step, row):
        same = self._records(step).search(Domain('name', '=ilike', like(row['Name'])) & self._visible(step))
        days = int(row.get('DueDays') or 0)
        return same.filtered(
            lambda term: (
                not step.link(term, self._entity).qbo_id and term._qbo_is_simple() and term.line_ids.nb_days == days
            )
        )[:1]

    def _create_record(self, step, row):
        line = {'value': 'percent', 'value_amount': 100.0, 'nb_days': int(row.get('DueDays') or 0)}
        return self._records(step).create({'name': row['Name'], 'line_ids': [Command.create(line)]})

    def _apply_changes(self, step, record, changes):
        """Days that were changed in QuickBooks are not imported: documents of Odoo that are not paid would move."""
        if 'Name' in changes:
            record.name = changes['Name']

    def _noun(self, step, record):
        return self.env._("Payment terms")

    def _labels(self):
        return {'Name': self.env._("name"), 'DueDays': self.env._("days")}
