from odoo import fields, models

from .attachments.attachment import READERS


class AccountPayment(models.Model):
    _inherit = 'account.payment'

    qbo_attachment_ids = fields.One2many(
        'qbo.attachment',
        'res_id',
        "Attachments in QuickBooks",
        domain=[('res_model', '=', 'account.payment')],
        readonly=True,
        copy=False,
        groups=READERS,
        help="How this payment's files stand on the two sides.",
    )
