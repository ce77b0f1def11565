import os
import subprocess
import sys
import threading
import time

import pytest

from digitnet.models import active, creation, store
from digitnet.models.creation import recover_models
from digitnet.paths import ROOT
from tests.helpers.cards import save_model

# A process that is killed after so many renames of a folder, or while it fills the new one.
_KILLED = """
import os, signal, sys
from digitnet.models import creation
from tests.helpers.cards import save_model

replace, left = os.replace, [int(sys.argv[1])]

def count(source, target):
    if os.path.isdir(source) and not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= os.path.isdir(source)
    replace(source, target)

creation.os.replace = count
save_model("mine", b"new")
"""


def save_and_die(renames):
    process = subprocess.run([sys.executable, "-c", _KILLED, str(renames)], cwd=ROOT, check=False)
    assert process.returncode == -9


def test_creation_that_fails_half_way_leaves_no_trace(models):
    def write_half():
        with creation.create_model("mine") as folder:
            (folder / store.TFLITE_FILE).write_bytes(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write_half()
    assert list(models.iterdir()) == []


def test_new_model_replaces_one_of_the_same_name(models):
    save_model("mine", b"old")
    save_model("mine", b"new")
    assert store.load_tflite("mine") == b"new"
    assert [path.name for path in models.iterdir()] == ["mine"]


def test_failed_replacement_keeps_the_old_model(models):
    save_model("mine", b"old")
    with pytest.raises(RuntimeError), creation.create_model("mine"):
        raise RuntimeError
    assert store.load_tflite("mine") == b"old"


def test_kill_between_renames_loses_no_model(models):
    save_model("mine", b"old")
    active.activate("mine")
    save_and_die(renames=1)
    assert store.list_models() == []
    recover_models(models)
    assert store.load_tflite("mine") == b"new"
    assert active.get_active_model() == "mine"
    assert sorted(path.name for path in models.iterdir()) == [store.ACTIVE_FILE, "mine"]


def test_kill_before_the_first_rename_keeps_the_old_model(models):
    save_model("mine", b"old")
    save_and_die(renames=0)
    assert len(list(models.iterdir())) == 2
    recover_models(models)
    assert store.load_tflite("mine") == b"old"
    assert [path.name for path in models.iterdir()] == ["mine"]


def test_next_model_removes_leftovers(models):
    save_and_die(renames=0)
    save_model("yours")
    assert [path.name for path in models.iterdir()] == ["yours"]


def test_model_under_way_is_left_alone(models):
    with creation.create_model("mine") as folder:
        (folder / store.CARD_FILE).write_text("{}")
        recover_models(models)
        assert (folder / store.CARD_FILE).read_text() == "{}"


def test_leftovers_of_older_versions_are_recovered_after_an_hour(models):
    save_model("mine", b"old")
    work = models / ".mine-ab12_x9z"
    work.mkdir()
    os.replace(models / "mine", work / "old")
    (models / ".mine-deleted").mkdir()
    part = models / f".{store.ACTIVE_FILE}-{'0' * 32}"
    part.touch()
    recover_models(models)
    assert sorted(path.name for path in models.iterdir()) == sorted([work.name, part.name])
    for path in (work, part):
        os.utime(path, (time.time() - 7200,) * 2)
    recover_models(models)
    assert store.load_tflite("mine") == b"old"
    assert [path.name for path in models.iterdir()] == ["mine"]


def test_failed_swap_puts_the_old_model_back(models, monkeypatch):
    save_model("mine", b"old")
    replace = os.replace

    def refuse(source, target):
        if source.name == "new":
            raise OSError(28, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(creation.os, "replace", refuse)
    with pytest.raises(OSError, match="No space"):
        save_model("mine", b"new")
    assert store.load_tflite("mine") == b"old"


def test_models_of_one_name_made_at_once_replace_each_other(models):
    errors = []

    def make():
        try:
            for number in range(20):
                save_model("mine", b"%d" % number)
        except OSError as error:
            errors.append(error)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert store.load_tflite("mine") == b"19"
    assert [path.name for path in models.iterdir()] == ["mine"]
