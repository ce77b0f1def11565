"""Print which share of its branches the tests take in each package, from coverage's JSON; fail below 90%.

python tests/branch_coverage.py .coverage.json
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path

MIN_SHARE = 0.9


def count_branches(report: Path) -> dict[str, tuple[int, int]]:
    """Return the number of branches taken, and of all, for each package, and for "all"."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for file, found in json.loads(report.read_text(encoding="utf-8"))["files"].items():
        parts = Path(file).parts
        for name in (parts[1] if len(parts) > 2 else "digitnet", "all"):
            counts[name][0] += found["summary"]["covered_branches"]
            counts[name][1] += found["summary"]["num_branches"]
    return {name: (taken, total) for name, (taken, total) in sorted(counts.items())}


def main(report: str) -> int:
    counts = count_branches(Path(report))
    for name, (taken, total) in counts.items():
        print(f"{name:15} {taken:5} of {total:5} branches  {taken / max(total, 1):6.1%}")
    taken, total = counts["all"]
    return taken < MIN_SHARE * total


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
