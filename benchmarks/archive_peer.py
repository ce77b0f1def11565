"""Compare reading an archive with RapidOCR, on the same files, by digits alone."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

from benchmarks.archive_pictures import OTHERS, TRUTH
from benchmarks.archive_run import run_command
from benchmarks.archive_scoring import Score, collect_rows
from benchmarks.cases import PictureKind
from benchmarks.peers import LOOKALIKES, make_rapidocr
from digitnet.preprocessing.images import load

# Amounts fill their pictures, where RapidOCR reads better without looking for text first.
PEER_KINDS: dict[str, PictureKind] = {"drawing": "line", "amount": "digit", "page": "page"}


def measure_peer(folder: Path, count: int, workers: int) -> None:
    """Read each kind with so many workers and, of it, `count` files with RapidOCR; print rates and errors.

    digitnet reads all files of the kind, its start included; RapidOCR has started, and uses the threads that it
    chooses. Errors are of the same files.
    """
    truth: dict[str, list[str]] = json.loads((folder / TRUTH).read_text())
    print(f"{'kind':<9} {'files':>6} {'files/s':>8} {'of it':>6} {'rapidocr':>9} {'ratio':>6}  wrong, exact of both")
    for kind, form in PEER_KINDS.items():
        paths = sorted((folder / OTHERS / kind).iterdir())
        texts = {
            path.name: ["".join(filter(str.isdigit, text)) for text in truth[f"{kind}/{path.name}"]]
            for path in paths[:count]
        }
        with tempfile.TemporaryDirectory() as out:
            command = ["read-many", str(folder / OTHERS / kind), "--out", out, "--workers", str(workers)]
            rate = len(paths) / run_command(command).seconds
            found = collect_rows(Path(out))
        read, ours, theirs, seconds = make_rapidocr(*LOOKALIKES)(form), Score(), Score(), 0.0
        for path in paths[:count]:
            picture = load(path)
            begun = time.perf_counter()
            rows = read(picture)
            seconds += time.perf_counter() - begun
            theirs.add(texts[path.name], rows)
            ours.add(texts[path.name], found.get(path.name, []))
        peer_rate = theirs.files / seconds
        scores = "   ".join(
            f"{each.wrong / each.digits:>7.2%} {each.exact / each.files:>7.1%}" for each in (ours, theirs)
        )
        rates = f"{len(paths):>6} {rate:>8.2f} {theirs.files:>6} {peer_rate:>9.2f} {rate / peer_rate:>6.1f}"
        print(f"{kind:<9} {rates}  {scores}", flush=True)
