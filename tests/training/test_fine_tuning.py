import shutil

import numpy as np
import pytest

from digitnet import ConfigError
from digitnet.cli.main import run_command
from digitnet.collection.collection import Collection
from digitnet.collection.samples import Sample
from digitnet.datasets.mnist import Digits
from digitnet.experiments import promotion
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.promotion import Comparison, PairedPredictions
from digitnet.experiments.run import Run, read_rows
from digitnet.models import active, store
from digitnet.models.architecture import build
from digitnet.models.classifier import Classifier
from digitnet.models.evaluation import measure_accuracy
from digitnet.training.fine_tuning import limit_forgetting, load_start_weights
from digitnet.training.trainer import train
from tests.helpers.training import silent

pytestmark = pytest.mark.usefixtures("few_copies")


@pytest.fixture
def tiny(models, tiny_model, data):
    """Make a small trained network called tiny the only model, and so the one in use."""
    shutil.copytree(tiny_model, models / "tiny")
    return models


@pytest.fixture
def mirrored(data, mnist):
    """Add user digits of a writer who mirrors 2s, 3s and 7s."""
    images, labels = mnist[0]
    indices = np.flatnonzero(np.isin(labels, (2, 3, 7)))[:80]
    with Collection.open() as collection:
        collection.add([Sample(np.ascontiguousarray(images[i][:, ::-1]), b"", int(labels[i])) for i in indices])


def make_config(**settings):
    return TrainingConfig.for_fine_tuning("tiny", **{"epochs": 1, "epoch_digits": 256, **settings})


def test_network_other_than_the_model_is_refused(tiny, mirrored):
    with pytest.raises(ConfigError, match="train from scratch instead"):
        train(make_config().replace(layers="dense 8"), silent)


def test_tiny_learning_rate_leaves_model_unchanged(tiny, mirrored, mnist):
    train(make_config(learning_rate=1e-12), silent)
    before, after = (Classifier((tiny / name / store.TFLITE_FILE).read_bytes()) for name in ("tiny", "tiny-mine"))
    pictures = mnist[1].images[:50]
    assert np.allclose(
        before.predict_digit_probabilities(pictures), after.predict_digit_probabilities(pictures), atol=1e-5
    )


def test_handwriting_is_learned_and_mnist_kept(tiny, mirrored, mnist):
    train(make_config(epochs=3, epoch_digits=512), silent)
    user, test = promotion.load_held_out(), mnist[1].select(slice(1500))
    before, after = (Classifier.load(name) for name in ("tiny", "tiny-mine"))
    assert 5 <= len(user.labels) <= 30
    assert measure_accuracy(after, user) > measure_accuracy(before, user)
    assert measure_accuracy(after, test) > measure_accuracy(before, test) - 0.03
    card = store.load_card("tiny-mine")
    assert card["before"] == "tiny"
    assert {"temperature", "accept", "own_digits"} <= set(card)


@pytest.mark.filterwarnings("ignore")  # The log of an interrupted run stays open.
def test_interrupted_run_resumes_without_model_and_digits(tiny, mirrored, cut_in_third_epoch):
    config = make_config(epochs=3)
    train(config, silent)
    uninterrupted = read_rows(tiny / "tiny-mine" / store.HISTORY_FILE)
    expected = Classifier.load("tiny-mine").predict_digit_probabilities(promotion.load_held_out().images)
    with cut_in_third_epoch(), pytest.raises(KeyboardInterrupt):
        train(config, silent)
    pictures = promotion.load_held_out().images
    with Collection.open() as collection:
        collection.delete([digit.id for digit in collection.find()])
    shutil.rmtree(tiny / "tiny")
    train(config, silent)
    losses = [row["loss"] for row in read_rows(tiny / "tiny-mine" / store.HISTORY_FILE)]
    assert losses == pytest.approx([row["loss"] for row in uninterrupted], rel=0.02)  # Dropout starts again.
    assert np.allclose(Classifier.load("tiny-mine").predict_digit_probabilities(pictures), expected, atol=0.1)
    assert not Run("tiny-mine").exists()


def make_comparison(gain):
    digits = Digits(np.zeros((1000, 28, 28), np.uint8), np.zeros(1000, np.uint8))
    right, before, after = (np.zeros(1000, np.intp) for _ in range(3))
    before[:10], after[: 10 - gain] = 1, 1
    return Comparison(PairedPredictions(digits, right, right), PairedPredictions(digits, before, after))


@pytest.mark.parametrize(("gain", "active_model"), [(3, "tiny-mine"), (0, "tiny")])
def test_model_is_promoted_only_if_better(tiny, mirrored, monkeypatch, gain, active_model):
    monkeypatch.setattr(promotion, "compare_models", lambda *_: make_comparison(gain))
    train(make_config(promote=True), silent)
    assert active.get_active_model() == active_model
    card = store.load_card("tiny-mine")
    assert card["promoted"] == (active_model == "tiny-mine")
    assert card["verdict"].startswith("Better" if card["promoted"] else "Not better")
    assert active.get_previous_model() == ("tiny" if card["promoted"] else None)


def test_model_activated_meanwhile_stays(tiny, mirrored, monkeypatch):
    shutil.copytree(tiny / "tiny", tiny / "other")
    active.activate("other")
    monkeypatch.setattr(promotion, "compare_models", lambda *_: make_comparison(3))
    train(make_config(promote=True), silent)
    assert active.get_active_model() == "other"
    assert "stays" in store.load_card("tiny-mine")["verdict"]


def test_command_line_fine_tunes_a_model(tiny, mirrored, capsys):
    assert run_command(["train", "--start", "tiny", "--name", "tuned", "--epochs", "1", "--epoch-digits", "128"]) == 0
    assert TrainingConfig.from_dict(store.load_card("tuned")["config"]).start == "tiny"
    assert run_command(["train", "--start", "nosuch"]) == 1
    assert "no model called 'nosuch'" in capsys.readouterr().err


@pytest.mark.parametrize(("step", "share"), [(1e-5, 1.0), (-2.0, 0.2)])
def test_weights_move_back_until_little_is_forgotten(tiny, mnist, step, share):
    """Negated weights forget everything, weights that hardly move forget nothing."""
    config = make_config()
    run, network = Run(config.name), build(config.network, config.recipe, config.outputs)
    run.create(config)
    load_start_weights(network, config, run)
    start = network.get_weights()
    network.set_weights([weights * (1 + step) for weights in start])
    limit_forgetting(network, config, run, mnist[0].select(slice(1000)))
    for weights, before in zip(network.get_weights(), start, strict=True):
        assert np.allclose(weights, before * (1 + share * step), atol=1e-6)


def test_layers_before_the_first_pooling_are_frozen(tiny, mirrored):
    from keras.layers import MaxPooling2D
    from keras.saving import load_model

    train(make_config(), silent)
    before, after = (load_model(tiny / name / store.KERAS_FILE, compile=False).layers for name in ("tiny", "tiny-mine"))
    first = next(index for index, layer in enumerate(before) if isinstance(layer, MaxPooling2D))
    changed = [
        any(
            (old_weights != new_weights).any()
            for old_weights, new_weights in zip(old.get_weights(), new.get_weights(), strict=True)
        )
        for old, new in zip(before, after, strict=True)
    ]
    assert first > 0
    assert not any(changed[:first])
    assert any(changed[first:])
