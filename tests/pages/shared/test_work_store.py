"""Work of a tab is kept for a while, within limits, for that tab alone."""

import time

import pytest

from pages.shared.work_store import WorkStore

ONE, TWO, THREE = ("one", b"1" * 10), ("two", b"2" * 10), ("three", b"3" * 10)
MINUTE = 60


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def live():
    """The sessions that are connected."""
    return set()


@pytest.fixture
def store(clock, live):
    return WorkStore(live.__contains__, clock, keep_seconds=30 * MINUTE, max_tab_bytes=25, max_bytes=60)


def test_work_is_there_under_its_key_alone(store):
    assert store.put("key", "session", "photos", [ONE, TWO])
    assert store.get("key", "photos") == [ONE, TWO]
    assert store.get("key", "drawing") == []
    assert store.get("other key", "photos") == []


def test_work_is_forgotten_half_an_hour_after_its_last_change(store, clock):
    store.put("key", "session", "photos", [ONE])
    clock.now += 29 * MINUTE
    store.put("key", "session", "photos", [ONE, TWO])
    clock.now += 29 * MINUTE
    assert store.get("key", "photos") == [ONE, TWO]
    clock.now += 2 * MINUTE
    assert store.get("key", "photos") == []
    assert store.claim("key", "own", "new session") == "own"
    assert store.size == 0


def test_claim_keeps_work_for_another_half_hour(store, clock):
    store.put("key", "session", "photos", [ONE])
    clock.now += 29 * MINUTE
    assert store.claim("key", "own", "new session") == "key"
    clock.now += 29 * MINUTE
    assert store.get("key", "photos") == [ONE]


def test_expired_work_is_forgotten_although_nobody_asks():
    store = WorkStore(lambda _: False, keep_seconds=0.05)
    store.put("key", "session", "photos", [ONE])
    until = time.monotonic() + 120
    while store.size and time.monotonic() < until:
        time.sleep(0.01)
    assert store.size == 0


def test_oldest_files_of_a_tab_go_first(store):
    assert not store.put("key", "session", "photos", [ONE, TWO, THREE])
    assert store.get("key", "photos") == [TWO, THREE]


def test_file_that_is_too_large_is_not_kept(store):
    assert not store.put("key", "session", "photos", [("large", b"0" * 26)])
    assert store.get("key", "photos") == []
    assert store.size == 0


def test_tab_untouched_for_longest_goes_first(store, clock):
    for place in range(4):
        store.put(f"key {place}", f"session {place}", "photos", [ONE, TWO])
        clock.now += 1
        if place == 2:
            store.claim("key 0", "own", "session 0")
    assert [bool(store.get(f"key {place}", "photos")) for place in range(4)] == [True, False, True, True]
    assert store.size == 60


def test_reloaded_tab_goes_on_under_its_key(store, live):
    live.add("session")
    store.put("key", "session", "photos", [ONE])
    live.remove("session")
    assert store.claim("key", "own", "new session") == "key"
    assert store.is_free("key", "new session")
    assert not store.is_free("key", "session")


def test_duplicated_tab_goes_on_with_a_copy(store, live):
    live.add("session")
    store.put("key", "session", "photos", [ONE])
    assert store.claim("key", "own", "new session") == "own"
    store.put("own", "new session", "photos", [TWO])
    assert store.get("key", "photos") == [ONE]
    assert store.get("own", "photos") == [TWO]
    assert store.is_free("key", "session")


def test_unknown_key_claims_nothing(store):
    store.put("key", "session", "photos", [ONE])
    assert store.claim("guessed", "own", "new session") == "own"
    assert store.get("own", "photos") == []


def test_dropped_work_takes_no_room(store):
    store.put("key", "session", "photos", [ONE])
    store.put("key", "session", "drawing", [TWO])
    store.drop("key", "photos")
    assert (store.get("key", "photos"), store.get("key", "drawing")) == ([], [TWO])
    store.put("key", "session", "drawing", [])
    assert store.size == 0
