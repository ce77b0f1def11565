import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from digitnet.access.callers import Caller, acting_as
from digitnet.access.members import Members, SchoolClass
from digitnet.access.roles import Role
from digitnet.collection.collection import Collection
from digitnet.collection.samples import Sample
from digitnet.errors import TrainingError
from digitnet.experiments import auto_retraining, run_process
from digitnet.experiments.run import Run, list_runs
from digitnet.models import active, store
from digitnet.models.card import STOPPED
from digitnet.paths import ROOT
from digitnet.training.data import load_trainable_digits

BEN = Caller(Role.READER, "ben@kids.example")
KIM = Caller(Role.TEACHER, "kim@school.example", scope=(BEN.account,))


@pytest.fixture(autouse=True)
def models_folder(models, data, monkeypatch):
    """Make a folder with one trained model, and a queue whose processes never start."""
    shutil.copytree(ROOT / "models" / "mlp", models / "tiny")
    monkeypatch.setattr(run_process, "launch", lambda run: None)
    return models


def label_digits(*numbers):
    """Add a labeled picture for each number, all different."""
    with Collection.open() as collection:
        return collection.add([Sample(np.full((28, 28), number, np.uint8), b"", 3) for number in numbers])


def consent():
    """Have the caller agree that their digits are kept."""
    with Collection.open() as collection:
        collection.consents.give()


def test_retraining_does_not_start_unless_turned_on():
    label_digits(*range(50))
    assert auto_retraining.start_if_due() == ""
    assert not list_runs()


def test_retraining_starts_with_enough_new_digits():
    label_digits(1, 2)
    auto_retraining.configure(True, 3)
    label_digits(3, 4)
    assert auto_retraining.count_new_digits() == 2
    assert auto_retraining.start_if_due() == ""
    label_digits(5)
    assert auto_retraining.start_if_due() == "tiny-mine"
    config = Run("tiny-mine").read_config()
    assert (config.start, config.promote, config.data) == ("tiny", True, "both")
    assert auto_retraining.count_new_digits() == 0


def test_relabeled_old_digit_counts_once():
    label_digits(1, 2, 3)
    auto_retraining.configure(True, 2)
    with Collection.open() as collection:
        first, second, _ = (digit.id for digit in collection.find(order="oldest"))
        for label in (4, 5):
            collection.relabel([first], label)
        collection.relabel([second], 3)  # Unchanged.
        collection.add([Sample(np.full((28, 28), 3, np.uint8), b"", 3)])  # Unchanged.
        assert auto_retraining.count_new_digits() == 1
        assert auto_retraining.start_if_due() == ""
        collection.relabel([second], 4)
    assert auto_retraining.start_if_due() == "tiny-mine"


def test_undone_label_does_not_count():
    label_digits(1)
    auto_retraining.configure(True, 2)
    with Collection.open() as collection:
        added = collection.add([Sample(np.full((28, 28), number, np.uint8), b"", 7) for number in (1, 2)])
        assert auto_retraining.count_new_digits() == 2
        collection.undo(added.batch)
    assert auto_retraining.count_new_digits() == 0


def test_second_retraining_does_not_start_meanwhile():
    auto_retraining.configure(True, 1)
    label_digits(1)
    assert auto_retraining.start_if_due() == "tiny-mine"
    label_digits(2)
    assert auto_retraining.start_if_due() == ""
    Run("tiny-mine").update_status(state=STOPPED)
    assert auto_retraining.start_if_due() == "tiny-mine-2"


def test_rejected_model_without_note_is_deleted(models_folder):
    for name, promoted in (("rejected", False), ("noted", False), ("promoted", True)):
        shutil.copytree(models_folder / "tiny", models_folder / name)
        path = models_folder / name / store.CARD_FILE
        card = json.loads(path.read_text()) | {"promoted": promoted, "note": "mine" if name == "noted" else ""}
        path.write_text(json.dumps(card))
    active.activate("tiny")
    auto_retraining.configure(True, 1)
    label_digits(1)
    assert auto_retraining.start_if_due()
    assert store.list_models() == ["noted", "promoted", "tiny"]


def test_failed_start_is_kept_as_a_sentence(models_folder):
    auto_retraining.configure(True, 1)
    label_digits(1)
    path = models_folder / "tiny" / store.CARD_FILE
    path.write_text(json.dumps({**json.loads(path.read_text()), "config": None}))
    assert auto_retraining.start_if_due() == ""
    assert "not known" in auto_retraining.load().problem


@pytest.mark.parametrize("content", ["", "[]", '{"on": "yes", "every": 2.5}', "\x00"])
def test_damaged_settings_are_read_as_off(data, content):
    data.mkdir(exist_ok=True)
    (data / auto_retraining.SETTINGS_FILE).write_text(content)
    assert auto_retraining.load() == auto_retraining.AutoRetraining()
    assert auto_retraining.start_if_due() == ""


def test_interval_below_one_digit_is_refused():
    with pytest.raises(TrainingError, match="at least 1"):
        auto_retraining.configure(True, 0)


@pytest.fixture
def members(monkeypatch):
    """A function that says who has which role, as the settings do after a restart."""

    def set_members(**values):
        monkeypatch.setattr(auto_retraining, "get_members", lambda: Members(is_set=True, **values))

    return set_members


def test_retraining_is_that_of_the_teacher_who_turned_it_on(members):
    members(classes=(SchoolClass("7b", (KIM.account,), KIM.scope),))
    with acting_as(KIM):
        auto_retraining.configure(True, 2)
    for caller in (Caller(Role.READER, "browser:of-a-stranger"), BEN):
        with acting_as(caller):
            consent()
            label_digits(*(1, 2) if caller == BEN else range(100, 110))
            started = auto_retraining.start_if_due()
        assert started == ("tiny-mine" if caller == BEN else "")
    assert Run("tiny-mine").read_config().accounts == ("kim@school.example", "ben@kids.example")


def test_pupil_who_left_the_class_does_not_count(members):
    members(classes=(SchoolClass("7b", (KIM.account,), KIM.scope),))
    with acting_as(KIM):
        auto_retraining.configure(True, 1)
    members(classes=(SchoolClass("7b", (KIM.account,), ("eve@kids.example",)),))
    for account, started in ((BEN.account, ""), ("eve@kids.example", "tiny-mine")):
        with acting_as(replace(BEN, account=account)):
            consent()
            label_digits(1)
            assert auto_retraining.start_if_due() == started
    assert Run("tiny-mine").read_config().accounts == ("kim@school.example", "eve@kids.example")


def test_teacher_who_is_none_any_more_starts_nothing(members):
    members(teachers=(KIM.account,))
    with acting_as(KIM):
        auto_retraining.configure(True, 1)
        consent()
        label_digits(1)
    members()
    assert auto_retraining.start_if_due() == ""
    assert "may not start trainings any more" in auto_retraining.load().problem
    members(teachers=(KIM.account,))
    assert auto_retraining.start_if_due() == "tiny-mine"
    assert auto_retraining.load().problem == ""


@pytest.mark.parametrize("strangers", [False, True])
def test_retraining_of_an_owner_takes_digits_of_strangers_if_asked_to(strangers):
    auto_retraining.configure(True, 1, strangers=strangers)
    for account in ("browser:of-a-stranger", BEN.account):
        with acting_as(replace(BEN, account=account)):
            consent()
            label_digits(len(account))
            started = auto_retraining.start_if_due()
        if started:
            break
    assert account == ("browser:of-a-stranger" if strangers else BEN.account)
    config = Run("tiny-mine").read_config()
    assert len(load_trainable_digits(config).labels) == 1
