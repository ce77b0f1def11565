import pytest

from digitnet.errors import DatasetError
from digitnet.scoring import labels
from digitnet.scoring.labels import label_files, load_folder

FILES = dict.fromkeys(("a.jpg", "b.jpg", "c.jpg"), b"")


def get_numbers(labels):
    return {picture.file: picture.numbers for picture in labels.pictures}


def test_numbers_stand_in_one_line_or_in_several():
    labels = label_files(FILES, b"file,number\na.jpg,12.50 7\nb.jpg,1\nb.jpg,2\nc.jpg,-3\n")
    assert get_numbers(labels) == {"a.jpg": ("12.50", "7"), "b.jpg": ("1", "2"), "c.jpg": ("-3",)}
    assert labels.problems == ()


def test_table_of_a_spreadsheet_is_understood():
    table = "\ufeffFile;note;Number\r\na.jpg;x;12,50\r\n\r\nb.jpg;;1\r\nc.jpg;;2\r\n".encode()
    assert get_numbers(label_files(FILES, table)) == {"a.jpg": ("12,50",), "b.jpg": ("1",), "c.jpg": ("2",)}


def test_bad_labels_get_a_sentence_and_the_others_are_kept():
    table = b"file,number\na.jpg,12\nb.jpg,\nz.jpg,1\na.jpg,3\nc.jpg,seven\n"
    labels = label_files({**FILES, "d.jpg": b""}, table)
    assert get_numbers(labels) == {"a.jpg": ("12",)}
    assert labels.problems == (
        "Line 3 of labels.csv, 'b.jpg': The label has no digits.",
        "Line 5 of labels.csv names 'a.jpg' again; put all its lines below each other.",
        "Line 6 of labels.csv, 'c.jpg': Expected digits, and signs beside them. Received: 'seven'.",
        "1 file is named in labels.csv but not there: z.jpg.",
        "1 file is without a label and left out: d.jpg.",
    )


def test_files_may_be_named_by_what_they_hold():
    names = ["12.50.jpg", "3141_2.png", "3141 (2).png", "7 8.jpg", "IMG_1.jpg"]
    labels = label_files(dict.fromkeys(names, b""), None)
    assert list(get_numbers(labels).values()) == [("12.50",), ("3141",), ("3141",), ("7", "8")]
    assert labels.problems == ("1 file is not named by a number, such as 12.50.jpg, and left out: IMG_1.jpg.",)


def test_fields_of_forms_are_columns():
    labels = label_files(FILES, b"file,Total,date\na.jpg,12.50,\na.jpg,3,1.2.2024\n", ["date", "total"])
    (picture,) = labels.pictures
    assert picture.fields == ({"date": "", "total": "12.50"}, {"date": "1.2.2024", "total": "3"})


@pytest.mark.parametrize(
    ("table", "fields", "sentence"),
    [
        (b"a.jpg,12\n", [], "Expected the columns file, number in labels.csv. Missing: file, number."),
        (b"file,number\n", ["total"], "Missing: total"),
        (None, ["total"], "need a labels.csv with the columns file, total"),
    ],
)
def test_wrong_table_is_refused(table, fields, sentence):
    with pytest.raises(DatasetError, match=sentence):
        label_files(FILES, table, fields)


def test_folder_is_read_with_its_table(tmp_path):
    for name in FILES:
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "labels.csv").write_text("file,number\na.jpg,12\n")
    labels = load_folder(tmp_path)
    assert get_numbers(labels) == {"a.jpg": ("12",)}
    assert labels.problems == ("2 files are without a label and left out: b.jpg, c.jpg.",)


def test_folder_without_pictures_is_refused(tmp_path):
    with pytest.raises(DatasetError, match="It holds no pictures"):
        load_folder(tmp_path)
    with pytest.raises(DatasetError, match="cannot be read: No such file"):
        load_folder(tmp_path / "none")


def test_many_problems_are_summed_up_and_huge_tables_refused(monkeypatch):
    table = "file,number\n" + "a.jpg,seven\n" * 30
    *_, last = label_files({"a.jpg": b""}, table.encode()).problems[:11]
    assert last == "And 20 more lines of labels.csv are left out."
    monkeypatch.setattr(labels, "_MAX_TABLE_BYTES", 10)
    with pytest.raises(DatasetError, match="larger than 10 bytes"):
        label_files({"a.jpg": b""}, table.encode())
