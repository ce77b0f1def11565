import json

import numpy as np
import pytest

from digitnet.errors import TrainingError
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import Run

pytestmark = pytest.mark.training
X, Y = np.ones((8, 3), np.float32), np.zeros((8, 1), np.float32)


@pytest.fixture
def run(models):
    run = Run("kept")
    run.create(TrainingConfig.from_recipe("cnn-30-15", name="kept"))
    return run


def build():
    import keras

    network = keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(1, kernel_initializer="ones")])
    network.compile(keras.optimizers.Adam(0.1), "mse")
    return network


def fit(network, run, epochs):
    from digitnet.training.checkpoints import Backup

    return network.fit(X, Y, epochs=epochs, callbacks=[Backup(run)], verbose=0).epoch


def cut_off(network, run):
    """Be killed while the weights of an epoch are written: a part of them is on the disk."""

    def write_part(path):
        path.write_bytes(b"\x89HDF\r\n\x1a\n cut off")
        raise KeyboardInterrupt

    network.save_weights = write_part
    with pytest.raises(KeyboardInterrupt):
        fit(network, run, 5)


def test_training_goes_on_from_the_last_saved_epoch(run):
    first, whole = build(), build()
    assert fit(first, run, 2) == [0, 1]
    assert run.count_saved_epochs() == 2
    resumed = build()
    assert fit(resumed, run, 4) == [2, 3]
    whole.fit(X, Y, epochs=4, verbose=0)
    np.testing.assert_allclose(resumed.get_weights()[0], whole.get_weights()[0], rtol=1e-5)  # Its optimizer, too.
    assert int(resumed.optimizer.iterations) == 4
    assert [path.name for path in run.backup.glob("*.h5*")] == ["4.weights.h5"]


def test_kill_in_the_first_backup_starts_from_scratch(run):
    cut_off(build(), run)
    assert run.count_saved_epochs() == 0
    assert fit(build(), run, 2) == [0, 1]


def test_kill_in_a_later_backup_goes_on_from_the_epoch_before(run):
    fit(build(), run, 2)
    cut_off(build(), run)
    assert run.count_saved_epochs() == 2
    assert fit(build(), run, 3) == [2]


def test_damaged_backup_is_said(run):
    fit(build(), run, 1)
    (run.backup / "1.weights.h5").write_bytes(b"damaged")
    with pytest.raises(TrainingError, match="'kept' are missing or damaged; discard the run"):
        fit(build(), run, 2)


def test_backup_of_an_earlier_version_is_resumed(run):
    fit(build(), run, 2)
    (run.backup / "2.weights.h5").rename(run.backup / "latest.weights.h5")
    run.backup_metadata.write_text(json.dumps({"epoch": 2, "batch": 0}))
    assert fit(build(), run, 3) == [2]


def test_best_weights_are_those_of_the_best_epoch(run):
    from digitnet.training.checkpoints import BestWeights

    def train(best, *epochs):
        network = build()
        best.set_model(network)
        for epoch, (accuracy, weight) in enumerate(epochs):
            network.set_weights([np.full((3, 1), weight), np.zeros(1)])
            best.on_epoch_end(epoch, {"accuracy": accuracy})
        network.load_weights(run.best_weights)
        return network.get_weights()[0].mean()

    assert train(BestWeights(run, "accuracy", 0.9), (0.4, 1.0), (0.7, 2.0), (0.6, 3.0)) == 2.0  # None were saved yet.
    # A kill may come after the figures of an epoch with 0.9 and before its weights.
    assert train(BestWeights(run, "accuracy", 0.9), (0.6, 4.0), (0.8, 5.0)) == 5.0
    run.best_value.unlink()
    assert train(BestWeights(run, "accuracy", 0.9), (0.85, 6.0)) == 5.0
