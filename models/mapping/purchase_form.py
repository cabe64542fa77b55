"""What comes from vendors: bills and vendor credits (purchases 1 to 4)."""

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import html2plaintext, is_html_empty, plaintext2html
from odoo.tools.translate import LazyTranslate

from ...qbo import lines, open_amounts, values
from ...qbo.values import VOIDED, without_void
from ..connection.reason import Reason, declare, money
from .names import has_number, number_key

MEMO_MAX = 4000  # purchases 1.2: PrivateNote
SAID = frozenset(
    {
        'Id',
        'SyncToken',
        'domain',
        'sparse',
        'MetaData',
        'TotalAmt',
        'Balance',
        'HomeBalance',
        'HomeTotalAmt',
        'RecurDataRef',
        open_amounts.SEEN,
    }
)
"""What is known of an entity that nobody sends back."""
SOURCES = ('PurchaseOrder', 'ReimburseCharge')
"""What a bill is made of; all other links are QuickBooks' own (purchases 1.2)."""

_lt = LazyTranslate(__name__)
declare(
    {
        'lines_none_bought': _lt("It has no line with an amount. QuickBooks needs one."),
        'account_of_line': _lt(
            "The line “%(line)s” is on the account %(account)s, which is mapped to no account of QuickBooks. Press Map "
            "Accounts."
        ),
        'currency_of_vendor': _lt(
            "It is in %(ours)s, and QuickBooks has %(vendor)s in %(theirs)s. A vendor has one currency there: make a "
            "vendor of its own for %(ours)s."
        ),
        'tax_bought_us': _lt(
            "It has %(tax)s tax, and QuickBooks has no tax on purchases in the US. Take the tax off its lines and put "
            "it on a line of its own, or make it part of their prices."
        ),
    },
    fixes={'account_of_line': 'map_accounts'},
    is_check=True,
)
declare(
    {
        'tax_use': _lt(
            "Odoo also booked use tax (%(tax)s), which QuickBooks does not have on purchases in the US. Enter it there "
            "as a journal entry; all else is the same."
        ),
        'part_not_deductible': _lt(
            "Odoo booked a part of it as not deductible, on accounts of its own. QuickBooks has all of it on the "
            "accounts of its lines; what is owed is the same."
        ),
        'meet_bill': _lt(
            "Odoo has “%(name)s” of the same vendor and number: %(qbo)s in QuickBooks, %(odoo)s in Odoo. Press Link if "
            "it is the same document, or Create in Odoo to have another."
        ),
    },
    fixes={'meet_bill': 'meet'},
)


class QboMappingPurchaseForm(models.AbstractModel):
    """What bills and vendor credits share: a vendor and its number, lines with items or with accounts, purchase tax.

    QuickBooks documents sparse updates for neither (purchases 1.1): all of an entity goes back, what nobody changed as
    it came. It can void none of them, so that what is canceled here is deleted there.
    """

    _name = 'qbo.mapping.purchase_form'
    _inherit = 'qbo.mapping.document'
    _description = "Purchase Form"

    _switch = 'sync_purchases'
    _direction_field = 'bill_direction'
    _update = 'full'
    _is_name_unique = False  # the number is the vendor's
    _side = 'purchase'
    _party_member = 'VendorRef'
    _party_mapping = 'qbo.mapping.vendor'
    _line_detail = lines.ITEM
    _line_details = (lines.ITEM, lines.ACCOUNT)
    _number_field = 'ref'
    _account_type = 'liability_payable'

    def _paths(self):
        return (*super()._paths(), 'ref', 'date')

    # === WHICH === #

    def _domain(self, step):
        """What an entry holds never goes as a document too."""
        connection = step.connection
        return (
            self._kind()
            & Domain('state', '=', 'posted')
            & Domain('invoice_date', '>=', connection.purchases_start)
            & ~connection._entered()
            & connection._apart_from_stores()
        )

    def _requires(self, step, move):
        if move.state == 'cancel':
            return []
        sent = self._sent_lines(move)
        customers = [(self.env['qbo.mapping.customer'], partner) for partner in sent.qbo_customer_id]
        return super()._requires(step, move) + customers

    # === ITS NUMBER === #

    def _number(self, step, move):
        """Return the vendor's number, or what was typed in because that is too long."""
        return step.link(move, self._entity).sent_as or move.ref or ''

    def _kept_number(self, row):
        return None  # it is the field

    def _taken_name(self, values):
        """Companies may have QuickBooks refuse a number twice: of one vendor, or at all, which is not known (purchases
        1.2)."""
        return values.get('DocNumber')

    # === READY OR NOT === #

    def _line_problem(self, step, move):
        if not move._qbo_item_lines():
            return Reason('lines_none_bought')
        for line in self._sent_lines(move):
            if not self._product(step, line) and not self._account(step, line):
                shown = line.name or line.account_id.name
                return Reason('account_of_line', {'line': shown, 'account': line.account_id.display_name})
        return super()._line_problem(step, move)

    def _without_product(self, step, move):
        return move.env['account.move.line']  # those are lines with accounts

    def _currency_reason(self, ours, party, theirs):
        return Reason('currency_of_vendor', {'ours': ours, 'vendor': party.name, 'theirs': theirs})

    def _tax_problem(self, step, move):
        if not step.connection._is_us():
            return super()._tax_problem(step, move)
        tax = self._tax_total(move)
        return Reason('tax_bought_us', {'tax': money(tax, move.currency_id)}) if tax else None

    # === ODOO TO QUICKBOOKS === #

    def _whole(self, body, snapshot):
        """All goes back; of the documents that it is linked with, only those that were made of it by QuickBooks."""
        kept = {member: value for member, value in snapshot.items() if member not in SAID}
        kept['LinkedTxn'] = [row for row in kept.get('LinkedTxn') or () if row.get('TxnType') in SOURCES]
        return values.for_create({**kept, **body})

    def _snapshot(self, step, row):
        """All that goes back with an update, and what is compared."""
        kept = {member: value for member, value in row.items() if member not in SAID}
        return {**kept, **super()._snapshot(step, row)}

    def _values(self, step, move):
        found = super()._values(step, move)
        if step.connection._is_us():
            found['TxnTaxDetail'] = {}
        return found | {'PrivateNote': self._memo(move)[:MEMO_MAX] or None}

    def _memo(self, move):
        return '' if is_html_empty(move.narration) else html2plaintext(move.narration).strip()

    def _day(self, step, move):
        """Return the vendor's day; where the books have it in another month, their day: QuickBooks knows one only, by
        which it books."""
        day = super()._day(step, move)
        return day if _is_same_month(move.date or day, day) else move.date

    def _truncated(self, step, move):
        return [] if move.state == 'cancel' else [('PrivateNote', self._memo(move), MEMO_MAX)]

    def _create_only(self, step, move):
        """Bills of another currency get QuickBooks' account for that (purchases 3)."""
        connection = step.connection
        account = step.list_id(connection.payable_account_id)
        is_home = move.currency_id.name == (connection._home_currency() or step.company.currency_id.name)
        return {'APAccountRef': {'value': account}} if account and is_home else {}

    def _tax_body(self, step, move, body, snapshot):
        return {} if step.connection._is_us() else super()._tax_body(step, move, body, snapshot)

    # === LINES === #

    def _line_values(self, step, move):
        """Sections and notes are lines without an item: where QuickBooks has no items on purchases, they stay here."""
        found = super()._line_values(step, move)
        if step.connection._preference('ProductAndServicesPrefs', 'ForPurchase', True):
            return found
        return [line for line in found if line['DetailType'] != lines.DESCRIPTION]

    def _body(self, step, move, body, snapshot):
        body = super()._body(step, move, body, snapshot)
        if 'Line' in body:
            codes = [] if step.connection._is_us() else [lines.tax_code_of(line) for line in body['Line']]
            code = next(filter(None, codes), None)  # every line has to have one outside the US; of nothing it is none
            body['Line'] = [lines.bought_text(line, snapshot, code) for line in body['Line']]
        return body

    def _product(self, step, line):
        return line.product_id

    def _account(self, step, line):
        """Return the account of QuickBooks that the account of a line is mapped to, empty where it is none."""
        return self.env['qbo.mapping.journal_entry']._account(step, line.account_id)

    def _amount_line(self, step, line, amount, gross, qbo_class):
        members = {
            'description': line.name,
            'tax_code': self._line_tax_code(step, line),
            'qbo_class': qbo_class,
            'customer': step.qbo_id(line.qbo_customer_id, 'Customer'),
            'billable': line.qbo_is_billable and bool(line.qbo_customer_id),
            'gross': gross,
        }
        product = self._product(step, line)
        if not product:
            return lines.spent(step.list_id(self._account(step, line)), amount, **members)
        item = step.qbo_id(product, 'Item')
        return lines.bought(item, amount, *lines.price(amount, line.quantity), **members)

    def _line_in_words(self, step, line, money):
        if line['DetailType'] != lines.ACCOUNT:
            return super()._line_in_words(step, line, money)
        account = step.name_of('Account', lines.detail_of(line)['AccountRef']['value']) or ''
        about = " ".join((line.get('Description') or '').split())
        return f"{account} {about}".strip() + f" = {money(line['Amount'])}"

    # === QUICKBOOKS TO ODOO === #

    def _refers(self, step, row):
        refers = super()._refers(step, row)
        for line in lines.flattened(row.get('Line')):
            detail = lines.detail_of(line)
            refers += [(entity, self._ref(detail, f'{entity}Ref')) for entity in ('Account', 'Customer')]
        return [(entity, qbo_id) for entity, qbo_id in refers if qbo_id]

    def _from_row(self, step, row):
        found = super()._from_row(step, row)
        if step.connection._is_us():
            found['TxnTaxDetail'] = {}
        note = row.get('PrivateNote') or ''
        return found | {'PrivateNote': (without_void(note) if found[VOIDED] else note) or None}

    def _left_out_before(self, step, rows):
        connection = step.connection
        return connection._why_left_out(rows, lambda old: self._match_rows(step, old), connection.purchases_since)

    def _match_rows(self, step, rows):
        """The same vendor and number, of the same amount where there is one; without a number, the same vendor, day and
        amount. Capitals and blanks of a number count for nothing: people type it in on either side."""
        parties = {row['Id']: step.record_of('Vendor', self._ref(row, 'VendorRef')) for row in rows}
        vendors = self.env['res.partner'].union(*(found for found in parties.values() if found))
        free = self._free(step, rows, vendors) if vendors else {}
        matches = {}
        for is_exact in (True, False):
            for row in (row for row in rows if row['Id'] not in matches):
                number = number_key(row.get('DocNumber'))
                same = free.get((parties[row['Id']].id, number or row.get('TxnDate')), [])
                total = lines.cents(row.get('TotalAmt'))
                fits = [move for move in same if lines.cents(move.amount_total) == total or (number and not is_exact)]
                if fits:
                    same.remove(fits[0])
                    matches[row['Id']] = fits[0]
        return matches

    def _free(self, step, rows, vendors):
        """Return ``{(vendor id, number, or the day of one without): documents}`` that are not linked yet."""
        numbers = {number_key(row.get('DocNumber')) for row in rows} - {''}
        days = [row['TxnDate'] for row in rows if not number_key(row.get('DocNumber'))]
        found = self._records(step).search(
            Domain('commercial_partner_id', 'in', vendors.ids)
            & self._kind()
            & Domain('company_id', '=', step.company.id)
            & Domain('state', '=', 'posted')
            & (has_number('ref', numbers) | (Domain('ref', '=', False) & Domain('invoice_date', 'in', days)))
        )
        step.load_links(found)
        free = {}
        for move in found:
            if not step.qbo_id(move, self._entity):
                number = number_key(move.ref) or fields.Date.to_string(move.invoice_date)
                free.setdefault((move.commercial_partner_id.id, number), []).append(move)
        return free

    def _doubt(self, step, row, record):
        if lines.cents(record.amount_total) == lines.cents(row.get('TotalAmt')):
            return None
        here, there = record.amount_total, row.get('TotalAmt') or 0.0
        return Reason(
            'meet_bill',
            {
                'name': record.display_name,
                'qbo': money(there, record.currency_id),
                'odoo': money(here, record.currency_id),
            },
        )

    def _becomes_posted(self, step):
        return step.connection.take_bills_as == 'posted'

    def _light_members(self):
        return super()._light_members() | {'PrivateNote'}

    def _light_vals(self, step, move, changes):
        vals = super()._light_vals(step, move, changes)
        if 'DocNumber' in changes:
            vals['ref'] = changes['DocNumber'] or False
            if move:
                step.link(move, self._entity).sent_as = False
        if 'PrivateNote' in changes:
            vals['narration'] = plaintext2html(changes['PrivateNote']) if changes['PrivateNote'] else False
        return vals

    def _heavy_vals(self, step, move, changes):
        """Bills have two days: the vendor's, and that of the books (odoo19-purchases 1.1), which may differ by months;
        then QuickBooks has the latter."""
        vals = super()._heavy_vals(step, move, changes)
        if day := fields.Date.to_date(vals.get('invoice_date')):
            vals['date'] = day
            theirs = move and move.invoice_date
            if theirs and not _is_same_month(move.date, theirs) and not _is_same_month(day, theirs):
                del vals['invoice_date']
        return vals

    def _number_vals(self, step, move, vals):
        """Another month has numbers of its own in Odoo; the vendor's number stays."""
        link = step.link(move, self._entity)
        kept, found = link.sent_as, super()._number_vals(step, move, vals)
        if link.sent_as != kept:
            link.sent_as = kept
        return found

    def _named_vals(self, step, line):
        detail = lines.detail_of(line)
        vals = {
            'qbo_customer_id': self._customer(step, detail).id,
            'qbo_is_billable': detail['BillableStatus'] != 'NotBillable',
        }
        if line['DetailType'] == lines.ITEM:
            return {**vals, **super()._named_vals(step, line)}
        account = self._account_from(step, detail['AccountRef']['value'])
        return {**vals, 'product_id': False, 'account_id': account.id, 'name': line['Description'] or account.name}

    def _changed_vals(self, step, line, theirs, old, row, changes):
        vals = super()._changed_vals(step, line, theirs, old, row, changes)
        if theirs['DetailType'] == lines.DESCRIPTION:
            return vals
        now, was = lines.detail_of(theirs), lines.detail_of(old)
        if now['CustomerRef'] != was['CustomerRef']:
            vals['qbo_customer_id'] = self._customer(step, now).id
        if now['BillableStatus'] != was['BillableStatus']:
            vals['qbo_is_billable'] = now['BillableStatus'] != 'NotBillable'
        return vals

    def _customer(self, step, detail):
        """Return for whom a line was bought, empty for nobody that Odoo knows."""
        return step.record_of('Customer', detail['CustomerRef']['value']) or step.env['res.partner']

    def _account_from(self, step, qbo_id):
        """Return the account of Odoo that a line with an account is booked on.

        :raise UserError: it is mapped to none, and no account is chosen for such lines
        """
        there = step.list_item('Account', qbo_id)
        accounts = step.env['account.account'].with_company(step.company)
        own = Domain(accounts._check_company_domain(step.company))
        found = there and accounts.search(own & Domain('qbo_account_id', '=', there.id), limit=1)
        found = found or step.connection.bill_account_id
        if not found:
            raise UserError(
                self.env._(
                    "The account “%s” of QuickBooks is mapped to no account of Odoo. Map it under QuickBooks, "
                    "Configuration, Account Mapping; or choose an account for other expenses on the connection, page "
                    "Purchases.",
                    there.name or qbo_id,
                )
            )
        return found

    # === BOTH === #

    def _difference(self, step, move, snapshot):
        """What both sides agree on, and Odoo books in a way that QuickBooks has not."""
        found = super()._difference(step, move, snapshot)
        if found or move.state != 'posted':
            return found
        used = move._qbo_tax_lines().filtered(lambda line: line.amount_currency)
        if step.connection._is_us() and used:
            total = sum(line.amount_currency for line in used if line.amount_currency > 0)
            return Reason('tax_use', {'tax': money(total, move.currency_id)})
        if any(line.deductible_amount < 100 for line in move._qbo_item_lines()):
            return Reason('part_not_deductible')
        return None

    # === WHAT USERS SEE === #

    def _labels(self):
        return super()._labels() | {
            'VendorRef': self.env._("vendor"),
            'DocNumber': self.env._("vendor's number"),
            'PrivateNote': self.env._("memo"),
        }


def _is_same_month(day, other):
    return (day.year, day.month) == (other.year, other.month)
