"""Measures what synchronising costs. The measuring itself runs inside Odoo: ``bench_in_odoo.py``."""

from . import databases, postgres, servers
from .workplace import ROOT, main


def bench():
    """Print the table of costs."""
    postgres.connect_to('test')
    with databases.copied(databases.installed()) as database:
        code = (ROOT / 'script' / 'lib' / 'bench_in_odoo.py').read_text()
        print(servers.odoo_shell(database, f'{code}\nmeasure(env)\n'), end='')


if __name__ == '__main__':
    main(bench)
