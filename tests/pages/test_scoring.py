import csv
import io

import numpy as np
import pytest

from digitnet.preprocessing.images import to_png
from pages.model import scoring, scoring_job
from pages.model.table import SCORE
from pages.shared.own_files import File
from tests.helpers.app_pages import find_button, make_page


@pytest.fixture
def pictures(paper):
    """Two pictures, as an uploader holds them."""
    return [
        (name, to_png(np.dstack([paper().number(text).gray()] * 3)), "image/png")
        for name, text in (("a.png", "2047"), ("b.png", "165"))
    ]


@pytest.fixture
def page():
    """The view that scores one's own pictures."""
    app = make_page("models")
    app.session_state["models_view"] = SCORE
    return app.run()


def score(app, pictures, table="", models=()):
    if table:
        app.file_uploader[1].set_value([("labels.csv", table.encode(), "text/csv")])
    app.file_uploader[0].set_value(pictures).run()
    if models:
        app.multiselect[-1].set_value(list(models)).run()
    app.button(key="score").click().run()
    app.session_state["scoring_job"].wait()
    app.run()
    assert not app.exception
    return app


def test_pictures_are_scored_by_two_models(page, pictures):
    assert page.button(key="score").disabled
    app = score(page, pictures, "file,number\na.png,2047\nb.png,185\n", ["cnn", "mlp"])
    table = app.dataframe[-1].value
    assert list(table.columns) == ["Figure", "cnn", "mlp"]
    assert table["cnn"][0] == "50.0% (1 of 2)"
    assert "Right only with cnn: 0" in "".join(element.value for element in app.markdown).replace("\\", "")
    job = app.session_state["scoring_job"]
    lines = list(csv.DictReader(io.StringIO(scoring.to_score_csv(job.list_scores()))))
    assert [(line["model"], line["read"]) for line in lines] == [
        ("cnn", "2047"),
        ("cnn", "165"),
        ("mlp", "2047"),
        ("mlp", "165"),
    ]


def test_wrong_readings_are_shown_and_problems_are_said(page, pictures):
    app = score(page, pictures, "file,number\nb.png,185\nc.png,1\n")
    warning = app.warning[0].value.replace("\\", "")
    assert "1 file is named in labels.csv but not there: c.png." in warning
    assert "1 file is without a label and left out: a.png." in warning
    assert app.subheader[-1].value == "Wrong: 1"
    (html,) = [element.proto.body for element in app.get("html") if 'class="readings"' in element.proto.body]
    assert "185 ✗ <b>165</b>" in html
    assert {button.label for button in app.get("download_button")} == {
        "Download all readings (CSV)",
        "Download wrong ones (PNG)",
    }


def test_pictures_may_be_named_by_what_they_hold(page, pictures):
    app = score(page, [(name, *rest) for name, (_, *rest) in zip(("2047.png", "165_2.png"), pictures, strict=True)])
    assert app.dataframe[-1].value["cnn"][0] == "100.0% (2 of 2)"
    assert app.success[0].value == "Nothing is wrong here."


def test_stopped_scoring_says_so(page, pictures, monkeypatch):
    monkeypatch.setattr(scoring_job, "iterate_scores", lambda *_: iter(()))
    app = score(page, pictures, "file,number\na.png,2047\n")
    job = app.session_state["scoring_job"]
    job.stop()
    app.run()
    assert "Stopped" in app.info[0].value
    assert find_button(app, "Score 1 picture")


def test_pictures_of_one_name_are_left_out_and_named():
    own = [File("a.zip / 1/7.png", b"1"), File("a.zip / 2/7.png", b"2"), File("12.png", b"3"), File("12.png", b"3")]
    files, problems = scoring.name_pictures(own)
    assert files == {"12.png": b"3"}
    assert problems == ["2 pictures are called 7.png, so they are left out: give each a name of its own."]
