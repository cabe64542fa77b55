"""Runs in `odoo shell`: what an end of day costs beside a long history. See ``bench_in_odoo.py``.

Each row: the CPU seconds of Odoo and of PostgreSQL, by how much Odoo's memory grew at most, the database queries, and
how many items were entered. New items are to cost the same beside a history that is five times as long.
"""

import gc
import os
from datetime import date, timedelta
from pathlib import Path

from odoo import Command

from .bench_in_odoo import Bench

START = date(2026, 1, 1)
DAYS = 100
HISTORY, LONG = 20_000, 100_000
NEW = 152
NEW_S, NEW_MB = 0.3, 100  # what an end of day with so many new items may take
FLAT_S = 0.05  # Linux counts CPU in hundredths of a second: how much more it may be beside the longer history
LINES = 4  # of a journal entry
MB = 1024


class EndOfDay(Bench):
    """A company with one store, in the posting mode Batch."""

    def __init__(self, env):
        super().__init__(env)
        self.connection.write({'posting_mode': 'batch', 'sync_entries': True, 'billing_start': START})
        self.journal = env['account.journal'].search([('type', '=', 'general'), ('code', '=', 'MISC')], limit=1)
        vals = {'name': 'Burbank', 'connection_id': self.connection.id, 'closes_by_itself': False}
        self.store = env['qbo.store'].create({**vals, 'journal_ids': [Command.set(self.journal.ids)]})
        kinds = ('expense_depreciation', 'expense', 'asset_fixed', 'income')
        self.accounts = [
            env['account.account'].create({'code': f'99000{place}', 'name': kind, 'account_type': kind})
            for place, kind in enumerate(kinds)
        ]

    def book(self, count, day):
        """Post journal entries of four items each."""
        amounts = (30.0, 10.0, -15.0, -25.0)
        lines = [
            Command.create({'account_id': account.id, 'balance': amount})
            for account, amount in zip(self.accounts, amounts, strict=True)
        ]
        vals = {'journal_id': self.journal.id, 'date': day, 'line_ids': lines}
        moves = self.env['account.move'].create([vals] * count)
        moves.action_post()
        return moves

    def remember(self, items):
        """Have so many more items, spread over the days: copies of one entry, made by PostgreSQL."""
        template = self.book(1, START)
        count = items // LINES - 1
        prefix = f'H{items}/'
        numbered = {'name': f"'{prefix}' || n", 'sequence_prefix': f"'{prefix}'", 'sequence_number': 'n'}
        copy_rows(self.env, template, count, date=f't.date + n %% {DAYS}', **numbered)
        lines = _columns(self.env, 'account_move_line', move_id='m.id', move_name='m.name', date='m.date')
        self.env.cr.execute(
            f'INSERT INTO account_move_line ({lines[0]}) SELECT {lines[1]} FROM account_move_line t, account_move m '
            'WHERE t.move_id = %s AND m.name LIKE %s',
            [template.id, f'{prefix}%'],
        )
        self.env.invalidate_all()
        self.env.cr.execute('ANALYZE')
        # The end of day is measured in a transaction of its own, over history that is there for good.
        self.env.cr.commit()

    def end_day(self, what, day):
        """End the day, print the row, and return ``(CPU seconds, MB)``."""
        # What was booked before is no part of what is measured.
        self.env.cr.commit()
        self.env.invalidate_all()
        gc.collect()
        Path('/proc/self/clear_refs').write_text('5')  # the peak begins anew
        memory, cpu, queries = peak(), self.cpu(), self.env.cr.sql_log_count
        made = self.store._end_of_day(day)
        # What the scheduled action pays for too.
        self.env.cr.commit()
        odoo, database = (after - before for after, before in zip(self.cpu(), cpu, strict=True))
        grown, queries = (peak() - memory) / MB, self.env.cr.sql_log_count - queries
        items = self.env['qbo.entry.item'].search_count([('entry_id', 'in', made.ids)])
        print(f'{what:<48} {odoo:>7.2f} {database:>7.2f} {grown:>7.0f} {queries:>8} {items:>8}', flush=True)
        return odoo + database, grown

    def end_day_of_new(self, history, day):
        """Book new items beside a history, end the day, and return the CPU seconds that took."""
        self.book(NEW // LINES, day)
        what = f'{NEW} new items beside {history}'
        seconds, grown = self.end_day(what, day)
        self.reach(what, 'seconds', seconds, NEW_S)
        self.reach(what, 'MB', grown, NEW_MB)
        return seconds

    def cpu(self):
        """Return the CPU seconds of this process and of its PostgreSQL, with what that has others do for it."""
        self.env.cr.execute('SELECT pg_backend_pid()')
        backend = stat(self.env.cr.fetchone()[0])
        parent = stat(int(backend[1]))
        used = [int(backend[place]) for place in (11, 12)] + [int(parent[place]) for place in (13, 14)]
        return sum(os.times()[:2]), sum(used) / os.sysconf('SC_CLK_TCK')


def copy_rows(env, template, count, **changed):
    """Have PostgreSQL insert so many rows like that of a record.

    :param changed: column: SQL expression, in which ``n`` counts from 1 and ``t`` is the record's row
    """
    env.flush_all()
    names, values = _columns(env, template._table, **changed)
    env.cr.execute(
        f'INSERT INTO {template._table} ({names}) SELECT {values} FROM {template._table} t, generate_series(1, %s) n '
        'WHERE t.id = %s',
        [count, template.id],
    )


def _columns(env, table, **changed):
    """Return ``(names, expressions)`` of all columns of a table but its id."""
    env.cr.execute(
        "SELECT quote_ident(column_name) FROM information_schema.columns WHERE table_name = %s "
        "AND table_schema = current_schema AND is_generated = 'NEVER' AND column_name != 'id'",
        [table],
    )
    names = [name for (name,) in env.cr.fetchall()]
    return ', '.join(names), ', '.join(changed.get(name, f't.{name}') for name in names)


def stat(pid):
    """Return the numbers that Linux has of a process, from its state on (man 5 proc_pid_stat: the third)."""
    return Path(f'/proc/{pid}/stat').read_text().rpartition(')')[2].split()


def peak():
    """Return the most memory that this process had since the peak began anew, in kB."""
    return int(Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0])


def measure(env):
    """Print the table of costs, and a line that begins with MISSED for each goal that is not reached."""
    bench = EndOfDay(env)
    print(f'{"end of day":<48} {"Odoo s":>7} {"SQL s":>7} {"MB":>7} {"queries":>8} {"items":>8}')
    bench.remember(HISTORY)
    today = START + timedelta(days=DAYS)
    bench.end_day(f'the first, {HISTORY} items of {DAYS} days', today)
    env.cr.execute('ANALYZE')
    bench.end_day('nothing new', today)
    few = bench.end_day_of_new(HISTORY, today)
    bench.end_day(f'everything compared, as once a week: {HISTORY}', today + timedelta(days=7))
    bench.remember(LONG - HISTORY)
    bench.end_day(f'everything compared: {LONG - HISTORY} are more', today + timedelta(days=14))
    env.cr.execute('ANALYZE')
    many = bench.end_day_of_new(LONG, today + timedelta(days=15))
    bench.reach(f'{NEW} new items beside {LONG}', f'seconds more than beside {HISTORY}', many - few, FLAT_S)
    bench.close()
