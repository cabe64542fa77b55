"""The texts that users see: exported by Odoo from a clean copy of the addon, and merged into the translations."""

import shutil
import sys
import tempfile
from pathlib import Path

import polib

from . import databases, odoo, postgres
from .lint import files
from .workplace import ADDON, ROOT, Failure, main, run, step

FOLDER = ROOT / 'i18n'
TEMPLATE = FOLDER / f'{ADDON}.pot'
ADDON_FILES = ('*.py', '*.xml', '*.js', '*.csv', '*.sql')
NOT_THE_ADDON = ('sandbox/', 'script/', 'tests/', 'qbo/tests/')
CHANGES_EACH_TIME = ('POT-Creation-Date', 'PO-Revision-Date')


def i18n(*arguments):
    """Write the template and the translations, or with ``--check`` only compare."""
    exported = export()
    if '--check' in arguments:
        check(exported)
        return
    FOLDER.mkdir(exist_ok=True)
    exported.save(str(TEMPLATE))
    for path in sorted(FOLDER.glob('*.po')):
        merge(path, exported)


def export():
    """Return what Odoo finds to translate, as a polib file.

    From a copy: in the checkout Odoo would walk through `.odoo`, which holds the checkout.
    """
    postgres.connect_to('test')
    odoo.write_conf()
    source = databases.installed()
    step('texts')
    with tempfile.TemporaryDirectory() as folder, databases.copied(source) as database:
        addons, target = Path(folder) / 'addons', Path(folder) / f'{ADDON}.pot'
        copy_addon(addons / ADDON)
        conf = Path(folder) / 'odoo.conf'
        conf.write_text(f'[options]\naddons_path = {addons}\ndata_dir = {odoo.DATA}\n')
        run(
            *odoo.command(), 'i18n', 'export', '-c', conf, '-d', database, '-o', target, ADDON,
            advice='see the lines above.', env=odoo.environment(),
        )  # fmt: skip
        exported = polib.pofile(str(target))
    for name in CHANGES_EACH_TIME:
        exported.metadata.pop(name, None)
    return exported


def copy_addon(target):
    """Copy the files of the addon, without tests and tools."""
    for name in files(*ADDON_FILES):
        if not name.startswith(NOT_THE_ADDON):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)


def check(exported):
    """Raise Failure where the template is not what the code holds."""
    known = {entry.msgid for entry in polib.pofile(str(TEMPLATE))} if TEMPLATE.exists() else set()
    found = {entry.msgid for entry in exported}
    if changed := sorted(known ^ found):
        shown = '\n'.join(f'  {"-" if text in known else "+"} {text[:100]}' for text in changed[:20])
        raise Failure(f'{shown}\n{len(changed)} texts differ from i18n/{ADDON}.pot: run script/i18n.')


def merge(path, exported):
    """Bring a translation up to date with the template, and drop what is not used any more."""
    translation = polib.pofile(str(path))
    translation.merge(exported)
    for entry in translation.obsolete_entries():
        translation.remove(entry)
    for name in CHANGES_EACH_TIME:
        translation.metadata.pop(name, None)
    translation.save(str(path))
    step(f'{path.name}: {translation.percent_translated()} % translated')


if __name__ == '__main__':
    main(i18n, *sys.argv[1:])
