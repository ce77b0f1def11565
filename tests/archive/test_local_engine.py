"""Items are taken as they can be read, and all of those taken come back."""

import threading
import time

import pytest

from digitnet.archive.items import Item
from digitnet.archive.local_engine import MAX_ITEMS, read_in_threads
from digitnet.errors import ModelError
from tests.archive.conftest import make_outcome


def iterate_items(count, taken):
    for number in range(count):
        taken.append(number)
        yield Item(f"{number}.png", "")


@pytest.mark.parametrize("workers", [1, 3])
def test_all_items_come_back_once(workers):
    outcomes = read_in_threads(iterate_items(1000, []), make_outcome, workers)
    names = [name for outcome in outcomes for name in outcome.items]
    assert sorted(names) == sorted(f"{number}.png" for number in range(1000))


def test_only_few_items_are_taken_ahead_of_those_that_are_read():
    taken, read = [], 0
    for outcome in read_in_threads(iterate_items(20_000, taken), make_outcome, 2):
        read += len(outcome.items)
        assert len(taken) - read <= 4 * MAX_ITEMS


def test_slow_items_are_taken_one_by_one():
    sizes = []

    def read_slowly(items):
        sizes.append(len(items))
        return make_outcome(items)

    clock = iter(range(10_000))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "perf_counter", lambda: float(next(clock)))  # A chunk takes a second or more.
        list(read_in_threads(iterate_items(20, []), read_slowly, 1))
    assert sizes == [1] * 20


def test_several_chunks_are_read_at_a_time():
    both = threading.Barrier(4, timeout=300)

    def read_together(items):
        both.wait()
        return make_outcome(items)

    assert len(list(read_in_threads(iterate_items(4, []), read_together, 2))) == 4


def test_error_of_a_chunk_ends_the_reading():
    def fail(items):
        raise ModelError("The model is gone.")

    with pytest.raises(ModelError):
        list(read_in_threads(iterate_items(4, []), fail, 2))


def test_error_of_a_chunk_comes_after_what_others_have_read():
    failed = threading.Event()
    outcomes: list = []

    def fail_first(items):
        if items[0].name == "0.png":
            failed.set()
            raise ModelError("The model is gone.")
        failed.wait(120)
        return make_outcome(items)

    with pytest.raises(ModelError):
        outcomes.extend(read_in_threads(iterate_items(4, []), fail_first, 2))
    assert sorted(name for outcome in outcomes for name in outcome.items) == ["1.png", "2.png", "3.png"]
