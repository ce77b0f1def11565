import numpy as np
import pytest

from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import Run
from digitnet.experiments.snapshots import load
from digitnet.models import store
from digitnet.models.architecture import build, parse_layers
from digitnet.models.classifier import Classifier
from digitnet.training.snapshot_callback import MAX_FILTERS, get_first_weights
from digitnet.training.trainer import train
from tests.helpers.training import silent


@pytest.mark.parametrize(
    ("layers", "shape"),
    [
        ("conv 30 5x5, pool 2, dense 8", (30, 5, 5)),
        ("conv 4 3x3 norm", (4, 3, 3)),
        ("dense 12, dense 8", (12, 28, 28)),
        ("dropout 0.2", (10, 28, 28)),
        ("pool 2, dense 6", (6, 14, 14)),
        ("mean, dense 6", (0, 1, 1)),
    ],
)
def test_first_weights_are_one_picture_per_filter_or_unit(layers, shape):
    assert get_first_weights(build(parse_layers(layers), "network")).shape == shape


def test_first_weights_are_oriented_like_pictures():
    network = build(parse_layers("dense 3"), "network")
    pixel = np.zeros((1, 28, 28, 1), np.float32)
    pixel[0, 4, 9] = 1
    weights = get_first_weights(network)
    assert np.asarray(network.layers[1](pixel.reshape(1, -1))) == pytest.approx(np.maximum(weights[:, 4, 9], 0)[None])


@pytest.mark.filterwarnings("ignore")  # The log of an interrupted run stays open.
def test_resumed_run_adds_to_its_snapshots(models, few_copies, cut_in_third_epoch, monkeypatch):
    config = TrainingConfig.from_recipe("mlp-64-64", name="tiny", epochs=3, limit=300)
    with cut_in_third_epoch(), pytest.raises(KeyboardInterrupt):
        train(config, silent)
    before = load(Run("tiny").snapshots)
    assert before.epochs.tolist() == [0, 1, 2]
    with monkeypatch.context() as patch:
        patch.setattr(Run, "delete", lambda self: None)
        train(config, silent)
    after = load(Run("tiny").snapshots)
    assert after.epochs.tolist() == [0, 1, 2, 3]
    assert np.array_equal(after.probabilities[:3], before.probabilities)
    assert (after.filters.shape, after.units) == ((MAX_FILTERS, 28, 28), 64)
    read = Classifier((store.model_dir("tiny") / store.TFLITE_FILE).read_bytes()).predict_digit_probabilities(
        after.images
    )
    assert after.probabilities[-1] == pytest.approx(read, abs=0.01)
    train(config.replace(epochs=1), silent)
    assert not Run("tiny").folder.exists()
