"""``/reports/GeneralLedger``: every posting of a period, account by account (purchases 14).

Modelled: period or macro, the filters account, customer, vendor, class and department, the columns below in the
order asked for; parents above their accounts, beginning balances, running balances that restart with each account,
payments of zero under "Not Specified".
Not modelled: cash basis, columns by time, sorting, columns of other currencies, further columns (501).
"""

from .. import errors
from ..documents import ledger
from ..entities.accounts import TYPES as ACCOUNT_TYPES
from . import report_parts as parts

COLUMNS = {
    # key: (title, type)
    'tx_date': ('Date', 'Date'), 'txn_type': ('Transaction Type', 'String'), 'doc_num': ('Num', 'String'),
    'name': ('Name', 'String'), 'memo': ('Memo/Description', 'String'), 'split_acc': ('Split', 'String'),
    'subt_nat_amount': ('Amount', 'Money'), 'rbal_nat_amount': ('Balance', 'Money'),
    'subt_nat_home_amount': ('Amount', 'Money'),
    'account_name': ('Account', 'String'), 'account_num': ('Account #', 'String'), 'cust_name': ('Customer', 'String'),
    'vend_name': ('Vendor', 'String'), 'emp_name': ('Employee', 'String'), 'klass_name': ('Class', 'String'),
    'dept_name': ('Location', 'String'), 'debt_amt': ('Debit', 'Money'), 'credit_amt': ('Credit', 'Money'),
    'create_date': ('Create Date', 'Date'), 'last_mod_date': ('Last Modified', 'Date'),
}  # fmt: skip
USUAL = ('tx_date', 'txn_type', 'doc_num', 'name', 'memo', 'split_acc', 'subt_nat_amount', 'rbal_nat_amount')
PARAMETERS = frozenset((
    'start_date', 'end_date', 'date_macro', 'accounting_method', 'account', 'customer', 'vendor', 'class',
    'department', 'columns', 'sort_order', 'sort_by', 'summarize_column_by',
))  # fmt: skip
CREDITS = frozenset({'Liability', 'Equity', 'Revenue'})
"""Classifications whose amounts are positive on the credit side."""


def general_ledger(books, asked):
    """Return the report."""
    parts.require_known(books, asked, PARAMETERS)
    parts.require_accrual(books, asked)
    for name in ('sort_by', 'sort_order'):
        if name in asked:
            raise errors.NotModelled(f'{name} of a report')
    if asked.get('summarize_column_by', 'Total') in parts.TIMES:
        raise errors.NotModelled(f'summarize_column_by={asked["summarize_column_by"]}')
    since, until, macro = parts.period(books, asked)
    columns = [key.strip() for key in asked['columns'].split(',')] if asked.get('columns') else USUAL
    for key in columns:
        if key not in COLUMNS:
            raise errors.NotModelled(f'the column {key} of the general ledger')
    rows = _Ledger(books, asked, since, until, columns).sections()
    echo = {name.capitalize(): asked[name] for name in ('customer', 'vendor', 'class', 'department') if asked.get(name)}
    shown = [parts.column(*COLUMNS[key], key) for key in columns]
    head = parts.header(books, 'GeneralLedger', rows, since, until, macro, ReportBasis='Accrual', **echo)
    return {'Header': head, 'Columns': {'Column': shown}, 'Rows': {'Row': rows} if rows else {}}


class _Ledger:
    """The sections of one report."""

    def __init__(self, books, asked, since, until, columns):
        self.books, self.columns, self.since, self.until = books, columns, since, until
        self.accounts = {body['Id']: body for body in books.database.all(books.realm, 'Account')}
        self.documents = {}
        self.found, self.before, self.splits = {}, {}, {}
        wanted = {name: parts.ids(asked, name) for name in ('account', 'class', 'department')}
        people = {f'{type}:{id}' for type in ('Customer', 'Vendor') for id in parts.ids(asked, type.lower()) or ()}
        for row in books.database.postings(books.realm):
            self.splits.setdefault((row['type'], row['id']), []).append(row)
            fits = all(ids is None or row[name] in ids for name, ids in wanted.items())
            if not fits or (people and row['entity'] not in people) or row['txn_date'] > until:
                continue
            if row['txn_date'] >= since:
                self.found.setdefault(row['account'], []).append(row)
            elif self.accounts[row['account']]['Classification'] not in ledger.OF_A_YEAR:
                self.before[row['account']] = self.before.get(row['account'], 0) + row['cents']
        self.everything = wanted == {name: None for name in wanted} and not people

    def sections(self):
        """Return all sections, parents with what is below them."""
        tops = [body for body in self.accounts.values() if not body.get('ParentRef')]
        found = [self._section(body) for body in sorted(tops, key=_order)]
        return [*filter(None, found), *self._unspecified()]

    def _own(self, body):
        """Return the rows of an account itself and their sum in cents, both empty where there is nothing."""
        sign = -1 if body['Classification'] in CREDITS else 1
        start = sign * self.before.get(body['Id'], 0)
        rows, running, total = [], start, 0
        if start:
            label = {'rbal_nat_amount': {'value': parts.detailed(start)}}
            rows.append(self._data({**label, self.columns[0]: {'value': 'Beginning Balance'}}))
        for row in sorted(self.found.get(body['Id'], ()), key=lambda row: row['txn_date']):
            cents = sign * row['cents']
            running, total = running + cents, total + cents
            rows.append(self._data(self._cells(row, cents, running)))
        return rows, total

    def _section(self, body):
        rows, total = self._own(body)
        children = [each for each in self.accounts.values() if (each.get('ParentRef') or {}).get('value') == body['Id']]
        below = [(self._section(each), each) for each in sorted(children, key=_order)]
        below = [section for section, _each in below if section]
        if not rows and not below:
            return None
        label, moved = {'value': body['Name']}, bool(self.found.get(body['Id']))
        if rows:
            label['id'] = body['Id']
        if not below:
            return self._wrapped(label, rows, f'Total for {body["Name"]}', total if moved else None)
        whole = total + sum(section.cents for section in below)
        own = [self._wrapped(None, rows, f'Total for {body["Name"]}', total)] if rows else []
        ending = f'Total for {body["Name"]}{" with sub-accounts" if rows else ""}'
        return self._wrapped(label, [*own, *below], ending, whole)

    def _wrapped(self, label, rows, ending, cents):
        summary = {self.columns[0]: {'value': ending}}
        if cents is not None:
            summary['subt_nat_amount'] = {'value': parts.detailed(cents)}
        found = {'Header': {'ColData': self._line({self.columns[0]: label})}} if label else {}
        found.update(Rows={'Row': rows}, Summary={'ColData': self._line(summary)}, type='Section')
        return _Section(found, cents or 0)

    def _line(self, cells):
        return [cells.get(key, {'value': ''}) for key in self.columns]

    def _data(self, cells):
        return {'ColData': self._line(cells), 'type': 'Data'}

    def _document(self, row):
        key = row['type'], row['id']
        if key not in self.documents:
            self.documents[key] = self.books.stored(*key) or {}
        return self.documents[key]

    def _cells(self, row, cents, running):
        body, account = self._document(row), self.accounts[row['account']]
        memo = row['memo'] if row['memo'] is not None else body.get('PrivateNote', '')
        number = body.get('DocNumber') or body.get('PaymentRefNum') or ''
        if row['type'] == 'Item':
            number, memo = 'START', f'Opening inventory for {body.get("Name")}'
        person = row['entity'] or ''
        cells = {
            'tx_date': row['txn_date'], 'doc_num': number, 'memo': memo,
            'subt_nat_amount': parts.detailed(cents), 'subt_nat_home_amount': parts.detailed(cents),
            'rbal_nat_amount': parts.detailed(running),
            'account_num': account.get('AcctNum', ''),
            'debt_amt': parts.detailed(row['cents']) if row['cents'] > 0 else '',
            'credit_amt': parts.detailed(-row['cents']) if row['cents'] < 0 else '',
            'create_date': body.get('MetaData', {}).get('CreateTime', ''),
            'last_mod_date': body.get('MetaData', {}).get('LastUpdatedTime', ''),
        }  # fmt: skip
        shown = {key: {'value': value} for key, value in cells.items()}
        shown['txn_type'] = {'value': parts.type_name(row['type'], body), 'id': row['id']}
        shown['name'] = parts.name_cell(self.books, row['entity'])
        for key, type in (('cust_name', 'Customer'), ('vend_name', 'Vendor'), ('emp_name', 'Employee')):
            shown[key] = parts.name_cell(self.books, row['entity'] if person.startswith(type) else None)
        for key, type, id in (('klass_name', 'Class', row['class']), ('dept_name', 'Department', row['department'])):
            named = self.books.stored(type, id) or {}
            shown[key] = {'value': named.get('FullyQualifiedName', ''), 'id': id or ''}
        shown['account_name'] = {'value': account['FullyQualifiedName'], 'id': account['Id']}
        shown['split_acc'] = self._split(row)
        return shown

    def _split(self, row):
        """Return the account on the other side: the document's own for its lines, ``-Split-`` for several."""
        rows = self.splits[row['type'], row['id']]
        others = [each['account'] for each in rows if each is not row]
        if row['type'] != 'JournalEntry' and row is not rows[0]:
            others = [rows[0]['account']]
        if len(set(others)) != 1:
            return {'value': '-Split-', 'id': ''}
        return {'value': self.accounts[others[0]]['FullyQualifiedName'], 'id': others[0]}

    def _unspecified(self):
        """Return the section of payments of zero, which post nothing (recorded)."""
        rows = []
        for type, kind, ref in (('Payment', 'Customer', 'CustomerRef'), ('BillPayment', 'Vendor', 'VendorRef')):
            for body in self.books.database.all(self.books.realm, type) if self.everything else ():
                if not body.get('TotalAmt') and body.get('Line') and self.since <= body['TxnDate'] <= self.until:
                    name = f'{kind}:{body[ref]["value"]}'
                    zero = {'value': parts.detailed(0)}
                    cells = {
                        'tx_date': {'value': body['TxnDate']}, 'name': parts.name_cell(self.books, name),
                        'txn_type': {'value': parts.type_name(type, body), 'id': body['Id']},
                        'memo': {'value': body.get('PrivateNote', '')},
                        'subt_nat_amount': zero, 'rbal_nat_amount': zero,
                    }  # fmt: skip
                    rows.append(self._data(cells))
        return [self._wrapped({'value': 'Not Specified'}, rows, 'Total for Not Specified', 0)] if rows else []


class _Section(dict):
    """A section that knows its sum."""

    def __init__(self, members, cents):
        super().__init__(members)
        self.cents = cents


def _order(body):
    return list(ACCOUNT_TYPES).index(body['AccountType']), body['Name'].casefold()
