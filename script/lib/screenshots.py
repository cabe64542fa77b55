"""Pictures of a fresh demo, taken with Chromium by Playwright."""

import signal
import subprocess
import time
import urllib.error
import urllib.request

from .servers import free_port
from .workplace import HOME, ROOT, Failure, main, run, step

PLAYWRIGHT = 'playwright-core@1.65.1'
START_S = 600


def screenshots():
    """Start a demo, take the pictures, and stop it."""
    folder = HOME / 'screens'
    if not (folder / 'node_modules' / 'playwright-core').exists():
        step('playwright')
        folder.mkdir(exist_ok=True)
        run('npm', 'install', '--prefix', folder, '--no-save', PLAYWRIGHT, advice='is the npm registry reachable?')
    odoo_port, sandbox_port = free_port(), free_port()
    demo = subprocess.Popen(
        [ROOT / 'script/demo', '--reset', '--odoo-port', str(odoo_port), '--sandbox-port', str(sandbox_port)],
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(f'http://127.0.0.1:{odoo_port}/web/login', demo)
        step('pictures')
        run(
            'node', ROOT / 'script/lib/screenshots.cjs', folder / 'node_modules' / 'playwright-core',
            f'http://127.0.0.1:{odoo_port}', ROOT / 'static/description',
            advice='see the lines above.',
        )  # fmt: skip
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait()


def wait_for(url, process):
    """Wait until an address answers."""
    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5)
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise Failure('the demo did not start: see .odoo/logs/')


if __name__ == '__main__':
    main(screenshots)
