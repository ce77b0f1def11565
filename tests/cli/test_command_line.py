import json
import subprocess
import sys

import numpy as np
import pytest

from digitnet import Reading, read
from digitnet.cli.main import run_command
from digitnet.preprocessing.images import to_png
from digitnet.reading.result import Hints
from tests.helpers.samples import SAMPLES


@pytest.fixture
def photos(tmp_path):
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "even.jpg").write_bytes((SAMPLES / "even.jpg").read_bytes())
    return tmp_path


def test_plain_output_is_the_rows_of_text(capfd):
    assert run_command(["read", str(SAMPLES / "even.jpg"), str(SAMPLES / "shadow.jpg")]) == 0
    captured = capfd.readouterr()
    assert captured.out == "2047\n1385\n96\n31415\n92653\n"
    assert captured.err == ""


def test_json_tells_good_and_bad_files_and_the_exit_code_is_1(photos, capsys):
    bad, good = str(photos / "text.png"), str(photos / "even.jpg")
    assert run_command(["read", bad, good, "--json"]) == 1
    captured = capsys.readouterr()
    first, second = (json.loads(line) for line in captured.out.splitlines())
    assert first["file"] == bad
    assert "not a picture" in first["error"]
    assert [row["text"] for row in second["rows"]] == ["2047", "1385", "96"]
    assert "text.png" in captured.err


def test_csv_has_a_header_and_a_line_for_each_row(capsys):
    assert run_command(["read", str(SAMPLES / "shadow.jpg"), "--csv"]) == 0
    header, *lines = capsys.readouterr().out.splitlines()
    assert header == "file,row,text,confidence,x0,y0,x1,y1"
    assert [line.split(",")[2] for line in lines] == ["31415", "92653"]


def test_table_has_a_line_of_cells_for_each_row(capsys):
    assert run_command(["read", str(SAMPLES / "even.jpg"), "--table"]) == 0
    assert capsys.readouterr().out == "2047\n1385\n96\n"


def test_only_the_region_is_read(capsys):
    width, height = read(SAMPLES / "even.jpg").size
    assert run_command(["read", str(SAMPLES / "even.jpg"), "--region", f"0,0,{width},{height // 3}"]) == 0
    assert capsys.readouterr().out == "2047\n"


@pytest.mark.parametrize("way", ["--light", "--no-lines", "--dark", "--lines"])
def test_picture_is_read_as_the_options_say(way, capsys, monkeypatch):
    seen = []

    def noted(rgb, classifier, hints):
        seen.append(hints)
        return Reading.empty()

    monkeypatch.setattr("digitnet.reading.pipeline.read_rgb", noted)
    assert run_command(["read", str(SAMPLES / "even.jpg"), way]) == 0
    expected = {"--light": Hints(False), "--dark": Hints(True), "--lines": Hints(lines=True)}
    assert seen == [expected.get(way, Hints(lines=False))]


def test_risk_decides_what_is_doubtful(capsys, monkeypatch):
    monkeypatch.setattr(
        "digitnet.models.classifier.Classifier.find_min_confidence", lambda self, risk: 1.1 if risk == 0.001 else 0.0
    )
    for risk, doubtful in (("0.001", True), ("0.05", False)):
        assert run_command(["read", str(SAMPLES / "even.jpg"), "--json", "--risk", risk]) == 0
        digits = json.loads(capsys.readouterr().out)["rows"][0]["digits"]
        assert {digit["doubtful"] for digit in digits} == {doubtful}


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [("--region", "1,2,3", "four whole numbers"), ("--risk", "2", "between 0 and 1"), ("--risk", "x", "between 0")],
)
def test_option_that_cannot_be_is_said(option, value, sentence, capsys):
    with pytest.raises(SystemExit):
        run_command(["read", str(SAMPLES / "even.jpg"), option, value])
    assert sentence in capsys.readouterr().err


def test_annotated_pictures_of_the_same_name_are_all_kept(photos, capsys):
    out = photos / "out"
    assert run_command(["read", str(photos / "even.jpg"), str(SAMPLES / "even.jpg"), "--annotate", str(out)]) == 0
    assert sorted(path.name for path in out.iterdir()) == ["even_read.jpg", "even_read_2.jpg"]


def test_annotation_folder_that_cannot_be_written_is_said(photos, capsys):
    assert run_command(["read", str(photos / "even.jpg"), "--annotate", str(photos / "text.png" / "x")]) == 1
    assert "cannot be saved" in capsys.readouterr().err


def test_picture_that_cannot_be_saved_keeps_its_rows(photos, capsys):
    (photos / "even_read.jpg").mkdir()
    assert run_command(["read", str(photos / "even.jpg"), "--annotate", str(photos)]) == 1
    captured = capsys.readouterr()
    assert captured.out == "2047\n1385\n96\n"
    assert "cannot be saved" in captured.err


def test_damaged_card_does_not_hide_the_other_models(models, capsys):
    for name, card in (("a", "{}"), ("b", "no card")):
        (models / name).mkdir()
        (models / name / "model.tflite").write_bytes(b"")
        (models / name / "card.json").write_text(card)
    assert run_command(["models"]) == 0
    assert capsys.readouterr().out.count("damaged or incomplete") == 2


def test_reader_that_stops_reading_is_no_error():
    command = f"{sys.executable} -m digitnet read {SAMPLES / 'even.jpg'} {SAMPLES / 'even.jpg'} | head -c 1"
    run = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert run.stdout == "2"
    assert "Traceback" not in run.stderr


def test_unknown_model_is_said(capsys):
    assert run_command(["read", str(SAMPLES / "even.jpg"), "--model", "nosuch"]) == 1
    assert "There is no model called 'nosuch'" in capsys.readouterr().err


def test_bad_setting_is_said(capsys):
    assert run_command(["train", "--recipe", "digitnet", "--epochs", "0"]) == 1
    assert "Expected epochs to be from 1 to 1000. Received: 0." in capsys.readouterr().err


def test_train_writes_a_model_that_reads(models, capsys):
    assert run_command(["train", "--recipe", "mlp-512-256", "--epochs", "1", "--limit", "500", "--name", "mine"]) == 0
    out = capsys.readouterr().out
    assert "epoch 1/1" in out
    assert "test digits right" in out
    assert run_command(["models"]) == 0
    assert "mine *" in capsys.readouterr().out
    assert run_command(["evaluate"]) == 0
    assert "10,000 test digits right" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["mine.zip", "mine.npz"])
def test_digits_go_out_and_come_in_again(name, data, tmp_path, mnist, capsys, monkeypatch):
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


def test_digits_that_cannot_go_out_or_in_are_said(data, tmp_path, capsys):
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


def test_module_runs_as_a_command():
    command = [sys.executable, "-m", "digitnet", "read", str(SAMPLES / "squared.jpg")]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout == "8128\n496\n28\n"
    assert run.stderr == ""
