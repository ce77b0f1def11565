"""A reading as JSON and CSV, the same from the command line and the pages."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import Any

import numpy as np

from digitnet.reading import Reading

COLUMNS = ("file", "row", "text", "confidence", "x0", "y0", "x1", "y1")


def reading_to_dict(file: str, reading: Reading) -> dict[str, Any]:
    """Return the rows and digits of a reading as plain values, boxes as x0, y0, x1, y1 in pixels."""
    rows = []
    for text, box, number in zip(reading.rows, reading.row_boxes, np.unique(reading.row), strict=True):
        digits = [
            {
                "digit": int(reading.labels[index]),
                "confidence": round(float(reading.confidence[index]), 4),
                "box": reading.boxes[index].tolist(),
            }
            for index in np.flatnonzero(reading.row == number)
        ]
        rows.append({"text": text, "box": box.tolist(), "digits": digits})
    return {"file": file, "rows": rows}


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
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for entry in entries:
        for number, row in enumerate(entry.get("rows", []), 1):
            confidence = min(digit["confidence"] for digit in row["digits"])
            writer.writerow([entry["file"], number, row["text"], confidence, *row["box"]])
    return text.getvalue()
