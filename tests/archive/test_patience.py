"""Stores are asked again with growing pauses, and silent ones do not hold up others."""

import threading

import pytest

from digitnet.archive import patience as module
from digitnet.archive.patience import Patience
from digitnet.archive.silence import StoreError
from digitnet.errors import ImageError


class Clock:
    """Stands in for the clock, and for the event of a stop: who waits moves it on."""

    def __init__(self):
        self.now, self.waited = 0.0, []

    def monotonic(self):
        return self.now

    def wait(self, seconds):
        self.waited.append(seconds)
        self.now += seconds
        return False


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


def fail():
    raise StoreError("It is silent.")


def refuse():
    raise ImageError("There is no such file.")


def test_silent_store_is_asked_for_a_minute_with_growing_pauses(clock):
    with pytest.raises(StoreError):
        Patience(60.0, clock).ask("s3://bucket", fail)
    assert clock.waited == [1.0, 2.0, 4.0, 8.0, 10.0, 10.0, 10.0, 10.0, 5.0]


def test_store_that_stays_silent_is_asked_once_and_others_are_waited_for(clock):
    patience = Patience(60.0, clock)
    for _ in range(3):
        with pytest.raises(StoreError):
            patience.ask("dead.example", fail)
    assert clock.now == 60.0
    assert patience.is_silent("dead.example")
    assert patience.ask("here.example", lambda: 5) == 5
    assert patience.ask("dead.example", lambda: 6) == 6
    assert not patience.is_silent("dead.example")


def test_store_that_lets_a_call_wait_for_long_is_left_alone_for_longer(clock):
    calls = []

    def wait_long():
        calls.append(clock.now)
        clock.now += 20.0
        fail()

    patience = Patience(0.0, clock)
    for _ in range(5):
        with pytest.raises(StoreError):
            patience.ask("dead.example", wait_long)
    assert calls == [0.0]
    clock.now += 200.0
    with pytest.raises(StoreError):
        patience.ask("dead.example", wait_long)
    assert len(calls) == 2


def test_file_that_alone_gets_no_answer_makes_no_store_silent(clock):
    patience = Patience(60.0, clock)

    def fail_beside_others():
        patience.ask("files.example", lambda: 0)
        fail()

    with pytest.raises(StoreError):
        patience.ask("files.example", fail_beside_others)
    assert clock.now == 15.0
    assert not patience.is_silent("files.example")


def test_missing_file_is_an_answer(clock):
    patience = Patience(0.0, clock)
    with pytest.raises(StoreError):
        patience.ask("files.example", fail)
    with pytest.raises(ImageError):
        patience.ask("files.example", refuse)
    assert not patience.is_silent("files.example")


def test_stop_ends_the_waiting():
    stopping = threading.Event()
    stopping.set()
    with pytest.raises(StoreError):
        Patience(60.0, stopping).ask("s3://bucket", fail)


@pytest.mark.parametrize(("skips", "expected"), [(True, [0, 1, 2, 3]), (False, [0, 1, 0, 1, 2, 3])])
def test_iteration_that_breaks_off_begins_anew(clock, skips, expected):
    breaks = [2]

    def begin():
        for number in range(4):
            if breaks == [number]:
                breaks.clear()
                fail()
            yield number

    assert list(Patience(60.0, clock).iterate("s3://bucket", begin, skips=skips)) == expected
    assert clock.waited == [1.0]
