"""How Odoo is started: its command, its environment, its configuration file."""

import os
import shlex

from .workplace import HOME, LOGS, VENV, Failure, key_of, run

CONF = HOME / 'odoo.conf'
DATA = HOME / 'data'
TREE = HOME / 'odoo'
EXPORTED = (
    'PYTHONPATH',
    'ODOO_RC',
    'QBO_LOCAL_SANDBOX',
    'PATH',
    'PGHOST',
    'PGPORT',
    'PGUSER',
)  # Odoo reads libpq's variables itself.
ROOT_WARNING = "Running as user 'root' is a security risk.\n"


def site():
    """Return the folder that holds the package `odoo`: Debian's package and a source tree differ."""
    for folder in (TREE, TREE / 'usr/lib/python3/dist-packages'):
        if (folder / 'odoo' / 'release.py').exists():
            return folder
    raise Failure(f'There is no Odoo in {TREE.resolve()}: set ODOO_HOME to an Odoo 19 tree, or remove .odoo/odoo.')


def command():
    """Return how to start Odoo, as a list: never `python -m odoo`, which breaks with workers."""
    for starter in (TREE / 'usr/bin/odoo', TREE / 'odoo-bin'):
        if starter.exists():
            return [str(VENV / 'bin/python'), str(starter)]
    raise Failure(f'{TREE.resolve()} has neither usr/bin/odoo nor odoo-bin: set ODOO_HOME to the folder above.')


def environment():
    """Return the environment that Odoo runs in: this process's, with Odoo and rtlcss on the paths.

    With its own Python first: a server that starts itself anew (a time limit, SIGHUP) names it without a folder.
    """
    return {
        **os.environ,
        'PYTHONPATH': str(site()),
        'ODOO_RC': str(CONF),
        'QBO_LOCAL_SANDBOX': '1',
        'PATH': f'{VENV}/bin:{os.environ["PATH"]}:{HOME}/node/node_modules/.bin',
    }


def write_conf():
    """Write the configuration file, and for work by hand `.odoo/bin/odoo` with the server that libpq now points to."""
    addons = [HOME / 'addons', *filter(os.path.isdir, [TREE / 'addons'])]
    LOGS.mkdir(parents=True, exist_ok=True)
    fresh = CONF.with_name(f'{CONF.name}.{os.getpid()}')  # Replaced whole: another command may be reading it.
    fresh.write_text(
        f'[options]\naddons_path = {",".join(map(str, addons))}\ndata_dir = {DATA}\nhttp_interface = 127.0.0.1\n'
    )
    fresh.replace(CONF)
    variables = {name: value for name, value in environment().items() if name in EXPORTED}
    exports = ''.join(f'export {name}={shlex.quote(value)}\n' for name, value in variables.items())
    starter = HOME / 'bin' / 'odoo'
    starter.parent.mkdir(exist_ok=True)
    starter.write_text(f'#!/bin/sh\n{exports}exec {shlex.join(command())} "$@"\n')
    starter.chmod(0o755)


def run_odoo(database, *arguments, advice='see the lines above.'):
    """Run Odoo on the database until it is done, without serving HTTP and without crons."""
    return run(
        *command(),
        '-d',
        database,
        '--no-http',
        '--max-cron-threads=0',
        '--stop-after-init',
        '--log-level=warn',
        *arguments,
        advice=advice,
        env=environment(),
    )


def database_name(purpose):
    """Return a database name of this checkout's own: several checkouts may share a server."""
    return f'{purpose}_{key_of(str(HOME))[:6]}'


def filestore(database):
    """Return the folder where Odoo keeps the attachments of the database."""
    return DATA / 'filestore' / database
