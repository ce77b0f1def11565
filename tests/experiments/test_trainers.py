import pytest

from digitnet import extras
from digitnet.errors import SettingsError, TrainingError
from digitnet.experiments import queue, run_process, trainers
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import Run
from digitnet.experiments.status import QUEUED

SHORT = TrainingConfig.from_recipe("perceptron", name="short", epochs=2, limit=500)


@pytest.fixture
def launched(models, data, monkeypatch):
    """The names of the runs whose process would have been started, on a machine without TensorFlow."""
    names = []
    monkeypatch.setattr(run_process, "launch", lambda run: names.append(run.name))
    monkeypatch.setattr(extras, "has_extra", lambda extra: extra != "train")
    return names


def test_server_without_tensorflow_queues_for_a_worker(launched, monkeypatch):
    monkeypatch.setenv("DIGITNET_TRAININGS", "worker")
    assert trainers.can_train()
    queue.start(SHORT)
    queue.start_next()
    assert Run("short").read_status().state == QUEUED
    assert launched == []
    queue.start_next(is_worker=True)
    assert launched == ["short"]


def test_server_without_tensorflow_and_worker_cannot_train(launched, monkeypatch):
    monkeypatch.delenv("DIGITNET_TRAININGS", raising=False)
    assert not trainers.can_train()
    with pytest.raises(TrainingError, match="TensorFlow"):
        queue.start(SHORT)


def test_worker_is_a_setting(data, monkeypatch):
    monkeypatch.delenv("DIGITNET_TRAININGS", raising=False)
    data.mkdir()
    (data / "settings.toml").write_text('[server]\ntrainings = "worker"\n')
    assert trainers.has_worker()
    monkeypatch.setenv("DIGITNET_TRAININGS", "here")
    assert not trainers.has_worker()
    monkeypatch.setenv("DIGITNET_TRAININGS", "elsewhere")
    with pytest.raises(SettingsError, match="here or worker"):
        trainers.has_worker()
