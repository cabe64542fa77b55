"""Second half of set-up, in the virtual environment: PostgreSQL, Odoo's configuration, the template database."""

import sys

from . import databases, odoo, postgres
from .workplace import HOME, locked, main


def prepare(*arguments):
    """Make databases possible; with `--stop`, stop our own servers instead."""
    if '--stop' in arguments:
        postgres.stop_all()
        return
    with locked(HOME / 'setup'):
        postgres.connect_to('test')
        odoo.write_conf()
        databases.template()


if __name__ == '__main__':
    main(prepare, *sys.argv[1:])
