"""Where things lie, what the scripts print, and the cache that several checkouts share.

Standard library only: `script/setup` runs this before anything is installed.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ADDON = 'quickbooks_online'
ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / '.odoo'
LOGS = HOME / 'logs'
VENV = HOME / 'venv'
# Root's home is closed to the user that PostgreSQL then runs as.
USER_CACHE = Path('/var/cache') if os.geteuid() == 0 else Path.home() / '.cache'
CACHE = Path(os.environ.get('XDG_CACHE_HOME') or USER_CACHE) / ADDON


class Failure(Exception):
    """A step that cannot go on. Its text is the last line the user sees and says what to do."""


def step(text):
    """Announce a step that takes a while."""
    print(f'==> {text}', flush=True)


def main(function, *args):
    """Run a script: a Failure becomes one line and exit status 1, Ctrl-C becomes 130."""
    try:
        sys.exit(function(*args))
    except Failure as failure:
        print(failure, file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def run(*command, advice, **options):
    """Run a command in silence; when it fails, show what it printed and raise Failure with the advice."""
    options = {'stdout': subprocess.PIPE, 'stderr': subprocess.STDOUT, 'text': True, **options}
    done = subprocess.run([str(part) for part in command], check=False, **options)
    if done.returncode:
        print('\n'.join((done.stdout or '').splitlines()[-60:]), file=sys.stderr)
        raise Failure(f'{command[0]} failed: {advice}')
    return done.stdout


def key_of(*parts):
    """Return a short name that changes when one of the parts (texts, or files by content) changes."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.read_bytes() if isinstance(part, Path) else str(part).encode())
        digest.update(b'\0')
    return digest.hexdigest()[:12]


@contextlib.contextmanager
def locked(path):
    """Let one process at a time work on what the path names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(f'{path}.lock', 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def cached(name, key, build):
    """Return the cache folder `name-key`, built first by `build(folder)` if it is not complete.

    A build that was interrupted is thrown away. Built in its final place: a venv cannot be moved.
    """
    folder = CACHE / f'{name}-{key}'
    done = folder / '.done'
    if done.exists():
        return folder
    with locked(folder):
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            build(folder)
            done.touch()
    return folder


def link(path, target):
    """Make the path a symbolic link to the target, whatever it linked to before. Atomic."""
    if path.is_symlink() and os.readlink(path) == str(target):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f'.{path.name}.{os.getpid()}')
    fresh.symlink_to(target)
    fresh.replace(path)
