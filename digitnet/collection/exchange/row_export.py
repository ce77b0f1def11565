"""Export rows of numbers with their texts as files with `rows.csv` or as arrays, and parse both."""

from __future__ import annotations

import csv
import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitnet.access.permissions import guarded
from digitnet.collection.exchange import byte_arrays
from digitnet.collection.row_samples import MAX_HEIGHT, MAX_WIDTH
from digitnet.collection.strings import StoredString
from digitnet.errors import CollectionError, ImageError
from digitnet.formulas import guard_text, unguard_text
from digitnet.preprocessing.images import load

TABLE_FILE = "rows.csv"
COLUMNS = ("file", "text", "writer", "read", "confidence", "model", "source", "origin", "added", "deleted", "digest")
PICTURES_ARRAY = "row_pictures"
_TEXT_ARRAYS = {
    "row_texts": "text",
    "row_digests": "digest",
    "row_reads": "read",
    "row_models": "model",
    "row_sources": "source",
    "row_files": "file",
    "row_writers": "writer",
}
_OTHER_ARRAYS = ("row_confidences", "row_added", "row_deleted")
_FILE_TIME = (1980, 1, 1, 0, 0, 0)  # With a fixed time the same rows give the same bytes.
_SIZE_BYTES = slice(16, 24)  # Where a PNG file has its width and height.


@guarded("digits.export")
def to_zip(strings: Sequence[StoredString]) -> bytes:
    """Return rows as a zip file: a gray PNG file of each, and a table of their texts."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        write_rows(archive, strings)
    return content.getvalue()


def write_rows(archive: zipfile.ZipFile, strings: Sequence[StoredString]) -> None:
    """Write the pictures of rows and their table into a zip file."""
    table = io.StringIO(newline="")
    lines = csv.writer(table)
    lines.writerow(COLUMNS)
    for string in strings:
        path = f"rows/{string.digest}.png"
        confidence = "" if string.confidence is None else repr(string.confidence)
        origin = string.model, string.source, guard_text(string.file), string.added.isoformat(), int(string.deleted)
        lines.writerow([path, string.text, guard_text(string.writer), string.read, confidence, *origin, string.digest])
        archive.writestr(zipfile.ZipInfo(path, _FILE_TIME), string.picture)
    archive.writestr(zipfile.ZipInfo(TABLE_FILE, _FILE_TIME), table.getvalue().encode("utf-8-sig"))


def to_arrays(strings: Sequence[StoredString]) -> dict[str, Any]:
    """Return rows as parallel arrays by name, none if there are no rows; see `exporting.to_npz`."""
    if not strings:
        return {}
    pictures, ends = byte_arrays.join([string.picture for string in strings])
    return {
        PICTURES_ARRAY: pictures,
        "row_picture_ends": ends,
        **{
            array: np.array([getattr(string, field) for string in strings], np.str_)
            for array, field in _TEXT_ARRAYS.items()
        },
        "row_confidences": np.array([np.nan if s.confidence is None else s.confidence for s in strings], float),
        "row_added": np.array([s.added.astimezone(UTC).replace(tzinfo=None) for s in strings], "datetime64[us]"),
        "row_deleted": np.array([string.deleted for string in strings], bool),
    }


def parse_line(line: Mapping[str, str], picture: bytes) -> StoredString:
    """Return the row of a line of an exported table and its picture.

    Raises:
        CollectionError: the line or the picture is not as exported.
    """
    try:
        return _check_row(
            StoredString(
                picture,
                line["text"],
                line["digest"],
                read=line["read"],
                confidence=float(line["confidence"]) if line["confidence"] else None,
                model=line["model"],
                source=line["source"],
                file=unguard_text(line["origin"]),
                writer=unguard_text(line["writer"]),
                id=0,
                added=datetime.fromisoformat(line["added"]),
                deleted=bool(int(line["deleted"])),
            )
        )
    except (KeyError, ValueError, TypeError, OverflowError) as error:
        raise CollectionError(f"The line in {TABLE_FILE} is not as it was exported.") from error


def parse_arrays(arrays: Mapping[str, NDArray[Any]]) -> list[StoredString]:
    """Return the rows of arrays of `to_arrays`; older exports have none.

    Raises:
        CollectionError: the arrays are not as exported.
    """
    if PICTURES_ARRAY not in arrays:
        return []
    try:
        pictures = byte_arrays.split(arrays[PICTURES_ARRAY], arrays["row_picture_ends"])
        texts = zip(*(arrays[name] for name in _TEXT_ARRAYS), strict=True)
        others = zip(*(arrays[name] for name in _OTHER_ARRAYS), strict=True)
        return [_make_row(*row) for row in zip(pictures, texts, others, strict=True)]
    except (KeyError, ValueError, TypeError, OverflowError, AttributeError) as error:
        raise CollectionError("The rows of the .npz are not as they were exported.") from error


def _make_row(picture: bytes, texts: tuple[Any, ...], others: tuple[Any, ...]) -> StoredString:
    confidence, added, deleted = others
    return _check_row(
        StoredString(
            picture,
            **{field: str(text) for field, text in zip(_TEXT_ARRAYS.values(), texts, strict=True)},
            confidence=None if np.isnan(confidence) else float(confidence),
            id=0,
            added=added.astype("datetime64[us]").item().replace(tzinfo=UTC),
            deleted=bool(deleted),
        )
    )


def _check_row(string: StoredString) -> StoredString:
    string.added.astimezone(UTC)
    if string.to_values()["digest"] != string.digest:
        raise ValueError("Expected a digest. Received: none.")
    _check_picture(string.picture)
    return string


def _check_picture(content: bytes) -> None:
    """Raise CollectionError if a PNG file is larger than the picture of a row, or damaged."""
    width, height = struct.unpack(">II", content[_SIZE_BYTES].ljust(8, b"\0"))
    if width > MAX_WIDTH or height > MAX_HEIGHT:
        raise CollectionError(
            f"Expected the picture of a row with at most {MAX_WIDTH} x {MAX_HEIGHT} pixels. "
            f"Received: {width} x {height}."
        )
    try:
        load(content)
    except ImageError as error:
        raise CollectionError("The picture of the row is damaged; export it again.") from error
