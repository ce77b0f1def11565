import pytest

from digitnet.access.callers import Caller, acting_as
from digitnet.access.roles import Role
from digitnet.errors import QuotaError
from digitnet.experiments import queue, run_process, studies, study_runs, study_table
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import Run, list_runs
from digitnet.experiments.status import QUEUED
from digitnet.experiments.sweeps import make_variants
from digitnet.models.card import INTERRUPTED, STOPPED
from tests.helpers.trained import save_trained

BASE = TrainingConfig.from_recipe("quick", epochs=1)
GRID = {"batch_size": "32, 128", "epochs": "1, 2"}


@pytest.fixture(autouse=True)
def idle_queue(models, monkeypatch):
    """Start no process."""
    monkeypatch.setattr(run_process, "launch", lambda run: None)


def test_study_has_mean_and_spread_over_seeds():
    configs = make_variants(BASE, {"batch_size": "128, 32"}, seeds=2)
    for config, accuracy in zip(configs, (0.9, 0.8, 0.94, 0.82), strict=True):
        save_trained(config, accuracy)
    (study,) = studies.list_studies()
    assert (study.group, study.labels, study.done) == ("Batch size of quick", ("Batch size",), 4)
    first, second = study.summarize()
    assert (first.values, second.values) == (("32",), ("128",))
    assert first.accuracy == pytest.approx((0.81, 0.0141421, 2), rel=1e-4)
    assert second.gap == pytest.approx((0.02, 0, 2), abs=1e-6)
    heads, rows = study_table.tabulate(study)
    assert heads == ["Batch size", "Test accuracy", "Test loss", "Gap", "Seconds", "Runs"]
    assert rows[0] == ["32", "81.00% ± 1.41", "0.1900 ± 0.0141", "+2.00 ± 0.00", "12 ± 0", "2"]


def test_rows_of_a_grid_are_in_the_order_of_both_settings_values():
    for config in make_variants(BASE, {"batch_size": "128, 32", "epochs": "10, 2"}):
        save_trained(config)
    (study,) = studies.list_studies()
    assert [row.values for row in study.summarize()] == [("32", "2"), ("32", "10"), ("128", "2"), ("128", "10")]


def test_runs_and_stopped_models_are_not_done():
    first, second, third = make_variants(BASE, {"batch_size": "32, 64, 128"})
    save_trained(first)
    save_trained(second, ended=STOPPED)
    Run(second.name).create(second)
    Run(second.name).update_status(state=STOPPED)
    Run(third.name).create(third)
    (study,) = studies.list_studies()
    assert {trial.values[0]: trial.state for trial in study.trials} == {"32": "done", "64": STOPPED, "128": QUEUED}
    assert study.unfinished == [second.name, third.name]
    assert study_table.tabulate(study)[1][2] == ["128", "–", "–", "–", "–", "0 of 1"]


def test_what_is_done_or_under_way_is_not_started_again():
    configs = study_runs.plan(BASE, GRID)
    save_trained(configs[0])
    Run(configs[1].name).create(configs[1])
    Run(configs[2].name).create(configs[2])
    Run(configs[2].name).update_status(state=INTERRUPTED)
    assert study_runs.list_missing(configs) == configs[2:]
    assert study_runs.start(study_runs.plan(BASE, GRID)) == "Batch size and epochs of quick"
    assert {run.name: run.read_status().state for run in list_runs()} == {c.name: QUEUED for c in configs[1:]}


def test_more_values_and_seeds_extend_a_study():
    for config in study_runs.plan(BASE, {"batch_size": "32, 64"}):
        save_trained(config)
    missing = study_runs.list_missing(study_runs.plan(BASE, {"batch_size": "32, 64, 128"}, seeds=2))
    assert [(config.variant, config.seed) for config in missing] == [("128", 0), ("32", 1), ("64", 1), ("128", 1)]
    assert {config.group for config in missing} == {"Batch size of quick"}


def test_renamed_model_is_still_done():
    (config,) = study_runs.plan(BASE, {"batch_size": "32"})
    save_trained(config.replace(name="my-best"), config=config.to_dict())
    assert study_runs.find_unfinished(config) is None


def test_other_settings_make_a_study_of_another_name():
    for config in study_runs.plan(BASE, {"batch_size": "32, 64"}):
        save_trained(config)
    (config,) = study_runs.plan(BASE.replace(learning_rate=0.5), {"batch_size": "32"})
    assert config.group == "Batch size of quick-2"
    (config,) = study_runs.plan(BASE.replace(batch_size=7), {"batch_size": "32"})
    assert config.group == "Batch size of quick"


def test_run_whose_name_is_taken_gets_another():
    (config,) = study_runs.plan(BASE, {"batch_size": "32"})
    save_trained(config.replace(group=""))
    study_runs.start([config])
    assert [run.name for run in list_runs()] == [f"{config.name}-2"]


def test_all_runs_are_stopped_resumed_and_discarded():
    configs = study_runs.plan(BASE, GRID)
    save_trained(configs[0])
    study_runs.start(configs)
    names = [config.name for config in configs[1:]]
    queue.stop_all(names)
    assert {run.read_status().state for run in list_runs()} == {STOPPED}
    queue.resume_all(names)
    assert {run.read_status().state for run in list_runs()} == {QUEUED}
    queue.cancel_all(names)
    assert not list_runs()
    assert studies.find_study(configs[0].group).done == 1


def test_damaged_group_and_variant_are_left_out():
    (config,) = make_variants(BASE, {"batch_size": "32"})
    save_trained(config, config=config.to_dict() | {"group": "Batch size and epochs of quick", "variant": "32"})
    save_trained(config.replace(name="b"), config=config.to_dict() | {"group": "no such form", "seed": "x"})
    assert [study.group for study in studies.list_studies()] == ["no such form"]


def test_study_larger_than_the_queue_may_be_starts_no_run(quotas):
    quotas(queued_trainings=5)
    configs = study_runs.plan(BASE, GRID)
    with acting_as(Caller(Role.TEACHER, "ann@school.test")):
        study_runs.start(configs[:3])
        with pytest.raises(QuotaError, match="At most 5 trainings can wait, 3 do, and these would be 4 more"):
            study_runs.start(study_runs.plan(BASE.replace(seed=7), GRID))
        queue.start(BASE.replace(name="one"))
        queue.start(BASE.replace(name="other"))
        with pytest.raises(QuotaError, match="this would be one more"):
            queue.start(BASE.replace(name="last"))
    assert len(list_runs()) == 5


def test_no_run_is_queued_on_a_disk_that_is_nearly_full(quotas):
    quotas(free_disk_megabytes=10**9)
    with pytest.raises(QuotaError, match="The disk is nearly full"):
        queue.start(BASE.replace(name="one"))
    assert list_runs() == []
