"""Pictures of one digit each, named by their label: the folder that they stand in, or a line of `labels.csv`."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np

from digitnet.collection.exchange.exporting import NOT_A_DIGIT_FOLDER, TABLE_FILE, parse_line
from digitnet.collection.exchange.single_digit import find_single_digit
from digitnet.collection.samples import Sample
from digitnet.errors import CollectionError, DigitnetError
from digitnet.labels import LABELS, NOT_A_DIGIT
from digitnet.preprocessing.images import load
from digitnet.types import RGB

Files = Mapping[str, bytes]
Line = Mapping[str, str]

MOST_PIXELS = 1_500_000_000  # of all pictures of one import, a few minutes' work
_LONGEST_TABLE = 32 * 2**20  # bytes
_HEADS = {
    "file": ("file", "filename", "image", "picture", "path", "name"),
    "label": ("label", "digit", "class"),
    "writer": ("writer", "person"),
}


class SkippedFile(NamedTuple):
    """A file, or a part of one, that gives no digit, and a sentence that says why."""

    file: str
    reason: str


def read_pictures(files: Files) -> Iterator[Sample | SkippedFile]:
    """Give the digit of each picture, or why there is none.

    Args:
        files: by their paths, with / between folders.

    Raises:
        CollectionError: `labels.csv` cannot be read.
    """
    table = min((path for path in files if _base(path).lower() == TABLE_FILE), key=len, default=None)
    lines = {} if table is None else _lines(files[table], table.rpartition("/")[0])
    crops = {line["crop"] for line in lines.values() if line.get("digest")}
    pixels = 0
    for path in (*lines, *sorted(set(files) - crops - set(lines) - {table})):
        try:
            if pixels > MOST_PIXELS:
                raise CollectionError("The pictures before it were as many as one import takes; import it by itself.")
            line = _line_of(path, lines, table)
            rgb = load(files[path]) if path in files else None
            pixels += 0 if rgb is None else rgb.shape[0] * rgb.shape[1]
            yield _sample(path, rgb, line, files)
        except DigitnetError as error:
            yield SkippedFile(path, str(error))


def read_label(text: str) -> int:
    """Return the label that a folder or a cell names.

    Raises:
        CollectionError: it names none.
    """
    plain = re.sub(r"[\s_-]+", "-", text.strip().lower())
    if plain == NOT_A_DIGIT_FOLDER:
        return NOT_A_DIGIT
    if re.fullmatch(r"[0-9]{1,2}(\.0+)?", plain) and int(float(plain)) in LABELS:
        return int(float(plain))
    raise CollectionError(f"Expected a label from 0 to 9, or {NOT_A_DIGIT_FOLDER}. Received: {text[:40]!r}.")


def _sample(path: str, rgb: RGB | None, line: Line, files: Files) -> Sample:
    if rgb is None:
        raise CollectionError(f"Expected the picture that {TABLE_FILE} names. Received: no such file.")
    if line.get("digest"):
        crop = files[line["crop"]] if line.get("crop") in files else b""
        return parse_line(line, np.ascontiguousarray(rgb[..., 0]), crop)
    label = read_label(line["label"])
    single = find_single_digit(rgb)
    return Sample(single.picture, single.crop, label, source="import", file=path, writer=line.get("writer", ""))


def _line_of(path: str, lines: Mapping[str, Line], table: str | None) -> Line:
    """Return what is known of a picture: its line, or else the nearest folder that is a label."""
    if table is not None:
        if path not in lines:
            raise CollectionError(f"Expected a line in {TABLE_FILE} for it. Received: none.")
        return lines[path]
    for folder in reversed(path.split("/")[:-1]):
        try:
            return {"label": str(read_label(folder))}
        except CollectionError:
            continue
    raise CollectionError(f"Expected a picture in a folder named by its label, such as 7/{_base(path)[:40]}.")


def _lines(content: bytes, folder: str) -> dict[str, Line]:
    """Return the lines of a table by the paths that they are of."""
    if len(content) > _LONGEST_TABLE:
        raise CollectionError(
            f"Expected a {TABLE_FILE} of at most {_LONGEST_TABLE // 2**20} MB. Received: a larger one."
        )
    text = _text(content)
    first = text.partition("\n")[0]
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count)))
    except csv.Error as error:
        raise CollectionError(f"The file {TABLE_FILE} is damaged: {error}.") from error
    heads = _heads(rows[0] if rows else [])
    found: dict[str, Line] = {}
    for row in rows[1:] if heads else rows:
        line = dict(zip(heads or ["file", "label", "writer"], row, strict=False))
        if line.get("file"):
            own = {name: _path(line[name], folder) for name in ("file", "crop") if line.get(name)}
            found[own["file"]] = {"label": "", "crop": "", **line, **own}
    return found


def _heads(row: list[str]) -> list[str]:
    """Return the names of the columns, none where the first row is a picture's already."""
    plain = [cell.strip().lower() for cell in row]
    known = [next((name for name, others in _HEADS.items() if cell in others), cell) for cell in plain]
    return known if {"file", "label"} <= set(known) else []


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _path(text: str, folder: str) -> str:
    """Return a path of a table as one of the files: from the table's own folder on."""
    path = text.strip().replace("\\", "/").removeprefix("./")
    return f"{folder}/{path}" if folder else path


def _base(path: str) -> str:
    return path.rpartition("/")[2]
