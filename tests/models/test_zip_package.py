import io
import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet import ModelError
from digitnet.models import h5_network, store, zip_package
from tests.helpers.archives import pack, unpack


def test_exported_model_is_imported_again(models, tiny_model, monkeypatch):
    monkeypatch.setenv("DIGITNET_MODELS", str(tiny_model.parent))
    content = zip_package.zip_model("tiny")
    assert sorted(unpack(content)) == [f"tiny/{name}" for name in sorted(zip_package.FILES)]
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


PEOPLE = {"accounts": ["ann@class.example"], "writers": ["Ann"]}
NOBODY = {key: [] for key in PEOPLE}


def test_exported_model_names_no_accounts_and_no_writers(models, tiny_model):
    shutil.copytree(tiny_model, models / "tiny")
    card = store.load_card("tiny")
    store.write_card(models / "tiny", card | {"config": card["config"] | PEOPLE})
    exported = json.loads(unpack(zip_package.zip_model("tiny"))[f"tiny/{store.CARD_FILE}"])
    assert exported == card | {"config": card["config"] | NOBODY}
    assert json.loads(zip_package.export_files("tiny")[store.CARD_FILE]) == exported
    assert store.load_card("tiny")["config"]["accounts"] == ["ann@class.example"]


def test_received_card_claims_nobodys_digits(good):
    card = json.loads(good[store.CARD_FILE])
    content = json.dumps(card | {"config": card["config"] | PEOPLE}).encode()
    package = zip_package.read_package(pack(good | {store.CARD_FILE: content}))
    assert package.card["config"] == card["config"] | NOBODY


def test_bare_keras_file_is_accepted(good):
    assert zip_package.read_package(good[store.KERAS_FILE]).network == good[store.KERAS_FILE]


@pytest.mark.parametrize("folder", ["", "digitnet-tiny/"])
def test_files_in_one_folder_or_none_are_accepted(good, folder):
    package = zip_package.read_package(pack({folder + name: content for name, content in good.items()}))
    assert package.card["recipe"] == "cnn-30-15"
    assert package.name == (folder.rstrip("/") or "tiny")


def test_files_added_by_macos_are_ignored(good):
    files = {"tiny/" + name: content for name, content in good.items()}
    assert zip_package.read_package(pack(files | {"__MACOSX/tiny/._card.json": b"", "tiny/.DS_Store": b""})).network


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
def test_unexpected_file_is_refused(good, path):
    with pytest.raises(ModelError, match=r"leads out of it|Expected a zip file|several folders"):
        zip_package.read_package(pack(good | {path: b"x"}))


def test_link_is_refused(good):
    link = zipfile.ZipInfo("card.json")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(store.KERAS_FILE, good[store.KERAS_FILE])
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(ModelError, match="holds a link"):
        zip_package.read_package(packed.getvalue())


def test_zip_bomb_is_refused(good):
    bomb = pack(good | {store.HISTORY_FILE: bytes(210 * 2**20)}, compression=zipfile.ZIP_DEFLATED)
    assert len(bomb) < 2**20
    with pytest.raises(ModelError, match="at most 200 MB unpacked"):
        zip_package.read_package(bomb)


@pytest.mark.parametrize("file", [store.CARD_FILE, store.HISTORY_FILE])
def test_text_of_a_model_that_is_too_large_is_refused(good, file):
    with pytest.raises(ModelError, match=rf"Expected '{file}' to have at most 1 MB\. Received: 2\.0 MB"):
        zip_package.read_package(pack(good | {file: bytes(2 * 2**20)}))


def test_zip_file_of_too_many_files_is_refused():
    with pytest.raises(ModelError, match="at most 200 files"):
        zip_package.read_package(pack({f"{number}": b"" for number in range(300)}))


def test_two_files_of_one_name_are_refused(good):
    content = pack(good | {"cart.json": b"{}"}).replace(b"cart.json", b"card.json")
    with pytest.raises(ModelError, match="same name"):
        zip_package.read_package(content)


def test_file_above_the_limit_is_refused():
    with pytest.raises(ModelError, match="at most 40 MB"):
        zip_package.read_package(bytes(40 * 2**20 + 1))


def test_empty_zip_file_is_refused():
    with pytest.raises(ModelError, match="an empty one"):
        zip_package.read_package(pack({}))


@pytest.mark.parametrize("share", [0, 0.3, 0.9, 0.999])
def test_truncated_zip_file_is_refused(good, share):
    content = pack(good)
    with pytest.raises(ModelError, match="no zip file, or it is damaged"):
        zip_package.read_package(content[: int(len(content) * share)])


@given(st.binary(max_size=2000).filter(lambda content: not content.startswith(h5_network.SIGNATURE)))
def test_random_bytes_are_refused(content):
    with pytest.raises(ModelError):
        zip_package.read_package(content)


@given(position=st.integers(0, 10**9), byte=st.integers(1, 255), length=st.integers(1, 40), last=st.booleans())
def test_altered_zip_file_is_refused_or_unchanged(small, position, byte, length, last):
    content = bytearray(small)
    start = (
        len(content) - 1 - position % 300 if last else position % len(content)
    )  # The table of contents is at the end.
    for at in range(start, min(start + length, len(content))):
        content[at] ^= byte
    try:
        network = zip_package.read_package(bytes(content)).network
    except ModelError:
        return
    assert unpack(network) == unpack(zip_package.read_package(small).network)


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
def test_only_descriptive_fields_of_the_card_are_kept(good, card, kept):
    assert zip_package.read_package(pack(good | {store.CARD_FILE: json.dumps(card)})).card == kept


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
def test_history_is_kept_only_if_all_numbers(good, text, kept):
    assert zip_package.read_package(pack(good | {store.HISTORY_FILE: text})).history == (text if kept else "")


@pytest.mark.parametrize(
    ("name", "proposed"), [("tiny 1", "tiny-1"), ("..", "uploaded"), ("ähm", "hm"), ("x" * 99, "x" * 64)]
)
def test_name_is_proposed_from_the_card(good, name, proposed):
    assert zip_package.read_package(pack(good | {store.CARD_FILE: json.dumps({"name": name})})).name == proposed


def test_taken_name_is_refused_and_another_proposed(models, good):
    with pytest.raises(ModelError, match="'cnn-2' is free"):
        zip_package.import_model(pack(good), "cnn")


def test_import_that_takes_too_long_leaves_nothing(models, good):
    with pytest.raises(ModelError, match="not checked within"):
        zip_package.import_model(pack(good), "mine", seconds=0.05)
    assert list(models.iterdir()) == []


def test_import_that_crashes_leaves_nothing(models, good, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(ModelError, match="crashed its check"):
        zip_package.import_model(pack(good), "mine")
    assert list(models.iterdir()) == []


@pytest.mark.slow
def test_reading_a_package_never_imports_tensorflow(good, tmp_path):
    (tmp_path / "model.zip").write_bytes(pack(good))
    script = (
        "import sys; from digitnet.models import card, evaluation, store, zip_package;"
        "zip_package.read_package(open(sys.argv[1], 'rb').read());"
        "print([name for name in sys.modules if name.split('.')[0] in ('tensorflow', 'keras', 'streamlit')])"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "model.zip")]
    assert subprocess.run(command, capture_output=True, text=True, check=True, env=dict(os.environ)).stdout == "[]\n"
