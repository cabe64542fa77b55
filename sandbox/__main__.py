"""``python -m sandbox serve`` and ``python -m sandbox token``."""

import argparse
import json
import signal
import sqlite3
import sys
import threading

from .control import Control
from .seeds import COUNTRIES, SEEDS
from .server import Sandbox


def main(arguments=None):
    """Run a command; return the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except (ValueError, sqlite3.DatabaseError) as error:
        sys.stderr.write(f'{error}\n')
        return 1


def _parser():
    parser = argparse.ArgumentParser(prog='sandbox', description='A QuickBooks Online on this machine.')
    commands = parser.add_subparsers(required=True)
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument('--data', metavar='FILE', help='the file that holds everything')
    shared.add_argument('--seed', choices=SEEDS, default='sample', help='what a new file holds')
    shared.add_argument('--country', choices=COUNTRIES, default='US', help='of a new file')
    serve = commands.add_parser('serve', parents=[shared], help='listen until interrupted')
    serve.add_argument('--port', type=int, default=8790)
    serve.add_argument('--host', default='127.0.0.1')
    serve.add_argument('--throttle', action='store_true', help="apply Intuit's limits")
    serve.set_defaults(run=_serve)
    token = commands.add_parser('token', parents=[shared], help='print keys and a fresh refresh token')
    token.add_argument('--realm', help='the company; the default one otherwise')
    token.add_argument('--json', action='store_true')
    token.set_defaults(run=_token)
    return parser


def _serve(options):
    sandbox = Sandbox(
        options.data, options.seed, options.country, options.port, options.throttle,
        host=options.host,
    )  # fmt: skip
    try:
        sandbox.start()
    except OSError as error:
        sys.stderr.write(f'Cannot listen on port {options.port}: {error.strerror}. Try --port.\n')
        return 1
    sandbox.deliver_in_background()
    sys.stdout.write(f'QuickBooks sandbox on {sandbox.url}\n')
    sys.stdout.flush()
    _until_interrupted()
    sandbox.stop()
    return 0


def _until_interrupted():
    done = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_signal: done.set())
    done.wait()


def _token(options):
    if not options.data:
        sys.stderr.write('token needs --data: the file of the sandbox that it is for.\n')
        return 2
    control = Control(options.data, options.seed, options.country)
    realm = options.realm or control.realm_id
    if realm not in control.realm_ids:
        sys.stderr.write(f'No such company: {realm}\n')
        return 1
    keys = {
        'client_id': control.client_id,
        'client_secret': control.client_secret,
        'realm_id': realm,
        'refresh_token': control.refresh_token(realm),
        'verifier_token': control.verifier_token,
    }
    lines = [json.dumps(keys)] if options.json else [f'{name}: {value}' for name, value in keys.items()]
    sys.stdout.write('\n'.join(lines) + '\n')
    return 0


if __name__ == '__main__':
    sys.exit(main())
