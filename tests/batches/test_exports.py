import copy
import csv
import io
import json
from datetime import UTC, datetime

import openpyxl
import pytest

from digitnet.batches.exports import (
    list_cells,
    load_results,
    measure_results,
    to_csv_file,
    to_json_file,
    to_workbook_file,
)
from digitnet.batches.photo_decisions import decide_photo
from digitnet.batches.records import FORM, LEFT_OUT, PHOTOS, TEXT, Decision, SheetPage
from digitnet.batches.tasks import read_photo_sheet
from digitnet.forms.template import Field, Template, to_json
from digitnet.preprocessing.images import to_png
from tests.helpers.batches import SETTINGS, find_open, make_entry, make_number, make_page
from tests.helpers.filled_forms import fill_sheet

COLUMNS = (Field("field 0", (0, 0, 9, 9)), Field("field 1", (20, 0, 29, 9), is_column=True))
FORM_JSON = to_json(Template("Form", (30, 10), COLUMNS, b""))
NEVER = 1e-9


@pytest.fixture
def form_batch(file_store):
    """A batch with a table of two rows, whose first field is the same in both, a damaged sheet, and one to read."""
    batch = file_store.create("July", FORM, SETTINGS, template=FORM_JSON)
    read, damaged, _ = file_store.sheets.add(batch.id, [make_page(number) for number in range(3)])
    day, first, second = (
        make_number(0, "3", doubtful=True),
        make_number(1, "7"),
        make_number(1, "8", row=1, doubtful=True),
    )
    again = make_number(0, "3", row=1, doubtful=True)
    found = [day, first, second]
    file_store.sheets.save_reading(read.id, make_entry([*found, again], "a.png"), found, "cnn", "v")
    file_store.sheets.save_failure(damaged.id, "It is damaged.")
    return batch


def decide(store, batch, key, text, kind="text"):
    store.numbers.decide(store.sheets.find(batch.id)[0].id, key, text, kind)


def read_csv(store, batch):
    return list(csv.reader(io.StringIO(to_csv_file(batch, load_results(store, batch)).decode())))


def test_decisions_are_in_the_table_of_a_form(file_store, form_batch):
    heads = ["file", "page", "row", "field 0", "field 1", "doubtful", "corrected", "misfit", "left_out"]
    assert read_csv(file_store, form_batch) == [
        heads,
        ["a.png", "1", "1", "3", "7", "field 0", "", "", "0"],
        ["a.png", "1", "2", "3", "8", "field 0; field 1", "", "", "0"],
    ]
    decide(file_store, form_batch, "0:0", "31")
    decide(file_store, form_batch, "1:1", "", LEFT_OUT)
    assert read_csv(file_store, form_batch)[1:] == [
        ["a.png", "1", "1", "31", "7", "", "field 0", "", "0"],
        ["a.png", "1", "2", "31", "", "", "field 0; field 1", "", "0"],
    ]


@pytest.mark.parametrize(("decimal", "value"), [(None, "1,234"), ("point", 1234), ("comma", 1.234)])
def test_decided_number_is_worth_what_its_decimals_say(file_store, form_batch, decimal, value):
    decide(file_store, form_batch, "0:0", "1,234")
    results = measure_results(load_results(file_store, form_batch), decimal)
    book = openpyxl.load_workbook(io.BytesIO(to_workbook_file(form_batch, results)))
    assert book["Forms"]["C2"].value == value
    [sheet, *_] = json.loads(to_json_file(results))
    assert sheet["rows"][0]["field 0"].get("value") == (value if decimal else None)


def test_sheets_that_were_not_read_are_named(file_store, form_batch):
    entries = json.loads(to_json_file(load_results(file_store, form_batch)))
    assert [entry.get("error") for entry in entries] == [None, "It is damaged.", "It was not read yet."]
    book = openpyxl.load_workbook(io.BytesIO(to_workbook_file(form_batch, load_results(file_store, form_batch))))
    assert [row[2].value for row in book["Files"].iter_rows(min_row=2)] == [
        None,
        "It is damaged.",
        "It was not read yet.",
    ]


@pytest.fixture(scope="module")
def photo_reading(mnist):
    """The page of a photo, what was read on it, and its numbers, which are all doubtful."""
    page = SheetPage("photo.png", "0" * 64)
    entry, numbers, *_ = read_photo_sheet(to_png(fill_sheet(mnist)), page, "", "cnn", NEVER)
    return page, entry, numbers


@pytest.fixture
def photo_batch(file_store, photo_reading):
    """A batch of one photo whose numbers are all doubtful."""
    page, entry, numbers = photo_reading
    batch = file_store.create("Receipts", PHOTOS, SETTINGS)
    [sheet] = file_store.sheets.add(batch.id, [page])
    file_store.sheets.save_reading(sheet.id, copy.deepcopy(entry), numbers, "cnn", "v")
    return batch


def test_decided_number_of_a_photo_is_no_longer_doubtful(file_store, photo_batch):
    before = read_csv(file_store, photo_batch)
    number = find_open(file_store, photo_batch.id)[0]
    decide(file_store, photo_batch, number.key, "1,2.5²")
    [result] = load_results(file_store, photo_batch)
    decided = result.entry["rows"][0]["numbers"][0]
    assert (decided["text"], decided["digits_only"], decided["confidence"]) == ("1,2.5²", "125²", None)
    after = read_csv(file_store, photo_batch)
    assert after[1][2].startswith("1,2.5²")
    assert (before[1][3] != "", after[1][3]) == (True, "")
    assert after[2:] == before[2:]


def test_decisions_like_formulas_are_none(file_store, photo_batch):
    number = find_open(file_store, photo_batch.id)[0]
    decide(file_store, photo_batch, number.key, '=HYPERLINK("x")')
    marked = read_csv(file_store, photo_batch)[1]
    cells = [cell for row in list_cells(photo_batch, load_results(file_store, photo_batch)) for cell in row]
    assert not [cell for cell in [*marked, *cells] if cell.startswith("=")]


def test_number_that_is_left_out_is_gone_from_all_exports(file_store, photo_batch):
    numbers = find_open(file_store, photo_batch.id)
    whole_row = [number for number in numbers if number.row == 0]
    for number in whole_row:
        decide(file_store, photo_batch, number.key, "", LEFT_OUT)
    [result] = load_results(file_store, photo_batch)
    left = [number["text"] for row in result.entry["rows"] for number in row["numbers"]]
    assert left == [number.text for number in numbers[len(whole_row) :]]
    assert len(result.cut_pictures()) == len(left)
    assert all(result.cut_pictures())
    sheet = openpyxl.load_workbook(io.BytesIO(to_workbook_file(photo_batch, load_results(file_store, photo_batch))))[
        "All numbers"
    ]
    assert [row[4].value for row in sheet.iter_rows(min_row=2)] == left
    assert len(sheet._images) == len(left)


def test_rows_keep_their_numbers_and_boxes_when_others_are_left_out(file_store, photo_batch):
    before = read_csv(file_store, photo_batch)
    numbers = find_open(file_store, photo_batch.id)
    gone = [number for number in numbers if number.row == 0]
    first, *others = [number for number in numbers if number.row == 1]
    for number in [*gone, *others]:
        decide(file_store, photo_batch, number.key, "", LEFT_OUT)
    line, *after = read_csv(file_store, photo_batch)[1:]
    assert line[1:4] == ["2", first.text, str(round(first.confidence, 4))]
    assert tuple(map(int, line[7:11])) == first.box
    assert [cells[1:6] for cells in after] == [cells[1:6] for cells in before[3:]]


def test_note_on_a_number_that_does_not_fit_goes_once_it_is_decided():
    number = {"text": "7", "confidence": 0.9, "box": [0, 0, 9, 9], "digits_only": "7", "cell": [0, 0], "fits": False}
    digit = {"digit": 7, "confidence": 0.9, "runner_up": 1, "doubtful": True, "corrected": False, "box": [0, 0, 9, 9]}
    row = {"text": "7", "confidence": 0.9, "box": [0, 0, 9, 9], "numbers": [number], "digits": [digit], "signs": []}
    entry = {"file": "a.jpg", "turn": 90, "expect": "2 digits", "rows": [row | {"digits_only": "7"}], "refused": []}
    before, _ = decide_photo(entry, {})
    assert before["notes"][1:] == ["Not as expected (2 digits): 7."]
    after, _ = decide_photo(before, {"0:0": Decision(1, 0, "0:0", TEXT, "7", datetime.now(UTC))})
    assert after["notes"] == ["The picture was turned clockwise by 90°."]


def test_cells_have_no_sheet_that_was_not_read(file_store, form_batch, photo_batch):
    heads, *rows = list_cells(form_batch, load_results(file_store, form_batch))
    assert heads == ["file", "field 0", "field 1"]
    assert rows == [["a.png", "3", "7"], ["a.png", "3", "8"]]
    cells = list_cells(photo_batch, load_results(file_store, photo_batch))
    assert {row[0] for row in cells} == {"photo.png"}


def test_cells_of_forms_name_their_page(file_store):
    batch = file_store.create("July", FORM, SETTINGS, template=FORM_JSON)
    found = [make_number(0), make_number(1)]
    for sheet in file_store.sheets.add(batch.id, [make_page(0, page, 2) for page in (1, 2)]):
        entry = make_entry(found, "a.pdf") | {"page": sheet.page.page, "pages": 2}
        file_store.sheets.save_reading(sheet.id, entry, found, "cnn", "v")
    _, *rows = list_cells(batch, load_results(file_store, batch))
    assert [row[0] for row in rows] == ["a.pdf, page 1", "a.pdf, page 2"]
