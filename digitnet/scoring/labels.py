"""Know the numbers on pictures: from a table beside them, or from their names."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from digitnet.errors import DatasetError, explain_os_errors
from digitnet.labels import is_number

LABELS_FILE = "labels.csv"
PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".avif", ".bmp", ".tif", ".tiff", ".gif", ".pdf")
_FILE, _NUMBER = "file", "number"
_MAX_TABLE_BYTES = 10_000_000
_SHOWN_LINES = 10  # With problems of their own.
_SHOWN_NAMES = 3  # Of several that have the same problem.
_COPY_MARK = re.compile(r" ?\(\d+\)$|_.*$")  # At the end of a name that another picture has, too: "3141_2".

Source = Path | bytes  # A file, or its content.


@dataclass(frozen=True)
class LabeledPicture:
    """A picture whose numbers are known.

    Attributes:
        file: its name.
        source: its path, or its content.
        numbers: its numbers as written, in reading order; none of a form.
        fields: the numbers of a form by the names of its fields, for each row of its table; one row without a table.
    """

    file: str
    source: Source
    numbers: tuple[str, ...] = ()
    fields: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class Labels:
    """Pictures whose numbers are known, and a sentence for each problem with the others."""

    pictures: tuple[LabeledPicture, ...]
    problems: tuple[str, ...] = ()


def load_folder(folder: Path, fields: Sequence[str] = ()) -> Labels:
    """Find the pictures of a folder, and know their numbers by `labels.csv`, or by their names if there is none.

    Args:
        folder: the folder.
        fields: names of the fields of a form, which are the columns of the table then; none for plain pictures.

    Raises:
        DatasetError: the folder or its table cannot be read, or nothing is known of any picture.
    """
    with explain_os_errors(f"The folder {str(folder)!r} cannot be read", DatasetError):
        files = {path.name: path for path in sorted(folder.iterdir()) if path.is_file()}
    table = files.pop(LABELS_FILE, None)
    content = None
    if table:
        with explain_os_errors(f"The file {str(table)!r} cannot be read", DatasetError):
            content = table.read_bytes()
    else:
        files = {name: path for name, path in files.items() if path.suffix.lower() in PICTURE_ENDINGS}
    labels = label_files(files, content, fields)
    if not labels.pictures:
        reason = labels.problems[0] if labels.problems else "It holds no pictures."
        raise DatasetError(f"There is nothing to score in {str(folder)!r}. {reason}")
    return labels


def label_files(files: Mapping[str, Source], table: bytes | None, fields: Sequence[str] = ()) -> Labels:
    """Know the numbers on files by a table, or by their names.

    Args:
        files: the files, or their contents, by their names.
        table: content of `labels.csv`; None to go by the names.
        fields: as for `load_folder`.

    Raises:
        DatasetError: the table is none, or lacks a column.
    """
    if table is None:
        if fields:
            raise DatasetError(f"The fields of a form need a {LABELS_FILE} with the columns {_FILE}, {_list(fields)}.")
        return _label_by_names(files)
    lines = _read_table(table, fields or [_NUMBER])
    problems: list[str] = []
    known: dict[str, list[Mapping[str, str]]] = {}
    missing: dict[str, None] = {}
    last = ""
    for place, line in lines:
        file = line[_FILE]
        if file not in files:
            missing[file] = None
        elif file in known and file != last:
            problems.append(f"Line {place} of {LABELS_FILE} names {file!r} again; put all its lines below each other.")
        elif problem := _find_problem(line, fields):
            problems.append(f"Line {place} of {LABELS_FILE}, {file!r}: {problem}")
        else:
            known.setdefault(file, []).append(line)
        last = file
    if len(problems) > _SHOWN_LINES:
        problems[_SHOWN_LINES:] = [f"And {len(problems) - _SHOWN_LINES:,} more lines of {LABELS_FILE} are left out."]
    problems += _name_all("named in labels.csv but not there", missing)
    problems += _name_all(
        "without a label and left out",
        (
            file
            for file in files
            if PurePath(file).suffix.lower() in PICTURE_ENDINGS and file not in {line[_FILE] for _, line in lines}
        ),
    )
    return Labels(tuple(_make(file, files[file], rows, fields) for file, rows in known.items()), tuple(problems))


def _make(file: str, source: Source, lines: list[Mapping[str, str]], fields: Sequence[str]) -> LabeledPicture:
    if fields:
        return LabeledPicture(file, source, fields=tuple({name: line[name] for name in fields} for line in lines))
    return LabeledPicture(file, source, tuple(number for line in lines for number in line[_NUMBER].split()))


def _label_by_names(files: Mapping[str, Source]) -> Labels:
    """Label files by their names: "12.50.jpg" holds 12.50, "3141_2.png" and "3141 (2).png" hold 3141."""
    numbers = {file: _COPY_MARK.sub("", PurePath(file).stem).split() for file in files}
    unnamed = [file for file, texts in numbers.items() if not texts or not all(map(is_number, texts))]
    pictures = tuple(
        LabeledPicture(file, source, tuple(numbers[file])) for file, source in files.items() if file not in unnamed
    )
    return Labels(pictures, _name_all("not named by a number, such as 12.50.jpg, and left out", unnamed))


def _read_table(content: bytes, columns: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """Return the lines of a table with their numbers, by columns: `file` and those that are asked for.

    Raises:
        DatasetError: a column is missing, or it is no table.
    """
    if len(content) > _MAX_TABLE_BYTES:
        raise DatasetError(f"The file {LABELS_FILE} is larger than {_MAX_TABLE_BYTES:,} bytes; score fewer pictures.")
    text = content.decode("utf-8-sig", "replace")
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    names = {name.lower(): name for name in (_FILE, *columns)}
    try:
        reader = csv.reader(text.splitlines(), delimiter=delimiter)
        heads = [names.get(name.strip().lower(), "") for name in next(reader, [])]
        lines = [(reader.line_num, dict(zip(heads, map(str.strip, cells), strict=False))) for cells in reader if cells]
    except csv.Error as error:
        raise DatasetError(f"The file {LABELS_FILE} is no table: {error}.") from error
    if lost := [name for name in (_FILE, *columns) if name not in heads]:
        raise DatasetError(
            f"Expected the columns {_FILE}, {_list(columns)} in {LABELS_FILE}. Missing: {', '.join(lost)}."
        )
    return [(number, dict.fromkeys(names.values(), "") | line) for number, line in lines]


def _find_problem(line: Mapping[str, str], fields: Sequence[str]) -> str:
    """Return a sentence about a line whose label is no number, or ""; a field of a form may be empty."""
    for name in fields or [_NUMBER]:
        texts = line[name].split()
        if wrong := [text for text in texts if not is_number(text)]:
            return f"Expected digits, and signs beside them. Received: {wrong[0]!r}."
        if not texts and not fields:
            return "The label has no digits."
    return ""


def _name_all(problem: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return one sentence about all names that have a problem, or nothing."""
    found = list(names)
    if not found:
        return ()
    count = "1 file is" if len(found) == 1 else f"{len(found):,} files are"
    more = f" and {len(found) - _SHOWN_NAMES:,} more" if len(found) > _SHOWN_NAMES else ""
    return (f"{count} {problem}: {', '.join(found[:_SHOWN_NAMES])}{more}.",)


def _list(columns: Iterable[str]) -> str:
    return ", ".join(columns)
