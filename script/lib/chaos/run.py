"""Runs storms, each followed by quiet and a check, and reports what came of it."""

import argparse
import contextlib
import random
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from .. import odoo, postgres
from ..workplace import main, step
from . import in_database, quiet
from .checker import DOUBLED, LOST, SILENT, STUCK, UNTRUE, WORDLESS, Checker, Violation
from .faults import Storm
from .journal import BROKEN, DONE, ODOO, QUICKBOOKS, REFUSED, UNKNOWN, Journal
from .person import Person
from .place import Place
from .rpc import Broken, Failed, Refused, Unknown
from .sides import Sides
from .users import Nobody
from .users_purchases import Staff

USERS = 2
PACE_S = 0.25  # the mean time between two acts of a person
PAUSE_S = 0.15  # and between two faults
QUIET_S = 120
WARM_UP = ('new_customer', 'new_customer', 'new_vendor', 'new_product', 'new_product', 'invoice', 'bill')
KINDS = (LOST, DOUBLED, SILENT, UNTRUE, STUCK, WORDLESS)
MAX_SHOWN, MAX_SAID = 60, 20


def chaos(*arguments):
    """Run what the arguments say; return 1 if a promise was broken."""
    options = parse(arguments)
    postgres.connect_to('test')
    odoo.write_conf()
    broken = [violation for seed in options.seeds for violation in run(seed, options)]
    return 1 if broken else 0


def parse(arguments):
    parser = argparse.ArgumentParser('script/chaos')
    parser.add_argument('seeds', type=int, nargs='+', metavar='SEED')
    parser.add_argument('--minutes', type=float, default=5, help='of each seed, all in all')
    parser.add_argument('--rounds', type=int, help='how many storms, instead')
    parser.add_argument('--seconds', type=float, default=45, help='of a storm')
    parser.add_argument('--workers', type=int, default=0)
    parser.add_argument('--restore', action='store_true', help='to a backup of an hour ago, once a storm')
    parser.add_argument('--calm', action='store_true', help='nothing goes wrong: people only')
    parser.add_argument('--keep', action='store_true')
    return parser.parse_args(arguments)


def run(seed, options):
    """Run one seed, print its report, and return its violations."""
    step(f'seed {seed}')
    journal, began, found = Journal(), time.monotonic(), []
    with Place(options.workers, options.keep) as place:
        in_database.set_up(place)
        warm_up(place, journal, seed)
        number = 0
        while not found and is_time(options, began, number):
            number += 1
            times = [time.monotonic() - began]
            storm(place, journal, f'{seed}.{number}', options)
            times.append(time.monotonic() - began)
            found, checker = calm_down_and_check(place, journal)
            times.append(time.monotonic() - began)
            from_to = ' to '.join(f'{at:.0f} s' for at in times)
            print(f'    round {number}: storm and quiet from {from_to}, {len(found)} violations', flush=True)
        found += [Violation('a user failed', text) for text in journal.failures]
        if found:
            print(f'    logs and both databases: {place.keep_evidence()}')
        report(seed, number, journal, found, checker, place.unknown_faults())
    return found


def is_time(options, began, rounds):
    if options.rounds is not None:
        return rounds < options.rounds
    return time.monotonic() - began < options.minutes * 60 - options.seconds


def warm_up(place, journal, seed):
    """Have something to act on before anything goes wrong."""
    user = Staff(place, journal, random.Random(f'{seed}.warm'))
    for name in WARM_UP:
        act(user, name, journal)


def storm(place, journal, seed, options):
    """Let everybody act and everything fail for a while; return when all of them are done."""
    stop = threading.Event()
    people = [Staff(place, journal, random.Random(f'{seed}.user{number}')) for number in range(USERS)]
    people.append(Person(place, journal, random.Random(f'{seed}.person')))
    runs = [lambda person=person: work(person, journal, stop) for person in people]
    runs.append(lambda: administer(place, stop))
    if not options.calm:
        runs.append(Storm(place, journal, random.Random(f'{seed}.faults'), stop, PAUSE_S).run)
    with ThreadPoolExecutor(len(runs)) as pool:
        works = [pool.submit(each) for each in runs]
        try:
            if options.restore:
                go_back(place, journal, stop, options.seconds)
            stop.wait(options.seconds)
        finally:
            stop.set()
        for each in works:
            each.result()


def work(person, journal, stop):
    """Do one act after another."""
    while not stop.wait(person.chance.expovariate(1 / PACE_S)):
        with person.place.restarting:
            pass  # nobody works while a server starts: he would only be told so again and again
        act(person, person.chance.choices(list(person.acts), person.acts.values())[0], journal)


def act(person, name, journal):
    """Do one act, and note how it ended."""
    try:
        getattr(person, name)()
    except Nobody:
        return
    except Refused as error:
        journal.note(person.side, name, REFUSED, str(error))
    except Broken as error:
        journal.note(person.side, name, BROKEN, str(error))
    except Unknown:
        journal.note(person.side, name, UNKNOWN)
    except Failed as error:
        journal.note(person.side, name, 'failed')
        journal.failures.append(f'{name}: {error}')
    else:
        journal.note(person.side, name, DONE)


def administer(place, stop):
    """Connect again when Odoo asks for it, and start what has ended by itself."""
    while not stop.wait(3):
        try:
            place.ensure_running()
            if place.query("SELECT 1 FROM qbo_connection WHERE state IN ('reconnect', 'disconnected')"):
                quiet.connect_again(place)
        except (Unknown, OSError):
            continue  # it is away just now


def go_back(place, journal, stop, seconds):
    """Take a backup, let people work, and have the database as it was then, an hour later."""
    backup = place.folder / 'backup'
    with place.restarting:
        place.cluster.back_up(backup)
    stop.wait(seconds / 2)
    place.go_back(backup)
    journal.forget('Odoo')
    journal.fault('restored from a backup')
    with contextlib.suppress(Unknown):  # something else fails just now
        in_database.let_time_pass(place, 60)


def calm_down_and_check(place, journal):
    """Let nothing fail any more, wait until nothing is owed, and compare both sides."""
    quiet.end_faults(place, journal)
    said = quiet.sentences(place)
    wordless = [
        Violation(WORDLESS, f'link {id_} is in error')
        for id_, (state, sentence) in said.items()
        if state == 'error' and not sentence
    ]
    quiet.retry(place)
    owed = quiet.settle(place, QUIET_S)
    checker = Checker(Sides(place), journal, quiet.sentences(place))
    found = [*wordless, *(Violation(STUCK, text) for text in owed), *checker.check()]
    return found, checker


def report(seed, rounds, journal, found, checker, unknown):
    """Print what was done, what went wrong, and what came of it."""
    print(f'seed {seed}, {rounds} rounds')
    for side in (ODOO, QUICKBOOKS):
        own = Counter()
        for (where, _act, ended), count in journal.operations.items():
            own[ended] += count if where == side else 0
        print(f'  in {side}: {sum(own.values())} operations: {_listed(own)}')
    faults = Counter(journal.faults)
    unmet, met = faults.pop(quiet.UNMET, 0), faults.pop(in_database.MET, 0)
    print(f'  faults: {sum(faults.values())}; in QuickBooks {unmet} were not met, in PostgreSQL {met} were')
    print(f'    {_listed(faults)}')
    print(f'  in a named state: {_listed(Counter(checker.states.values())) or "nothing"}')
    for sentence in sorted({checker.said[id_][1][:200] for id_ in checker.states})[:MAX_SAID]:
        print(f'    {sentence}')
    for line, count in Counter(unknown).items():
        print(f'  {count} × in the log: {line}')
    counts = Counter(violation.kind for violation in found)
    print('  ' + ', '.join(f'{kind} {counts[kind]}' for kind in dict.fromkeys((*KINDS, *counts))))
    for violation in found[:MAX_SHOWN]:
        print(f'  VIOLATION {violation.kind}: {violation.text}')
    sys.stdout.flush()


def _listed(counts):
    return ', '.join(f'{count} {name}' for name, count in sorted(counts.items(), key=lambda item: -item[1]))


if __name__ == '__main__':
    main(chaos, *sys.argv[1:])
