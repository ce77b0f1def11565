"""Changes of a training while it runs, asked for by another thread as by another process."""

import threading
import time

import numpy as np
import pytest

from digitnet.errors import TrainingError
from digitnet.experiments import run_controls
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import Run, read_rows
from digitnet.experiments.run_controls import RunControls
from digitnet.experiments.status import PAUSED, RUNNING
from digitnet.models import store
from digitnet.models.card import read_card
from digitnet.training.trainer import train
from tests.helpers.training import silent

TINY = TrainingConfig.from_recipe("perceptron", name="tiny", epochs=3, limit=600)

pytestmark = [pytest.mark.training, pytest.mark.usefixtures("few_copies", "models")]


def wait_for(holds, seconds=600.0):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def get_state():
    return Run("tiny").read_status().state


@pytest.fixture
def meanwhile():
    """Return a function that runs another one in a thread while a training runs in this one."""
    problems = []

    def run(action):
        def act():
            try:
                action()
            except Exception as problem:  # noqa: BLE001 - shown at the end of the test
                problems.append(problem)
                RunControls(Run("tiny")).go_on()

        thread = threading.Thread(target=act, daemon=True)
        thread.start()
        return thread

    yield run
    assert not problems


def test_paused_training_stands_still_and_takes_changes(meanwhile):
    seen = {}

    def change():
        wait_for(lambda: get_state() == RUNNING)
        run_controls.pause("tiny")
        wait_for(lambda: get_state() == PAUSED)
        before = Run("tiny").read_status()
        time.sleep(1.0)
        after = Run("tiny").read_status()
        seen.update(batches=[(before.epoch, before.batch), (after.epoch, after.batch)])
        run_controls.add_epoch("tiny")
        run_controls.add_epoch("tiny")
        run_controls.set_rate("tiny", "0.0625")
        run_controls.go_on("tiny")

    thread = meanwhile(change)
    folder = train(TINY.replace(epochs=30), silent)
    thread.join()
    assert seen["batches"][0] == seen["batches"][1]
    assert len(read_rows(folder / store.HISTORY_FILE)) == 32
    card = read_card("tiny")
    assert card.changes[-1] == "2 more epochs"
    assert card.changes[0].startswith("learning rate 0.0625 from epoch")
    assert (card.epochs_done, card.ended) == (32, "whole")


@pytest.fixture
def watch_epochs(monkeypatch):
    """Return a function that has another one called with each epoch at its end; it returns the learning rates."""
    from digitnet.training.progress import Progress

    end = Progress.on_epoch_end

    def watch(action):
        rates = []

        def end_epoch(self, epoch, logs=None):
            rates.append(float(np.asarray(self.model.optimizer.learning_rate)))
            Run("tiny").update_status(state=RUNNING)
            action(epoch)
            return end(self, epoch, logs)

        monkeypatch.setattr(Progress, "on_epoch_end", end_epoch)
        return rates

    return watch


@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_rate_that_was_asked_for_is_used(schedule, watch_epochs):
    rates = watch_epochs(lambda epoch: epoch == 0 and run_controls.set_rate("tiny", "0.5"))
    folder = train(TINY.replace(schedule=schedule, learning_rate=0.001), silent)
    assert rates[0] <= 0.0011
    assert rates[1:] == [0.5, 0.5]
    losses = [row["loss"] for row in read_rows(folder / store.HISTORY_FILE)]
    assert losses[0] - losses[1] > 0.3


def test_epoch_beyond_a_schedule_learns(watch_epochs):
    rates = watch_epochs(lambda epoch: epoch == 2 and run_controls.add_epoch("tiny"))
    train(TINY.replace(schedule="warm-up", learning_rate=0.1), silent)
    assert len(rates) == 4
    assert rates[2] < 0.01
    assert rates[3] == pytest.approx(0.001)


def test_epoch_more_keeps_averaged_weights_useful(watch_epochs):
    rates = watch_epochs(lambda epoch: epoch == 5 and run_controls.add_epoch("tiny"))
    config = TINY.replace(epochs=6, average_weights=True, optimizer="adam", learning_rate=0.003, validation_share=0.2)
    folder = train(config, silent)
    rows = read_rows(folder / store.HISTORY_FILE)
    assert len(rows) == len(rates) == 7
    assert rows[6]["val_accuracy"] > rows[5]["val_accuracy"] - 0.05
    assert read_card("tiny").accuracy > 0.7


def test_wrong_changes_are_explained():
    Run("tiny").create(TINY)
    for action in (run_controls.pause, run_controls.add_epoch):
        with pytest.raises(TrainingError, match="cannot be changed any more"):
            action("tiny")
    with pytest.raises(TrainingError, match=r"Expected a learning rate such as 0\.001\. Received: fast"):
        run_controls.set_rate("tiny", "fast")
