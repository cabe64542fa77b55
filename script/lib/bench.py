"""Measures what synchronising costs, inside Odoo: in ``bench_in_odoo.py`` and the ``bench_….py`` beside it."""

import sys

from . import databases, postgres, servers
from .workplace import ROOT, Failure, main

PARTS = {'customers': 'bench_in_odoo', 'documents': 'bench_documents', 'entries': 'bench_entries', 'bulk': 'bench_bulk'}

# Run in `odoo shell`, which knows the addon and not the scripts.
CODE = """
import sys
sys.path.append({root!r})
from script.lib.{module} import measure
measure(env{options})
"""


def bench(*names):
    """Print the tables of costs, or some of them, each measured in a database of its own.

    With ``--check``, a goal that is missed is a failure. With ``--growth``, the bulk table says how costs grow.
    """
    given = {name for name in names if name.startswith('--')}
    names, missed = [name for name in names if name not in given], []
    if unknown := given - {'--check', '--growth'}:
        raise Failure(f'There is no option {", ".join(unknown)}: --check and --growth are.')
    if unknown := set(names) - set(PARTS):
        raise Failure(f'There is no {", ".join(unknown)} to measure: choose from {", ".join(PARTS)}.')
    postgres.connect_to('test')
    for name in names or PARTS:
        with databases.copied(databases.installed()) as database:
            options = ', growth=True' if name == 'bulk' and '--growth' in given else ''
            code = CODE.format(root=str(ROOT), module=PARTS[name], options=options)
            table = servers.odoo_shell(database, code)
            print(table, end='', flush=True)
            missed += [line for line in table.splitlines() if line.startswith('MISSED')]
    if '--check' in given and missed:
        raise Failure(f'{len(missed)} goals are missed: see above.')


if __name__ == '__main__':
    main(bench, *sys.argv[1:])
