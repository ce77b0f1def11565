import csv
import io
import json

from digitnet import Reading, read
from digitnet.export import error_to_dict, reading_to_dict, to_csv, to_json_line


def test_rows_and_digits_are_told_with_their_boxes(paper):
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
    assert reading_to_dict("blank.png", Reading.empty()) == {"file": "blank.png", "rows": []}


def test_csv_has_a_line_for_each_row(paper):
    reading = read(paper(height=500).number("2047", y=40).number("165", y=280).gray())
    entries = [reading_to_dict('odd, "name".png', reading), error_to_dict("bad.png", "It is no picture.")]
    lines = list(csv.DictReader(io.StringIO(to_csv(entries))))
    assert [(line["file"], line["row"], line["text"]) for line in lines] == [
        ('odd, "name".png', "1", "2047"),
        ('odd, "name".png', "2", "165"),
    ]
