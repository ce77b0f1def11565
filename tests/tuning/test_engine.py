import pytest

from digitnet.errors import TrainingError
from digitnet.models.card import FAILED, STOPPED
from digitnet.tuning import actions, engine, search
from digitnet.tuning.engine import Engine
from digitnet.tuning.trial_records import DONE, PRUNED, RUNNING, find_best
from digitnet.tuning.trial_records import FAILED as TRIAL_FAILED

GRID = "learning_rate = [0.001, 0.01, 0.1]\nbatch_size = [32, 64]\n"


def test_grid_trains_each_combination_once(make_search, search_through, runs):
    trials = search_through(make_search(GRID, method="grid", samples=0))
    assert [tuple(record.values.values()) for record in trials.records] == [
        (rate, size) for rate in (0.001, 0.01, 0.1) for size in (32, 64)
    ]
    assert runs.list_asked("start") == [f"s-00{number}" for number in range(1, 7)]
    assert search.Search("s").read_status().state == search.DONE


def test_fewer_samples_than_a_grid_has_cover_all_of_it(make_search, search_through):
    trials = search_through(make_search(GRID, method="grid", samples=4, pruner="none"))
    assert len({tuple(record.values.values()) for record in trials.records}) == 4
    assert {record.values["learning_rate"] for record in trials.records} == {0.001, 0.01, 0.1}


@pytest.mark.parametrize("settings", [{"method": "grid", "space": GRID}, {"method": "random"}, {"method": "tpe"}])
def test_search_goes_on_with_more_trials(make_search, search_through, settings):
    tuned = make_search(**{"samples": 4, "pruner": "none", **settings})
    first = search_through(tuned)
    actions.change("s", samples=6)
    more = search_through(tuned)
    assert more.records[:4] == first.records
    assert [(record.number, record.state) for record in more.records] == [(number, DONE) for number in range(1, 7)]
    assert len({tuple(record.values.values()) for record in more.records}) == 6


def test_tpe_draws_more_good_trials_than_chance(make_search, search_through, runs):
    space = "learning_rate = { from = 0.0001, to = 1.0, log = true }"
    trials = search_through(make_search(space, method="tpe", samples=40, epochs=1, pruner="none"))
    late = [record.values["learning_rate"] for record in trials.records[20:]]
    assert sum(0.003 < rate < 0.03 for rate in late) >= 10  # A quarter of the space.
    best = find_best(trials.records, is_maximized=True)
    assert 0.005 < best.values["learning_rate"] < 0.02
    assert trials.importance == {"learning_rate": 1.0}


def test_poor_trials_are_stopped_early_and_keep_their_models(make_search, search_through, runs):
    trials = search_through(make_search(samples=16))
    early = [record for record in trials.records if record.state == PRUNED]
    assert early
    assert runs.list_asked("stop") == [record.runs[0] for record in early]
    assert all(record.epoch < record.epochs == 4 and record.number > 4 for record in early)
    median = sorted(record.value for record in trials.list_done())[len(trials.list_done()) // 2]
    assert all(record.value < median for record in early)
    assert max(trials.importance, key=trials.importance.get) == "learning_rate"


def test_other_seeds_of_a_poor_trial_are_not_trained(make_search, search_through, runs):
    trials = search_through(make_search(samples=16, seeds=2))
    early = [record.runs[0] for record in trials.records if record.state == PRUNED]
    assert early
    assert not {f"{name}-seed-1" for name in early} & set(runs.list_asked("start"))


def test_pruner_none_stops_no_trial(make_search, search_through):
    trials = search_through(make_search(samples=16, pruner="none"))
    assert {record.state for record in trials.records} == {DONE}


def test_hyperband_ends_all_trials(make_search, search_through):
    trials = search_through(make_search(samples=16, pruner="hyperband", epochs=9))
    assert {record.state for record in trials.records} == {DONE, PRUNED}


def test_value_is_the_mean_over_the_seeds(make_search, search_through, runs):
    trials = search_through(make_search(GRID, method="grid", samples=0, seeds=3, pruner="none"))
    first = trials.records[0]
    assert first.runs == ("s-001", "s-001-seed-1", "s-001-seed-2")
    assert first.deviation == pytest.approx(0.001)
    assert first.value == pytest.approx(0.99 - 0.2 - 0.001 - 0.0001 - 0.1 * 0.5**4)
    assert len(runs.list_asked("start")) == 18


def test_best_of_losses_is_the_least(make_search, search_through):
    trials = search_through(make_search(GRID, method="grid", samples=0, objective="loss", pruner="none"))
    best = find_best(trials.records, is_maximized=False)
    assert best.value == min(record.value for record in trials.records)


def test_trials_run_side_by_side_if_asked(make_search, runs):
    tuned = Engine(make_search(GRID, method="grid", samples=0, parallel=3), runs)
    tuned.step()
    assert runs.list_asked("start") == ["s-001", "s-002", "s-003"]


def test_small_space_ends_when_all_of_it_is_drawn(make_search, search_through):
    trials = search_through(make_search("batch_size = [32, 64, 128]", samples=50))
    assert sorted(record.values["batch_size"] for record in trials.records) == [32, 64, 128]
    assert [record.number for record in trials.records] == [1, 2, 3]


def test_training_that_diverges_is_a_failed_trial(make_search, search_through, runs):
    runs.diverging = ("s-002",)
    trials = search_through(make_search(GRID, method="grid", samples=0))
    assert [record.state for record in trials.records[:3]] == [DONE, TRIAL_FAILED, DONE]
    assert trials.records[1].problem == "s-002 failed."


def test_values_that_do_not_work_together_are_a_failed_trial(make_search, search_through):
    space = 'layers = ["dense 8", ""]\nunits = [4]\n'
    trials = search_through(make_search(space, method="grid", samples=0))
    assert [record.state for record in trials.records] == [DONE, TRIAL_FAILED]
    assert "The network has no hidden dense layer" in trials.records[1].problem


def test_other_failure_ends_the_search_and_is_tried_again(make_search, runs):
    runs.broken = ("s-002",)
    tuned = make_search(GRID, method="grid", samples=0)
    with pytest.raises(TrainingError, match="s-002 failed"):
        Engine(tuned, runs).run()
    assert (tuned.read_status().state, tuned.read_status().message) == (FAILED, "s-002 failed.")
    runs.broken = ()
    Engine(tuned, runs).run()
    assert {record.state for record in tuned.read_trials().records} <= {DONE, PRUNED}
    assert runs.list_asked("start").count("s-001") == 1


def test_trial_that_fails_a_second_time_ends_as_failed(make_search, runs):
    runs.broken = ("s-002",)
    tuned = make_search(GRID, method="grid", samples=0, pruner="none")
    with pytest.raises(TrainingError, match="s-002 failed"):
        Engine(tuned, runs).run()
    Engine(tuned, runs).run()
    assert tuned.read_status().state == search.DONE
    records = tuned.read_trials().records
    assert [record.state for record in records] == [DONE, TRIAL_FAILED, DONE, DONE, DONE, DONE]
    assert records[1].problem == "s-002 failed."
    assert runs.list_asked("start").count("s-001") == 1


def test_trial_whose_disk_is_full_is_tried_again_for_ever(make_search, runs):
    runs.unsaved = ("s-002",)
    tuned = make_search(GRID, method="grid", samples=0, pruner="none")
    for _ in range(3):
        with pytest.raises(TrainingError, match="s-002 failed"):
            Engine(tuned, runs).run()
    runs.unsaved = ()
    Engine(tuned, runs).run()
    assert [record.state for record in tuned.read_trials().records] == [DONE] * 6


def test_stopped_search_goes_on_where_it_ended(make_search, runs):
    tuned = make_search(GRID, method="grid", samples=0, pruner="none")
    first = Engine(tuned, runs)
    for _ in range(7):
        first.step()
    tuned.request_stop()
    first.run()
    assert tuned.read_status().state == STOPPED
    assert [record.state for record in tuned.read_trials().records] == [DONE, RUNNING]
    tuned.mark_started()
    Engine(tuned, runs).run()
    assert [record.state for record in tuned.read_trials().records] == [DONE] * 6
    assert sorted(runs.list_asked("start")) == [f"s-00{number}" for number in range(1, 7)]
    assert runs.list_asked("resume") == ["s-002"]


def test_ctrl_c_stops_runs_and_search(make_search, runs, monkeypatch):
    def interrupt(_seconds):
        raise KeyboardInterrupt

    tuned = make_search(GRID, method="grid", samples=0)
    monkeypatch.setattr(engine.time, "sleep", interrupt)
    with pytest.raises(KeyboardInterrupt):
        Engine(tuned, runs).run()
    assert tuned.read_status().state == STOPPED
    assert runs.list_asked("stop") == ["s-001"]


def test_run_that_somebody_stops_ends_the_search(make_search, runs):
    tuned = make_search(GRID, method="grid", samples=0)
    first = Engine(tuned, runs)
    first.step()
    runs.stop(tuned.read_settings().make_configs(1, {"learning_rate": 0.001, "batch_size": 32})[0])
    with pytest.raises(TrainingError, match="'s-001' was stopped; resume the search"):
        first.run()
    Engine(tuned, runs).run()
    assert len(tuned.read_trials().list_ended()) == 6
