"""Write rows as parts, Parquet files that each hold whole items, and tell which items the parts of a folder hold.

A part appears whole or not at all, so the parts alone say what was read; no ledger beside them can differ from them.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from digitnet.archive.rows import Row
from digitnet.errors import ArchiveError, explain_os_errors
from digitnet.files import replace_atomically

MAX_ROWS = 50_000
MAX_BYTES = 64 * 2**20
MAX_SECONDS = 60.0
_BATCH_ROWS = 1000  # Rows are kept as Arrow, which takes a fifth of the memory, in batches of so many.
_PART = re.compile(r"part-(\d{6,})\.parquet")
_CACHE_KILOBYTES = 8192
_INSERT = "INSERT OR IGNORE INTO names VALUES (?)"
_TYPES = {"page": pa.int32(), "row": pa.int32(), "column": pa.int32(), "value": pa.float64(), "doubtful": pa.bool_()}
_TYPES |= {"confidence": pa.float64(), "seconds": pa.float64()} | dict.fromkeys(("x0", "y0", "x1", "y1"), pa.int32())
SCHEMA = pa.schema([(name, _TYPES.get(name, pa.string())) for name in Row._fields])


def list_parts(folder: Path) -> list[Path]:
    """Return the parts in a folder by their numbers."""
    return sorted((path for path in folder.iterdir() if _PART.fullmatch(path.name)), key=_get_number)


def _get_number(path: Path) -> int:
    match = _PART.fullmatch(path.name)
    return int(match[1]) if match else 0


class PartWriter:
    """Collects rows and writes them as parts to a folder; nobody else may write there."""

    def __init__(
        self, folder: Path, max_rows: int = MAX_ROWS, max_bytes: int = MAX_BYTES, max_seconds: float = MAX_SECONDS
    ) -> None:
        self._folder = folder
        self._max_rows, self._max_bytes, self._max_seconds = max_rows, max_bytes, max_seconds
        self._number = _get_number(parts[-1]) if (parts := list_parts(folder)) else 0
        self._rows: list[Row] = []
        self._batches: list[pa.RecordBatch] = []
        self._packed_rows = self._packed_bytes = 0  # Of the batches.
        self._first = 0.0

    def add(self, rows: Sequence[Row]) -> None:
        """Add the rows of whole items; write a part if enough have come together, or some have waited long.

        Raises:
            ArchiveError: the part cannot be written.
        """
        if not (self._rows or self._batches):
            self._first = time.monotonic()
        self._rows += rows
        if len(self._rows) >= _BATCH_ROWS:
            self._pack()
        is_due = time.monotonic() - self._first > self._max_seconds
        if len(self._rows) + self._packed_rows >= self._max_rows or self._packed_bytes >= self._max_bytes or is_due:
            self.write()

    def write(self) -> None:
        """Write what was added as a part; raises ArchiveError."""
        self._pack()
        if not self._batches:
            return
        table = pa.Table.from_batches(self._batches, SCHEMA)
        path = self._folder / f"part-{self._number + 1:06d}.parquet"
        advice = "make room, then run the same command again"
        sentence = f"The results cannot be saved in {str(self._folder)!r}"
        with explain_os_errors(sentence, ArchiveError, advice), replace_atomically(path) as file:
            pq.write_table(table, file, compression="zstd")
        self._number += 1
        self._batches = []
        self._packed_rows = self._packed_bytes = 0

    def _pack(self) -> None:
        if self._rows:
            columns = zip(*self._rows, strict=True)
            arrays = [pa.array(values, kind) for values, kind in zip(columns, SCHEMA.types, strict=True)]
            self._batches.append(pa.RecordBatch.from_arrays(arrays, schema=SCHEMA))
            self._packed_rows += self._batches[-1].num_rows
            self._packed_bytes += self._batches[-1].nbytes
            self._rows = []


class KnownItems:
    """The names of items that need not be read again; they lie on the disk, so that a million take no memory."""

    def __init__(self) -> None:
        # A file of its own, which nobody sees. One thread at a time uses it: a cluster's items are listed in another.
        self._names = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        for setting in (f"cache_size = -{_CACHE_KILOBYTES}", "journal_mode = OFF", "synchronous = OFF"):
            self._names.execute(f"PRAGMA {setting}")
        self._names.execute("CREATE TABLE names (name TEXT PRIMARY KEY) WITHOUT ROWID")
        self._names.execute("BEGIN")

    def add(self, name: str) -> bool:
        """Add a name; return whether it is new."""
        return self._names.execute(_INSERT, (name,)).rowcount > 0

    def add_parts(self, parts: Sequence[Path]) -> tuple[int, int]:
        """Add the items that parts hold; return how many they are, and how many of them have an error on a page.

        Raises:
            ArchiveError: a part cannot be read.
        """
        before, errors = self._names.total_changes, 0
        for path in parts:
            erroneous = ""
            for batch in iterate_batches(path, ["file", "error"]):
                self._names.executemany(_INSERT, zip(batch["file"], strict=True))
                for name, error in zip(batch["file"], batch["error"], strict=True):
                    if error and name != erroneous:
                        errors, erroneous = errors + 1, name
        return self._names.total_changes - before, errors

    def close(self) -> None:
        """Forget the names."""
        self._names.close()


def iterate_batches(path: Path, columns: list[str] | None = None) -> Iterator[dict[str, list[Any]]]:
    """Yield the columns of a part, some thousand rows at a time.

    Raises:
        ArchiveError: the part is damaged.
    """
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(10_000, columns=columns):
                yield batch.to_pydict()
    except (OSError, pa.ArrowException) as error:
        sentence = f"The results in {str(path)!r} are damaged; delete this file, and what it held is read again."
        raise ArchiveError(sentence) from error
