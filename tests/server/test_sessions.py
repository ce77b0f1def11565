import pytest

from digitnet.access.callers import NOBODY
from digitnet.server.sessions import Sessions


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def sessions(clock):
    return Sessions(clock)


def test_session_is_closed_from_when_it_was_seen_without_a_browser(sessions, clock):
    live = {"a", "b"}
    for name in ("a", "b"):
        sessions.meet(name, NOBODY)
    assert sessions.list_closed(live.__contains__) == []
    live.remove("b")
    assert sessions.list_closed(live.__contains__, 60) == []
    clock.now = 59.0
    assert sessions.list_closed(live.__contains__, 60) == []
    clock.now = 60.0
    assert sessions.list_closed(live.__contains__, 60) == ["b"]


def test_session_that_connects_again_is_not_closed(sessions, clock):
    live = set()
    sessions.meet("a", NOBODY)
    sessions.list_closed(live.__contains__)
    live.add("a")
    clock.now = 60.0
    assert sessions.list_closed(live.__contains__, 60) == []
    live.remove("a")
    assert sessions.list_closed(live.__contains__, 60) == []


def test_session_that_closed_first_comes_first(sessions, clock):
    live = {"a", "b"}
    sessions.meet("a", NOBODY)
    sessions.meet("b", NOBODY)
    live.remove("b")
    sessions.list_closed(live.__contains__)
    clock.now = 1.0
    live.remove("a")
    assert sessions.list_closed(live.__contains__) == ["b", "a"]


def test_refusal_is_told_to_its_session_once(sessions):
    sessions.tell("a", "Too much.")
    assert sessions.take_refusal("b") == ""
    assert sessions.take_refusal("a") == "Too much."
    assert sessions.take_refusal("a") == ""


def test_forgotten_session_takes_no_room(sessions):
    sessions.meet("a", NOBODY)
    sessions.forget("a")
    assert sessions.list_closed(lambda _: False) == []
