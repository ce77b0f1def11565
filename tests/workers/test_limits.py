import subprocess
import sys

import pytest

from digitnet.paths import ROOT
from digitnet.workers import limits, pool

pytestmark = pytest.mark.slow

GIGABYTE = 2**30


def test_memory_is_the_least_of_machine_and_control_groups(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "_CGROUPS", tmp_path)
    service = tmp_path / "system.slice" / "digitnet.service"
    service.mkdir(parents=True)
    machine = limits.find_memory("/system.slice/digitnet.service")
    (service / "memory.max").write_text("max\n")
    assert limits.find_memory("/system.slice/digitnet.service") == machine
    (service.parent / "memory.max").write_text("2000\n")
    (service / "memory.max").write_text("3000\n")
    assert limits.find_memory("/system.slice/digitnet.service") == 2000


@pytest.mark.parametrize(
    ("processors", "memory", "wanted", "count"),
    [
        (8, 64 * GIGABYTE, "", 8),
        (8, 6 * GIGABYTE, "", 3),
        (8, GIGABYTE, "", 2),
        (1, None, "", 2),
        (8, 6 * GIGABYTE, "1", 1),
    ],
)
def test_workers_are_as_many_as_processors_and_memory_allow(processors, memory, wanted, count, data, monkeypatch):
    monkeypatch.setattr(pool, "count_processors", lambda: processors)
    monkeypatch.setattr(pool, "find_memory", lambda: memory)
    monkeypatch.setenv("DIGITNET_WORKERS", wanted)
    assert pool.count_workers() == count


@pytest.mark.parametrize(
    ("memory", "count"), [(64 * GIGABYTE, 8), (5 * GIGABYTE, 4), (2 * GIGABYTE, 1), (GIGABYTE // 2, 1), (None, 8)]
)
def test_small_machine_has_few_workers(memory, count, monkeypatch):
    monkeypatch.setattr(pool, "count_processors", lambda: 8)
    monkeypatch.setattr(pool, "find_memory", lambda: memory)
    assert pool.fit_workers(GIGABYTE) == count


def test_processors_are_those_of_affinity_and_quota(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "_CGROUPS", tmp_path)
    monkeypatch.setattr(limits.os, "cpu_count", lambda: 64)
    monkeypatch.setattr(limits.os, "sched_getaffinity", lambda _: set(range(16)), raising=False)
    service = tmp_path / "system.slice" / "digitnet.service"
    service.mkdir(parents=True)
    assert limits.count_processors("/system.slice/digitnet.service") == 16
    (service / "cpu.max").write_text("max 100000\n")
    (service.parent / "cpu.max").write_text("250000 100000\n")
    assert limits.count_processors("/system.slice/digitnet.service") == 3


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits.")
def test_limits_of_the_server_hold_for_its_workers():
    program = """
import resource
resource.setrlimit(resource.RLIMIT_CPU, (500, 500))
resource.setrlimit(resource.RLIMIT_DATA, (10**9, 10**9))
from digitnet.workers.limits import limit_memory, limit_processor_time
limit_memory(2 * 10**9)
limit_processor_time(10**4)
assert resource.getrlimit(resource.RLIMIT_CPU) == (500, 500)
assert resource.getrlimit(resource.RLIMIT_DATA) == (10**9, 10**9)
limit_processor_time(20)
assert resource.getrlimit(resource.RLIMIT_CPU)[0] < 100
"""
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT).returncode == 0
