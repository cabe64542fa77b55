"""A file of a document, here and in QuickBooks: which is which, how it stands, and why it is not on both sides."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ..connection.reason import NO_REASON, Reason, declare
from ..link.link import ORIGINS

READERS = (
    'account.group_account_invoice,account.group_account_readonly,quickbooks_online.quickbooks_online_group_manager'
)
PDF_FIELD = 'invoice_pdf_report_file'
"""Where Odoo keeps the PDF of an invoice that was sent. All else in a field of a record is technical."""

_lt = LazyTranslate(__name__)
declare(
    {
        'file_deleted_here': _lt("It was deleted in Odoo. It stays in QuickBooks."),
        'file_deleted_there': _lt("It was deleted in QuickBooks. It stays in Odoo."),
        'file_detached_there': _lt("It was taken off the document in QuickBooks. It stays in Odoo."),
    }
)


class QboAttachment(models.Model):
    """Ties a file of a document to an Attachable of QuickBooks (qbo-purchases 11).

    Inserted when a file is attached in Odoo, or found in QuickBooks. What the file belongs to may come later: a draft
    is not in QuickBooks yet. A file is on each side once: known by its content in Odoo, by its id in QuickBooks.
    """

    _name = 'qbo.attachment'
    _description = "File in QuickBooks"
    _check_company_auto = True
    _inherit = ['qbo.guard']
    _order = 'id desc'
    _rec_name = 'name'

    qbo_company_id = fields.Many2one('qbo.company', required=True, ondelete='cascade', index=True, readonly=True)
    company_id = fields.Many2one(related='qbo_company_id.company_id', store=True, index=True)
    name = fields.Char("File", readonly=True)
    res_model = fields.Char("Model", readonly=True)
    res_id = fields.Many2oneReference("Document", model_field='res_model', readonly=True)
    entity = fields.Char("QuickBooks Type", readonly=True, help="Of the document.")
    entity_id = fields.Char("Document's QuickBooks Id", readonly=True)
    attachment_id = fields.Many2one('ir.attachment', ondelete='set null', index='btree_not_null', readonly=True)
    qbo_id = fields.Char("QuickBooks Id", readonly=True)
    origin = fields.Selection(ORIGINS, "Attached in", required=True, readonly=True)
    state = fields.Selection(
        [
            ('pending', "Pending"),
            ('sending', "Sending"),
            ('synced', "On both sides"),
            ('left', "Left out"),
            ('gone', "Deleted on one side"),
        ],
        required=True,
        default='pending',
        readonly=True,
    )
    must_look = fields.Boolean(readonly=True, help="QuickBooks may have this file from before: look before it is sent.")
    is_alone = fields.Boolean("Sent by Itself", readonly=True)
    checksum = fields.Char(readonly=True, help="Of the content, as Odoo computes it.")
    size = fields.Integer(readonly=True)
    request_id = fields.Many2one('qbo.request', ondelete='set null', index='btree_not_null', readonly=True)
    attempts = fields.Integer(readonly=True)
    retry_at = fields.Datetime(readonly=True)
    checked_at = fields.Datetime("Last Seen in QuickBooks", readonly=True)
    reason = fields.Json(readonly=True)
    message = fields.Text(compute='_compute_message')

    _unique_there = models.UniqueIndex(
        '(qbo_company_id, qbo_id, entity, entity_id) WHERE qbo_id IS NOT NULL',
        "A file of a document in QuickBooks is known once.",
    )
    _open_idx = models.Index("(qbo_company_id) WHERE state IN ('pending', 'sending')")
    _lost_idx = models.Index("(qbo_company_id) WHERE state = 'synced' AND attachment_id IS NULL")
    _document_idx = models.Index('(res_model, res_id)')

    # === COMPUTE METHODS === #

    @api.depends('reason')
    @api.depends_context('lang')
    def _compute_message(self):
        for row in self:
            row.message = Reason.of(row.reason).text(self.env) if row.reason else False

    # === ACTION METHODS === #

    def action_retry(self):
        """Try again with files that were left out, or that wait for a later attempt."""
        self._check_may('read')
        rows = self.sudo().filtered(lambda row: row.state in ('pending', 'left'))
        rows.write({'state': 'pending', 'attempts': 0, 'retry_at': False, 'reason': False})
        rows.qbo_company_id.connection_ids._wake()
        return True

    def _check_may(self, operation):
        """Whoever may see the document sees its files, and has them tried again."""
        super()._check_may('read')
        if self.env.su:
            return
        for model, rows in self.filtered('res_id').grouped('res_model').items():
            self.env[model].browse(rows.mapped('res_id')).exists()._check_may(operation)

    # === BUSINESS METHODS === #

    @api.model
    def _note(self, attachments, connections=None, must_look=False):
        """Note that files were attached, for the connections that send such files. Inserts in the caller's transaction.

        :param connections: only for these connections
        """
        takers = self.env['qbo.connection']._file_takers()
        if connections is not None:
            takers = [taker for taker in takers if taker.connection_id in connections.ids]
        if not takers:
            return
        for model, files in attachments.sudo().grouped('res_model').items():
            files = files.filtered(lambda file: file.res_id and file.type == 'binary')
            for taker in takers:
                some = files.filtered(lambda file, taker=taker: _goes(file, taker.choice))
                if model in taker.models and some:
                    self._insert(taker, model, some, must_look)

    @api.model
    def _note_linked(self, links, is_new=True):
        """Note the files that documents had before they were in QuickBooks, and nobody noted so far.

        :param bool is_new: whether they were linked just now: what we created there has no files there yet
        """
        for taker in self.env['qbo.connection']._file_takers():
            own = links.filtered(lambda link, company=taker.qbo_company_id: link.qbo_company_id.id == company)
            for model, some in own.filtered('res_id').grouped('res_model').items():
                if model not in taker.models:
                    continue
                files = self._files_of(model, some.mapped('res_id'))
                of_company = [('qbo_company_id', '=', taker.qbo_company_id)]
                files -= self.sudo().search([*of_company, ('attachment_id', 'in', files.ids)]).attachment_id
                made = set(some.filtered(lambda link: is_new and link.origin == 'odoo').mapped('res_id'))
                own_files = files.filtered(lambda file, made=made: file.res_id in made)
                connection = self.env['qbo.connection'].browse(taker.connection_id)
                self._note(own_files, connection)
                self._note(files - own_files, connection, must_look=True)

    @api.model
    def _files_of(self, model, res_ids):
        """Return the attachments of records that people see, and the PDFs of sent invoices, as superuser."""
        of_records = [('res_model', '=', model), ('res_id', 'in', res_ids)]
        domain = [*of_records, ('res_field', 'in', (False, PDF_FIELD))]
        return self.env['ir.attachment'].sudo().search(domain, order='id')

    @api.model
    def _insert(self, taker, model, files, must_look):
        documents = self.env[model].sudo().browse(files.mapped('res_id')).exists()
        mappings = [mapping for mapping in self.env['qbo.mapping']._of_model(model) if mapping._has_files]
        documents = documents.filtered_domain(Domain.OR(mapping._kind() for mapping in mappings))
        ids = set(documents._qbo_of_company(taker.company_id)._ids)
        files = files.filtered(lambda file: file.res_id in ids)
        self.sudo().create(
            [
                {
                    'qbo_company_id': taker.qbo_company_id,
                    'name': file.name,
                    'res_model': model,
                    'res_id': file.res_id,
                    'attachment_id': file.id,
                    'origin': 'odoo',
                    'must_look': must_look,
                }
                for file in files
            ]
        )
        if files and self.env.context.get('cron_id') != taker.cron_id:
            self.env['ir.cron'].sudo().browse(taker.cron_id)._trigger()

    def _due(self, step, origin):
        """Return the domain of the pending files whose document is on both sides, and whose time has come.

        :param str origin: ``odoo``: to be sent; ``qbo``: to be fetched
        """
        entities = tuple({mapping._entity for mapping in step.mappings if mapping._has_files})
        if not entities:
            return Domain.FALSE
        self.env['qbo.link'].flush_model()
        pairs = {
            'odoo': (('res_model', 'res_model'), ('res_id', 'res_id')),
            'qbo': (('entity', 'entity'), ('qbo_id', 'entity_id')),
        }

        def is_linked(_model, alias, _query):
            of_document = SQL(' AND ').join(
                SQL('link.%s = %s', SQL.identifier(there), SQL.identifier(alias, here)) for there, here in pairs[origin]
            )
            return SQL(
                """EXISTS (SELECT 1 FROM qbo_link AS link
                            WHERE link.qbo_company_id = %s AND link.entity IN %s AND %s AND link.mode != 'never'
                              AND link.state != 'gone' AND link.qbo_id IS NOT NULL AND link.res_id IS NOT NULL)""",
                step.qbo_company.id,
                entities,
                of_document,
            )

        return Domain(
            [
                ('qbo_company_id', '=', step.qbo_company.id),
                ('state', '=', 'pending'),
                ('origin', '=', origin),
                '|',
                ('retry_at', '=', False),
                ('retry_at', '<=', fields.Datetime.now()),
            ]
        ) & Domain.custom(to_sql=is_linked)

    @api.model
    def _document_domain(self, model, res_id):
        """Return the domain of the files of a document."""
        return Domain('res_model', '=', model) & Domain('res_id', '=', res_id)

    def _tie(self, **vals):
        """Note that a file is on both sides."""
        self.write({'state': 'synced', **vals, 'must_look': False, 'retry_at': False, 'reason': False})

    def _leave_out(self, reason):
        """Note why a file does not go to the other side. Its document stays as it is."""
        self.write({'state': 'left', 'retry_at': False, 'reason': reason.stored()})

    def _postpone(self, until, reason=None, state='pending'):
        """Try again later.

        :param Reason reason: why it waits, where somebody may wonder
        """
        stored = reason.stored() if reason else NO_REASON['reason']
        self.write({'state': state, 'retry_at': until, 'reason': stored})


def _goes(file, choice):
    """Return whether a file is one that a connection sends: the PDF of a sent invoice, or a file that people see."""
    is_pdf = file.res_field == PDF_FIELD
    return is_pdf or (choice == 'all' and not file.res_field)
