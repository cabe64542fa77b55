"""Runs the tests that the arguments of `script/test` select, and ends with one line that counts them all."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from . import databases, odoo, postgres
from .odoo_tests import Count, jobs, run_odoo_tests
from .plain_tests import PROCESS, run_pytest
from .servers import PLAIN
from .workplace import Failure, main, step

ROOMS = ('qbo', 'sandbox', 'tests', 'process')
AT_ONCE = 2  # Odoo test runs: CI has two cores
NAMES = 50  # of failed tests that are listed at the end


def test(*arguments):
    """Run what is selected, room by room; nothing selected means everything."""
    if '--at' in arguments:
        place = arguments.index('--at')
        os.environ['QBO_TEST_AT'] = arguments[place + 1]
        arguments = arguments[:place] + arguments[place + 2 :]
    if '--fresh' in arguments:
        databases.forget()
    selections = [argument for argument in arguments if argument != '--fresh'] or ROOMS
    postgres.connect_to('test')
    odoo.write_conf()
    total = Count()
    for room, selected in by_room(selections).items():
        step(f'tests: {" ".join(selected)}')
        result = run_room(room, selected)
        total.passed += result.passed
        total.failed += result.failed
    print_names(total.failed)
    print(f'{total.passed} passed, {len(total.failed)} failed')
    return 1 if total.failed else 0


def print_names(failed):
    for name in failed[:NAMES]:
        print(name)
    if len(failed) > NAMES:
        print(f'... and {len(failed) - NAMES} more')


def by_room(selections):
    """Sort the selections into rooms, in the order in which rooms are tested."""
    rooms = {room: [selection for selection in selections if room_of(selection) == room] for room in ROOMS}
    return {room: selected for room, selected in rooms.items() if selected}


def room_of(selection):
    """Return the room of a path, a room's name, or one of Odoo's tags."""
    if selection.startswith('/') and not os.path.exists(selection):
        return 'tests'
    path = os.path.relpath(selection).removeprefix('script/')
    room = path.split('/')[0]
    if room not in ROOMS:
        raise Failure(f'{selection} is no test: name {", ".join(ROOMS)}, a file in one of them, or an Odoo tag.')
    return room


def run_room(room, selected):
    """Run the selected tests of one room and return a Count. A failure to even start counts as a failed test."""
    try:
        if room == 'tests':
            return run_in_odoo(selected)
        if room == 'process':
            paths = [selection.removeprefix('script/').removeprefix('process').lstrip('/') for selection in selected]
            return run_pytest(PROCESS, [path or '.' for path in paths])
        return run_pytest(PLAIN, selected)
    except Failure as failure:
        return Count(0, [f'{room}: {failure}'])


def run_in_odoo(selected):
    """Run Odoo tests and return their Count: two runs at once, each in a database of its own.

    Those that need other apps run in a database that has them.
    """
    total = Count()
    runs = jobs(selected)
    with ExitStack() as stack:
        benches = [stack.enter_context(databases.workbench(databases.APPS if job.with_apps else ())) for job in runs]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for result in pool.map(run_odoo_tests, benches, runs):
                total.passed += result.passed
                total.failed += result.failed
    return total


if __name__ == '__main__':
    main(test, *sys.argv[1:])
