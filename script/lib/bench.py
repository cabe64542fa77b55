"""Measures what synchronizing costs, inside Odoo: in ``bench_in_odoo.py`` and the ``bench_….py`` beside it."""

import sys

from . import bench_latency, bench_memory, databases, postgres, servers
from .workplace import ROOT, Failure, main

PARTS = {
    'customers': 'bench_in_odoo',
    'documents': 'bench_documents',
    'entries': 'bench_entries',
    'bulk': 'bench_bulk',
    'push': 'bench_push',
    'scale': 'bench_scale',
}
ON_SERVERS = {'latency': bench_latency, 'memory': bench_memory}  # not in a shell
GROWING = ('bulk', 'push')
ALONE = ('scale',)  # what they need is measured without the addon first

# Run in `odoo shell`, which knows the addon and not the scripts.
CODE = """
import sys
sys.path.append({root!r})
from script.lib import {module}
{module}.{call}
"""


def bench(*names):
    """Print the tables of costs, or some of them, each measured in a database of its own.

    With ``--check``, a goal that is missed is a failure. With ``--growth``, the tables of imports and
    exports say how costs grow.
    """
    given = {name for name in names if name.startswith('--')}
    names, missed = [name for name in names if name not in given], []
    if unknown := given - {'--check', '--growth'}:
        raise Failure(f'There is no option {", ".join(unknown)}: --check and --growth are.')
    if unknown := set(names) - {*PARTS, *ON_SERVERS}:
        raise Failure(f'There is no {", ".join(unknown)} to measure: choose from {", ".join([*PARTS, *ON_SERVERS])}.')
    postgres.connect_to('test')
    for name in names or [*PARTS, *ON_SERVERS]:
        table = table_of(name, '--growth' in given)
        print(table, end='', flush=True)
        missed += [line for line in table.splitlines() if line.startswith('MISSED')]
    if '--check' in given and missed:
        raise Failure(f'{len(missed)} goals are missed: see above.')


def table_of(name, growth):
    """Return the table of costs with this name."""
    if name in ON_SERVERS:
        return ON_SERVERS[name].measure(databases.installed())
    more = ', growth=True' if growth and name in GROWING else ''
    if name in ALONE:
        with databases.copied(databases.template()) as database:
            more = f', {run(database, PARTS[name], "measure_alone(env)")}'.rstrip()
    with databases.copied(databases.installed()) as database:
        return run(database, PARTS[name], f'measure(env{more})')


def run(database, module, call):
    """Return what a call of a function of a module printed in ``odoo shell``."""
    return servers.odoo_shell(database, CODE.format(root=str(ROOT), module=module, call=call))


if __name__ == '__main__':
    main(bench, *sys.argv[1:])
