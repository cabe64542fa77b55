"""One sandbox for the whole run; each test finds it as it was."""

import pytest

from ..server import Sandbox
from .client import Api


@pytest.fixture(scope='session')
def running():
    """A sandbox that listens, with the sample company."""
    with Sandbox() as sandbox:
        sandbox.snapshot()
        yield sandbox


@pytest.fixture
def sandbox(running):
    """The same, as fresh."""
    running.restore()
    return running


@pytest.fixture
def by_hand(sandbox):
    """The same, where QuickBooks applies no credits by itself."""
    sandbox.configure(preferences={'SalesFormsPrefs': {'AutoApplyCredit': False}})


@pytest.fixture
def api(sandbox):
    """A client of its default company."""
    return Api(sandbox)
