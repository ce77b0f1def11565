"""A search on a Ray cluster of its own: what an interrupted one leaves there goes on until its process ends."""

import signal

import pytest

from digitnet.models.card import STOPPED
from digitnet.tuning.ray_search import search_on_ray
from digitnet.workers.cluster import LOCAL
from tests.helpers.ray_marks import RAY_MARKS

pytestmark = RAY_MARKS
GRID = "learning_rate = [0.001, 0.01, 0.1]\nbatch_size = [32, 64]\n"


def test_interrupt_ends_a_search_at_once(make_search, runs):
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # Whatever tests before have left.
    try:
        _interrupt_a_search(make_search, runs)
    finally:
        signal.signal(signal.SIGINT, before)


def _interrupt_a_search(make_search, runs):
    search = make_search(GRID, method="grid", samples=0, epochs=500, pruner="none", ray=LOCAL)
    begun = []

    def interrupt(trials):
        if trials.records and not begun:  # Tune has put its own handler in place by then, if it may.
            begun.extend(trials.records)
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):  # Long before the 3,000 epochs are through.
        search_on_ray(search, interrupt, runs)
    assert search.read_status().state == STOPPED
    assert len(search.read_trials().list_ended()) < 6
