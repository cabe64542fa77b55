"""``python -m sandbox``."""

import json
import subprocess
import sys
from pathlib import Path

import requests

FOLDER = Path(__file__).resolve().parents[2]


def command(*arguments, **more):
    """Start ``python -m sandbox`` from a folder that holds only a link to it."""
    return subprocess.Popen(
        [sys.executable, '-m', 'sandbox', *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more,
    )  # fmt: skip


def linked(tmp_path):
    (tmp_path / 'sandbox').symlink_to(FOLDER / 'sandbox')
    return tmp_path


def test_serve_says_where_it_listens_and_token_opens_it(tmp_path):
    folder, data = linked(tmp_path), tmp_path / 'data.sqlite'
    serving = command('serve', '--port', 0, '--data', data, cwd=folder)
    try:
        url = serving.stdout.readline().split()[-1]
        keys, _errors = command('token', '--data', data, '--json', cwd=folder).communicate(timeout=20)
        keys = json.loads(keys)
        form = {'grant_type': 'refresh_token', 'refresh_token': keys['refresh_token']}
        auth = (keys['client_id'], keys['client_secret'])
        answer = requests.post(f'{url}/oauth2/v1/tokens/bearer', form, auth=auth, timeout=5).json()
        headers = {'Authorization': f'Bearer {answer["access_token"]}', 'Accept': 'application/json'}
        company = f'{url}/v3/company/{keys["realm_id"]}/companyinfo/{keys["realm_id"]}'
        found = requests.get(company, headers=headers, timeout=5).json()
    finally:
        serving.terminate()
        serving.communicate(timeout=10)

    assert found['CompanyInfo']['CompanyName'] == 'Blue Heron Pool Care'
    assert serving.returncode == 0


def test_token_without_json_is_for_people(tmp_path):
    text, _errors = command('token', '--data', tmp_path / 'd', cwd=linked(tmp_path)).communicate(timeout=20)

    assert [line.split(': ')[0] for line in text.splitlines()] == [
        'client_id', 'client_secret', 'realm_id', 'refresh_token', 'verifier_token',
    ]  # fmt: skip


def test_port_in_use_is_one_clear_line(sandbox, tmp_path):
    serving = command('serve', '--port', sandbox.port, cwd=linked(tmp_path))
    _text, errors = serving.communicate(timeout=20)

    assert serving.returncode == 1
    assert errors.count('\n') == 1
    assert str(sandbox.port) in errors and '--port' in errors


def test_file_that_is_no_sandbox_is_one_clear_line(tmp_path):
    (tmp_path / 'd').write_text('no database at all, but long enough to be looked at as one' * 20)
    _text, errors = command('token', '--data', tmp_path / 'd', cwd=linked(tmp_path)).communicate(timeout=20)

    assert errors.count('\n') == 1


def test_unknown_company_is_refused(tmp_path):
    asking = command('token', '--data', tmp_path / 'd', '--realm', '7', cwd=linked(tmp_path))
    asking.communicate(timeout=20)

    assert asking.returncode == 1
