"""Simulate the reading of an archive on many workers as queues, with costs that were measured.

One process, the driver, lists files, hands blocks of them to workers and writes their rows; a store answers so many
requests a second; machines load files over their network; workers load a block while they read another.
Source of the simulator: SimPy, a discrete-event simulation (https://simpy.readthedocs.io).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np
import simpy


@dataclass(frozen=True)
class Costs:
    """Measured costs, in seconds and bytes.

    Attributes:
        read: seconds of a processor to read a page of this archive, one of which is drawn for each page.
        page_counts: how many pages a file has, one of which is drawn for each file.
        file_bytes: size of a file.
        list_file: of the driver, for each file.
        hand_over: of the driver, for each block that is handed to a worker.
        write_page: of the driver, for the rows of each page.
    """

    read: tuple[float, ...]
    page_counts: tuple[int, ...]
    file_bytes: float
    list_file: float
    hand_over: float
    write_page: float


@dataclass(frozen=True)
class Cluster:
    """A cluster, and how work is handed out on it.

    Attributes:
        workers: processes that read.
        workers_of_machine: of them on a machine.
        machine_bandwidth: bytes a second of a machine's network.
        request_seconds: until the store's first byte.
        requests_per_second: of the store, for all; endless for disks.
        fetches_at_once: requests that a worker sends side by side.
        block_files: files of a block.
        block_seconds: a block takes fewer files if those are read for longer than this in the mean.
        splits_pages: whether the pages of a file may be read by several workers.
        writes_at_workers: whether workers write the rows themselves.
    """

    workers: int
    workers_of_machine: int = 16
    machine_bandwidth: float = 1.25e9
    request_seconds: float = 0.04
    requests_per_second: float = 5_500.0
    fetches_at_once: int = 16
    block_files: int = 16
    block_seconds: float = 1e9
    splits_pages: bool = False
    writes_at_workers: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of a simulation.

    Attributes:
        pages: pages that were read.
        seconds: from the start to the last row.
        efficiency: the time that the reading alone takes on all workers, by `seconds`.
        driver_share: share of the time in which the driver was busy.
        store_share: share of the requests that the store can answer.
        network_share: share of the bytes that the machines' networks can carry.
        tail_share: share of the time in which some workers had nothing to do any more.
    """

    pages: int
    seconds: float
    efficiency: float
    driver_share: float
    store_share: float
    network_share: float
    tail_share: float


@dataclass(frozen=True)
class _Block:
    files: int
    pages: int
    seconds: float  # To read it.


def simulate(costs: Costs, cluster: Cluster, pages: int, seed: int = 0) -> Outcome:
    """Simulate the reading of about so many pages.

    Args:
        costs: what each step takes.
        cluster: what there is.
        pages: how many pages the archive has, about.
        seed: of the files that are drawn.
    """
    run = _Run(costs, cluster, list(_make_blocks(costs, cluster, pages, np.random.default_rng(seed))))
    return run.run()


def count_block_files(costs: Costs, cluster: Cluster) -> int:
    """Return how many files, or pages if those are apart, a block has."""
    seconds = float(np.mean(costs.read)) * (1 if cluster.splits_pages else float(np.mean(costs.page_counts)))
    return max(1, min(cluster.block_files, round(cluster.block_seconds / seconds)))


def _make_blocks(costs: Costs, cluster: Cluster, pages: int, rng: np.random.Generator) -> Iterator[_Block]:
    """Yield the blocks of an archive in their order."""
    files, left = count_block_files(costs, cluster), pages
    while left > 0:
        counts = np.ones(files, int) if cluster.splits_pages else rng.choice(costs.page_counts, files)
        counts = counts[: 1 + int(np.searchsorted(np.cumsum(counts), left))]
        of_block = int(counts.sum())
        yield _Block(len(counts), of_block, float(rng.choice(costs.read, of_block).sum()))
        left -= of_block


class _Run:
    """A simulation under way."""

    def __init__(self, costs: Costs, cluster: Cluster, blocks: list[_Block]) -> None:
        self._costs, self._cluster, self._blocks = costs, cluster, blocks
        self._env = simpy.Environment()
        self._ready = simpy.Store(self._env, capacity=2 * cluster.workers)
        self._rows = simpy.Store(self._env)
        machines = -(-cluster.workers // cluster.workers_of_machine)
        self._networks = [simpy.Resource(self._env) for _ in range(machines)]
        self._driver = simpy.Resource(self._env)
        self._tickets = simpy.Resource(self._env)  # The store gives one request after the other its turn.
        self._driver_seconds = self._request_count = self._bytes = 0.0
        self._idle_from: list[float] = []

    def run(self) -> Outcome:
        """Run it to its end."""
        workers = [self._env.process(self._work(number)) for number in range(self._cluster.workers)]
        self._env.process(self._hand_out())
        written = self._env.process(self._write(len(self._blocks)))
        self._env.run(self._env.all_of([*workers, written]))
        seconds, cluster = self._env.now, self._cluster
        reading = sum(block.seconds for block in self._blocks)
        return Outcome(
            pages=sum(block.pages for block in self._blocks),
            seconds=seconds,
            efficiency=reading / cluster.workers / seconds,
            driver_share=self._driver_seconds / seconds,
            store_share=self._request_count / (cluster.requests_per_second * seconds),
            network_share=self._bytes / (len(self._networks) * cluster.machine_bandwidth * seconds),
            tail_share=(seconds - min(self._idle_from)) / seconds,
        )

    def _use_driver(self, seconds: float) -> Generator[Any, Any, Any]:
        with self._driver.request() as turn:
            yield turn
            yield self._env.timeout(seconds)
            self._driver_seconds += seconds

    def _hand_out(self) -> Generator[Any, Any, Any]:
        for block in self._blocks:
            yield from self._use_driver(self._costs.list_file * block.files + self._costs.hand_over)
            yield self._ready.put(block)
        for _ in range(self._cluster.workers):
            yield self._ready.put(None)

    def _load(self, block: _Block, machine: int) -> Generator[Any, Any, Any]:
        with self._tickets.request() as turn:
            yield turn
            yield self._env.timeout(block.files / self._cluster.requests_per_second)
        self._request_count += block.files
        yield self._env.timeout(self._cluster.request_seconds * -(-block.files // self._cluster.fetches_at_once))
        size = block.files * self._costs.file_bytes
        with self._networks[machine].request() as turn:
            yield turn
            yield self._env.timeout(size / self._cluster.machine_bandwidth)
        self._bytes += size

    def _work(self, number: int) -> Generator[Any, Any, Any]:
        """Read blocks until there are none, and load the next one meanwhile."""
        machine = number // self._cluster.workers_of_machine
        block: _Block | None = yield self._env.process(self._take(machine))
        while block:
            following = self._env.process(self._take(machine))
            yield self._env.timeout(block.seconds)
            if self._cluster.writes_at_workers:
                yield self._env.timeout(self._costs.write_page * block.pages)
            yield self._rows.put(block)
            block = yield following
        self._idle_from.append(self._env.now)

    def _take(self, machine: int) -> Generator[Any, Any, Any]:
        block = yield self._ready.get()
        if block:
            yield self._env.process(self._load(block, machine))
        return block

    def _write(self, blocks: int) -> Generator[Any, Any, Any]:
        for number in count(1):
            block = yield self._rows.get()
            if not self._cluster.writes_at_workers:
                yield from self._use_driver(self._costs.write_page * block.pages)
            if number == blocks:
                return
