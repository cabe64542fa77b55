"""Why a document without a badge does not go to QuickBooks: said where the badge would be."""

from odoo import api, fields, models
from odoo.tools import format_date

from .link.mixin import GROUP
from .mapping.step import Step


class QboNotSent(models.AbstractModel):
    """What a document has beside its badge."""

    _name = 'qbo.not.sent'
    _description = "Why a Document Does Not Go to QuickBooks"

    qbo_not_sent = fields.Char(
        "Not Sent to QuickBooks", compute='_compute_qbo_not_sent', compute_sudo=True, groups=GROUP
    )

    @api.depends('state')
    @api.depends_context('company', 'lang')
    def _compute_qbo_not_sent(self):
        self.qbo_not_sent = False
        for company, records in self._qbo_by_company():
            step = Step.of(self.env, company)
            if not step.connection or not step.connection.sync_billing:
                continue
            for record in records.filtered(lambda record: record._qbo_is_final() and not record.qbo_state):
                record.qbo_not_sent = record._qbo_why_not_sent(step)

    def _qbo_is_final(self):
        """Return whether a document is complete in Odoo: before, nothing is sent anyway."""
        return self.state not in ('draft', 'cancel', 'canceled', 'rejected')

    def _qbo_why_not_sent(self, step):
        """Return in words why a document does not go to QuickBooks; False where it will."""
        connection, link = step.connection, self.qbo_link_id
        if link.mode == 'never':
            return self.env._("by choice")
        if not step.mappings_of(self):
            return self._qbo_is_other_kind() and self.env._("this kind is not synchronized")
        day = self._qbo_day()
        if day and day < connection.billing_start:
            return self.env._("older than %s", format_date(self.env, connection.billing_start))
        return False

    def _qbo_is_other_kind(self):
        """Return whether somebody may expect in QuickBooks what is of a kind that does not go there."""
        return True

    def _qbo_day(self):
        """Return the day that decides whether a document is older than those that go."""
        return self.date


class AccountMove(models.Model):
    _name = 'account.move'
    _inherit = ['account.move', 'qbo.not.sent']

    def _qbo_why_not_sent(self, step):
        if self.move_type in ('out_invoice', 'out_refund') and self.qbo_invoice_type == 'odoo':
            return self.env._("Odoo only")
        return super()._qbo_why_not_sent(step)

    def _qbo_is_other_kind(self):
        return self.move_type != 'entry'

    def _qbo_day(self):
        return self.invoice_date or self.date


class AccountPayment(models.Model):
    _name = 'account.payment'
    _inherit = ['account.payment', 'qbo.not.sent']
