"""Purchases in the setup: their settings, what the first run makes of vendors and bills, and taking that back."""

from odoo import fields, models
from odoo.exceptions import UserError

from ...models.mapping.step import Step

KIND = 'purchases'
FORMS = ('qbo.mapping.bill', 'qbo.mapping.vendor_credit')


class QboSetupItem(models.Model):
    _inherit = 'qbo.setup.item'

    connection_id = fields.Many2one(related='setup_id.connection_id')


class QboSetup(models.Model):
    _inherit = 'qbo.setup'

    want_purchases = fields.Boolean("Purchases")
    purchases_start = fields.Date(related='connection_id.purchases_start', readonly=False)
    payable_account_id = fields.Many2one(related='connection_id.payable_account_id', readonly=False)
    bill_account_id = fields.Many2one(related='connection_id.bill_account_id', readonly=False)
    take_bills_as = fields.Selection(related='connection_id.take_bills_as', readonly=False)
    vendor_direction = fields.Selection(related='connection_id.vendor_direction', readonly=False)
    bill_direction = fields.Selection(related='connection_id.bill_direction', readonly=False)

    def _check_needs(self):
        result = super()._check_needs()
        if self.want_purchases and not (self.want_customers and self.want_products):
            raise UserError(self.env._("Purchases need customers and products too."))
        for is_met, message in self.connection_id._purchases_needs()[1:] if self.want_purchases else ():
            if not is_met:
                raise UserError(message)
        return result

    # === PREVIEW === #

    def _preview_rows(self):
        yield from super()._preview_rows()
        if self.want_purchases:
            yield from self._purchase_rows()

    def _purchase_rows(self):
        """Yield the rows of vendors on both sides, and of Odoo's bills from the start date on. Calls QuickBooks."""
        step = Step(self.connection_id.sudo())
        vendors = self.env['qbo.mapping.vendor']
        rows = self.connection_id.sudo()._read_all(vendors._entity)
        step.load_links(vendors._records(step).search(vendors._domain(step) & vendors._visible(step)))
        known = set(step.links_to(vendors._entity, [row['Id'] for row in rows]).filtered('res_id').mapped('qbo_id'))
        rows = [row for row in rows if row['Id'] not in known]
        matches = vendors._match_rows(step, rows)
        for row in rows:
            yield self._vendor_row(step, vendors, row, matches.get(row['Id'], vendors._records(step)))
            if len(matches.get(row['Id'], ())) == 1:
                step.suppose(vendors._entity, row['Id'], matches[row['Id']])
        taken = vendors._records(step).union(*matches.values())
        for partner in vendors._records(step).search(vendors._domain(step) & vendors._visible(step)) - taken:
            if not step.qbo_id(partner, vendors._entity):
                yield self._purchase_row(vendors, partner, 'create_qbo')
        for name in FORMS:
            yield from self._bill_rows(step, self.env[name])

    def _vendor_row(self, step, mapping, row, records):
        """Return the row of a vendor that only QuickBooks has, or that is one of Odoo's."""
        if len(records) == 1:
            linked = self._linked(step, mapping, records, row)
            return {**self._purchase_row(mapping, records, 'link', row), **linked}
        rule = mapping._skip_reason(step, row)
        what = 'undecided' if records else 'leave' if rule else 'create_odoo'
        return {**self._purchase_row(mapping, records.browse(), what, row), 'name': row.get('DisplayName')}

    def _bill_rows(self, step, mapping):
        """Yield the rows of documents of Odoo; those that QuickBooks has too are linked."""
        records = mapping._records(step).search(mapping._domain(step) & mapping._visible(step))
        step.load_links(records)
        found = {}
        if records:
            for rows in self._documents_there(mapping._entity, self.purchases_start):
                theirs = {row['Id']: row for row in rows}
                matches = mapping._match_rows(step, rows)
                found.update({record.id: theirs[qbo_id] for qbo_id, record in matches.items()})
        for record in records:
            if not step.qbo_id(record, mapping._entity):
                match = found.get(record.id)
                yield self._purchase_row(mapping, record, 'link' if match else 'create_qbo', match)

    def _purchase_row(self, mapping, record, what, row=None):
        return {
            'kind': KIND,
            'what': what,
            'name': record.display_name,
            'res_model': mapping._record_model,
            'res_id': record.id,
            'entity': mapping._entity,
            'qbo_id': row and row['Id'],
            'in_qbo': row or False,
        }

    # === THE RUN === #

    def _switch_kinds_on(self):
        result = super()._switch_kinds_on()
        if self.want_purchases:
            now = fields.Datetime.now()
            self.connection_id._switch_on('sync_purchases', 'documents', purchases_since=now)
        return result

    def action_cancel(self):
        """End the run and synchronize nothing from now on, purchases neither."""
        result = super().action_cancel()
        self.connection_id.sudo().sync_purchases = False
        return result

    def _switch_kinds_for_undo(self):
        result = super()._switch_kinds_for_undo()
        self.connection_id.sudo().sync_purchases = self.want_purchases
        return result

    def _end_undo(self):
        self.connection_id.sudo().sync_purchases = False
        return super()._end_undo()
