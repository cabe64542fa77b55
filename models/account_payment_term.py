from odoo import models
from odoo.fields import Domain

from ..qbo import text

NAME_MAX = 31  # qbo-api 9.13


class AccountPaymentTerm(models.Model):
    """Payment terms: Term in QuickBooks, matched by name, created where one is missing (qbo-api 9.13).

    Only terms that documents use are sent, and only those that QuickBooks can express: everything due at once, so
    many days later.
    """

    _name = 'account.payment.term'
    _inherit = ['account.payment.term', 'qbo.mixin']

    # === WHAT THE ENGINE ASKS === #

    def _qbo_entity(self):
        return 'Term'

    def _qbo_fields(self):
        return {'name', 'line_ids', 'active', 'early_discount'}

    def _qbo_toggle(self):
        return 'sync_billing'

    def _qbo_domain(self):
        return Domain.FALSE  # an invoice that needs them sends them first

    def _qbo_values(self):
        return {'Name': text.fitted(self.name, NAME_MAX), 'DueDays': self.line_ids[:1].nb_days}

    def _qbo_long(self):
        return [('Name', text.clean_name(self.name), NAME_MAX)]

    def _qbo_mapped(self, values):
        return {'Name': text.strip_deleted(values.get('Name') or ''), 'DueDays': int(values.get('DueDays') or 0)}

    def _qbo_apply(self, values):
        """Days that were changed in QuickBooks are not taken: documents of Odoo that are not paid would move."""
        if not self:
            line = {'value': 'percent', 'value_amount': 100.0, 'nb_days': int(values.get('DueDays') or 0)}
            return self.create({'name': values['Name'], 'line_ids': [(0, 0, line)]})
        if 'Name' in values:
            self.name = values['Name']
        return self

    def _qbo_skips(self, values):
        if values.get('DueDays') is None:
            return self.env._("Payment terms that fall due on a day of the month stay in QuickBooks.")
        if not values.get('Active', True):
            return self.env._("Inactive payment terms are not imported.")
        return None

    def _qbo_match(self, values):
        same = self.search(
            Domain('name', '=ilike', values['Name']) & Domain('company_id', 'in', (False, self.env.company.id))
        )
        days = int(values.get('DueDays') or 0)
        return same.filtered(lambda term: not term.qbo_id and term._qbo_is_simple() and term.line_ids.nb_days == days)[
            :1
        ]

    def _qbo_noun(self):
        return self.env._("Payment terms")

    def _qbo_labels(self):
        return {'Name': self.env._("name"), 'DueDays': self.env._("days")}

    # === BUSINESS METHODS === #

    def _qbo_is_simple(self):
        """Return whether QuickBooks can express these terms: one instalment, days after the invoice."""
        line = self.line_ids
        return len(line) == 1 and line.delay_type == 'days_after' and not self.early_discount
