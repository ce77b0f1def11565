import threading
import time
from itertools import count

import pytest

from digitnet.archive.ahead import ItemsAhead
from digitnet.archive.items import Item
from digitnet.archive.silence import StoreError

RUNNING = threading.Event()
PATIENCE = 120.0  # Seconds in which the thread is sure to have listed what it can.


@pytest.fixture
def list_ahead(monkeypatch):
    """Return a function that lists items ahead; the listings end with the test."""
    monkeypatch.setattr("digitnet.archive.ahead._CLOSING_SECONDS", PATIENCE)
    listings = []

    def start(items, most_items=10, most_bytes=1000):
        listings.append(ItemsAhead(items, most_items, most_bytes))
        return listings[-1]

    yield start
    for listing in listings:
        listing.close()
        assert not listing._thread.is_alive()


def make_items(names, content=None):
    return (Item(str(name), "", content=content) for name in names)


def take_all(ahead):
    """Return the names of each portion of items."""
    portions = []
    while taken := ahead.take(RUNNING, PATIENCE):
        portions.append([item.name for item in taken])
    return portions


def test_items_are_taken_in_their_order_and_as_many_as_may_be_kept(list_ahead):
    names = [str(number) for number in range(25)]
    assert take_all(list_ahead(make_items(names))) == [names[:10], names[10:20], names[20:]]


def test_no_more_is_listed_than_may_be_kept(list_ahead):
    listed = count()
    ahead = list_ahead(Item(str(next(listed)), "") for _ in iter(int, 1))
    ahead.take(RUNNING, PATIENCE)
    ahead.limit(20)
    assert len(ahead.take(RUNNING, PATIENCE)) == 20
    while not ahead._is_full:
        time.sleep(0.01)
    assert 50 <= next(listed) <= 52  # One is listed that is not kept yet.


def test_content_fills_the_room_too(list_ahead):
    portions = take_all(list_ahead(make_items(range(7), bytes(400))))
    assert [len(portion) for portion in portions] == [3, 3, 1]


def test_slow_listing_gives_what_it_has(list_ahead):
    going_on = threading.Event()

    def list_slowly():
        yield from make_items("ab")
        going_on.wait(PATIENCE)
        yield from make_items("c")

    ahead = list_ahead(list_slowly())
    while len(ahead._kept) < 2:
        time.sleep(0.01)
    assert [item.name for item in ahead.take(RUNNING, 0.0)] == ["a", "b"]
    going_on.set()
    assert take_all(ahead) == [["c"]]


def test_error_of_the_listing_comes_after_the_items_before_it(list_ahead):
    def fail():
        yield from make_items("ab")
        raise StoreError("The store is silent.")

    ahead = list_ahead(fail())
    assert [item.name for item in ahead.take(RUNNING, PATIENCE)] == ["a", "b"]
    with pytest.raises(StoreError, match="The store is silent"):
        ahead.take(RUNNING, PATIENCE)


def test_wish_to_stop_ends_the_wait_for_a_silent_listing(list_ahead):
    released, stopping = threading.Event(), threading.Event()

    def wait():
        released.wait(PATIENCE)
        yield from make_items("a")

    ahead = list_ahead(wait())
    threading.Timer(0.1, stopping.set).start()
    assert ahead.take(stopping, PATIENCE) == []
    released.set()
