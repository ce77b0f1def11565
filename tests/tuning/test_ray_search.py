"""Searches on a Ray cluster of this machine, whose runs train nothing."""

import pytest

from digitnet.errors import TrainingError
from digitnet.models.card import STOPPED
from digitnet.tuning import ray_trial
from digitnet.tuning.engine import Engine
from digitnet.tuning.ray_search import search_on_ray
from digitnet.tuning.search import DONE
from digitnet.tuning.trial_records import DONE as TRIAL_DONE
from digitnet.tuning.trial_records import FAILED, PRUNED, RUNNING
from digitnet.workers.cluster import LOCAL, connected
from tests.helpers.ray_marks import RAY_MARKS

pytestmark = RAY_MARKS
GRID = "learning_rate = [0.001, 0.01, 0.1]\nbatch_size = [32, 64]\n"


@pytest.fixture(scope="module", autouse=True)
def cluster():
    with connected(LOCAL, 2):
        yield


def show_nothing(trials):
    pass


def test_grid_on_a_cluster_has_the_trials_of_the_queue(make_search, runs, tmp_path):
    search = make_search(GRID, method="grid", samples=0, pruner="none", ray=LOCAL)
    shown = []
    search_on_ray(search, shown.append, runs)
    assert search.read_status().state == DONE
    on_ray = search.read_trials()
    assert [record.state for record in on_ray.records] == [TRIAL_DONE] * 6
    assert sorted(runs.list_asked("start")) == [f"s-00{number}" for number in range(1, 7)]
    assert shown[-1] == on_ray
    here = make_search(GRID, method="grid", samples=0, pruner="none")
    Engine(here, type(runs)(tmp_path / "here")).run()
    assert here.read_trials() == on_ray


def test_asha_stops_poor_trials(make_search, runs):
    space = "learning_rate = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5]"  # The first is the best.
    search = make_search(space, method="grid", samples=0, epochs=9, ray=LOCAL)
    search_on_ray(search, show_nothing, runs)
    states = [record.state for record in search.read_trials().records]
    assert states[0] == TRIAL_DONE
    assert set(states) == {TRIAL_DONE, PRUNED}


def test_stopped_search_goes_on_without_repeats(make_search, runs):
    search = make_search(GRID, method="grid", samples=0, epochs=9, pruner="none", ray=LOCAL)

    def stop_at_once(trials):
        search.request_stop()

    search_on_ray(search, stop_at_once, runs)
    assert search.read_status().state == STOPPED
    assert len(search.read_trials().list_ended()) < 6
    search.mark_started()
    search_on_ray(search, show_nothing, runs)
    trials = search.read_trials()
    assert search.read_status().state == DONE
    assert [(record.number, record.state) for record in trials.records] == [(n, TRIAL_DONE) for n in range(1, 7)]
    assert sorted(runs.list_asked("start")) == [f"s-00{number}" for number in range(1, 7)]


def test_trial_that_was_stopped_early_before_a_kill_is_not_trained_again(make_search, runs):
    search = make_search("batch_size = [32, 64]", method="grid", samples=0, ray=LOCAL)
    killed = Engine(search, runs)
    draw = killed.draw()
    (config,) = search.read_settings().make_configs(draw.number, draw.values)
    runs.start(config)
    killed.watch()
    killed._journal.stop_early(draw, 1)
    runs.stop(config)
    search_on_ray(search, show_nothing, runs)
    assert [record.state for record in search.read_trials().records] == [PRUNED, TRIAL_DONE]
    assert runs.list_asked("resume") == []


def test_seeds_are_trained_and_diverging_trials_have_failed(make_search, runs):
    search = make_search("batch_size = [32, 64]", method="grid", samples=0, seeds=2, pruner="none", ray=LOCAL)
    runs.diverging = ("s-002",)
    search_on_ray(search, show_nothing, runs)
    first, second = search.read_trials().records
    assert (first.state, first.runs, second.state) == (TRIAL_DONE, ("s-001", "s-001-seed-1"), "failed")


def test_trial_that_fails_a_second_time_ends_as_failed(make_search, runs):
    search = make_search("batch_size = [32, 64]", method="grid", samples=0, pruner="none", ray=LOCAL)
    runs.broken = ("s-001",)
    with pytest.raises(TrainingError, match="s-001 failed"):
        search_on_ray(search, show_nothing, runs)
    assert [record.state for record in search.read_trials().records] == [RUNNING, TRIAL_DONE]
    search.mark_started()
    search_on_ray(search, show_nothing, runs)
    assert search.read_status().state == DONE
    first, second = search.read_trials().records
    assert (first.state, first.problem, second.state) == (FAILED, "s-001 failed.", TRIAL_DONE)


def test_process_that_another_replaces_leaves_the_run_alone(make_search, runs):
    configs = make_search().read_settings().make_configs(1, {"learning_rate": 0.01, "batch_size": 32})
    replaced, used = (ray_trial.TrialStepper(configs, runs, 0.0, {}) for _ in range(2))
    used.step()
    replaced.stop()
    assert runs.list_asked("start") == ["s-001"]
    assert runs.list_asked("stop") == []
    used.step()
    used.stop()
    assert runs.list_asked("stop") == ["s-001"]


def test_stepper_reports_each_epoch_then_the_mean_and_explains_failures(make_search, runs, monkeypatch):
    monkeypatch.setattr(ray_trial, "_SECONDS_BETWEEN_LOOKS", 0.0)
    configs = make_search(seeds=2).read_settings().make_configs(1, {"learning_rate": 0.01, "batch_size": 32})
    stepper = ray_trial.TrialStepper(configs, runs, 0.0, {})
    results = [stepper.step() for _ in range(5)]
    assert [result["done"] for result in results] == [False] * 4 + [True]
    assert results[-1]["objective"] == pytest.approx(results[-2]["objective"] - 0.0005)
    stepper.stop()
    assert runs.list_asked("stop") == []
    runs.broken = ("s-002",)
    stepper = ray_trial.TrialStepper([configs[0].replace(name="s-002")], runs, 0.0, {})
    stepper.step()
    with pytest.raises(TrainingError, match="s-002 failed"):
        stepper.step()
