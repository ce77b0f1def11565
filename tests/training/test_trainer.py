import csv
import json
from dataclasses import replace

import numpy as np
import pytest

from digitnet import ConfigError
from digitnet.experiments.config import SQUARED_ERROR, TrainingConfig
from digitnet.experiments.recipes import RECIPES
from digitnet.experiments.run import Run, read_rows
from digitnet.experiments.status import BUILDING, CALIBRATING, EXPORTING, FINISHING, LOADING, PREPARING, TESTING
from digitnet.models import store
from digitnet.models.classifier import Classifier
from digitnet.models.evaluation import measure_accuracy
from digitnet.preprocessing.normalization import to_network_input
from digitnet.training.optimizer import mean_squared_error
from digitnet.training.trainer import train
from tests.helpers.training import silent

TINY = TrainingConfig.from_recipe("mlp-512-256", name="tiny", epochs=2, limit=400)

pytestmark = pytest.mark.usefixtures("few_copies")


def read_history(folder):
    with (folder / store.HISTORY_FILE).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_training_writes_a_complete_model_folder(tiny_model):
    assert {path.name for path in tiny_model.iterdir()} == {"model.keras", "model.tflite", "card.json", "history.csv"}
    card = json.loads((tiny_model / store.CARD_FILE).read_text(encoding="utf-8"))
    assert card["recipe"] == "cnn-30-15"
    assert card["config"]["epochs"] == 2
    assert card["tflite_bytes"] == (tiny_model / store.TFLITE_FILE).stat().st_size
    assert card["test_accuracy"] > 0.3
    assert card["training_accuracy"] > card["test_accuracy"]
    assert card["training_loss"] < card["test_loss"]
    assert len(read_history(tiny_model)) == 2
    assert card["seconds"] > 0


def test_curves_of_a_training_on_squared_errors_hold_the_cross_entropy_too(models):
    folder = train(TINY.replace(loss=SQUARED_ERROR, optimizer="sgd", validation_share=0.1), silent)
    first = {name: float(value) for name, value in read_history(folder)[0].items()}
    assert 1 < first["loss"] < 3
    assert 1 < first["val_loss"] < 3
    assert 0.04 < first["trained_loss"] < 0.1
    assert 0.04 < first["val_trained_loss"] < 0.1
    assert 0 < first["accuracy"] < 1


def test_squared_error_is_that_of_keras():
    import keras

    outputs = np.random.default_rng(0).dirichlet(np.ones(11), 7).astype(np.float32)
    labels = np.arange(7)
    expected = keras.losses.mean_squared_error(keras.utils.to_categorical(labels, 11), outputs)
    for shape in (7, (7, 1)):
        assert np.allclose(mean_squared_error(labels.reshape(shape), outputs), expected)


def test_training_leaves_the_model_and_a_notice_of_its_end(tiny_model):
    folder = tiny_model.parent
    left = [path for path in folder.rglob("*") if path.is_file() and tiny_model not in path.parents]
    assert [str(path.relative_to(folder)) for path in left] == [".training/.ended/tiny"]


def test_card_has_the_exported_networks_accuracy(tiny_model, mnist):
    classifier = Classifier((tiny_model / store.TFLITE_FILE).read_bytes())
    card = json.loads((tiny_model / store.CARD_FILE).read_text(encoding="utf-8"))
    assert measure_accuracy(classifier, mnist[1].select(slice(1500))) == pytest.approx(card["test_accuracy"])


@pytest.mark.parametrize("augment", [False, True])
def test_litert_and_keras_agree(tiny_model, models, mnist, augment):
    import keras

    folder = train(replace(TINY, augment=augment, epochs=2), silent) if augment else tiny_model
    images = mnist[1].images[:200]
    network = keras.saving.load_model(folder / store.KERAS_FILE, compile=False)
    by_keras = network.predict(to_network_input(images), verbose=0)
    by_litert = Classifier((folder / store.TFLITE_FILE).read_bytes()).predict_digit_probabilities(images)
    assert np.abs(by_keras - by_litert).max() < 0.01
    second, first = np.sort(by_keras, axis=1)[:, -2:].T
    sure = first - second > 0.02
    assert sure.mean() > 0.5
    assert np.array_equal(by_keras.argmax(axis=1)[sure], by_litert.argmax(axis=1)[sure])


class ExportReachedError(Exception):
    """Raised instead of an export, which takes most of the time of a short training."""


@pytest.fixture
def without_export(monkeypatch):
    def stop(*_):
        raise ExportReachedError

    monkeypatch.setattr("digitnet.training.trainer.write_model", stop)


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_recipe_learns_a_few_digits(models, recipe, without_export):
    with pytest.raises(ExportReachedError):
        train(TrainingConfig.from_recipe(recipe, name="tiny", epochs=2, limit=500, augment=True), silent)
    losses = [row["loss"] for row in read_rows(Run("tiny").history)]
    assert losses[-1] < losses[0]


def test_shipped_recipe_is_exported(models):
    """The recipe of `cnn` has every kind of layer but tanh; other tests export the others."""
    folder = train(TrainingConfig.from_recipe("digitnet", name="tiny", epochs=1, limit=300), silent)
    assert Classifier((folder / store.TFLITE_FILE).read_bytes()).refuses


@pytest.mark.filterwarnings("ignore")  # The log of an interrupted run stays open.
def test_interrupted_run_resumes_like_a_whole_one(models, cut_in_third_epoch):
    config = TrainingConfig.from_recipe("mlp-64-64", name="tiny", epochs=3, limit=500, augment=True)
    uninterrupted = read_history(train(config, silent))
    with cut_in_third_epoch(), pytest.raises(KeyboardInterrupt):
        train(config, silent)
    assert (models / "tiny").exists(), "the model of the first run stays"
    resumed = read_history(train(config, silent))
    assert [row["epoch"] for row in resumed] == ["0", "1", "2"]
    for row, expected in zip(resumed, uninterrupted, strict=True):
        assert float(row["loss"]) == pytest.approx(float(expected["loss"]), rel=1e-3)


def test_run_with_other_settings_starts_anew(models):
    config = TrainingConfig.from_recipe("mlp-64-64", name="tiny", epochs=2, limit=400)
    train(config, silent)
    folder = train(replace(config, epochs=1), silent)
    assert len(read_history(folder)) == 1


def test_diverging_weights_are_reported(models, monkeypatch):
    monkeypatch.setattr(
        "digitnet.training.batches.to_network_input", lambda images: np.full((len(images), 28, 28, 1), np.nan)
    )
    with pytest.raises(ConfigError, match="smaller learning rate"):
        train(TINY, silent)
    assert not (models / "tiny").exists()


def test_large_network_is_quantized_to_8_bits(models, mnist):
    folder = train(TINY, silent)
    card = json.loads((folder / store.CARD_FILE).read_text(encoding="utf-8"))
    assert card["weights"] == "int8"
    assert card["tflite_bytes"] < 1_000_000 < 4 * card["parameters"]


def test_refusing_network_has_eleven_calibrated_classes(models):
    config = TrainingConfig.from_recipe(
        "quick", name="tiny", epochs=1, limit=700, refuse=True, augment=True, validation_share=0.1
    )
    train(config, silent)
    card = store.load_card("tiny")
    assert 0.1 < card["temperature"] < 10
    classifier = Classifier.load("tiny")
    assert classifier.refuses
    pictures = np.zeros((3, 28, 28), np.uint8)
    assert classifier.predict_probabilities(pictures).shape == (3, 11)
    assert classifier.predict_digit_probabilities(pictures).shape == (3, 10)
    assert (classifier.predict_digit_probabilities(pictures).sum(axis=1) < 1).all()


def test_run_tells_its_phases_and_expected_end(models, monkeypatch):
    statuses, begin = [], Run.begin_phase

    def note(run, phase, **changes):
        begin(run, phase, **changes)
        statuses.append(run.read_status())

    monkeypatch.setattr(Run, "begin_phase", note)
    card = json.loads((train(TINY.replace(layers="dense 8", epochs=1), silent) / store.CARD_FILE).read_text())
    phases = [LOADING, PREPARING, BUILDING, "", EXPORTING, TESTING, CALIBRATING]
    assert [status.phase for status in statuses] == phases
    assert statuses[0].ends > statuses[0].started
    assert statuses[3].state == FINISHING
    assert card["start_seconds"] >= 0
    assert card["finish_seconds"] > 0
