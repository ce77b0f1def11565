"""A server without trainings of its own, and a training worker in another container."""

import platform
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import psutil
import pytest

from digitnet.errors import TrainingError
from digitnet.experiments import queue
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import Run, list_runs
from digitnet.experiments.status import BUSY_STATES, RUNNING
from digitnet.experiments.training_worker import work
from digitnet.models import store
from digitnet.models.card import INTERRUPTED
from digitnet.paths import ROOT

pytestmark = pytest.mark.training

LONG = TrainingConfig.from_recipe("mlp-64-64", name="long", epochs=1000, limit=2000)
SHORT = TrainingConfig.from_recipe("perceptron", name="short", epochs=2, limit=500)


COMMAND = [sys.executable, "-m", "digitnet", "work", "--log-format", "text"]


@pytest.fixture
def elsewhere(models, tmp_path, monkeypatch):
    """Let this process be a server in a container of its own, which leaves trainings to a worker."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("DIGITNET_TRAININGS", "worker")
    monkeypatch.setattr(platform, "node", lambda: "another-container")
    monkeypatch.setattr(queue, "_DISCARD_SECONDS", 150.0)  # A busy machine gives the worker little time.


@pytest.fixture
def log(tmp_path):
    """The file that a training worker writes its log to."""
    return tmp_path / "log"


@contextmanager
def working(log):
    """Run a training worker, and stop it at the end."""
    with (
        log.open("wb") as errors,
        subprocess.Popen(COMMAND, cwd=ROOT, stderr=errors, stdout=subprocess.DEVNULL) as worker,
    ):
        try:
            yield
        finally:
            worker.send_signal(signal.SIGTERM)
            assert worker.wait(150) == 0, log.read_text()


def wait_for(condition, seconds=600):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, [(run.name, run.read_status()) for run in list_runs()]
        time.sleep(0.05)


def get_state(name):
    return Run(name).read_status().state if Run(name).exists() else None


def test_worker_trains_what_a_server_has_queued(elsewhere, log):
    queue.start(SHORT)
    with working(log):
        wait_for(lambda: get_state("short") in BUSY_STATES)
        trainer = Run("short").read_status().pid
        wait_for(lambda: not list_runs())
        wait_for(lambda: not psutil.pid_exists(trainer))
        wait_for(lambda: "reason=done" in log.read_text())
    assert store.list_models() == ["short"]
    assert "training started run=short" in log.read_text()


def test_run_of_a_stopped_worker_is_resumed_by_the_next(elsewhere, log):
    queue.start(LONG)
    with working(log):
        wait_for(lambda: get_state("long") == RUNNING and Run("long").read_status().epoch > 1)
    assert get_state("long") == INTERRUPTED
    done = Run("long").read_status().epoch
    with working(log):
        wait_for(lambda: get_state("long") == RUNNING and Run("long").read_status().epoch > done)
        queue.discard("long")
        assert list_runs() == []
        wait_for(lambda: "reason=discarded" in log.read_text())
    assert store.list_models() == []


def test_folder_has_one_worker(elsewhere):
    stopped = threading.Event()

    def begin_another():
        stopped.set()
        with pytest.raises(TrainingError, match="Another training worker serves this folder"):
            work(threading.Event())
        ended = subprocess.run(COMMAND, cwd=ROOT, capture_output=True, text=True, timeout=300)
        assert ended.returncode == 1
        assert "Another training worker serves this folder of models; stop it first." in ended.stderr

    work(stopped, begin_another)
    assert stopped.is_set()
