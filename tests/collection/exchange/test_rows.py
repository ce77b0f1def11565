import csv
import io
from dataclasses import replace

import cv2
import numpy as np
import pytest

from digitnet.collection.collection import Collection
from digitnet.collection.exchange import row_export
from digitnet.collection.exchange.exporting import to_npz, to_zip
from digitnet.collection.exchange.importing import preview_files, preview_paths
from digitnet.errors import CollectionError
from digitnet.preprocessing.images import to_png
from tests.helpers.archives import pack, unpack
from tests.helpers.user_digits import make_stored_string

EXPORTS = [(to_zip, "mine.zip"), (to_npz, "mine.npz")]


@pytest.fixture
def varied_rows():
    """Return rows with an unusual value of each field in one of them."""
    return [
        make_stored_string(
            1, "£12.50 -7", read="1250", confidence=0.1 + 0.2, model="cnn", source="photo", file="a b.jpg", writer="Zoë"
        ),
        make_stored_string(2, "=7", writer='say "x", 小明; =1+1', deleted=True),
    ]


def get_fields(strings):
    return [{**vars(string), "id": 0} for string in strings]


@pytest.mark.parametrize(("export", "name"), EXPORTS)
def test_exported_rows_are_imported_unchanged(export, name, varied_rows, varied_digits, database, tmp_path):
    content = export(varied_digits, varied_rows)
    preview = preview_files({name: content}, writer="Bo")
    assert (preview.skipped, len(preview.samples)) == ([], 4)
    assert get_fields(preview.strings) == get_fields(varied_rows)
    with Collection.open(database) as collection:
        assert collection.add(preview.samples, preview.strings).strings == 2
        stored = collection.strings.find(deleted=None)[::-1]
        assert get_fields(stored) == get_fields(varied_rows)
        assert export(collection.find(deleted=None, order="oldest"), stored) == content
        assert collection.add(preview.samples, preview.strings).strings == 0
        assert collection.strings.count(deleted=None) == 2


@pytest.mark.parametrize(("export", "name"), EXPORTS)
def test_export_without_rows_is_the_same_as_before_rows(export, name, varied_digits):
    content = export(varied_digits, [])
    assert content == export(varied_digits)
    assert not any("row" in path for path in unpack(content))
    assert preview_files({name: content}).strings == []


def test_rows_alone_are_imported(varied_rows, tmp_path):
    content = row_export.to_zip(varied_rows)
    for path, file in unpack(content).items():
        (tmp_path / "mine" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "mine" / path).write_bytes(file)
    for preview in (preview_files({"rows.zip": content}), preview_paths([tmp_path / "mine"])):
        assert get_fields(preview.strings) == get_fields(varied_rows)
        assert (preview.samples, preview.skipped) == ([], [])


def test_row_that_comes_twice_is_kept_once(varied_rows):
    files = {name: export([], varied_rows) for export, name in EXPORTS}
    preview = preview_files(files)
    assert len(preview.strings) == 2
    assert list(preview.reasons) == ["The row '£12.50 -7' is there twice.", "The row '=7' is there twice."]


def alter_line(archive, **values):
    """Return a zip file of an export with other values in the first line of its rows."""
    files = unpack(archive)
    lines = list(csv.DictReader(io.StringIO(files["rows.csv"].decode("utf-8-sig"), newline="")))
    table = io.StringIO(newline="")
    writer = csv.DictWriter(table, row_export.COLUMNS)
    writer.writeheader()
    writer.writerows([lines[0] | values, *lines[1:]])
    return pack(files | {"rows.csv": table.getvalue()})


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"text": "12a"}, "Expected 1 to 1000 digits and signs of a row. Received: 'a'."),
        ({"confidence": "7"}, "Expected a confidence between 0 and 1. Received: 7."),
        ({"source": "mail"}, "Expected a source out of canvas, photo, import. Received: 'mail'."),
        ({"digest": "x"}, "Expected a digest of 64 hexadecimal digits. Received: 'x'."),
        ({"digest": ""}, "The line in rows.csv is not as it was exported."),
        ({"added": "last March"}, "The line in rows.csv is not as it was exported."),
        ({"file": "rows/nosuch.png"}, "Expected a picture of its own that rows.csv names. Received: none."),
    ],
)
def test_altered_row_is_skipped_and_nothing_else(values, sentence, varied_rows, varied_digits):
    preview = preview_files({"mine.zip": alter_line(to_zip(varied_digits, varied_rows), **values)})
    assert sentence in preview.reasons
    assert [string.text for string in preview.strings] == ["=7"]
    assert len(preview.samples) == 4


def test_picture_of_two_rows_is_given_to_one(varied_rows):
    second = f"rows/{varied_rows[1].digest}.png"
    preview = preview_files({"mine.zip": alter_line(to_zip([], varied_rows), file=second)})
    assert [string.text for string in preview.strings] == ["£12.50 -7"]
    assert "Expected a picture of its own that rows.csv names. Received: none." in preview.reasons


def test_rows_take_no_picture_from_the_digits(varied_rows, varied_digits):
    archive = to_zip(varied_digits, varied_rows)
    digit = next(path for path in unpack(archive) if path.startswith("7/"))
    assert len(preview_files({"mine.zip": alter_line(archive, file=digit)}).samples) == 4


@pytest.mark.parametrize(
    ("picture", "sentence"),
    [
        (b"no picture", "Expected the picture of a row as a PNG. Received: other bytes."),
        (make_stored_string(1).picture[:40], "The picture of the row is damaged; export it again."),
        (make_stored_string(1).picture[:20], "The picture of the row is damaged; export it again."),
        (
            to_png(np.zeros((129, 60), np.uint8)),
            "Expected the picture of a row with at most 4096 x 128 pixels. Received: 60 x 129.",
        ),
    ],
)
@pytest.mark.parametrize(("export", "name"), EXPORTS)
def test_unusable_picture_of_a_row_is_explained(export, name, picture, sentence, varied_rows):
    strings = [replace(varied_rows[0], picture=picture)]
    if name.endswith(".npz"):
        with pytest.raises(CollectionError) as error:
            preview_files({name: export([], strings)})
        assert str(error.value) == sentence
    else:
        preview = preview_files({name: export([], strings)})
        assert (preview.strings, list(preview.reasons)) == ([], [sentence])


@pytest.mark.parametrize(
    ("array", "values"),
    [
        ("row_texts", ["7"]),
        ("row_digests", ["", "x"]),
        ("row_picture_ends", [10**9, 10**9]),
        ("row_added", ["x", "x"]),
        ("row_confidences", ["0.5", "0.5"]),
    ],
)
def test_altered_arrays_of_rows_are_refused(array, values, varied_rows):
    with np.load(io.BytesIO(to_npz([], varied_rows))) as arrays:
        columns = dict(arrays) | {array: np.array(values)}
    content = io.BytesIO()
    np.savez(content, **columns)
    with pytest.raises(CollectionError, match=r"not as they were exported|hexadecimal"):
        preview_files({"mine.npz": content.getvalue()})


@pytest.mark.parametrize("table", ["file,text\na.png,7\n", "", "\0" * 9, "file,text\n" * 100_001, "x," * 101])
def test_other_table_of_that_name_gives_a_sentence_and_no_rows(table, varied_digits):
    preview = preview_files({"mine.zip": pack({**unpack(to_zip(varied_digits)), "rows.csv": table})})
    assert (len(preview.samples), preview.strings) == (4, [])
    (skipped,) = preview.skipped
    assert skipped.file == "rows.csv"
    assert skipped.reason.startswith(("Expected the columns of an exported rows.csv", "Expected a rows.csv of at most"))


def test_rows_that_are_too_many_for_a_zip_are_refused(varied_rows):
    with pytest.raises(CollectionError, match=r"at most 99,999 files for a zip file. Received: 100,002; use .npz"):
        to_zip([], varied_rows * 50_000)


def test_export_of_rows_holds_plain_files(varied_rows):
    files = unpack(to_zip([], varied_rows))
    shown = cv2.imdecode(np.frombuffer(files[f"rows/{varied_rows[0].digest}.png"], np.uint8), cv2.IMREAD_UNCHANGED)
    assert shown.shape == (20, 60)
    assert list(files) == ["labels.csv", *(f"rows/{row.digest}.png" for row in varied_rows), "rows.csv"]
