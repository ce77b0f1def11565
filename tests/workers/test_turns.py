import threading
import time

import pytest

from digitnet.errors import CanceledError
from digitnet.workers.process import Cancellation
from digitnet.workers.turns import FullError, Turns


@pytest.fixture
def start():
    """A function that starts a task in a thread; all threads end with the test."""
    threads = []

    def begin(function, *arguments):
        threads.append(threading.Thread(target=function, args=arguments))
        threads[-1].start()

    yield begin
    for thread in threads:
        thread.join(300)


def wait_until(is_true):
    end = time.monotonic() + 300
    while not is_true():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_task_that_waits_longest_goes_next(start):
    turns, order = Turns(1, 50), []

    def run(name):
        with turns.take(Cancellation()):
            order.append(name)

    with turns.take(Cancellation()):
        for name in range(20):
            start(run, name)
            wait_until(lambda name=name: turns.measure_load().waiting == name + 1)
    wait_until(lambda: len(order) == 20)
    assert order == list(range(20))
    wait_until(lambda: turns.measure_load() == (0, 0, 1))


def test_newcomer_does_not_overtake_one_that_waits(start):
    turns, order = Turns(1, 50), []

    def run(name, count):
        for _ in range(count):
            with turns.take(Cancellation()):
                order.append(name)

    with turns.take(Cancellation()):
        start(run, "once", 1)
        wait_until(lambda: turns.measure_load().waiting == 1)
        start(run, "again and again", 100)
        wait_until(lambda: turns.measure_load().waiting == 2)
    wait_until(lambda: len(order) == 101)
    assert order.index("once") == 0


def test_no_more_tasks_run_than_there_are_workers(start):
    turns, running, most = Turns(3, 50), [], []

    def run():
        with turns.take(Cancellation()):
            running.append(1)
            most.append(len(running))
            time.sleep(0.002)
            running.pop()

    for _ in range(30):
        start(run)
    wait_until(lambda: len(most) == 30)
    assert max(most) <= 3
    wait_until(lambda: turns.measure_load().busy == 0)


def test_task_beyond_the_limit_is_turned_away():
    turns = Turns(1, 0)
    with turns.take(Cancellation()), pytest.raises(FullError), turns.take(Cancellation()):
        pass
    assert turns.measure_load() == (0, 0, 1)


def test_next_turn_is_that_of_who_runs_the_fewest_and_had_none_for_longest(start):
    turns, order, gate = Turns(1, 50), [], threading.Semaphore(0)

    def run(name):
        with turns.take(Cancellation(), name[0]):
            order.append(name)
            gate.acquire()

    for number, name in enumerate(["a1", "a2", "a3", "a4", "b1", "b2", "c1"]):
        start(run, name)
        wait_until(lambda number=number: sum(turns.measure_load()[:2]) == number + 1)
    for done in range(7):
        wait_until(lambda done=done: len(order) == done + 1)
        if done == 1:  # Whoever comes later goes before those that had more turns.
            start(run, "d1")
            wait_until(lambda: turns.measure_load().waiting == 6)
        gate.release()
    gate.release()
    wait_until(lambda: len(order) == 8)
    assert order == ["a1", "b1", "c1", "d1", "a2", "b2", "a3", "a4"]


def test_caller_who_runs_a_task_waits_for_those_who_run_none(start):
    turns, order, gates = Turns(2, 50), [], {"a1": threading.Event(), "a2": threading.Event()}

    def run(name):
        with turns.take(Cancellation(), name[0]):
            order.append(name)
            if name in gates:
                assert gates[name].wait(300)

    for number, name in enumerate(["a1", "a2", "a3", "b1", "b2"]):
        start(run, name)
        wait_until(lambda number=number: sum(turns.measure_load()[:2]) == number + 1)
    gates["a1"].set()
    wait_until(lambda: len(order) == 5)
    assert order[2:] == ["b1", "b2", "a3"]
    gates["a2"].set()


def test_caller_has_a_share_of_the_waiting_places(start):
    turns, end = Turns(1, 5, max_waiting_each=2), threading.Event()

    def run(key):
        with turns.take(Cancellation(), key):
            assert end.wait(300)

    for number in range(3):
        start(run, "a")
        wait_until(lambda number=number: turns.measure_load()[:2] == (1, number))
    with pytest.raises(FullError) as full, turns.take(Cancellation(), "a"):
        pass
    assert full.value.is_own
    for number, key in enumerate(("b", None, None), 3):
        start(run, key)
        wait_until(lambda number=number: turns.measure_load().waiting == number)
    with pytest.raises(FullError) as full, turns.take(Cancellation(), "b"):
        pass
    assert not full.value.is_own
    end.set()


def test_canceled_task_leaves_its_place_to_the_next(start):
    turns, outcomes = Turns(1, 50), []
    cancellation = Cancellation()

    def run(name, cancellation):
        try:
            with turns.take(cancellation):
                outcomes.append(name)
        except CanceledError:
            outcomes.append(f"{name} canceled")

    with turns.take(Cancellation()):
        start(run, "first", cancellation)
        wait_until(lambda: turns.measure_load().waiting == 1)
        start(run, "second", Cancellation())
        wait_until(lambda: turns.measure_load().waiting == 2)
        cancellation.cancel()
        wait_until(lambda: outcomes == ["first canceled"])
    wait_until(lambda: len(outcomes) == 2)
    assert outcomes[1] == "second"
