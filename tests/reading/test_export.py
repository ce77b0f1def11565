import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest

from digitnet import Reading, read
from digitnet.documents.page import Page
from digitnet.expectations.expect import Expect
from digitnet.reading.export import (
    error_to_dict,
    has_columns,
    name_entry,
    reading_to_dict,
    to_csv,
    to_json_line,
    to_table,
    to_table_csv,
)
from digitnet.reading.number_values import AUTOMATIC, COMMA, POINT
from tests.helpers.signs import make_reading


def make_entry(*rows):
    """Return the entry of a page with numbers at these x: make_entry({10: "12", 80: "345"}, ...)."""
    places = [(x, row, text) for row, numbers in enumerate(rows) for x, text in numbers.items()]
    texts = [text for _, _, text in places]
    lefts = [(x + 10 * place, 50 * row) for x, row, text in places for place in range(len(text))]
    counts = [len(text) for text in texts]
    reading = Reading(
        np.array([(x, y, x + 10, y + 30) for x, y in lefts], np.int32),
        np.eye(10, dtype=np.float32)[[int(digit) for digit in "".join(texts)]],
        np.repeat(np.array([row for _, row, _ in places], np.int32), counts),
        np.zeros((sum(counts), 28, 28), np.uint8),
        number=np.repeat(np.arange(len(counts), dtype=np.int32), counts),
    )
    return reading_to_dict("page.png", reading)


def test_rows_and_digits_have_boxes(paper):
    reading = read(paper(height=500).number("2047", y=40).number("165", y=280).gray())
    entry = json.loads(to_json_line(reading_to_dict("page.png", reading)))
    assert entry["file"] == "page.png"
    assert [row["text"] for row in entry["rows"]] == ["2047", "165"]
    for row in entry["rows"]:
        assert "".join(str(digit["digit"]) for digit in row["digits"]) == row["text"]
        assert row["box"][0] == min(digit["box"][0] for digit in row["digits"])
        assert row["box"][3] == max(digit["box"][3] for digit in row["digits"])
        assert all(0 < digit["confidence"] <= 1 for digit in row["digits"])


def test_picture_without_digits_has_no_rows():
    assert reading_to_dict("blank.png", Reading.empty()) == {"file": "blank.png", "rows": [], "refused": []}


def test_numbers_doubts_and_refused_ink_are_exported(paper):
    reading = read(paper().number("20", x=40, size=100).number("47", x=500, size=100).gray())
    confidence = reading.confidence.copy()
    refused = np.array([[1, 2, 30, 40]], np.int32)
    surest = int(reading.number_confidence.argmax())
    level = float(reading.number_confidence[surest]) * 0.9999
    entry = reading_to_dict("page.png", replace(reading, refused=refused, level=level))
    (row,) = entry["rows"]
    assert row["text"] == "20 47"
    assert [number["text"] for number in row["numbers"]] == ["20", "47"]
    assert row["numbers"][0]["confidence"] == pytest.approx(float(confidence[:2].prod()), abs=1e-4)
    assert row["numbers"][1]["box"][2] == row["box"][2]
    doubtful = np.array([digit["doubtful"] for digit in row["digits"]]).reshape(2, 2)
    assert doubtful.any(axis=1).tolist() == [surest == 1, surest == 0]
    assert all(digit["runner_up"] != digit["digit"] for digit in row["digits"])
    assert entry["refused"] == [[1, 2, 30, 40]]


def test_csv_has_a_line_for_each_row(paper):
    reading = read(paper(height=500).number("2047", y=40).number("165", y=280).gray())
    entries = [reading_to_dict('odd, "name".png', reading), error_to_dict("bad.png", "It is no picture.")]
    lines = list(csv.DictReader(io.StringIO(to_csv(entries))))
    assert [(line["file"], line["row"], line["text"]) for line in lines] == [
        ('odd, "name".png', "1", "2047"),
        ('odd, "name".png', "2", "165"),
    ]


def read_csv(*entries):
    return list(csv.DictReader(io.StringIO(to_csv(entries))))


def test_confidence_of_rows_is_the_same_in_csv_and_json(paper):
    reading = read(paper().number("20", x=40, size=100).number("47", x=500, size=100).gray())
    probabilities = reading.probabilities.copy()
    probabilities[np.arange(4), reading.labels] = 0.9, 0.8, 0.95, 0.7
    probabilities[:, 5] = 0.1
    entry = reading_to_dict("page.png", replace(reading, probabilities=probabilities))
    (line,) = read_csv(entry)
    assert [number["confidence"] for number in entry["rows"][0]["numbers"]] == pytest.approx([0.72, 0.665], abs=1e-4)
    assert float(line["confidence"]) == entry["rows"][0]["confidence"] == pytest.approx(0.72 * 0.665, abs=1e-4)


def test_doubtful_and_corrected_digits_are_marked(paper):
    page = paper(height=500).number("20", 40, 40, 100).number("47", 500, 40, 100).number("165", 40, 280)
    reading = read(page.gray())
    probabilities = np.eye(10, dtype=np.float32)[reading.labels]
    probabilities[1] *= 0.6
    probabilities[3] *= 0.5
    corrected = np.arange(len(reading)) == 4
    entry = reading_to_dict("a.png", replace(reading, probabilities=probabilities, corrected=corrected))
    lines = read_csv(entry)
    assert [line["text"] for line in lines] == ["20 47", "165"]
    assert [line["doubtful"] for line in lines] == ["20? 47?", ""]
    assert [line["corrected"] for line in lines] == ["", "1*65"]
    assert [line["confidence"] for line in lines] == ["0.3", ""]
    row = json.loads(to_json_line(entry))["rows"][1]
    assert [row["confidence"], row["numbers"][0]["confidence"]] == [None, None]
    first, *others = row["digits"]
    assert (first["confidence"], first["runner_up"]) == (None, None)
    assert [digit["confidence"] for digit in others] == [1, 1]


def test_csv_counts_left_out_ink_in_the_nearest_row(paper):
    reading = read(paper(height=500).number("2047", y=40).number("165", y=280).gray())
    top, bottom = reading.row_boxes
    refused = [[0, 0, 9, 9], [300, top[1] + 1, 310, top[3]], [300, bottom[3] + 5, 330, bottom[3] + 20]]
    lines = read_csv(reading_to_dict("a.png", replace(reading, refused=np.array(refused, np.int32))))
    assert [line["left_out"] for line in lines] == ["2", "1"]


def test_csv_has_a_line_for_a_picture_without_digits():
    empty = replace(Reading.empty(), refused=np.array([[0, 0, 9, 9]], np.int32))
    (line,) = read_csv(reading_to_dict("blank.png", empty))
    assert (line["file"], line["row"], line["text"], line["left_out"]) == ("blank.png", "", "", "1")


@pytest.mark.parametrize(
    ("rows", "table"),
    [
        ([{10: "1", 100: "2"}, {12: "3", 98: "44"}], [["1", "2"], ["3", "44"]]),
        ([{10: "1", 100: "2"}, {98: "44"}, {10: "5"}], [["1", "2"], ["", "44"], ["5", ""]]),
        ([{10: "1"}, {10: "2", 100: "3"}, {50: "4"}], [["1", "", ""], ["2", "", "3"], ["", "4", ""]]),
        ([{10: "111111", 100: "2"}, {10: "3", 40: "4", 105: "5"}], [["111111", "", "2"], ["3", "4", "5"]]),
        ([{10 + 9 * row: str(row), 110 + 9 * row: "7"} for row in range(8)], [[str(row), "7"] for row in range(8)]),
    ],
    ids=["straight", "gap", "column in between", "two under one", "page at a slant"],
)
def test_numbers_under_each_other_share_a_column(rows, table):
    assert to_table(make_entry(*rows)) == table


def test_names_like_formulas_are_none_in_csv():
    entries = [make_entry({10: "1"}) | {"file": "=1+1.png"}, make_entry({10: "2"}) | {"file": "@a.png"}]
    assert to_table_csv(entries) == "'=1+1.png,1\n'@a.png,2\n"


def test_table_of_several_files_names_each():
    entry = make_entry({10: "1", 100: "2"}, {100: "3"})
    assert to_table_csv([entry]) == "1,2\n,3\n"
    entries = [entry, error_to_dict("bad.png", "It is no picture."), make_entry({10: "4"})]
    assert to_table_csv(entries) == "page.png,1,2\npage.png,,3\npage.png,4\n"
    assert has_columns(entries)
    assert not has_columns(entries[1:])


def test_signs_are_in_the_text_and_beside_the_digits():
    entry = json.loads(to_json_line(reading_to_dict("a.png", make_reading("-12.5 (3)\n4"))))
    first, second = entry["rows"]
    assert [first["text"], first["digits_only"]] == ["-12.5 (3)", "125 3"]
    assert [number["text"] for number in first["numbers"]] == ["-12.5", "(3)"]
    assert [number["digits_only"] for number in first["numbers"]] == ["125", "3"]
    assert [(sign["sign"], sign["place"]) for sign in first["signs"]] == [("-", 0), (".", 2), ("(", 3), (")", 4)]
    assert first["signs"][0]["box"][0] == first["box"][0] == first["numbers"][0]["box"][0] == 10
    assert "".join(str(digit["digit"]) for digit in first["digits"]) == "1253"
    assert (second["text"], second["signs"]) == ("4", [])


def test_csv_holds_the_text_as_written_and_the_digits_alone():
    (line,) = read_csv(reading_to_dict("a.png", make_reading("12/05/2017 -7")))
    assert [line["text"], line["digits_only"]] == ["12/05/2017 -7", "12052017 7"]


def test_table_holds_numbers_with_their_signs():
    entry = reading_to_dict("a.png", make_reading("1.5 -20\n0.5 +30"))
    assert to_table(entry) == [["1.5", "-20"], ["0.5", "+30"]]


def test_doubtful_and_corrected_signs_are_marked():
    reading = replace(make_reading("1.5,7", sign_confidence=0.9), level=0.95)
    corrected = np.array([False, True])
    signs = replace(reading.signs, confidence=np.array([0.9, 1], np.float32), corrected=corrected)
    entry = reading_to_dict("a.png", replace(reading, signs=signs))
    (line,) = read_csv(entry)
    assert [line["doubtful"], line["corrected"], line["confidence"]] == ["1.?5,7", "1.5,*7", ""]
    first, second = entry["rows"][0]["signs"]
    assert [first["doubtful"], first["corrected"], first["confidence"]] == [True, False, 0.9]
    assert [second["doubtful"], second["corrected"], second["confidence"]] == [False, True, None]


def test_confidence_of_a_number_counts_its_signs():
    (row,) = reading_to_dict("a.png", make_reading("1.5 7", confidence=0.9, sign_confidence=0.5))["rows"]
    assert [number["confidence"] for number in row["numbers"]] == pytest.approx([0.405, 0.9])
    assert row["confidence"] == pytest.approx(0.3645, abs=1e-4)


def test_typed_sign_has_no_box():
    reading = make_reading("1.5")
    signs = replace(reading.signs, boxes=reading.signs.boxes[:, [0, 1, 0, 3]])
    (row,) = reading_to_dict("a.png", replace(reading, signs=signs))["rows"]
    assert row["signs"][0]["box"] is None


def test_values_are_exported_only_if_asked_for():
    reading = make_reading("1,234.50 12/05\n7")
    entries = {decimal: reading_to_dict("a.png", reading, decimal) for decimal in (None, POINT, COMMA, AUTOMATIC)}
    values = {
        decimal: [number.get("value", "") for row in entry["rows"] for number in row["numbers"]]
        for decimal, entry in entries.items()
    }
    assert values == {None: [""] * 3, POINT: [1234.5, None, 7], COMMA: [None, None, 7], AUTOMATIC: [1234.5, None, 7]}
    assert to_csv([entries[None]]).split("\n")[0].endswith(",digits_only,columns")
    header, first, second, _ = to_csv([entries[POINT]]).split("\n")
    assert header.endswith(",digits_only,columns,value")
    assert first.endswith(",123450 1205,1 2,1234.5 none")
    assert second.endswith(",7,1,7")
    empty = reading_to_dict("blank.png", Reading.empty(), POINT)
    widths = {len(line) for line in csv.reader(io.StringIO(to_csv([entries[POINT], empty])))}
    assert widths == {14}


def test_entries_of_several_pages_name_them():
    pages = [Page(1, 2), Page(2, 2, error="The page is damaged.")]
    first, second = (reading_to_dict("a.pdf", replace(make_reading("12 3"), page=page)) for page in pages)
    assert (first["page"], first["pages"], name_entry(first)) == (1, 2, "a.pdf, page 1")
    assert second == {"file": "a.pdf", "page": 2, "pages": 2, "error": "The page is damaged."}
    (line,) = read_csv(first, second)
    assert (line["file"], line["page"]) == ("a.pdf", "1")
    assert to_table_csv([first, second]) == '"a.pdf, page 1",12,3\n'


def test_note_of_a_page_is_exported():
    entry = reading_to_dict("a.gif", replace(Reading.empty(), page=Page(note="Frame 1 was read.")))
    said = "Frame 1 was read."
    assert entry == {"file": "a.gif", "note": said, "rows": [], "refused": [], "notes": [said]}


def test_csv_says_what_was_expected_and_does_not_fit():
    entry = reading_to_dict("a.png", replace(make_reading("12 345\n-7"), expect=Expect.parse("at least 10")))
    first, second = read_csv(entry)
    assert (first["columns"], first["expected"], first["misfit"]) == ("1 2", "at least 10", "")
    assert (second["columns"], second["misfit"]) == ("1", "7" if second["text"] == "7" else "'-7")
    empty = reading_to_dict("b.png", replace(Reading.empty(), expect=Expect.parse("at least 10")))
    assert {len(line) for line in csv.reader(io.StringIO(to_csv([entry, empty])))} == {16}


def test_notes_on_a_picture_are_in_json_and_in_the_last_column():
    turned = replace(make_reading("12 345\n-7"), turn=90, mirrored=True, expect=Expect.parse("at least 10"))
    entry = reading_to_dict("a.png", turned)
    assert [note.split()[:4] for note in entry["notes"]] == [
        ["The", "picture", "was", "turned"],
        ["Not", "as", "expected", "(at"],
    ]
    straight = replace(make_reading("5"), page=Page(2, 2))
    lines = read_csv(entry, reading_to_dict("b.pdf", straight))
    assert [line["notes"] for line in lines] == [*[" ".join(entry["notes"])] * 2, ""]
    assert list(lines[0])[-2:] == ["page", "notes"]
    assert "notes" not in read_csv(reading_to_dict("b.pdf", straight))[0]


def test_picture_without_digits_keeps_its_notes_in_csv():
    (line,) = read_csv(reading_to_dict("a.png", replace(Reading.empty(), turn=180)))
    assert (line["text"], line["notes"]) == ("", "The picture was turned clockwise by 180°.")
