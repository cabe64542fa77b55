"""What must not be in this folder."""

import ast
from pathlib import Path

import pytest

ROOM = Path(__file__).resolve().parents[1]
FILES = sorted(path for path in ROOM.rglob('*.py') if 'tests' not in path.relative_to(ROOM).parts)
ALLOWED = {'werkzeug'}
MUTABLE = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)


def parsed(path):
    return ast.parse(path.read_text(encoding='utf-8'))


@pytest.mark.parametrize('path', FILES, ids=lambda path: str(path.relative_to(ROOM)))
def test_only_the_standard_library_werkzeug_and_this_room_are_imported(path):
    import sys

    names = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split('.')[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(node.module.split('.')[0])

    assert names - set(sys.stdlib_module_names) - ALLOWED == set()


@pytest.mark.parametrize('path', FILES, ids=lambda path: str(path.relative_to(ROOM)))
def test_behaviour_never_sees_http(path):
    """wire may use company, company may use database; never the other way."""
    part = path.relative_to(ROOM).parts[0]
    levels = {'wire': 2, 'company': 1, 'entities': 1, 'documents': 1, 'seeds': 1, 'database.py': 0}
    if part not in levels:
        return
    seen = {
        (node.module or '').split('.')[0]
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom) and node.level
    }
    forbidden = {'wire', 'server', 'control'} if levels[part] < 2 else {'server', 'control'}
    assert not seen & forbidden


@pytest.mark.parametrize('path', FILES, ids=lambda path: str(path.relative_to(ROOM)))
def test_functions_are_short_and_files_too(path):
    lengths = {
        node.name: node.end_lineno - node.lineno + 1
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef)
    }

    assert {name: length for name, length in lengths.items() if length > 60} == {}
    assert len(path.read_text(encoding='utf-8').splitlines()) <= 500


def test_no_name_of_a_module_is_ever_bound_again():
    """Constants are upper case; nothing in this room says ``global``."""
    said = [path.name for path in FILES for node in ast.walk(parsed(path)) if isinstance(node, ast.Global)]

    assert said == []


@pytest.mark.parametrize('path', FILES, ids=lambda path: str(path.relative_to(ROOM)))
def test_module_level_collections_are_constants(path):
    names = [
        target.id
        for node in parsed(path).body
        if isinstance(node, ast.Assign) and isinstance(node.value, MUTABLE)
        for target in node.targets
    ]

    assert [name for name in names if not name.isupper()] == []
