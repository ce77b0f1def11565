import pytest

from digitnet import ModelError
from digitnet.models import store
from tests.helpers.cards import save_model


def test_saved_model_is_listed_and_loaded(models):
    save_model("mine")
    assert store.list_models() == ["mine"]
    assert store.load_tflite("mine") == b"network"


def test_default_model_is_listed_first(models):
    for name in ("b", "cnn", "a"):
        save_model(name)
    assert store.list_models() == ["cnn", "a", "b"]


def test_unknown_model_raises_error_with_existing_names(models):
    save_model("mine")
    with pytest.raises(ModelError, match=r"no model called 'yours'; there are: mine"):
        store.model_dir("yours")


@pytest.mark.parametrize("name", ["", "../cnn", "a/b", ".hidden", "x" * 65, "a b"])
def test_invalid_name_is_refused(models, name):
    with pytest.raises(ModelError, match="Use only letters, digits"):
        store.model_dir(name)


@pytest.mark.parametrize("file", [store.TFLITE_FILE, store.CARD_FILE])
def test_incomplete_model_raises_error_with_missing_file(models, file):
    save_model("mine")
    (models / "mine" / file).unlink()
    with pytest.raises(ModelError, match=f"incomplete: {file}"):
        store.load_tflite("mine")
    assert store.list_models() == []


def test_network_with_other_digest_is_refused(models):
    save_model("mine")
    (models / "mine" / store.TFLITE_FILE).write_bytes(b"netw0rk")
    with pytest.raises(ModelError, match="damaged"):
        store.load_tflite("mine")


@pytest.mark.parametrize("card", ["{", "[]", "\xff"])
def test_unreadable_card_raises_error(models, card):
    save_model("mine")
    (models / "mine" / store.CARD_FILE).write_text(card, encoding="latin-1")
    with pytest.raises(ModelError, match="card of the model 'mine'"):
        store.load_card("mine")
