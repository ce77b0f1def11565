import csv
import io
import json

import cv2
import pytest

from digitnet.cli.main import run_command


@pytest.fixture
def folder(paper, tmp_path):
    """Two pictures with their numbers, one of which is wrong, and a line that is none."""
    for name, text in (("a.png", "2047"), ("b.png", "165")):
        cv2.imwrite(str(tmp_path / name), paper().number(text).gray())
    (tmp_path / "labels.csv").write_text("file,number\na.png,2047\nb.png,185\nc.png,1\n")
    return tmp_path


def test_folder_is_scored_by_two_models(folder, capfd):
    errors = folder / "wrong.png"
    assert run_command(["score", str(folder), "--model", "cnn", "--model", "mlp", "--errors", str(errors)]) == 1
    captured = capfd.readouterr()
    head, exact, *_, sides = captured.out.splitlines()
    assert head.split() == ["cnn", "mlp"]
    assert exact.startswith("exactly right")
    assert "50.0% (1 of 2)" in exact
    assert sides == "Right only with cnn: 0. Right only with mlp: 0."
    assert captured.err == f"digitnet: {folder}: 1 file is named in labels.csv but not there: c.png.\n"
    assert errors.stat().st_size > 1000


def test_results_are_printed_as_csv_and_json(folder, capfd):
    (folder / "labels.csv").write_text("file,number\na.png,2047\nb.png,185\n")
    assert run_command(["score", str(folder), "--csv"]) == 0
    lines = list(csv.DictReader(io.StringIO(capfd.readouterr().out)))
    assert [(line["file"], line["read"], line["exact"]) for line in lines] == [
        ("a.png", "2047", "1"),
        ("b.png", "165", "0"),
    ]
    assert run_command(["score", str(folder), "--json", "--expect", "one of 185 2047"]) == 0
    (model,) = json.loads(capfd.readouterr().out)
    assert (model["exact"], model["accepted"]) == (1, 1)  # 165 is not as expected.


def test_pictures_may_be_named_by_what_they_hold(folder, capfd):
    (folder / "labels.csv").unlink()
    (folder / "a.png").rename(folder / "2047_1.png")
    (folder / "b.png").rename(folder / "135.png")
    assert run_command(["score", str(folder)]) == 0
    assert capfd.readouterr().out.splitlines()[-1].startswith("135.png: 135, read as 165")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--model", "none"], "There is no model called 'none'"),
        (["--template", "form.json", "--expect", "5 digits"], "leave out --expect"),
    ],
)
def test_wrong_options_get_a_sentence(folder, options, sentence, capfd):
    assert run_command(["score", str(folder), *options]) == 1
    assert sentence in capfd.readouterr().err
