import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
from filelock import FileLock

from digitnet.errors import TrainingError
from digitnet.experiments import machine, queue, run_process
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import Run, list_runs, read_rows
from digitnet.experiments.status import BUSY_STATES, QUEUED, RUNNING, WAITING
from digitnet.models import store
from digitnet.models.card import FAILED, INTERRUPTED, STOPPED

pytestmark = pytest.mark.training

LONG = TrainingConfig.from_recipe("mlp-64-64", name="long", epochs=1000, limit=2000)
SHORT = TrainingConfig.from_recipe("perceptron", name="short", epochs=2, limit=500)


@pytest.fixture
def models_folder(models, tmp_path, monkeypatch):
    """Make a folder of models with a training slot of its own; end its runs after the test."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    yield models
    for run in list_runs():
        run.update_status(state=STOPPED) if run.read_status().state == QUEUED else None
    for run in list_runs():
        queue.discard(run.name)
    for child in run_process.children:
        child.wait(120)


def wait_for(condition, seconds=600):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, [(run.name, run.read_status()) for run in list_runs()]
        queue.start_next()
        time.sleep(0.05)


def get_state(name):
    return Run(name).read_status().state if Run(name).exists() else None


def test_runs_wait_for_their_turn_and_each_leave_a_model(models_folder, tmp_path):
    with FileLock(tmp_path / machine.machine_lock().name):  # A training of another folder of models.
        queue.start(SHORT)
        queue.start(SHORT.replace(name="second"))
        assert get_state("short") in BUSY_STATES
        wait_for(lambda: get_state("short") == WAITING)
        assert get_state("second") == QUEUED
    wait_for(lambda: not list_runs())
    assert store.list_models() == ["second", "short"]
    assert len(read_rows(store.model_dir("short") / store.HISTORY_FILE)) == 2


def test_run_has_low_priority_is_stopped_and_resumes(models_folder):
    queue.start(LONG)
    wait_for(lambda: get_state("long") == RUNNING and Run("long").read_status().epoch >= 2)
    status = Run("long").read_status()
    assert 0 < status.estimate_share_done(status.updated) < 1
    assert status.estimate_seconds_left(status.updated) > 0
    assert status.digits_per_second > 0
    assert read_rows(Run("long").batches)
    assert psutil.Process(status.pid).nice() > 0
    queue.stop("long")
    wait_for(lambda: get_state("long") == STOPPED)
    card = store.load_card("long")
    done = card["epochs_done"]
    assert card["ended"] == STOPPED
    assert 2 <= done < 1000
    queue.resume("long")
    wait_for(lambda: get_state("long") == RUNNING and Run("long").count_saved_epochs() > done)
    assert [row["epoch"] for row in read_rows(Run("long").history)][: done + 1] == list(range(done + 1))


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_killed_run_is_interrupted_and_resumes(models_folder):
    queue.start(LONG)
    wait_for(lambda: get_state("long") == RUNNING and Run("long").count_saved_epochs() >= 2)
    os.kill(Run("long").read_status().pid, signal.SIGKILL)
    wait_for(lambda: get_state("long") == INTERRUPTED)
    done = Run("long").count_saved_epochs()
    assert store.list_models() == []
    queue.resume("long")
    wait_for(lambda: get_state("long") == RUNNING and Run("long").count_saved_epochs() > done)
    epochs = [row["epoch"] for row in read_rows(Run("long").history)]
    assert epochs == list(range(len(epochs)))


def test_next_run_starts_after_a_killed_one(models_folder):
    queue.start(LONG)
    queue.start(SHORT)
    psutil.Process(Run("long").read_status().pid).kill()
    wait_for(lambda: get_state("short") is None)
    assert store.list_models() == ["short"]


def test_queued_run_is_stopped_resumed_and_discarded(models_folder):
    queue.start(LONG)
    queue.start(SHORT)
    queue.stop("short")
    assert get_state("short") == STOPPED
    queue.resume("short")
    assert get_state("short") == QUEUED
    queue.discard("short")
    assert get_state("short") is None
    pid = Run("long").read_status().pid
    queue.discard("long")
    assert get_state("long") is None
    wait_for(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)


def test_taken_name_is_refused(models_folder):
    queue.start(LONG)
    with pytest.raises(TrainingError, match="already; choose another name"):
        queue.start(LONG)


def test_unwritable_folder_raises_an_error(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("DIGITNET_MODELS", str(tmp_path / "file"))
    with pytest.raises(TrainingError, match="cannot be saved in"):
        queue.start(SHORT)


@pytest.mark.skipif(os.name == "nt", reason="there are no such limits")
def test_full_disk_fails_the_run_and_leaves_no_model(models_folder):
    """A limit on the size of files, too low for the backup, stands for the full disk."""
    Run("long").create(LONG)
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000));"
        "from digitnet.cli.main import run_command; sys.exit(run_command(['train', '--run', 'long']))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=os.getcwd(), check=False)
    assert ended.returncode == 1, ended.stderr
    status = Run("long").read_status()
    assert status.state == FAILED
    assert "cannot be saved" in status.message
    assert store.list_models() == []


def test_loss_of_nan_fails_with_advice(models_folder):
    queue.start(
        SHORT.replace(name="wild", layers="dense 512 linear, dense 512 linear", learning_rate=10.0, optimizer="sgd")
    )
    wait_for(lambda: get_state("wild") == FAILED)
    assert "smaller learning rate" in Run("wild").read_status().message
