"""A training uses the digits of those whose digits whoever starts it may see."""

import shutil

import pytest

from digitnet.access.callers import LOCAL_OWNER, acting_as
from digitnet.collection.collection import Collection
from digitnet.errors import AccessError
from digitnet.experiments import queue
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.promotion import load_held_out
from digitnet.experiments.run import Run
from digitnet.paths import ROOT
from digitnet.training.data import load_trainable_digits
from tests.helpers.callers import ANN, BOB, TEACHER, agree
from tests.helpers.user_digits import make_sample

OWN_AND_CLASS = (TEACHER.account, *TEACHER.scope)


@pytest.fixture
def folder(models, data, monkeypatch):
    """Have the shipped mlp as the only model, and a queue that never starts a process."""
    shutil.copytree(ROOT / "models" / "mlp", models / "mlp")
    monkeypatch.setattr(queue, "start_next", lambda **_: None)
    return models


def start(caller, name, **settings):
    with acting_as(caller):
        queue.start(TrainingConfig.for_fine_tuning("mlp", name=name, **settings))
    return Run(name).read_config()


@pytest.mark.parametrize(
    ("caller", "wanted", "expected"),
    [
        (LOCAL_OWNER, (), ()),
        (LOCAL_OWNER, (BOB.account,), (BOB.account,)),
        (TEACHER, (), OWN_AND_CLASS),
        (TEACHER, (ANN.account,), (ANN.account,)),
        (TEACHER, ("@CLASS.example",), ("@CLASS.example",)),
    ],
)
def test_run_keeps_the_accounts_that_its_starter_sees(caller, wanted, expected, folder):
    assert start(caller, "mine", accounts=wanted).accounts == expected


@pytest.mark.parametrize("wanted", [BOB.account, "@other.example", "", "browser:x@class.example", "@"])
def test_run_on_digits_of_others_is_refused(wanted, folder):
    with pytest.raises(AccessError, match="Only digits of your own and of your class may be used"):
        start(TEACHER, "mine", accounts=(wanted,))
    assert not Run("mine").exists()


def test_run_on_mnist_alone_names_nobody(folder):
    assert start(TEACHER, "mine", data="mnist").accounts == ()


def test_process_of_a_run_takes_the_digits_of_its_accounts(folder):
    with Collection.open() as collection:
        agree(collection)
        for caller, label in ((LOCAL_OWNER, 0), (ANN, 1), (BOB, 2), (TEACHER, 3)):
            with acting_as(caller):
                collection.add([make_sample(100 * label + number, label) for number in range(30)])
    config = start(TEACHER, "mine")
    assert set(load_trainable_digits(config).labels) == {1, 3}  # The process acts for the owner.
    assert set(load_held_out(config.writers, config.accounts).labels) == {1, 3}
    with acting_as(BOB):
        assert not len(load_held_out(config.writers, config.accounts).labels)
    assert set(load_trainable_digits(start(LOCAL_OWNER, "all")).labels) == {0, 1, 2, 3}
