import io
import json
import os
import pickle
import re
import stat
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitnet import ModelError
from digitnet.experiments.recipes import RECIPES
from digitnet.models import import_worker, store, zip_package
from digitnet.models.architecture import build


def zipped(files, **settings):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", **settings) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return packed.getvalue()


def unzipped(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {path: archive.read(path) for path in archive.namelist()}


@pytest.fixture(scope="session")
def good(tiny_model):
    """The files of a good model, by name."""
    return {path.name: path.read_bytes() for path in tiny_model.iterdir()}


@pytest.fixture(scope="session")
def small(good):
    """A zip file that passes inspection, of a few kB."""
    parts = unzipped(good[store.KERAS_FILE]) | {"model.weights.h5": b"weights"}
    return zipped(
        {store.KERAS_FILE: zipped(parts, compression=zipfile.ZIP_DEFLATED), store.CARD_FILE: good[store.CARD_FILE]}
    )


@pytest.fixture
def changed(good):
    """A maker of zip files whose network has another description."""

    def make(change):
        parts = unzipped(good[store.KERAS_FILE])
        description = json.loads(parts["config.json"])
        change(description)
        return zipped({store.KERAS_FILE: zipped(parts | {"config.json": json.dumps(description)})})

    return make


def layer(description, name):
    return next(layer for layer in description["config"]["layers"] if layer["class_name"] == name)


def test_model_goes_out_and_comes_in_again(models, tiny_model, monkeypatch):
    monkeypatch.setenv("DIGITNET_MODELS", str(tiny_model.parent))
    content = zip_package.zip_model("tiny")
    assert sorted(unzipped(content)) == [f"tiny/{name}" for name in sorted(zip_package.FILES)]
    monkeypatch.setenv("DIGITNET_MODELS", str(models))
    zip_package.import_model(content, "again")
    card, before = store.load_card("again"), json.loads((tiny_model / store.CARD_FILE).read_text())
    assert card["uploaded"]
    assert card["test_digits"] == 10_000
    assert 0.5 < card["test_accuracy"] < 1
    assert [card[key] for key in ("recipe", "parameters", "config")] == [
        before[key] for key in ("recipe", "parameters", "config")
    ]
    assert store.compute_digest(store.load_tflite("again")) == card["sha256"]
    assert (models / "again" / store.HISTORY_FILE).read_bytes() == (tiny_model / store.HISTORY_FILE).read_bytes()
    assert [path.name for path in models.iterdir()] == ["again"]


def test_bare_keras_file_is_a_model_too(good):
    assert zip_package.read_package(good[store.KERAS_FILE]).network == good[store.KERAS_FILE]


@pytest.mark.parametrize("folder", ["", "digitnet-tiny/"])
def test_files_stand_in_one_folder_or_none(good, folder):
    package = zip_package.read_package(zipped({folder + name: content for name, content in good.items()}))
    assert package.card["recipe"] == "cnn-30-15"
    assert package.name == (folder.rstrip("/") or "tiny")


def test_what_macos_adds_is_left_out(good):
    files = {"tiny/" + name: content for name, content in good.items()}
    assert zip_package.read_package(zipped(files | {"__MACOSX/tiny/._card.json": b"", "tiny/.DS_Store": b""})).network


@pytest.mark.parametrize("recipe", RECIPES)
def test_network_of_every_recipe_may_come_in(recipe, tmp_path):
    network = build(RECIPES[recipe].network, recipe)
    network.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    network.save(tmp_path / "model.keras")
    assert zip_package.read_package((tmp_path / "model.keras").read_bytes())


@pytest.mark.parametrize(
    ("module", "name", "registered"),
    [
        ("keras.layers", "Lambda", None),
        ("keras.layers", "TorchModuleWrapper", None),
        ("keras.layers", "TFSMLayer", None),
        ("keras.layers", "Dense", "mine>Dense"),
        ("keras.layers", "Mine", "mine>Mine"),
        ("mine", "Dense", None),
        ("builtins", "function", "function"),
        ("os", "system", None),
        (None, "__lambda__", None),
        (None, "Dense", None),
        ("keras", "Sequential", None),
        ("keras.src.layers", "Dense", None),
        (["keras.layers"], {"a": 1}, None),
    ],
)
@pytest.mark.parametrize("inner", [False, True])
def test_anything_but_plain_layers_is_refused(changed, module, name, registered, inner):
    other = {"module": module, "class_name": name, "config": {}, "registered_name": registered}

    def change(description):
        if inner:
            layer(description, "Dense")["config"]["activation"] = other
        else:
            layer(description, "Dropout").update(other)

    with pytest.raises(ModelError, match="not allowed here"):
        zip_package.read_package(changed(change))


@pytest.mark.parametrize("shape", [[None, 784], [None, 28, 28], [None, 32, 32, 3], [1, 28, 28, 1], None, "x"])
def test_other_input_is_refused(changed, shape):
    with pytest.raises(ModelError, match="one input of shape"):
        zip_package.read_package(changed(lambda it: layer(it, "InputLayer")["config"].update(batch_shape=shape)))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda it: it["config"].update(layers=it["config"]["layers"] * 20), "1 to 100 layers"),
        (lambda it: it["config"].update(layers=[]), "1 to 100 layers"),
        (lambda it: it["config"].update(layers=[1]), "Sequential or Functional"),
        (lambda it: it.update(config=[]), "Sequential or Functional"),
        (lambda it: it.update(class_name="Model"), "not allowed here"),
        (lambda it: layer(it, "Dense")["config"].update(units=10**7), "too large"),
        (lambda it: layer(it, "Dense")["config"].update(units=10**6), "20,000,000 parameters"),
        (lambda it: layer(it, "Conv2D")["config"].update(kernel_size=[10**9, 1]), "too large"),
        (lambda it: layer(it, "Dense")["config"].update(activation="x" * 300), "300 characters"),
        (lambda it: layer(it, "Dense")["config"].update(x=json.loads("[" * 60 + "]" * 60)), "nested too deep"),
    ],
)
def test_description_beyond_bounds_is_refused(changed, change, sentence):
    with pytest.raises(ModelError, match=sentence):
        zip_package.read_package(changed(change))


@pytest.mark.parametrize(
    "path",
    [
        "/model.keras",
        "../model.keras",
        "a/../../model.keras",
        "..\\model.keras",
        "C:\\model.keras",
        "a/b/model.keras",
        "evil.py",
        "model.pkl",
        "a/../model.keras",
    ],
)
def test_file_that_does_not_belong_is_refused(good, path):
    with pytest.raises(ModelError, match=r"leads out of it|Expected a zip file|several folders"):
        zip_package.read_package(zipped(good | {path: b"x"}))


@pytest.mark.parametrize("path", ["model.weights.npz", "assets/table.pkl", "evil.py", "../config.json"])
def test_file_inside_the_network_that_does_not_belong_is_refused(good, path):
    network = zipped(unzipped(good[store.KERAS_FILE]) | {path: pickle.dumps({})})
    with pytest.raises(ModelError, match=r"does not belong|leads out of it"):
        zip_package.read_package(zipped({store.KERAS_FILE: network}))


@pytest.mark.parametrize("part", ["config.json", "metadata.json", "model.weights.h5"])
def test_network_that_lacks_a_part_is_refused(good, part):
    parts = unzipped(good[store.KERAS_FILE])
    del parts[part]
    with pytest.raises(ModelError, match=re.escape(f"holds no {part}")):
        zip_package.read_package(zipped({store.KERAS_FILE: zipped(parts)}))


@pytest.mark.parametrize("network", [pickle.dumps([1]), b"\x89HDF\r\n\x1a\n", b""])
def test_network_that_is_no_zip_file_is_refused(network):
    with pytest.raises(ModelError, match="no zip file"):
        zip_package.read_package(zipped({store.KERAS_FILE: network}))


@pytest.mark.parametrize("text", [b"{", b"[" * 100_000, b"\xff", b"[]", b"null", b'{"config": {"layers": 1}}'])
def test_unreadable_description_is_refused(good, text):
    network = zipped(unzipped(good[store.KERAS_FILE]) | {"config.json": text})
    with pytest.raises(ModelError, match=r"cannot be read|Sequential or Functional"):
        zip_package.read_package(zipped({store.KERAS_FILE: network}))


def test_link_is_refused(good):
    link = zipfile.ZipInfo("card.json")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(store.KERAS_FILE, good[store.KERAS_FILE])
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(ModelError, match="holds a link"):
        zip_package.read_package(packed.getvalue())


def test_zip_bomb_is_refused_before_it_is_unpacked(good):
    bomb = zipped(good | {store.HISTORY_FILE: bytes(210 * 2**20)}, compression=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 2**20
    with pytest.raises(ModelError, match="at most 200 MB unpacked"):
        zip_package.read_package(bomb)


def test_zip_bomb_inside_the_network_is_refused(good):
    parts = unzipped(good[store.KERAS_FILE])
    network = zipped(parts | {"model.weights.h5": bytes(210 * 2**20)}, compression=zipfile.ZIP_DEFLATED)
    with pytest.raises(ModelError, match=r"Expected at most 200 MB unpacked"):
        zip_package.read_package(zipped({store.KERAS_FILE: network}))


def test_zip_file_of_very_many_files_is_refused():
    with pytest.raises(ModelError, match="at most 200 files"):
        zip_package.read_package(zipped({f"{number}": b"" for number in range(300)}))


def test_two_files_of_the_same_name_are_refused(good):
    content = zipped(good | {"cart.json": b"{}"}).replace(b"cart.json", b"card.json")
    with pytest.raises(ModelError, match="same name"):
        zip_package.read_package(content)


def test_file_above_the_limit_is_refused():
    with pytest.raises(ModelError, match="at most 40 MB"):
        zip_package.read_package(bytes(40 * 2**20 + 1))


def test_empty_zip_file_is_refused():
    with pytest.raises(ModelError, match="an empty one"):
        zip_package.read_package(zipped({}))


@pytest.mark.parametrize("share", [0, 0.3, 0.9, 0.999])
def test_truncated_zip_file_is_refused(good, share):
    content = zipped(good)
    with pytest.raises(ModelError, match="no zip file, or it is damaged"):
        zip_package.read_package(content[: int(len(content) * share)])


@given(st.binary(max_size=2000))
def test_random_bytes_are_refused(content):
    with pytest.raises(ModelError):
        zip_package.read_package(content)


@settings(deadline=None)
@given(place=st.integers(0, 10**9), byte=st.integers(1, 255), length=st.integers(1, 40), last=st.booleans())
def test_altered_zip_file_is_refused_or_as_it_was(small, place, byte, length, last):
    content = bytearray(small)
    start = len(content) - 1 - place % 300 if last else place % len(content)  # the table stands at the end
    for at in range(start, min(start + length, len(content))):
        content[at] ^= byte
    try:
        network = zip_package.read_package(bytes(content)).network
    except ModelError:
        return
    assert unzipped(network) == unzipped(zip_package.read_package(small).network)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["config", "layers", "class_name", "module", "build_config"]), inner)
        ),
        max_leaves=12,
    )
)
def test_any_description_is_refused(description):
    network = zipped({"config.json": json.dumps(description), "metadata.json": "{}", "model.weights.h5": b""})
    with pytest.raises(ModelError):
        zip_package.read_package(zipped({store.KERAS_FILE: network}))


@pytest.mark.parametrize(
    ("card", "kept"),
    [
        ({"recipe": "mine", "note": "x", "test_accuracy": 1, "sha256": "0"}, {"recipe": "mine", "note": "x"}),
        ({"recipe": 1, "note": ["x"], "config": "x", "seconds": "1", "source": None}, {}),
        ({"recipe": "x" * 65, "config": {"a": "x" * 30_000}, "seconds": -1}, {}),
        ({"note": "\ud800", "seconds": float("nan")}, {}),
        ({"seconds": 12, "config": {"epochs": 3}}, {"seconds": 12.0, "config": {"epochs": 3}}),
        ({"epochs_done": 3, "ended": "early"}, {"epochs_done": 3, "ended": "early"}),
        ({"epochs_done": True, "ended": "never"}, {}),
        ({"epochs_done": 10**9, "ended": ["early"]}, {}),
        ([1, 2], {}),
    ],
)
def test_card_is_believed_only_in_what_it_describes(good, card, kept):
    assert zip_package.read_package(zipped(good | {store.CARD_FILE: json.dumps(card)})).card == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("epoch,accuracy,loss\n0,0.5,1.5\n", True),
        ("epoch,accuracy,loss,val_loss\n0,0.5,1.5,NA\n", True),
        ("epoch,accuracy,loss\n0,=cmd(),1.5\n", False),
        ("epoch,accuracy,loss,secret\n0,0.5,1.5,1\n", False),
        ("epoch,accuracy\n0,0.5\n", False),
        ("epoch,accuracy,loss\n0,nan,1\n", False),
        ("epoch,accuracy,loss\n0,0.5\n", False),
        ("epoch,accuracy,loss\n0,0.5,1,2\n", False),
        ("epoch,accuracy,loss\n", False),
        ("", False),
        ("\x00", False),
    ],
)
def test_history_is_kept_if_it_is_numbers(good, text, kept):
    assert zip_package.read_package(zipped(good | {store.HISTORY_FILE: text})).history == (text if kept else "")


@pytest.mark.parametrize(
    ("name", "proposed"), [("tiny 1", "tiny-1"), ("..", "uploaded"), ("ähm", "hm"), ("x" * 99, "x" * 64)]
)
def test_name_is_proposed_from_the_card(good, name, proposed):
    assert zip_package.read_package(zipped(good | {store.CARD_FILE: json.dumps({"name": name})})).name == proposed


def test_taken_name_is_refused_with_another_proposed(models, good):
    with pytest.raises(ModelError, match="'cnn-2' is free"):
        zip_package.import_model(zipped(good), "cnn")


def test_check_that_takes_too_long_leaves_nothing(models, good):
    with pytest.raises(ModelError, match="not checked within"):
        zip_package.import_model(zipped(good), "mine", seconds=0.05)
    assert list(models.iterdir()) == []


def test_check_that_breaks_off_leaves_nothing(models, good, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(ModelError, match="crashed its check"):
        zip_package.import_model(zipped(good), "mine")
    assert list(models.iterdir()) == []


@pytest.fixture
def received(tmp_path):
    """A maker of the folder in which a network is measured."""
    import keras

    def make(*layers, inputs=(28, 28, 1)):
        network = keras.Sequential([keras.Input(inputs), keras.layers.Flatten(), *layers])
        network.save(tmp_path / import_worker.RECEIVED_FILE)
        return tmp_path, network

    return make


def refused(folder):
    assert import_worker.main(folder) == 1
    return (folder / import_worker.REFUSAL_FILE).read_text()


def test_other_output_is_refused(received):
    from keras import layers

    folder, _ = received(layers.Dense(9, activation="softmax"))
    assert "Received: (None, 28, 28, 1) to (None, 9)." in refused(folder)


def test_answers_that_are_no_probabilities_are_refused(received):
    from keras import layers

    folder, _ = received(layers.Dense(10))
    assert "ten probabilities" in refused(folder)


def test_weights_that_are_no_numbers_are_refused(received):
    from keras import layers

    folder, network = received(layers.Dense(10, activation="softmax"))
    network.set_weights([np.full(weights.shape, np.nan) for weights in network.get_weights()])
    network.save(folder / import_worker.RECEIVED_FILE)
    assert "ten probabilities" in refused(folder)


def test_damaged_weights_are_refused(good, tmp_path):
    parts = unzipped(good[store.KERAS_FILE])
    for weights in (b"", b"\x89HDF\r\n\x1a\n" + bytes(500), parts["model.weights.h5"][:5000]):
        (tmp_path / import_worker.RECEIVED_FILE).write_bytes(zipped(parts | {"model.weights.h5": weights}))
        assert "Keras cannot load the network" in refused(tmp_path)


def test_checking_never_imports_tensorflow(good, tmp_path):
    (tmp_path / "model.zip").write_bytes(zipped(good))
    script = (
        "import sys; from digitnet.models import card, evaluation, store, zip_package;"
        "zip_package.read_package(open(sys.argv[1], 'rb').read());"
        "print([name for name in sys.modules if name.split('.')[0] in ('tensorflow', 'keras', 'streamlit')])"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "model.zip")]
    assert subprocess.run(command, capture_output=True, text=True, check=True, env=dict(os.environ)).stdout == "[]\n"
