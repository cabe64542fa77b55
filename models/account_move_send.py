"""QuickBooks sends documents by e-mail, with its link to pay (qbo-api 2: the operation send). One click asks for it."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..qbo import settlements, text
from .account_move import MOVE_TYPES
from .link.mixin import GROUP
from .mapping.step import Step


class AccountMove(models.Model):
    _inherit = 'account.move'

    qbo_sent_at = fields.Datetime(
        "Sent from QuickBooks", compute='_compute_qbo_sent_at', compute_sudo=True, groups=GROUP
    )
    qbo_sends = fields.Boolean(compute='_compute_qbo_sends', compute_sudo=True, groups=GROUP)

    # === COMPUTE METHODS === #

    @api.depends_context('company')
    def _compute_qbo_sent_at(self):
        for move in self:
            delivery = (move.qbo_link_id.snapshot or {}).get('DeliveryInfo') or {}
            sent_at = delivery.get('DeliveryTime')
            move.qbo_sent_at = bool(sent_at) and text.parse_time(sent_at).replace(tzinfo=None)

    @api.depends('state', 'qbo_invoice_type')
    @api.depends_context('company')
    def _compute_qbo_sends(self):
        owed = self._qbo_kept_there()
        for move in self:
            move.qbo_sends = move in owed

    # === ACTION METHODS === #

    def action_qbo_send(self):
        """Have QuickBooks send these documents: what was changed goes there first, then QuickBooks is asked once.

        :raise UserError: not for QuickBooks, or without an e-mail address
        """
        self._check_may('write')
        documents = self.sudo()
        documents._qbo_check_sendable()
        for company, moves in documents._qbo_by_company():
            step = Step.of(self.env, company)
            for move in moves:
                step.link_for(step.mapping_of(move), move).send_asked = True
        self.env['qbo.change']._append(self)
        return self.env['qbo.connection']._toast(self.env._("QuickBooks sends it in a moment."))

    def _qbo_check_sendable(self):
        for company, moves in self._qbo_by_company():
            step = Step.of(self.env, company)
            for move in moves.with_company(company):
                if not step.connection or not move._qbo_is_sendable(step):
                    raise UserError(self.env._("%s is not for QuickBooks, or not confirmed yet.", move.display_name))
                if not move.qbo_email:
                    raise UserError(
                        self.env._(
                            "%s has no e-mail address. Enter one on its page QuickBooks, or on the customer.",
                            move.display_name,
                        )
                    )

    def _qbo_is_sendable(self, step):
        """Return whether QuickBooks has this document, or is going to get it, and can send it."""
        if self.move_type not in MOVE_TYPES or self.state != 'posted':
            return False
        mapping = step.mapping_of(self)
        return mapping._entity in settlements.RECEIVABLES.documents and mapping._wanted(step, self)

    # === NOT FROM ODOO === #

    def action_send_and_print(self):
        if len(self) > 1:
            self._qbo_refuse_mass_sending()
        return super().action_send_and_print()

    def _qbo_refuse_mass_sending(self):
        """Say why many of what customers pay in QuickBooks are not sent from Odoo.

        :raise UserError: with what to do instead
        """
        owed = self._qbo_kept_there()
        if owed:
            raise UserError(
                self.env._(
                    "QuickBooks sends the invoices that customers pay there, for example %s. Select those and press "
                    "Send from QuickBooks; select only the others to send them from here.",
                    owed[0].display_name,
                )
            )
