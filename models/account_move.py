from odoo import api, fields, models
from odoo.exceptions import UserError

from ..qbo import text
from .link.mixin import GROUP
from .mapping.step import Step

MOVE_TYPES = ('out_invoice', 'out_refund')
"""The types of moves that are documents in QuickBooks, for customers."""
BILL_TYPES = ('in_invoice', 'in_refund')
"""Those that are from vendors."""
SALES_RECEIPT, PURCHASE_RECEIPT = RECEIPT_TYPES = ('out_receipt', 'in_receipt')
"""Those that are documents there together with their money."""
TYPES = [('qbo', "QuickBooks Online"), ('odoo', "Odoo only")]


class AccountMove(models.Model):
    """Customer invoices and credit notes: fields and buttons, and what their mappings ask of them.

    What they are in QuickBooks say ``qbo.mapping.document`` and what inherits it.
    """

    _name = 'account.move'
    _inherit = ['account.move', 'qbo.mixin']

    qbo_invoice_type = fields.Selection(
        TYPES,
        "Invoice Type",
        groups=GROUP,
        compute='_compute_qbo_invoice_type',
        store=True,
        readonly=False,
        help="QuickBooks Online: sent when it is confirmed. Odoo only: QuickBooks never hears of it. Can be changed "
        "until it is sent.",
    )
    qbo_number = fields.Char(
        "QuickBooks Number",
        compute='_compute_qbo_number',
        inverse='_inverse_qbo_number',
        search='_search_qbo_number',
        compute_sudo=True,
        groups=GROUP,
        help="The number in QuickBooks. Type one in to have it sent instead of Odoo's, 21 characters at most.",
    )
    qbo_email = fields.Char(
        "Email in QuickBooks",
        groups=GROUP,
        compute='_compute_qbo_email',
        store=True,
        readonly=False,
        help="Where QuickBooks sends this document when somebody presses Send there.",
    )
    qbo_can_accept_tax = fields.Boolean(compute='_compute_qbo_can_accept_tax', compute_sudo=True, groups=GROUP)
    qbo_class_id = fields.Many2one(
        'qbo.reference',
        "QuickBooks Class",
        check_company=True,
        domain="[('entity', '=', 'Class'), ('company_id', '=', company_id), ('qbo_id', '!=', False)]",
        groups=GROUP,
        help="Of all lines that have none of their own.",
    )

    # === COMPUTE METHODS === #

    @api.depends('move_type', 'company_id')
    def _compute_qbo_invoice_type(self):
        for move in self:
            connection = self.env['qbo.connection']._of_company(move.company_id)
            default = move.move_type in (*MOVE_TYPES, SALES_RECEIPT) and connection.default_invoice_type
            move.qbo_invoice_type = move.qbo_invoice_type or default or 'qbo'

    @api.depends_context('company')
    def _compute_qbo_number(self):
        for move in self:
            link = move.qbo_link_id
            move.qbo_number = link.doc_number or link.sent_as

    def _inverse_qbo_number(self):
        for company, moves in self._qbo_by_company():
            step = Step.of(self.env, company)
            for move in moves if step.connection else ():
                step.link_for(step.mapping_of(move), move).sent_as = move.qbo_number
        self.env['qbo.change']._append(self._qbo_owner())

    def _search_qbo_number(self, operator, value):
        self._check_search('qbo_number')
        if operator not in ('in', 'like', 'ilike', '=ilike', '=like'):
            return NotImplemented
        return self._qbo_linked_domain([('doc_number', operator, value)])

    @api.depends_context('company')
    def _compute_qbo_can_accept_tax(self):
        for move in self:
            link = move.qbo_link_id
            move.qbo_can_accept_tax = link.state == 'differs' and link.error_fix == 'accept_tax'

    @api.depends('partner_id')
    def _compute_qbo_email(self):
        for move in self:
            move.qbo_email = text.first_email(move.partner_id.email or move.commercial_partner_id.email)

    def write(self, vals):
        """Whether a document is for QuickBooks is decided until it is sent. What settles one lets it go there where it
        gets another customer or vendor."""
        if 'qbo_invoice_type' in vals:
            self.filtered(lambda move: move.qbo_invoice_type != vals['qbo_invoice_type'])._qbo_check_not_sent()
        result = super().write(vals)
        if 'partner_id' in vals:
            for records in self._qbo_owner()._qbo_settlements():
                self.env['qbo.change']._append(records)
        return result

    def _qbo_check_not_sent(self):
        sent = self.filtered('qbo_id')[:1]
        if sent:
            raise UserError(
                self.env._("Invoice Type: %s is in QuickBooks already. Cancel it, or keep its type.", sent.display_name)
            )

    # === ACTION METHODS === #

    def action_qbo_accept_tax(self):
        """Take QuickBooks' tax over into this document, by reset, change, post and reconcile again."""
        self.ensure_one()
        self._check_may('write')
        step = Step.of(self.env, self.company_id)
        step.mapping_of(self.sudo())._accept_tax(step, self.with_company(self.company_id))

    # === SMALL FACTS === #

    def _qbo_owner(self):
        return self.filtered(lambda move: move.move_type in (*MOVE_TYPES, *BILL_TYPES, *RECEIPT_TYPES))

    def _qbo_of_company(self, company_id):
        """Bills are collected where purchases are switched on."""
        own, collecting = super()._qbo_of_company(company_id), self.env['qbo.connection']._collecting()
        if any(item.company_id == company_id and 'sync_purchases' in item.switches for item in collecting):
            return own
        return own.filtered(lambda move: move.move_type not in (*BILL_TYPES, PURCHASE_RECEIPT, 'entry'))

    def _qbo_tax_lines(self):
        """Return the journal items of the tax, with what a cash rounding adds to it."""
        return self.line_ids.filtered(
            lambda line: (
                line.display_type == 'tax' or (line.display_type == 'rounding' and line.tax_repartition_line_id)
            )
        )
