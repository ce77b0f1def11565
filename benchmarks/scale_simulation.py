"""Simulate the reading of an archive on many workers as queues, with costs that were measured.

One process, the driver, lists files, hands blocks of them to workers, one window of blocks after the other, and writes
the rows; a store answers so many requests a second; machines load files over their network; workers load a block while
they read another.
Source of the simulator: SimPy, a discrete-event simulation (https://simpy.readthedocs.io).
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from benchmarks.scale_model import Block, Cluster, Costs, Outcome, count_window_blocks, make_blocks

_LISTING_SECONDS = 1.0  # A window waits so long to be filled, as in `digitnet/archive/ray_engine.py`.
_LOOK_SECONDS = 0.005
_Steps = Generator[Any, Any, Any]


def simulate(costs: Costs, cluster: Cluster, pages: int, seed: int = 0) -> Outcome:
    """Simulate the reading of about so many pages.

    Args:
        costs: what each step takes.
        cluster: what there is.
        pages: how many pages the archive has, about.
        seed: of the files that are drawn.
    """
    run = _Run(costs, cluster, list(make_blocks(costs, cluster, pages, np.random.default_rng(seed))))
    return run.run()


class _Run:
    """A simulation under way."""

    def __init__(self, costs: Costs, cluster: Cluster, blocks: list[Block]) -> None:
        self._costs, self._cluster, self._blocks = costs, cluster, blocks
        self._env = simpy.Environment()
        self._window_blocks = count_window_blocks(costs, cluster)
        self._listed = simpy.Store(self._env, capacity=self._window_blocks)
        self._ready = simpy.Store(self._env, capacity=2 * cluster.workers)
        self._rows = simpy.Store(self._env)
        machines = -(-cluster.workers // cluster.workers_of_machine)
        self._networks = [simpy.Resource(self._env) for _ in range(machines)]
        self._driver = simpy.Resource(self._env)
        self._tickets = simpy.Resource(self._env)  # The store gives one request after the other its turn.
        self._driver_seconds = self._request_count = self._bytes = 0.0
        self._listing_seconds = self._seconds_between_windows = 0.0
        self._listed_blocks = 0
        self._window, self._unread = 0, 0
        self._handed: list[float] = []  # When each window was begun to be handed out.
        self._window_read = self._env.event()
        self._idle_from: list[float] = []

    def run(self) -> Outcome:
        """Run it to its end."""
        workers = [self._env.process(self._work(number)) for number in range(self._cluster.workers)]
        if self._cluster.lists_ahead:
            self._env.process(self._list(len(self._blocks)))
        self._env.process(self._hand_out())
        self._env.process(self._write())
        self._env.run(self._env.all_of(workers))
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
            listing_share=self._listing_seconds / seconds,
            window_share=self._seconds_between_windows / (cluster.workers * seconds),
        )

    def _use_driver(self, seconds: float) -> _Steps:
        with self._driver.request() as turn:
            yield turn
            yield self._env.timeout(seconds)
            self._driver_seconds += seconds

    def _list(self, count: int) -> _Steps:
        """List so many blocks more; wait where a whole window is listed that nobody has taken."""
        for _ in range(count):
            block = self._blocks[self._listed_blocks]
            self._listed_blocks += 1
            seconds = block.files / self._cluster.listed_per_second
            yield self._env.timeout(seconds)
            yield from self._use_driver(self._costs.list_file * block.files)
            self._listing_seconds += seconds
            yield self._listed.put(block)

    def _hand_out(self) -> _Steps:
        """Hand out one window after the other, each once all of the one before is read."""
        left = len(self._blocks)
        while left:
            if not self._cluster.lists_ahead:
                yield from self._list(min(left, self._window_blocks))
            until = self._env.now + _LISTING_SECONDS
            wanted = min(left, self._window_blocks)
            while not self._listed.items or (self._env.now < until and len(self._listed.items) < wanted):
                yield self._env.timeout(_LOOK_SECONDS)
            taken = [self._listed.get() for _ in range(min(wanted, len(self._listed.items)))]
            yield self._env.all_of(taken)
            blocks = [each.value for each in taken]
            left -= len(blocks)
            self._unread, self._window_read = len(blocks), self._env.event()
            yield self._env.timeout(self._costs.start_window)
            self._handed.append(self._env.now)
            for block in blocks:
                yield from self._use_driver(self._costs.hand_over)
                yield self._ready.put((self._window, block))
            yield self._window_read
            self._window += 1
        for _ in range(self._cluster.workers):
            yield self._ready.put((self._window, None))

    def _load(self, block: Block, machine: int) -> _Steps:
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

    def _work(self, number: int) -> _Steps:
        """Read blocks until there are none, and load the next one meanwhile."""
        machine = number // self._cluster.workers_of_machine
        window, block = yield self._env.process(self._take(machine))
        since = 0.0
        while block:
            following = self._env.process(self._take(machine))
            yield self._env.timeout(block.seconds)
            yield self._rows.put(block)
            since, earlier = self._env.now, window
            window, block = yield following
            if block and window > earlier:
                self._seconds_between_windows += self._handed[window] - since
        self._idle_from.append(since)

    def _take(self, machine: int) -> _Steps:
        window, block = yield self._ready.get()
        if block:
            yield self._env.process(self._load(block, machine))
        return window, block

    def _write(self) -> _Steps:
        while True:
            block = yield self._rows.get()
            yield from self._use_driver(self._costs.write_page * block.pages)
            self._unread -= 1
            if not self._unread:
                self._window_read.succeed()
