"""What the nightly proof compares: the figures of both sides, taken with a handful of requests."""

from collections import defaultdict, namedtuple
from dataclasses import dataclass, field
from datetime import timedelta

from odoo import fields
from odoo.fields import Domain

from ...qbo import ledger, reports
from ...qbo.lines import cents
from ...qbo.proof import Figure
from ...qbo.settlements import AT_ONCE
from ..mapping.paid import POSTED
from ..mapping.step import Step
from .chart import Chart, Place
from .nightly_links import Links
from .proof import IS_THERE

PAGE_SIZE = 1000  # qbo-api 5: the largest page
AHEAD = timedelta(days=366)  # documents may be dated in the future, and count for what somebody owes

Side = namedtuple('Side', 'name who entity sign account_type kind report credits owed_type')
"""Customers or vendors: who they are in QuickBooks, whether what QuickBooks says is owed is a debit here (1) or a
credit (-1), the accounts for it there and here, what is open, and the type of what is owed."""
SIDES = {
    'sale': Side(
        *('sale', 'customer', 'Customer', 1, 'asset_receivable', 'Accounts Receivable', 'AgedReceivableDetail'),
        *(('Payment', 'CreditMemo'), 'out_invoice'),
    ),
    'purchase': Side(
        *('purchase', 'vendor', 'Vendor', -1, 'liability_payable', 'Accounts Payable', 'AgedPayableDetail'),
        *(('BillPayment', 'VendorCredit'), 'in_invoice'),
    ),
}
UNDEPOSITED = 'UndepositedFunds'

FAILED = frozenset({'document_error', 'entry_error', 'entry_gone'})
"""Reasons why QuickBooks lacks something that excuse nothing."""
NOBODYS = 'no_store'
"""Nothing sends it. On what customers owe that is a difference (a write-off, a match with a bank line); elsewhere it is
expected: QuickBooks is not told of everything that Odoo books."""


@dataclass
class Item:
    """What one line of a proof is about. ``key`` is the same every night."""

    kind: str
    key: str
    name: str
    currency: object
    figure: Figure = field(default_factory=Figure)
    qbo_id: str = ''
    partner: object = None
    apart: list = field(default_factory=list)  # (key, cents of Odoo, of QuickBooks) of documents that differ


class Figures:
    """What both sides have on a day. One proof makes one of these, and throws it away.

    :param connection: as superuser
    :param day: up to which accounts are added up; what customers owe counts whatever its date
    """

    def __init__(self, connection, day):
        self.connection = connection = connection.with_company(connection.company_id)
        self.env, self.day, self.company = connection.env, day, connection.company_id
        self.home = self.company.currency_id
        self.calls = 0
        self._unbooked = None
        self.step = Step(connection)
        self.links = Links(self.step)
        self.chart = Chart(connection)
        self.lines, self.entry_items = self.env['account.move.line'], self.env['qbo.entry.item']
        self.year_start = connection._fiscal_year_start(day)
        deleted = self._deleted()
        self.absent = [(reason, domain & ~self.is_carried & ~deleted) for reason, domain in connection._why_not_there()]
        self.absent_items = connection._why_entries_not_there()

    def ask(self, statement, call):
        """Make a metered read and count it."""
        self.calls += 1
        return self.connection._read(statement, call)

    # === WHICH ITEMS === #

    @property
    def is_carried(self):
        """Return the domain of items that a document of QuickBooks stands for beside its own: what a payment gained at
        another rate, and the payment of a refund or a receipt that is one document there."""
        return Domain('move_id.exchange_diff_partial_ids', '!=', False) | Domain(
            'move_id.origin_payment_id', 'any', self.of_receipts
        )

    @property
    def of_receipts(self):
        """Return the domain of the payments that are one document with their refund or receipt in QuickBooks."""
        return Domain('qbo_refund_id', '!=', False) | self.connection._paid_at_once()

    def _deleted(self):
        """Return the domain of items of documents that were deleted in QuickBooks and still count in Odoo."""
        gone = Domain('state', '=', 'gone') & Domain('mode', '!=', 'never')
        linked = (self.connection._linked_as(model, gone) for model in ('account.move', 'account.payment'))
        return self.connection._carried_by(*linked)

    def owed(self, side):
        """Return the domain of the items of what customers owe.

        What QuickBooks has with its money is not owed there, a refund or a receipt, nor here while its payment is.
        """
        links = Domain('entity', 'in', ('RefundReceipt', *AT_ONCE)) & IS_THERE
        money = self.env['account.payment']._search(self.of_receipts & Domain('state', 'in', POSTED))
        paid = Domain.OR(Domain('id', 'in', money.subselect(name)) for name in ('qbo_refund_id', 'qbo_receipt_id'))
        at_once = Domain('move_id', 'any', self.connection._linked_as('account.move', links) & paid)
        at_once |= Domain('move_id.origin_payment_id', 'any', self.of_receipts)
        return self.connection._booked() & self.on(self.accounts_of(side)) & ~at_once

    def accounts_of(self, side):
        """Return Odoo's accounts for what customers owe, but for those that are another kind of account there."""
        accounts = self.env['account.account'].with_context(active_test=False)
        every = accounts.search(
            [*accounts._check_company_domain(self.company), ('account_type', '=', side.account_type)]
        )
        return every.filtered(lambda account: account.qbo_account_id.kind in (False, side.kind))

    def on(self, accounts):
        """Return the domain of items on accounts for what customers owe. Of nobody are what tills sum of a session."""
        till = self.company.account_default_pos_receivable_account_id
        of_nobody = Domain('account_id', 'in', till.ids) & Domain('partner_id', '=', False)
        return Domain('account_id', 'in', accounts.ids) & ~of_nobody

    def is_excused(self, reason, is_owed):
        """Return whether a reason why QuickBooks lacks something is one that nobody has to act on."""
        return reason not in FAILED and not (is_owed and reason == NOBODYS)

    def reasons(self, is_owed):
        """Return ``[(reason, domain)]`` of journal items that QuickBooks is expected to lack."""
        return [(reason, domain) for reason, domain in self.absent if self.is_excused(reason, is_owed)]

    def item_reasons(self):
        """Return the same of what entries hold (``qbo.entry.item``)."""
        return [(reason, domain) for reason, domain in self.absent_items if self.is_excused(reason, False)]

    @property
    def sides(self):
        """Return the sides that are compared: vendors where purchases are switched on."""
        return [side for side in SIDES.values() if side.name == 'sale' or self.connection.sync_purchases]

    def unbooked(self, side):
        """Return the payments of a side that QuickBooks has and Odoo has not booked: they wait for the statement."""
        if self._unbooked is None:
            domain = self.connection._there('account.payment') & Domain('move_id', '=', False)
            self._unbooked = self.env['account.payment'].search(domain & Domain('state', '=', 'in_process'))
            self.step.load_links(self._unbooked)
        partner_type = 'customer' if side.name == 'sale' else 'supplier'
        return self._unbooked.filtered(lambda payment: payment.partner_type == partner_type)

    # === ALL OF IT === #

    def take(self):
        """Return the :class:`Item` of everything that is compared. Calls QuickBooks.

        :raise qbo.errors.QboError: QuickBooks does not answer
        :raise ValueError: its answer is no such report
        """
        items = []
        balances = self._trial_balance()
        for side in self.sides:
            items += [*self._parties(side), self._owed_in_all(side, balances), *self._unapplied(side)]
        return [*items, *self._accounts(balances), *self._undeposited(balances)]

    # === WHO OWES WHAT === #

    def _parties(self, side):
        """Return an item for each customer or vendor of QuickBooks, and each that something is open of in Odoo, in its
        own currency."""
        found, places = {}, {}
        currencies = self.env['res.currency'].with_context(active_test=False).search([]).grouped('name')
        for row in self._read_parties(side):
            currency = currencies.get((row.get('CurrencyRef') or {}).get('value'), self.home)
            key = row['Id'], currency
            places[row['Id']] = currency
            found[key] = Item(side.who, f'{side.entity}:{row["Id"]}', row.get('DisplayName') or '', currency)
            found[key].qbo_id = row['Id']
            found[key].figure.qbo = side.sign * cents(row.get('Balance') or 0.0)
        partners = self.partners(side)

        def item(partner, currency):
            partner = partner.commercial_partner_id
            qbo_id = partners.get(partner.id)
            key = (qbo_id or partner, currency)
            if key not in found:
                name = f'{side.entity}:{qbo_id}' if qbo_id else f'partner:{partner.id}'
                other = '' if currency == places.get(qbo_id, currency) else f':{currency.name}'
                found[key] = Item(side.who, name + other, '', currency, qbo_id=qbo_id or '')
            found[key].partner = partner
            return found[key]

        self._add_owed(side, item)
        return [self._named(each) for each in found.values()]

    def _add_owed(self, side, item):
        """Add what Odoo has on the accounts of a side, and what of it QuickBooks is expected to lack.

        :param item: ``item(partner, currency)`` gives what a partner's amounts stand on
        """
        owed, group, total = self.owed(side), ['partner_id', 'currency_id'], ['amount_currency:sum']
        for partner, currency, amount in self.lines._read_group(owed, group, total):
            item(partner, currency).figure.odoo += cents(amount)
        for reason, domain in self.reasons(True):
            for partner, currency, amount in self.lines._read_group(owed & domain, group, total):
                item(partner, currency).figure.add_part(reason, cents(amount))
        for payment in self.unbooked(side):
            amount = side.sign * cents(payment.amount)
            item(payment.partner_id, payment.currency_id).figure.add_part('unbooked', amount)
        for reason, key, amount in self._entered(owed, Domain.TRUE, ['partner_id'], self.accounts_of(side)):
            item(key, self.home).figure.add_part(reason, amount)

    def _entered(self, booked, days, group, accounts=None):
        """Yield ``(reason, key, cents)`` of what entries hold: not sent yet, or booked otherwise since then.

        :param booked: the domain of journal items, ``days`` one of days, of both them and what entries hold
        """
        held = Domain('qbo_company_id', '=', self.connection.qbo_company_id.id) & days
        held &= self.on(accounts) if accounts is not None else Domain.TRUE
        for reason, domain in self.item_reasons():
            for key, amount in self.entry_items._read_group(held & domain, group, ['balance:sum']):
                yield reason, key, cents(amount)
        left = booked & days & self.connection._left_to_entries() & self.connection._held()
        changed = defaultdict(int)
        for key, amount in self.lines._read_group(left, group, ['balance:sum']):
            changed[key] += cents(amount)
        for key, amount in self.entry_items._read_group(held, group, ['balance:sum']):
            changed[key] -= cents(amount)
        for key, amount in changed.items():
            yield 'changed', key, amount

    def _read_parties(self, side):
        """Yield all customers or vendors of QuickBooks, inactive ones and jobs included, page by page."""
        start, page = 1, [None] * PAGE_SIZE
        while len(page) == PAGE_SIZE:
            tail = f'ORDERBY Id STARTPOSITION {start} MAXRESULTS {PAGE_SIZE}'
            statement = f'SELECT * FROM {side.entity} WHERE Active IN (true, false) {tail}'
            page = self.ask(statement, lambda qbo, statement=statement: qbo.query(statement)).values
            yield from page
            start += PAGE_SIZE

    def partners(self, side):
        """Return ``{partner id: QuickBooks id}`` of all that QuickBooks has."""
        domain = [
            ('qbo_company_id', '=', self.connection.qbo_company_id.id),
            ('entity', '=', side.entity),
            ('res_id', '!=', False),
        ]
        links = self.env['qbo.link'].search_fetch([*domain, ('qbo_id', '!=', False)], ['res_id', 'qbo_id', 'state'])
        return {link.res_id: link.qbo_id for link in links if link._is_there()}

    def _named(self, item):
        item.name = item.name or item.partner.display_name or self.env._("Without a name")
        return item

    # === ACCOUNTS === #

    def _trial_balance(self):
        """Return ``{account id: cents}`` of QuickBooks at the end of the day."""
        day = fields.Date.to_string(self.day)
        answer = self.ask(
            f'GET reports/TrialBalance {day}',
            lambda qbo: qbo.report('TrialBalance', start_date=day, end_date=day, accounting_method='Accrual'),
        )
        return reports.trial_balance(answer.values)

    def accounts_there(self, side):
        """Return QuickBooks' accounts (ids) for what customers owe."""
        return [item.qbo_id for item in self.chart.references() if item.kind == side.kind]

    def _owed_in_all(self, side, balances):
        """Return the item of all that customers owe, in the currency of the company."""
        label = {'sale': self.env._("Accounts receivable"), 'purchase': self.env._("Accounts payable")}[side.name]
        item = Item('owed', f'owed:{side.name}', label, self.home)
        figure, days = item.figure, Domain('date', '<=', self.day)
        owed = self.owed(side) & days
        figure.qbo = sum(balances.get(account, 0) for account in self.accounts_there(side))
        figure.odoo = self._balance(owed)
        for reason, domain in self.reasons(True):
            figure.add_part(reason, self._balance(owed & domain))
        for payment in self.unbooked(side).filtered(lambda payment: payment.date <= self.day):
            figure.add_part('unbooked', cents(payment.amount_company_currency_signed))
        for reason, _account, amount in self._entered(owed, days, ['account_id'], self.accounts_of(side)):
            figure.add_part(reason, amount)
        return item

    def _balance(self, domain):
        [(total,)] = self.lines._read_group(domain, [], ['balance:sum'])
        return cents(total or 0.0)

    def _accounts(self, balances):
        """Return an item for each account of QuickBooks that accounts of Odoo are mapped to."""
        found = {}
        sides = {side.kind for side in self.sides}
        for there in self.chart.mapped():
            if there.kind not in sides and there.qbo_id != self.chart.retained:
                item = Item('account', f'Account:{there.qbo_id}', there.name, self.home, qbo_id=there.qbo_id)
                item.figure.qbo = balances.get(there.qbo_id, 0)
                found[there.qbo_id] = item
        booked, until, elsewhere = self.connection._booked(), Domain('date', '<=', self.day), Figure()

        def figure(account, is_old):
            item = found.get(self.chart.place(account, _Span(is_old)).qbo_id)
            return item.figure if item else elsewhere

        for is_old in (False, True):
            days = until & Domain('date', '<' if is_old else '>=', self.year_start)
            for account, amount in self.lines._read_group(booked & days, ['account_id'], ['balance:sum']):
                figure(account, is_old).odoo += cents(amount)
            for reason, domain in self.reasons(False):
                for account, amount in self.lines._read_group(booked & days & domain, ['account_id'], ['balance:sum']):
                    figure(account, is_old).add_part(reason, cents(amount))
            for reason, account, amount in self._entered(booked, days, ['account_id']):
                figure(account, is_old).add_part(reason, amount)
        return list(found.values())

    def _undeposited(self, balances):
        """Yield the item of money that was received and not deposited, unless an account of Odoo is mapped to it."""
        there = [item for item in self.chart.references() if (item.data or {}).get('AccountSubType') == UNDEPOSITED]
        for account in there:
            if account.qbo_id in balances and not self.chart.accounts(Place(account.qbo_id, None)):
                item = Item('undeposited', f'undeposited:{account.qbo_id}', account.name, self.home)
                domain = self.connection._there('account.payment') & Domain(
                    [
                        ('state', 'in', POSTED),
                        ('is_matched', '=', False),
                        ('qbo_deposit_account_id', '=', account.id),
                        ('date', '<=', self.day),
                    ]
                )
                payments = self.env['account.payment'].search(domain)
                item.figure.odoo = sum(cents(payment.amount_company_currency_signed) for payment in payments)
                item.figure.qbo = balances[account.qbo_id]
                item.figure.add_part('undeposited', item.figure.difference)
                yield item

    # === UNAPPLIED === #

    def _unapplied(self, side):
        """Return an item for each customer with credits that are applied otherwise on the other side."""
        day = fields.Date.to_string(self.day + AHEAD)
        answer = self.ask(f'GET reports/{side.report} {day}', lambda qbo: qbo.report(side.report, report_date=day))
        theirs = ledger.sums(ledger.open_items(answer.values, side.name))
        theirs = {key: side.sign * amount for key, amount in theirs.items()}
        ours, found = self._open_credits(side, [key for key in theirs if key[0] in side.credits]), {}
        for key, (partner, amount) in ours.items():
            if amount != theirs.get(key, 0):
                amount -= side.sign * self._applied_to_entries(key)
            if amount != theirs.get(key, 0):
                name = f'unapplied:{side.name}:{partner.id}'
                item = found.setdefault(partner, Item('unapplied', name, partner.display_name, self.home))
                item.partner = partner
                item.figure.odoo += amount
                item.figure.qbo += theirs.get(key, 0)
                item.apart.append((key, amount, theirs.get(key, 0)))
        return list(found.values())

    def _applied_to_entries(self, key):
        """Return what a payment settles of what went in entries, in cents: there it is money on account."""
        payment = self.links.record(key)
        if not payment or payment._name != 'account.payment':
            return 0
        partials = self.step.mapping_of(payment)._partials(payment)
        entered = partials.filtered(lambda partial: (partial._qbo_moves() - payment.move_id)._qbo_is_entered())
        return cents(sum(entered.mapped('amount')))

    def _open_credits(self, side, keys):
        """Return ``{key: (partner, cents)}`` of credits that are open in Odoo or have one of these keys.

        Only of those that both sides have, in the currency of the company; what the company owes is negative.
        """
        credit = Domain('amount_residual', '<' if side.sign > 0 else '>', 0)
        found, is_open = {}, credit & Domain('move_id.move_type', '!=', side.owed_type)
        rows = self.lines._read_group(self.owed(side) & is_open, ['move_id'], ['amount_residual:sum'])
        records = self.links.records_of(self.env['account.move'].union(*(move for move, _amount in rows)))
        for move, amount in rows:
            if key := self.links.key_there(records[move]):
                found[key] = (records[move].partner_id.commercial_partner_id, cents(amount))
        for payment in self.unbooked(side):
            if key := self.links.key_there(payment):
                rate = side.sign * abs(payment.amount_company_currency_signed) / (payment.amount or 1.0)
                applied = sum(self.step.mapping_of(payment)._settled(self.step, payment).values())
                found[key] = (payment.partner_id.commercial_partner_id, cents((applied - payment.amount) * rate))
        self.links.load(keys)
        for key in keys:
            record = self.links.record(key)
            if record and key not in found:
                found[key] = (record.partner_id.commercial_partner_id, 0)
        return found


_Span = namedtuple('_Span', 'is_old')
"""What a chart asks of the days of an amount: whether they are of an older fiscal year."""
