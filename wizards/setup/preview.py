"""What the first run will do, counted, listed, and each row with the payload behind it."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.orm.models import NO_ACCESS
from odoo.tools import format_date, split_every

from ...models.engine.pull import PAGE_SIZE
from ...models.mapping import meeting
from ...models.mapping.step import Step
from ...qbo import client, merge

WHAT = [
    ('create_qbo', "Created in QuickBooks"),
    ('create_odoo', "Created in Odoo"),
    ('link', "Linked"),
    ('update_qbo', "Linked and updated in QuickBooks"),
    ('update_odoo', "Linked and updated in Odoo"),
    ('hold', "Held until somebody fixes it"),
    ('leave', "Left alone"),
    ('undecided', "Undecided: left alone for now"),
]
KIND = [
    ('taxes', "Taxes"),
    ('customers', "Customers"),
    ('products', "Products and Services"),
    ('documents', "Documents"),
    ('purchases', "Vendors and Bills"),
]
MATCH_KINDS = {'customer': 'customers', 'product': 'products', 'vendor': 'purchases'}
SWITCHES = {'documents': 'sync_billing', 'purchases': 'sync_purchases'}
BATCH = 500


class QboSetupItem(models.Model):
    """One record or entity that the first run creates, links or leaves alone."""

    _name = 'qbo.setup.item'
    _inherit = ['qbo.guard']
    _description = "QuickBooks First Run: One Record"
    _check_company_auto = True
    _order = 'id'

    setup_id = fields.Many2one('qbo.setup', required=True, ondelete='cascade', index=True)
    company_id = fields.Many2one(related='setup_id.company_id')
    kind = fields.Selection(KIND, required=True)
    what = fields.Selection(WHAT, "What Happens", required=True)
    name = fields.Char("Record")
    res_model = fields.Char()
    res_id = fields.Many2oneReference(model_field='res_model')
    entity = fields.Char("QuickBooks Type")
    qbo_id = fields.Char("QuickBooks Id")
    in_qbo = fields.Json("Entity", groups=NO_ACCESS, help="As QuickBooks sent it.")
    sends = fields.Char("Changes in QuickBooks", help="The fields that get Odoo's value there.")
    takes = fields.Char("Changes in Odoo", help="The fields that get QuickBooks' value here.")
    why = fields.Char(help="Why it is left alone, or linked.")
    link_id = fields.Many2one('qbo.link', ondelete='set null', index='btree_not_null')
    outcome = fields.Char(compute='_compute_outcome', compute_sudo=True)

    @api.depends('link_id.state', 'link_id.error', 'link_id.undo')
    @api.depends_context('lang')
    def _compute_outcome(self):
        for item in self:
            item.outcome = item._outcome()

    def _record(self):
        """Return the Odoo record, for the company of the setup; empty where Odoo has none."""
        model = self.env[self.res_model].with_company(self.company_id)
        return model.browse(self.res_id).exists() if self.res_id else model

    def action_payload(self):
        """Show exactly what would be written for this row, and where. Writes nothing."""
        self.ensure_one()
        self._check_may('read')
        self.setup_id._check_may('read')
        item = self.sudo()
        if item.kind == 'taxes':
            return self.env['qbo.preview']._open_text(item.name, item.why or item.outcome, None)
        record = item._record()
        if item.what in ('create_qbo', 'leave', 'undecided') and record:
            return self.env['qbo.preview']._open(record)
        return self.env['qbo.preview']._open_text(item.name, *item._payload(record))

    def _payload(self, record):
        """Return ``(sentence, body, words)`` of what becomes of an entity that QuickBooks has; no words: no body."""
        if self.what in ('leave', 'undecided'):
            return self.env._("Nothing: it stays as it is. %s", self.why or ''), None
        step = Step(self.setup_id.connection_id)
        mapping = self.env['qbo.mapping']._of_link(self)
        if not record:
            values = mapping._from_row(step, self.in_qbo)
            words = self.env['qbo.preview']._in_words(step, mapping, record, values)
            return self.env._("This would be created in Odoo:"), values, words
        sends, takes = _split(step, mapping, record, self.in_qbo)
        if not sends and not takes:
            return self.env._("Nothing: the two are linked, and both hold the same."), None
        body = {'QuickBooks': merge.unflatten(sends), 'Odoo': merge.unflatten(takes)}
        in_words = self.env['qbo.preview']._in_words
        words = [
            (f'{side}: {name}', text)
            for side, values in body.items()
            for name, text in in_words(step, mapping, record, values)
        ]
        return self.env._("Linked; these fields would be written on each side:"), body, words


class QboSetupCount(models.Model):
    """One number of the preview."""

    _name = 'qbo.setup.count'
    _inherit = ['qbo.guard']
    _description = "QuickBooks First Run: Number"
    _order = 'id'

    setup_id = fields.Many2one('qbo.setup', required=True, ondelete='cascade', index=True)
    kind = fields.Selection(KIND, required=True)
    what = fields.Selection(WHAT, "What Happens", required=True)
    number = fields.Integer("Records")

    def action_show(self):
        """List the records behind this number."""
        self.ensure_one()
        self._check_may('read')
        return self.setup_id._action_items([('kind', '=', self.kind), ('what', '=', self.what)])


class QboSetup(models.Model):
    _inherit = 'qbo.setup'

    item_ids = fields.One2many('qbo.setup.item', 'setup_id', "Records")
    count_ids = fields.One2many('qbo.setup.count', 'setup_id', "Numbers")
    duplicate_count = fields.Integer(compute='_compute_warnings')
    credit_count = fields.Integer(compute='_compute_warnings')
    credit_text = fields.Char(compute='_compute_warnings')
    old_credit_text = fields.Char(compute='_compute_warnings')

    @api.depends('item_ids')
    def _compute_warnings(self):
        for setup in self:
            duplicates = [('connection_id', '=', setup.connection_id.id), ('verdict', '=', 'probable')]
            setup.duplicate_count = self.env['qbo.match'].search_count([*duplicates, ('decision', '!=', 'link')])
            credits, old = setup._credits('>='), setup._credits('<')
            setup.credit_count = len(credits)
            setup.credit_text = setup._credit_words(credits)
            text = self.env._("%s It is older than the start date and stays in Odoo only.", setup._credit_words(old))
            setup.old_credit_text = text if old else False

    def _credit_words(self, credits):
        total = self.company_id.currency_id.format(-sum(amount for _partner, amount in credits))
        if len(credits) == 1:
            return self.env._("1 customer has credit of %s.", total)
        return self.env._("%(count)s customers have credit of %(total)s.", count=len(credits), total=total)

    def _credits(self, operator):
        """Return ``[(customer, amount)]`` of what is open to a customer's credit in Odoo, as negative amounts.

        :param str operator: ``>=`` of what goes to QuickBooks, ``<`` of what is older than the start date
        """
        domain = [*self._credit_domain(), ('date', operator, self._first_day())]
        return self.env['account.move.line'].sudo()._read_group(domain, ['partner_id'], ['amount_residual:sum'])

    def _credit_domain(self):
        """Return the domain of the journal items that are open to customers' credit."""
        return [
            ('company_id', '=', self.company_id.id),
            ('parent_state', '=', 'posted'),
            ('account_type', '=', 'asset_receivable'),
            ('reconciled', '=', False),
            ('amount_residual', '<', 0),
        ]

    # === FILLING === #

    def _fill_preview(self):
        """Write the rows and numbers of the preview. Reads QuickBooks' documents where billing is wanted."""
        self._check_needs()
        self.item_ids.sudo().unlink()
        for rows in split_every(BATCH, self._counted(self._preview_rows()), list):
            self.env['qbo.setup.item'].sudo().create([{**row, 'setup_id': self.id} for row in rows])
        self._count()

    def _preview_rows(self):
        if self.want_products or self.want_billing:
            yield from self._tax_rows()
        if self.want_customers or self.want_products:
            yield from self._match_rows()
        if self.want_billing:
            yield from self._document_rows('documents', self._first_day())

    def _match_rows(self):
        """Yield the rows of customers, products and vendors: what was decided in the comparison."""
        step = Step(self.connection_id.sudo())
        for match in self._matches_of_both():
            yield self._match_row(step, match)

    def _matches_of_both(self):
        """Return the lines of the comparison that the run is about."""
        kinds = [('connection_id', '=', self.connection_id.id), ('kind', 'in', self._compared_kinds())]
        return self.env['qbo.match'].sudo().search(kinds, order='kind, id')

    def _compared_kinds(self):
        """Return the kinds of the comparison that the run is about."""
        wanted = {'customer': self.want_customers, 'product': self.want_products}
        return [kind for kind, is_wanted in wanted.items() if is_wanted]

    def _match_row(self, step, match):
        record = match._record().with_company(self.company_id)
        mapping = match._mapping()
        entity = match['values'] or {}
        row = {
            'kind': MATCH_KINDS[match.kind],
            'what': match.decision or 'undecided',
            'name': record.display_name or entity.get('DisplayName') or entity.get('Name'),
            'res_model': match.res_model,
            'res_id': record.id,
            'entity': mapping._entity,
            'qbo_id': match.qbo_id,
            'in_qbo': entity or False,
            'why': match.reason,
        }
        return {**row, **self._linked(step, mapping, record, entity)} if match.decision == 'link' else row

    def _linked(self, step, mapping, record, entity):
        """Return what linking the two would change where, in words."""
        labels = mapping._labels()
        sends, takes = _split(step, mapping, record, entity)
        what = 'update_qbo' if sends else 'update_odoo' if takes else 'link'
        return {'what': what, 'sends': _words(sends, labels), 'takes': _words(takes, labels)}

    def _document_rows(self, kind, first_day):
        """Yield the rows of documents and payments from a day on; those that QuickBooks has too are linked.

        :param str kind: ``'documents'`` of customers, ``'purchases'``
        """
        step = Step(self.connection_id.sudo())
        for match in self._matches_of_both():
            if match.decision == 'link':
                step.suppose(match._entity(), match.qbo_id, match._record())
        for mapping in self.env['qbo.mapping']._all():
            is_document = mapping._record_model in ('account.move', 'account.payment')
            if not is_document or mapping._switch != SWITCHES[kind]:
                continue
            records = mapping._records(step)
            records = mapping._concerned(step, records.search(mapping._domain(step) & mapping._visible(step)))
            step.load_links(records)
            matches = self._matches(step, mapping, first_day) if records else {}
            rows = [(record, matches.get(record.id), {}) for record in records]
            left = self._documents_left(mapping, records, first_day)
            rows += [(record, None, {'what': 'leave', 'why': why}) for record, why in left]
            for record, match, vals in rows:
                if not step.qbo_id(record, mapping._entity):
                    yield {**self._document_row(step, mapping, record, match), 'kind': kind, **vals}

    def _document_row(self, step, mapping, record, match):
        reason = not match and (mapping._wait_reason(step, record) or mapping._hold_reason(step, record))
        # What the step Taxes decided is done before the document goes.
        is_held = reason and not reason.key.startswith('tax_')
        return {
            'what': 'link' if match else 'hold' if is_held else 'create_qbo',
            'name': record.display_name,
            'res_model': record._name,
            'res_id': record.id,
            'entity': mapping._entity,
            'qbo_id': match and match['Id'],
            'in_qbo': match or False,
            'why': is_held and reason.text(self.env),
        }

    def _documents_left(self, mapping, records, first_day):
        """Yield ``(document, why)`` of what is posted in Odoo and does not go: it is older, or for Odoo only."""
        old = self.env._("It is dated before %s.", format_date(self.env, first_day))
        model = records.browse()
        if model._name == 'account.move':
            here = mapping._kind() & Domain('state', '=', 'posted') & Domain('company_id', '=', self.company_id.id)
            is_old = Domain('invoice_date', '<', first_day)
            yield from ((move, old) for move in model.search(here & is_old))
            only = here & ~is_old & Domain('qbo_invoice_type', '!=', 'qbo')
            yield from ((move, self.env._("It is for Odoo only.")) for move in model.search(only))

    def _matches(self, step, mapping, first_day):
        """Return ``{record id: row}`` of the documents that QuickBooks has already, by number and amount."""
        matches = {}
        for rows in self._documents_there(mapping._entity, first_day):
            own = {row['Id']: row for row in rows if mapping._takes(step, row)}
            for qbo_id, record in mapping._match_rows(step, list(own.values())).items():
                matches.setdefault(record.id, own[qbo_id])
        return matches

    def _documents_there(self, entity, first_day):
        """Yield pages of QuickBooks' documents of one type from a day on. Calls QuickBooks."""
        connection = self.connection_id.sudo()
        where, position, page = f'TxnDate >= {client.quote(str(first_day))}', 1, None
        while page is None or len(page) == PAGE_SIZE:
            tail = f'ORDERBY Id STARTPOSITION {position} MAXRESULTS {PAGE_SIZE}'
            page = connection._query(entity, where, tail)
            position += len(page)
            yield page

    def _count(self):
        """Write the numbers of the preview."""
        self.count_ids.sudo().unlink()
        groups = self.env['qbo.setup.item']._read_group([('setup_id', '=', self.id)], ['kind', 'what'], ['__count'])
        order = {(kind, what): place for place, (kind, what) in enumerate((k, w) for k, _ in KIND for w, _ in WHAT)}
        rows = sorted(groups, key=lambda row: order[row[:2]])
        self.env['qbo.setup.count'].sudo().create(
            [{'setup_id': self.id, 'kind': kind, 'what': what, 'number': number} for kind, what, number in rows]
        )

    # === LOOKING === #

    def _action_items(self, domain):
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("What Will Happen"),
            'res_model': 'qbo.setup.item',
            'view_mode': 'list',
            'domain': [('setup_id', '=', self.id), *domain],
        }

    def action_show_credits(self):
        """List what is open to customers' credit in Odoo."""
        self.ensure_one()
        self._check_may('read')
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Customer Credits"),
            'res_model': 'account.move.line',
            'view_mode': 'list',
            'domain': [*self._credit_domain(), ('date', '>=', self._first_day())],
            'context': {'group_by': ['partner_id'], 'create': False},
        }


def _split(step, mapping, record, entity):
    """Return ``(sends, takes)``: flat values that linking a record with an entity writes there and here.

    The same merge as the engine's, of two that meet for the first time.
    """
    is_source = step.connection.direction == 'odoo'
    rule = merge.ODOO if is_source else step.connection.conflict_rule
    decisions = meeting.decide(mapping, step, record, entity, rule, is_source=is_source)
    sends = {item.path: item.odoo for item in decisions if item.outcome == merge.ODOO}
    takes = {item.path: item.qbo for item in decisions if item.outcome == merge.QBO}
    return sends, {} if is_source else takes


def _words(flat, labels):
    """Return the names of some fields in words, separated by commas."""
    return ", ".join(sorted({labels.get(path) or labels.get(path.split('.')[0]) or path for path in flat})) or False
