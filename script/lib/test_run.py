"""Runs pytest on what the arguments of `script/test` select."""

import argparse
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import databases, odoo, postgres
from .workplace import ROOT, VENV, main

ROOMS = {'qbo': 'qbo', 'sandbox': 'sandbox', 'tests': 'tests', 'process': 'script/process'}
WORKERS = 2  # CI has two cores
PLUGINS = 'script.lib.testing'
WITH_VALUE = ('-k', '-m', '-n', '-o', '-p')  # pytest's options whose next argument is no selection


def test(*arguments):
    """Become a run of pytest. Paths, rooms and node ids select, other arguments are pytest's own."""
    ours, theirs = parser().parse_known_args(arguments)
    if ours.fresh:
        databases.forget()
    if ours.at:
        os.environ['QBO_TEST_AT'] = ours.at
    if ours.long:
        os.environ['QBO_TEST_LONG'] = '1'
    if ours.within is not None:
        os.environ['QBO_TEST_UNTIL'] = str(time.time() + 60 * ours.within)
    postgres.connect_to('test')
    odoo.write_conf()
    paths = [path_of(argument) for argument in selections(theirs)]
    options = [argument for argument in theirs if argument not in selections(theirs)]
    paths = paths or list(ROOMS.values())
    command = [VENV / 'bin/python', '-m', 'pytest', *plugins(paths), *options, *paths]
    os.chdir(ROOT)
    os.execve(command[0], [str(part) for part in command], environment())


def parser():
    parser = argparse.ArgumentParser('script/test', add_help=False, allow_abbrev=False)
    parser.add_argument('--fresh', action='store_true')
    parser.add_argument('--at', metavar='HH:MM')
    parser.add_argument('--long', action='store_true')
    parser.add_argument('--within', type=int, metavar='MINUTES')
    return parser


def selections(arguments):
    """Return those arguments that name a room or something that is there."""
    values = {index + 1 for index, argument in enumerate(arguments) if argument in WITH_VALUE}
    return [argument for index, argument in enumerate(arguments) if index not in values and exists(argument)]


def exists(argument):
    return argument in ROOMS or Path(path_of(argument).split('::')[0]).exists()


def path_of(selection):
    """Return the path that pytest takes. A room's name is short for its folder: `process/…` for `script/process/…`."""
    room, slash, rest = selection.partition('/')
    return f'{ROOMS.get(room, room)}{slash}{rest}'


def plugins(paths):
    """Return the options that load plugins: with Odoo's only where an Odoo test may be selected; it takes seconds."""
    rooms = {path.partition('/')[0] for path in paths}
    alone = any('.py' in path for path in paths) or rooms <= {'qbo', 'sandbox'}
    workers = [] if alone else ['-n', WORKERS, '--no-loadscope-reorder']
    if 'tests' not in rooms:
        return ['-p', 'no:odoo', '-p', f'{PLUGINS}.rules', *workers]
    with ThreadPoolExecutor() as side_by_side:
        list(side_by_side.map(databases.installed, ((), databases.APPS)))
    ours = ['-p', f'{PLUGINS}.rules', '-p', f'{PLUGINS}.in_odoo']
    return ['-p', 'odoo', *ours, '--odoo-http', '--odoo-database', databases.name_of('installed', ()), *workers]


def environment():
    """Return the environment of the tests: Odoo's, and this project's scripts are importable."""
    environment = odoo.environment()
    return {**environment, 'PYTHONPATH': f'{environment["PYTHONPATH"]}:{ROOT}'}


if __name__ == '__main__':
    main(test, *sys.argv[1:])
