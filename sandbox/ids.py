"""Everything that the sandbox makes up: tokens, trace ids, event ids. One source of randomness."""

import base64
import random as random_module
import string
import uuid

ALPHABET = string.ascii_letters + string.digits
JWE_HEADER = b'{"enc":"A128CBC-HS256","alg":"dir"}'


class Ids:
    """Makes values up. Give it ``random.Random(seed)`` and it makes up the same ones again."""

    def __init__(self, random=None):
        self._random = random or random_module.SystemRandom()

    def text(self, length, alphabet=ALPHABET):
        """Return ``length`` characters."""
        return ''.join(self._random.choices(alphabet, k=length))

    def uuid(self):
        """Return a random UUID as text."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def _part(self, size):
        raw = self._random.getrandbits(8 * size).to_bytes(size, 'big')
        return base64.urlsafe_b64encode(raw).rstrip(b'=').decode()

    def access_token(self):
        """Return a value shaped like a compact JWE: five parts, the second one empty (qbo-api 1.3)."""
        header = base64.urlsafe_b64encode(JWE_HEADER).rstrip(b'=').decode()
        return '.'.join((header, '', self._part(16), self._part(480), self._part(16)))

    def refresh_token(self, seconds):
        """Return a value shaped like those of 2026 (qbo-api 1.3)."""
        return f'RT1-{self._random.randrange(10, 250)}-H0-{int(seconds)}{self.text(24).lower()}'

    def code(self, seconds):
        """Return an authorization code."""
        return f'XAB1{int(seconds)}{self.text(36)}'

    def tid(self, seconds):
        """Return a trace id as the header ``intuit_tid`` has it."""
        return f'1-{int(seconds):08x}-{self._random.getrandbits(96):024x}'

    def digits(self, length):
        """Return decimal digits, the first of them not zero."""
        return self.text(1, '123456789') + self.text(length - 1, string.digits)
