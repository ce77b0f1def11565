"""Export rows of numbers with their texts as a zip file, to train on them elsewhere."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence

from digitnet.collection.strings import StoredString

TABLE_FILE = "rows.csv"
COLUMNS = ("file", "text", "writer", "read", "confidence", "model", "source", "origin", "added", "deleted", "digest")
_FILE_TIME = (1980, 1, 1, 0, 0, 0)  # With a fixed time the same rows give the same bytes.


def to_zip(strings: Sequence[StoredString]) -> bytes:
    """Return rows as a zip file: a gray PNG file of each, and a table of their texts."""
    content, table = io.BytesIO(), io.StringIO(newline="")
    lines = csv.writer(table)
    lines.writerow(COLUMNS)
    with zipfile.ZipFile(content, "w") as archive:
        for string in strings:
            path = f"rows/{string.digest[:20]}.png"
            confidence = "" if string.confidence is None else repr(string.confidence)
            origin = string.model, string.source, string.file, string.added.isoformat(), int(string.deleted)
            lines.writerow([path, string.text, string.writer, string.read, confidence, *origin, string.digest])
            archive.writestr(zipfile.ZipInfo(path, _FILE_TIME), string.picture)
        archive.writestr(zipfile.ZipInfo(TABLE_FILE, _FILE_TIME), table.getvalue().encode("utf-8-sig"))
    return content.getvalue()
