"""A server without trainings of its own, and a training worker in another container."""

import platform
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import psutil
import pytest

from digitnet.experiments import queue
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import Run, list_runs
from digitnet.experiments.status import BUSY_STATES, RUNNING
from digitnet.models import store
from digitnet.models.card import INTERRUPTED
from digitnet.paths import ROOT, runs_dir

pytestmark = pytest.mark.training

LONG = TrainingConfig.from_recipe("mlp-64-64", name="long", epochs=1000, limit=2000)
SHORT = TrainingConfig.from_recipe("perceptron", name="short", epochs=2, limit=500)


@pytest.fixture
def elsewhere(models, tmp_path, monkeypatch):
    """Let this process be a server in a container of its own, which leaves trainings to a worker."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("DIGITNET_TRAININGS", "worker")
    monkeypatch.setattr(platform, "node", lambda: "another-container")


@contextmanager
def working():
    """Run a training worker, and stop it at the end."""
    command = [sys.executable, "-m", "digitnet", "work", "--log-format", "text"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as worker:
        log = []
        try:
            yield log
        finally:
            worker.send_signal(signal.SIGTERM)
            log.append(worker.communicate(timeout=60)[1])
            assert worker.returncode == 0, log


def wait_for(condition, seconds=150):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, [(run.name, run.read_status()) for run in list_runs()]
        time.sleep(0.05)


def get_state(name):
    return Run(name).read_status().state if Run(name).exists() else None


def test_worker_trains_what_a_server_has_queued(elsewhere):
    queue.start(SHORT)
    with working() as log:
        wait_for(lambda: get_state("short") in BUSY_STATES)
        trainer = Run("short").read_status().pid
        wait_for(lambda: not list_runs())
        wait_for(lambda: not psutil.pid_exists(trainer))
        time.sleep(0.5)  # The end is noted by a thread.
    assert store.list_models() == ["short"]
    assert "training started run=short" in log[0]
    assert "reason=done" in log[0]


def test_run_of_a_stopped_worker_is_resumed_by_the_next(elsewhere):
    queue.start(LONG)
    with working():
        wait_for(lambda: get_state("long") == RUNNING and Run("long").read_status().epoch > 1)
    assert get_state("long") == INTERRUPTED
    done = Run("long").read_status().epoch
    with working() as log:
        wait_for(lambda: get_state("long") == RUNNING and Run("long").read_status().epoch > done)
        queue.discard("long")
        assert list_runs() == []
    assert store.list_models() == []
    assert "reason=discarded" in log[0]


def test_folder_has_one_worker(elsewhere):
    with working():
        wait_for(lambda: (runs_dir() / "worker.lock").exists())
        time.sleep(0.5)
        command = [sys.executable, "-m", "digitnet", "work"]
        second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert second.returncode == 1
    assert "Another training worker serves this folder" in second.stderr
