"""What the first import leaves out, and reading the whole of a list."""

from odoo import fields, models
from odoo.tools import groupby
from odoo.tools.translate import LazyTranslate

from ...qbo import errors
from ..connection.reason import Reason, declare
from ..engine.pull import PAGE_SIZE

# Pool Brain's rules (seed pool-brain-initial-import): what the switch ``skip_…`` of the same name leaves out. Bundles
# have no switch: Odoo has nothing like them.
RULES = [
    ('sub_customers', "Sub-customer"),
    ('inactive', "Inactive"),
    ('no_address', "No address"),
    ('no_first_name', "No first name"),
    ('duplicates', "Duplicate"),
    ('bundle', "Bundle"),
]
FORBIDDING = ('sub_customers', 'bundle')  # such entities can be linked with no record

_lt = LazyTranslate(__name__)
declare(
    {
        'skip_inactive': _lt("Inactive ones are not imported."),
        'skip_no_address': _lt("Customers without an address are not imported."),
        'skip_no_first_name': _lt("Customers without a first name are not imported."),
        'skip_duplicates': _lt("Odoo has one of the same name and billing address."),
        'skip_by_choice': _lt("It was decided to leave them out."),
    }
)


class QboCompany(models.Model):
    _inherit = 'qbo.company'

    compared_at = fields.Datetime("Compared", copy=False)


class QboConnection(models.Model):
    _inherit = 'qbo.connection'

    skip_duplicates = fields.Boolean(
        "Duplicates",
        default=True,
        tracking=True,
        help="A customer of QuickBooks whose name and billing address Odoo has already, in a customer that is linked "
        "with another one.",
    )
    skip_no_address = fields.Boolean(
        "Without an Address", default=True, tracking=True, help="Neither a billing nor a shipping address."
    )
    skip_no_first_name = fields.Boolean("Without a First Name", default=True, tracking=True)
    skip_sub_customers = fields.Boolean("Sub-Customers", default=True, tracking=True)
    skip_inactive = fields.Boolean(
        "Inactive Customers, Vendors and Products",
        default=True,
        tracking=True,
        help="Off: they are imported too, and archived in Odoo.",
    )
    compared_at = fields.Datetime(related='qbo_company_id.compared_at', readonly=False)

    # === RULES === #

    def _import_rule(self, step, mapping, row, is_duplicate):
        """Return which rule leaves an entity out of the first import, or None.

        :param dict row: the entity as QuickBooks sent it
        :param bool is_duplicate: whether Odoo has the same already
        """
        rule = next((rule for rule in mapping._import_rules(step, row) if self._has_rule(rule)), None)
        return rule or ('duplicates' if is_duplicate and self.skip_duplicates else None)

    def _has_rule(self, rule):
        name = f'skip_{rule}'
        return name not in self or self[name]

    def _left_out(self, step, entity, rows, is_first):
        """Return ``{id: reason}`` of the entities of a page that are not imported.

        What is linked with a record is always imported, and what can be linked with one is no new record.

        :param bool is_first: whether the rules of the first import hold
        """
        known = {link.qbo_id: link for link in step.links_to(entity, [row['Id'] for row in rows])}
        never = {qbo_id for qbo_id, link in known.items() if link.mode == 'never'}
        reasons = dict.fromkeys(never, Reason('skip_by_choice'))
        unknown = [row for row in rows if row['Id'] not in known]
        of_row = self.env['qbo.mapping']._of_row
        for name, some in groupby(unknown, lambda row: of_row(step, entity, row)._name):
            mapping = self.env[name]
            step.load_behind(key for row in some for key in mapping._refers(step, row))
            reasons.update(mapping._skip_reasons(step, some))
            if is_first and mapping._is_compared:
                rest = [row for row in some if row['Id'] not in reasons]
                reasons.update(self._ruled_out(step, mapping, rest))
        return reasons

    def _ruled_out(self, step, mapping, rows):
        """Return ``{id: why}`` of what the rules of the first import leave out of a page."""
        duplicates = mapping._duplicates(step, rows) if self.skip_duplicates else set()
        rules = {row['Id']: self._import_rule(step, mapping, row, row['Id'] in duplicates) for row in rows}
        matches = mapping._match_rows(step, [row for row in rows if rules[row['Id']]])
        return {qbo_id: Reason(f'skip_{rule}') for qbo_id, rule in rules.items() if rule and qbo_id not in matches}

    def _retry_refused(self):
        """Ask again for what could not be applied, such as the invoice of one who was left out; wake the engine."""
        refused = self.env['qbo.link'].sudo().search([
            ('qbo_company_id', 'in', self.qbo_company_id.ids), ('state', '=', 'error'), ('error_code', '=', 'odoo'),
            ('direction', '=', 'pull'),
        ])  # fmt: skip
        refused.retry_at = fields.Datetime.now()
        self._wake()

    # === READING === #

    def _read_all(self, entity, tell=None):
        """Return all entities of a type, inactive ones included; one that breaks its page is left out.

        :param str entity: a name list: ``'Customer'``
        :param tell: called after each page with how many were read so far
        """
        rows, position, size = [], 1, PAGE_SIZE
        while True:
            try:
                page = self._whole_page(entity, position, size)
            except errors.DataError:  # one bad record breaks all of its page (qbo-api 4.3, 4002)
                if size == 1:
                    position, size = position + 1, PAGE_SIZE
                else:
                    size //= 10
                continue
            rows += page
            if tell:
                tell(len(rows))
            if len(page) < size:
                return rows
            position, size = position + size, PAGE_SIZE

    def _whole_page(self, entity, position, size):
        """Return a page of a list with its inactive ones, which lists hide otherwise (qbo-api 5)."""
        where, tail = 'Active IN (true, false)', f'ORDERBY Id STARTPOSITION {position} MAXRESULTS {size}'
        statement = f'SELECT * FROM {entity} WHERE {where} {tail}'
        return self._read(statement, lambda qbo: qbo.query(statement)).values
