import pytest

from digitnet import ConfigError
from digitnet.experiments import notices
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import Run, list_runs
from digitnet.training import trainer
from tests.helpers.training import silent

CONFIG = TrainingConfig.from_recipe("perceptron", name="mine", epochs=1, limit=200)


def test_there_are_no_runs_before_the_first(models):
    assert not notices.has_runs()
    assert notices.list_ended() == []
    notices.forget_ended()


def test_unfinished_run_is_found(models):
    Run("mine").create(CONFIG)
    assert notices.has_runs()
    Run("mine").delete()
    assert not notices.has_runs()


def test_ended_run_is_noted_until_it_is_forgotten(models):
    for name in ("second", "first", "second"):
        notices.note_end(name)
    assert notices.list_ended() == ["first", "second"]
    assert notices.has_runs()
    assert not list_runs()
    notices.forget_ended()
    assert not notices.has_runs()


@pytest.mark.usefixtures("few_copies")
def test_training_notes_its_end(models):
    trainer.train(CONFIG, silent)
    assert notices.list_ended() == ["mine"]


def test_failed_training_notes_its_end_and_an_interrupted_one_does_not(models, monkeypatch):
    def fail(error):
        def raise_error(*args):
            raise error

        monkeypatch.setattr(trainer, "_train", raise_error)
        with pytest.raises(type(error)):
            trainer.train(CONFIG, silent)

    fail(KeyboardInterrupt())
    assert notices.list_ended() == []
    fail(ConfigError("Too large."))
    assert notices.list_ended() == ["mine"]
