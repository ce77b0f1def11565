"""Limit the memory and the processor time of this process, and find its limits; Windows has no such limits."""

from __future__ import annotations

import math
import os
import sys
from contextlib import suppress
from pathlib import Path

_CGROUPS = Path("/sys/fs/cgroup")


def find_memory(cgroup: str | None = None) -> int | None:
    """Return the bytes of memory that this machine has, or the service or container; None where nobody tells.

    Args:
        cgroup: path of the control group of this process, None to ask the system.
    """
    found = []
    with suppress(AttributeError, ValueError, OSError):
        found.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    for folder in _find_groups(cgroup):
        found += _read_limit(folder / "memory.max")
    return min(found, default=None)


def count_processors(cgroup: str | None = None) -> int:
    """Return how many processors this process may use: of its affinity, and of the quota of its service or container.

    Args:
        cgroup: path of the control group of this process, None to ask the system.
    """
    found = [os.cpu_count() or 1]
    with suppress(AttributeError, OSError):
        found.append(len(os.sched_getaffinity(0)))
    for folder in _find_groups(cgroup):
        with suppress(OSError, ValueError):
            quota, period = (folder / "cpu.max").read_text(encoding="ascii").split()
            found.append(math.ceil(int(quota) / int(period)))  # Without a quota it is "max".
    return max(1, min(found))


def _find_groups(cgroup: str | None) -> list[Path]:
    """Return the folders of a control group, that of this process by default, and of those that hold it."""
    with suppress(OSError):
        if cgroup is None:
            lines = Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()
            cgroup = next((line[3:] for line in lines if line.startswith("0::")), "/")
        group = _CGROUPS / cgroup.strip("/")
        return [folder for folder in (group, *group.parents) if folder.is_relative_to(_CGROUPS)]
    return []


def _read_limit(path: Path) -> list[int]:
    with suppress(OSError, ValueError):
        return [int(path.read_text(encoding="ascii"))]
    return []  # Without a limit there is no file, or it holds "max".


def limit_memory(max_bytes: int) -> None:
    """Limit the memory of this process; what would need more raises MemoryError, or ends the process."""
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        most = max_bytes if hard == resource.RLIM_INFINITY else min(max_bytes, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def go_first() -> None:
    """Have Linux end this process, and no other one of the service, when memory runs out."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def limit_processor_time(seconds: float) -> None:
    """End this process if it uses the processor for so many more seconds, all threads together."""
    if sys.platform != "win32":
        import resource

        used = sum(os.times()[:2])
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)  # Who has started the server may have set one.
        end = round(used + seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (end if hard == resource.RLIM_INFINITY else min(end, hard), hard))
