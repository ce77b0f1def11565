import csv
import io
import json
import os
import shutil
import threading
from pkgutil import resolve_name

import numpy as np
import openpyxl
import pytest
from PIL import Image, TiffImagePlugin

from digitnet import Reading, read
from digitnet.cli.main import run_command
from digitnet.documents.tiff import list_pages
from digitnet.preprocessing.images import load
from digitnet.reading.hints import Hints
from tests.helpers.document_files import WHITE, encode, make_gray
from tests.helpers.failures import fail_in_opencv, run_out_of_memory
from tests.helpers.samples import BLANK, SAMPLES
from tests.helpers.signs import make_reading


@pytest.fixture
def photos(tmp_path):
    (tmp_path / "text.png").write_text("no picture")
    (tmp_path / "even.jpg").write_bytes((SAMPLES / "even.jpg").read_bytes())
    return tmp_path


def test_plain_output_is_the_text_of_rows(capfd):
    assert run_command(["read", str(SAMPLES / "even.jpg"), str(SAMPLES / "shadow.jpg")]) == 0
    captured = capfd.readouterr()
    even, shadow = SAMPLES / "even.jpg", SAMPLES / "shadow.jpg"
    assert captured.out == f"{even}:\n2047\n1385\n96\n{shadow}:\n31415\n92653\n"
    assert captured.err == ""


def test_file_without_digits_is_said(tmp_path, capfd):
    blank = tmp_path / "blank.png"
    blank.write_bytes(BLANK[1])
    for form in ([], ["--table"]):
        assert run_command(["read", str(blank), *form]) == 0
        captured = capfd.readouterr()
        assert (captured.out, captured.err) == ("", f"digitnet: {blank}: No digits were found.\n")
    assert run_command(["read", str(blank), "--json"]) == 0
    assert capfd.readouterr().err == ""


def test_only_file_of_a_folder_is_not_named(tmp_path, capfd):
    shutil.copy(SAMPLES / "even.jpg", tmp_path)
    assert run_command(["read", str(tmp_path)]) == 0
    assert capfd.readouterr().out == "2047\n1385\n96\n"
    shutil.copy(SAMPLES / "shadow.jpg", tmp_path)
    assert run_command(["read", str(tmp_path)]) == 0
    assert capfd.readouterr().out.startswith(f"{tmp_path / 'even.jpg'}:\n2047\n")


def test_errors_of_a_damaged_fax_are_sentences_alone(tmp_path, capfd):
    picture = Image.new("1", (90, 60), 1)
    picture.paste(0, (40, 15, 45, 45))
    fax = encode([picture], "TIFF", compression="group4")
    tags = Image.open(io.BytesIO(fax)).tag_v2
    [start], [count] = tags[TiffImagePlugin.STRIPOFFSETS], tags[TiffImagePlugin.STRIPBYTECOUNTS]
    (tmp_path / "fax.tif").write_bytes(fax[: start + 2] + b"\x55" * (count - 2) + fax[start + count :])
    assert run_command(["read", "--json", str(tmp_path / "fax.tif")]) in (0, 1)
    captured = capfd.readouterr()
    assert len(captured.out.splitlines()) == 1
    assert [line for line in captured.err.splitlines() if not line.startswith("digitnet: ")] == []


def test_workbook_has_the_numbers_and_the_errors(photos, capfd):
    bad, good, file = str(photos / "text.png"), str(photos / "even.jpg"), photos / "numbers.xlsx"
    assert run_command(["read", bad, good, "--xlsx", str(file)]) == 1
    book = openpyxl.load_workbook(file)
    assert [cell.value for cell in book.worksheets[0]["A"]] == [2047, 1385, 96]
    assert len(book["All numbers"]._images) == 3
    assert "not a picture" in book["Files"]["F2"].value
    assert capfd.readouterr().out == f"{good}:\n2047\n1385\n96\n"


def test_workbook_that_cannot_be_saved_is_said(photos, capfd):
    file = photos / "nosuch" / "numbers.xlsx"
    assert run_command(["read", str(photos / "even.jpg"), "--xlsx", str(file)]) == 1
    assert f"The workbook cannot be saved as {str(file)!r}" in capfd.readouterr().err


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
    "place", ["preprocessing.images._load_pil", "reading.ink_reader.find_ink", "reading.annotation.annotate"]
)
def test_files_after_one_that_fails_are_read(place, fail, photos, capsys, monkeypatch):
    run = resolve_name(f"digitnet.{place}")
    outcomes = [fail, run, run]
    monkeypatch.setattr(f"digitnet.{place}", lambda *values: outcomes.pop(0)(*values))
    even = str(photos / "even.jpg")
    assert run_command(["read", even, even, "--annotate", str(photos / "out")]) == 1
    captured = capsys.readouterr()
    assert captured.out == f"{even}:\n2047\n1385\n96\n"
    assert captured.err.startswith(f"digitnet: {even}: The picture ")
    assert captured.err.count("\n") == 1


def test_csv_has_a_header_and_a_line_for_each_row(capsys):
    assert run_command(["read", str(SAMPLES / "shadow.jpg"), "--csv"]) == 0
    header, *lines = capsys.readouterr().out.splitlines()
    assert header == "file,row,text,confidence,doubtful,corrected,left_out,x0,y0,x1,y1,digits_only,columns"
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


OPTIONS = {
    "--light": Hints(False),
    "--dark": Hints(True),
    "--lines": Hints(lines=True),
    "--no-lines": Hints(lines=False),
    "--turn=90": Hints(turn=90),
    "--everything": Hints(sheets=False),
    "--outline=0,1,20,1,20,30,0,30": Hints(outlines=(((0, 1), (20, 1), (20, 30), (0, 30)),)),
    "--grid=4,0,4,99": Hints(grid=((4, 0, 4, 99),)),
    "--no-grid": Hints(grid=()),
}


@pytest.mark.parametrize("option", OPTIONS)
def test_options_become_hints(option, capsys, monkeypatch):
    received = []

    def record_hints(rgb, classifier, hints):
        received.append(hints)
        return Reading.empty()

    monkeypatch.setattr("digitnet.reading.pipeline.read_rgb", record_hints)
    assert run_command(["read", str(SAMPLES / "even.jpg"), option]) == 0
    assert received == [OPTIONS[option]]


def test_corners_that_enclose_nothing_are_explained(capsys):
    assert run_command(["read", str(SAMPLES / "even.jpg"), "--outline", "0,0,9,9,0,9,9,0"]) == 1
    assert capsys.readouterr().err.startswith("digitnet: The corners enclose no sheet.")


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
    [
        ("--region", "1,2,3", "four whole numbers"),
        ("--outline", "1,2,3,4,5,6", "corners of a sheet"),
        ("--grid", "1,2", "four whole numbers"),
        ("--risk", "2", "between 0 and 1"),
        ("--risk", "x", "between 0"),
        ("--pages", "3-1", "1-3,7"),
    ],
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


@pytest.fixture
def scan(tmp_path):
    """A TIFF of three pages, of which the second is blank and the third is damaged."""
    with Image.open(SAMPLES / "shadow.jpg") as picture:
        content = encode([picture, make_gray(WHITE), make_gray(WHITE)], "TIFF")
    (tmp_path / "scan.tif").write_bytes(content[: list_pages(content)[2]])
    return str(tmp_path / "scan.tif")


def test_text_of_several_pages_names_them(scan, capsys):
    assert run_command(["read", scan, str(SAMPLES / "even.jpg")]) == 1
    captured = capsys.readouterr()
    even = SAMPLES / "even.jpg"
    assert captured.out == f"{scan}, page 1:\n31415\n92653\n{scan}, page 2:\n{even}:\n2047\n1385\n96\n"
    blank, damaged = captured.err.splitlines()
    assert blank == f"digitnet: {scan}, page 2: No digits were found."
    assert damaged.startswith(f"digitnet: {scan}, page 3: The ")


def test_json_has_a_line_for_each_page(scan, capsys):
    assert run_command(["read", scan, str(SAMPLES / "even.jpg"), "--json"]) == 1
    entries = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(entry["file"], entry.get("page"), entry.get("pages")) for entry in entries] == [
        (scan, 1, 3),
        (scan, 2, 3),
        (scan, 3, 3),
        (str(SAMPLES / "even.jpg"), None, None),
    ]
    assert ["error" in entry for entry in entries] == [False, False, True, False]


def test_csv_and_table_name_the_pages(scan, capsys):
    even = str(SAMPLES / "even.jpg")
    run_command(["read", scan, even, "--csv"])
    header, *lines = csv.reader(io.StringIO(capsys.readouterr().out))
    assert header[-1] == "page"
    assert [(line[0], line[-1], line[2]) for line in lines] == [
        (scan, "1", "31415"),
        (scan, "1", "92653"),
        (scan, "2", ""),
        (even, "", "2047"),
        (even, "", "1385"),
        (even, "", "96"),
    ]
    run_command(["read", scan, "--table"])
    assert capsys.readouterr().out == f'"{scan}, page 1",31415\n"{scan}, page 1",92653\n'


def test_chosen_pages_are_read(scan, capsys):
    assert run_command(["read", scan, "--pages", "2,1-1"]) == 0
    assert capsys.readouterr().out == f"{scan}, page 2:\n{scan}, page 1:\n31415\n92653\n"
    assert run_command(["read", scan, "--pages", "2-9"]) == 1
    assert "has 3 pages; there is no page 4" in capsys.readouterr().err


def test_annotated_pages_are_all_saved(scan, tmp_path, capsys):
    run_command(["read", scan, scan, "--annotate", str(tmp_path / "out")])
    names = ["scan_page_1_read.jpg", "scan_page_1_read_2.jpg", "scan_page_2_read.jpg", "scan_page_2_read_2.jpg"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == names


def test_page_that_cannot_be_drawn_leaves_the_others(scan, tmp_path, capsys, monkeypatch):
    outcomes = [fail_in_opencv, lambda image, reading: image]
    monkeypatch.setattr("digitnet.reading.annotation.annotate", lambda *values: outcomes.pop(0)(*values))
    assert run_command(["read", scan, "--pages", "1,2", "--annotate", str(tmp_path / "out")]) == 1
    captured = capsys.readouterr()
    assert captured.out == f"{scan}, page 2:\n"
    assert captured.err.startswith(f"digitnet: {scan}, page 1: The picture ")


def test_frame_of_an_animation_is_said(tmp_path, capsys):
    path = tmp_path / "moving.gif"
    path.write_bytes(encode([make_gray(WHITE), make_gray(0)], "GIF"))
    assert run_command(["read", str(path), "--json"]) == 0
    captured = capsys.readouterr()
    note = "This is an animation of 2 frames: frame 1 was read, because all are blank."
    assert json.loads(captured.out)["note"] == note
    assert captured.err == f"digitnet: {path}: {note}\n"


def test_annotated_picture_of_70_000_pixels_is_saved(tmp_path, capsys):
    Image.new("L", (70_000, 30), 255).save(tmp_path / "long.png")
    assert run_command(["read", str(tmp_path / "long.png"), "--annotate", str(tmp_path)]) == 0
    assert load(tmp_path / "long_read.jpg").shape == (28, 65_500, 3)


def test_csv_of_a_file_named_like_a_formula_is_none(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    shutil.copy(SAMPLES / "shadow.jpg", "=1+1.jpg")
    assert run_command(["read", "=1+1.jpg", "--csv"]) == 0
    _, *lines = csv.reader(io.StringIO(capsys.readouterr().out))
    assert {line[0] for line in lines} == {"'=1+1.jpg"}


def test_name_of_a_file_forges_no_line(tmp_path, capsys):
    (tmp_path / "a\nb\033[31m.jpg").write_bytes(b"no picture")
    assert run_command(["read", str(tmp_path / "a\nb\033[31m.jpg")]) == 1
    assert f"{tmp_path}/a\\nb\\x1b[31m.jpg: The file is not a picture" in capsys.readouterr().err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="There are no named pipes.")
def test_pipe_without_a_writer_is_empty(tmp_path, capsys):
    os.mkfifo(tmp_path / "pipe")
    assert run_command(["read", str(tmp_path / "pipe")]) == 1
    assert "The file is empty (0 bytes)." in capsys.readouterr().err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="There are no named pipes.")
def test_picture_from_a_pipe_is_read(tmp_path, capsys):
    os.mkfifo(tmp_path / "pipe")
    content = (SAMPLES / "even.jpg").read_bytes()
    # A command before the bar is often slower than this one.
    writer = threading.Timer(0.3, (tmp_path / "pipe").write_bytes, [content])
    writer.daemon = True
    writer.start()
    assert run_command(["read", str(tmp_path / "pipe")]) == 0
    writer.join()
    assert capsys.readouterr().out == "2047\n1385\n96\n"


def test_turned_picture_is_said_on_stderr(paper, tmp_path, capsys):
    path = tmp_path / "turned.png"
    Image.fromarray(np.rot90(paper().number("20475").gray(), 2)).save(path)
    assert run_command(["read", str(path)]) == 0
    output = capsys.readouterr()
    assert output.out == "20475\n"
    assert "turned clockwise by 180°" in output.err


def test_annotated_picture_is_upright(paper, tmp_path, capsys):
    gray = paper().number("20475").gray()
    Image.fromarray(np.rot90(gray, 1)).save(tmp_path / "turned.png")
    assert run_command(["read", str(tmp_path / "turned.png"), "--annotate", str(tmp_path)]) == 0
    assert load(tmp_path / "turned_read.jpg").shape[:2] == gray.shape


def test_expected_numbers_are_marked_where_they_do_not_fit(capfd):
    assert run_command(["read", str(SAMPLES / "even.jpg"), "--expect", "4 digits", "--json"]) == 0
    captured = capfd.readouterr()
    entry = json.loads(captured.out)
    numbers = [number for row in entry["rows"] for number in row["numbers"]]
    assert captured.err.endswith("even.jpg: Not as expected (4 digits): 96.\n")
    assert entry["expect"] == "4 digits"
    assert [(number["text"], number["fits"]) for number in numbers] == [("2047", True), ("1385", True), ("96", False)]
    assert all(digit["doubtful"] for digit in entry["rows"][2]["digits"])


def test_phrase_that_is_not_understood_is_said(capfd):
    with pytest.raises(SystemExit):
        run_command(["read", str(SAMPLES / "shadow.jpg"), "--expect", "five digits"])
    assert 'Expected phrases such as "5 digits"' in capfd.readouterr().err
