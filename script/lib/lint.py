"""Runs one linter after the other, shows what each has to say, and fails if any said anything."""

import subprocess
import sys

from .odoo import environment
from .servers import PLAIN
from .workplace import ADDON, HOME, ROOT, VENV, Failure, main, step

NODE = HOME / 'node' / 'node_modules'
PRETTIER = [
    NODE / '.bin' / 'prettier',
    '--plugin',
    NODE / '@prettier' / 'plugin-xml' / 'src' / 'plugin.js',
    '--log-level',
    'warn',
]
PYLINT = [VENV / 'bin' / 'pylint', f'--rcfile={ROOT / "pyproject.toml"}']
# Rules about overriding a model's methods; in the plain rooms a method `write` overrides nothing.
ORM_RULES = 'method-required-super,missing-return,super-method-mismatch'


def lint(*arguments):
    """Run all linters, also after one has found something."""
    fix = '--fix' in arguments
    bad = [name for name, folder, command in linters(fix) if not passes(name, folder, command)]
    if bad:
        raise Failure(f'{", ".join(bad)}: see above. script/lint --fix fixes what can be fixed without thought.')


def linters(fix):
    """Return (name, folder to run in, command) of each linter."""
    markup = files('*.xml', '*.js')
    ruff = VENV / 'bin' / 'ruff'
    linters = [
        ('ruff', ROOT, [ruff, 'check', '-q', *(['--fix'] if fix else [])]),
        ('ruff format', ROOT, [ruff, 'format', *(['-q'] if fix else ['--check'])]),
        ('pylint-odoo', HOME / 'addons', [*PYLINT, '--ignore=qbo,sandbox,script', ADDON]),
        ('pylint-odoo, plain', PLAIN, [*PYLINT, f'--disable={ORM_RULES}', 'qbo', 'sandbox']),
        ('oca-checks-odoo-module', HOME / 'addons', [VENV / 'bin' / 'oca-checks-odoo-module', ADDON]),
        ('own checks', ROOT, [VENV / 'bin' / 'python', '-m', 'script.checks']),
        ('texts', ROOT, [VENV / 'bin' / 'python', '-m', 'script.lib.i18n', '--check']),
    ]
    if markup:
        linters.append(('prettier', ROOT, [*PRETTIER, '--write' if fix else '--check', *markup]))
    return linters


def passes(name, folder, command):
    """Run a linter and tell whether it had nothing to say."""
    step(name)
    # Where pylint finds Odoo it reads all of that too, and has nothing more to say.
    env = {**environment(), **({'PYTHONPATH': ''} if command[0] == PYLINT[0] else {})}
    return subprocess.run(command, check=False, cwd=folder, env=env).returncode == 0


def files(*patterns):
    """Return the files of this repository, new ones too, that match one of the patterns."""
    command = ['git', 'ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate', *patterns]
    names = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True).stdout.splitlines()
    return [name for name in names if (ROOT / name).exists()]


if __name__ == '__main__':
    main(lint, *sys.argv[1:])
