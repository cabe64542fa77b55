"""First half of set-up: Odoo, Python packages, npm packages, Chromium. Standard library only.

Everything is fetched once into the user's cache, in folders named after what was asked for, and linked into
`.odoo/`; a second checkout only links. No mirror is named here: apt, pip and npm use the machine's own.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from . import workplace
from .workplace import HOME, ROOT, Failure, cached, key_of, link, run, step

REQUIREMENTS = ROOT / 'script' / 'requirements.lock'
PACKAGES = (ROOT / 'package-lock.json', ROOT / 'package.json')
PYTHONS = ((3, 10), (3, 13))

# Odoo's static files are relative links into the other packages.
DEBS = (
    'odoo-19',
    'libjs-jquery',
    'libjs-jquery-form',
    'libjs-underscore',
    'fonts-inconsolata',
    'fonts-montserrat',
    'fonts-ocr-b',
    'fonts-roboto-unhinted',
)
DEBIAN_SUITE = 'sid'
RECIPE = 1  # Raise it when build_odoo() changes: other checkouts have a finished tree in the cache.
DEBIAN_KEYRING = Path('/usr/share/keyrings/debian-archive-keyring.gpg')
SITE = Path('usr/lib/python3/dist-packages')
FONT_FOLDERS = ('web/static/lib/fontawesome/fonts', 'web/static/src/libs/fontawesome/fonts')
SELFIE = 'mail/static/lib/selfie_segmentation/selfie_segmentation.js'


def fetch():
    """Bring everything that set-up needs from outside; what is there already is not fetched again."""
    link(HOME / 'node', fetch_node())
    link(HOME / 'odoo', fetch_odoo())
    link(HOME / 'venv', fetch_venv())
    link(HOME / 'addons' / workplace.ADDON, Path('../..'))
    for room in ('qbo', 'sandbox'):
        link(HOME / 'plain' / room, Path('../..') / room)
    fetch_chromium()


# === Odoo ===


def fetch_odoo():
    """Return the folder of an Odoo 19: ODOO_HOME, or Debian's package with its static files made whole."""
    if 'ODOO_HOME' in os.environ:
        return Path(os.environ['ODOO_HOME']).resolve()
    return cached('odoo', key_of(DEBS, DEBIAN_SUITE, RECIPE, PACKAGES[0]), build_odoo)


def build_odoo(folder):
    step('Odoo 19 from Debian')
    debs = folder / '.debs'
    download_debs(debs)
    for deb in sorted(debs.glob('*.deb')):
        run('dpkg-deb', '-x', deb, folder, advice='is there space left on the disk?')
    shutil.rmtree(debs)
    mend_static_files(folder / SITE / 'odoo' / 'addons')


def download_debs(folder):
    """Download with a private apt state, so that the machine's own sources stay as they are."""
    if not shutil.which('apt-get'):
        raise Failure('Odoo comes from Debian and there is no apt-get here: set ODOO_HOME to an Odoo 19 tree.')
    state = folder / 'apt'
    (state / 'lists').mkdir(parents=True)
    (state / 'status').touch()
    signed = f'[signed-by={DEBIAN_KEYRING}] ' if DEBIAN_KEYRING.exists() else ''
    (state / 'sources.list').write_text(f'deb {signed}{debian_mirror()} {DEBIAN_SUITE} main\n')
    options = {
        'Dir::Etc::sourcelist': state / 'sources.list',
        'Dir::Etc::sourceparts': '-',
        'Dir::State::Lists': state / 'lists',
        'Dir::State::status': state / 'status',
        'Dir::Cache': state / 'cache',
    }
    apt = ['apt-get', '-q', *(f'-o{name}={value}' for name, value in options.items())]
    advice = 'is the Debian mirror of this machine reachable? Or set ODOO_HOME to an Odoo 19 tree.'
    run(*apt, 'update', advice=advice)
    run(*apt, 'download', *DEBS, advice=advice, cwd=folder)


def debian_mirror():
    """Return the first Debian mirror in the machine's own apt sources (DEBIAN_MIRROR overrides)."""
    if 'DEBIAN_MIRROR' in os.environ:
        return os.environ['DEBIAN_MIRROR']
    addresses = run(
        'apt-get',
        'indextargets',
        '--no-release-info',
        '--format',
        '$(REPO_URI)',
        'Created-By: Packages',
        advice='are the apt sources of this machine sound?',
    ).split()
    for address in addresses:
        if address.rstrip('/').rsplit('/', 1)[-1] in ('debian', 'debian.list'):
            return address
    raise Failure('No Debian mirror among the apt sources: set DEBIAN_MIRROR to one, or ODOO_HOME to an Odoo 19 tree.')


def mend_static_files(addons):
    """Put in place what the package lacks: Font Awesome 4.7 (sid has 7) and a file without which every tour fails."""
    modules = fetch_node() / 'node_modules'
    for fonts in FONT_FOLDERS:
        for broken in (addons / fonts).iterdir():
            broken.unlink()
        shutil.copytree(modules / 'font-awesome' / 'fonts', addons / fonts, dirs_exist_ok=True)
    (addons / SELFIE).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(modules / '@mediapipe' / 'selfie_segmentation' / 'selfie_segmentation.js', addons / SELFIE)


# === Python, npm, Chromium ===


def fetch_venv():
    """Return a virtual environment with exactly what requirements.lock names."""
    python = find_python()
    return cached('venv', key_of(python, REQUIREMENTS), lambda folder: build_venv(folder, python))


def build_venv(folder, python):
    step('Python packages')
    run(python, '-m', 'venv', folder, advice='install the package python3-venv.')
    run(folder / 'bin' / 'pip', 'install', '-q', '--no-deps', '-r', REQUIREMENTS, advice='is PyPI reachable?')


def find_python():
    """Return a Python that Odoo 19 runs on: the system's, this one, or the newest on the path.

    Distributions build theirs with optimizations, pyenv does not: Odoo takes about a tenth less time with it.
    """
    names = [
        '/usr/bin/python3',
        sys.executable,
        *(f'python3.{minor}' for minor in range(PYTHONS[1][1], PYTHONS[0][1] - 1, -1)),
    ]
    for python in filter(None, map(shutil.which, names)):
        code = f'import ensurepip, sys; sys.exit(not {PYTHONS[0]} <= sys.version_info[:2] <= {PYTHONS[1]})'
        if not subprocess.run([python, '-c', code], check=False, capture_output=True).returncode:
            return os.path.realpath(python)
    raise Failure('Odoo 19 needs Python 3.10 to 3.13 with its venv module: install one.')


def fetch_node():
    """Return a folder whose `node_modules` is what package-lock.json names."""
    return cached('node', key_of(PACKAGES[0]), build_node)


def build_node(folder):
    step('npm packages')
    if not shutil.which('npm'):
        raise Failure('npm is missing: install Node.js 18 or newer.')
    for file in PACKAGES:
        shutil.copy(file, folder)
    run('npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', advice='is the npm registry reachable?', cwd=folder)


def fetch_chromium():
    """Install Chromium for the browser tours. Without the right to do so, say what is missing and go on."""
    if find_chromium():
        return
    step('Chromium with apt, for the browser tours')
    sudo = '' if os.geteuid() == 0 else 'sudo -n '
    install = f'{sudo}apt-get -qq update && {sudo}apt-get -qq install -y --no-install-recommends chromium'
    if subprocess.run(install, shell=True, check=False, capture_output=True).returncode:
        print('Chromium could not be installed; tours will fail. Install it: sudo apt-get install chromium')


def find_chromium():
    """Return the path of a browser that Odoo's tours find, or None."""
    return next(filter(None, map(shutil.which, ('google-chrome', 'chromium', 'chromium-browser'))), None)


if __name__ == '__main__':
    with workplace.locked(HOME / 'setup'):
        workplace.main(fetch)
