from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image

from digitnet.documents.page import Page
from digitnet.errors import FormError, ImageError
from digitnet.forms.form_reading import read_form, read_form_rgb
from digitnet.forms.form_sheets import iterate_sheets
from digitnet.forms.making import make_template
from digitnet.forms.printed_marks import is_blank
from digitnet.forms.table_rows import find_rows
from digitnet.forms.template import Field
from digitnet.models.classifier import Classifier
from tests.forms.conftest import VALUES, to_picture
from tests.helpers.document_files import encode


def get_texts(reading):
    return [[field.text for field in row] for row in reading.rows]


def test_fields_of_a_turned_sheet_are_read(template, filled, move, cnn):
    image, matrix = move(filled, 5, 0.92, (12, -9))
    reading = read_form_rgb(image, template, cnn)
    assert get_texts(reading) == [VALUES]
    first = reading.rows[0][0]
    corners = np.array([[first.field.box[:2], first.field.box[2:]]], np.float64)
    middle = cv2.perspectiveTransform(corners, matrix)[0].mean(axis=0)
    assert np.linalg.norm(first.outline.mean(axis=0) - middle) < 4
    assert all(0.5 < field.confidence <= 1 for field in reading.rows[0])


def test_empty_sheet_has_empty_fields(template, design, cnn):
    reading = read_form_rgb(to_picture(design.paper), template, cnn)
    assert get_texts(reading) == [[""] * len(VALUES)]
    assert not any(field.doubtful for field in reading.rows[0])


def test_number_that_is_not_as_expected_is_doubtful(template, filled, cnn):
    fields = (replace(template.fields[0], expect="at least 900"), *template.fields[1:])
    reading = read_form_rgb(filled, replace(template, fields=fields), cnn)
    assert reading.rows[0][0].doubtful


def test_doubtful_field_has_alternatives_that_fit(template, filled, cnn):
    fields = (replace(template.fields[0], expect="at least 900"), *template.fields[1:])
    first, *others = read_form_rgb(filled, replace(template, fields=fields), cnn).rows[0]
    assert all(int(text) >= 900 for text in first.alternatives)
    assert not any(field.alternatives for field in others if not field.doubtful)


def test_what_is_expected_decides_between_likely_texts(template, filled, cnn):
    fields = tuple(
        replace(field, expect=f"one of {value}") for field, value in zip(template.fields, VALUES, strict=True)
    )
    reading = read_form_rgb(filled, replace(template, fields=fields), cnn)
    assert get_texts(reading) == [VALUES]


def test_other_form_is_refused(template, other_sheet, cnn):
    with pytest.raises(FormError, match="This is not the form"):
        read_form_rgb(other_sheet, template, cnn)


def test_file_that_is_no_picture_is_refused(template):
    with pytest.raises(ImageError):
        read_form(b"no picture", template)


@pytest.mark.slow
def test_each_page_of_a_file_is_a_sheet(template, filled, other_sheet, cnn):
    gray = [cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) for image in (filled, other_sheet)]
    file = encode([Image.fromarray(image) for image in gray], "TIFF")
    first, second = iterate_sheets(file, template, cnn)
    assert first.page == Page(1, 2)
    assert get_texts(first.reading) == [VALUES]
    assert second.reading is None
    assert "This is not the form" in second.page.error
    [broken] = iterate_sheets(b"no picture", template, cnn)
    assert "not a picture" in broken.page.error


def make_table(digits, rows):
    """Return an empty table of two columns with print around it, and one with these rows written into it."""
    sheet = np.full((900, 700, 3), 245, np.uint8)
    cv2.putText(sheet, "Results of the day", (60, 80), cv2.FONT_HERSHEY_SIMPLEX, 1.4, (20, 20, 20), 3)
    cv2.putText(sheet, "points        seconds", (120, 180), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (20, 20, 20), 2)
    cv2.putText(sheet, "Sign here, give to the referee", (60, 860), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (20, 20, 20), 2)
    for line in range(6):
        cv2.line(sheet, (100, 200 + 110 * line), (600, 200 + 110 * line), (60, 60, 60), 3)
    for x in (100, 350, 600):
        cv2.line(sheet, (x, 200), (x, 750), (60, 60, 60), 3)
    written = sheet.copy()
    rng = np.random.default_rng(2)
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            for place, character in enumerate(text):
                index = rng.choice(np.flatnonzero(digits.labels == int(character)))
                digit = cv2.resize(digits.images[index], (64, 64), interpolation=cv2.INTER_CUBIC)
                y, x = 223 + 110 * row, 120 + 250 * column + 52 * place
                part = written[y : y + 64, x : x + 64]
                part[:] = np.minimum(part, 255 - digit[..., None])
    return sheet, written


def test_columns_of_a_table_give_a_row_each(mnist, cnn):
    rows = [["12", "305"], ["47", ""], ["", "881"], ["90", "264"]]
    empty, written = make_table(mnist[0], rows)
    fields = (
        Field("points", (105, 205, 345, 745), is_column=True),
        Field("seconds", (355, 205, 595, 745), is_column=True),
    )
    reading = read_form_rgb(written, make_template("Results", empty, fields, cnn), cnn)
    assert get_texts(reading) == rows


def write_digit(digits, label, size):
    """Return a digit as dark ink on white, uint8 (size, size, 3), and the box around its ink."""
    [index, *_] = np.flatnonzero(digits.labels == label)
    digit = 255 - cv2.resize(digits.images[index], (size, size), interpolation=cv2.INTER_CUBIC)
    x, y, width, height = cv2.boundingRect((digit < 120).astype(np.uint8))
    return np.repeat(digit[..., None], 3, axis=2), np.array([x, y, x + width, y + height])


def test_box_lies_around_a_number_that_leaves_its_field(mnist, cnn):
    empty = cv2.resize(make_table(mnist[0], [])[0], None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    written, (x, y) = empty.copy(), (300, 368)
    digit, box = write_digit(mnist[0], 3, 128)
    part = written[y : y + 128, x : x + 128]
    part[:] = np.minimum(part, digit)
    template = make_template("Results", empty, (Field("points", (210, 410, 690, 610)),), cnn)
    [[field]] = read_form_rgb(written, template, cnn).rows
    assert field.text == "3"
    assert np.abs(field.box - (box + np.array([x, y, x, y]))).max() <= 6


def test_cell_of_a_column_has_its_own_picture(mnist, cnn):
    empty, written = make_table(mnist[0], [["12", "305"], ["47", ""]])
    fields = (Field("points", (105, 205, 345, 745), is_column=True),)
    rows = read_form_rgb(written, make_template("Results", empty, fields, cnn), cnn).rows
    assert [field.text for [field] in rows] == ["12", "47"]
    assert all(field.picture.shape[0] < 110 and field.picture.min() < 120 for [field] in rows)


def test_ink_that_is_no_digit_has_no_confidence(mnist, cnn):
    empty, _ = make_table(mnist[0], [])
    written = empty.copy()
    zigzag = [(130 + 12 * place, 225 + 60 * (place % 2)) for place in range(16)]
    cv2.polylines(written, [np.array(zigzag)], False, (20, 20, 20), 5)
    fields = Field("points", (105, 205, 345, 305)), Field("seconds", (355, 205, 595, 305))
    [[scribble, blank]] = read_form_rgb(written, make_template("Results", empty, fields, cnn), cnn).rows
    assert (scribble.text, scribble.confidence, scribble.doubtful) == ("", None, True)
    assert (blank.text, blank.confidence, blank.doubtful) == ("", 1.0, False)


def test_table_without_numbers_keeps_a_row_for_the_other_fields(mnist, cnn):
    empty, _ = make_table(mnist[0], [])
    written = empty.copy()
    cv2.putText(written, "7", (620, 160), cv2.FONT_HERSHEY_SIMPLEX, 2.0, (20, 20, 20), 5)
    fields = (Field("points", (105, 205, 345, 745), is_column=True),)
    fields += (Field("day", (605, 95, 695, 190)),)
    reading = read_form_rgb(written, make_template("Results", empty, fields, cnn), cnn)
    assert get_texts(reading) == [["", "7"]]


def test_rows_are_found_by_what_stands_side_by_side():
    assert find_rows([[(10, 20), (50, 20)], [(52, 22), (90, 20)], []]) == [[0, 1], [1, 2], []]
    assert find_rows([[(10, 20), (16, 20)]]) == [[0, 1]]  # Two of a column are never in one row.
    assert find_rows([[], []]) == [[], []]


def test_paper_is_blank_and_faint_writing_is_not():
    rng = np.random.default_rng(0)
    paper = np.clip(230 + rng.normal(0, 5, (90, 300, 3)), 0, 255).astype(np.uint8)
    assert is_blank(paper)
    pencil = paper.copy()
    cv2.line(pencil, (40, 20), (40, 70), (185, 185, 185), 4)
    assert not is_blank(pencil)


def test_form_is_read_by_a_named_model(template, filled):
    assert get_texts(read_form(filled, template, Classifier.load("cnn"))) == [VALUES]
