"""QuickBooks' lists, the company's preferences, and what follows from them (qbo-api 9.7, 9.14)."""

import uuid

from odoo import api, fields, models

from ...qbo import client, errors

NAMESPACE = uuid.UUID('5c0f7d2e-3f0b-4d43-9d0c-6f1f3b1f9a77')


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    preferences = fields.Json(
        related='qbo_company_id.preferences',
        readonly=False,
        groups='quickbooks_online.quickbooks_online_group_manager',
    )
    has_inventory = fields.Boolean("Inventory", compute='_compute_has_inventory')
    lists_read_at = fields.Datetime(related='qbo_company_id.lists_read_at', readonly=False)

    @api.depends('preferences')
    def _compute_has_inventory(self):
        """Whether stock is counted on both sides: Odoo's app is there, and the QuickBooks company has it on."""
        installed = 'is_storable' in self.env['product.template']._fields
        for connection in self:
            connection.has_inventory = installed and connection._preference('ProductAndServicesPrefs', 'QuantityOnHand')

    # === WHAT OTHERS ASK === #

    def _preference(self, group, name, default=None):
        """Return a setting of the QuickBooks company: ``_preference('TaxPrefs', 'UsingSalesTax')``."""
        return ((self.sudo().preferences or {}).get(group) or {}).get(name, default)

    def _is_us(self):
        return self.qbo_country == 'US'

    def _tax_model(self):
        """Return how QuickBooks taxes documents (qbo-api 9.7).

        ``none``: sales tax is off. ``manual``: TAX or NON on lines, one code for the document. ``automated``:
        TAX or NON on lines, QuickBooks finds the tax. ``coded``, outside the US: a code on every line.
        """
        if not self._preference('TaxPrefs', 'UsingSalesTax'):
            return 'none'
        if not self._is_us():
            return 'coded'
        return 'automated' if self._preference('TaxPrefs', 'PartnerTaxEnabled') else 'manual'

    def _home_currency(self):
        """Return the code of the currency that QuickBooks keeps its books in, None while it is not known."""
        return (self._preference('CurrencyPrefs', 'HomeCurrency') or {}).get('value')

    def _book_close_date(self):
        """Return the last day of the closed books, None where they are open."""
        return fields.Date.to_date(self._preference('AccountingInfoPrefs', 'BookCloseDate')) or None

    # === READING === #

    def _pull_lists(self):
        """Read the lists and preferences, when their schedule or a webhook asks."""
        self.env['qbo.reference']._refresh(self)

    def _read_settings(self):
        """Read the company and its preferences anew. Calls QuickBooks."""
        self._read('GET companyinfo', self._read_company)
        self._read('GET preferences', self._read_preferences)
        self.sudo().lists_read_at = fields.Datetime.now()

    def _read_preferences(self, qbo):
        answer = qbo.preferences()
        self.sudo().preferences = answer.values
        return answer

    # === WRITING === #

    def _write_now(self, entity, values):
        """Make a write that an administrator's button asks for, note it in the trace, and return the answer.

        It is not stored before it is sent, as the engine's writes are: its request id follows from what is written
        and from how often QuickBooks has refused just that. So after a crash, or pressed twice, the same request goes
        again, and QuickBooks answers what it answered before instead of doing it twice.

        :raise qbo.errors.QboError: a refusal is in the trace
        """
        body = client.serialize(values)
        requests = self.env['qbo.request'].sudo()
        same = [('qbo_company_id', '=', self.qbo_company_id.id), ('entity', '=', entity), ('body', '=', body)]
        refusals = requests.search_count([*same, ('state', '=', 'refused')])
        call_id = str(uuid.uuid5(NAMESPACE, f'{self.sudo().qbo_company_id.realm_digest} {entity} {body} {refusals}'))
        try:
            answer = self._ask(lambda qbo: qbo.write(entity, body, call_id))
        except errors.DataError as error:
            self._note_write(entity, body, call_id, 'refused', error)
            raise
        self._note_write(entity, body, call_id, 'done', answer)
        return answer

    def _note_write(self, entity, body, call_id, state, answer):
        request = self.env['qbo.request'].sudo()
        request = request.create(
            {
                'qbo_company_id': self.qbo_company_id.id,
                'call_id': call_id,
                'operation': 'create',
                'entity': entity,
                'body': body,
                'state': state,
                'sent_at': fields.Datetime.now(),
                'attempts': 1,
            }
        )
        request._answered(state, answer)
