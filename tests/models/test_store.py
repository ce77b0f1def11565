import json
import os
import shutil

import pytest

from digitnet import ModelError, files
from digitnet.models import active, editing, store


def make(name, content=b"network"):
    with editing.create_model(name) as folder:
        (folder / store.TFLITE_FILE).write_bytes(content)
        (folder / store.CARD_FILE).write_text(json.dumps({"sha256": store.compute_digest(content)}))


def test_new_model_is_listed_and_loaded(models):
    make("mine")
    assert store.list_models() == ["mine"]
    assert store.load_tflite("mine") == b"network"


def test_default_model_is_listed_first(models):
    for name in ("b", "cnn", "a"):
        make(name)
    assert store.list_models() == ["cnn", "a", "b"]


def test_model_that_fails_half_way_leaves_no_trace(models):
    def write_half():
        with editing.create_model("mine") as folder:
            (folder / store.TFLITE_FILE).write_bytes(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert list(models.iterdir()) == []


def test_rewritten_model_replaces_the_old_one(models):
    make("mine", b"old")
    make("mine", b"new")
    assert store.load_tflite("mine") == b"new"
    assert [path.name for path in models.iterdir()] == ["mine"]


def test_failed_rewrite_keeps_the_old_model(models):
    make("mine", b"old")
    with pytest.raises(RuntimeError), editing.create_model("mine"):
        raise RuntimeError
    assert store.load_tflite("mine") == b"old"


def test_unknown_model_is_said_with_those_there_are(models):
    make("mine")
    with pytest.raises(ModelError, match=r"no model called 'yours'; there are: mine"):
        store.model_dir("yours")


@pytest.mark.parametrize("name", ["", "../cnn", "a/b", ".hidden", "x" * 65, "a b"])
def test_name_that_is_no_folder_name_is_refused(models, name):
    with pytest.raises(ModelError, match="Expected a model name"):
        store.model_dir(name)


@pytest.mark.parametrize("file", [store.TFLITE_FILE, store.CARD_FILE])
def test_missing_file_is_named(models, file):
    make("mine")
    (models / "mine" / file).unlink()
    with pytest.raises(ModelError, match=f"incomplete: {file}"):
        store.load_tflite("mine")
    assert store.list_models() == []


def test_damaged_network_is_noticed(models):
    make("mine")
    (models / "mine" / store.TFLITE_FILE).write_bytes(b"netw0rk")
    with pytest.raises(ModelError, match="damaged"):
        store.load_tflite("mine")


@pytest.mark.parametrize("card", ["{", "[]", "\xff"])
def test_unreadable_card_is_said(models, card):
    make("mine")
    (models / "mine" / store.CARD_FILE).write_text(card, encoding="latin-1")
    with pytest.raises(ModelError, match="card of the model 'mine'"):
        store.load_card("mine")


def test_active_model_is_the_default_until_another_is_named(models):
    make("cnn")
    make("mine")
    assert active.get_active_model() == "cnn"
    (models / "ACTIVE").write_text("mine\n")
    assert active.get_active_model() == "mine"
    shutil.rmtree(models / "mine")
    assert active.get_active_model() == "cnn"


def test_activated_model_is_in_use_and_the_one_before_is_remembered(models):
    for name in ("cnn", "a", "b"):
        make(name)
    assert active.get_previous_model() is None
    active.activate("a")
    active.activate("b")
    assert (active.get_active_model(), active.get_previous_model()) == ("b", "a")


def test_previous_model_is_put_to_use_again(models):
    for name in ("cnn", "mine"):
        make(name)
    active.activate("mine")
    assert active.activate_previous() == "cnn"
    assert (active.get_active_model(), active.get_previous_model()) == ("cnn", "mine")


def test_deleted_model_is_not_the_previous_one(models):
    for name in ("cnn", "a", "b"):
        make(name)
    active.activate("a")
    active.activate("b")
    editing.delete("a")
    assert active.get_previous_model() == "cnn"


def test_no_previous_model_is_said(models):
    make("cnn")
    with pytest.raises(ModelError, match="No other model"):
        active.activate_previous()


def test_list_of_earlier_models_stays_short(models):
    for number in range(30):
        make(f"m{number}")
        active.activate(f"m{number}")
    assert len((models / store.ACTIVE_FILE).read_text().splitlines()) == 21


def test_missing_model_is_not_activated(models):
    make("cnn")
    with pytest.raises(ModelError, match="no model called 'mine'"):
        active.activate("mine")
    assert active.get_active_model() == "cnn"


def test_renamed_model_keeps_its_network_and_stays_in_use(models):
    make("mine")
    active.activate("mine")
    editing.rename("mine", "yours")
    assert store.load_tflite("yours") == b"network"
    assert store.load_card("yours")["name"] == "yours"
    assert store.list_models() == ["yours"]
    assert (models / store.ACTIVE_FILE).read_text().split() == ["yours"]


@pytest.mark.parametrize("new", ["Other", "cnn", "active", "a/b"])
def test_model_is_not_renamed_to_a_name_that_is_not_free(models, new):
    make("mine")
    make("other")
    with pytest.raises(ModelError, match=r"already; |cannot be called|Expected a model name"):
        editing.rename("mine", new)
    assert store.list_models() == ["mine", "other"]


def test_failed_renaming_leaves_everything_as_it_was(models, monkeypatch):
    make("mine")
    active.activate("mine")
    before = (models / "mine" / store.CARD_FILE).read_text()
    real = files.write_atomically

    def refuse(path, text):
        if path.name == store.CARD_FILE:
            raise OSError(28, "No space left on device")
        real(path, text)

    monkeypatch.setattr(store, "write_atomically", refuse)
    monkeypatch.setattr(active, "write_atomically", refuse)
    with pytest.raises(ModelError, match=r"'mine' cannot be renamed: No space left on device\.$"):
        editing.rename("mine", "yours")
    assert store.list_models() == ["mine"]
    assert active.get_active_model() == "mine"
    assert (models / "mine" / store.CARD_FILE).read_text() == before


def test_note_is_kept_and_taken_away(models):
    make("mine")
    editing.set_note("mine", " for class 3b \n")
    assert store.load_card("mine")["note"] == "for class 3b"
    editing.set_note("mine", "")
    assert "note" not in store.load_card("mine")
    assert store.load_tflite("mine") == b"network"


def test_long_note_is_refused(models):
    make("mine")
    with pytest.raises(ModelError, match="at most 2,000"):
        editing.set_note("mine", "x" * 2001)


def test_failed_note_keeps_the_card(models, monkeypatch):
    make("mine")
    monkeypatch.setattr(os, "replace", lambda *_: (_ for _ in ()).throw(OSError(30, "Read-only file system")))
    with pytest.raises(ModelError, match=r"note of the model 'mine' cannot be saved: Read-only file system\.$"):
        editing.set_note("mine", "new")
    assert "note" not in store.load_card("mine")
    assert sorted(path.name for path in (models / "mine").iterdir()) == [store.CARD_FILE, store.TFLITE_FILE]


@pytest.mark.parametrize(
    "change", [editing.delete, lambda name: editing.rename(name, "x"), lambda n: editing.set_note(n, "")]
)
def test_shipped_model_is_not_changed(models, change):
    make("mlp")
    with pytest.raises(ModelError, match="ships with digitnet"):
        change("mlp")
    assert store.list_models() == ["mlp"]


def test_active_model_is_not_deleted(models):
    make("mine")
    active.activate("mine")
    with pytest.raises(ModelError, match="in use"):
        editing.delete("mine")
    assert store.list_models() == ["mine"]


def test_deleted_model_leaves_no_trace(models):
    make("cnn")
    make("mine")
    editing.delete("mine")
    assert [path.name for path in models.iterdir()] == ["cnn"]


def test_unknown_model_is_not_deleted(models):
    with pytest.raises(ModelError, match="no model called"):
        editing.delete("mine")


def test_free_name_counts_on(models):
    assert editing.find_free_name("mine") == "mine"
    make("mine")
    make("mine-2")
    assert editing.find_free_name("mine") == "mine-3"
    assert editing.find_free_name("mine", taken=["Mine-3"]) == "mine-4"
    assert store.check_name(editing.find_free_name("cnn")) == "cnn-2"
