"""Secrets at rest: Fernet (AES-128-CBC with HMAC), with the key kept outside the database (qbo-api 1.6).

No key is guessed and no key replaced: whoever loses it has to connect again, and hears so.
"""

import contextlib
import json
import os
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

ENVIRONMENT = 'QBO_ENCRYPTION_KEY'


class KeyUnusable(ValueError):
    """A key is there but must not or cannot be used; the text says which and why."""


class WrongKey(ValueError):
    """A stored secret was not encrypted with this key, or was altered."""


class OtherPlace(ValueError):
    """A stored secret belongs to another database."""


def load_key(environ, configured, key_file):
    """Return the key: from the environment, else the configuration, else a file, created on first use.

    The first source that is set counts; if it is not usable, that is an error and no other source is tried. The
    file appears at once and complete, so that of several processes starting together all read the same key.

    :param environ: a mapping; ``QBO_ENCRYPTION_KEY`` is looked up
    :param configured: value from ``odoo.conf``, or None
    :param Path key_file: a file in a folder that is backed up apart from the database
    :raise KeyUnusable: not a Fernet key, or a file that others may read
    """
    if environ.get(ENVIRONMENT):
        return _checked(environ[ENVIRONMENT], f"the environment variable {ENVIRONMENT}")
    if configured:
        return _checked(configured, "odoo.conf")
    key_file = Path(key_file)
    if not key_file.exists():
        _create(key_file)
    return _read(key_file)


def encrypt(key, text, place):
    """Return ``text`` encrypted, as text. The same text gives another result each time.

    :param str place: the database that it is stored in, the only one that may use it
    """
    return Fernet(key).encrypt(json.dumps([place, text]).encode()).decode()


def decrypt(key, token, place=None):
    """Return the text that `encrypt` was given.

    :param place: the database that asks; None where it does not matter
    :raise WrongKey: another key, or not what `encrypt` returned
    :raise OtherPlace: it was stored in another database
    """
    try:
        stored, text = json.loads(Fernet(key).decrypt(token.encode()))
    except (InvalidToken, ValueError) as error:
        raise WrongKey("This secret was encrypted with another key, or altered.") from error
    if place not in (None, stored):
        raise OtherPlace("This secret belongs to another database.")
    return text


def _checked(key, where):
    try:
        key = key.strip().encode() if isinstance(key, str) else key.strip()
        Fernet(key)
    except ValueError as error:
        raise KeyUnusable(
            f"The key in {where} is not 32 bytes in URL-safe base64. Make one with: "
            'python3 -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
        ) from error
    return key


def _create(key_file):
    """Write a new key beside ``key_file`` and link it into place; whoever comes second leaves the first alone."""
    key_file.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=key_file.parent, prefix=f'.{key_file.name}.')  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, 'wb') as file:
            file.write(Fernet.generate_key())
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, key_file)
    finally:
        os.unlink(draft)


def _read(key_file):
    with key_file.open('rb') as file:
        mode = os.fstat(file.fileno()).st_mode
        if os.name == 'posix' and mode & 0o077:
            raise KeyUnusable(f"Others may read {key_file}. Allow it to its owner only: chmod 600 {key_file}")
        return _checked(file.read(), key_file)
