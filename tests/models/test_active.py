import shutil

import pytest

from digitnet import ModelError
from digitnet.models import active, editing, store
from tests.helpers.cards import save_model


def test_active_model_is_default_until_another_is_chosen(models):
    save_model("cnn")
    save_model("mine")
    assert active.get_active_model() == "cnn"
    (models / "ACTIVE").write_text("mine\n")
    assert active.get_active_model() == "mine"
    shutil.rmtree(models / "mine")
    assert active.get_active_model() == "cnn"


def test_activated_model_is_in_use_and_previous_one_known(models):
    for name in ("cnn", "a", "b"):
        save_model(name)
    assert active.get_previous_model() is None
    active.activate("a")
    active.activate("b")
    assert (active.get_active_model(), active.get_previous_model()) == ("b", "a")


def test_reactivated_model_leaves_those_before_it(models):
    for name in ("cnn", "a", "b", "c"):
        save_model(name)
    for name in ("a", "b", "c"):
        active.activate(name)
    active.reactivate("b")
    assert (active.get_active_model(), active.get_previous_model()) == ("b", "a")
    active.reactivate("cnn")
    assert (active.get_active_model(), active.get_previous_model()) == ("cnn", None)


def test_reactivated_model_that_was_not_in_use_is_activated(models):
    for name in ("cnn", "mine"):
        save_model(name)
    active.reactivate("mine")
    assert (active.get_active_model(), active.get_previous_model()) == ("mine", "cnn")


def test_deleted_model_is_not_the_previous_one(models):
    for name in ("cnn", "a", "b"):
        save_model(name)
    active.activate("a")
    active.activate("b")
    editing.delete("a")
    assert active.get_previous_model() == "cnn"


def test_list_of_recent_models_stays_short(models):
    for number in range(30):
        save_model(f"m{number}")
        active.activate(f"m{number}")
    assert len((models / store.ACTIVE_FILE).read_text().splitlines()) == 21


def test_missing_model_is_not_activated(models):
    save_model("cnn")
    for change in (active.activate, active.reactivate):
        with pytest.raises(ModelError, match="no model called 'mine'"):
            change("mine")
    assert active.get_active_model() == "cnn"
