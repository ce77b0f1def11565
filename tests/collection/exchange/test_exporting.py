import csv
import io

import cv2
import numpy as np
import pytest

from digitnet.collection.collection import Collection
from digitnet.collection.exchange.exporting import to_npz, to_zip
from digitnet.collection.exchange.importing import preview_files
from digitnet.errors import CollectionError
from tests.helpers.archives import pack, unpack
from tests.helpers.user_digits import make_stored_digit


def get_fields(digits):
    return [{**vars(digit), "id": 0, "picture": digit.picture.tolist()} for digit in digits]


@pytest.mark.parametrize(("export", "name"), [(to_zip, "mine.zip"), (to_npz, "mine.npz")])
def test_exported_digits_are_imported_unchanged(export, name, varied_digits, database, tmp_path):
    content = export(varied_digits)
    preview = preview_files({name: content}, writer="Bo")
    assert preview.skipped == []
    with Collection.open(f"sqlite:///{tmp_path}/first.db") as first, Collection.open(database) as second:
        first.add(varied_digits)
        second.add(preview_files({name: export(first.find(deleted=None, order="oldest"))}).samples)
        assert get_fields(second.find(deleted=None)) == get_fields(first.find(deleted=None))
        assert export(second.find(deleted=None, order="oldest")) == content
        assert second.add(preview.samples).known == 4


def test_exported_zip_holds_pictures_and_a_table(varied_digits):
    files = unpack(to_zip(varied_digits))
    lines = list(csv.DictReader(io.StringIO(files["labels.csv"].decode("utf-8-sig"), newline="")))
    assert [line["file"].split("/")[0] for line in lines] == ["7", "not-a-digit", "0", "4"]
    for line, digit in zip(lines, varied_digits, strict=True):
        shown = cv2.imdecode(np.frombuffer(files[line["file"]], np.uint8), cv2.IMREAD_UNCHANGED)
        assert np.array_equal(shown, digit.picture)
    assert len(files) == 6  # A crop has a file of its own only if it differs from the picture.


def test_names_like_formulas_are_none_in_the_table(mnist):
    digit = make_stored_digit(1, mnist[1].images[0], writer="=1+1", file="@a.png")
    content = to_zip([digit])
    (line,) = csv.DictReader(io.StringIO(unpack(content)["labels.csv"].decode("utf-8-sig"), newline=""))
    assert [line["writer"], line["origin"]] == ["'=1+1", "'@a.png"]
    (imported,) = preview_files({"mine.zip": content}).samples
    assert [imported.writer, imported.file] == ["=1+1", "@a.png"]


def test_exported_npz_holds_plain_arrays(varied_digits):
    with np.load(io.BytesIO(to_npz(varied_digits)), allow_pickle=False) as columns:
        assert np.array_equal(columns["pictures"], [digit.picture for digit in varied_digits])
        assert columns["labels"].tolist() == [7, 10, 0, 4]
        assert columns["writers"].tolist() == [digit.writer for digit in varied_digits]


@pytest.mark.parametrize("export", [to_zip, to_npz])
def test_export_of_no_digits_imports_no_digits(export):
    assert preview_files({f"mine.{export.__name__[3:]}": export([])}).samples == []


@pytest.mark.parametrize("ends", [[5, 2, 9, 9], [-1, 2, 3, 9], [1, 2, 3, 10**9]])
def test_npz_whose_crops_overlap_is_refused(ends, varied_digits):
    with np.load(io.BytesIO(to_npz(varied_digits))) as arrays:
        columns = dict(arrays) | {"crop_ends": np.array(ends)}
    content = io.BytesIO()
    np.savez(content, **columns)
    with pytest.raises(CollectionError, match="not as they were exported"):
        preview_files({"mine.npz": content.getvalue()})


def test_too_many_digits_for_a_zip_are_refused(varied_digits, monkeypatch):
    with pytest.raises(CollectionError, match=r"at most 99,999 files for a zip file. Received: 100,001; use .npz"):
        to_zip(varied_digits[:1] * 50_000)


def test_altered_line_of_an_export_is_skipped(varied_digits):
    files = unpack(to_zip(varied_digits))
    files["labels.csv"] = files["labels.csv"].replace(b"2024-03-02", b"last March").replace(b"0.30000", b"7.30000")
    other = next(path for path in files if path.startswith("0/"))
    files[other] = files[next(path for path in files if path.startswith("4/"))]
    preview = preview_files({"mine.zip": pack(files)})
    assert [sample.label for sample in preview.samples] == [4]
    assert sorted(preview.reasons) == [
        "Expected a confidence between 0 and 1. Received: 7.3.",
        "The line in labels.csv is not as it was exported.",
        "The picture is not the one that was exported: its digest differs.",
    ]
