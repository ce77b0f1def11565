import sys

import pytest

from digitnet.cli.main import run_command
from digitnet.collection.collection import Collection
from digitnet.models import store
from tests.helpers.cards import save_model
from tests.helpers.user_digits import make_sample


@pytest.fixture
def backup(models, data, tmp_path, capsys):
    save_model("mine", b"mine")
    with Collection.open() as collection:
        collection.add([make_sample(1)])
    file = tmp_path / "backup.zip"
    assert run_command(["backup", str(file)]) == 0
    assert capsys.readouterr().out == f"In {file}: 1 digit and 1 model\n"
    save_model("mine", b"trained on")
    return str(file)


def answer(monkeypatch, text):
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda question: print(question, end="") or text)


@pytest.mark.parametrize(("text", "network"), [("y", b"mine"), ("", b"trained on"), ("no", b"trained on")])
def test_restore_over_something_asks(backup, text, network, monkeypatch, capsys):
    answer(monkeypatch, text)
    assert run_command(["restore", backup]) == int(network != b"mine")
    assert capsys.readouterr().out.startswith("This replaces 1 digit, the model mine. Go on? [y/N] ")
    assert store.load_tflite("mine") == network


def test_script_has_to_say_yes(backup, data, capsys):
    assert run_command(["restore", backup]) == 1
    assert "This replaces 1 digit, the model mine. Add --yes to go on." in capsys.readouterr().err
    assert store.load_tflite("mine") == b"trained on"
    assert run_command(["restore", backup, "--yes"]) == 0
    assert store.load_tflite("mine") == b"mine"
    out = capsys.readouterr().out.splitlines()
    assert out[-1] == "Restored: 1 digit and 1 model"
    [kept] = data.glob("before-restore-*.zip")
    assert out[0] == f"The state before is in {kept}"
    assert run_command(["restore", str(kept), "--yes"]) == 0
    assert store.load_tflite("mine") == b"trained on"


def test_damaged_model_is_said(models, data, tmp_path, capsys):
    save_model("mine")
    (models / "mine" / store.TFLITE_FILE).write_bytes(b"damaged")
    assert run_command(["backup", str(tmp_path / "backup.zip")]) == 1
    captured = capsys.readouterr()
    assert captured.err == (
        "digitnet: the model mine was left out: Its network is damaged: it is not the one that its card names.\n"
    )
    assert captured.out.endswith("backup.zip: no digits and no models\n")


def test_failed_commands_are_explained(models, data, tmp_path, capsys):
    (tmp_path / "other.zip").write_bytes(b"no zip file")
    assert run_command(["backup", str(tmp_path / "nosuch" / "backup.zip")]) == 1
    assert run_command(["backup", str(tmp_path)]) == 1
    assert run_command(["restore", str(tmp_path / "other.zip"), "--yes"]) == 1
    errors = capsys.readouterr().err.splitlines()
    assert len(errors) == 3
    assert "backup.zip': No such file or directory." in errors[0]
    assert "cannot be saved as" in errors[1]
    assert errors[2] == "digitnet: The file is no zip file, or it is damaged; download it again."
