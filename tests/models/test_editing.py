import os

import pytest

from digitnet import ModelError, files
from digitnet.models import active, editing, store
from tests.helpers.cards import save_model


def test_renamed_model_keeps_its_network_and_stays_in_use(models):
    save_model("mine")
    active.activate("mine")
    editing.rename("mine", "yours")
    assert store.load_tflite("yours") == b"network"
    assert store.load_card("yours")["name"] == "yours"
    assert store.list_models() == ["yours"]
    assert (models / store.ACTIVE_FILE).read_text().split() == ["yours"]


@pytest.mark.parametrize("new", ["Other", "cnn", "active", "a/b"])
def test_rename_to_unavailable_name_is_refused(models, new):
    save_model("mine")
    save_model("other")
    with pytest.raises(ModelError, match=r"already; |cannot be called|Use only letters, digits"):
        editing.rename("mine", new)
    assert store.list_models() == ["mine", "other"]


def test_failed_rename_changes_nothing(models, monkeypatch):
    save_model("mine")
    active.activate("mine")
    before = (models / "mine" / store.CARD_FILE).read_text()
    write_atomically = files.write_atomically

    def refuse(path, text):
        if path.name == store.CARD_FILE:
            raise OSError(28, "No space left on device")
        write_atomically(path, text)

    monkeypatch.setattr(store, "write_atomically", refuse)
    monkeypatch.setattr(active, "write_atomically", refuse)
    with pytest.raises(ModelError, match=r"'mine' cannot be renamed: No space left on device\.$"):
        editing.rename("mine", "yours")
    assert store.list_models() == ["mine"]
    assert active.get_active_model() == "mine"
    assert (models / "mine" / store.CARD_FILE).read_text() == before


def test_note_is_saved_and_removed(models):
    save_model("mine")
    editing.set_note("mine", " for class 3b \n")
    assert store.load_card("mine")["note"] == "for class 3b"
    editing.set_note("mine", "")
    assert "note" not in store.load_card("mine")
    assert store.load_tflite("mine") == b"network"


def test_long_note_is_refused(models):
    save_model("mine")
    with pytest.raises(ModelError, match="at most 2,000"):
        editing.set_note("mine", "x" * 2001)


def test_failed_note_keeps_the_card(models, monkeypatch):
    save_model("mine")
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError(30, "Read-only file system")))
    with pytest.raises(ModelError, match=r"note of the model 'mine' cannot be saved: Read-only file system\.$"):
        editing.set_note("mine", "new")
    assert "note" not in store.load_card("mine")
    assert sorted(path.name for path in (models / "mine").iterdir()) == [store.CARD_FILE, store.TFLITE_FILE]


@pytest.mark.parametrize(
    "change",
    [editing.delete, lambda name: editing.rename(name, "x"), lambda name: editing.set_note(name, "")],
)
def test_shipped_model_is_not_changed(models, change):
    save_model("mlp")
    with pytest.raises(ModelError, match="ships with digitnet"):
        change("mlp")
    assert store.list_models() == ["mlp"]


def test_active_model_is_not_deleted(models):
    save_model("mine")
    active.activate("mine")
    with pytest.raises(ModelError, match="in use"):
        editing.delete("mine")
    assert store.list_models() == ["mine"]


def test_deleted_model_leaves_no_trace(models):
    save_model("cnn")
    save_model("mine")
    editing.delete("mine")
    assert [path.name for path in models.iterdir()] == ["cnn"]


def test_unknown_model_is_not_deleted(models):
    with pytest.raises(ModelError, match="no model called"):
        editing.delete("mine")


def test_free_name_is_numbered_after_taken_ones(models):
    assert editing.find_free_name("mine") == "mine"
    save_model("mine")
    save_model("mine-2")
    assert editing.find_free_name("mine") == "mine-3"
    assert editing.find_free_name("mine", taken=["Mine-3"]) == "mine-4"
    assert store.check_name(editing.find_free_name("cnn")) == "cnn-2"
