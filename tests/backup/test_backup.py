"""A backup holds models, digits and settings, and is restored as a whole; damaged ones change nothing."""

import io
import json
import os
import time
import zipfile
from contextlib import suppress

import pytest

from digitnet.backup import writing
from digitnet.backup.content import Backup
from digitnet.backup.restoring import keep_present_state, prepare_restore
from digitnet.backup.writing import write_backup
from digitnet.collection.collection import Collection
from digitnet.errors import BackupError, CollectionError
from digitnet.experiments import auto_retraining
from digitnet.models import active, store
from tests.helpers.archives import pack
from tests.helpers.cards import save_model
from tests.helpers.user_digits import make_sample, make_stored_string


@pytest.fixture
def filled(models, data):
    """Two models, the second in use, three digits, a row and settings."""
    save_model("cnn")
    save_model("mine", b"mine")
    active.activate("mine")
    with Collection.open() as collection:
        collection.add([make_sample(number) for number in range(3)], [make_stored_string(1)])
    auto_retraining.configure(True, every=30)
    return models


@pytest.fixture
def backup(filled, tmp_path):
    write_backup(tmp_path / "backup.zip")
    return tmp_path / "backup.zip"


@pytest.fixture
def emptied(backup, tmp_path, monkeypatch):
    """Another machine, with nothing but the backup."""
    monkeypatch.setenv("DIGITNET_DATA", str(tmp_path / "other-data"))
    monkeypatch.setenv("DIGITNET_MODELS", str(tmp_path / "other-models"))
    monkeypatch.setattr("digitnet.paths.SHIPPED_MODELS_DIR", tmp_path / "other-models")
    return backup


def restore(path):
    with prepare_restore(path) as prepared:
        replaced = prepared.find_replaced()
        prepared.run()
    return replaced


def describe():
    """Return what a backup is to hold."""
    with Collection.open() as collection:
        stored = [digit.digest for digit in collection.find()], [row.digest for row in collection.strings.find()]
    networks = {name: store.load_tflite(name) for name in store.list_models()}
    return stored, networks, active.list_recent_models(), auto_retraining.load()


def repack(path, **changes):
    """Return the files of a zip file with others in place of some; None leaves one out."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()} | changes
    return pack({name: content for name, content in files.items() if content is not None})


def test_backup_is_restored_on_another_machine(filled, tmp_path, emptied):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DIGITNET_DATA", str(tmp_path / "data"))
        patch.setenv("DIGITNET_MODELS", str(filled))
        patch.setattr("digitnet.paths.SHIPPED_MODELS_DIR", filled)
        before = describe()
    assert restore(emptied) == []
    assert describe() == before
    assert len(before[0][0]) == 3


def test_restore_names_what_it_replaces_and_leaves_other_models(backup):
    save_model("mine", b"trained on")
    save_model("later", b"later")
    active.activate("later")
    auto_retraining.configure(False, every=5)
    replaced = ["3 digits", "1 row", "the model mine", "the choice of the model in use", "the settings"]
    assert restore(backup) == replaced
    assert active.get_active_model() == "mine"
    assert store.load_tflite("mine") == b"mine"
    assert store.load_tflite("later") == b"later"
    assert auto_retraining.load().every == 30


def test_state_before_a_restore_can_be_restored(backup):
    save_model("mine", b"trained on")
    with Collection.open() as collection:
        collection.add([make_sample(9)])
    before = describe()
    path, _ = keep_present_state()
    restore(backup)
    assert describe() != before
    restore(path)
    assert describe() == before


def test_damaged_model_is_left_out_and_named(filled, tmp_path):
    (filled / "mine" / store.TFLITE_FILE).write_bytes(b"damaged")
    saved = write_backup(tmp_path / "backup.zip")
    assert saved.models == ["cnn"]
    assert list(saved.left_out) == ["mine"]
    assert Backup.load(tmp_path / "backup.zip").models == ["cnn"]


def test_failed_backup_leaves_the_older_one(backup, monkeypatch):
    older = backup.read_bytes()

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing, "_write_models", fail)
    with pytest.raises(BackupError, match=r"cannot be saved as .*backup.zip': No space left on device"):
        write_backup(backup)
    assert backup.read_bytes() == older
    assert [path.name for path in backup.parent.glob(".backup*")] == []


def test_leftovers_of_a_killed_backup_are_removed_after_an_hour(backup):
    old, new = (backup.with_name(f".{backup.name}-{digit * 32}") for digit in "ab")
    other = backup.with_name(f".other.zip-{'a' * 32}")
    for path in (old, new, other):
        path.write_bytes(b"half")
    for path in (old, other):
        os.utime(path, (time.time() - 7200,) * 2)
    write_backup(backup)
    assert [path.exists() for path in (old, new, other)] == [False, True, True]


def test_failed_restore_of_digits_changes_no_model(backup, monkeypatch):
    save_model("mine", b"trained on")
    before = describe()

    def fail(*_):
        raise CollectionError("The digits cannot be restored: the disk is full.")

    monkeypatch.setattr("digitnet.backup.restoring.restore_tables", fail)
    with pytest.raises(CollectionError):
        restore(backup)
    assert describe() == before


def test_cut_backups_are_refused(backup):
    content = backup.read_bytes()
    before = describe()
    for size in (0, 1, 100, len(content) // 2, len(content) - 1):
        backup.write_bytes(content[:size])
        with pytest.raises(BackupError, match="is no zip file, or it is damaged"):
            restore(backup)
    assert describe() == before


@pytest.mark.parametrize("place", range(40, 1000, 120))
def test_flipped_backup_is_refused_or_the_same(backup, place):
    before = describe()
    content = bytearray(backup.read_bytes())
    content[place] ^= 0x10
    backup.write_bytes(content)
    with suppress(BackupError):
        restore(backup)
    assert describe() == before


CARD = json.dumps({"sha256": store.compute_digest(b"evil")}).encode()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"backup.json": None}, "without backup.json"),
        ({"digits.db": None}, "without digits.db"),
        ({"backup.json": b"[" * 100_000}, "backup.json of the backup is damaged"),
        ({"backup.json": b'{"format": 2, "schema": "0004"}'}, "newer digitnet"),
        ({"backup.json": b'{"format": 1, "schema": "9999"}'}, "newer digitnet"),
        ({"backup.json": b'{"format": "1"}'}, "backup.json of the backup is damaged"),
        ({"settings/autotrain.json": b"nothing"}, "autotrain.json of the backup is damaged"),
        ({"digits.db": b"no database"}, "digits in the backup are damaged"),
        ({"notes.txt": b""}, "Received also: 'notes.txt'"),
        ({"models/mine/run.py": b""}, "Received also: 'models/mine/run.py'"),
        ({"models/mine/a/card.json": b""}, "Received also: 'models/mine/a/card.json'"),
        ({"models/../card.json": b""}, "path that leads out of it"),
        ({"models/.hidden/card.json": CARD}, "cannot be called '.hidden'"),
        ({"models/active/card.json": CARD}, "cannot be called 'active'"),
        ({"models/evil/card.json": CARD}, "'evil' in the backup cannot be used: Its model.tflite is missing"),
        ({"models/mine/model.tflite": b"other"}, "'mine' in the backup cannot be used: Its network is damaged"),
        ({"models/mine/card.json": b"[" * 100_000}, "'mine' in the backup cannot be used: Its card"),
        ({"models/mine/model.keras": b"evil"}, "'mine' in the backup cannot be used: "),
    ],
)
def test_backup_of_other_content_is_refused(backup, changes, sentence):
    before = describe()
    backup.write_bytes(repack(backup, **changes))
    with pytest.raises(BackupError) as raised:
        restore(backup)
    assert sentence in str(raised.value)
    assert describe() == before


def test_backup_that_is_no_file_is_refused(tmp_path):
    with pytest.raises(BackupError, match="cannot be read"):
        restore(tmp_path)
    with pytest.raises(BackupError, match="No such file"):
        restore(tmp_path / "nosuch.zip")


def test_model_of_a_network_fits_its_check(models, data, tmp_path):
    from digitnet.paths import ROOT

    source = ROOT / "models" / "mlp"
    (models / "mlp").mkdir()
    for path in source.iterdir():
        (models / "mlp" / path.name).write_bytes(path.read_bytes())
    assert write_backup(tmp_path / "backup.zip").models == ["mlp"]
    with zipfile.ZipFile(io.BytesIO((tmp_path / "backup.zip").read_bytes())) as archive:
        assert {f"models/mlp/{path.name}" for path in source.iterdir()} <= set(archive.namelist())
