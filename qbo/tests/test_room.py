"""What keeps this room plain."""

import ast
import sys
from pathlib import Path

import pytest

ROOM = Path(__file__).parent.parent
FILES = sorted(ROOM.rglob('*.py'))
THIRD_PARTIES = {'cryptography', 'hypothesis', 'pytest', 'quickbooks', 'requests', 'requests_oauthlib', 'urllib3'}
ALLOWED = sys.stdlib_module_names | THIRD_PARTIES


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition('.')[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.partition('.')[0]


@pytest.mark.parametrize('path', FILES, ids=lambda path: path.name)
def test_nothing_imports_odoo_or_another_room(path):
    assert set(imported(path)) <= ALLOWED


@pytest.mark.parametrize('path', FILES, ids=lambda path: path.name)
def test_nothing_sleeps_or_prints(path):
    calls = {ast.unparse(node.func) for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)}
    assert not calls & {'time.sleep', 'sleep', 'print'}


@pytest.mark.parametrize('path', [path for path in FILES if path.parent == ROOM], ids=lambda path: path.name)
def test_public_functions_promise_something(path):
    for node in ast.parse(path.read_text()).body:
        members = node.body if isinstance(node, ast.ClassDef) and not node.name.startswith('_') else [node]
        for member in members:
            if isinstance(member, ast.FunctionDef) and not member.name.startswith('_') and member.name != 'send':
                assert ast.get_docstring(member), f'{path.name}: {member.name}'
