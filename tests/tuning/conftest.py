"""Searches whose runs train nothing."""

import pytest

from digitnet.experiments.config import TrainingConfig
from digitnet.tuning.engine import Engine
from digitnet.tuning.search import Search
from digitnet.tuning.settings import SearchSettings
from tests.helpers.trial_runs import FolderRuns

SPACE = "learning_rate = { from = 0.0001, to = 1.0, log = true }\nbatch_size = [32, 64]\n"


@pytest.fixture
def make_search(models, monkeypatch):
    """Return a function that creates a search of quick; it does not wait between steps."""
    monkeypatch.setattr("digitnet.tuning.engine.SECONDS_BETWEEN_STEPS", 0.0)

    def make(space=SPACE, epochs=4, **settings):
        config = TrainingConfig.from_recipe("quick", epochs=epochs)
        search = Search("s")
        search.create(SearchSettings("s", config, space, **{"samples": 12, "method": "random", **settings}))
        return search

    return make


@pytest.fixture
def runs(tmp_path):
    """Runs that train nothing."""
    return FolderRuns(tmp_path / "runs")


@pytest.fixture
def search_through(runs):
    """Return a function that runs a search to its end, and returns its trials."""

    def run(search, **settings):
        Engine(search, runs, **settings).run()
        return search.read_trials()

    return run
