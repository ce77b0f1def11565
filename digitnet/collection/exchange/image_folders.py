"""Read pictures of one digit each, labeled by their folder or by a line of `labels.csv`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from typing import NamedTuple

import numpy as np

from digitnet.collection.exchange.exporting import NOT_A_DIGIT_FOLDER, TABLE_FILE, parse_line
from digitnet.collection.exchange.single_digit import find_single_digit
from digitnet.collection.exchange.tables import find_table, parse_table, resolve_path
from digitnet.collection.samples import Sample
from digitnet.errors import CollectionError, DigitnetError
from digitnet.labels import LABELS, NOT_A_DIGIT
from digitnet.preprocessing.images import load
from digitnet.types import RGB

Files = Mapping[str, bytes]
Line = Mapping[str, str]

MAX_PIXELS = 1_500_000_000  # Pixels of all pictures of an import, a few minutes of work.
# Columns of the table, and the headings that name them.
_HEADINGS = {
    "file": ("file", "filename", "image", "picture", "path", "name"),
    "label": ("label", "digit", "class"),
    "writer": ("writer", "person"),
}


class SkippedFile(NamedTuple):
    """A file, or a picture in it, that gave no digit, and why."""

    file: str
    reason: str


def read_pictures(files: Files, others: Set[str] = frozenset()) -> Iterator[Sample | SkippedFile]:
    """Yield the digit of each picture, or the reason why it was skipped.

    Args:
        files: contents by path, with / between folders.
        others: paths of files that hold something else, unless `labels.csv` names them.

    Raises:
        CollectionError: `labels.csv` cannot be read.
    """
    table = find_table(files, TABLE_FILE)
    lines = {} if table is None else _parse_table(files[table], table.rpartition("/")[0])
    crops = {line["crop"] for line in lines.values() if line.get("digest")}
    pixels = 0
    for path in (*lines, *sorted(set(files) - crops - set(lines) - {table, *others})):
        try:
            if pixels > MAX_PIXELS:
                raise CollectionError("The pictures before it reached the limit of one import; import it separately.")
            line = _find_line(path, lines, table)
            rgb = load(files[path]) if path in files else None
            pixels += 0 if rgb is None else rgb.shape[0] * rgb.shape[1]
            yield _make_sample(path, rgb, line, files)
        except DigitnetError as error:
            yield SkippedFile(path, str(error))


def parse_label(text: str) -> int:
    """Parse the label of a folder's name or a cell.

    Raises:
        CollectionError: the text is not a label.
    """
    plain = re.sub(r"[\s_-]+", "-", text.strip().lower())
    if plain == NOT_A_DIGIT_FOLDER:
        return NOT_A_DIGIT
    if re.fullmatch(r"[0-9]{1,2}(\.0+)?", plain) and int(float(plain)) in LABELS:
        return int(float(plain))
    raise CollectionError(f"Expected a label from 0 to 9, or {NOT_A_DIGIT_FOLDER}. Received: {text[:40]!r}.")


def _make_sample(path: str, rgb: RGB | None, line: Line, files: Files) -> Sample:
    if rgb is None:
        raise CollectionError(f"Expected the picture that {TABLE_FILE} names. Received: no such file.")
    if line.get("digest"):
        crop = files[line["crop"]] if line.get("crop") in files else b""
        return parse_line(line, np.ascontiguousarray(rgb[..., 0]), crop)
    label = parse_label(line["label"])
    single = find_single_digit(rgb)
    return Sample(single.picture, single.crop, label, source="import", file=path, writer=line.get("writer", ""))


def _find_line(path: str, lines: Mapping[str, Line], table: str | None) -> Line:
    """Return the table's line of a picture, or a line with the label of its nearest folder."""
    if table is not None:
        if path not in lines:
            raise CollectionError(f"Expected a line in {TABLE_FILE} for the picture. Received: none.")
        return lines[path]
    for folder in reversed(path.split("/")[:-1]):
        try:
            return {"label": str(parse_label(folder))}
        except CollectionError:
            continue
    raise CollectionError(f"Expected a picture in a folder named by its label, such as 7/{_get_file_name(path)[:40]}.")


def _parse_table(content: bytes, folder: str) -> dict[str, Line]:
    """Return the lines of a table by the paths of their pictures."""
    rows = parse_table(content, TABLE_FILE)
    headings = _parse_headings(rows[0] if rows else [])
    found: dict[str, Line] = {}
    for row in rows[1:] if headings else rows:
        line = dict(zip(headings or ["file", "label", "writer"], row, strict=False))
        if line.get("file"):
            paths = {name: resolve_path(line[name], folder) for name in ("file", "crop") if line.get(name)}
            found[paths["file"]] = {"label": "", "crop": "", **line, **paths}
    return found


def _parse_headings(row: list[str]) -> list[str]:
    """Return the names of the columns, an empty list if the first row is a picture's."""
    plain = [cell.strip().lower() for cell in row]
    known = [next((name for name, others in _HEADINGS.items() if cell in others), cell) for cell in plain]
    return known if {"file", "label"} <= set(known) else []


def _get_file_name(path: str) -> str:
    return path.rpartition("/")[2]
