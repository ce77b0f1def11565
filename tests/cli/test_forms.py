import csv
import io
import json

import cv2
import numpy as np
import openpyxl
import pytest

from benchmarks.form_sheets import design_form, fill_form
from digitnet.cli.main import run_command
from digitnet.forms.template import load_template

VALUES = ["865", "2300", "1867", "9762", "28", "385", "7714", "524"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory, mnist):
    """A folder with an empty and a filled sheet of a form, and a picture of something else."""
    folder, design = tmp_path_factory.mktemp("forms"), design_form(3)
    filled = fill_form(design, VALUES, mnist[0], np.random.default_rng(4))
    for name, page in (("empty", design.paper), ("filled", filled)):
        cv2.imwrite(str(folder / f"{name}.png"), np.clip(page, 0, 255).astype(np.uint8)[..., ::-1])
    cv2.imwrite(str(folder / "other.png"), np.full((300, 200), 200, np.uint8))
    return folder


@pytest.fixture(scope="module")
def template(folder):
    """The file of a template that the command has made."""
    places = [(field.name, ",".join(map(str, field.box))) for field in design_form(3).fields]
    options = [option for name, box in places for option in ("--field", f"{name}={box}")]
    options += ["--expect", f"{places[0][0]}=3 digits", "--name", "Order"]
    assert run_command(["form", str(folder / "empty.png"), "--out", str(folder / "form.json"), *options]) == 0
    return str(folder / "form.json")


def test_form_makes_a_template(template, folder):
    made = load_template(folder / "form.json")
    assert made.name == "Order"
    assert [field.name for field in made.fields] == [field.name for field in design_form(3).fields]
    assert made.fields[0].expect == "3 digits"


def test_read_prints_a_line_of_csv_for_each_sheet(template, folder, capfd):
    files = [str(folder / "filled.png"), str(folder / "other.png")]
    assert run_command(["read", *files, "--template", template, "--csv", "--xlsx", str(folder / "out.xlsx")]) == 1
    captured = capfd.readouterr()
    head, line = csv.reader(io.StringIO(captured.out))
    assert head[3:-4] == [field.name for field in design_form(3).fields]
    assert line[:-4] == [files[0], "1", "1", *VALUES]
    assert "other.png: This is not the form 'Order'" in captured.err
    book = openpyxl.load_workbook(folder / "out.xlsx")
    assert [cell.value for cell in book["Forms"][2]][2:] == [int(value) for value in VALUES]


@pytest.mark.slow
def test_read_prints_fields_as_text_and_json(template, folder, capfd):
    assert run_command(["read", str(folder / "filled.png"), "--template", template]) == 0
    assert capfd.readouterr().out.splitlines()[1].startswith(f"{design_form(3).fields[0].name}: 865")
    assert run_command(["read", str(folder / "filled.png"), "--template", template, "--json"]) == 0
    [row] = json.loads(capfd.readouterr().out)["rows"]
    assert [field["text"] for field in row.values()] == VALUES


def test_filled_fields_of_the_sheet_are_said(folder, capfd):
    name, box = design_form(3).fields[0].name, ",".join(map(str, design_form(3).fields[0].box))
    options = ["--field", f"{name}={box}", "--out", str(folder / "filled.json")]
    assert run_command(["form", str(folder / "filled.png"), *options]) == 0
    assert f"Filled on this sheet: {name}. An empty sheet gives better readings." in capfd.readouterr().out


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--field", "a=1,1,50,50", "--expect", "b=5 digits"], "There is no field 'b'"),
        (["--field", "a=1,1,50,50", "--expect", "a=blue"], "Expected phrases such as"),
        ([], "Expected 1 to 200 fields"),
    ],
)
def test_wrong_form_is_said(folder, options, sentence, capfd):
    assert run_command(["form", str(folder / "empty.png"), "--out", str(folder / "wrong.json"), *options]) == 1
    assert sentence in capfd.readouterr().err


def test_field_without_a_box_is_said(folder, capfd):
    with pytest.raises(SystemExit):
        run_command(["form", str(folder / "empty.png"), "--out", "wrong.json", "--field", "1,2,3,4"])
    assert "Expected a name and a box as NAME=X0,Y0,X1,Y1" in capfd.readouterr().err


def test_decimals_of_fields_are_as_the_option_says(template, folder, capfd):
    command = ["read", str(folder / "filled.png"), "--template", template, "--json", "--decimal", "comma"]
    assert run_command(command) == 0
    [row] = json.loads(capfd.readouterr().out)["rows"]
    assert [field["value"] for field in row.values()] == [int(value) for value in VALUES]


def test_options_that_a_template_leaves_no_use_for_are_refused(template, folder, capfd):
    for option in (["--table"], ["--region", "1,1,9,9"], ["--annotate", str(folder / "out")]):
        assert run_command(["read", str(folder / "filled.png"), "--template", template, *option]) == 1
        assert "leave out options on pictures and tables" in capfd.readouterr().err
