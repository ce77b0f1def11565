import csv
import io
import json

import numpy as np
import openpyxl
import pytest

from digitnet.documents.page import Page
from digitnet.forms.form_export import confirm_field, form_to_dict, to_form_csv, to_form_text
from digitnet.forms.form_reading import FieldReading, FormReading
from digitnet.forms.form_sheets import FormSheet
from digitnet.forms.form_workbook import cut_pictures, to_form_workbook
from digitnet.forms.template import Field, Template

FIELDS = (Field("id", (0, 0, 50, 20)), Field("=total", (0, 30, 50, 50)))
TEMPLATE = Template("form", (100, 100), FIELDS, b"")


def make_row(*texts, doubtful=()):
    picture = np.full((60, 90, 3), 200, np.uint8)
    return tuple(
        FieldReading(
            field,
            text,
            0.5 if field.name in doubtful else 0.9875,
            field.name in doubtful,
            np.eye(4, 2, dtype=np.int32),
            picture,
            reason="It is 50% sure." if field.name in doubtful else "",
        )
        for field, text in zip(FIELDS, texts, strict=True)
    )


@pytest.fixture
def entries():
    rows = make_row("007", "12.50", doubtful=["=total"]), make_row("008", "")
    good = FormSheet(Page(2, 3), FormReading(TEMPLATE, rows))
    bad = FormSheet(Page(error="It is another form."))
    return [form_to_dict("=scan.pdf", good, TEMPLATE), form_to_dict("bad.jpg", bad, TEMPLATE)]


def test_sheet_is_plain_values(entries):
    first, second = json.loads(json.dumps(entries))
    assert (first["file"], first["page"], first["pages"], first["form"]) == ("=scan.pdf", 2, 3, "form")
    assert first["rows"][0]["id"] == {
        "text": "007",
        "confidence": 0.9875,
        "doubtful": False,
        "reason": "",
        "corrected": False,
        "left_out": 0,
        "alternatives": [],
        "outline": [[1, 0], [0, 1], [0, 0], [0, 0]],
    }
    assert second == {"file": "bad.jpg", "error": "It is another form."}


NOTES = ["doubtful", "corrected", "misfit", "left_out"]


def test_csv_has_a_line_for_each_row_and_guards_formulas(entries):
    lines = list(csv.reader(io.StringIO(to_form_csv(entries, TEMPLATE))))
    assert lines == [
        ["file", "page", "row", "id", "'=total", *NOTES],
        ["'=scan.pdf", "2", "1", "007", "12.50", "'=total", "", "", "0"],
        ["'=scan.pdf", "2", "2", "008", "", "", "", "", "0"],
    ]


def test_csv_names_what_was_corrected_or_does_not_fit(entries):
    first, second = entries[0]["rows"]
    first["=total"] = confirm_field(first["=total"] | {"fits": False}, "13.50")
    second["id"] |= {"fits": False, "left_out": 2}
    lines = list(csv.reader(io.StringIO(to_form_csv(entries, TEMPLATE))))
    assert lines[1][4:] == ["13.50", "", "'=total", "", "0"]
    assert lines[2][3:] == ["008", "", "", "", "id", "2"]
    assert (first["=total"]["confidence"], first["=total"]["fits"]) == (None, True)
    book = openpyxl.load_workbook(io.BytesIO(to_form_workbook(entries, TEMPLATE)))
    cells = [[cell.value for cell in row][3:10] for row in book["All fields"].iter_rows(min_row=3, max_row=4)]
    assert cells == [
        ["=total", "13.50", None, None, "corrected", None, 0],
        ["id", "008", 0.9875, None, None, "misfit", 2],
    ]


def test_numbers_with_a_sign_are_no_formulas(entries):
    entries[0]["rows"][0]["id"]["text"] = "-12.50"
    entries[0]["rows"][1]["id"]["text"] = "=1+2"
    lines = list(csv.reader(io.StringIO(to_form_csv(entries, TEMPLATE))))
    assert [line[3] for line in lines] == ["id", "-12.50", "'=1+2"]


def test_note_of_a_field_without_a_confidence_says_why(entries):
    entries[0]["rows"][1]["=total"] |= {
        "confidence": None,
        "doubtful": True,
        "reason": "There is ink that is no digit.",
    }
    book = openpyxl.load_workbook(io.BytesIO(to_form_workbook(entries, TEMPLATE)))
    assert book["Forms"]["D3"].comment.text == "=total: There is ink that is no digit."
    assert book["All fields"]["F5"].value is None


def test_text_marks_what_is_doubtful(entries):
    assert to_form_text(entries[0]) == "id: 007\n=total: 12.50?\n\nid: 008\n=total: \n"


def test_workbook_has_numbers_doubts_pictures_and_errors(entries):
    sheet = FormSheet(Page(), FormReading(TEMPLATE, (make_row("007", "12.50"), make_row("008", ""))))
    book = openpyxl.load_workbook(io.BytesIO(to_form_workbook(entries, TEMPLATE, [cut_pictures(sheet), []])))
    assert book.sheetnames == ["Forms", "All fields", "Files"]
    lines = [[cell.value for cell in row] for row in book["Forms"]]
    assert lines == [
        ["File", "Page", "id", "=total"],
        ["=scan.pdf", 2, 7, 12.5],
        ["=scan.pdf", 2, 8, None],
    ]
    assert book["Forms"]["C2"].number_format == "000"
    assert book["Forms"]["D2"].comment.text == "=total: It is 50% sure."
    assert len(book["All fields"]._images) == 4
    assert [cell.value for cell in book["Files"]["C"]] == ["Note", None, "It is another form."]
