"""Convert data sets of pen strokes from their own files.

A record is a dictionary of label, writer and strokes; a stroke is a list of [x, y], y down.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from digitnet.errors import DatasetError

Record = dict[str, Any]

_PEN_HEIGHT = 500  # The tablet of the pen digits counts y from the bottom, 0 to this.
_SEGMENT = re.compile(r'\.SEGMENT\s+\S+.*"(.)"')
_POINT = re.compile(r"\((-?\d+)\s+(-?\d+)\)")


def parse_unipen(text: str) -> Iterator[Record]:
    """Parse the segments of a UNIPEN file: label, strokes, and the numbers in the comment as writer.

    Source: Guyon et al., "UNIPEN project of on-line data exchange and recognizer benchmarks" (1994).
    """
    record: Record | None = None
    is_down = False
    for line in text.splitlines():
        words = line.split()
        if segment := _SEGMENT.search(line):
            if record and record["strokes"]:
                yield record
            record, is_down = {"label": segment[1], "writer": "", "strokes": []}, False
        elif record is None or not words:
            continue
        elif words[0] == ".COMMENT":
            record["writer"] = words[2] if len(words) > 2 else ""
        elif words[0] == ".PEN_DOWN":
            record["strokes"].append([])
            is_down = True
        elif words[0] == ".PEN_UP":
            is_down = False
        elif is_down and not words[0].startswith("."):
            record["strokes"][-1].append([int(word) for word in words[:2]])
    if record and record["strokes"]:
        yield record


def convert_pen_digits(source: Path) -> list[Record]:
    """Convert pendigits-orig.tra, the digits of the UCI data set 81; y is turned down."""
    records = list(parse_unipen(_read(_find(source, "pendigits-orig.tra"))))
    for record in records:
        record["strokes"] = [[[x, _PEN_HEIGHT - y] for x, y in stroke] for stroke in record["strokes"]]
    return records


def convert_uji(source: Path) -> list[Record]:
    """Convert UJIpenchars-w01 to w11 of the UCI data set 160, a file for each writer."""
    records = []
    for path in sorted(source.rglob("UJIpenchars-w[0-9][0-9]*")):
        writer = f"uji{path.stem[-2:]}"
        records += [{**record, "writer": writer} for record in parse_unipen(_read(path))]
    return _require(records, source, "UJIpenchars-w01")


def convert_tomoe(source: Path) -> list[Record]:
    """Convert all.tdic of tomoe_data: a character, a line with the number of strokes, and a line for each stroke."""
    records: list[Record] = []
    for line in _read(_find(source, "all.tdic")).splitlines():
        points = [[int(x), int(y)] for x, y in _POINT.findall(line)]
        if points and records:
            records[-1]["strokes"].append(points)
        elif line.strip() and not line.startswith(":"):
            records.append({"label": line.strip(), "writer": "komatsu", "strokes": []})
    return _require([record for record in records if record["strokes"]], source, "all.tdic")


def _find(source: Path, name: str) -> Path:
    """Return the path of a file in a folder or below; the source may be the file itself."""
    if source.is_file():
        return source
    found = sorted(source.rglob(name))
    if not found:
        raise DatasetError(f"Expected a file {name} in {str(source)!r}.")
    return found[0]


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def _require(records: list[Record], source: Path, name: str) -> list[Record]:
    if not records:
        raise DatasetError(f"Expected characters in files like {name} in {str(source)!r}.")
    return records
