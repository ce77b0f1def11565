import csv
import shutil
import signal
import subprocess
import sys
import time

import pyarrow.dataset
import pytest

from digitnet import read
from digitnet.cli.main import run_command
from digitnet.paths import ROOT
from tests.helpers.samples import SAMPLES

TEXTS = {"even.jpg": ["2047", "1385", "96"], "shadow.jpg": ["31415", "92653"]}


@pytest.fixture
def scans(tmp_path):
    """A folder of two photos and a file that is no picture."""
    folder = tmp_path / "scans"
    folder.mkdir()
    for name in TEXTS:
        shutil.copy(SAMPLES / name, folder / name)
    (folder / "bad.png").write_text("no picture")
    return folder


def list_texts(out):
    """Return the texts of each file in a folder of results, as any reader of Parquet finds them."""
    texts = {}
    for row in pyarrow.dataset.dataset(out).to_table().to_pylist():
        texts.setdefault(row["file"], []).append(row["text"])
    return texts


@pytest.mark.slow
def test_archive_is_read_to_parquet_and_csv(scans, tmp_path, capfd):
    out, table = tmp_path / "out", tmp_path / "all.csv"
    command = ["read-many", str(scans), "--out", str(out), "--csv", str(table)]
    assert run_command(command) == 1
    captured = capfd.readouterr()
    assert captured.out == f"3 files are read, 1 with errors. Results: {out}\n"
    assert captured.err.startswith("3 of 3 files (100%), 1 with errors, ")
    assert captured.err.count("\n") == 1
    assert list_texts(out) == TEXTS | {"bad.png": [None]}
    with table.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted(row["text"] for row in rows if row["file"] == "even.jpg") == sorted(TEXTS["even.jpg"])
    assert [row["error"][:27] for row in rows if row["error"]] == ["The file is not a picture t"]
    assert run_command(command) == 1
    assert capfd.readouterr().err == "3 of 3 files (100%), 1 with errors\n"


@pytest.mark.slow
def test_files_of_a_dead_server_are_counted_and_the_others_are_read(scans, tmp_path, capfd, monkeypatch):
    monkeypatch.setattr("digitnet.archive.patience.PATIENCE_SECONDS", 0.0)
    dead = [f"http://127.0.0.1:9/{name}" for name in ("a.png", "b.zip")]
    (scans / "list.csv").write_text("\n".join(["Scan", *dead, *TEXTS]))
    out = tmp_path / "out"
    assert run_command(["read-many", str(scans / "list.csv"), "--out", str(out), "--workers", "1"]) == 1
    captured = capfd.readouterr()
    assert captured.out == f"2 files are read, 0 with errors. Results: {out}\n"
    last = captured.err.splitlines()[-1]
    assert last.startswith("127.0.0.1:9: 2 files were not read, the server does not answer (")
    assert last.endswith("; run the same command again.")
    assert list_texts(out) == TEXTS


def test_csv_file_among_the_results_is_refused_before_anything_is_read(scans, tmp_path, capsys):
    out = tmp_path / "out"
    assert run_command(["read-many", str(scans), "--out", str(out), "--csv", str(out / "all.csv")]) == 1
    assert "lies in the folder of the results" in capsys.readouterr().err
    assert not out.exists()


def test_other_settings_are_refused_with_a_sentence(scans, tmp_path, capsys):
    command = ["read-many", str(scans / "even.jpg"), "--out", str(tmp_path / "out")]
    assert run_command(command) == 0
    assert run_command([*command, "--expect", "4 digits"]) == 1
    error = capsys.readouterr().err.splitlines()[-1]
    assert error.startswith(f"digitnet: The results in '{tmp_path}/out' were read with another knowledge of the")


@pytest.mark.slow
def test_first_interrupt_finishes_what_runs_and_the_next_start_goes_on(scans, tmp_path):
    for number in range(40):
        shutil.copy(SAMPLES / "even.jpg", scans / f"{number}.jpg")
    out = tmp_path / "out"
    command = [sys.executable, "-m", "digitnet", "read-many", str(scans), "--out", str(out), "--workers", "1"]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    while not (out / "_settings.json").exists():
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 130
    assert "Finishing what is being read" in errors
    assert errors.endswith(f"Stopped. What is read is in {out}; run the same command again to go on.\n")
    stopped = list_texts(out) if any(out.glob("*.parquet")) else {}
    assert len(stopped) < 43
    (scans / "bad.png").unlink()
    for number in range(3, 40):
        (scans / f"{number}.jpg").unlink()
    assert run_command(command[3:]) == int("bad.png" in stopped)
    expected = {f"{number}.jpg": TEXTS["even.jpg"] for number in range(3)} | TEXTS
    found = list_texts(out)
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(("module", "lack"), [("pyarrow", "needs pyarrow and fsspec"), ("ray", "--ray needs Ray")])
def test_missing_packages_are_named(module, lack, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, module, None)
    assert run_command(["read-many", "scans", "--out", "out", "--ray", "local"]) == 1
    assert f"{lack}; install with: pip install -r requirements-cluster.txt\n" in capsys.readouterr().err


def test_template_and_hints_exclude_each_other(tmp_path, capsys):
    command = ["read-many", str(SAMPLES), "--out", str(tmp_path), "--template", "form.json", "--turn", "90"]
    assert run_command(command) == 1
    assert "With --template the fields of a form are read" in capsys.readouterr().err


@pytest.mark.parametrize("option", [("--workers", "0"), ("--risk", "2"), ("--expect", "nonsense")])
def test_wrong_option_is_explained(option, tmp_path, capsys):
    with pytest.raises(SystemExit):
        run_command(["read-many", str(SAMPLES), "--out", str(tmp_path), *option])
    assert option[1] in capsys.readouterr().err


def test_source_that_does_not_exist_is_a_sentence(tmp_path, capsys):
    assert run_command(["read-many", str(tmp_path / "none"), "--out", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err == f"digitnet: There is no file or folder '{tmp_path}/none'.\n"


def test_texts_are_those_of_read():
    assert {name: read(SAMPLES / name).row_texts for name in TEXTS} == TEXTS
