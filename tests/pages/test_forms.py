import json

import numpy as np
import pytest

from benchmarks.form_sheets import design_form, fill_form
from digitnet.forms.making import make_template
from digitnet.forms.template import Field, Template, to_json
from digitnet.preprocessing.images import to_png
from pages.form import results
from pages.form.sheet_reader import SheetResult
from pages.shared import held_files
from tests.helpers.app_pages import find_button, make_page, open_app, open_page

VALUES = ["865", "2300", "1867", "9762", "28", "385", "7714", "524"]


@pytest.fixture(scope="module")
def design():
    return design_form(3)


@pytest.fixture(scope="module")
def template_file(design, cnn):
    template = make_template("Order form", np.clip(design.paper, 0, 255).astype(np.uint8), design.fields, cnn)
    return "form.json", to_json(template).encode(), "application/json"


@pytest.fixture(scope="module")
def sheet(design, mnist):
    page = fill_form(design, VALUES, mnist[0], np.random.default_rng(4))
    return "sheet.png", to_png(np.clip(page, 0, 255).astype(np.uint8)), "image/png"


@pytest.fixture
def page(template_file):
    """The page after a template was opened."""
    app = make_page("forms").run()
    app.file_uploader(key="form-template-file").set_value(template_file).run()
    return app


def read(app, *files):
    if files:
        app.file_uploader[0].set_value(list(files)).run()
    for _ in range(200):
        if not any(button.proto.disabled for button in app.get("download_button")):
            return
        app.run()
    raise AssertionError("The sheets were not read.")


def test_sheets_become_rows_of_a_table(page, sheet, design):
    assert "**Order form**: 8 fields" in page.markdown[0].value
    read(page, sheet, ("blank.png", to_png(np.full((300, 200, 3), 230, np.uint8)), "image/png"))
    table = page.dataframe[0].value
    assert list(table.columns) == ["File", *(field.name for field in design.fields)]
    assert [text.removesuffix(" ?") for text in table.iloc[0]] == ["sheet.png", *VALUES]
    assert "This is not the form" in page.error[0].value
    assert not page.exception


def test_checked_field_is_not_doubtful_any_more(page, sheet):
    read(page, sheet)
    doubtful = [text for text in page.dataframe[0].value.iloc[0] if text.endswith(" ?")]
    assert page.subheader[0].value == f"Check {len(doubtful)} field{'s' * (len(doubtful) > 1)}"
    page.text_input[0].set_value("4711")
    find_button(page, "Right").click().run()
    assert "4711" in list(page.dataframe[0].value.iloc[0])
    assert len([text for text in page.dataframe[0].value.iloc[0] if text.endswith(" ?")]) == len(doubtful) - 1


def test_checks_are_not_taken_over_to_another_template(page, sheet, template_file):
    read(page, sheet)
    page.text_input[0].set_value("4711")
    find_button(page, "Right").click().run()
    find_button(page, "Another template").click().run()
    other = json.loads(template_file[1]) | {"name": "Other form"}
    file = ("other.json", json.dumps(other).encode(), "application/json")
    page.file_uploader(key="form-template-file").set_value(file).run()
    read(page, sheet)
    assert "4711" not in list(page.dataframe[0].value.iloc[0])


def test_sheets_stay_and_are_reported_while_another_page_is_shown(sheet, template_file, monkeypatch):
    reported = {}
    monkeypatch.setattr(held_files, "report", lambda kind, sizes: reported.update({kind: dict(sizes)}))
    app = open_app()
    open_page(app, "forms")
    app.file_uploader(key="form-template-file").set_value(template_file).run()
    read(app, sheet)
    open_page(app, "draw")
    open_page(app, "forms")
    read(app)
    assert app.dataframe[0].value.iloc[0]["File"] == "sheet.png"
    assert list(reported["sheets"].values()) == [len(sheet[1])]
    find_button(app, "Remove all").click().run()
    assert len(app.dataframe) == 0
    assert reported["sheets"] == {}


def test_file_that_is_no_template_is_said():
    app = make_page("forms").run()
    app.file_uploader(key="form-template-file").set_value(("x.json", b"{}", "application/json")).run()
    assert "The file is no template of a form" in app.error[0].value


def test_another_template_can_be_taken(page):
    find_button(page, "Another template").click().run()
    assert len(page.file_uploader) == 2
    assert not page.exception


def test_checked_texts_are_in_all_downloads(monkeypatch):
    session = {}
    monkeypatch.setattr("streamlit.session_state", session)
    field = {"text": "8", "confidence": 0.5, "doubtful": True, "outline": []}
    found = [SheetResult("a-1", {"file": "a.png", "form": "f", "rows": [{"total": field}, {"total": field}]}, [])]
    session[results.CHECKED] = {("a-1", 1, "total"): "9", ("a-1", 0, "day"): "3"}
    total, day = Field("total", (0, 0, 9, 9), is_column=True), Field("day", (0, 0, 9, 9))
    for row in found[0].entry["rows"]:
        row["day"] = field
    [entry] = json.loads(json.dumps(results.correct(found, Template("f", (20, 20), (total, day), b""))))
    assert [row["day"]["text"] for row in entry["rows"]] == ["3", "3"]
    assert [row["total"]["text"] for row in entry["rows"]] == ["8", "9"]
    assert [row["total"]["doubtful"] for row in entry["rows"]] == [True, False]
