import json
import shutil

import pytest

from digitnet.access.callers import acting_as
from digitnet.batches.pictures import keep_picture, list_pictures
from digitnet.collection.collection import Collection
from digitnet.errors import AccessError
from digitnet.experiments import queue
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.forgetting import forget, forget_own
from digitnet.experiments.run import list_runs
from digitnet.models import active, store
from digitnet.paths import ROOT
from tests.helpers.callers import ANN, BOB, TEACHER, agree
from tests.helpers.user_digits import make_sample


@pytest.fixture
def folder(models, data, monkeypatch):
    """Have the shipped mlp as the only model, and a queue that never starts a process."""
    shutil.copytree(ROOT / "models" / "mlp", models / "mlp")
    monkeypatch.setattr(queue, "start_next", lambda **_: None)
    return models


def add_model(folder, name, accounts, **settings):
    shutil.copytree(folder / "mlp", folder / name)
    card = store.load_card(name)
    card |= {"name": name, "config": card["config"] | {"accounts": accounts, **settings}}
    (folder / name / store.CARD_FILE).write_text(json.dumps(card))


def queue_run(name, accounts, **settings):
    config = TrainingConfig.for_fine_tuning("mlp", name=name, accounts=accounts, **settings)
    queue.start(config)
    (run,) = [run for run in list_runs() if run.name == name]
    run.user_digits.write_bytes(b"digits")
    return run


def test_models_and_runs_of_own_digits_alone_are_deleted(folder):
    for name, accounts in {"ann-1": [ANN.account], "bob-1": [BOB.account], "all": []}.items():
        add_model(folder, name, accounts)
    add_model(folder, "both", [ANN.account, BOB.account])
    active.activate("mlp")
    active.activate("ann-1")
    own, other = queue_run("own", (ANN.account,)), queue_run("others", ())
    with Collection.open() as collection:
        agree(collection, "ann")
        with acting_as(ANN):
            collection.add([make_sample(1)])
            keep_picture("a" * 32, b"picture", collection.consents)
            forgotten = forget_own(collection)
            assert (forgotten.counts.digits, forgotten.models) == (1, ("ann-1",))
            assert collection.count(deleted=None) == 0
            assert list_pictures("a" * 32) == set()
    assert store.list_models() == ["all", "bob-1", "both", "mlp"]
    assert active.get_active_model() == "mlp"
    assert not own.exists()
    assert other.exists()
    assert not other.user_digits.exists()


def test_account_outside_of_the_scope_is_not_forgotten(folder):
    add_model(folder, "bob-1", [BOB.account])
    with Collection.open() as collection:
        for caller in (ANN, TEACHER):
            with acting_as(caller), pytest.raises(AccessError):
                forget(collection, BOB.account)
    assert "bob-1" in store.list_models()


def test_other_models_and_runs_do_not_name_the_account_any_more(folder):
    both = [ANN.account, BOB.account]
    add_model(folder, "class", both, writers=["Ann Smith", "Kim"])
    run = queue_run("class-2", tuple(both), writers=("Ann Smith", "Kim"))
    run.write_config(run.read_config().replace(epochs=7))
    with Collection.open() as collection:
        agree(collection, "ann", "bob")
        with acting_as(BOB):
            collection.add([make_sample(1, writer="Kim")])
        with acting_as(ANN):
            collection.add([make_sample(2, writer="Kim"), make_sample(3, writer="Ann Smith")])
            forget_own(collection)
    for settings in (store.load_card("class")["config"], run.read_settings()):
        assert (settings["accounts"], settings["writers"]) == (["(deleted)", BOB.account], ["(deleted)", "Kim"])
    assert run.read_config().epochs == 7
    texts = [path.read_text(errors="replace") for path in folder.rglob("*") if path.suffix == ".json"]
    assert not [text for text in texts if ANN.account in text or "Ann Smith" in text]
