import json
import shutil

import pytest

from digitnet import ModelError, store


def make(name, content=b"network"):
    with store.new_model(name) as folder:
        (folder / store.TFLITE).write_bytes(content)
        (folder / store.CARD).write_text(json.dumps({"sha256": store.digest(content)}))


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
        with store.new_model("mine") as folder:
            (folder / store.TFLITE).write_bytes(b"half")
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
    with pytest.raises(RuntimeError), store.new_model("mine"):
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


@pytest.mark.parametrize("file", [store.TFLITE, store.CARD])
def test_missing_file_is_named(models, file):
    make("mine")
    (models / "mine" / file).unlink()
    with pytest.raises(ModelError, match=f"incomplete: {file}"):
        store.load_tflite("mine")
    assert store.list_models() == []


def test_damaged_network_is_noticed(models):
    make("mine")
    (models / "mine" / store.TFLITE).write_bytes(b"netw0rk")
    with pytest.raises(ModelError, match="damaged"):
        store.load_tflite("mine")


@pytest.mark.parametrize("card", ["{", "[]", "\xff"])
def test_unreadable_card_is_said(models, card):
    make("mine")
    (models / "mine" / store.CARD).write_text(card, encoding="latin-1")
    with pytest.raises(ModelError, match="card of the model 'mine'"):
        store.load_card("mine")


def test_active_model_is_the_default_until_another_is_named(models):
    make("cnn")
    make("mine")
    assert store.active_model() == "cnn"
    (models / "ACTIVE").write_text("mine\n")
    assert store.active_model() == "mine"
    shutil.rmtree(models / "mine")
    assert store.active_model() == "cnn"
