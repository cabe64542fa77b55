from odoo import api, models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = 'base.partner.merge.automatic.wizard'

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Documents move to the other customer by SQL, past every hook: what moves is noted here."""
        changes = self.env['qbo.change']
        moved = self._qbo_moved(src_partners) if self.env['qbo.connection']._collecting() else []
        result = super()._update_foreign_keys(src_partners, dst_partner)
        for records in moved:
            changes._append(records)
        changes._append(src_partners, target=dst_partner)
        self.env['qbo.store.change']._append_all()
        return result

    @api.model
    def _qbo_moved(self, partners):
        """Return the documents, payments and applied credits of these partners, as a list of recordsets."""
        env = self.sudo().env
        of_partners = [('partner_id', 'in', partners.ids)]
        of_contacts = [('partner_id.commercial_partner_id', 'in', partners.ids)]
        moves = env['account.move'].search(
            ['|', '|', *of_partners, *of_contacts, ('partner_shipping_id', 'in', partners.ids)]
        )
        payments = env['account.payment'].search(['|', *of_partners, *of_contacts])
        sides = [(f'partial_ids.{side}.move_id', 'in', moves.ids) for side in ('debit_move_id', 'credit_move_id')]
        applications = env['qbo.application'].search(['|', *sides])
        return [moves._qbo_owner(), payments._qbo_owner(), applications]
