"""Archives of small files, options, and engines that need no reading process."""

import pyarrow.parquet as pq
import pytest

from digitnet.archive.item_reader import Outcome
from digitnet.archive.options import ArchiveOptions
from digitnet.archive.parts import list_parts
from digitnet.archive.rows import Row


@pytest.fixture
def options():
    return ArchiveOptions("cnn", "0" * 64)


@pytest.fixture
def folder(tmp_path):
    """A folder of twelve files in two folders, each of which holds its own name."""
    for name in [*(f"{number}.png" for number in range(10)), "deep/a.png", "deep/deeper/b.png"]:
        path = tmp_path / "scans" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path / "scans"


def make_outcome(items):
    """Return two rows for each item, an error for those whose name has "bad"."""
    rows = [
        Row(item.name, page, text="12", error="It is bad." if "bad" in item.name else None)
        for item in items
        for page in (1, 2)
    ]
    return Outcome([item.name for item in items], rows)


def read_names(items, options, stopping):
    """An engine that reads nothing, one item at a time."""
    for item in items:
        yield make_outcome([item])


def list_rows(folder):
    """Return all rows of the results in a folder, without the time that they took."""
    rows = [row for path in list_parts(folder) for row in pq.read_table(path).to_pylist()]
    return sorted([{**row, "seconds": None} for row in rows], key=repr)


def list_files(folder):
    """Return the file of each row of the results in a folder."""
    return sorted(row["file"] for row in list_rows(folder))
