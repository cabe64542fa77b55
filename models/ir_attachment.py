"""Files that are attached to documents: noted for QuickBooks where the connection says so."""

from odoo import api, models

# What makes another file of an attachment, or has it belong to another record.
NOTED = frozenset({'res_model', 'res_id', 'res_field', 'raw', 'datas'})


class IrAttachment(models.Model):
    _inherit = 'ir.attachment'

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        self.env['qbo.attachment']._note(attachments)
        return attachments

    def write(self, vals):
        result = super().write(vals)
        if not NOTED.isdisjoint(vals):
            self.env['qbo.attachment']._note(self)
        return result
