import json
import shutil

import pytest

from digitnet.access.callers import NOBODY, Caller, acting_as
from digitnet.access.roles import Role
from digitnet.errors import AccessError, ConfigError
from digitnet.experiments import hands, queue, run_process
from digitnet.experiments.run import Run, list_runs
from digitnet.models import active, store
from digitnet.paths import ROOT
from tests.helpers.callers import TEACHER


@pytest.fixture
def folder(models, monkeypatch):
    """Have the shipped mlp as the only model, and a queue that never starts a process."""
    shutil.copytree(ROOT / "models" / "mlp", models / "mlp")
    monkeypatch.setattr(run_process, "launch", lambda run: None)
    return models


def add_model(folder, name, finished, **config):
    """Add a copy of mlp with these settings in its card."""
    shutil.copytree(folder / "mlp", folder / name)
    card = store.load_card(name)
    settings = {"start": "mlp", "writers": ["Ann"], **config}
    card |= {"name": name, "finished": finished, "config": card["config"] | settings}
    (folder / name / store.CARD_FILE).write_text(json.dumps(card))


def test_model_in_use_is_fine_tuned_on_the_digits_of_the_writer(folder):
    hands.learn("Ann")
    (run,) = list_runs()
    config = run.read_config()
    assert (config.start, config.name, config.writers, config.data) == ("mlp", "mlp-mine", ("Ann",), "both")
    assert not config.promote


def test_hand_is_learned_once_at_a_time_but_several_wait(folder):
    for writer in ("Ann", "Ann", "", "Bob"):
        hands.learn(writer)
    assert [run.read_config().writers for run in list_runs()] == [("Ann",), ("",), ("Bob",)]
    assert hands.find_run("").name == "mlp-mine-2"
    assert hands.find_run("Eve") is None


def test_model_without_known_settings_cannot_learn(folder):
    add_model(folder, "odd", "2026-01-01")
    card = store.load_card("odd")
    del card["config"]
    store.write_card(folder / "odd", card)
    active.activate("odd")
    with pytest.raises(ConfigError, match="are not known"):
        hands.learn("Ann")


def test_last_model_that_learned_this_hand_is_found(folder):
    add_model(folder, "first", "2026-01-01T10:00:00")
    add_model(folder, "second", "2026-01-02T10:00:00")
    add_model(folder, "both", "2026-01-03T10:00:00", writers=["Ann", "Bob"])
    add_model(folder, "scratch", "2026-01-03T10:00:00", start="")
    assert hands.find_model("Ann").name == "second"
    assert hands.find_model("") is None


def test_model_of_an_unfinished_run_is_not_found(folder):
    hands.learn("Ann")
    add_model(folder, "mlp-mine", "2026-01-01T10:00:00")
    assert hands.find_model("Ann") is None


def test_cancelled_run_leaves_no_model(folder):
    hands.learn("Ann")
    add_model(folder, "mlp-mine", "2026-01-01T10:00:00")
    queue.cancel("mlp-mine")
    assert not Run("mlp-mine").exists()
    assert store.list_models() == ["mlp"]


def test_hand_is_that_of_ones_own_account(folder):
    hands.learn("Ann")
    with acting_as(TEACHER):
        assert hands.find_run("Ann") is None
        hands.learn("Ann")
        assert hands.find_run("Ann").read_config().accounts == (TEACHER.account,)
    assert hands.find_run("Ann").read_config().accounts == ("",)
    add_model(folder, "owners", "2026-01-01T10:00:00")
    add_model(folder, "teachers", "2026-01-02T10:00:00", accounts=[TEACHER.account])
    add_model(folder, "class", "2026-01-03T10:00:00", accounts=[TEACHER.account, "@class.example"])
    assert hands.find_model("Ann").name == "owners"
    with acting_as(TEACHER):
        assert hands.find_model("Ann").name == "teachers"


def test_reader_learns_no_hand_and_finds_none(folder):
    add_model(folder, "owners", "2026-01-01T10:00:00")
    with acting_as(NOBODY), pytest.raises(AccessError):
        hands.learn("Ann")
    with acting_as(Caller(Role.TEACHER)):
        assert hands.find_model("Ann") is None
