"""Throw hostile files at everything that parses what strangers send.

Usage: python benchmarks/hostile_files.py [--count N] [--seed N] [--keep FOLDER]

The files are cut, flipped, spliced, or claim sizes that they have not: pictures of every format and PDFs at `read` and
`read_pages`, archives at the import of digits, model files at their check. Each runs in a worker. It is a finding if
anything else than a DigitnetError is raised, if a worker dies, or if a file takes more than 5 seconds of processor or
makes the worker grow by more than 1 GB. Findings are kept in FOLDER. The exit code is 1 if there are any.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.hostile_content import HostileFile, make_files
from benchmarks.hostile_targets import throw
from digitnet.errors import DigitnetError
from digitnet.workers.pool import WorkerPool

_MAX_SECONDS, _MAX_MEGABYTES = 5.0, 1024.0
_LIMIT_BYTES = 2 * 2**30  # A worker that takes more dies, which is a finding, too.


def main() -> int:
    """Throw the files, print what came of them, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000, help="number of files (default: 2000)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the mutations (default: 0)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep files with findings here")
    arguments = parser.parse_args()
    pool = WorkerPool(1, memory_bytes=_LIMIT_BYTES, processor_seconds=30, seconds=600)
    outcomes: Counter[str] = Counter()
    findings, longest, largest, start = 0, 0.0, 0.0, time.monotonic()
    for file in make_files(arguments.count, arguments.seed):
        finding, seconds, megabytes = _throw(pool, file)
        outcomes[file.kind] += 1
        longest, largest = max(longest, seconds), max(largest, megabytes)
        if finding:
            findings += 1
            print(f"{file.name} ({len(file.content):,} bytes): {finding}", flush=True)
            if arguments.keep:
                arguments.keep.mkdir(parents=True, exist_ok=True)
                (arguments.keep / file.name).write_bytes(file.content)
    pool.close()
    kinds = ", ".join(f"{count:,} {kind} files" for kind, count in sorted(outcomes.items()))
    print(f"{kinds} in {time.monotonic() - start:.0f} s: {findings} findings")
    print(f"at most {longest:.1f} s of processor and {largest:.0f} MB for a file")
    return int(findings > 0)


def _throw(pool: WorkerPool, file: HostileFile) -> tuple[str, float, float]:
    """Return a sentence about a finding or "", the seconds of processor, and the megabytes that a file took."""
    try:
        cost = pool.run(throw, file.kind, file.name, file.content, subject="The file")
    except DigitnetError as error:  # The worker was ended.
        return f"ended its worker: {error}", 0.0, 0.0
    if cost.is_error:
        return cost.outcome, cost.seconds, cost.megabytes
    if cost.seconds > _MAX_SECONDS or cost.megabytes > _MAX_MEGABYTES:
        return f"{cost.seconds:.1f} s, {cost.megabytes:.0f} MB: {cost.outcome}", cost.seconds, cost.megabytes
    return "", cost.seconds, cost.megabytes


if __name__ == "__main__":
    sys.exit(main())
