from odoo import fields, models

from .attachments.attachment import READERS


class AccountMove(models.Model):
    _inherit = 'account.move'

    qbo_attachment_ids = fields.One2many(
        'qbo.attachment',
        'res_id',
        "Attachments in QuickBooks",
        domain=[('res_model', '=', 'account.move')],
        readonly=True,
        copy=False,
        groups=READERS,
        help="How this document's files stand on the two sides.",
    )
