from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from ...qbo import endpoints
from ...qbo.lines import cents
from ...qbo.proof import Figure, unexplained, verdict
from ..connection.dialog import dialog
from ..connection.reason import Reason, declare, money

DOCUMENTS_MAX = 100  # that a line names; those that somebody has to look at come first

_lt = LazyTranslate(__name__)
declare(
    {
        'proof_part': _lt("%(amount)s: %(what)s"),
        'proof_part_end_of_day': _lt("not entered yet, the next end of day sends it."),
        'proof_part_changed': _lt("changed since it was sent, the next end of day sends the difference."),
        'proof_part_entry_pending': _lt("in a journal entry that is on its way to QuickBooks, or held back."),
        'proof_part_document_pending': _lt("on its way to QuickBooks."),
        'proof_part_excluded': _lt("kept out of QuickBooks by hand."),
        'proof_part_no_store': _lt("only in Odoo, nothing sends it."),
        'proof_part_before': _lt("dated before documents are sent (Documents From)."),
        'proof_part_unbooked': _lt("payments that Odoo books when the bank statement has them."),
        'proof_part_undeposited': _lt("money is deposited on each side for itself."),
        'proof_part_opening': _lt("%(amount)s: the opening difference, fixed on %(date)s."),
        'proof_part_fixed': _lt("%(amount)s: the opening difference, fixed with this proof."),
        'proof_part_unexplained': _lt("%(amount)s: no document explains it."),
        'proof_not_looked': _lt(
            "%(amount)s: not explained tonight, because that takes too many requests. Compare again to go on."
        ),
        'proof_covered': _lt("What single customers differ by explains it."),
    }
)
PARTS = {
    'end_of_day': Reason('proof_part_end_of_day'),
    'changed': Reason('proof_part_changed'),
    'entry_pending': Reason('proof_part_entry_pending'),
    'document_pending': Reason('proof_part_document_pending'),
    'excluded': Reason('proof_part_excluded'),
    'no_store': Reason('proof_part_no_store'),
    'before': Reason('proof_part_before'),
    'unbooked': Reason('proof_part_unbooked'),
    'undeposited': Reason('proof_part_undeposited'),
}
"""What each part of a figure is in words."""


class QboProofLine(models.Model):
    """One figure that is not the same on both sides. Figures that are the same leave no line."""

    _name = 'qbo.proof.line'
    _description = "Line of a QuickBooks Nightly Proof"
    _inherit = ['qbo.guard']
    _check_company_auto = True
    _order = 'kind, name, id'
    _rec_name = 'name'

    proof_id = fields.Many2one('qbo.proof', required=True, ondelete='cascade', index=True, readonly=True)
    company_id = fields.Many2one(related='proof_id.company_id', store=True, index=True)
    kind = fields.Selection(
        [
            ('customer', "Owed by a customer"),
            ('vendor', "Owed to a vendor"),
            ('owed', "Receivables or payables in all"),
            ('unapplied', "Payments and credits not applied"),
            ('undeposited', "Not deposited"),
            ('account', "Account"),
        ],
        "What",
        required=True,
        readonly=True,
    )
    key = fields.Char(required=True, index=True, readonly=True, help="The same every night.")
    name = fields.Char("Who", readonly=True)
    qbo_id = fields.Char("QuickBooks Id", readonly=True)
    partner_id = fields.Many2one('res.partner', "Customer", readonly=True, ondelete='set null')
    currency_id = fields.Many2one('res.currency', required=True, readonly=True)
    odoo_amount = fields.Monetary("Odoo", readonly=True)
    qbo_amount = fields.Monetary("QuickBooks", readonly=True)
    difference = fields.Monetary(readonly=True, help="Odoo less QuickBooks.")
    opening = fields.Monetary("Opening Difference", readonly=True)
    to_explain = fields.Monetary("Differs by", readonly=True, help="What is left of the difference that is expected.")
    unexplained = fields.Monetary(readonly=True)
    verdict = fields.Selection(
        [('agrees', "Agrees"), ('expected', "Expected"), ('differs', "Differs")], required=True, readonly=True
    )
    since = fields.Date(readonly=True, help="The first of the nights in a row that found it.")
    is_covered = fields.Boolean(readonly=True, help="What single customers differ by is all of it.")
    is_open = fields.Boolean("To Be Explained", readonly=True)
    parts = fields.Json(readonly=True, help="What is expected to differ: cents by reason.")
    apart = fields.Json(readonly=True, help="The documents that are known to differ, before they are looked at.")
    notes = fields.Json(readonly=True, help="Reasons in words, without documents.")
    document_ids = fields.One2many('qbo.proof.document', 'line_id', "Documents", readonly=True)
    in_words = fields.Text(compute='_compute_explanation')
    explanation = fields.Text(compute='_compute_explanation')

    # === COMPUTE METHODS === #

    @api.depends('notes', 'document_ids.reason')
    @api.depends_context('lang')
    def _compute_explanation(self):
        for line in self:
            texts = [Reason.of(stored).text(self.env) for stored in line.notes or ()]
            line.in_words = "\n".join(texts) or False
            texts += [f'{document.name}: {document.why}' for document in line.document_ids if not document.is_old]
            line.explanation = "\n".join(texts) or False

    # === MADE OF FIGURES === #

    @api.model
    def _vals(self, item, is_covered, opened_on):
        """Return the values of the line of an :class:`Item`.

        :param bool is_covered: whether the lines of customers explain it
        :param opened_on: the day on which the opening differences were fixed, False where that is still to come
        """
        figure = item.figure
        is_open = bool(figure.rest or item.apart) and not is_covered
        notes = [Reason('proof_covered').stored()] if is_covered else []
        return {
            'kind': item.kind,
            'key': item.key,
            'name': item.name,
            'qbo_id': item.qbo_id,
            'partner_id': item.partner and item.partner.id,
            'currency_id': item.currency.id,
            'odoo_amount': figure.odoo / 100,
            'qbo_amount': figure.qbo / 100,
            'difference': figure.difference / 100,
            'opening': figure.opening / 100,
            'to_explain': 0.0 if is_covered else figure.rest / 100,
            'verdict': 'expected' if is_covered else verdict(figure),
            'is_open': is_open,
            'is_covered': is_covered,
            'parts': figure.parts,
            'apart': item.apart,
            'notes': [*notes, *self._part_notes(figure, item.currency, opened_on)],
        }

    @api.model
    def _part_notes(self, figure, currency, opened_on):
        reasons = [
            Reason('proof_part', {'amount': money(amount / 100, currency), 'what': PARTS[part]})
            for part, amount in figure.parts.items()
            if amount
        ]
        if figure.opening:
            day, amount = fields.Date.to_string(opened_on) or '', money(figure.opening / 100, currency)
            reasons.append(Reason('proof_part_opening', {'amount': amount, 'date': day}))
        return [reason.stored() for reason in reasons]

    def _figure(self):
        amounts = (cents(self.odoo_amount), cents(self.qbo_amount), cents(self.opening))
        return Figure(*amounts, dict(self.parts or {}))

    def _place(self):
        """Return what documents are looked for by: the customer or account of QuickBooks, or a partner."""
        if self.kind == 'owed':
            return None
        return self.qbo_id or self.partner_id

    # === EXPLAINED === #

    def _conclude(self, found, is_looked_at=True):
        """Note which documents explain this line, and what comes out.

        :param found: a list of ``Found`` (``nightly_documents.py``)
        :param bool is_looked_at: whether documents were asked for at all
        """
        self.ensure_one()
        figure, documents = self._figure(), [each.document for each in found]
        current = [document for document in documents if not document.is_old]
        left = unexplained(figure, documents)
        if self.currency_id != self.company_id.currency_id and current:
            left = 0  # documents are in the currency of the company, and cannot be added up with this
        notes = list(self.notes or ())
        if self.proof_id.is_opening and self.kind != 'unapplied':
            self.opening = (figure.opening + left) / 100
            if left:
                notes.append(Reason('proof_part_fixed', {'amount': money(left / 100, self.currency_id)}).stored())
            left = 0
        is_red = bool(left) or any(not document.is_expected for document in current)
        if left:
            key = 'proof_part_unexplained' if is_looked_at else 'proof_not_looked'
            notes.append(Reason(key, {'amount': money(left / 100, self.currency_id)}).stored())
        self.write(
            {
                'is_open': False,
                'verdict': 'differs' if is_red else 'expected',
                'unexplained': left / 100,
                'to_explain': (figure.rest - (cents(self.opening) - figure.opening)) / 100 if is_red else 0.0,
                'notes': notes,
            }
        )
        found = sorted(found, key=lambda each: (each.document.is_old, each.document.is_expected))
        documents = self.env['qbo.proof.document']
        documents.create([{'line_id': self.id, **documents._vals(each)} for each in found[:DOCUMENTS_MAX]])

    # === ACTION METHODS === #

    def action_open(self):
        """Show this line with its documents."""
        self.ensure_one()
        self._check_may('read')
        return dialog(self, self.name)

    def action_open_partner(self):
        """Show the customer."""
        self.ensure_one()
        self._check_may('read')
        return self.partner_id.get_formview_action()


class QboProofDocument(models.Model):
    """A document that is not the same on both sides, in the currency of the company."""

    _name = 'qbo.proof.document'
    _description = "Document of a QuickBooks Nightly Proof"
    _inherit = ['qbo.guard']
    _check_company_auto = True
    _order = 'is_old, is_expected, date desc, id'

    line_id = fields.Many2one('qbo.proof.line', required=True, ondelete='cascade', index=True, readonly=True)
    company_id = fields.Many2one(related='line_id.company_id', store=True, index=True)
    currency_id = fields.Many2one(related='company_id.currency_id')
    entity = fields.Char("QuickBooks Type", readonly=True)
    qbo_id = fields.Char("QuickBooks Id", readonly=True)
    res_model = fields.Char("Model", readonly=True)
    res_id = fields.Many2oneReference("Record Id", model_field='res_model', readonly=True)
    name = fields.Char("Document", readonly=True)
    date = fields.Date(readonly=True)
    odoo_amount = fields.Monetary("Odoo", readonly=True)
    qbo_amount = fields.Monetary("QuickBooks", readonly=True)
    difference = fields.Monetary(readonly=True, help="Odoo less QuickBooks.")
    reason = fields.Json(readonly=True)
    why = fields.Text(compute='_compute_why')
    is_expected = fields.Boolean("Expected", readonly=True, help="Nobody has to do anything.")
    is_old = fields.Boolean("From Before", readonly=True, help="A part of the opening difference.")

    @api.depends('reason')
    @api.depends_context('lang')
    def _compute_why(self):
        for document in self:
            reason = Reason.of(document.reason)
            document.why = reason.text(self.env) if reason else False

    @api.model
    def _vals(self, found):
        """Return the values of a ``Found``."""
        document, row, record = found
        is_there = document.key[0] != 'odoo'
        words = (row.type, row.number) if row else ()
        return {
            'entity': is_there and document.key[0],
            'qbo_id': is_there and document.key[1],
            'res_model': record and record._name,
            'res_id': record and record.id,
            'name': record.display_name if record else " ".join(filter(None, words)),
            'date': (row and row.date) or (record and 'date' in record and record.date) or False,
            'odoo_amount': document.odoo / 100,
            'qbo_amount': document.qbo / 100,
            'difference': document.difference / 100,
            'reason': document.reason.stored(),
            'is_expected': document.is_expected,
            'is_old': document.is_old,
        }

    # === ACTION METHODS === #

    def action_open(self):
        """Open the document in Odoo."""
        self.ensure_one()
        self._check_may('read')
        return self.env[self.res_model].browse(self.res_id).get_formview_action()

    def action_open_in_quickbooks(self):
        """Open the document in QuickBooks."""
        self.ensure_one()
        self._check_may('read')
        connection = self.sudo().line_id.proof_id.connection_id
        url = endpoints.deep_link(connection.environment, self.entity, self.qbo_id, local_url=connection.local_url)
        return {'type': 'ir.actions.act_url', 'url': url, 'target': 'new'}
