"""The rules of this project that no linter knows. Run by script/lint; one function, one rule.

A rule yields what is wrong as (file, line, sentence). To add one, write it and put it into RULES.
"""

import ast
import functools
import re
import statistics
import sys

import polib

from .lib.lint import files
from .lib.workplace import ROOT

PLAIN_ROOMS = ('qbo', 'sandbox')
ADDON_ROOMS = ('models', 'controllers', 'wizards', 'qbo')  # what runs on a user's server
NO_PRINT = (*ADDON_ROOMS, 'sandbox', 'tests')

FUNCTION_MAX, FILE_MAX = 60, 500
MEDIAN_MAX, NINETY_PERCENT_MAX = 10, 35
SIZED = ('.py', '.js', '.xml', '.css', '.scss')

MACHINE_PATH = re.compile(r'/(?:home|root|work|Users)/\w')
REGISTRY = re.compile(
    r'\b(?:deb|ftp|security|snapshot)[.]debian[.]|\bpythonhosted[.]|\bpypi[.]org|\bnpmjs[.]|\byarnpkg[.]'
)


class Source:
    """A file of the repository: its name, room, lines, and for Python its syntax tree."""

    def __init__(self, name):
        self.name = name
        self.room = name.split('/')[0] if '/' in name else ''
        self.lines = (ROOT / name).read_text(errors='replace').splitlines()
        self.tree = ast.parse('\n'.join(self.lines)) if name.endswith('.py') else ast.Module([], [])
        self.is_test = '/tests/' in f'/{name}'

    def comment_above(self, line):
        """Return the comment lines right above the line, without indentation."""
        comments = []
        while line > 1 and self.lines[line - 2].strip().startswith('#'):
            line -= 1
            comments.insert(0, self.lines[line - 1].strip())
        return '\n'.join(comments)


# === Rooms ===


def check_imports(source):
    """Rooms import one way; qbo/ and sandbox/ know no Odoo and work under any package name."""
    for node, module in imports(source.tree):
        top = module.split('.')[0]
        if source.room in PLAIN_ROOMS:
            if top == 'odoo':
                yield node.lineno, f'{source.room}/ is plain Python and imports no Odoo'
            elif top == source.room:
                yield node.lineno, f'import from {source.room}/ with dots: the room works under any package name'
        if top == 'sandbox' and source.room in (*ADDON_ROOMS, '') and not source.is_test:
            yield node.lineno, 'the addon does not import the sandbox'
        if top == 'qbo' and source.room == 'sandbox' and not source.is_test:
            yield node.lineno, 'the sandbox does not import qbo/: it would share its mistakes'


def imports(tree):
    """Yield (node, absolute or relative module without its dots) of each import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node, node.module
        elif isinstance(node, ast.ImportFrom) and node.level > 1:
            yield node, node.module or node.names[0].name


ROOMS_OF_MODELS = (
    'connection', 'link', 'lists', 'mapping', 'engine', 'attachments', 'comparison', 'stores', 'accountant',
)  # fmt: skip
"""The folders of `models/`, from the ground up: each imports from those before it."""
MODEL_NAME = re.compile(r"^ +_name = '([\w.]+)'", re.MULTILINE)


def check_rooms(source):
    """The folders of models import one way, and no model calls a wizard, also not through the registry."""
    if source.room != 'models':
        return
    folder = source.name.split('/')[1]
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and node.level == 2 and folder in ROOMS_OF_MODELS:
            above = ROOMS_OF_MODELS[ROOMS_OF_MODELS.index(folder) + 1 :]
            if (target := (node.module or '').split('.')[0]) in above:
                yield node.lineno, f'models/{folder}/ imports nothing from models/{target}/: it lies above'
        if isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith('env'):
            if getattr(node.slice, 'value', None) in wizard_models():
                yield node.lineno, f'a model calls no wizard ({node.slice.value}): extend the model beside the wizard'


@functools.cache
def wizard_models():
    return {name for file in (ROOT / 'wizards').rglob('*.py') for name in MODEL_NAME.findall(file.read_text())}


def check_print(source):
    """Nobody reads a server's standard output."""
    if source.room in NO_PRINT:
        for node in calls(source.tree):
            if isinstance(node.func, ast.Name) and node.func.id == 'print':
                yield node.lineno, 'no print() here: log it, or show it to the user'


def check_commit(source):
    """A commit says what must survive, and why the transaction is whole here."""
    for node in calls(source.tree):
        if ast.unparse(node.func).endswith('cr.commit') and not source.comment_above(node.lineno):
            yield node.lineno, 'a comment above a commit says what must survive and why it is whole here'


def check_day(source):
    """Which day it is says the connection, whoever runs the code and wherever he is."""
    if source.room in ADDON_ROOMS and not source.is_test:
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Attribute) and node.attr in ('context_today', 'today'):
                yield node.lineno, 'which day it is says qbo.connection._today(), and not the user or the server'


def calls(tree):
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


# === Texts ===


def check_machine(source):
    """Nothing in the repository depends on the machine it was written on."""
    for number, line in enumerate(source.lines, 1):
        if MACHINE_PATH.search(line):
            yield number, 'a path of one machine'
        if REGISTRY.search(line):
            yield number, 'no registry is named here: each machine has its own'


def check_size(source):
    """Short files and functions; a longer function has a comment above it with `long:` and why."""
    if source.name.endswith(SIZED) and len(source.lines) > FILE_MAX:
        yield len(source.lines), f'{len(source.lines)} lines in one file: {FILE_MAX} are enough'
    for node in functions(source):
        if length(node) > FUNCTION_MAX and 'long:' not in source.comment_above(first_line(node)):
            yield node.lineno, f'{node.name}() has {length(node)} lines: {FUNCTION_MAX} are enough'


def functions(source):
    return [node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def length(node):
    return node.end_lineno - first_line(node) + 1


def first_line(node):
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


# === The whole ===


def check_lengths(sources):
    """Functions are short on the whole."""
    lengths = sorted(length(node) for source in sources if not source.is_test for node in functions(source))
    if len(lengths) < 2:
        return
    median, ninety = statistics.median(lengths), statistics.quantiles(lengths, n=10, method='inclusive')[8]
    print(
        f'    functions: median {median:g} lines, 90 % within {ninety:g}, longest {lengths[-1]}, {len(lengths)} in all'
    )
    if median > MEDIAN_MAX or ninety > NINETY_PERCENT_MAX:
        yield '.', 0, f'functions are too long: the median may be {MEDIAN_MAX}, 90 % within {NINETY_PERCENT_MAX}'


def check_manifest(_sources):
    """The manifest names only files that exist, and the tests' __init__ imports every test."""
    manifest = ast.literal_eval((ROOT / '__manifest__.py').read_text())
    for name in (*manifest.get('data', ()), *manifest.get('demo', ())):
        if not (ROOT / name).is_file():
            yield '__manifest__.py', 1, f'{name} does not exist'
    for pattern in sum(manifest.get('assets', {}).values(), []):
        if not any(ROOT.glob(str(pattern).partition('/')[2])):
            yield '__manifest__.py', 1, f'{pattern} matches no file'
    imported = (ROOT / 'tests' / '__init__.py').read_text()
    for file in (ROOT / 'tests').rglob('test_*.py'):
        if not re.search(rf'\b{file.stem}\b', imported):
            yield 'tests/__init__.py', 1, f'{file.stem} is not imported and so never runs'


def check_card(_sources):
    """Each promise of the card that buyers see is a row of the list of features, and its pictures are there."""
    name = 'static/description/index.html'
    rows = {cell.strip() for line in (ROOT / 'docs/features.md').read_text().splitlines() for cell in line.split('|')}
    for line, text in enumerate((ROOT / name).read_text().splitlines(), 1):
        promise = re.search(r'<li>(?:<!-- (.*?) -->)?', text)
        if promise and promise[1] not in rows:
            yield name, line, 'this promise names no row of docs/features.md'
        for picture in re.findall(r'src="([^"]+)"', text):
            if not (ROOT / 'static/description' / picture).is_file():
                yield name, line, f'{picture} does not exist: script/screenshots makes it'


def check_translations(_sources):
    """A translation has the placeholders of its text."""
    for path in (ROOT / 'i18n').glob('*.po'):
        for entry in polib.pofile(str(path)):
            if entry.msgstr and placeholders(entry.msgid) != placeholders(entry.msgstr):
                yield f'i18n/{path.name}', entry.linenum, f'the placeholders differ: {entry.msgid[:60]}'


def placeholders(text):
    """Return what a text leaves open, and the names of its HTML elements, sorted."""
    return sorted(re.findall(r'%\(\w+\)[sd]|%[sd]|%%|</?\w+', text))


def check_promises(_sources):
    """Each test that the documents name as proof is there."""
    for place in ('docs/features.md', 'README.md'):
        yield from _missing_tests(place)


def _missing_tests(place):
    for line, text in enumerate((ROOT / place).read_text().splitlines(), 1):
        for file, test in re.findall(r'`([\w/]+\.py)::([^`]+)`', text):
            known = (ROOT / file).read_text() if (ROOT / file).is_file() else ''
            for name in re.split('::|[.]', test):
                if not re.search(rf'(?:class|def) {name}\b', known):
                    yield place, line, f'{file} has no {name}'


RULES = (check_imports, check_rooms, check_print, check_commit, check_day, check_machine, check_size)
RULES_FOR_ALL = (check_lengths, check_manifest, check_card, check_translations, check_promises)


def main():
    """Print what breaks a rule; return 1 if anything does."""
    sources = [Source(name) for name in files() if not is_binary(name)]
    found = [(source.name, *finding) for source in sources for rule in RULES for finding in rule(source)]
    found += [finding for rule in RULES_FOR_ALL for finding in rule(sources)]
    for name, line, sentence in found:
        print(f'{name}:{line}: {sentence}')
    return 1 if found else 0


def is_binary(name):
    return b'\0' in (ROOT / name).read_bytes()[:1024]


if __name__ == '__main__':
    sys.exit(main())
