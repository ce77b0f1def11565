"""The simulation of many workers gives what can be worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.scale_simulation import Cluster, Costs, simulate

COSTS = Costs((0.01,), (1,), 0.0, 0.0, 0.0, 0.0)
CLUSTER = Cluster(8, request_seconds=0.0, requests_per_second=1e9, block_files=1)


def test_workers_without_queues_are_never_idle():
    outcome = simulate(COSTS, CLUSTER, 800)
    assert (outcome.pages, outcome.seconds) == (800, pytest.approx(1.0, rel=0.01))
    assert outcome.efficiency == pytest.approx(1.0, rel=0.01)


@pytest.mark.parametrize("cost", ["list_file", "hand_over", "write_page"])
def test_slow_driver_holds_up_all_workers(cost):
    outcome = simulate(replace(COSTS, **{cost: 0.005}), CLUSTER, 800)  # 200 pages a second, and not 800.
    assert outcome.efficiency == pytest.approx(0.25, rel=0.02)
    assert outcome.driver_share == pytest.approx(1.0, rel=0.02)


def test_rows_that_workers_write_leave_the_driver_alone():
    costs = replace(COSTS, write_page=0.005)
    outcome = simulate(costs, replace(CLUSTER, writes_at_workers=True), 800)
    assert outcome.efficiency == pytest.approx(0.01 / 0.015, rel=0.02)
    assert outcome.driver_share == 0


def test_store_holds_up_workers_that_ask_too_much():
    outcome = simulate(COSTS, replace(CLUSTER, requests_per_second=400), 800)
    assert outcome.efficiency == pytest.approx(0.5, rel=0.02)
    assert outcome.store_share == pytest.approx(1.0, rel=0.02)


def test_files_are_fetched_while_others_are_read():
    slow = replace(CLUSTER, request_seconds=0.1, block_files=16)
    assert simulate(COSTS, slow, 8 * 16 * 20).efficiency > 0.9
    assert simulate(COSTS, replace(slow, fetches_at_once=1), 8 * 16 * 20).efficiency == pytest.approx(0.1, rel=0.1)


def test_long_file_keeps_one_worker_busy_unless_its_pages_are_apart():
    costs = replace(COSTS, page_counts=(1000,))
    assert simulate(costs, CLUSTER, 1000).seconds == pytest.approx(10.0)
    assert simulate(costs, replace(CLUSTER, splits_pages=True), 1000).seconds == pytest.approx(1.25, rel=0.02)


def test_blocks_of_a_second_hold_as_many_files_as_fit():
    costs = replace(COSTS, hand_over=0.1)
    cluster = replace(CLUSTER, block_files=512, block_seconds=1.0)
    assert simulate(costs, cluster, 10_000).efficiency == pytest.approx(1.0, abs=0.15)
    assert np.isclose(simulate(costs, replace(cluster, block_files=10), 10_000).efficiency, 0.125, rtol=0.05)
