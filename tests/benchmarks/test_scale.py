"""The simulation of many workers gives what can be worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.scale import NOW, describe_costs, load_costs, simulate_all
from benchmarks.scale_model import Cluster, Costs
from benchmarks.scale_simulation import simulate
from digitnet.paths import ROOT

COSTS = Costs((0.01,), (1,), 0.0, 0.0, 0.0, 0.0)
CLUSTER = Cluster(8, request_seconds=0.0, requests_per_second=1e9, block_files=1)


def test_workers_without_queues_are_never_idle():
    outcome = simulate(COSTS, CLUSTER, 800)
    assert (outcome.pages, outcome.seconds) == (800, pytest.approx(1.0, rel=0.01))
    assert outcome.efficiency == pytest.approx(1.0, rel=0.01)


@pytest.mark.parametrize("cost", ["list_file", "hand_over", "write_page"])
def test_slow_driver_holds_up_all_workers(cost):
    outcome = simulate(replace(COSTS, **{cost: 0.005}), CLUSTER, 3200)  # 200 pages a second, and not 800.
    assert outcome.efficiency == pytest.approx(0.25, rel=0.02)
    assert outcome.driver_share == pytest.approx(1.0, rel=0.02)


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
    assert simulate(costs, CLUSTER, 1000).seconds == pytest.approx(10.0, rel=0.01)
    assert simulate(costs, replace(CLUSTER, splits_pages=True), 1000).seconds == pytest.approx(1.25, rel=0.02)


def test_blocks_of_a_second_hold_as_many_files_as_fit():
    costs = replace(COSTS, hand_over=0.1)
    cluster = replace(CLUSTER, block_files=512, block_seconds=1.0)
    assert simulate(costs, cluster, 10_000).efficiency == pytest.approx(1.0, abs=0.15)
    assert np.isclose(simulate(costs, replace(cluster, block_files=10), 10_000).efficiency, 0.125, rtol=0.05)


def test_slow_listing_holds_up_all_workers():
    outcome = simulate(COSTS, replace(CLUSTER, listed_per_second=200), 4000)
    assert outcome.efficiency == pytest.approx(0.25, rel=0.02)
    assert outcome.listing_share == pytest.approx(1.0, rel=0.02)


@pytest.mark.parametrize(("lists_ahead", "seconds"), [(True, 1.0 + 5 * 2.0), (False, 5 * 3.0)])
def test_next_window_is_listed_while_one_is_read(lists_ahead, seconds):
    cluster = replace(CLUSTER, listed_per_second=800, window_files=800, lists_ahead=lists_ahead)
    outcome = simulate(replace(COSTS, start_window=1.0), cluster, 5 * 800)  # Listed, begun and read in a second each.
    assert outcome.seconds == pytest.approx(seconds, rel=0.02)
    assert outcome.window_share == pytest.approx((4 * 1.0 if lists_ahead else 4 * 2.0) / seconds, rel=0.02)


def test_windows_are_what_all_workers_read_in_their_time():
    costs = replace(COSTS, start_window=0.5)
    outcome = simulate(costs, replace(CLUSTER, window_seconds=2.0), 2400)
    assert outcome.seconds == pytest.approx(2.5 + 1.5, rel=0.02)


@pytest.fixture(scope="module")
def kept():
    return load_costs(ROOT / "benchmarks" / "scale_costs.json")


def list_documented(start):
    """Return the cells of the rows of a table in the document, by the first; `start` is that of its head."""
    _, _, rest = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8").partition(f"| {start} |")
    rows = [line.strip("| ").split(" | ") for line in rest.partition("\n\n")[0].splitlines()[2:]]
    return {cells[0]: cells[1:] for cells in rows}


def test_documented_costs_are_those_that_are_kept(kept):
    rows = {kind: describe_costs(kind, costs).strip("| ").split(" | ")[1:] for kind, costs in kept.items()}
    assert list_documented("archive") == rows


@pytest.mark.slow
def test_documented_efficiency_is_what_the_command_prints(kept, capsys):
    simulate_all(kept, [NOW], (1, 2), 900.0)
    rows = [line.strip("| ").split(" | ") for line in capsys.readouterr().out.splitlines()[3:]]
    assert {kind: cells[:2] for kind, cells in list_documented(NOW).items()} == {row[0]: row[1:] for row in rows}
