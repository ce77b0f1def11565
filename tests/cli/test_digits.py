import numpy as np
import pytest

from digitnet.access.callers import acting_as
from digitnet.cli.main import run_command
from digitnet.collection.collection import Collection
from digitnet.preprocessing.images import to_png
from tests.helpers.callers import ANN, GUEST, agree
from tests.helpers.user_digits import make_sample, make_stored_string


@pytest.mark.parametrize("name", ["mine.zip", "mine.npz"])
def test_exported_digits_can_be_imported(name, data, tmp_path, mnist, capsys, monkeypatch):
    folder = tmp_path / "pictures"
    for number, label in enumerate(mnist[1].labels[:6]):
        (folder / str(label)).mkdir(parents=True, exist_ok=True)
        (folder / str(label) / f"{number}.png").write_bytes(to_png(mnist[1].images[number]))
    (folder / "readme.txt").write_text("no picture")
    assert run_command(["digits", "import", str(folder), "--writer", "Ann"]) == 0
    captured = capsys.readouterr()
    assert captured.out.endswith("6 new, 0 with another label or writer now, 0 known\n")
    assert "readme.txt: Expected a picture in a folder named by its label" in captured.err
    assert run_command(["digits", "export", str(tmp_path / name)]) == 0
    monkeypatch.setenv("DIGITNET_DATA", str(tmp_path / "other"))
    assert run_command(["digits", "import", str(tmp_path / name), "--dry-run"]) == 0
    assert not (tmp_path / "other").exists()
    assert run_command(["digits", "import", str(tmp_path / name)]) == 0
    capsys.readouterr()
    assert run_command(["digits"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert [int(line.split()[-1]) for line in out[:-2]] == np.bincount(mnist[1].labels[:6], minlength=10).tolist()
    assert out[-1].split() == ["all", "6", "by", "Ann"]


@pytest.mark.parametrize("name", ["mine.zip", "mine.npz"])
def test_exported_rows_can_be_imported(name, data, tmp_path, capsys, monkeypatch):
    with Collection.open() as collection:
        collection.add([], [make_stored_string(1), make_stored_string(2, deleted=True)])
    assert run_command(["digits", "export", str(tmp_path / name)]) == 0
    assert capsys.readouterr().out.startswith("0 digits and 2 rows, deleted ones included, are in")
    monkeypatch.setenv("DIGITNET_DATA", str(tmp_path / "other"))
    for stored, known in ((2, 0), (0, 2)):
        assert run_command(["digits", "import", str(tmp_path / name)]) == 0
        out = capsys.readouterr().out.splitlines()
        assert out[0] == "0 digits and 2 rows understood, 0 pictures left out"
        assert out[-1] == f"{stored} rows new or with another text now, {known} known"
    assert run_command(["digits"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].split() == ["rows", "1"]


def test_failed_export_and_import_are_explained(data, tmp_path, capsys):
    assert run_command(["digits", "export", str(tmp_path / "mine.tar")]) == 1
    assert run_command(["digits", "export", str(tmp_path / "nosuch" / "mine.zip")]) == 1
    assert run_command(["digits", "import", str(tmp_path / "nosuch.zip")]) == 1
    (tmp_path / "empty.zip").write_bytes(b"no zip file")
    assert run_command(["digits", "import", str(tmp_path / "empty.zip")]) == 1
    errors = capsys.readouterr().err
    for sentence in (
        "name of a .zip or .npz file. Received: 'mine.tar'",
        "mine.zip': No such",
        "nosuch.zip' cannot be",
    ):
        assert sentence in errors


@pytest.fixture
def shared(data):
    """Fill the collection with a digit of the owner, two of Ann, and three of a browser."""
    with Collection.open() as collection:
        collection.add([make_sample(1)])
        agree(collection, "ann", "guest")
        for caller, numbers in ((ANN, [1, 2]), (GUEST, [1, 2, 3])):
            with acting_as(caller):
                collection.add([make_sample(number) for number in numbers], [make_stored_string(1)])
        yield collection


def test_accounts_are_listed_with_what_is_kept_of_them(shared, capsys):
    assert run_command(["digits", "accounts"]) == 0
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["1", "digits", "0", "rows", "0", "batches", "0", "templates", "(the", "owner)"],
        ["2", "digits", "1", "rows", "0", "batches", "0", "templates", ANN.account],
        ["3", "digits", "1", "rows", "0", "batches", "0", "templates", GUEST.account],
    ]


def test_account_is_deleted_after_a_question(shared, models, capsys, monkeypatch):
    answers = iter("nxy")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda question: next(answers))
    for expected in (1, 1, 0):
        assert shared.count(accounts=[ANN.account]) == 2
        assert run_command(["digits", "delete", "--account", ANN.account]) == expected
    assert "Deleted: 2 digits, 1 row\n" in capsys.readouterr().out
    assert shared.count(accounts=[ANN.account], deleted=None) == 0
    assert shared.count(deleted=None) == 4


def test_account_is_not_deleted_without_an_answer(shared, models, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False)
    assert run_command(["digits", "delete", "--account", ANN.account]) == 1
    assert "This deletes 2 digits, 1 row of ann@class.example for good. Add --yes" in capsys.readouterr().err
    assert shared.count(accounts=[ANN.account]) == 2
    assert run_command(["digits", "delete", "--account", "", "--yes"]) == 0
    assert list(shared.count_by_account()) == [ANN.account, GUEST.account]
