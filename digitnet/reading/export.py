"""A reading as JSON and CSV, the same from the command line and the pages."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from digitnet.reading.result import Reading
from digitnet.segmentation.boxes import enclose

COLUMNS = ("file", "row", "text", "confidence", "x0", "y0", "x1", "y1")
Places = NDArray[np.intp]
_LOOKED_BACK = 3  # rows above, in which a column of a table is looked for: pages are seldom straight


def reading_to_dict(file: str, reading: Reading) -> dict[str, Any]:
    """Return the rows, numbers and digits of a reading as plain values, boxes as x0, y0, x1, y1 in pixels."""
    rows = [
        {
            "text": text,
            "box": box.tolist(),
            "numbers": [_number(reading, places) for places in numbers],
            "digits": [_digit(reading, index) for index in np.concatenate(numbers)],
        }
        for text, box, numbers in zip(reading.rows, reading.row_boxes, reading.places, strict=True)
    ]
    return {"file": file, "rows": rows, "refused": reading.refused.tolist()}


def _number(reading: Reading, places: Places) -> dict[str, Any]:
    return {
        "text": "".join(map(str, reading.labels[places])),
        "confidence": round(float(reading.confidence[places].prod()), 4),
        "box": enclose(reading.boxes[places]).tolist(),
    }


def _digit(reading: Reading, index: int) -> dict[str, Any]:
    return {
        "digit": int(reading.labels[index]),
        "confidence": round(float(reading.confidence[index]), 4),
        "runner_up": int(reading.runner_up[index]),
        "doubtful": bool(reading.doubtful[index]),
        "box": reading.boxes[index].tolist(),
    }


def error_to_dict(file: str, error: str) -> dict[str, Any]:
    """Return the sentence on a file that could not be read."""
    return {"file": file, "error": error}


def to_json_line(entry: dict[str, Any]) -> str:
    """Return an entry of `reading_to_dict` or `error_to_dict` as one line of JSON."""
    return json.dumps(entry, ensure_ascii=False)


def to_csv(entries: Iterable[dict[str, Any]]) -> str:
    """Return entries of `reading_to_dict` as CSV with a header, a line for each row of digits.

    The confidence of a row is that of its least certain digit; entries of errors give no line.
    """
    lines: list[list[Any]] = [list(COLUMNS)]
    for entry in entries:
        for number, row in enumerate(entry.get("rows", []), 1):
            confidence = min(digit["confidence"] for digit in row["digits"])
            lines.append([entry["file"], number, row["text"], confidence, *row["box"]])
    return _as_csv(lines)


def to_table(entry: dict[str, Any]) -> list[list[str]]:
    """Return the numbers of an entry as the rows of a table; numbers under each other share a column.

    Every row has a cell for every column, "" where it has no number there.
    """
    columns: list[dict[int, dict[str, Any]]] = []  # from left to right, each with its numbers by row
    rows = entry.get("rows", [])
    for place, row in enumerate(rows):
        first = 0
        for number in row["numbers"]:
            column = _column(columns, first, number["box"])
            columns[column][place] = number
            first = column + 1
    return [[column.get(place, {}).get("text", "") for column in columns] for place in range(len(rows))]


def _column(columns: list[dict[int, dict[str, Any]]], first: int, box: list[int]) -> int:
    """Return the column, from `first` on, that a number of this box belongs to; there may be a new one."""
    spans = [_span(column) for column in columns[first:]]
    shared = [min(right, box[2]) - max(left, box[0]) for left, right in spans]
    if shared and max(shared) > 0:
        return first + shared.index(max(shared))
    place = first + sum(right <= box[0] for _, right in spans)
    columns.insert(place, {})
    return place


def _span(column: dict[int, dict[str, Any]]) -> tuple[int, int]:
    """Return from where to where the last numbers of a column reach."""
    boxes = [number["box"] for number in list(column.values())[-_LOOKED_BACK:]]
    return min(box[0] for box in boxes), max(box[2] for box in boxes)


def has_columns(entries: Iterable[dict[str, Any]]) -> bool:
    """Return whether some row holds several numbers."""
    return any(len(row["numbers"]) > 1 for entry in entries for row in entry.get("rows", []))


def to_table_csv(entries: list[dict[str, Any]]) -> str:
    """Return the tables of entries as CSV without a header, one under the other.

    Of several files each line begins with the name of its own.
    """
    several = len(entries) > 1
    return _as_csv([[entry["file"], *cells] if several else cells for entry in entries for cells in to_table(entry)])


def _as_csv(lines: list[list[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()
