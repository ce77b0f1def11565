import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import psutil
import pytest
from filelock import FileLock

from digitnet.errors import DigitnetError, TrainingError
from digitnet.experiments import queue
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import BUSY_STATES, QUEUED, RUNNING, WAITING, Run, list_runs, read_rows
from digitnet.models import store
from digitnet.models.card import FAILED, INTERRUPTED, STOPPED

LONG = TrainingConfig.from_recipe("mlp-64-64", name="long", epochs=1000, limit=2000)
SHORT = TrainingConfig.from_recipe("perceptron", name="short", epochs=2, limit=500)


@pytest.fixture
def place(models, tmp_path, monkeypatch):
    """A folder of models whose runs meet no others on this machine, and are ended with the test."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    yield models
    for run in list_runs():
        run.update_status(state=STOPPED) if run.status().state == QUEUED else None
    for run in list_runs():
        queue.discard(run.name)
    for child in queue._children:
        child.wait(20)


def wait_for(condition, seconds=90):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, [(run.name, run.status()) for run in list_runs()]
        queue.start_next()
        time.sleep(0.05)


def state(name):
    return Run(name).status().state if Run(name).exists() else None


def test_runs_queue_and_each_leaves_a_model(place):
    queue.start(SHORT)
    queue.start(SHORT.replace(name="second"))
    assert state("short") in BUSY_STATES
    assert state("second") == QUEUED
    wait_for(lambda: not list_runs())
    assert store.list_models() == ["second", "short"]
    assert len(read_rows(store.model_dir("short") / store.HISTORY_FILE)) == 2


def test_run_is_seen_stopped_kept_and_resumed(place):
    queue.start(LONG)
    wait_for(lambda: state("long") == RUNNING and Run("long").status().epoch >= 2)
    status = Run("long").status()
    assert 0 < status.share_done < 1
    assert status.seconds_left > 0
    assert status.digits_per_second > 0
    assert read_rows(Run("long").batches)
    queue.stop("long")
    wait_for(lambda: state("long") == STOPPED)
    card = store.load_card("long")
    done = card["epochs_done"]
    assert card["ended"] == STOPPED
    assert 2 <= done < 1000
    queue.resume("long")
    wait_for(lambda: state("long") == RUNNING and Run("long").count_saved_epochs() > done)
    assert [row["epoch"] for row in read_rows(Run("long").history)][: done + 1] == list(range(done + 1))


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_killed_run_is_interrupted_and_goes_on_where_it_was(place):
    queue.start(LONG)
    wait_for(lambda: state("long") == RUNNING and Run("long").count_saved_epochs() >= 2)
    os.kill(Run("long").status().pid, signal.SIGKILL)
    wait_for(lambda: state("long") == INTERRUPTED)
    done = Run("long").count_saved_epochs()
    assert store.list_models() == []
    queue.resume("long")
    wait_for(lambda: state("long") == RUNNING and Run("long").count_saved_epochs() > done)
    epochs = [row["epoch"] for row in read_rows(Run("long").history)]
    assert epochs == list(range(len(epochs)))


def test_next_run_begins_after_one_that_was_killed(place):
    queue.start(LONG)
    queue.start(SHORT)
    psutil.Process(Run("long").status().pid).kill()
    wait_for(lambda: state("short") is None)
    assert store.list_models() == ["short"]


def test_process_of_another_life_is_not_taken_for_the_run(place):
    Run("long").create(LONG)
    me = psutil.Process()
    Run("long").update_status(state=RUNNING, pid=me.pid, born=me.create_time())
    assert state("long") == RUNNING
    Run("long").update_status(born=me.create_time() - 1000)
    assert state("long") == INTERRUPTED


def test_queued_run_is_stopped_resumed_and_discarded(place):
    queue.start(LONG)
    queue.start(SHORT)
    queue.stop("short")
    assert state("short") == STOPPED
    queue.resume("short")
    assert state("short") == QUEUED
    queue.discard("short")
    assert state("short") is None
    pid = Run("long").status().pid
    queue.discard("long")
    assert state("long") is None
    wait_for(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)


def test_training_of_another_folder_has_the_machine_first(place, tmp_path):
    lock = FileLock(tmp_path / queue.machine_lock().name)
    with lock:
        queue.start(SHORT)
        wait_for(lambda: state("short") == WAITING)
    wait_for(lambda: state("short") is None)
    assert store.list_models() == ["short"]


def test_training_has_low_priority(place):
    queue.start(LONG)
    wait_for(lambda: state("long") == RUNNING)
    assert psutil.Process(Run("long").status().pid).nice() > psutil.Process().nice()


def test_name_that_is_taken_is_refused(place):
    queue.start(LONG)
    with pytest.raises(TrainingError, match="already; choose another name"):
        queue.start(LONG)


def test_folder_that_cannot_be_written_is_said(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("DIGITNET_MODELS", str(tmp_path / "file"))
    with pytest.raises(TrainingError, match="cannot be saved in"):
        queue.start(SHORT)


@pytest.mark.skipif(os.name == "nt", reason="there are no such limits")
def test_full_disk_is_said_and_leaves_no_model(place):
    """A limit on the size of files stands for the disk: the backup of the weights no longer fits."""
    Run("long").create(LONG)
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000));"
        "from digitnet.__main__ import main; sys.exit(main(['train', '--run', 'long']))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=os.getcwd(), check=False)
    assert ended.returncode == 1, ended.stderr
    status = Run("long").status()
    assert status.state == FAILED
    assert "cannot be saved" in status.message
    assert store.list_models() == []


def test_loss_that_is_no_number_is_said(place):
    queue.start(
        SHORT.replace(name="wild", layers="dense 512 linear, dense 512 linear", learning_rate=10.0, optimizer="sgd")
    )
    wait_for(lambda: state("wild") == FAILED)
    assert "smaller learning rate" in Run("wild").status().message


def test_settings_that_were_damaged_are_said(place):
    Run("long").create(LONG)
    (Run("long").folder / "config.json").write_text('{"epochs": "many"}')
    with pytest.raises(DigitnetError, match="discard it"):
        Run("long").config()


def test_status_of_a_later_version_is_read(place):
    Run("long").create(LONG)
    Run("long").update_status(state=STOPPED)
    path = Run("long").folder / "status.json"
    path.write_text(path.read_text().replace("{", '{"new": 1, ', 1))
    assert replace(Run("long").status(), updated=0.0).state == STOPPED


def test_what_was_not_measured_is_left_out_of_a_row(tmp_path):
    path = tmp_path / "history.csv"
    path.write_text("epoch,loss,val_loss\n0,0.5,NA\n1,0.4,\n2,0.3,0.2\n3,0.")
    assert read_rows(path) == [
        {"epoch": 0, "loss": 0.5},
        {"epoch": 1, "loss": 0.4},
        {"epoch": 2, "loss": 0.3, "val_loss": 0.2},
    ]
