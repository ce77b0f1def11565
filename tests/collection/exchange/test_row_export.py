import csv
import io
import zipfile

import numpy as np

from digitnet.collection.exchange.importing import preview_files
from digitnet.collection.exchange.row_export import to_zip
from digitnet.collection.strings import StringSample
from digitnet.preprocessing.images import to_png


def test_rows_are_exported_with_their_texts(collection):
    pictures = [to_png(np.full((20, 60), number, np.uint8)) for number in range(2)]
    fields = {"read": "1250", "confidence": 0.5, "model": "cnn", "source": "photo", "file": "a.png", "writer": "Ann"}
    collection.add([], [StringSample(pictures[0], "£12.50", **fields), StringSample(pictures[1], "=7")])
    content = to_zip(collection.strings.find())
    assert content == to_zip(collection.strings.find())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        second, first = csv.DictReader(io.StringIO(archive.read("rows.csv").decode("utf-8-sig")))
        assert [archive.read(line["file"]) for line in (first, second)] == pictures
    assert [first["text"], second["text"]] == ["£12.50", "=7"]
    assert [first["read"], first["confidence"], first["origin"], first["writer"]] == ["1250", "0.5", "a.png", "Ann"]
    assert [second["read"], second["confidence"], second["deleted"]] == ["", "", "0"]


def test_names_like_formulas_are_none_in_the_table(collection):
    picture = to_png(np.full((20, 60), 9, np.uint8))
    collection.add([], [StringSample(picture, "7", file="-a.png", writer="+1")])
    content = to_zip(collection.strings.find())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        (line,) = csv.DictReader(io.StringIO(archive.read("rows.csv").decode("utf-8-sig")))
    assert [line["writer"], line["origin"]] == ["'+1", "'-a.png"]
    (imported,) = preview_files({"rows.zip": content}).strings
    assert [imported.writer, imported.file] == ["+1", "-a.png"]


def test_no_rows_give_a_table_without_lines():
    with zipfile.ZipFile(io.BytesIO(to_zip([]))) as archive:
        assert archive.namelist() == ["rows.csv"]
