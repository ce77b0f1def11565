"""Run a command of digitnet, and measure its time, processor time and memory with all its processes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import psutil

ROOT = Path(__file__).resolve().parent.parent


class Run(NamedTuple):
    """A reading: seconds, processor seconds and memory in MB, both of all its processes and of the driver."""

    seconds: float
    processor: float
    driver_processor: float
    all_memory: float
    driver_memory: float


def run_command(command: list[str], helpers: Iterable[int] = ()) -> Run:
    """Run a command and watch its processes; the processor time of those that have ended is that last seen.

    Args:
        command: of `python -m digitnet`.
        helpers: ids of other processes whose time and memory count with those of their children, as of a cluster.
    """
    quiet = subprocess.DEVNULL
    others = [psutil.Process(pid) for pid in helpers]
    before = _measure_before(_list_all(others))
    start = time.perf_counter()
    process = psutil.Popen([sys.executable, "-m", "digitnet", *command], cwd=ROOT, stdout=quiet, stderr=quiet)
    roots = [process, *others]
    used: dict[int, float] = {}
    most = driver = 0.0
    while process.poll() is None:
        memory = 0.0
        for each in _list_all(roots):
            try:
                used[each.pid] = _get_seconds(each) - before.get(each.pid, 0.0)
                memory += each.memory_info().rss / 1e6
            except psutil.Error:
                continue
        try:
            driver = max(driver, process.memory_info().rss / 1e6)
        except psutil.Error:
            break
        most = max(most, memory)
        time.sleep(0.2)
    return Run(time.perf_counter() - start, sum(used.values()), used.get(process.pid, 0.0), most, driver)


def _list_children(process: psutil.Process) -> list[psutil.Process]:
    try:
        children: list[psutil.Process] = process.children(recursive=True)
    except psutil.Error:
        return []
    return children


def _get_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _list_all(roots: list[psutil.Process]) -> list[psutil.Process]:
    """Return processes with all below them, each once."""
    return list({each.pid: each for root in roots for each in (root, *_list_children(root))}.values())


def _measure_before(processes: list[psutil.Process]) -> dict[int, float]:
    """Return the processor time of processes by id, without those that have ended."""
    seconds = {}
    for process in processes:
        with suppress(psutil.Error):
            seconds[process.pid] = _get_seconds(process)
    return seconds


def list_own_processes() -> set[int]:
    """Return the ids of this process's children, and theirs."""
    return {child.pid for child in _list_children(psutil.Process())}
