import os
import signal
import sys
import threading
import time

import pytest

from digitnet.access.callers import LOCAL_OWNER, NOBODY, acting_as
from digitnet.errors import CanceledError, ImageError
from digitnet.workers import pool as pools
from digitnet.workers.pool import WorkerPool
from digitnet.workers.process import Cancellation, KilledError, cancelable
from digitnet.workers.turns import FullError
from tests.workers import tasks

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shared():
    """Return a pool of one worker with a short time limit for the processor."""
    pool = WorkerPool(1, max_waiting=1, processor_seconds=1)
    yield pool
    pool.close()


def test_function_runs_in_another_process_and_returns_its_result(shared):
    assert shared.run(tasks.double, 21) == 42
    first = shared.run(tasks.get_process)
    assert first == shared.run(tasks.get_process)
    assert shared.run(tasks.chatter) == "quiet"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows kills no process where memory is short")
def test_process_that_the_system_kills_is_told_from_one_that_dies(shared):
    causes = []
    for task in (tasks.get_killed, tasks.die, tasks.fill_memory):
        with pytest.raises(ImageError) as failure:
            shared.run(task)
        causes.append(type(failure.value.__cause__))
    assert causes == [KilledError, EOFError, MemoryError]


@pytest.mark.parametrize("is_quiet", [True, False])
def test_quiet_pool_throws_notes_of_libraries_away(is_quiet, capfd):
    pool = WorkerPool(1, is_quiet=is_quiet)
    assert pool.run(tasks.chatter) == "quiet"
    pool.close()
    assert ("a note on a damaged file" in capfd.readouterr().err) != is_quiet


@pytest.mark.skipif(sys.platform == "win32", reason="Windows interrupts all processes of a console otherwise")
def test_interrupt_of_the_terminal_leaves_workers_alone(shared):
    process = shared.run(tasks.get_process)
    os.kill(process, signal.SIGINT)
    assert shared.run(tasks.get_process) == process


def test_error_of_the_function_is_raised_here(shared):
    process = shared.run(tasks.get_process)
    with pytest.raises(ImageError, match=r"^The picture is damaged\.$"):
        shared.run(tasks.refuse)
    with pytest.raises(RuntimeError, match="ValueError: not for users"):
        shared.run(tasks.fail)
    assert shared.run(tasks.get_process) == process


def test_folder_of_models_is_that_of_the_moment(shared, monkeypatch, tmp_path):
    for folder in (str(tmp_path), str(tmp_path / "other")):
        monkeypatch.setenv("DIGITNET_MODELS", folder)
        assert shared.run(tasks.get_variable, "DIGITNET_MODELS") == folder


def test_worker_keeps_to_one_thread(shared):
    assert shared.run(tasks.count_threads) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="Other systems have no such choice.")
def test_worker_ends_before_others_when_memory_runs_out(shared):
    assert shared.run(tasks.read_oom_score).strip() == "1000"


@pytest.mark.parametrize(
    ("task", "sentence"),
    [
        (tasks.die, "The scan needs too much memory, or is damaged"),
        (tasks.fill_memory, "The scan needs too much memory"),
        (tasks.spin, "The scan takes too long to read"),
    ],
)
def test_task_that_breaks_a_limit_fails_and_the_next_one_works(shared, task, sentence):
    with pytest.raises(ImageError, match=sentence):
        shared.run(task, subject="The scan")
    assert shared.run(tasks.double, 2) == 4


def test_task_that_sleeps_too_long_is_ended():
    pool = WorkerPool(1, seconds=0.5)
    with pytest.raises(ImageError, match="takes too long"):
        pool.run(tasks.sleep, 60)
    pool.close()


def test_full_pool_turns_tasks_away_and_cancel_makes_room(shared):
    cancellations, outcomes = [Cancellation(), Cancellation()], []

    def run(cancellation):
        try:
            with cancelable(cancellation):
                shared.run(tasks.sleep, 60)
        except CanceledError:
            outcomes.append("canceled")

    threads = [threading.Thread(target=run, args=(cancellation,)) for cancellation in cancellations]
    for thread in threads:
        thread.start()
    wait_until(lambda: shared.measure_load() == (1, 1, 1))
    with pytest.raises(ImageError, match="Too many files are being read right now") as full:
        shared.run(tasks.double, 1)
    assert isinstance(full.value.__cause__, FullError)
    for cancellation in cancellations:
        cancellation.cancel()
    for thread in threads:
        thread.join()
    assert outcomes == ["canceled"] * 2
    assert shared.run(tasks.double, 1) == 2


def test_worker_is_replaced_after_many_tasks(shared, monkeypatch):
    monkeypatch.setattr(pools, "_MAX_TASKS", 1)
    assert shared.run(tasks.get_process) != shared.run(tasks.get_process)


def wait_until(is_true):
    end = time.monotonic() + 300
    while not is_true():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("caller", "own", "seconds"),
    [(LOCAL_OWNER, None, 20), (NOBODY, None, 5), (NOBODY, 60.0, 60)],
)
def test_page_takes_a_processor_as_long_as_its_caller_may(caller, own, seconds, monkeypatch):
    passed = {}
    monkeypatch.setattr(WorkerPool, "run", lambda pool, *arguments, **settings: passed.update(settings))
    with acting_as(caller):
        pools.run_in_worker(tasks.double, 2, processor_seconds=own)
    assert passed["processor_seconds"] == seconds
