"""Measure what reading an archive costs, for the simulation of many workers."""

from __future__ import annotations

import pickle
import tempfile
import time
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from threading import Event

import numpy as np
import psutil

from benchmarks.archive_pictures import FORMS, OTHERS, SHARES, TEMPLATE
from benchmarks.scale_model import Costs
from digitnet.archive.item_reader import Outcome
from digitnet.archive.item_reading import Place, read_part
from digitnet.archive.items import Item
from digitnet.archive.listing import list_items
from digitnet.archive.options import ArchiveOptions
from digitnet.archive.parts import KnownItems, PartWriter
from digitnet.archive.ray_engine import read_blocks
from digitnet.models.active import get_active_model
from digitnet.models.store import compute_digest, load_tflite

LONG = "long PDFs"  # Pages in files of 1 to 300 pages, as scanners make them.
_MEAN_PAGES = 25.0
_LISTED_FILES = 20_000
_WRITTEN_FILES = 20_000
_BLOCKS = 300  # That Ray hands over, and then twice as many: the difference has no start in it.


def measure_costs(folder: Path, count: int) -> dict[str, Costs]:
    """Return the costs of each kind of archive.

    Args:
        folder: an archive that `archive_pictures.make_archive` made.
        count: how many files of a kind to read.
    """
    name = get_active_model()
    options = ArchiveOptions(name, compute_digest(load_tflite(name)))
    form = replace(options, template=(folder / TEMPLATE).read_text())
    drawing = min((folder / OTHERS / "drawing").iterdir())
    hand_over, start_window = _measure_windows(options, Item(drawing.name, str(drawing)))
    list_file = _measure_listing()
    costs = {}
    for kind in SHARES:
        place = folder / (FORMS if kind == "form" else OTHERS) / kind
        items = [Item(path.name, str(path)) for path in islice(sorted(place.iterdir()), count)]
        outcomes, seconds = _measure_reading(items, form if kind == "form" else options)
        size = float(np.mean([Path(item.address).stat().st_size for item in items]))
        write_page = _measure_writing(outcomes)
        costs[kind] = Costs(seconds, (1,), size, list_file, hand_over, write_page, start_window)
    rng = np.random.default_rng(0)
    pages = np.minimum(1 + rng.exponential(_MEAN_PAGES, 1000).astype(int), 300)
    page = costs["page"]
    costs[LONG] = replace(page, page_counts=tuple(pages.tolist()), file_bytes=page.file_bytes * float(pages.mean()))
    return costs


def _measure_reading(items: list[Item], options: ArchiveOptions) -> tuple[list[Outcome], tuple[float, ...]]:
    """Read items; return their rows, and the seconds of a processor that each took."""
    read_part(items[:1], Place(), options, 0.0)  # Loads the networks.
    outcomes, seconds = [], []
    for item in items:
        begun = time.process_time()
        rows = read_part([item], Place(), options, 600.0).rows
        seconds.append(time.process_time() - begun)
        outcomes.append(Outcome([item.name], rows))
    return outcomes, tuple(seconds)


def _measure_listing() -> float:
    """Return the seconds that the driver takes to list a file, and to see that it is new."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(_LISTED_FILES):
            (Path(folder) / f"scan-{number:06d}.png").touch()
        known, begun = KnownItems(), time.process_time()
        for item in list_items(folder):
            known.add(item.name)
        seconds = time.process_time() - begun
        known.close()
    return seconds / _LISTED_FILES


def _measure_writing(outcomes: list[Outcome]) -> float:
    """Return the seconds that the driver takes to unpack the rows of a file, and to write them."""
    packed = [pickle.dumps(outcome) for outcome in outcomes]
    with tempfile.TemporaryDirectory() as folder:
        writer, begun = PartWriter(Path(folder)), time.process_time()
        for number in range(_WRITTEN_FILES):
            outcome: Outcome = pickle.loads(packed[number % len(packed)])
            writer.add(outcome.rows)
        writer.write()
        return (time.process_time() - begun) / _WRITTEN_FILES


def _measure_windows(options: ArchiveOptions, item: Item) -> tuple[float, float]:
    """Return the seconds of a processor that the driver takes for a block, and that all of Ray takes to begin a window.

    The files of the blocks cannot be opened, and one actor takes them. The window is one file that is read.
    """
    from digitnet.workers.cluster import connected

    with connected("local", 1):
        list(read_blocks(_make_missing(1), options, 1, Event()))  # Starts the processes of Ray.
        before = _count_processor_seconds()
        list(read_blocks([[item]], options, 1, Event()))
        start_window = _count_processor_seconds() - before
        used = []
        for count in (_BLOCKS, 2 * _BLOCKS):
            begun = time.process_time()
            list(read_blocks(_make_missing(count), options, 1, Event()))
            used.append(time.process_time() - begun)
    return (used[1] - used[0]) / _BLOCKS, start_window


def _count_processor_seconds() -> float:
    """Return the seconds of a processor that this process, those below it and those that have ended there took."""
    seconds = 0.0
    me = psutil.Process()
    for process in (me, *me.children(recursive=True)):
        with suppress(psutil.Error):
            seconds += sum(process.cpu_times()[:4])
    return seconds


def _make_missing(count: int) -> list[list[Item]]:
    """Return blocks of one file that cannot be opened."""
    return [[Item(f"missing-{number}", "", error="It is missing.")] for number in range(count)]
