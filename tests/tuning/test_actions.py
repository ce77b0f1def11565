import os
import threading
from dataclasses import replace
from functools import partial

import psutil
import pytest

from digitnet.access.callers import Caller, acting_as
from digitnet.access.roles import Role
from digitnet.errors import AccessError, ConfigError, TrainingError
from digitnet.experiments import promotion, queue, run_process, training_worker
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import list_runs
from digitnet.experiments.status import QUEUED, RUNNING
from digitnet.experiments.studies import list_studies
from digitnet.models import active, store
from digitnet.models.card import INTERRUPTED, STOPPED
from digitnet.tuning import actions, search
from digitnet.tuning.search import Search, list_searches
from digitnet.tuning.settings import SearchSettings
from digitnet.tuning.trial_records import DONE, TrialRecord, Trials
from tests.helpers.trained import save_trained

SETTINGS = SearchSettings("s", TrainingConfig.from_recipe("quick"), "batch_size = [32, 64]")


@pytest.fixture
def spawned(models, monkeypatch):
    """Return the arguments of the processes that are started; this process stands for each."""
    started = []

    def spawn(arguments, log, descriptors=()):
        started.append(arguments)
        return psutil.Process(os.getpid())

    monkeypatch.setattr(run_process, "spawn", spawn)
    monkeypatch.setattr(search, "hold_for_life", lambda path: None)
    return started


def test_search_starts_stops_and_goes_on(spawned):
    actions.start(SETTINGS)
    assert spawned == [["tune", "--resume", "s"]]
    assert Search("s").read_status().state == RUNNING
    actions.launch_wanted()
    actions.resume("s")
    assert len(spawned) == 1
    actions.stop("s")
    assert Search("s").is_stop_requested()
    Search("s").update_status(state=STOPPED)
    actions.resume("s")
    assert len(spawned) == 2


def test_stop_while_the_process_starts_is_kept(spawned):
    actions.start(SETTINGS)
    actions.stop("s")
    Search("s").mark_started()  # The process is up only now.
    assert Search("s").is_stop_requested()
    Search("s").update_status(state=STOPPED)
    actions.resume("s")
    assert not Search("s").is_stop_requested()


def test_stop_of_a_waiting_search_also_reaches_a_process_that_is_just_started(spawned, monkeypatch):
    monkeypatch.setenv("DIGITNET_TRAININGS", "worker")
    actions.start(SETTINGS)
    actions.stop("s")
    Search("s").update_status(state=RUNNING, pid=os.getpid(), born=psutil.Process().create_time())
    assert Search("s").is_stop_requested()


def test_search_of_a_command_is_left_alone_by_the_worker(spawned):
    actions.create(SETTINGS)
    Search("s").request_stop()
    actions.launch_wanted(is_worker=True)
    assert (spawned, Search("s").read_status().state) == ([], STOPPED)
    Search("s").mark_started()
    assert not Search("s").is_stop_requested()
    actions.launch_wanted(is_worker=True)
    assert spawned == []


def test_search_whose_process_is_gone_is_interrupted(spawned):
    actions.start(SETTINGS)
    Search("s").update_status(born=1.0)
    assert Search("s").read_status().state == INTERRUPTED
    actions.resume_interrupted()
    assert Search("s").read_status().state == QUEUED
    actions.launch_wanted()
    assert len(spawned) == 2


def test_server_leaves_searches_to_its_worker(spawned, monkeypatch):
    monkeypatch.setenv("DIGITNET_TRAININGS", "worker")
    actions.start(SETTINGS)
    assert (spawned, Search("s").read_status().state) == ([], QUEUED)
    actions.stop("s")
    assert Search("s").read_status().state == STOPPED
    actions.resume("s")
    actions.launch_wanted(is_worker=True)
    assert len(spawned) == 1


def test_worker_resumes_and_starts_searches(spawned, monkeypatch):
    monkeypatch.setenv("DIGITNET_TRAININGS", "worker")
    monkeypatch.setattr(run_process, "terminate_children", lambda: None)
    actions.start(SETTINGS)
    Search("s").update_status(state=RUNNING, pid=0)
    ended = threading.Event()
    ended.set()
    training_worker.work(ended, actions.resume_interrupted, partial(actions.launch_wanted, is_worker=True))
    assert spawned == [["tune", "--resume", "s"]]


def test_same_settings_find_a_search_and_others_need_another_name(models):
    actions.create(SETTINGS)
    assert actions.create(SETTINGS).name == "s"
    with pytest.raises(TrainingError, match="There is a search called 's' with other settings"):
        actions.create(SETTINGS.replace_config(epochs=7))
    save_trained(TrainingConfig.from_recipe("quick", name="t-001"))
    with pytest.raises(TrainingError, match="There are models called t-001 or the like"):
        actions.create(SearchSettings("t", SETTINGS.config, SETTINGS.space))
    assert [search.find_free_name(name) for name in ("s", "t", "u")] == ["s-2", "t-2", "u"]


def test_trials_places_and_cluster_of_a_search_at_rest_may_change(spawned):
    actions.create(SETTINGS)
    actions.change("s", samples=40, parallel=3)
    actions.change("s", ray="local")
    assert Search("s").read_settings() == replace(SETTINGS, samples=40, parallel=3, ray="local")
    Search("s").write_trials(Trials(tuple(TrialRecord(number, {}) for number in (1, 2))))
    with pytest.raises(ConfigError, match="Expected samples to be at least 2: so many trials have begun"):
        actions.change("s", samples=1)
    actions.resume("s")
    with pytest.raises(TrainingError, match="The search is under way; stop it first"):
        actions.change("s", parallel=1)
    actions.change("s", parallel=3)  # Nothing changes.
    with pytest.raises(ConfigError, match="There is no search called 'none'"):
        actions.change("none", samples=3)


def test_search_that_is_done_goes_on_with_more_trials(spawned):
    actions.create(replace(SETTINGS, space="batch_size = { from = 32, to = 64 }", samples=5))
    Search("s").update_status(state=search.DONE)
    actions.add_trials("s", 10)
    assert (Search("s").read_settings().trials, spawned) == (15, [["tune", "--resume", "s"]])


def test_discard_keeps_models_and_deletes_runs(models, monkeypatch):
    monkeypatch.setattr(run_process, "launch", lambda run: None)
    actions.create(SETTINGS)
    first, second = (SETTINGS.make_configs(number, {"batch_size": 32})[0] for number in (1, 2))
    save_trained(first)
    queue.start(second)
    Search("s").enqueue()
    with pytest.raises(TrainingError, match="stop it first"):
        actions.discard("s")
    Search("s").update_status(state=STOPPED)
    actions.discard("s")
    assert (list_searches(), list_runs(), store.list_models()) == ([], [], ["s-001"])


def test_trials_of_a_search_are_no_study(models):
    save_trained(SETTINGS.make_configs(1, {"batch_size": 32})[0])
    assert list_studies() == []


def test_best_trial_goes_through_the_gate(models, monkeypatch):
    asked = []

    def compare(before, after):
        asked.append((before, after))
        return True, "Better."

    monkeypatch.setattr(promotion, "promote_over", compare)
    actions.create(SETTINGS)
    assert actions.promote_best("s") == (False, "No trial of this search is done yet.")
    records = [TrialRecord(n, {"batch_size": 32}, DONE, (f"s-00{n}",), value) for n, value in ((1, 0.9), (2, 0.95))]
    Search("s").write_trials(Trials(tuple(records)))
    monkeypatch.setattr(active, "get_active_model", lambda: "cnn")
    assert actions.promote_best("s") == (True, "Better.")
    assert asked == [("cnn", "s-002")]
    assert Search("s").read_status().verdict == "s-002: Better."


def test_reader_may_not_search(models):
    with acting_as(Caller(Role.READER, "ben@school.example")), pytest.raises(AccessError, match="Only a teacher may"):
        actions.start(SETTINGS)


def test_search_runs_in_one_process_at_a_time(models, monkeypatch):
    monkeypatch.setattr(actions, "_LOCK_SECONDS", 0.0)
    actions.create(SETTINGS)
    with (
        actions.FileLock(Search("s").folder / "engine.lock"),
        pytest.raises(TrainingError, match="Another process runs the search 's'"),
    ):
        actions.run_search("s", lambda trials: None)


def test_search_that_does_not_exist_or_is_damaged_is_explained(models):
    with pytest.raises(ConfigError, match="There is no search called 'none'"):
        Search("none").read_settings()
    actions.create(SETTINGS)
    for name in ("search.json", "status.json", "trials.json"):
        (Search("s").folder / name).write_text("{")
    with pytest.raises(ConfigError, match="cannot be read; discard it"):
        Search("s").read_settings()
    assert (Search("s").read_status().state, Search("s").read_trials()) == (INTERRUPTED, Trials())
