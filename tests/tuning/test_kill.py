import signal
import subprocess
import sys

import pytest

from digitnet.errors import TrainingError
from digitnet.paths import ROOT
from digitnet.tuning.engine import Engine
from digitnet.tuning.journal import Journal
from digitnet.tuning.search import Search
from tests.helpers.trial_runs import FolderRuns

pytestmark = pytest.mark.slow


def search_until_killed(folder, line):
    """Search in another process, killed at a line of the journal; return its exit code."""
    command = [sys.executable, "-m", "tests.tuning.killed_search", str(folder), str(line)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, timeout=300).returncode


@pytest.mark.parametrize("lines", [(3, 4, 30), (8, 1, 13)])
def test_killed_search_loses_and_repeats_no_trial(make_search, runs, tmp_path, lines):
    search = make_search(method="tpe", samples=7)
    for line in lines:
        assert search_until_killed(runs.folder, line) == -signal.SIGKILL
    Engine(search, runs).run()
    trials = search.read_trials()
    assert [record.number for record in trials.records] == [1, 2, 3, 4, 5, 6, 7]
    assert all(record.state != "running" for record in trials.records)
    assert len({tuple(record.values.items()) for record in trials.records}) == 7
    assert sorted(runs.list_asked("start")) == [f"s-00{number}" for number in range(1, 8)]
    unbroken = FolderRuns(tmp_path / "unbroken")
    make_search(method="tpe", samples=7)
    Engine(Search("s"), unbroken).run()
    assert Search("s").read_trials() == trials


def test_journal_opened_anew_has_the_same_trials(make_search):
    search = make_search()
    first = Journal(search.folder, search.read_settings())
    drawn = [first.draw() for _ in range(3)]
    first.end(drawn[1], 0.5, {"state": "done"})
    again = Journal(search.folder, search.read_settings())
    assert again.list_running() == [drawn[0], drawn[2]]
    assert [(ended.draw, ended.noted) for ended in again.list_ended()] == [(drawn[1], {"state": "done"})]


def test_damaged_journal_is_explained(make_search):
    search = make_search()
    Journal(search.folder, search.read_settings()).draw()
    path = search.folder / "journal.log"
    path.write_text("{]\n" + path.read_text())
    with pytest.raises(TrainingError, match="are damaged; discard this search"):
        Journal(search.folder, search.read_settings())
