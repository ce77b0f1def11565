"""Measure the reading of archives: rate, memory, accuracy, stages, and what faults lose.

    python benchmarks/archive.py --count 20000 --workers 1 2 --ray local    (reads an archive of known numbers)
    python benchmarks/archive.py --profile 100                              (where the time goes, by kind and stage)
    python benchmarks/archive.py --rows 1000000                             (memory, with a simulated reader)
    python benchmarks/archive.py --peer 200                                 (RapidOCR, which make bench-peers installs)
    python benchmarks/archive.py --faults 5                                 (stops driver, workers and store in turn)

The archive has drawings (half of it), amounts on paper, photographed pages and filled forms. Their digits are MNIST's
test digits, those of pages its training digits redrawn. Two files in a thousand are no pictures. Forms are read with
their template, the others without. Each reading is a command of its own; memory is that of all its processes together,
and of the driver alone.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.archive_faults import measure_faults
from benchmarks.archive_memory import measure_memory
from benchmarks.archive_peer import measure_peer
from benchmarks.archive_pictures import FORMS, OTHERS, SHARES, TEMPLATE, TRUTH, make_archive
from benchmarks.archive_profile import STAGES, sampling
from benchmarks.archive_run import Run, list_own_processes, run_command
from benchmarks.archive_scoring import score_results

if TYPE_CHECKING:
    from digitnet.archive.items import Item
    from digitnet.archive.options import ArchiveOptions


def read_both(folder: Path, out: Path, options: list[str], helpers: list[int]) -> dict[str, Run]:
    """Read the two parts of an archive to folders of results; return the run of each.

    Args:
        helpers: ids of processes that are none of the command's, but read for it.
    """
    template = ["--template", str(folder / TEMPLATE)]
    return {
        part: run_command(["read-many", str(folder / part), "--out", str(out / part), *options, *more], helpers)
        for part, more in ((OTHERS, []), (FORMS, template))
    }


def measure_reading(folder: Path, workers: list[int], ray: str | None, nodes: int | None) -> None:
    """Read an archive in each way, and print rates, memory and scores."""
    counts = {part: sum(1 for path in (folder / part).rglob("*") if path.is_file()) for part in (OTHERS, FORMS)}
    print(f"{sum(counts.values()):,} files; load of the machine before: {os.getloadavg()[0]:.1f}", flush=True)
    heads = f"{'CPU s':>8} {'driver':>7} {'MB all':>7} {'driver':>7}"
    print(f"{'way':<18} {'part':<7} {'seconds':>8} {'files/s':>8} {heads}")
    ways = {f"{count} workers": ["--workers", str(count)] for count in workers}
    if ray:
        ways[f"ray, {max(workers)} actors"] = ["--workers", str(max(workers)), "--ray", ray]
    if nodes:
        ways |= {f"ray, {nodes} nodes": []}
    for way, options in ways.items():
        with tempfile.TemporaryDirectory() as out, _running_nodes(0 if options else nodes or 0) as (address, helpers):
            options = options or ["--ray", address]
            for part, run in read_both(folder, Path(out), options, helpers).items():
                rate = f"{run.seconds:>8.1f} {counts[part] / run.seconds:>8.2f}"
                processor = f"{run.processor:>8.1f} {run.driver_processor:>7.1f}"
                memory = f"{run.all_memory:>7.0f} {run.driver_memory:>7.0f}"
                print(f"{way:<18} {part:<7} {rate} {processor} {memory}", flush=True)
            scores, errors = score_results(folder, Path(out))
    print(f"\n{'kind':<9} {'files':>6} {'exact':>7} {'digits wrong':>13}   rows with an error: {errors}")
    for kind, score in scores.items():
        print(f"{kind:<9} {score.files:>6} {score.exact / score.files:>7.1%} {score.wrong / score.digits:>13.2%}")


@contextmanager
def _running_nodes(count: int) -> Iterator[tuple[str, list[int]]]:
    """Yield address and processes of a Ray cluster of so many nodes with a processor each, all on this machine.

    Without nodes, both are empty.
    """
    if not count:
        yield "", []
        return
    from ray.cluster_utils import Cluster

    settings = {"num_cpus": 1, "include_dashboard": False, "object_store_memory": 128 * 2**20}
    before = list_own_processes()
    cluster = Cluster(initialize_head=True, head_node_args=settings)
    try:
        for _ in range(count - 1):
            cluster.add_node(**settings)
        yield cluster.address, list(list_own_processes() - before)
    finally:
        cluster.shutdown()


def measure_stages(folder: Path, count: int) -> None:
    """Print the milliseconds of a processor by kind and stage, and files an hour."""
    import cv2

    cv2.setNumThreads(1)
    os.environ["DIGITNET_THREADS"] = "1"
    from digitnet.archive.items import Item
    from digitnet.archive.options import ArchiveOptions
    from digitnet.models.active import get_active_model
    from digitnet.models.store import compute_digest, load_tflite

    name = get_active_model()
    options = ArchiveOptions(name, compute_digest(load_tflite(name)))
    form = ArchiveOptions(options.model, options.digest, template=(folder / TEMPLATE).read_text())
    print(f"{'kind':<9} {'files':>5} {'ms each':>8} {'an hour':>8}  " + " ".join(f"{stage:>13}" for stage in STAGES))
    for kind in SHARES:
        place = folder / (FORMS if kind == "form" else OTHERS) / kind
        items = [Item(path.name, str(path)) for path in sorted(place.iterdir())[:count]]
        known = form if kind == "form" else options
        _read_and_write(items[:1], known)  # Loads networks and libraries.
        with sampling() as seconds:
            begun = time.process_time()
            _read_and_write(items, known)
            used = time.process_time() - begun
        factor = 1000 * used / len(items) / sum(seconds.values())
        stages = " ".join(f"{factor * seconds[stage]:>13.1f}" for stage in STAGES)
        print(f"{kind:<9} {len(items):>5} {1000 * used / len(items):>8.1f} {3600 * len(items) / used:>8,.0f}  {stages}")


def _read_and_write(items: list[Item], options: ArchiveOptions) -> None:
    """Read items one by one in this process, and write their rows as a part."""
    from digitnet.archive.item_reading import Place, read_part
    from digitnet.archive.parts import PartWriter

    with tempfile.TemporaryDirectory() as out:
        writer = PartWriter(Path(out))
        for item in items:
            writer.add(read_part([item], Place(), options, 60.0).rows)
        writer.write()


@contextmanager
def _given_or_new(folder: Path | None, count: int, distinct: int) -> Iterator[Path]:
    """Yield the folder of an archive, made if it is not there, and deleted afterwards if none was given."""
    with tempfile.TemporaryDirectory() as new:
        archive = folder or Path(new) / "archive"
        if not (archive / TRUTH).exists():
            make_archive(archive, count, distinct)
        yield archive


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, help="keep the archive here, and use it again (default: a new one)")
    parser.add_argument("--count", type=int, default=2000, help="files of the archive (default 2000)")
    parser.add_argument("--distinct", type=int, default=200, help="different pictures of a kind (default 200)")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2], metavar="N", help="numbers to try (1 2)")
    parser.add_argument("--ray", metavar="ADDRESS", help="read on a Ray cluster, too; local starts one")
    parser.add_argument("--nodes", type=int, metavar="N", help="read on a cluster of N nodes of this machine, too")
    parser.add_argument("--profile", type=int, metavar="N", help="print the time by kind and stage, of N files each")
    parser.add_argument("--peer", type=int, metavar="N", help="compare with RapidOCR on N files of a kind")
    parser.add_argument("--rows", type=int, metavar="N", help="write N rows of a simulated reader; print the memory")
    parser.add_argument("--faults", type=int, metavar="N", help="stop driver, workers and store so often each")
    args = parser.parse_args()
    if args.rows:
        measure_memory(args.rows)
    elif args.faults:
        sys.exit(measure_faults(args.faults))
    else:
        with _given_or_new(args.folder, args.count, args.distinct) as folder:
            if args.profile:
                measure_stages(folder, args.profile)
            elif args.peer:
                measure_peer(folder, args.peer, max(args.workers))
            else:
                measure_reading(folder, args.workers, args.ray, args.nodes)


if __name__ == "__main__":
    main()
