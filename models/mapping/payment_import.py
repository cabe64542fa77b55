"""QuickBooks' version of a payment comes to Odoo: through Odoo's own reset, change, confirm, never past it."""

from functools import cache, partial

from odoo import fields, models
from odoo.fields import Command, Domain

from ...qbo import lines, settlements
from ...qbo.values import VOIDED
from .paid import ENDED
from .part import Part
from .settlement import LINE


class QboMappingPaymentForm(models.AbstractModel):
    _inherit = 'qbo.mapping.payment_form'

    # === WHICH === #

    def _skip_reason(self, step, row):
        return self._skip_reasons(step, [row]).get(row['Id'])

    def _skip_reasons(self, step, rows):
        return step.connection._why_left_out(rows, lambda old: self._match_rows(step, old))

    def _match_rows(self, step, rows):
        """The same partner, amount, date and reference; without a reference only what was there before billing.

        A payment is one of the rows only: two of the same amount are two payments.
        """
        member = self._reference_member
        known = [row for row in rows if row.get(member) or self._is_of_before(step, row)]
        behind = step.behind([(self._ledger.party, self._party_id(row)) for row in known])
        partners = {qbo_id: partner for (_entity, qbo_id), (_link, partner) in behind.items() if partner}
        known = [row for row in known if self._party_id(row) in partners]
        if not known:
            return {}
        found = self._records(step).search(
            Domain('company_id', '=', step.company.id)
            & self._paid_domain()
            & Domain('partner_id.commercial_partner_id', 'in', [partner.id for partner in partners.values()])
            & Domain('date', 'in', {row.get('TxnDate') for row in known})
            & self._referenced({row.get(member) or False for row in known})
        )
        step.load_links(found)
        alike = {}
        for payment in found:
            if not any(step.link(payment, item._entity).qbo_id for item in step.mappings_of(payment)):
                alike.setdefault(self._key(payment), []).append(payment)
        matches = {}
        for row in known:
            day, reference = fields.Date.to_date(row.get('TxnDate')), row.get(member) or False
            partner = partners[self._party_id(row)]
            same = alike.get((partner.id, day, reference, lines.cents(row.get('TotalAmt') or 0.0)))
            if same:
                matches[row['Id']] = same.pop(0)
        return matches

    def _referenced(self, references):
        """Return the domain of the payments that have one of these references; False: none."""
        return Domain('payment_reference', 'in', references)

    def _key(self, payment):
        """Return what a payment is recognized by."""
        partner = payment.partner_id.commercial_partner_id
        return partner.id, payment.date, self._reference(payment) or False, lines.cents(payment.amount)

    def _is_of_before(self, step, row):
        """Return whether a row was in QuickBooks before this kind was switched on; all are while it is off."""
        return not self._is_on(step.connection) or step.connection._is_before_billing(row)

    def _party_id(self, row):
        """Return the id of the customer or vendor of a row."""
        return (row.get(self._ledger.party_member) or {}).get('value')

    # === NEW PAYMENTS === #

    def _create_records(self, step, rows):
        """Together: one create, one confirmation, and one reconciliation of all that is paid with money alone."""
        page = Page(step, self, rows)
        # An entry of its own, also in an edition that does without: only entries can be reconciled in part.
        quiet = self._records(step).with_context(tracking_disable=True, mail_create_nolog=True, force_payment_move=True)
        payments = quiet.create([self._new_vals(step, row, page) for row in rows]).with_env(step.env)
        payments.action_post()
        self._settle_new(step, payments, rows)
        return list(payments)

    def _new_vals(self, step, row, page):
        """Return the values of a new payment.

        :raise UserError: Odoo cannot have it
        """
        head = self._head_from(step, row)
        empty, home = self._records(step), step.company.currency_id
        journal = self._journal_of(page, head)
        vals = {
            'payment_type': self._payment_type,
            'partner_type': self._partner_type,
            'company_id': step.company.id,
            'currency_id': home.id,
            'journal_id': journal.id,
            **self._heavy_vals(step, empty, head, page),
        }
        vals.update(self._light_vals(empty, head, vals, page))
        step.connection._check_locked(page.violated_locks(vals['date'], journal))
        if vals['currency_id'] != home.id:
            vals['force_balance'] = home.round(vals['amount'] * head['ExchangeRate'])
        return vals

    def _settle_new(self, step, payments, rows):
        """Settle what QuickBooks says that new payments settle.

        Where credits are used beside the money, or another currency, one by one: which credit pays what QuickBooks does
        not say, and Odoo finds the entry of an exchange difference by the journal items of one reconciliation.
        """
        keys = {key for row in rows for key in settlements.amounts(row.get(LINE))}
        self._check_taken(step, keys)
        known = self._known(step, keys)
        sums = [self._possible_amounts(step, row) for row in rows]
        moves = step.env['account.move'].union(*known.values())
        step.load_links(moves.filtered(lambda move: not move.origin_payment_id))
        plain, open_ = [], {}
        for payment, row, amounts in zip(payments, rows, sums, strict=True):
            wanted = {known[key]: amount for key, amount in amounts.items()}
            currencies = {move.currency_id for move in wanted} | {payment.currency_id}
            if all(move._qbo_type() == self._owed_type for move in wanted) and currencies == {step.company.currency_id}:
                plain += self._parts(payment, wanted, open_)
            else:
                # What it leaves open is known after it: those before it are settled first.
                self._reconcile_parts(step, plain)
                plain, open_ = [], {}
                self._set_lines(step, payment, row)
        self._reconcile_parts(step, plain)

    def _parts(self, payment, wanted, open_):
        """Return what a payment settles as items of a reconciliation plan, in the order in which it is due.

        :param dict wanted: ``{what is owed: amount}``, in the company's currency
        :param dict open_: ``{journal item: what is left of it}`` after the parts before; it is moved on
        :raise UserError: Odoo has less open
        """
        parts = []
        for invoice, amount in wanted.items():
            left = amount
            for money in self._money_lines(payment):
                for line in invoice._qbo_open_lines(money):
                    rest = [open_.setdefault(item, abs(item.amount_residual)) for item in (line, money)]
                    part = invoice.currency_id.round(min(left, *rest))
                    if part > 0:
                        parts.append(Part(line, money, part))
                        open_[line], open_[money] = (rest_ - part for rest_ in rest)
                        left -= part
            self._check_settled(invoice, left)
        return parts

    def _reconcile_parts(self, step, parts):
        """Reconcile what new payments settle; a user who has one of the documents open goes first."""
        if parts:
            self._lock(step.env['account.move'].union(*(part.line.move_id for part in parts)))
            step.env['account.move.line']._reconcile_plan(parts)

    # === A KNOWN PAYMENT === #

    def _apply_changes(self, step, record, changes):
        if changes.get(VOIDED):
            self._remove(step, record)
            return
        if record.state in ENDED and VOIDED not in changes:
            return  # nothing of a void payment counts, and it stays void
        page = Page(step, self)
        heavy = self._heavy_vals(step, record, changes, page)
        vals = {**self._light_vals(record, changes, heavy, page), **heavy}
        if heavy or VOIDED in changes:
            self._change(step, record, vals, changes.get('ExchangeRate'))
        elif vals:
            self._write_vals(record, vals)
        if LINE in changes:
            self._set_lines(step, record, step.link(record, self._entity).snapshot)

    def _remove(self, step, record):
        """Cancel a payment that was voided or deleted in QuickBooks. What it paid is open again."""
        if record.state != 'canceled':
            record._qbo_check_bank()
            record.action_cancel()
        return True

    def _written(self, step, record):
        moves = record.move_id.union(*self._settled(step, record))
        return [record, moves, moves.line_ids]

    def _change(self, step, record, vals, rate=None):
        """Reset, change, confirm again, and reconcile again what the change undid.

        :param rate: QuickBooks' exchange rate; the one that was agreed by default
        :raise UserError: Odoo forbids it (lock date, hash, matched with the bank …)
        """
        record._qbo_check_bank()
        was_draft = record.state == 'draft'
        reconciled = record.move_id._qbo_reconciliations()
        if not was_draft:
            record.action_draft()
        self._write_vals(record, vals)
        rate = rate or (step.link(record, self._entity).base_qbo or {}).get('ExchangeRate')
        if rate and record.currency_id != record.company_currency_id:
            self._write_rate(record, rate)
        if not was_draft:
            record.action_post()
        record.move_id._qbo_reconcile_again(reconciled)

    def _write_vals(self, record, vals):
        """Write; the account that the entry is booked on stays, which Odoo would empty with a payment method."""
        with self.env.protecting([record._fields['outstanding_account_id']], record):
            record.write(vals)

    def _write_rate(self, record, rate):
        """Have the draft entry of a payment at QuickBooks' rate: Odoo looked it up anew when it was changed."""
        liquidity, counterpart, write_off = record._seek_for_lines()
        home, balance = record.company_currency_id, record.company_currency_id.round(record.amount * rate)
        balance = balance if record.payment_type == 'inbound' else -balance
        if liquidity and not write_off and home.compare_amounts(liquidity.balance, balance):
            pair = (liquidity.id, balance), (counterpart.id, -balance)
            commands = [Command.update(line_id, {'balance': amount}) for line_id, amount in pair]
            record.move_id.with_context(skip_invoice_sync=True).write({'line_ids': commands})

    def _set_lines(self, step, record, row):
        """A payment without an entry of its own only says for which documents it is."""
        if record.move_id:
            return super()._set_lines(step, record, row)
        keys = settlements.amounts(row.get(LINE))
        record.invoice_ids = step.env['account.move'].union(*self._known(step, keys).values())
        return None

    # === VALUES === #

    def _journal_of(self, page, head):
        """Return the journal of a payment whose values, but for the lines, are these.

        :raise UserError: there is none
        """
        raise NotImplementedError

    def _find_journal(self, step, account_id):
        """Return the journal for money on an account of QuickBooks; asked once a page."""
        raise NotImplementedError

    def _light_vals(self, record, values, heavy, page):
        """Return what Odoo lets one change on a confirmed payment.

        :param record: empty for a new one
        :param dict heavy: what else is changed
        """
        vals = {}
        if 'PrivateNote' in values:
            vals['memo'] = values['PrivateNote'] or False
        if self._reference_member in values:
            vals.update(self._reference_vals(record, values[self._reference_member]))
        return vals

    def _reference_vals(self, record, reference):
        """Return the values of a reference that came."""
        return {'payment_reference': reference or False}

    def _method_vals(self, record, name, heavy, page):
        """Return the values of a payment method, which belongs to the journal, and the account that goes with it."""
        journal = record.journal_id.browse(heavy.get('journal_id')) or record.journal_id
        line = page.method_line(journal, name)
        vals = {'payment_method_line_id': line.id}
        if journal != record.journal_id and line.payment_account_id:
            vals['outstanding_account_id'] = line.payment_account_id.id
        return vals

    def _heavy_vals(self, step, record, values, page):
        """Return what a payment has to be a draft for.

        :param record: empty for a new one
        """
        vals = {}
        if self._ledger.party_member in values:
            vals['partner_id'] = page.partner(values[self._ledger.party_member]['value']).id
        if 'TotalAmt' in values:
            vals['amount'] = values['TotalAmt']
        if values.get('TxnDate'):
            vals['date'] = fields.Date.to_date(values['TxnDate'])
        if 'ExchangeRate' in values:
            vals.setdefault('amount', record.amount)  # has Odoo write the entry anew
        if code := (values.get('CurrencyRef') or {}).get('value'):
            vals['currency_id'] = page.currency(code)
        return vals


class Page:
    """What the rows of a page refer to, each looked up once.

    :param mapping: that of the payments whose money it is
    :param document: the mapping that knows whose these are, that of what the payments settle by default
    """

    def __init__(self, step, mapping, rows=(), document=None):
        document = step.env[mapping._document_mapping] if document is None else document
        partners = step.records(step.links_to(mapping._ledger.party, map(mapping._party_id, rows)))
        self.partners = {link.qbo_id: partner for link, partner in partners.items()}
        self.party = partial(document._party, step)
        self.journal = cache(partial(mapping._find_journal, step))
        self.account = cache(lambda qbo_id: step.list_item('Account', qbo_id))
        self.method_name = cache(lambda qbo_id: step.record_of('PaymentMethod', qbo_id).name)
        method_lines = step.env['account.payment.method.line']
        self.method_line = cache(partial(method_lines._qbo_of, payment_type=mapping._payment_type))
        none, ref = step.env['account.move'], 'CurrencyRef'
        self.currency = cache(lambda code: document._currency_vals(step, none, {ref: {'value': code}})['currency_id'])
        self.violated_locks = cache(lambda day, journal: step.company._get_violated_lock_dates(day, False, journal))

    def partner(self, qbo_id):
        """Return the customer or vendor of an id.

        :raise UserError: Odoo does not have it
        """
        return self.partners.get(qbo_id) or self.party(qbo_id)
