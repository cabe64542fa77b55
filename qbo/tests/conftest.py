import pytest

from .server import Server


@pytest.fixture
def server():
    with Server() as server:
        yield server
        assert not server.answers, "an answer was laid out that nobody asked for"
