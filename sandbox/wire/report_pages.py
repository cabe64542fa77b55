"""The trial balance as a page: in total, by class, by location."""

from datetime import date

from ..company.reports import in_order
from . import views
from .html import e

GROUPS = {'class': ('By class', 'Class'), 'department': ('By location', 'Department')}
"""What the page may show beside the total: the link's text, and the type of the columns."""


class ReportPages:
    """Part of :class:`.pages.Pages`; it has ``_control`` and ``_page`` from there."""

    def _trial_balance(self, request, realm):
        books = self._control.books(realm)
        by = request.args.get('by') if request.args.get('by') in GROUPS else None
        until = _day(request.args.get('until')) or books.clock.today().isoformat()
        sums = self._control.balances(until, by, realm)
        names = _names(self._control, realm, by, {group for _account, group in sums})
        rows = [
            (account, [sums.get((account.get('Id'), group), 0) for group in names], total)
            for account, total in in_order(books, _totals(sums))
        ]
        table = by_group(realm, rows, names) if by else total_only(realm, rows)
        return self._page(realm, 'TrialBalance', 'Trial balance', page(realm, by, until, table if rows else ''))


def _day(text):
    try:
        return date.fromisoformat(text or '').isoformat()
    except ValueError:
        return None


def _totals(sums):
    totals = {}
    for (account, _group), cents in sums.items():
        totals[account] = totals.get(account, 0) + cents
    return totals


def _names(control, realm, by, used):
    """Return {class or location: name} of the used ones by name, then what has none."""
    if not by:
        return {}
    found = {body['Id']: body['FullyQualifiedName'] for body in control.all(GROUPS[by][1], realm=realm)}
    names = sorted((found[id], id) for id in used if id)
    return {**{id: name for name, id in names}, **({None: 'Not specified'} if None in used else {})}


# HTML.


def page(realm, by, until, table):
    """Return the page's body; ``table`` is '' where nothing is posted."""
    links = [('', 'Total'), *((key, text) for key, (text, _type) in GROUPS.items())]
    nav = ' '.join(
        f'<a class="button small{"" if key == (by or "") else " quiet"}"'
        f' href="/company/{realm}/TrialBalance?until={e(until)}&amp;by={key}">{text}</a>'
        for key, text in links
    )
    day = (
        f'<form class="search"><input type="hidden" name="by" value="{e(by)}"><input type="date" name="until"'
        f' value="{e(until)}" aria-label="On" style="margin:0"><button class="quiet">Show</button></form>'
    )
    return (
        f'<div class="head"><div><h1>Trial balance</h1><small>Accrual, on {e(until)}</small></div>{day}</div>'
        f'<p style="display:flex;gap:8px;flex-wrap:wrap;margin:0 0 18px">{nav}</p>'
        f'<div class="card flush">{table or "<p class=empty>Nothing is posted yet.</p>"}</div>'
    )


def total_only(realm, rows):
    """Return the table of debits and credits."""
    cells = ''.join(
        f'<tr>{_name(realm, account)}{_amount(max(total, 0))}{_amount(max(-total, 0))}</tr>'
        for account, _groups, total in rows
    )
    total = _amount(sum(max(total, 0) for _account, _groups, total in rows))
    heads = '<th class="num">Debit</th><th class="num">Credit</th>'
    return _table(heads, cells, f'{total}{total}')


def by_group(realm, rows, names):
    """Return the table with a column for each class or location; credits are negative."""
    heads = ''.join(f'<th class="num">{e(name)}</th>' for name in [*names.values(), 'Total'])
    cells = ''.join(
        f'<tr>{_name(realm, account)}{"".join(map(_amount, [*groups, total]))}</tr>' for account, groups, total in rows
    )
    sums = [sum(column) for column in zip(*([*groups, total] for _account, groups, total in rows), strict=True)]
    return _table(heads, cells, ''.join(map(_amount, sums)))


def _table(heads, rows, total):
    return (
        f'<table><thead><tr><th>Account</th>{heads}</tr></thead>'
        f'<tbody>{rows}<tr style="font-weight:650"><td>Total</td>{total}</tr></tbody></table>'
    )


def _name(realm, account):
    name = e(views.name_of(account) or 'Retained Earnings')
    link = f'<a href="/company/{realm}/Account/{e(account["Id"])}">{name}</a>' if account else name
    return f'<td>{link}</td>'


def _amount(cents):
    text = f'{cents / 100:,.2f}' if cents else '<span class="soft">–</span>'
    return f'<td class="num">{text}</td>'
