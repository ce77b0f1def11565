import errno

import pytest

from digitnet.errors import TrainingError
from digitnet.experiments import queue, run_process
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import Run, explain_save_errors
from digitnet.experiments.status import DIVERGED, FINISHING, QUEUED, RUNNING
from digitnet.models import store
from digitnet.models.card import FAILED, INTERRUPTED, STOPPED
from digitnet.tuning import trial_runs
from digitnet.tuning.trial_runs import ACTIVE, BROKEN, CUT, MISSING, RESTING, TRAINED, QueuedRuns
from tests.helpers.trained import save_trained
from tests.helpers.trial_runs import FolderRuns

CONFIG = TrainingConfig.from_recipe("quick", name="s-001", group="Search s")
CURVE = "epoch,accuracy,val_accuracy,val_loss\n0,0.5,0.6,1.5\n1,0.7,0.8,0.5\n2,0.8,0.7,0.6\n"


@pytest.fixture(autouse=True)
def launched(models, monkeypatch):
    """Return the names of the runs that are launched; none trains."""
    names = []

    def launch(run):
        names.append(run.name)
        run.update_status(state=RUNNING)

    monkeypatch.setattr(run_process, "launch", launch)
    monkeypatch.setattr(trial_runs, "_DELETION_SECONDS", 0.0)
    monkeypatch.setattr("digitnet.experiments.run.is_alive", lambda status: True)
    return names


def make_runs(**settings):
    return QueuedRuns(**{"measure": "val_accuracy", "places": 1, **settings})


def rest(state, message=""):
    """Leave a run of three epochs at rest."""
    Run(CONFIG.name).create(CONFIG)
    Run(CONFIG.name).history.write_text(CURVE)
    Run(CONFIG.name).update_status(state=state, message=message)


def save_model(ended="whole", **settings):
    save_trained(CONFIG.replace(**settings), 0.9, ended=ended)
    (store.locate(CONFIG.name) / store.HISTORY_FILE).write_text(CURVE)


def test_run_is_missing_then_active(launched):
    runs = make_runs()
    assert runs.look(CONFIG).state == MISSING
    runs.start(CONFIG)
    assert (runs.look(CONFIG).state, launched) == (ACTIVE, ["s-001"])
    Run(CONFIG.name).history.write_text(CURVE)
    assert runs.look(CONFIG).curve == (0.6, 0.8, 0.7)
    Run(CONFIG.name).update_status(state=FINISHING)
    assert runs.look(CONFIG).state == ACTIVE


@pytest.mark.parametrize(("state", "look"), [(STOPPED, RESTING), (INTERRUPTED, BROKEN), (FAILED, BROKEN)])
def test_run_at_rest_is_resumed(launched, state, look):
    rest(state)
    assert make_runs().look(CONFIG).state == look
    make_runs().start(CONFIG)
    assert launched == ["s-001"]


def test_value_is_that_of_the_weights_that_are_kept():
    save_model()
    look = make_runs().look(CONFIG)
    assert (look.state, look.value, look.seconds, look.test_accuracy) == (TRAINED, 0.7, 12.0, 0.9)
    assert make_runs().look(CONFIG.replace(patience=2)).value == 0.8  # It keeps its best epoch.
    history = store.locate(CONFIG.name) / store.HISTORY_FILE
    history.write_text("epoch,val_accuracy,val_loss\n0,0.6,1.5\n1,0.8,0.5\n2,0.7,0.4\n")
    assert make_runs(measure="val_loss").look(CONFIG.replace(patience=2)).value == 0.5  # Not the least of all epochs.


def test_model_of_a_stopped_run_is_cut_once_the_run_is_cleared():
    save_model(ended=STOPPED)
    rest(STOPPED)
    assert make_runs().look(CONFIG).state == RESTING
    make_runs().clear(CONFIG)
    assert (make_runs().look(CONFIG).state, make_runs().look(CONFIG).value) == (CUT, 0.8)


def test_failure_of_settings_differs_from_others():
    rest(FAILED, f"The training of 's-001' {DIVERGED}; try a smaller learning rate.")
    assert (make_runs().look(CONFIG).state, make_runs().look(CONFIG).has_diverged) == (BROKEN, True)
    rest(FAILED, "The training failed.")
    assert make_runs().look(CONFIG)[5:] == ("The training failed.", False, False)


def test_full_disk_is_told_from_other_failures():
    with pytest.raises(TrainingError) as raised, explain_save_errors("The curves"):
        raise OSError(errno.ENOSPC, "No space left on device")
    rest(FAILED, str(raised.value))
    assert make_runs().look(CONFIG).is_unsaved


def test_run_whose_process_is_gone_has_failed(monkeypatch):
    rest(RUNNING)
    monkeypatch.setattr("digitnet.experiments.run.is_alive", lambda status: False)
    look = make_runs().look(CONFIG)
    assert (look.state, look.curve) == (BROKEN, (0.6, 0.8, 0.7))
    assert look.problem == "The process of the training 's-001' was ended, perhaps because it needed too much memory."


def test_runs_are_trained_side_by_side_only_if_all_allow_it(launched):
    runs = make_runs(places=2)
    for number in (1, 2, 3):
        runs.start(CONFIG.replace(name=f"s-00{number}"))
    assert launched == ["s-001", "s-002"]
    queue.start(CONFIG.replace(name="alone"))
    Run("s-001").delete()
    queue.start_next()
    assert launched == ["s-001", "s-002", "s-003"]
    Run("s-002").delete()
    queue.start_next()
    assert Run("alone").read_status().state == QUEUED
    Run("s-003").delete()
    queue.start_next()
    assert launched[-1] == "alone"


def test_all_runs_are_asked_to_stop_before_any_is_waited_for(models, tmp_path, monkeypatch):
    configs = [CONFIG.replace(name=f"s-00{number}") for number in (1, 2)]
    asked = []

    class SlowRuns(FolderRuns):
        def stop(self, config):
            asked.append(config.name)

        def look(self, config):
            return trial_runs.RunLook(RESTING if len(asked) == len(configs) else ACTIVE)

    trial_runs.stop_all(SlowRuns(tmp_path / "runs"), configs)
    assert asked == ["s-001", "s-002"]
