from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import html2plaintext, is_html_empty

from ..qbo import lines, text
from ..qbo.values import VOIDED
from .link.mixin import GROUP

ENTITIES = {'out_invoice': 'Invoice', 'out_refund': 'CreditMemo'}
MOVE_TYPES = {'Invoice': 'out_invoice', 'CreditMemo': 'out_refund', 'RefundReceipt': 'out_refund'}
TYPES = [('qbo', "QuickBooks Online"), ('odoo', "Odoo only")]
NUMBER_MAX = 21  # qbo-api 9.6
NOTED = frozenset(
    {
        'state',
        'name',
        'partner_id',
        'partner_shipping_id',
        'invoice_date',
        'invoice_date_due',
        'invoice_payment_term_id',
        'invoice_line_ids',
        'line_ids',
        'narration',
        'currency_id',
        'invoice_currency_rate',
        'qbo_invoice_type',
        'qbo_email',
        'qbo_class_id',
        'qbo_discount',
        'qbo_discount_type',
        'qbo_discount_before_tax',
    }
)


class AccountMove(models.Model):
    """Customer invoices and credit notes (qbo-api 9.6, 9.9): fields and answers to the engine.

    What they look like in QuickBooks stands in ``account_move_values.py``, how QuickBooks' version is taken over in
    ``account_move_apply.py``.
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
        domain="[('entity', '=', 'Class'), ('company_id', '=', company_id)]",
        groups=GROUP,
        help="Of all lines that have none of their own.",
    )

    # === WHAT THE ENGINE ASKS === #

    def _qbo_entity(self):
        if not self:
            return self.env.context.get('qbo_entity', 'Invoice')
        if self.qbo_is_refund:
            return 'RefundReceipt'
        return ENTITIES[self.move_type]

    def _qbo_entities(self):
        return tuple(MOVE_TYPES)

    def _qbo_fields(self):
        return NOTED

    def _qbo_toggle(self):
        return 'sync_billing'

    def _qbo_rank(self):
        return 10

    def _qbo_owner(self):
        return self.filtered(lambda move: move.move_type in ENTITIES)

    def _qbo_domain(self):
        connection = self.env['qbo.connection']._of_company(self.env.company)
        return Domain(
            [
                ('move_type', 'in', tuple(ENTITIES)),
                ('state', '=', 'posted'),
                ('qbo_invoice_type', '=', 'qbo'),
                ('invoice_date', '>=', connection.billing_start),
            ]
        )

    def _qbo_ending(self):
        if not self.exists():
            return 'delete'
        if self.state != 'cancel':
            return None
        return 'void' if self._qbo_entity() == 'Invoice' else 'delete'  # qbo-api 9.3: only invoices can be voided

    def _qbo_requires(self):
        if self.state == 'cancel':
            return []
        term = self._qbo_term()
        products = [line._qbo_product() for line in self._qbo_sent_lines()]
        return [self.commercial_partner_id, *dict.fromkeys(filter(None, products)), *([term] if term else [])]

    def _qbo_schedules(self):
        return ('documents',)

    def _qbo_names(self):
        return 'DocNumber', (self._qbo_entity(),)

    def _qbo_noun(self):
        nouns = {'CreditMemo': self.env._("Credit note"), 'RefundReceipt': self.env._("Refund")}
        return nouns.get(self._qbo_entity(), self.env._("Invoice"))

    def _qbo_labels(self):
        return {
            'CustomerRef': self.env._("customer"),
            'TxnDate': self.env._("date"),
            'DueDate': self.env._("due date"),
            'SalesTermRef': self.env._("payment terms"),
            'DocNumber': self.env._("number"),
            'CustomerMemo': self.env._("message to the customer"),
            'BillEmail': self.env._("e-mail"),
            'BillAddr': self.env._("billing address"),
            'ShipAddr': self.env._("service address"),
            'CurrencyRef': self.env._("currency"),
            'ExchangeRate': self.env._("exchange rate"),
            'ClassRef': self.env._("class"),
            'GlobalTaxCalculation': self.env._("tax included or not"),
            'ApplyTaxAfterDiscount': self.env._("discount before tax"),
            'TxnTaxDetail': self.env._("tax"),
            'DepositToAccountRef': self.env._("paid from"),
            'Line': self.env._("lines"),
            'Description': self.env._("line description"),
            VOIDED: self.env._("void"),
        }

    def _qbo_suggestion(self):
        """A number that is too long keeps its end, which counts; one that is taken gets a further number."""
        number = self._qbo_doc_number()
        if len(number) > NUMBER_MAX:
            return number[-NUMBER_MAX:].lstrip('/-')
        stem, dash, tail = number.rpartition('-')
        number, again = (stem, int(tail) + 1) if dash and tail.isdigit() and len(tail) == 1 else (number, 2)
        return f'{number[: NUMBER_MAX - 2]}-{again}'

    def _qbo_take_suggestion(self):
        self.qbo_link_id.sent_as = self._qbo_suggestion()

    # === READY OR NOT === #

    def _qbo_ready(self):
        if self.state == 'draft':
            return self.env._("It is a draft in Odoo. It is sent when it is confirmed.")
        return self._qbo_closed_books() or self._qbo_held_by_payment()

    def _qbo_closed_books(self):
        """Return why the closed books of QuickBooks hold this document back, or None."""
        connection = self.env['qbo.connection']._of_company(self.env.company)
        link, day = self.qbo_link_id, self._qbo_day()
        there = (link.base_qbo or {}).get('TxnDate')
        is_moved = (link.base_odoo or {}).get('TxnDate') != fields.Date.to_string(day)
        days = [fields.Date.to_date(there)] if there else []
        days += [connection._open_day(day)] if is_moved else []
        reason = connection._closed_books_reason(min(days))
        _values, operation, body = link._plan(self) if reason else (None, None, None)
        return reason if body and operation != 'send' else None

    def _qbo_problem(self):
        if self.state == 'cancel':
            return None
        if len(self._qbo_doc_number() or '') > NUMBER_MAX:
            text_ = self.env._(
                "The number %(number)s has more than %(max)s characters, which is all that QuickBooks takes.",
                number=self._qbo_doc_number(),
                max=NUMBER_MAX,
            )
            return 'number', text_, 'send_as'
        return (
            self._qbo_line_problem()
            or self._qbo_currency_problem()
            or self._qbo_rounding_problem()
            or self._qbo_tax_problem()
            or self._qbo_bundle_problem()
        )

    def _qbo_line_problem(self):
        items = self._qbo_item_lines()
        if not items:
            return 'lines', self.env._("It has no line with a product or service. QuickBooks needs one."), None
        without = self._qbo_sent_lines().filtered(lambda line: not line._qbo_product())[:1]
        if not without:
            return None
        text_ = self.env._(
            "The line “%(line)s” has no product. Choose one, or choose a product for lines without one on the "
            "QuickBooks connection.",
            line=without.name or '',
        )
        return 'product', text_, None

    def _qbo_rounding_problem(self):
        """Where QuickBooks calculates the tax, no rounding can be in it; outside the US its line needs a tax code."""
        connection = self.env['qbo.connection']._of_company(self.env.company)
        if any(line._qbo_taxes(connection)._qbo_code_or_reason(connection)[1] for line in self._qbo_rounding_lines()):
            text_ = self.env._(
                "The cash rounding %(method)s is a line without tax, and QuickBooks wants a tax code on every line. "
                "Make a sales tax of 0 %% that has a tax code in QuickBooks, or take the cash rounding off.",
                method=self.invoice_cash_rounding_id.name,
            )
            return 'rounding', text_, None
        if not connection.automated_tax or 'rounding' not in self._qbo_tax_lines().mapped('display_type'):
            return None
        text_ = self.env._(
            "The cash rounding %(method)s rounds its tax, and QuickBooks calculates the tax itself. Choose a cash "
            "rounding that adds a line, or none; or switch the automated tax calculation off on the QuickBooks "
            "connection.",
            method=self.invoice_cash_rounding_id.name,
        )
        return 'rounding', text_, None

    def _qbo_bundle_problem(self):
        """A bundle goes back as it came, or not at all: its lines are QuickBooks' (qbo-api 9.6)."""
        known = (self.qbo_link_id.facts or {}).get('Line') or ()
        if not any(line.get('DetailType') == lines.GROUP for line in known):
            return None
        connection = self.env['qbo.connection']._of_company(self.env.company)
        agreed = (self.qbo_link_id.base_odoo or {}).get('Line')
        bundle = lines.broken_bundle(self._qbo_line_values(connection), known, agreed)
        if not bundle:
            return None
        text_ = self.env._(
            "A line of the bundle “%(bundle)s” was changed in Odoo, and bundles can only be changed in QuickBooks. Put "
            "its lines back as they were and change the bundle there, or delete all of its lines here.",
            bundle=bundle[lines.GROUP]['GroupItemRef'].get('name') or bundle.get('Description') or '',
        )
        return 'bundle', text_, None

    def _qbo_currency_problem(self):
        connection = self.env['qbo.connection']._of_company(self.env.company)
        home, ours = connection._home_currency(), self.currency_id.name
        theirs = (self.commercial_partner_id.qbo_link_id.facts or {}).get('Currency')
        if connection._has_currencies() and theirs and theirs != ours:
            text_ = self.env._(
                "It is in %(ours)s, and QuickBooks has %(customer)s in %(theirs)s. A customer has one currency there: "
                "make a customer of its own for %(ours)s.",
                ours=ours,
                customer=self.commercial_partner_id.name,
                theirs=theirs,
            )
            return 'currency', text_, None
        if connection._takes_currency(self.currency_id):
            return None
        text_ = self.env._(
            "It is in %(currency)s, and the QuickBooks company has only %(home)s. Switch multicurrency on in "
            "QuickBooks, then refresh the lists on the connection.",
            currency=ours,
            home=home,
        )
        return 'currency', text_, None

    # === COMPUTE METHODS === #

    @api.depends('move_type', 'company_id')
    def _compute_qbo_invoice_type(self):
        for move in self:
            connection = self.env['qbo.connection']._of_company(move.company_id)
            move.qbo_invoice_type = move.qbo_invoice_type or connection.default_invoice_type or 'qbo'

    @api.depends_context('company')
    def _compute_qbo_number(self):
        for move in self:
            link = move.qbo_link_id
            move.qbo_number = link.doc_number or link.sent_as

    def _inverse_qbo_number(self):
        for company, moves in self._qbo_by_company():
            connection = self.env['qbo.connection']._of_company(company)
            for move in moves if connection else ():
                self.env['qbo.link'].sudo()._for(connection, move).sent_as = move.qbo_number
        self.env['qbo.change']._append(self._qbo_owner())

    def _search_qbo_number(self, operator, value):
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
        """Whether a document is for QuickBooks is decided until it is sent."""
        if 'qbo_invoice_type' in vals:
            self.filtered(lambda move: move.qbo_invoice_type != vals['qbo_invoice_type'])._qbo_check_not_sent()
        return super().write(vals)

    def _qbo_check_not_sent(self):
        sent = self.filtered('qbo_id')[:1]
        if sent:
            raise UserError(
                self.env._("Invoice Type: %s is in QuickBooks already. Cancel it, or keep its type.", sent.display_name)
            )

    # === SMALL FACTS === #

    def _qbo_doc_number(self):
        """Return the number that is sent: typed in by a person, or Odoo's where the connection says so."""
        if self.qbo_link_id.sent_as:
            return self.qbo_link_id.sent_as
        connection = self.env['qbo.connection']._of_company(self.env.company)
        return self.name if connection.doc_numbering == 'odoo' and self.name != '/' else ''

    def _qbo_sent_lines(self):
        """Return the lines that are items in QuickBooks: what is sold, and a cash rounding that is a line."""
        return self._qbo_item_lines() | self._qbo_rounding_lines()

    def _qbo_rounding_lines(self):
        roundings = self.line_ids.filtered(lambda line: line.display_type == 'rounding')
        return roundings.filtered(lambda line: not line.tax_repartition_line_id)

    def _qbo_term(self):
        """Return the payment terms where QuickBooks can express them, else an empty recordset."""
        term = self.invoice_payment_term_id
        return term if self._qbo_entity() == 'Invoice' and term._qbo_is_simple() else term.browse()

    def _qbo_message(self):
        return '' if is_html_empty(self.narration) else html2plaintext(self.narration).strip()
