import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from ..crypto import ENVIRONMENT, KeyUnusable, OtherPlace, WrongKey, decrypt, encrypt, load_key

KEY, OTHER = Fernet.generate_key(), Fernet.generate_key()
PLACE = 'uuid/database'


@given(st.text(), st.text())
def test_what_was_encrypted_decrypts(text, place):
    assert decrypt(KEY, encrypt(KEY, text, place), place) == text


@given(st.text(), st.text(), st.text())
def test_another_database_is_refused_unless_it_does_not_matter(text, place, other):
    token = encrypt(KEY, text, place)
    assert decrypt(KEY, token) == text
    if other != place:
        with pytest.raises(OtherPlace):
            decrypt(KEY, token, other)


BAD_TOKENS = {
    'empty': '',
    'short': 'x',
    'foreign': 'é',
    'of another key': encrypt(OTHER, 'secret', PLACE),
    'altered': encrypt(KEY, 'secret', PLACE)[:-4] + 'AAA=',
}
BAD_KEYS = {'short': 'x', 'foreign': 'é', 'letters': 'a' * 44, 'cut': KEY.decode()[:-1]}


@pytest.mark.parametrize('token', BAD_TOKENS.values(), ids=BAD_TOKENS)
def test_another_key_or_an_altered_text_is_refused(token):
    with pytest.raises(WrongKey):
        decrypt(KEY, token)


def test_ciphertext_differs_each_time_and_shows_nothing():
    first, second = encrypt(KEY, 'secret', PLACE), encrypt(KEY, 'secret', PLACE)
    assert first != second and 'secret' not in first


# === LOADING === #


def test_the_environment_comes_first_then_the_configuration_then_the_file(tmp_path):
    path = tmp_path / 'key'
    environ = {ENVIRONMENT: KEY.decode()}
    assert load_key(environ, OTHER.decode(), path) == KEY
    assert load_key({}, OTHER.decode(), path) == OTHER
    assert not path.exists()
    assert load_key({ENVIRONMENT: ''}, None, path) == path.read_bytes()


def test_a_new_file_is_for_its_owner_only_and_read_again(tmp_path):
    path = tmp_path / 'deep' / 'key'
    key = load_key({}, None, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_key({}, None, path) == key
    assert os.listdir(path.parent) == ['key']


@pytest.mark.parametrize('mode', [0o640, 0o604, 0o660, 0o644])
def test_a_file_that_others_may_read_is_refused(tmp_path, mode):
    path = tmp_path / 'key'
    path.write_bytes(KEY)
    path.chmod(mode)
    with pytest.raises(KeyUnusable, match='chmod 600'):
        load_key({}, None, path)
    assert path.read_bytes() == KEY


@pytest.mark.parametrize('bad', BAD_KEYS.values(), ids=BAD_KEYS)
def test_an_unusable_key_is_an_error_and_no_other_source_is_tried(tmp_path, bad):
    path = tmp_path / 'key'
    with pytest.raises(KeyUnusable, match=ENVIRONMENT):
        load_key({ENVIRONMENT: bad}, KEY.decode(), path)
    with pytest.raises(KeyUnusable, match='odoo.conf'):
        load_key({}, bad, path)
    assert not path.exists()


def test_an_empty_file_is_refused_and_left_alone(tmp_path):
    path = tmp_path / 'key'
    path.touch(0o600)
    with pytest.raises(KeyUnusable):
        load_key({}, None, path)
    assert path.read_bytes() == b''


def test_all_who_start_together_get_the_same_key(tmp_path):
    path = tmp_path / 'key'
    with ThreadPoolExecutor(16) as pool:
        keys = set(pool.map(lambda _: load_key({}, None, path), range(64)))
    assert keys == {path.read_bytes()}
    assert os.listdir(tmp_path) == ['key']
