"""Export readings as JSON and CSV, for the command line and the pages alike."""

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

CSV_COLUMNS = ("file", "row", "text", "confidence", "doubtful", "corrected", "left_out", "x0", "y0", "x1", "y1")
_DOUBT_SIGN, _CORRECTION_SIGN = "?", "*"  # They follow a digit in the columns "doubtful" and "corrected".
_ROWS_COMPARED = 3  # A column is placed by its numbers in this many rows above, as pages are seldom straight.


def reading_to_dict(file: str, reading: Reading) -> dict[str, Any]:
    """Return the rows, numbers and digits of a reading as plain values.

    Boxes are x0, y0, x1, y1 in pixels. The confidence of a row or number is the probability that all its digits are
    right; it is None if a user has corrected or confirmed any, because the network did not say so.
    """
    rows = [
        {
            "text": text,
            "confidence": _compute_confidence(reading, np.concatenate(numbers)),
            "box": box.tolist(),
            "numbers": [_number_to_dict(reading, places) for places in numbers],
            "digits": [_digit_to_dict(reading, index) for index in np.concatenate(numbers)],
        }
        for text, box, numbers in zip(reading.rows, reading.row_boxes, reading.places, strict=True)
    ]
    return {"file": file, "rows": rows, "refused": reading.refused.tolist()}


def error_to_dict(file: str, error: str) -> dict[str, Any]:
    """Return the entry of a file that cannot be read, with the reason as a sentence."""
    return {"file": file, "error": error}


def to_json_line(entry: dict[str, Any]) -> str:
    """Return an entry of `reading_to_dict` or `error_to_dict` as one line of JSON."""
    return json.dumps(entry, ensure_ascii=False)


def to_csv(entries: Iterable[dict[str, Any]]) -> str:
    """Return entries of `reading_to_dict` as CSV, with a header and a line for each row.

    Doubtful and corrected digits are followed by a sign in columns that repeat the text of such rows. Ink that was
    left out is counted in the row nearest to it. A file without digits gives a line without text, an error none.
    """
    lines: list[list[Any]] = [list(CSV_COLUMNS)]
    for entry in entries:
        if "error" in entry:
            continue
        rows, refused = entry["rows"], entry["refused"]
        nearest = [_find_nearest_row(rows, box) for box in refused]
        if not rows:
            lines.append([entry["file"], *[""] * 5, len(refused), *[""] * 4])
        for index, row in enumerate(rows):
            marked = _mark(row, "doubtful", _DOUBT_SIGN), _mark(row, "corrected", _CORRECTION_SIGN)
            counts = row["confidence"], *marked, nearest.count(index)
            lines.append([entry["file"], index + 1, row["text"], *counts, *row["box"]])
    return _format_csv(lines)


def _mark(row: dict[str, Any], kind: str, sign: str) -> str:
    """Return the text of a row with a sign after each digit of a kind, or "" if it has none."""
    if not any(digit[kind] for digit in row["digits"]):
        return ""
    digits = iter(row["digits"])
    return "".join(text + sign * (text != " " and next(digits)[kind]) for text in row["text"])


def _find_nearest_row(rows: list[dict[str, Any]], box: list[int]) -> int:
    """Return the index of the row that is vertically nearest to the middle of a box, or -1 if there are no rows."""
    middle = (box[1] + box[3]) / 2
    distances = [max(row["box"][1] - middle, middle - row["box"][3], 0) for row in rows]
    return distances.index(min(distances)) if distances else -1


def to_table(entry: dict[str, Any]) -> list[list[str]]:
    """Return the numbers of an entry as a table; numbers under each other share a column.

    Every row has a cell for every column, "" if it has no number there.
    """
    columns: list[dict[int, dict[str, Any]]] = []  # From left to right, each with its numbers by row.
    rows = entry.get("rows", [])
    for row_index, row in enumerate(rows):
        first = 0
        for number in row["numbers"]:
            column = _find_column(columns, first, number["box"])
            columns[column][row_index] = number
            first = column + 1
    return [[column.get(index, {}).get("text", "") for column in columns] for index in range(len(rows))]


def has_columns(entries: Iterable[dict[str, Any]]) -> bool:
    """Return whether any row holds several numbers."""
    return any(len(row["numbers"]) > 1 for entry in entries for row in entry.get("rows", []))


def to_table_csv(entries: list[dict[str, Any]]) -> str:
    """Return the tables of entries as CSV without a header, one under the other.

    With several entries, each line begins with the name of its file.
    """
    several = len(entries) > 1
    lines = [[entry["file"], *cells] if several else cells for entry in entries for cells in to_table(entry)]
    return _format_csv(lines)


def _number_to_dict(reading: Reading, places: NDArray[np.intp]) -> dict[str, Any]:
    return {
        "text": "".join(map(str, reading.labels[places])),
        "confidence": _compute_confidence(reading, places),
        "box": enclose(reading.boxes[places]).tolist(),
    }


def _compute_confidence(reading: Reading, places: NDArray[np.intp]) -> float | None:
    """Return the probability that all digits at `places` are right, or None if a user has corrected any."""
    if len(reading.corrected) and reading.corrected[places].any():
        return None
    return round(float(reading.confidence[places].prod()), 4)


def _digit_to_dict(reading: Reading, index: int) -> dict[str, Any]:
    corrected = bool(reading.corrected[index]) if len(reading.corrected) else False
    return {
        "digit": int(reading.labels[index]),
        "confidence": _compute_confidence(reading, np.array([index])),
        "runner_up": None if corrected else int(reading.runner_up[index]),
        "doubtful": bool(reading.doubtful[index]),
        "corrected": corrected,
        "box": reading.boxes[index].tolist(),
    }


def _find_column(columns: list[dict[int, dict[str, Any]]], first: int, box: list[int]) -> int:
    """Return the index of a number's column, from `first` on; insert a column if needed."""
    spans = [_find_span(column) for column in columns[first:]]
    overlaps = [min(right, box[2]) - max(left, box[0]) for left, right in spans]
    if overlaps and max(overlaps) > 0:
        return first + overlaps.index(max(overlaps))
    index = first + sum(right <= box[0] for _, right in spans)
    columns.insert(index, {})
    return index


def _find_span(column: dict[int, dict[str, Any]]) -> tuple[int, int]:
    """Return the left and right side of the last numbers of a column."""
    boxes = [number["box"] for number in list(column.values())[-_ROWS_COMPARED:]]
    return min(box[0] for box in boxes), max(box[2] for box in boxes)


def _format_csv(lines: list[list[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue()
