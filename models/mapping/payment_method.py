from odoo import models
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

from ...qbo import text
from ..connection.reason import Reason, declare
from ..lists.payment_method import NAME_MAX
from . import meeting

_lt = LazyTranslate(__name__)
declare({'skip_inactive_methods': _lt("Inactive payment methods are not imported.")})


class QboMappingPaymentMethod(models.AbstractModel):
    """Payment methods. Odoo's stand on journals; the name ties the two (qbo-api 9.13)."""

    _name = 'qbo.mapping.payment_method'
    _inherit = 'qbo.mapping'
    _description = "Payment Method"

    _entity = 'PaymentMethod'
    _record_model = 'qbo.payment.method'
    _switch = 'sync_billing'
    _tracked = ('name',)

    def _domain(self, step):
        return Domain.FALSE  # a payment that needs one sends it first

    def _skip_reason(self, step, row):
        if not row.get('Active', True):
            return Reason('skip_inactive_methods')
        return None

    def _values(self, step, record):
        """A payment needs it, so that it is in use there."""
        name = text.fitted(record.name, NAME_MAX, step.link(record, self._entity).name_suffix)
        return {'Name': name, 'Active': True}

    def _from_row(self, step, row):
        return {'Name': text.strip_deleted(row.get('Name') or ''), 'Active': row.get('Active', True)}

    def _match_rows(self, step, rows):
        known = self._records(step).search([('company_id', '=', step.company.id)])
        return meeting.match_rows(self, step, rows, known)

    def _create_record(self, step, row):
        return self._records(step).create({'name': self._from_row(step, row)['Name'], 'company_id': step.company.id})

    def _kept(self, step, record, changes):
        return {path for path in changes if path == 'Active' and not changes[path]}

    def _why_kept(self, paths):
        return Reason('kept_inactive')

    def _is_never_applied(self, paths):
        return True  # Odoo's methods stand on journals

    def _apply_changes(self, step, record, changes):
        """The methods on the company's journals that have its name get the new one too."""
        if 'Name' in changes:
            domain = [('company_id', '=', record.company_id.id), ('payment_type', '=', 'inbound')]
            lines = self.env['account.payment.method.line'].search(domain)
            name = changes['Name'].removesuffix(step.link(record, self._entity).name_suffix or '')
            lines.filtered(lambda line: line.name == record.name).name = name
            record.name = name

    def _noun(self, step, record):
        return self.env._("Payment method")

    def _labels(self):
        return {'Name': self.env._("name"), 'Active': self.env._("active")}
