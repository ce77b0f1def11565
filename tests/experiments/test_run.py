from dataclasses import replace

import psutil
import pytest

from digitnet.errors import DigitnetError
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import Run, read_rows
from digitnet.experiments.status import RUNNING
from digitnet.models.card import INTERRUPTED, STOPPED

LONG = TrainingConfig.from_recipe("mlp-64-64", name="long", epochs=1000, limit=2000)


def test_run_with_a_reused_process_number_is_interrupted(models):
    Run("long").create(LONG)
    me = psutil.Process()
    Run("long").update_status(state=RUNNING, pid=me.pid, born=me.create_time())
    assert Run("long").read_status().state == RUNNING
    Run("long").update_status(born=me.create_time() - 1000)
    assert Run("long").read_status().state == INTERRUPTED


def test_damaged_settings_raise_an_error(models):
    Run("long").create(LONG)
    (Run("long").folder / "config.json").write_text('{"epochs": "many"}')
    with pytest.raises(DigitnetError, match="discard it"):
        Run("long").read_config()


def test_status_of_a_later_version_is_loaded(models):
    Run("long").create(LONG)
    Run("long").update_status(state=STOPPED)
    path = Run("long").folder / "status.json"
    path.write_text(path.read_text().replace("{", '{"new": 1, ', 1))
    assert replace(Run("long").read_status(), updated=0.0).state == STOPPED


def test_missing_figures_are_left_out_of_a_row(tmp_path):
    path = tmp_path / "history.csv"
    path.write_text("epoch,loss,val_loss\n0,0.5,NA\n1,0.4,\n2,0.3,0.2\n3,0.")
    assert read_rows(path) == [
        {"epoch": 0, "loss": 0.5},
        {"epoch": 1, "loss": 0.4},
        {"epoch": 2, "loss": 0.3, "val_loss": 0.2},
    ]


def test_curves_of_a_run_stopped_within_its_first_epoch_stay_empty(models):
    run = Run("mine")
    run.create(TrainingConfig.from_recipe("quick", name="mine"))
    run.history.touch()  # Keras writes the heads of the columns with the first row.
    run.trim_curves()
    assert run.history.read_text() == ""
