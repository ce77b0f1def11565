"""Collect the times of answers under load, and the processor time and memory of a server and its processes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import psutil

MEBIBYTE = 1 << 20


@dataclass
class Times:
    """Seconds from requests to their answers, and why others failed."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def describe(self) -> str:
        """Return count, median, 95th and 99th percentile and maximum in seconds, and errors, as cells of a table."""
        if not self.seconds:
            return f"0 | | | | | {len(self.errors)}"
        median, high, higher = np.percentile(self.seconds, [50, 95, 99])
        cells = f"{median:.2f} | {high:.2f} | {higher:.2f} | {max(self.seconds):.2f}"
        return f"{len(self.seconds)} | {cells} | {len(self.errors)}"


@dataclass(frozen=True)
class Usage:
    """Processor seconds and resident bytes of a process and its children."""

    processor: float
    memory: int


def measure_usage(pid: int) -> Usage:
    """Measure a process and all processes under it that still run."""
    server = psutil.Process(pid)
    processor, memory = 0.0, 0
    for process in [server, *server.children(recursive=True)]:
        try:
            times = process.cpu_times()
            processor += times.user + times.system
            memory += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return Usage(processor, memory)
