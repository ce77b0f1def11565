import io
import string
from decimal import Decimal

import numpy as np
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet import read
from digitnet.preprocessing.images import load
from digitnet.reading.export import error_to_dict, reading_to_dict
from digitnet.reading.number_values import AUTOMATIC, COMMA, POINT, parse_value
from digitnet.reading.workbook import cut_numbers, to_workbook
from digitnet.reading.workbook_cells import make_row_picture
from digitnet.reading.workbook_styles import find_number_format
from tests.helpers.samples import SAMPLES

DOUBT = "FFFFE08A"


def open_workbook(entries, pictures=()):
    return openpyxl.load_workbook(io.BytesIO(to_workbook(entries, pictures)))


def make_entry(*texts, file="form.png", doubtful=(), **fields):
    """Return the entry of a column of numbers."""
    rows = []
    for place, text in enumerate(texts):
        symbols = [{"doubtful": place in doubtful} for _ in text]
        digits = [symbol for symbol, sign in zip(symbols, text, strict=True) if sign.isdigit()]
        signs = [symbol for symbol, sign in zip(symbols, text, strict=True) if not sign.isdigit()]
        number = {"text": text, "confidence": 0.5, "cell": [place, 0], "box": [10, 50 * place, 90, 50 * place + 40]}
        rows.append({"text": text, "numbers": [number], "digits": digits, "signs": signs})
    return {"file": file, "table": [len(texts), 1], "rows": rows, "refused": [], **fields}


def test_numbers_are_numbers_in_the_cells_of_their_table(paper):
    page = paper(height=500).number("20", 40, 40).number("47", 500, 40).number("3", 500, 280)
    entry = reading_to_dict("form.png", read(page.gray()), AUTOMATIC)
    book = open_workbook([entry])
    assert book.sheetnames == ["form.png", "All numbers", "Files"]
    assert [[cell.value for cell in row] for row in book["form.png"]] == [[20, 47], [None, 3]]
    lines = [[cell.value for cell in row][:6] for row in book["All numbers"]]
    assert lines[1:] == [
        ["form.png", 1, 1, 1, "20", 20],
        ["form.png", 1, 1, 2, "47", 47],
        ["form.png", 1, 2, 2, "3", 3],
    ]


@pytest.mark.parametrize(
    ("text", "decimal", "value", "shown"),
    [
        ("007", POINT, 7, "000"),
        ("12.50", POINT, 12.5, "0.00"),
        ("$1,234.50", POINT, 1234.5, '"$"#,##0.00'),
        ("1.234,50", COMMA, 1234.5, "#,##0.00"),
        ("1,234", POINT, 1234, "#,##0"),
        ("1,234", COMMA, 1.234, "0.000"),
        ("12.5%", POINT, 0.125, "0.0%"),
        ("-45", POINT, -45, "0"),
        ("1'234.-", POINT, 1234, "#,##0"),
        ("1234.-", POINT, 1234, "0"),
        ("12,--", POINT, 12, "0"),
        ("(12.00)", POINT, -12, "0.00"),
        ("(1,234.50)", POINT, -1234.5, "#,##0.00"),
    ],
)
def test_number_is_shown_as_it_was_written(text, decimal, value, shown):
    parsed = parse_value(text, decimal)
    assert parsed == Decimal(str(value))
    assert find_number_format(text, parsed) == shown


def test_numbers_of_a_turned_picture_are_cut_out_upright(paper):
    gray = paper(height=500).number("20475", y=40).number("165", y=280).gray()
    upright, turned = (
        [load(picture) for picture in cut_numbers(load(each), reading_to_dict("a.png", read(each)))]
        for each in (gray, np.rot90(gray, 1))
    )
    assert [picture.shape for picture in turned] == [picture.shape for picture in upright]
    assert all(np.abs(a.astype(int) - b).mean() < 12 for a, b in zip(upright, turned, strict=True))


def test_sheet_of_files_says_how_pictures_were_turned():
    entries = [make_entry("12", turn=90, mirrored=True), make_entry("34", note="Page 1 of 2 was read.", slope=-12.0)]
    notes = [cell.value for cell in open_workbook(entries)["Files"]["F"]]
    assert notes[1].startswith("The picture was turned clockwise by 90°. The writing seems to be mirrored")
    assert notes[2] == "Page 1 of 2 was read. Its rows fall by 12° and were read level."


def test_numbers_without_a_value_and_long_ones_are_texts():
    sheet = open_workbook([make_entry("12/5", "1234567890123456", "123456789012345")]).worksheets[0]
    assert [cell.value for cell in sheet["A"]] == ["12/5", "1234567890123456", 123456789012345]


def test_doubtful_cells_are_colored_and_have_a_note():
    sheet = open_workbook([make_entry("12", "34", doubtful=[1])]).worksheets[0]
    assert sheet["A1"].comment is None
    assert sheet["A1"].fill.fgColor.rgb != DOUBT
    assert sheet["A2"].comment.text == "34 is doubtful: 50% sure."
    assert sheet["A2"].fill.fgColor.rgb == DOUBT


def test_number_that_is_not_as_expected_says_so():
    entry = make_entry("123", expect="2 digits", doubtful=[0])
    entry["rows"][0]["numbers"][0]["fits"] = False
    sheet = open_workbook([entry]).worksheets[0]
    assert sheet["A1"].comment.text == "123 is not as expected: 2 digits."
    assert sheet["A1"].fill.fgColor.rgb == DOUBT


def test_corrected_numbers_have_no_confidence_and_no_doubt():
    entry = make_entry("12")
    entry["rows"][0]["numbers"][0]["confidence"] = None
    line = [cell.value for cell in open_workbook([entry])["All numbers"][2]]
    assert line[6:9] == [None, None, "corrected"]


def test_number_corrected_in_part_keeps_its_doubt():
    entry = make_entry("12", doubtful=[0])
    entry["rows"][0]["numbers"][0]["confidence"] = None
    book = open_workbook([entry])
    assert [cell.value for cell in book["All numbers"][2]][6:9] == [None, "doubtful", "corrected"]
    assert book.worksheets[0]["A1"].comment.text == "12 is doubtful: only a part of it was corrected."


def test_every_mark_and_picture_stands_below_its_head():
    entry = make_entry("123", expect="2 digits", doubtful=[0])
    entry["rows"][0]["numbers"][0]["fits"] = False
    picture = make_row_picture(np.zeros((40, 40, 3), np.uint8))
    sheet = open_workbook([entry], [[picture]])["All numbers"]
    heads, line = ([cell.value for cell in row] for row in sheet)
    assert heads[7:] == ["Doubtful", "Corrected", "Misfit", "Picture"]
    assert line[7:] == ["doubtful", None, "misfit", None]
    assert heads[sheet._images[0].anchor._from.col] == "Picture"


def test_files_that_cannot_be_read_say_why():
    book = open_workbook([make_entry("1", page=2, pages=3), error_to_dict("bad.png", "It is no picture.")])
    assert book.sheetnames == ["form.png p2", "All numbers", "Files"]
    lines = [[cell.value for cell in row] for row in book["Files"]]
    assert lines[1:] == [["form.png", 2, 1, 0, 0, None], ["bad.png", 1, 0, 0, 0, "It is no picture."]]


def test_each_number_has_its_picture():
    image = load(SAMPLES / "even.jpg")
    entry = reading_to_dict("even.jpg", read(image))
    pictures = cut_numbers(image, entry)
    cuts = [load(picture) for picture in pictures]
    assert [cut.shape[0] for cut in cuts] == [40, 40, 40]
    assert all(cut.min() < 128 < cut.max() for cut in cuts)
    smaller = cut_numbers(image[::2, ::2], entry, 0.5)
    assert [np.ptp(load(picture)) > 100 for picture in smaller] == [True] * 3
    assert len(open_workbook([entry], [pictures])["All numbers"]._images) == 3


def test_box_outside_its_picture_has_an_empty_picture():
    [picture] = cut_numbers(np.zeros((5, 5, 3), np.uint8), make_entry("1"), 100)
    assert load(picture).shape == (1, 1, 3)


@given(st.lists(st.text(max_size=50), min_size=1, max_size=6))
def test_any_file_name_makes_a_workbook_that_opens(names):
    names = [name.encode("utf-8", "ignore").decode() for name in names]
    book = open_workbook([make_entry("5", file=name) for name in names])
    assert len({name.lower() for name in book.sheetnames}) == len(names) + 2
    assert all(sheet["A1"].value == 5 for sheet in book.worksheets[:-2])


@given(st.text("0123456789.,-+/:%$€'", min_size=1, max_size=20), st.sampled_from([POINT, COMMA, AUTOMATIC]))
def test_any_text_keeps_its_value_or_itself(text, decimal):
    entry = make_entry(text)
    value = parse_value(text, decimal)
    entry["rows"][0]["numbers"][0]["value"] = value if value is None else float(value)
    cell = open_workbook([entry]).worksheets[0]["A1"]
    is_number = value is not None and sum(sign in string.digits for sign in text) <= 15
    assert cell.data_type == ("n" if is_number else "s")
    assert cell.value == (pytest.approx(float(value)) if is_number else text)
