"""Limit the memory and the processor time of this process; Windows has no such limits."""

from __future__ import annotations

import os
import sys


def limit_memory(max_bytes: int) -> None:
    """Limit the memory of this process; what would need more raises MemoryError, or ends the process."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (max_bytes, max_bytes))


def limit_processor_time(seconds: float) -> None:
    """End this process if it uses the processor for so many more seconds, all threads together."""
    if sys.platform != "win32":
        import resource

        used = sum(os.times()[:2])
        resource.setrlimit(resource.RLIMIT_CPU, (round(used + seconds) + 1, resource.RLIM_INFINITY))
