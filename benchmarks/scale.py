"""Say how the reading of an archive grows from 1 to 1,000 workers: measured costs, and a simulation of what queues.

    python benchmarks/scale.py --save costs.json           (measures the costs for some minutes, then simulates)
    python benchmarks/scale.py --costs costs.json          (simulates with costs that were kept)
    python benchmarks/scale.py --costs costs.json --ways   (also other ways to hand out the work)

Efficiency is the time that reading alone would take on all workers, by the time that the simulation takes. Beside it
stands what holds the workers up most, where it is low: the driver, which hands out and writes; the listing of files, of
which the store names 25,000 a second; the store, which answers 5,500 requests a second; the machines' networks of 10
gigabits; windows, between which all workers start anew; or the end, at which some have nothing left to do.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.scale_model import Cluster, Costs, Outcome, count_block_files
from benchmarks.scale_simulation import simulate
from digitnet.archive.ray_engine import MAX_BLOCK_ITEMS, MAX_WINDOW_ITEMS, WINDOW_SECONDS, find_block_seconds

WORKERS = (1, 2, 8, 32, 128, 512, 1000)
_SECONDS_OF_WORK = 900.0  # Of each worker; the end of an archive weighs less the longer it takes.
_DISTINCT = 20
_HEADS = ["archive", "ms a page", "median, 95%", "pages an hour", "pages a file", "kB a file"]
_HEADS += ["list us", "block ms", "write us", "window s"]
_MIN_BUSY_SHARE = 0.5  # What is used less holds nobody up.
_MAX_BLOCKS = 100_000  # Of a simulation; what queues is seen by then.
_NOW = partial(
    Cluster,
    block_files=MAX_BLOCK_ITEMS,
    listed_per_second=25_000,
    window_files=MAX_WINDOW_ITEMS,
    window_seconds=WINDOW_SECONDS,
)
NOW = "as it is now"
WAYS: dict[str, Callable[[int], Cluster]] = {
    NOW: lambda workers: _NOW(workers, block_seconds=find_block_seconds(workers)),
    "a window is listed once the one before is read": lambda workers: _NOW(
        workers, block_seconds=find_block_seconds(workers), lists_ahead=False
    ),
    "blocks of a second": partial(_NOW, block_seconds=1.0),
    "blocks of 16 files": partial(_NOW, block_files=16),
    "pages of a file apart": lambda workers: _NOW(
        workers, block_seconds=find_block_seconds(workers), splits_pages=True
    ),
}


def load_costs(path: Path) -> dict[str, Costs]:
    """Load costs that were saved."""
    saved = json.loads(path.read_text())
    return {
        kind: Costs(**{**costs, "read": tuple(costs["read"]), "page_counts": tuple(costs["page_counts"])})
        for kind, costs in saved.items()
    }


def save_costs(costs: dict[str, Costs], path: Path) -> None:
    """Save costs, a kind of archive in a line."""
    lines = []
    for kind, each in costs.items():
        rounded = replace(each, read=tuple(round(seconds, 5) for seconds in each.read))
        lines.append(f"{json.dumps(kind)}: {json.dumps(asdict(rounded))}")
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


def describe_costs(kind: str, costs: Costs) -> str:
    """Return a row of the table of costs."""
    read = np.array(costs.read) * 1000
    spread = ", ".join(f"{value:.1f}" for value in np.percentile(read, [50, 95]))
    driver = f"{1e6 * costs.list_file:.0f} | {1000 * costs.hand_over:.2f} | {1e6 * costs.write_page:.0f}"
    return (
        f"| {kind} | {read.mean():.1f} | {spread} | {3_600_000 / read.mean():,.0f} | {np.mean(costs.page_counts):.0f} "
        f"| {costs.file_bytes / 1000:,.0f} | {driver} | {costs.start_window:.1f} |"
    )


def describe(outcome: Outcome) -> str:
    """Return a cell: the efficiency and, where it is low, what holds the workers up most."""
    uses = {"driver": outcome.driver_share, "store": outcome.store_share, "network": outcome.network_share}
    uses["listing"] = outcome.listing_share
    name, share = max(uses.items(), key=lambda use: use[1])
    if share < _MIN_BUSY_SHARE:
        name, share = max(("end", outcome.tail_share), ("windows", outcome.window_share), key=lambda use: use[1])
    busy = f" ({name} {share:.0%})" if outcome.efficiency < 0.9 else ""
    return f"{outcome.efficiency:.0%}{busy}"


def simulate_all(costs: dict[str, Costs], ways: Sequence[str], workers: Sequence[int], seconds: float) -> None:
    """Print a table for each way to hand out work: kinds by numbers of workers."""
    for way in ways:
        print(f"\n| {way} | " + " | ".join(f"{count:,}" for count in workers) + " |")
        print("|---|" + "---|" * len(workers), flush=True)
        for kind, known in costs.items():
            cells = []
            for count in workers:
                cluster, page_seconds = WAYS[way](count), float(np.mean(known.read))
                block_seconds = count_block_files(known, cluster) * float(np.mean(known.page_counts)) * page_seconds
                work = min(count * seconds, _MAX_BLOCKS * block_seconds)
                cells.append(describe(simulate(known, cluster, round(work / page_seconds))))
            print(f"| {kind} | {' | '.join(cells)} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--costs", type=Path, metavar="FILE", help="costs that were saved")
    parser.add_argument("--save", type=Path, metavar="FILE", help="save the costs here")
    parser.add_argument("--workers", type=int, nargs="+", default=WORKERS, metavar="N", help="numbers of workers")
    parser.add_argument("--seconds", type=float, default=_SECONDS_OF_WORK, help="work of each worker (default 900)")
    parser.add_argument("--ways", action="store_true", help="simulate other ways to hand out the work, too")
    args = parser.parse_args()
    if args.costs:
        costs = load_costs(args.costs)
    else:
        from benchmarks.archive_pictures import make_archive
        from benchmarks.scale_costs import measure_costs

        with tempfile.TemporaryDirectory() as folder:
            make_archive(Path(folder) / "archive", 10 * _DISTINCT, _DISTINCT)
            costs = measure_costs(Path(folder) / "archive", _DISTINCT)
    if args.save:
        save_costs(costs, args.save)
    print(f"| {' | '.join(_HEADS)} |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for kind, each in costs.items():
        print(describe_costs(kind, each))
    simulate_all(costs, list(WAYS) if args.ways else [NOW], args.workers, args.seconds)


if __name__ == "__main__":
    main()
