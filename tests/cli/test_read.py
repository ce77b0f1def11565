import json
from pkgutil import resolve_name

import pytest

from digitnet import Reading, read
from digitnet.cli.main import run_command
from digitnet.reading.result import Hints
from tests.helpers.failures import fail_in_opencv, run_out_of_memory
from tests.helpers.samples import SAMPLES
from tests.helpers.signs import make_reading


@pytest.fixture
def photos(tmp_path):
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "even.jpg").write_bytes((SAMPLES / "even.jpg").read_bytes())
    return tmp_path


def test_plain_output_is_the_text_of_rows(capfd):
    assert run_command(["read", str(SAMPLES / "even.jpg"), str(SAMPLES / "shadow.jpg")]) == 0
    captured = capfd.readouterr()
    assert captured.out == "2047\n1385\n96\n31415\n92653\n"
    assert captured.err == ""


def test_json_of_a_bad_file_holds_its_error(photos, capsys):
    bad, good = str(photos / "text.png"), str(photos / "even.jpg")
    assert run_command(["read", bad, good, "--json"]) == 1
    captured = capsys.readouterr()
    first, second = (json.loads(line) for line in captured.out.splitlines())
    assert first["file"] == bad
    assert "not a picture" in first["error"]
    assert [row["text"] for row in second["rows"]] == ["2047", "1385", "96"]
    assert "text.png" in captured.err


@pytest.mark.parametrize("fail", [fail_in_opencv, run_out_of_memory])
@pytest.mark.parametrize(
    "place", ["preprocessing.images._load_pil", "reading.pipeline.find_ink", "reading.annotation.annotate"]
)
def test_files_after_one_that_fails_are_read(place, fail, photos, capsys, monkeypatch):
    run = resolve_name(f"digitnet.{place}")
    outcomes = [fail, run, run]
    monkeypatch.setattr(f"digitnet.{place}", lambda *values: outcomes.pop(0)(*values))
    even = str(photos / "even.jpg")
    assert run_command(["read", even, even, "--annotate", str(photos / "out")]) == 1
    captured = capsys.readouterr()
    assert captured.out == "2047\n1385\n96\n"
    assert captured.err.startswith(f"digitnet: {even}: The picture ")
    assert captured.err.count("\n") == 1


def test_csv_has_a_header_and_a_line_for_each_row(capsys):
    assert run_command(["read", str(SAMPLES / "shadow.jpg"), "--csv"]) == 0
    header, *lines = capsys.readouterr().out.splitlines()
    assert header == "file,row,text,confidence,doubtful,corrected,left_out,x0,y0,x1,y1,digits_only"
    assert [line.split(",")[2] for line in lines] == ["31415", "92653"]


def test_table_has_a_line_of_cells_for_each_row(capsys):
    assert run_command(["read", str(SAMPLES / "even.jpg"), "--table"]) == 0
    assert capsys.readouterr().out == "2047\n1385\n96\n"


@pytest.mark.parametrize(
    ("option", "value"), [([], None), (["--decimal", "point"], 1.5), (["--decimal", "comma"], None)]
)
def test_signs_and_values_are_printed(option, value, capsys, monkeypatch):
    monkeypatch.setattr("digitnet.reading.pipeline.read_rgb", lambda *_, **__: make_reading("1.5 12/05"))
    files = ["read", str(SAMPLES / "even.jpg")]
    assert run_command([*files, *option]) == 0
    assert capsys.readouterr().out == "1.5 12/05\n"
    assert run_command([*files, "--table", *option]) == 0
    assert capsys.readouterr().out == "1.5,12/05\n"
    assert run_command([*files, "--json", *option]) == 0
    numbers = json.loads(capsys.readouterr().out)["rows"][0]["numbers"]
    assert [number.get("value") for number in numbers] == [value, None]
    assert ("value" in numbers[0]) == bool(option)


def test_only_the_region_is_read(capsys):
    width, height = read(SAMPLES / "even.jpg").size
    assert run_command(["read", str(SAMPLES / "even.jpg"), "--region", f"0,0,{width},{height // 3}"]) == 0
    assert capsys.readouterr().out == "2047\n"


@pytest.mark.parametrize("option", ["--light", "--no-lines", "--dark", "--lines"])
def test_options_become_hints(option, capsys, monkeypatch):
    received = []

    def record_hints(rgb, classifier, hints):
        received.append(hints)
        return Reading.empty()

    monkeypatch.setattr("digitnet.reading.pipeline.read_rgb", record_hints)
    assert run_command(["read", str(SAMPLES / "even.jpg"), option]) == 0
    expected = {"--light": Hints(False), "--dark": Hints(True), "--lines": Hints(lines=True)}
    assert received == [expected.get(option, Hints(lines=False))]


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
def test_invalid_option_is_explained(option, value, sentence, capsys):
    with pytest.raises(SystemExit):
        run_command(["read", str(SAMPLES / "even.jpg"), option, value])
    assert sentence in capsys.readouterr().err


def test_annotated_pictures_of_one_name_are_all_saved(photos, capsys):
    out = photos / "out"
    assert run_command(["read", str(photos / "even.jpg"), str(SAMPLES / "even.jpg"), "--annotate", str(out)]) == 0
    assert sorted(path.name for path in out.iterdir()) == ["even_read.jpg", "even_read_2.jpg"]


def test_unwritable_annotation_folder_is_explained(photos, capsys):
    assert run_command(["read", str(photos / "even.jpg"), "--annotate", str(photos / "text.png" / "x")]) == 1
    assert "cannot be saved" in capsys.readouterr().err


def test_rows_are_printed_if_a_picture_cannot_be_saved(photos, capsys):
    (photos / "even_read.jpg").mkdir()
    assert run_command(["read", str(photos / "even.jpg"), "--annotate", str(photos)]) == 1
    captured = capsys.readouterr()
    assert captured.out == "2047\n1385\n96\n"
    assert "cannot be saved" in captured.err


def test_unknown_model_is_explained(capsys):
    assert run_command(["read", str(SAMPLES / "even.jpg"), "--model", "nosuch"]) == 1
    assert "There is no model called 'nosuch'" in capsys.readouterr().err
