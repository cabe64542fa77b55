from odoo import api, models


class QboLink(models.Model):
    _inherit = 'qbo.link'

    @api.model_create_multi
    def create(self, vals_list):
        """A document that is in QuickBooks now may have files from before."""
        links = super().create(vals_list)
        self.env['qbo.attachment']._note_linked(links.filtered('qbo_id'))
        return links

    def write(self, vals):
        fresh = self.filtered(lambda link: not link.qbo_id) if vals.get('qbo_id') else self.browse()
        result = super().write(vals)
        if fresh:
            self.env['qbo.attachment']._note_linked(fresh)
        return result
