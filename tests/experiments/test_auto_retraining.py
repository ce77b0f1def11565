import json
import shutil

import numpy as np
import pytest

from digitnet.collection.collection import Collection
from digitnet.collection.samples import Sample
from digitnet.errors import TrainingError
from digitnet.experiments import auto_retraining, queue
from digitnet.experiments.run import Run, list_runs
from digitnet.models import active, store
from digitnet.models.card import STOPPED
from digitnet.paths import ROOT


@pytest.fixture(autouse=True)
def place(models, data, monkeypatch):
    """A trained network in use, and a queue whose processes never begin."""
    shutil.copytree(ROOT / "models" / "mlp", models / "tiny")
    monkeypatch.setattr(queue, "_launch", lambda run: None)
    return models


def correct(*numbers):
    """Add a labelled picture for each number, which no other has."""
    with Collection.open() as collection:
        return collection.add([Sample(np.full((28, 28), number, np.uint8), b"", 3) for number in numbers])


def test_nothing_is_trained_unless_it_was_turned_on():
    correct(*range(50))
    assert auto_retraining.start_if_due() == ""
    assert not list_runs()


def test_training_starts_when_enough_new_digits_have_come_in():
    correct(1, 2)
    auto_retraining.configure(True, 3)
    correct(3, 4)
    assert auto_retraining.count_new_digits() == 2
    assert auto_retraining.start_if_due() == ""
    correct(5)
    assert auto_retraining.start_if_due() == "tiny-mine"
    config = Run("tiny-mine").config()
    assert (config.start, config.promote, config.data) == ("tiny", True, "both")
    assert auto_retraining.count_new_digits() == 0


def test_label_that_is_given_anew_counts_once_however_old_the_digit():
    correct(1, 2, 3)
    auto_retraining.configure(True, 2)
    with Collection.open() as collection:
        first, second, _ = (digit.id for digit in collection.find(order="oldest"))
        for label in (4, 5):
            collection.relabel([first], label)
        collection.relabel([second], 3)  # as it was
        collection.add([Sample(np.full((28, 28), 3, np.uint8), b"", 3)])  # as it was
        assert auto_retraining.count_new_digits() == 1
        assert auto_retraining.start_if_due() == ""
        collection.relabel([second], 4)
    assert auto_retraining.start_if_due() == "tiny-mine"


def test_label_that_was_taken_back_counts_no_more():
    correct(1)
    auto_retraining.configure(True, 2)
    with Collection.open() as collection:
        added = collection.add([Sample(np.full((28, 28), number, np.uint8), b"", 7) for number in (1, 2)])
        assert auto_retraining.count_new_digits() == 2
        collection.undo(added.batch)
    assert auto_retraining.count_new_digits() == 0


def test_one_training_at_a_time():
    auto_retraining.configure(True, 1)
    correct(1)
    assert auto_retraining.start_if_due() == "tiny-mine"
    correct(2)
    assert auto_retraining.start_if_due() == ""
    Run("tiny-mine").update_status(state=STOPPED)
    assert auto_retraining.start_if_due() == "tiny-mine-2"


def test_model_that_was_found_no_better_makes_room_for_the_next(place):
    for name, promoted in (("rejected", False), ("noted", False), ("promoted", True)):
        shutil.copytree(place / "tiny", place / name)
        path = place / name / store.CARD_FILE
        card = json.loads(path.read_text()) | {"promoted": promoted, "note": "mine" if name == "noted" else ""}
        path.write_text(json.dumps(card))
    active.activate("tiny")
    auto_retraining.configure(True, 1)
    correct(1)
    assert auto_retraining.start_if_due()
    assert store.list_models() == ["noted", "promoted", "tiny"]


def test_what_keeps_it_from_starting_is_kept_as_a_sentence(place):
    auto_retraining.configure(True, 1)
    correct(1)
    path = place / "tiny" / store.CARD_FILE
    path.write_text(json.dumps({**json.loads(path.read_text()), "config": None}))
    assert auto_retraining.start_if_due() == ""
    assert "not known" in auto_retraining.load().problem


@pytest.mark.parametrize("content", ["", "[]", '{"on": "yes", "every": 2.5}', "\x00"])
def test_damaged_choice_is_none(data, content):
    data.mkdir(exist_ok=True)
    (data / auto_retraining.SETTINGS_FILE).write_text(content)
    assert auto_retraining.load() == auto_retraining.AutoRetraining()
    assert auto_retraining.start_if_due() == ""


def test_choice_that_cannot_work_is_refused():
    with pytest.raises(TrainingError, match="at least 1"):
        auto_retraining.configure(True, 0)
