import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from digitnet import autotrain, jobs, store
from digitnet.collection import Collection
from digitnet.errors import TrainingError
from digitnet.runs import STOPPED, Run, all_runs
from digitnet.samples import Sample

ROOT = Path(__file__).parent.parent


@pytest.fixture(autouse=True)
def place(models, data, monkeypatch):
    """A trained network in use, and a queue whose processes never begin."""
    shutil.copytree(ROOT / "models" / "mlp", models / "tiny")
    monkeypatch.setattr(jobs, "_launch", lambda run: None)
    return models


def correct(*numbers):
    """Add a labelled picture for each number, which no other has."""
    with Collection.open() as collection:
        return collection.add([Sample(np.full((28, 28), number, np.uint8), b"", 3) for number in numbers])


def test_nothing_is_trained_unless_it_was_turned_on():
    correct(*range(50))
    assert autotrain.consider() == ""
    assert not all_runs()


def test_training_starts_when_enough_new_digits_have_come_in():
    correct(1, 2)
    autotrain.choose(True, 3)
    correct(3, 4)
    assert autotrain.waiting() == 2
    assert autotrain.consider() == ""
    correct(5)
    assert autotrain.consider() == "tiny-mine"
    config = Run("tiny-mine").config()
    assert (config.start, config.promote, config.data) == ("tiny", True, "both")
    assert autotrain.waiting() == 0


def test_label_that_is_given_anew_counts_once_however_old_the_digit():
    correct(1, 2, 3)
    autotrain.choose(True, 2)
    with Collection.open() as collection:
        first, second, _ = (digit.id for digit in collection.find(order="oldest"))
        for label in (4, 5):
            collection.relabel([first], label)
        collection.relabel([second], 3)  # as it was
        collection.add([Sample(np.full((28, 28), 3, np.uint8), b"", 3)])  # as it was
        assert autotrain.waiting() == 1
        assert autotrain.consider() == ""
        collection.relabel([second], 4)
    assert autotrain.consider() == "tiny-mine"


def test_label_that_was_taken_back_counts_no_more():
    correct(1)
    autotrain.choose(True, 2)
    with Collection.open() as collection:
        added = collection.add([Sample(np.full((28, 28), number, np.uint8), b"", 7) for number in (1, 2)])
        assert autotrain.waiting() == 2
        collection.undo(added.batch)
    assert autotrain.waiting() == 0


def test_one_training_at_a_time():
    autotrain.choose(True, 1)
    correct(1)
    assert autotrain.consider() == "tiny-mine"
    correct(2)
    assert autotrain.consider() == ""
    Run("tiny-mine").tell(state=STOPPED)
    assert autotrain.consider() == "tiny-mine-2"


def test_model_that_was_found_no_better_makes_room_for_the_next(place):
    for name, promoted in (("rejected", False), ("noted", False), ("promoted", True)):
        shutil.copytree(place / "tiny", place / name)
        path = place / name / store.CARD
        card = json.loads(path.read_text()) | {"promoted": promoted, "note": "mine" if name == "noted" else ""}
        path.write_text(json.dumps(card))
    store.activate("tiny")
    autotrain.choose(True, 1)
    correct(1)
    assert autotrain.consider()
    assert store.list_models() == ["noted", "promoted", "tiny"]


def test_what_keeps_it_from_starting_is_kept_as_a_sentence(place):
    autotrain.choose(True, 1)
    correct(1)
    path = place / "tiny" / store.CARD
    path.write_text(json.dumps({**json.loads(path.read_text()), "config": None}))
    assert autotrain.consider() == ""
    assert "not known" in autotrain.load().problem


@pytest.mark.parametrize("content", ["", "[]", '{"on": "yes", "every": 2.5}', "\x00"])
def test_damaged_choice_is_none(data, content):
    data.mkdir(exist_ok=True)
    (data / autotrain.FILE).write_text(content)
    assert autotrain.load() == autotrain.AutoTraining()
    assert autotrain.consider() == ""


def test_choice_that_cannot_work_is_refused():
    with pytest.raises(TrainingError, match="at least 1"):
        autotrain.choose(True, 0)
