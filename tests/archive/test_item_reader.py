"""A page that ends its process is a row with an error, and all others are read once; stores get time to come back."""

import threading

import pytest

from digitnet.archive import item_reader
from digitnet.archive.item_reader import ItemReader
from digitnet.archive.item_reading import Part, Place
from digitnet.archive.items import Item
from digitnet.archive.rows import Row
from digitnet.archive.silence import StoreError
from digitnet.errors import ImageError, ModelError
from digitnet.workers.process import KilledError


class Pool:
    """Stands in for the reading processes: reads files of some pages, a few at a time, and dies on some of them."""

    def __init__(self, pages, hostile=(), at_once=100, error=ImageError):
        self.pages, self.hostile, self.at_once, self.error = pages, hostile, at_once, error
        self.calls = 0

    def run(self, function, items, start, options, one_page, **_):
        self.calls += 1
        rows, place = [], start
        while place.item < len(items):
            name = items[place.item].name
            if (name, place.page) in self.hostile:
                raise self.error("The page needs too much memory.")
            rows.append(Row(name, place.page, text="1"))
            is_last = place.page == self.pages[name]
            place = Place(place.item + 1) if is_last else Place(place.item, place.page + 1)
            if one_page or len(rows) == self.at_once:
                break
        return Part(rows, place, 0 if place.page == 1 else self.pages[items[place.item].name])


def read(pool, options):
    outcome = ItemReader(pool, options).read([Item(name, name) for name in pool.pages])
    assert outcome.items == list(pool.pages)
    return [(row.file, row.page, row.error and row.error[:8]) for row in outcome.rows]


@pytest.mark.parametrize("at_once", [1, 2, 3, 100])
def test_all_pages_are_read_in_order_however_often_a_process_stops(options, at_once):
    pages = {"a": 1, "b": 5, "c": 1, "d": 2}
    expected = [(name, page, None) for name, count in pages.items() for page in range(1, count + 1)]
    assert read(Pool(pages, at_once=at_once), options) == expected


@pytest.mark.parametrize("error", [ImageError, RuntimeError])
@pytest.mark.parametrize("at_once", [1, 2, 100])
@pytest.mark.parametrize("hostile", [("b", 3), ("b", 5), ("d", 2)])
def test_page_that_ends_its_process_is_a_row_and_the_others_are_read(options, hostile, at_once, error):
    pages = {"a": 1, "b": 5, "c": 1, "d": 2}
    rows = read(Pool(pages, [hostile], at_once, error), options)
    sentence = "The page"
    assert rows == [
        (name, page, sentence if (name, page) == hostile else None)
        for name, count in pages.items()
        for page in range(1, count + 1)
    ]


def test_file_that_cannot_be_opened_at_all_is_one_row(options):
    assert read(Pool({"a": 1, "b": 4, "c": 1}, [("b", 1)]), options) == [
        ("a", 1, None),
        ("b", 1, "The page"),
        ("c", 1, None),
    ]


def test_file_of_many_hostile_pages_is_given_up(options):
    pool = Pool({"a": 300, "b": 1}, [("a", page) for page in range(2, 301)])
    rows = read(pool, options)
    assert [page for name, page, _ in rows if name == "a"] == [1, 2, 3, 4]
    assert rows[-1] == ("b", 1, None)
    assert pool.calls < 12


def test_error_of_the_model_ends_the_reading(options):
    with pytest.raises(ModelError):
        read(Pool({"a": 1}, [("a", 1)], error=ModelError), options)


class Killed(Pool):
    """A pool whose processes the system kills some times."""

    left = 0

    def run(self, *arguments, **settings):
        if self.left:
            self.left -= 1
            raise ImageError("The page needs too much memory.") from KilledError()
        return super().run(*arguments, **settings)


@pytest.mark.parametrize("address", ["a", "s3://bucket/a"])
def test_page_whose_process_the_system_kills_is_read_later(options, monkeypatch, address):
    monkeypatch.setattr(item_reader, "load_content", lambda item: b"content")
    pool = Killed({"a": 1, "b": 1})
    pool.left = 3
    items = [Item("a", address), Item("b", address)]
    outcome = ItemReader(pool, options, Hurried(), patience=60.0).read(items)
    assert [(row.file, row.error) for row in outcome.rows] == [("a", None), ("b", None)]
    pool.left = 1000
    outcome = ItemReader(pool, options, patience=0.0).read(items)
    assert outcome.rows == []
    assert {each.silence.reason for each in outcome.put_off} == {
        "the memory of the machine has run out; give fewer --workers"
    }


class Hurried(threading.Event):
    """Stands in for the event of a stop: nobody waits for it."""

    def wait(self, timeout=None):
        return False


@pytest.fixture
def store(monkeypatch):
    """A store that is silent for some calls; the list holds how many are left."""
    silent = [0]

    def load(item):
        if silent[0]:
            silent[0] -= 1
            raise StoreError("The store cannot be reached.")
        if item.name == "gone":
            raise ImageError("There is no such file.")
        return b"content"

    monkeypatch.setattr(item_reader, "load_content", load)
    return silent


class Loaded(Pool):
    def run(self, function, items, *arguments, **settings):
        assert all(item.error or item.content == b"content" for item in items)
        return super().run(function, items, *arguments, **settings)


def test_store_that_comes_back_is_waited_for(options, store):
    waited = []

    class Event(threading.Event):
        def wait(self, timeout=None):
            waited.append(timeout)

    store[0] = 3
    reader = ItemReader(Loaded({"gone": 1, "a": 1}), options, Event(), patience=60.0)
    reader.read([Item("a", "s3://bucket/a")])
    assert waited == [1.0, 2.0, 4.0]
    outcome = reader.read([Item("gone", "s3://bucket/gone"), Item("a", "s3://bucket/a")])
    assert [row.file for row in outcome.rows] == ["gone", "a"]


def test_files_of_a_store_that_stays_away_are_put_off(options, store):
    store[0] = 100
    outcome = ItemReader(Loaded({"a": 1}), options, patience=0.0).read([Item("a", "s3://bucket/a")])
    assert (outcome.items, outcome.rows) == ([], [])
    assert [(each.name, each.store, each.is_whole) for each in outcome.put_off] == [("a", "s3://bucket", True)]


def test_others_are_read_if_one_store_stays_away(options, monkeypatch):
    def load(item):
        if item.store == "s3://away":
            raise StoreError("The store cannot be reached.")
        return b"content"

    monkeypatch.setattr(item_reader, "load_content", load)
    pool = Loaded(dict.fromkeys("abcdef", 1))
    items = [Item(name, f"s3://{'away' if name in 'be' else 'here'}/{name}") for name in pool.pages]
    outcome = ItemReader(pool, options, patience=0.0).read(items)
    assert outcome.items == [row.file for row in outcome.rows] == list("acdf")
    assert [each.name for each in outcome.put_off] == ["b", "e"]


def test_first_pages_of_a_file_whose_disk_is_gone_are_no_rows(options):
    class Gone(Pool):
        def run(self, function, items, start, *arguments, **settings):
            part = super().run(function, items, start, *arguments, **settings)
            if items[start.item].name == "b" and start.page == 2:
                return Part([], start, silence=StoreError("The disk is gone."))
            return part

    pool = Gone({"a": 1, "b": 5, "c": 1}, at_once=2)
    outcome = ItemReader(pool, options, patience=0.0).read([Item(name, name) for name in pool.pages])
    assert outcome.items == [row.file for row in outcome.rows] == ["a", "c"]
    assert [each.name for each in outcome.put_off] == ["b"]


def test_store_is_not_waited_for_after_a_stop(options, store):
    store[0], stopping = 100, threading.Event()
    stopping.set()
    [put_off] = ItemReader(Loaded({"a": 1}), options, stopping).read([Item("a", "s3://bucket/a")]).put_off
    assert not put_off.is_whole


def test_files_of_a_store_are_fetched_side_by_side_in_their_order(options, monkeypatch):
    together = threading.Barrier(4, timeout=300)

    def load(item):
        if item.name in "abcd":
            together.wait()
        return item.name.encode()

    monkeypatch.setattr(item_reader, "load_content", load)
    pool = Pool(dict.fromkeys("abcdefghij", 1))
    outcome = ItemReader(pool, options).read([Item(name, f"s3://scans/{name}") for name in pool.pages])
    assert [row.file for row in outcome.rows] == list("abcdefghij")
    assert pool.calls == 3  # Of 4, 4 and 2 files: the first are read while the others are fetched.


def test_large_files_of_a_store_are_fetched_one_by_one(options, monkeypatch):
    running, most = [], []

    def load(item):
        running.append(item)
        most.append(len(running))
        content = bytes(item_reader._MAX_GROUP_BYTES)
        running.pop()
        return content

    monkeypatch.setattr(item_reader, "load_content", load)
    pool = Pool(dict.fromkeys(map(str, range(12)), 1))
    ItemReader(pool, options).read([Item(name, f"s3://scans/{name}") for name in pool.pages])
    assert max(most[8:]) == 1
