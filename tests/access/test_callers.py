import threading

import pytest

from digitnet.access import callers
from digitnet.access.callers import LOCAL_OWNER, NOBODY, Caller, acting_as, expect_strangers, get_caller
from digitnet.access.roles import Role

ANNA = Caller(Role.TEACHER, "anna@school.example")


@pytest.fixture
def strangers(monkeypatch):
    """A list of those who ask, the last one now; no name is known at first."""
    monkeypatch.setattr(callers, "_find_caller", callers._find_caller)
    asking = [None]
    expect_strangers(lambda: asking[-1])
    return asking


def test_library_acts_for_the_owner():
    assert get_caller() == LOCAL_OWNER


def test_server_takes_unknown_callers_for_nobody(strangers):
    assert get_caller() == NOBODY
    assert get_caller().role < Role.TEACHER


def test_server_finds_who_asks(strangers):
    strangers.append(ANNA)
    assert get_caller() == ANNA


def test_named_caller_asks_until_the_block_ends(strangers):
    with acting_as(ANNA):
        assert get_caller() == ANNA
    assert get_caller() == NOBODY


def test_named_caller_is_unknown_in_other_threads(strangers):
    found = []
    with acting_as(ANNA):
        thread = threading.Thread(target=lambda: found.append(get_caller()))
        thread.start()
        thread.join()
    assert found == [NOBODY]
