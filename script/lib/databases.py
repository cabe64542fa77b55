"""Databases with Odoo in them: the template, and what is made from it.

The *template* holds the modules the addon depends on and not the addon. Installing them takes the better part of a
minute, so it is done once for each set of versions, and kept in the user's cache for other checkouts. The *installed*
database is a copy with the addon; it is made anew when the addon's own files have changed. Tests work in copies of it.

The *ready* databases are copies of the installed one in which a company is connected, or connected and bills, as most
test cases begin.

The first two exist a second time for tests of what the addon does beside other apps (`APPS`), made when a test asks.
"""

import ast
import contextlib
import datetime
import fcntl
import os
import shutil
import uuid

from . import odoo, postgres, servers
from .workplace import ADDON, HOME, ROOT, cached, key_of, locked, step

APPS = ('account_check_printing', 'hr_expense', 'point_of_sale', 'sale', 'stock')
"""The apps of the second set of databases: those that the addon does more with, if they are there."""
STORE_BUNDLES = '''
for name, css, js in (
    ('web.assets_web', True, True), ('web.assets_web_print', True, False), ('web.assets_tests', False, True),
    ('web.chartjs_lib', False, True),
):
    bundle = env['ir.qweb']._get_asset_bundle(name, css=css, js=js)
    css and bundle.css()
    js and bundle.js()
env.cr.commit()
'''
"""Run in `odoo shell`: makes what a browser loads. A tour would make it anew each time, for a test is rolled back."""
ROOMS = ('models', 'wizards', 'views', 'data', 'security', 'i18n', 'demo')


def template(demo=False, apps=()):
    """Return the name of the template database, made first if it is not there.

    :param apps: modules that are there besides those that the addon depends on
    """
    modules = sorted({*dependencies(), *apps})
    key = key_of(modules, demo, str(odoo.TREE.resolve()))
    database = f'template_{key}'
    with locked(HOME / database):
        if not postgres.exists(database):
            make_template(database, key, modules, demo)
    return database


def dependencies():
    """Return the modules that the manifest names, sorted; `account` while there is no manifest."""
    manifest = ROOT / '__manifest__.py'
    return sorted(ast.literal_eval(manifest.read_text())['depends']) if manifest.exists() else ['account']


def make_template(database, key, modules, demo):
    """Make the template from the cache; with a server of the user's own, install it there."""
    if postgres.is_foreign():
        install(database, modules, demo)
        return

    def build(folder):
        install(database, modules, demo)
        postgres.dump(database, folder / 'dump')
        copy_filestore(odoo.filestore(database), folder / 'filestore')

    folder = cached('template', key, build)
    if not postgres.exists(database):
        restoring = f'{database}_restoring'
        postgres.restore(folder / 'dump', restoring)
        copy_filestore(folder / 'filestore', odoo.filestore(database))
        postgres.rename(restoring, database)


def install(database, modules, demo):
    """Install the modules into a new database, which gets its name only when it is complete."""
    step(f'Odoo database with {", ".join(modules)}{" and demo data" if demo else ""} (about a minute, once)')
    building = f'{database}_building'
    postgres.drop(building)
    odoo.run_odoo(building, '-i', ','.join(modules), *(['--with-demo'] if demo else []))
    shutil.rmtree(odoo.filestore(database), ignore_errors=True)
    odoo.filestore(building).rename(odoo.filestore(database))
    postgres.rename(building, database)


def copy(source, target):
    """Make the target a copy of the source, attachments included."""
    postgres.copy(source, target)
    copy_filestore(odoo.filestore(source), odoo.filestore(target))


def drop(database):
    """Drop the database and its attachments."""
    postgres.drop(database)
    shutil.rmtree(odoo.filestore(database), ignore_errors=True)


def copy_filestore(source, target):
    """Copy attachments. Odoo never changes a stored file, so a hard link will do where the disk has them."""
    shutil.rmtree(target, ignore_errors=True)
    if source.exists():
        shutil.copytree(source, target, copy_function=link_or_copy)


def link_or_copy(source, target):
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


# === Databases with the addon ===


def installed(apps=()):
    """Return the name of a database with the addon installed, made anew when a file that shapes it has changed.

    Nobody works in it; take a copy.

    :param apps: as in `template`
    """
    database = name_of('installed', apps)
    with locked(HOME / database):
        state = key_of(template(apps=apps), *addon_files())
        if read_state(database) != state or not postgres.exists(database):
            step(f'database with the addon{" and " + ", ".join(apps) if apps else ""}')
            state_of(database).unlink(missing_ok=True)
            copy(template(apps=apps), database)
            log = odoo.run_odoo(database, '-i', ADDON, advice='the addon does not install: see the lines above.')
            print(log.removeprefix(odoo.ROOT_WARNING), end='')
            servers.odoo_shell(database, STORE_BUNDLES)
            state_of(database).write_text(state)
    return database


def name_of(purpose, apps):
    """Return the name of a database of this checkout, for a set of apps."""
    return odoo.database_name('_'.join([purpose, *apps]))


def state_of(database):
    """Return the file that says what a database was made from."""
    return HOME / f'{database}.key'


def read_state(database):
    path = state_of(database)
    return path.read_text() if path.exists() else None


def addon_files():
    """Return the files that shape a database: a change in any other (tests, qbo/, static/) needs no new one."""
    files = list(ROOT.glob('*.py'))
    for room in ROOMS:
        files += (path for path in (ROOT / room).rglob('*') if path.suffix in ('.py', '.xml', '.csv', '.po', '.sql'))
    return sorted(files)


def ready(case, make):
    """Return the name of a database with a company that is connected already, made anew when that has changed.

    A day later it is made anew too: what it holds has times and tokens.

    :param str case: name of the test case whose set-up it holds
    :param make: called with the name of a copy of the installed database, to set the company up
    """
    source, database = installed(), name_of(f'ready_{case.lower()}', ())
    with locked(HOME / 'ready'):
        state = key_of(read_state(source), datetime.date.today(), *case_files())
        if read_state(database) != state or not postgres.exists(database):
            state_of(database).unlink(missing_ok=True)
            copy(source, database)
            make(database)
            state_of(database).write_text(state)
    return database


def case_files():
    """Return the files that shape what a test case sets up, besides those of the addon."""
    return [*(ROOT / 'tests' / name for name in ('common.py', 'billing.py')), *sorted((ROOT / 'sandbox').rglob('*.py'))]


@contextlib.contextmanager
def workbench(source, worker='gw0'):
    """Lend a copy of a database for a test run.

    It is kept for the next run. While somebody else has it, lend one that is dropped afterwards.

    :param source: name of a database, as `installed` and `ready` return it
    :param worker: name of one of several that run tests at the same time
    """
    database = f'{worker}_{source}'
    with open(HOME / f'{database}.lock', 'w') as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with copied(source) as spare:
                yield spare
            return
        if not postgres.exists(database) or read_state(database) != read_state(source):
            copy(source, database)
            state_of(database).write_text(read_state(source))
        yield database


@contextlib.contextmanager
def copied(source):
    """Lend a copy of a database, dropped afterwards."""
    database = odoo.database_name(f'copy_{uuid.uuid4().hex[:8]}')
    copy(source, database)
    try:
        yield database
    finally:
        drop(database)


def forget():
    """Have the databases with the addon made anew."""
    for apps in ((), APPS):
        state_of(name_of('installed', apps)).unlink(missing_ok=True)
