"""Write many rows of a reader that reads nothing, and watch the memory of the process."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

from digitnet.archive.item_reader import Outcome
from digitnet.archive.items import Item
from digitnet.archive.job import read_archive
from digitnet.archive.local_engine import read_in_threads
from digitnet.archive.options import ArchiveOptions
from digitnet.archive.parts import list_parts
from digitnet.archive.progress import Progress
from digitnet.archive.rows import Row

_TENTHS = 10


def measure_memory(count: int) -> None:
    """List so many names, write a row for each, go on after half of them, and print the memory at each tenth."""
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "list.csv", Path(folder) / "results"
        with source.open("w") as lines:
            lines.write("file\n")
            lines.writelines(f"drawer_{number // 1000:05d}/scan_{number:08d}.png\n" for number in range(count))
        begun, process, next_count = time.perf_counter(), psutil.Process(), [0]

        def report(progress: Progress) -> None:
            done = progress.earlier + progress.files
            if done >= next_count[0]:
                memory = process.memory_info().rss / 1e6
                print(f"{done:>10,} rows {memory:>7.0f} MB {time.perf_counter() - begun:>7.1f} s", flush=True)
                next_count[0] += count // _TENTHS
            if done >= count // 2 and not progress.earlier:
                stopping.set()

        for _ in range(2):
            stopping = threading.Event()
            read_archive(str(source), out, ArchiveOptions("cnn", "0" * 64), _simulate, report, stopping)
        seconds, parts = time.perf_counter() - begun, list_parts(out)
        rows = sum(_count_rows(path) for path in parts)
        size = sum(path.stat().st_size for path in parts) / 1e6
        print(f"{rows:,} rows in {len(parts)} parts, {size:.1f} MB, {seconds:.0f} s; {count - rows:,} lost or doubled")


def _simulate(items: Iterator[Item], options: ArchiveOptions, stopping: threading.Event) -> Iterator[Outcome]:
    def read(chunk: Sequence[Item]) -> Outcome:
        names = [item.name for item in chunk]
        return Outcome(names, [_make_row(name, options) for name in names])

    return read_in_threads(items, read, 2)


def _make_row(name: str, options: ArchiveOptions) -> Row:
    text, box = name[-9:-4], (10, 20, 300, 80)
    model = options.model, options.digest
    return Row(name, 1, 1, 1, None, text, text, float(text), 0.9973, False, *box, *model, None, 0.0123)


def _count_rows(path: Path) -> int:
    import pyarrow.parquet

    return int(pyarrow.parquet.read_metadata(path).num_rows)
