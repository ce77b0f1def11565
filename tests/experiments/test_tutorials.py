import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from digitnet import ConfigError, paths
from digitnet.experiments import run_process, tutorial_results, tutorial_table
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.published import PUBLISHED
from digitnet.experiments.run import Run, list_runs
from digitnet.experiments.status import QUEUED
from digitnet.experiments.tutorials import TUTORIALS, get_tutorial
from digitnet.models.card import INTERRUPTED, STOPPED
from tests.helpers.trained import save_trained

FOUR, CNN = TUTORIALS["98-percent"], TUTORIALS["cnn"]


@pytest.fixture(autouse=True)
def idle_queue(models, monkeypatch):
    """Start no process."""
    monkeypatch.setattr(run_process, "launch", lambda run: None)


@pytest.fixture
def record(tmp_path, monkeypatch):
    """Return a function that writes the project's record."""
    monkeypatch.setattr(paths, "ROOT", tmp_path)

    def write(content):
        (tmp_path / "benchmarks").mkdir(exist_ok=True)
        (tmp_path / "benchmarks" / "recipes.json").write_text(content)

    return write


def tabulate(tutorial):
    return tutorial_table.tabulate(tutorial, tutorial_results.list_trials(tutorial))


def test_each_published_network_belongs_to_one_tutorial():
    assert sorted(recipe for tutorial in TUTORIALS.values() for recipe in tutorial.recipes) == sorted(PUBLISHED)


def test_unknown_tutorial_is_refused():
    with pytest.raises(ConfigError, match="Expected a tutorial of 98-percent, hello"):
        get_tutorial("other")


def test_ours_are_of_models_trained_as_published(record):
    record("{}")
    for seed, accuracy in enumerate((0.990, 0.992)):
        save_trained(TrainingConfig.from_recipe("cnn-30-15", name=f"any-{seed}", seed=seed), accuracy)
    save_trained(TrainingConfig.from_recipe("cnn-30-15", name="longer", epochs=6), 0.5)
    save_trained(TrainingConfig.from_recipe("cnn-30-15", name="varied", augment=True), 0.5)
    save_trained(TrainingConfig.from_recipe("cnn-30-15", name="cut", seed=7), 0.5, ended=STOPPED)
    (row,) = tabulate(CNN)
    assert row == [
        *("cnn-30-15", "99.06%", "99.10% ± 0.14", "0.03", "0.0090 ± 0.0014"),
        *("12 ± 0", "0, 1", "2026-11-30", "models here"),
    ]


def test_ours_are_of_the_record_where_no_model_is(record):
    run = {"test_accuracy": 0.9907, "seconds": 48.4, "seed": 0, "date": "2026-11-21"}
    record(json.dumps({"cnn-30-15": {"runs": [run]}}))
    (row,) = tabulate(CNN)
    assert row[1:] == ["99.06%", "99.07%", "0.03", "–", "48", "0", "2026-11-21", "record"]


def test_record_may_have_several_runs(record):
    run = {"test_accuracy": 0.99, "test_loss": 0.03, "seconds": 40.0, "seed": 0, "date": "2026-11-21"}
    other = {**run, "test_accuracy": 0.992, "seed": 1, "date": "2026-11-30"}
    record(json.dumps({"cnn-30-15": {"epochs": 5, "runs": [run, other]}}))
    (row,) = tabulate(CNN)
    assert row[2:] == ["99.10% ± 0.14", "0.03", "0.0300 ± 0.0000", "40 ± 0", "0, 1", "2026-11-30", "record"]


@pytest.mark.parametrize(
    "content", [None, "", "[]", '{"cnn-30-15": {"runs": []}}', '{"cnn-30-15": 3}', '{"cnn-30-15": {}}']
)
def test_damaged_record_counts_as_none(record, content):
    if content is not None:
        record(content)
    (row,) = tabulate(CNN)
    assert row == ["cnn-30-15", "99.06%", "–", "0.03", *["–"] * 5]


def test_runs_that_are_done_or_under_way_are_not_started_again():
    first, second, third, fourth = tutorial_results.plan(FOUR)
    save_trained(first.replace(name="mine"))
    Run(second.name).create(second)
    Run(third.name).create(third)
    Run(third.name).update_status(state=INTERRUPTED)
    save_trained(fourth.replace(epochs=1))  # It has the name, but not the settings.
    tutorial_results.start(FOUR)
    states = {run.name: run.read_status().state for run in list_runs()}
    assert states == {second.name: QUEUED, third.name: QUEUED, f"{fourth.name}-2": QUEUED}
    tutorial_results.start(FOUR, seeds=2)
    assert len(list_runs()) == 7
    assert tutorial_results.find_unfinished(first, FOUR) is None
    assert tutorial_results.find_unfinished(fourth, FOUR).name == f"{fourth.name}-2"


def test_two_tabs_that_start_a_tutorial_at_once_queue_it_once(monkeypatch):
    create, created = Run.create, []

    def create_slowly(run, config, places):
        time.sleep(0.1)
        created.append(run.name)
        create(run, config, places)

    monkeypatch.setattr(Run, "create", create_slowly)
    with ThreadPoolExecutor(2) as tabs:
        for start in [tabs.submit(tutorial_results.start, CNN) for _ in range(2)]:
            start.result()
    assert created == ["cnn-30-15"]
