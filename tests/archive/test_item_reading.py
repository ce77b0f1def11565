"""Items are read as single files are, a page at a time, to rows."""

import cv2
import numpy as np
import pytest
from PIL import Image

from benchmarks.form_sheets import design_form, fill_form
from digitnet import read
from digitnet.archive.item_reading import Place, read_part
from digitnet.archive.items import Item
from digitnet.archive.options import ArchiveOptions
from digitnet.errors import ModelError
from digitnet.expectations.expect import Expect
from digitnet.forms.making import make_template
from digitnet.forms.template import to_json
from digitnet.models.store import compute_digest, load_tflite
from digitnet.reading.hints import Hints
from tests.helpers.document_files import encode
from tests.helpers.samples import SAMPLES


@pytest.fixture(scope="module")
def known():
    return ArchiveOptions("cnn", compute_digest(load_tflite("cnn")))


VALUES = ["865", "2300", "1867", "9762", "28", "385", "7714", "524"]


def make_item(name, content):
    return Item(name, "", content=content)


def make_squares(text):
    """Return a small picture of drawn ones, one for each character of a text, that is quick to read."""
    picture = np.full((60, 40 + 40 * len(text), 3), 255, np.uint8)
    for place in range(len(text)):
        cv2.line(picture, (40 + 40 * place, 12), (38 + 40 * place, 48), (0, 0, 0), 4)
    return Image.fromarray(picture)


@pytest.fixture(scope="module")
def three_pages():
    return encode([make_squares("1"), make_squares("11"), make_squares("111")], "TIFF")


def test_rows_are_the_numbers_of_a_reading(known):
    content = (SAMPLES / "even.jpg").read_bytes()
    reading = read(content, "cnn")
    rows = read_part([make_item("even.jpg", content)], Place(), known, 60.0).rows
    assert [row.text for row in rows] == reading.number_texts
    assert [row.digits for row in rows] == reading.numbers
    assert [row.confidence for row in rows] == [round(float(each), 4) for each in reading.number_confidence]
    assert [(row.x0, row.y0, row.x1, row.y1) for row in rows] == [
        tuple(reading.enclose(symbols)) for numbers in reading.symbols for symbols in numbers
    ]
    assert {(row.file, row.page, row.model, row.model_digest) for row in rows} == {("even.jpg", 1, "cnn", known.digest)}
    assert [row.seconds is None for row in rows] == [False] + [True] * (len(rows) - 1)


def test_each_page_of_a_file_has_rows(known, three_pages):
    part = read_part([make_item("a.tif", three_pages)], Place(), known, 60.0)
    assert [(row.page, row.text) for row in part.rows] == [(1, "1"), (2, "11"), (3, "111")]
    assert part.next == Place(1)


def test_reading_goes_on_in_the_middle_of_a_file(known, three_pages):
    items = [make_item("a.tif", three_pages), make_item("b.tif", three_pages)]
    places, pages = [Place()], []
    while places[-1].item < 2:
        part = read_part(items, places[-1], known, 0.0)
        places.append(part.next)
        pages += [(row.file, row.page) for row in part.rows]
    assert pages == [(name, page) for name in ("a.tif", "b.tif") for page in (1, 2, 3)]
    assert places == [Place(0, 1), Place(0, 2), Place(0, 3), Place(1, 1), Place(1, 2), Place(1, 3), Place(2)]


def test_file_that_is_no_picture_is_one_row_with_its_error(known, three_pages):
    items = [make_item("bad.png", b"no picture"), make_item("empty.png", b""), make_item("a.tif", three_pages)]
    rows = read_part(items, Place(), known, 60.0).rows
    assert [(row.file, row.page) for row in rows[:2]] == [("bad.png", 1), ("empty.png", 1)]
    assert "not a picture" in rows[0].error
    assert "empty" in rows[1].error
    assert [row.text for row in rows[2:]] == ["1", "11", "111"]


def test_missing_file_is_one_row_with_its_error(known, tmp_path):
    [row] = read_part([Item("a.png", str(tmp_path / "a.png"))], Place(), known, 60.0).rows
    assert "cannot be opened" in row.error


def test_page_without_numbers_is_one_row_without_text(known):
    [row] = read_part(
        [make_item("a.png", encode([Image.new("RGB", (50, 50), "white")], "PNG"))], Place(), known, 1
    ).rows
    assert (row.text, row.error, row.confidence) == (None, None, None)
    assert row.seconds > 0


def test_number_that_is_not_as_expected_is_doubtful(known):
    content = encode([make_squares("11")], "PNG")
    options = ArchiveOptions(known.model, known.digest, Hints(expect=Expect.parse("5 digits")))
    [row] = read_part([make_item("a.png", content)], Place(), options, 60.0).rows
    assert (row.text, row.value, row.doubtful) == ("11", 11.0, True)


@pytest.mark.slow
def test_fields_of_a_form_are_rows_by_their_names(known, mnist, cnn):
    design = design_form(3)
    filled, empty = (
        np.clip(page, 0, 255).astype(np.uint8)
        for page in (fill_form(design, VALUES, mnist[0], np.random.default_rng(4)), design.paper)
    )
    template = make_template("Order", empty, design.fields, cnn)
    content = cv2.imencode(".png", filled[..., ::-1])[1].tobytes()
    other = encode([Image.new("RGB", (300, 200), "white")], "PNG")
    options = ArchiveOptions(known.model, known.digest, template=to_json(template))
    *fields, refused = read_part([make_item("a.png", content), make_item("b.png", other)], Place(), options, 90.0).rows
    assert [(row.field, row.text, row.row, row.column) for row in fields] == [
        (field.name, text, 1, column)
        for column, (field, text) in enumerate(zip(template.fields, VALUES, strict=True), start=1)
    ]
    assert all(row.x0 < row.x1 and row.y0 < row.y1 for row in fields)
    assert "This is not the form" in refused.error


def test_another_network_of_that_name_is_refused(known, three_pages):
    with pytest.raises(ModelError, match="is not the one that the archive is read with"):
        read_part([make_item("a.tif", three_pages)], Place(), ArchiveOptions("cnn", "0" * 64), 60.0)


def test_file_whose_folder_is_missing_on_this_machine_ends_the_part_without_a_row(known, three_pages, tmp_path):
    root = str(tmp_path / "scans")
    items = [make_item("here.tif", three_pages), Item("a.tif", f"{root}/a.tif", root=root), make_item("b.png", b"")]
    part = read_part(items, Place(), known, 60.0)
    assert [row.file for row in part.rows] == ["here.tif"] * 3
    assert part.next == Place(1)
    assert root in str(part.silence)
