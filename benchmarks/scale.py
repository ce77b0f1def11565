"""Say how the reading of an archive grows from 1 to 1,000 workers: measured costs, and a simulation of what queues.

    python benchmarks/scale.py                             (measures the costs for some minutes, then simulates)
    python benchmarks/scale.py --save costs.json           (and keeps the costs)
    python benchmarks/scale.py --costs costs.json          (simulates with costs that were kept)

Efficiency is the time that reading alone would take on all workers, by the time that the simulation takes. Beside it
stands what is used most: the driver, which lists, hands out and writes; the store, which answers 5,500 requests a
second; the machines' networks of 10 gigabits; or the end, at which some workers have nothing left to do.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.scale_simulation import Cluster, Costs, Outcome, count_block_files, simulate
from digitnet.archive.ray_engine import MAX_BLOCK_ITEMS, find_block_seconds

WORKERS = (1, 2, 8, 32, 128, 512, 1000)
_SECONDS_OF_WORK = 900.0  # Of each worker; the end of an archive weighs less the longer it takes.
_DISTINCT = 60
_MAX_BLOCKS = 100_000  # Of a simulation; what queues is seen by then.
WAYS: dict[str, Callable[[int], Cluster]] = {
    "blocks of 16 files": Cluster,
    "blocks of a second": partial(Cluster, block_files=MAX_BLOCK_ITEMS, block_seconds=1.0),
    "blocks that grow with the workers, as now": lambda workers: Cluster(
        workers, block_files=MAX_BLOCK_ITEMS, block_seconds=find_block_seconds(workers)
    ),
    "and pages of a file apart": lambda workers: Cluster(
        workers, block_files=MAX_BLOCK_ITEMS, block_seconds=find_block_seconds(workers), splits_pages=True
    ),
}


def load_costs(path: Path) -> dict[str, Costs]:
    """Load costs that were saved."""
    saved = json.loads(path.read_text())
    return {
        kind: Costs(**{**costs, "read": tuple(costs["read"]), "page_counts": tuple(costs["page_counts"])})
        for kind, costs in saved.items()
    }


def describe_costs(kind: str, costs: Costs) -> str:
    """Return a row of the table of costs."""
    read = np.array(costs.read) * 1000
    spread = ", ".join(f"{value:.1f}" for value in np.percentile(read, [50, 95]))
    driver = [1e6 * value for value in (costs.list_file, costs.write_page)]
    return (
        f"| {kind} | {read.mean():.1f} | {spread} | {3_600_000 / read.mean():,.0f} | {np.mean(costs.page_counts):.0f} "
        f"| {costs.file_bytes / 1000:,.0f} | {driver[0]:.0f} | {1000 * costs.hand_over:.2f} | {driver[1]:.0f} |"
    )


def describe(outcome: Outcome) -> str:
    """Return a cell: the efficiency, and what is used most if that is most of the time."""
    uses = {"driver": outcome.driver_share, "store": outcome.store_share, "network": outcome.network_share}
    uses["end"] = outcome.tail_share
    name, share = max(uses.items(), key=lambda use: use[1])
    busy = f" ({name} {share:.0%})" if outcome.efficiency < 0.9 else ""
    return f"{outcome.efficiency:.0%}{busy}"


def simulate_all(costs: dict[str, Costs], workers: tuple[int, ...], seconds: float) -> None:
    """Print a table for each way to hand out work: kinds by numbers of workers."""
    for way, make_cluster in WAYS.items():
        print(f"\n| {way} | " + " | ".join(f"{count:,}" for count in workers) + " |")
        print("|---|" + "---|" * len(workers), flush=True)
        for kind, known in costs.items():
            cells = []
            for count in workers:
                cluster, page_seconds = make_cluster(count), float(np.mean(known.read))
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
    args = parser.parse_args()
    if args.costs:
        costs = load_costs(args.costs)
    else:
        from benchmarks.archive_pictures import make_archive
        from benchmarks.scale_costs import measure_costs

        with tempfile.TemporaryDirectory() as folder:
            make_archive(Path(folder) / "archive", 600, _DISTINCT)
            costs = measure_costs(Path(folder) / "archive", _DISTINCT)
    if args.save:
        args.save.write_text(json.dumps({kind: asdict(each) for kind, each in costs.items()}, indent=1))
    print("| archive | ms a page | median, 95% | pages an hour | pages a file | kB | list us | block ms | write us |")
    print("|---|---|---|---|---|---|---|---|---|")
    for kind, each in costs.items():
        print(describe_costs(kind, each))
    simulate_all(costs, tuple(args.workers), args.seconds)


if __name__ == "__main__":
    main()
