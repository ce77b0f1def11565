"""Export user digits as a zip file with `labels.csv` or as an .npz file, and parse both."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitnet.access.permissions import guarded
from digitnet.collection.exchange import byte_arrays, row_export
from digitnet.collection.exchange.tables import MAX_FILES
from digitnet.collection.samples import StoredDigit, compute_digest
from digitnet.collection.strings import StoredString
from digitnet.errors import CollectionError
from digitnet.formulas import guard_text, unguard_text
from digitnet.labels import NOT_A_DIGIT
from digitnet.preprocessing.images import to_png
from digitnet.preprocessing.normalization import PICTURE_SIZE

TABLE_FILE = "labels.csv"
COLUMNS = (
    *("file", "label", "writer", "read", "confidence", "model", "source", "origin"),
    *("added", "deleted", "digest", "crop"),
)
NOT_A_DIGIT_FOLDER = "not-a-digit"
_FILE_TIME = (1980, 1, 1, 0, 0, 0)  # With a fixed time the same digits give the same bytes.


@guarded("digits.export")
def to_zip(digits: Sequence[StoredDigit], strings: Sequence[StoredString] = ()) -> bytes:
    """Return digits as a zip file: 28 x 28 pictures in a folder for each label, crops, a table; and rows, if any.

    Raises:
        CollectionError: there are too many digits for a zip file.
    """
    files = 2 * len(digits) + len(strings) + 1 + bool(strings)
    if files > MAX_FILES:
        raise CollectionError(
            f"Expected digits and rows of at most {MAX_FILES:,} files for a zip file. Received: {files:,}; use .npz "
            "instead."
        )
    content, table = io.BytesIO(), io.StringIO(newline="")
    lines = csv.DictWriter(table, COLUMNS)
    lines.writeheader()
    with zipfile.ZipFile(content, "w") as archive:
        for digit in digits:
            line, pictures = _format_line(digit)
            lines.writerow(line)
            for path, png in pictures.items():
                archive.writestr(zipfile.ZipInfo(path, _FILE_TIME), png)
        table_info = zipfile.ZipInfo(TABLE_FILE, _FILE_TIME)
        table_info.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(table_info, table.getvalue().encode("utf-8-sig"))
        if strings:
            row_export.write_rows(archive, strings)
    return content.getvalue()


@guarded("digits.export")
def to_npz(digits: Sequence[StoredDigit], strings: Sequence[StoredString] = ()) -> bytes:
    """Return digits as an .npz file of parallel arrays.

    `pictures` is uint8 (n, 28, 28), `labels` uint8 (n,). `reads` is -1 and `confidences` NaN for digits that no model
    read. `crops` holds the bytes of all PNG files one after another, `crop_ends` (n,) the end of each. `added` is UTC.
    Arrays of rows, if there are any, have names of their own: `row_texts`, `row_pictures` and so on.
    """
    content = io.BytesIO()
    crops, crop_ends = byte_arrays.join([digit.crop for digit in digits])
    np.savez_compressed(
        content,
        pictures=np.array([digit.picture for digit in digits], np.uint8).reshape(-1, PICTURE_SIZE, PICTURE_SIZE),
        labels=np.array([digit.label for digit in digits], np.uint8),
        reads=np.array([-1 if digit.read is None else digit.read for digit in digits], np.int8),
        confidences=np.array([np.nan if digit.confidence is None else digit.confidence for digit in digits], float),
        models=_to_text_array([digit.model for digit in digits]),
        sources=_to_text_array([digit.source for digit in digits]),
        files=_to_text_array([digit.file for digit in digits]),
        writers=_to_text_array([digit.writer for digit in digits]),
        added=np.array([digit.added.astimezone(UTC).replace(tzinfo=None) for digit in digits], "datetime64[us]"),
        deleted=np.array([digit.deleted for digit in digits], bool),
        digests=_to_text_array([digit.digest for digit in digits]),
        crops=crops,
        crop_ends=crop_ends,
        **row_export.to_arrays(strings),
    )
    return content.getvalue()


def parse_line(line: Mapping[str, str], picture: NDArray[np.uint8], crop: bytes) -> StoredDigit:
    """Return the digit of a line of an exported table and its pictures.

    Raises:
        CollectionError: the line or the picture is not as exported.
    """
    try:
        return _check_digit(
            StoredDigit(
                picture,
                crop,
                int(line["label"]),
                read=int(line["read"]) if line["read"] else None,
                confidence=float(line["confidence"]) if line["confidence"] else None,
                model=line["model"],
                source=line["source"],
                file=unguard_text(line["origin"]),
                writer=unguard_text(line["writer"]),
                id=0,
                digest=line["digest"],
                added=datetime.fromisoformat(line["added"]),
                deleted=bool(int(line["deleted"])),
            )
        )
    except (KeyError, ValueError, TypeError, OverflowError) as error:
        raise CollectionError(f"The line in {TABLE_FILE} is not as it was exported.") from error


def is_exported(arrays: Mapping[str, Any]) -> bool:
    """Return whether arrays are those of `to_npz`."""
    return {"pictures", "labels", "digests", "crops", "crop_ends"} <= set(arrays)


def parse_arrays(arrays: Mapping[str, NDArray[Any]]) -> list[StoredDigit]:
    """Return the digits of arrays of `to_npz`.

    Raises:
        CollectionError: the arrays are not as exported.
    """
    try:
        crops = byte_arrays.split(arrays["crops"], arrays["crop_ends"])
        names = ("pictures", "labels", "reads", "confidences", "models", "sources", "files", "writers", "deleted")
        columns = [arrays[name] for name in (*names, "digests", "added")]
        return [_make_digit(crop, *values) for crop, *values in zip(crops, *columns, strict=True)]
    except (KeyError, ValueError, TypeError, OverflowError, AttributeError) as error:
        raise CollectionError("The arrays of the .npz are not as they were exported.") from error


def _make_digit(crop: bytes, *values: Any) -> StoredDigit:
    picture, label, read, confidence, model, source, file, writer, deleted, digest, added = values
    return _check_digit(
        StoredDigit(
            picture,
            crop,
            int(label),
            read=None if read < 0 else int(read),
            confidence=None if np.isnan(confidence) else float(confidence),
            model=str(model),
            source=str(source),
            file=str(file),
            writer=str(writer),
            id=0,
            digest=str(digest),
            added=added.astype("datetime64[us]").item().replace(tzinfo=UTC),
            deleted=bool(deleted),
        )
    )


def _check_digit(digit: StoredDigit) -> StoredDigit:
    digit.to_values()
    digit.added.astimezone(UTC)
    if compute_digest(digit.picture) != digit.digest:
        raise CollectionError("The picture is not the one that was exported: its digest differs.")
    return digit


def _format_line(digit: StoredDigit) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the table's line of a digit, and its PNG files by path."""
    name = f"{digit.digest[:20]}.png"
    path = f"{NOT_A_DIGIT_FOLDER if digit.label == NOT_A_DIGIT else digit.label}/{name}"
    pictures = {path: to_png(digit.picture)}
    crop = path if digit.crop == pictures[path] else f"crops/{name}" if digit.crop else ""
    if crop:
        pictures.setdefault(crop, digit.crop)
    values = (
        *(path, digit.label, guard_text(digit.writer), _format_number(digit.read), _format_number(digit.confidence)),
        *(digit.model, digit.source, guard_text(digit.file), digit.added.isoformat(), int(digit.deleted)),
        *(digit.digest, crop),
    )
    return dict(zip(COLUMNS, values, strict=True)), pictures


def _format_number(value: float | None) -> str:
    return "" if value is None else repr(value)


def _to_text_array(values: list[str]) -> NDArray[np.str_]:
    return np.array(values, np.str_) if values else np.empty(0, "U1")
