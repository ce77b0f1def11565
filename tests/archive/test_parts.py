"""Parts appear whole, are bounded, and say which items they hold."""

import os

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.archive import parts
from digitnet.archive.parts import KnownItems, PartWriter, list_parts
from digitnet.archive.rows import Row
from digitnet.errors import ArchiveError
from tests.archive.conftest import list_files


def make_rows(name, count, error=None):
    return [Row(name, page, text="1", error=error) for page in range(1, count + 1)]


def count_known(folder):
    known = KnownItems()
    counts = known.add_parts(list_parts(folder))
    known.close()
    return counts


def test_part_is_written_when_enough_rows_have_come(tmp_path):
    writer = PartWriter(tmp_path, max_rows=10)
    for number in range(7):
        writer.add(make_rows(f"{number}.png", 4))
    assert [pq.read_metadata(path).num_rows for path in list_parts(tmp_path)] == [12, 12]
    writer.write()
    assert [path.name for path in list_parts(tmp_path)] == [f"part-00000{number}.parquet" for number in (1, 2, 3)]


def test_part_is_written_when_rows_are_large(tmp_path):
    writer = PartWriter(tmp_path, max_bytes=50_000)
    writer.add([Row("a.png", page, error="long " * 20) for page in range(1000)])
    assert len(list_parts(tmp_path)) == 1


def test_part_is_written_when_rows_have_waited(tmp_path, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(parts.time, "monotonic", lambda: now[0])
    writer = PartWriter(tmp_path)
    writer.add(make_rows("a.png", 1))
    now[0] = parts.MAX_SECONDS + 1
    writer.add(make_rows("b.png", 1))
    assert list_files(tmp_path) == ["a.png", "b.png"]


def test_later_writer_leaves_earlier_parts_alone(tmp_path):
    for name in ("a.png", "b.png"):
        writer = PartWriter(tmp_path)
        writer.add(make_rows(name, 1))
        writer.write()
        writer.write()
    assert len(list_parts(tmp_path)) == 2
    assert list_files(tmp_path) == ["a.png", "b.png"]


def test_failed_write_leaves_no_part_and_keeps_the_rows(tmp_path, monkeypatch):
    writer = PartWriter(tmp_path)
    writer.add(make_rows("a.png", 3))

    def fail(*_, **__):
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(parts.pq, "write_table", fail)
        with pytest.raises(ArchiveError, match=r"cannot be saved .* No space left on device; make room"):
            writer.write()
    assert list(tmp_path.iterdir()) == []
    writer.write()
    assert list_files(tmp_path) == ["a.png"] * 3


def test_damaged_part_is_a_sentence(tmp_path):
    (tmp_path / "part-000001.parquet").write_text("no part")
    with pytest.raises(ArchiveError, match=r"part-000001.parquet' are damaged; delete this file"):
        count_known(tmp_path)


def test_items_with_errors_are_counted_once(tmp_path):
    writer = PartWriter(tmp_path)
    writer.add([*make_rows("a.png", 2, "bad"), *make_rows("b.png", 2), *make_rows("c.png", 1, "bad")])
    writer.write()
    assert count_known(tmp_path) == (3, 2)


@given(st.lists(st.tuples(st.text(max_size=20), st.integers(1, 5)), unique_by=lambda item: item[0], max_size=30))
def test_parts_know_each_item_they_hold(tmp_path_factory, items):
    folder = tmp_path_factory.mktemp("parts")
    writer = PartWriter(folder, max_rows=4)
    for name, count in items:
        writer.add(make_rows(name, count))
    writer.write()
    known = KnownItems()
    assert known.add_parts(list_parts(folder))[0] == len(items)
    assert not any(known.add(name) for name, _ in items)
    assert known.add("a name longer than all the others")
    known.close()
    assert sum(pq.read_metadata(path).num_rows for path in list_parts(folder)) == sum(count for _, count in items)
