"""Describe a cluster, what reading costs on it, and the blocks of files in which an archive is handed out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np


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
        start_window: until the workers of a window, which start anew, take their first blocks.
    """

    read: tuple[float, ...]
    page_counts: tuple[int, ...]
    file_bytes: float
    list_file: float
    hand_over: float
    write_page: float
    start_window: float = 0.0


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
        listed_per_second: files that the store names, a thousand in an answer and one answer after the other.
        window_files: files of a window at most.
        window_seconds: a window takes fewer files if all workers read those for longer than this in the mean.
        lists_ahead: whether the next window is listed while one is read; it is what is listed by then.
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
    listed_per_second: float = 1e12
    window_files: int = 10**12
    window_seconds: float = 1e12
    lists_ahead: bool = True


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
        listing_share: share of the time in which files were listed.
        window_share: share of the workers' time that went by between windows.
    """

    pages: int
    seconds: float
    efficiency: float
    driver_share: float
    store_share: float
    network_share: float
    tail_share: float
    listing_share: float
    window_share: float


@dataclass(frozen=True)
class Block:
    files: int
    pages: int
    seconds: float  # To read it.


def count_block_files(costs: Costs, cluster: Cluster) -> int:
    """Return how many files, or pages if those are apart, a block has."""
    seconds = float(np.mean(costs.read)) * (1 if cluster.splits_pages else float(np.mean(costs.page_counts)))
    share = -(-cluster.window_files // cluster.workers)  # Of a window.
    return max(1, min(cluster.block_files, share, round(cluster.block_seconds / seconds)))


def count_window_blocks(costs: Costs, cluster: Cluster) -> int:
    """Return how many blocks a window has at most."""
    file_seconds = float(np.mean(costs.read)) * float(np.mean(costs.page_counts))
    files = min(cluster.window_files, cluster.workers * cluster.window_seconds / file_seconds)
    return max(1, round(files / count_block_files(costs, cluster)))


def make_blocks(costs: Costs, cluster: Cluster, pages: int, rng: np.random.Generator) -> Iterator[Block]:
    """Yield the blocks of an archive in their order."""
    files, left = count_block_files(costs, cluster), pages
    while left > 0:
        counts = np.ones(files, int) if cluster.splits_pages else rng.choice(costs.page_counts, files)
        counts = counts[: 1 + int(np.searchsorted(np.cumsum(counts), left))]
        of_block = int(counts.sum())
        yield Block(len(counts), of_block, float(rng.choice(costs.read, of_block).sum()))
        left -= of_block
