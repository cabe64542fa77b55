from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.orm.models import NO_ACCESS

from ...models.comparison.rules import RULES
from ...models.connection.reason import Reason
from ...models.mapping.step import Step

KINDS = {
    'customer': ('res.partner', 'Customer'),
    'product': ('product.product', 'Item'),
    'vendor': ('res.partner', 'Vendor'),
}
SIDES = ('name', 'email', 'phone', 'address', 'ref')
PAIRED, ONLY_QBO, ONLY_ODOO = ('link', 'leave'), ('create_odoo', 'leave'), ('create_qbo', 'leave')


class QboMatch(models.Model):
    """One line of the comparison of both sides: a pair, or a record that is alone; and what becomes of it.

    Comparing reads and decides nothing that a person decided. :meth:`_carry_out` does what the lines say.
    """

    _name = 'qbo.match'
    _inherit = ['qbo.guard']
    _description = "Comparison with QuickBooks"
    _check_company_auto = True
    _order = 'kind, verdict, sort_name, id'
    _rec_name = 'sort_name'

    connection_id = fields.Many2one('qbo.connection', required=True, ondelete='cascade', index=True, readonly=True)
    company_id = fields.Many2one(related='connection_id.company_id', store=True, index=True)
    kind = fields.Selection(
        [('customer', "Customers"), ('product', "Products and services"), ('vendor', "Vendors")],
        required=True,
        readonly=True,
    )
    verdict = fields.Selection(
        [
            ('probable', "Probably the same"),
            ('status', "Active on one side only"),
            ('only_qbo', "Only in QuickBooks"),
            ('only_odoo', "Only in Odoo"),
            ('excluded', "Excluded by a rule"),
            ('exact', "The same"),
        ],
        "Found",
        required=True,
        readonly=True,
        group_expand=True,
    )
    rule = fields.Selection(RULES, readonly=True)
    reason = fields.Json(readonly=True)
    why = fields.Char(compute='_compute_why')
    decision = fields.Selection(
        [
            ('link', "Link"),
            ('create_odoo', "Create in Odoo"),
            ('create_qbo', "Create in QuickBooks"),
            ('leave', "Leave as it is"),
        ],
        help="Empty: nobody has decided. Until somebody does, it is left alone on both sides.",
    )
    allowed = fields.Char(compute='_compute_allowed')
    is_chosen = fields.Boolean("Decided by a Person", readonly=True)
    carried = fields.Selection(
        [
            ('link', "Linked"),
            ('create_odoo', "Created in Odoo"),
            ('create_qbo', "Created in QuickBooks"),
            ('leave', "Left out"),
            ('held', "Held"),
        ],
        "Carried Out",
        readonly=True,
    )
    is_done = fields.Boolean(compute='_compute_is_done', search='_search_is_done')
    is_by_hand = fields.Boolean("Paired by Hand", readonly=True)
    apart = fields.Json(readonly=True, help="Ids of records that a person said this entity of QuickBooks is not.")
    sort_name = fields.Char("Name", compute='_compute_sort_name', store=True)
    res_model = fields.Char("Model", required=True, readonly=True)
    res_id = fields.Many2oneReference("Record Id", model_field='res_model', readonly=True)
    odoo_name = fields.Char("In Odoo", help="Another name typed in here renames the record in Odoo.")
    odoo_email = fields.Char("E-mail in Odoo", readonly=True)
    odoo_phone = fields.Char("Phone in Odoo", readonly=True)
    odoo_address = fields.Char("Address in Odoo", readonly=True)
    odoo_ref = fields.Char("Reference in Odoo", readonly=True)
    odoo_active = fields.Boolean("Active in Odoo", readonly=True)
    qbo_id = fields.Char("QuickBooks Id", readonly=True)
    qbo_name = fields.Char("In QuickBooks", readonly=True)
    qbo_email = fields.Char("E-mail in QuickBooks", readonly=True)
    qbo_phone = fields.Char("Phone in QuickBooks", readonly=True)
    qbo_address = fields.Char("Address in QuickBooks", readonly=True)
    qbo_ref = fields.Char("SKU in QuickBooks", readonly=True)
    qbo_active = fields.Boolean("Active in QuickBooks", readonly=True)
    values = fields.Json(readonly=True, groups=NO_ACCESS, help="The entity as QuickBooks sent it.")
    has_two_names = fields.Boolean(compute='_compute_has_two_names')
    name_from = fields.Selection(
        [('odoo', "Odoo's"), ('qbo', "QuickBooks'")],
        "Name That Stays",
        help="Both sides have this name once they are linked.",
    )
    choice_partner_id = fields.Many2one('res.partner', "Another Contact", ondelete='set null', check_company=True)
    choice_product_id = fields.Many2one('product.product', "Another Product", ondelete='set null', check_company=True)

    _unique_record = models.UniqueIndex(
        '(connection_id, kind, res_id) WHERE res_id > 0', "A record stands in one line of a kind."
    )
    _unique_entity = models.UniqueIndex(
        '(connection_id, kind, qbo_id) WHERE qbo_id IS NOT NULL', "An entity of QuickBooks stands in one line."
    )

    # === COMPUTE METHODS === #

    @api.depends('res_id', 'qbo_id', 'rule')
    def _compute_allowed(self):
        for match in self:
            match.allowed = ','.join(match._allowed())

    @api.depends('reason')
    @api.depends_context('lang')
    def _compute_why(self):
        for match in self:
            reason = Reason.of(match.reason)
            words = reason.text(self.env) if reason else ''
            match.why = words[:1].upper() + words[1:]

    @api.depends('odoo_name', 'qbo_name')
    def _compute_sort_name(self):
        for match in self:
            match.sort_name = match.odoo_name or match.qbo_name

    @api.depends('odoo_name', 'qbo_name')
    def _compute_has_two_names(self):
        for match in self:
            names = match.odoo_name, match.qbo_name
            match.has_two_names = all(names) and names[0] != names[1]

    @api.depends('decision', 'carried')
    def _compute_is_done(self):
        for match in self:
            match.is_done = match.carried not in (False, 'leave', 'held')

    def _search_is_done(self, operator, value):
        if operator != 'in':
            return NotImplemented
        done = [('carried', 'in', ('link', 'create_odoo', 'create_qbo'))]
        return done if True in value else ['!', *done]

    # === CONSTRAINT METHODS === #

    @api.constrains('decision')
    def _check_decision(self):
        for match in self:
            if match.decision and match.decision not in match._allowed():
                raise ValidationError(
                    self.env._("%s: this decision does not fit what stands in the line.", match.sort_name)
                )

    # === CRUD METHODS === #

    def write(self, vals):
        """A decision written here is a person's, and a name goes to the record; :meth:`_fill` says otherwise itself."""
        by_person = 'decision' in vals and 'is_chosen' not in vals
        if by_person:
            self._check_open()
        result = super().write(vals)
        if by_person:
            self.sudo().is_chosen = True
        if 'odoo_name' in vals:
            for match in self.filtered('res_id'):
                match._rename(vals['odoo_name'])
        return result

    def _check_open(self):
        if done := self.filtered('is_done')[:1]:
            raise UserError(self.env._("%s: this was carried out already.", done.sort_name))

    # === RENAMING === #

    def _rename(self, name):
        """Give the record this name, with the rights of whoever does it, and look at the line again."""
        record = self._record()
        if name == self._mapping()._traits(Step(self.sudo().connection_id), record.sudo()).name:
            return
        if not name:
            raise UserError(self.env._("A record needs a name."))
        if record._name == 'product.product' and record.product_tmpl_id.product_variant_count > 1:
            raise UserError(self.env._("The name of a variant is that of its product. Rename it there."))
        record.name = name
        self.sudo()._meet()
        self.sudo()._recheck()

    # === BUSINESS METHODS === #

    def _allowed(self):
        """Return the decisions that can be carried out for this line."""
        if self.res_id and self.qbo_id:
            return PAIRED
        if self.res_id:
            return ONLY_ODOO
        return ONLY_QBO if self.rule != 'bundle' else ('leave',)

    def _mapping(self):
        """Return the mapping of this line."""
        model, entity = KINDS[self.kind]
        mappings = self.env['qbo.mapping']._of_model(model)
        return next(item for item in mappings if item._entity == entity and item._is_compared)

    def _model(self):
        return self.env[self.res_model].with_company(self.company_id)

    def _entity(self):
        return KINDS[self.kind][1]

    def _record(self):
        return self._model().browse(self.res_id).exists() if self.res_id else self._model()

    @api.model
    def _kinds(self, connection):
        """Return the kinds that are compared, in their order: vendors where purchases are synchronized."""
        return [kind for kind in KINDS if kind != 'vendor' or connection.sync_purchases]

    @api.model
    def _counts(self, connection):
        """Return ``{(kind, verdict, decision): number of lines}``; the decision is False where nobody decided."""
        groups = self.sudo()._read_group(
            [('connection_id', '=', connection.id)], ['kind', 'verdict', 'decision'], ['__count']
        )
        return {(kind, verdict, decision): count for kind, verdict, decision, count in groups}
