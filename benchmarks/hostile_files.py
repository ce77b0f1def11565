"""Throw hostile files at everything that parses what strangers send.

Usage: python benchmarks/hostile_files.py [--count N] [--networks N] [--seed N] [--keep FOLDER]

The files are cut, flipped, spliced, or claim sizes that they have not: pictures of every format and PDFs at `read` and
`read_pages`, templates and sheets of forms at the reading of forms, archives at the import of digits, model files at
their check. Each runs in a worker. It is a finding if anything else than a DigitnetError is raised, if a worker dies,
or if a file takes more than 5 seconds of processor or makes the worker grow by more than 1 GB.

Then one call of `digitnet read --json` reads all the pictures: it is a finding if a file gets no line, if stderr holds
anything but sentences, or if the call crashes or takes more than 2 GB. And mutated .h5 files are added as models, each
checked by a process with Keras: it is a finding if one ends the process.

Findings are kept in FOLDER. The exit code is 1 if there are any.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.hostile_commands import find_problems_of_command, find_problems_of_networks
from benchmarks.hostile_content import PICTURE, HostileFile, make_files
from benchmarks.hostile_targets import throw
from digitnet.errors import DigitnetError
from digitnet.workers.pool import WorkerPool

_MAX_SECONDS, _MAX_MEGABYTES = 5.0, 1024.0
_LIMIT_BYTES = 2 * 2**30  # A worker that takes more dies, which is a finding, too.


def main() -> int:
    """Throw the files, print what came of them, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=2000, help="number of files (default: 2000)")
    parser.add_argument("--networks", type=int, default=20, help="number of .h5 files, each 5 s (default: 20)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the mutations (default: 0)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep files with findings here")
    arguments = parser.parse_args()
    files = list(make_files(arguments.count, arguments.seed))
    findings = _throw_all(files, arguments.keep)
    problems = find_problems_of_command([file for file in files if file.kind == PICTURE])
    print("\n".join([*problems, f"digitnet read: {len(problems)} findings"]), flush=True)
    networks = list(find_problems_of_networks(arguments.networks, arguments.seed))
    for file, problem in networks:
        _report(file, problem, arguments.keep)
    print(f"{arguments.networks:,} .h5 files at Keras: {len(networks)} findings")
    return int(findings + len(problems) + len(networks) > 0)


def _throw_all(files: Sequence[HostileFile], keep: Path | None) -> int:
    """Throw files at workers, print what came of them, and return the number of findings."""
    pool = WorkerPool(1, memory_bytes=_LIMIT_BYTES, processor_seconds=30, seconds=600)
    findings, longest, largest, start = 0, 0.0, 0.0, time.monotonic()
    for file in files:
        finding, seconds, megabytes = _throw(pool, file)
        longest, largest = max(longest, seconds), max(largest, megabytes)
        if finding:
            findings += 1
            _report(file, finding, keep)
    pool.close()
    kinds = ", ".join(f"{count:,} {kind} files" for kind, count in sorted(Counter(file.kind for file in files).items()))
    print(f"{kinds} in {time.monotonic() - start:.0f} s: {findings} findings")
    print(f"at most {longest:.1f} s of processor and {largest:.0f} MB for a file", flush=True)
    return findings


def _report(file: HostileFile, finding: str, keep: Path | None) -> None:
    """Print a finding, and keep its file."""
    print(f"{file.name} ({len(file.content):,} bytes): {finding}", flush=True)
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
        (keep / file.name).write_bytes(file.content)


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
