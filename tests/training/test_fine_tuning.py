import json
import shutil

import numpy as np
import pytest

from digitnet import ConfigError, ModelError
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
from digitnet.models.card import BOTH, MNIST
from digitnet.models.classifier import Classifier
from digitnet.models.evaluation import measure_accuracy
from digitnet.training.fine_tuning import limit_forgetting, load_start_weights
from digitnet.training.trainer import train

pytestmark = pytest.mark.usefixtures("few_copies")


def silent(_):
    pass


@pytest.fixture
def tiny(models, tiny_model, data):
    """A small trained network called tiny, alone and in use."""
    shutil.copytree(tiny_model, models / "tiny")
    return models


@pytest.fixture
def mirrored(data, mnist):
    """Own digits of a hand that writes 2s, 3s and 7s mirrored."""
    images, labels = mnist[0]
    places = np.flatnonzero(np.isin(labels, (2, 3, 7)))[:80]
    with Collection.open() as collection:
        collection.add([Sample(np.ascontiguousarray(images[i][:, ::-1]), b"", int(labels[i])) for i in places])


def fine_tuning_config(**settings):
    return TrainingConfig.for_fine_tuning("tiny", **{"epochs": 1, "epoch_digits": 256, **settings})


def card_without(folder, *keys):
    path = folder / store.CARD_FILE
    card = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({key: value for key, value in card.items() if key not in keys}), encoding="utf-8")


def test_network_seed_and_what_is_held_out_stay_those_of_the_model(tiny):
    config, before = fine_tuning_config(), TrainingConfig.from_dict(store.load_card("tiny")["config"])
    kept = ("recipe", "layers", "refuse", "validation_share", "seed", "limit")
    assert [getattr(config, name) for name in kept] == [getattr(before, name) for name in kept]
    assert (config.start, config.name, config.data) == ("tiny", "tiny-mine", BOTH)
    assert TrainingConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


def test_settings_from_before_there_were_own_digits_are_read():
    config = TrainingConfig.from_dict({"recipe": "quick", "name": "old", "layers": "dense 64", "epochs": 2})
    assert (config.data, config.start, config.writers) == (MNIST, "", ())


@pytest.mark.parametrize(
    ("setting", "value"),
    [("data", "other"), ("own_share", 0.0), ("own_share", 1.0), ("writers", "A"), ("epoch_digits", -1)],
)
def test_setting_that_cannot_work_is_refused(setting, value):
    with pytest.raises(ConfigError, match=r"Expected .* Received"):
        TrainingConfig(**{setting: value})


def test_model_that_is_not_there_or_whose_settings_are_not_known_cannot_be_continued(tiny):
    with pytest.raises(ModelError, match="no model called"):
        TrainingConfig.for_fine_tuning("other")
    card_without(tiny / "tiny", "config")
    with pytest.raises(ConfigError, match="not known"):
        TrainingConfig.for_fine_tuning("tiny")


def test_layers_that_an_older_card_lacks_are_those_of_the_recipe():
    assert TrainingConfig.for_fine_tuning("mlp").layers == "dense 512, dropout 0.2, dense 256, dropout 0.2"


def test_other_network_than_that_of_the_model_is_refused(tiny, mirrored):
    with pytest.raises(ConfigError, match="train from scratch instead"):
        train(fine_tuning_config().replace(layers="dense 8"), silent)


def test_steps_of_no_length_leave_the_model_as_it_was(tiny, mirrored, mnist):
    train(fine_tuning_config(learning_rate=1e-12), silent)
    before, after = (Classifier((tiny / name / store.TFLITE_FILE).read_bytes()) for name in ("tiny", "tiny-mine"))
    pictures = mnist[1].images[:50]
    assert np.allclose(
        before.predict_digit_probabilities(pictures), after.predict_digit_probabilities(pictures), atol=1e-5
    )


def test_hand_is_learnt_and_mnist_kept(tiny, mirrored, mnist):
    train(fine_tuning_config(epochs=3, epoch_digits=512), silent)
    own, test = promotion.load_held_out(), mnist[1].select(slice(1500))
    before, after = (Classifier.load(name) for name in ("tiny", "tiny-mine"))
    assert 5 <= len(own.labels) <= 30
    assert measure_accuracy(after, own) > measure_accuracy(before, own)
    assert measure_accuracy(after, test) > measure_accuracy(before, test) - 0.03
    card = store.load_card("tiny-mine")
    assert card["before"] == "tiny"
    assert {"temperature", "accept", "own_digits"} <= set(card)


@pytest.mark.filterwarnings("ignore")  # the log of a run that is cut stays open
def test_run_that_was_cut_ends_like_a_whole_one_though_the_model_and_the_digits_are_gone(
    tiny, mirrored, cut_in_third_epoch
):
    config = fine_tuning_config(epochs=3)
    train(config, silent)
    whole = read_rows(tiny / "tiny-mine" / store.HISTORY_FILE)
    expected = Classifier.load("tiny-mine").predict_digit_probabilities(promotion.load_held_out().images)
    with cut_in_third_epoch(), pytest.raises(KeyboardInterrupt):
        train(config, silent)
    pictures = promotion.load_held_out().images
    with Collection.open() as collection:
        collection.delete([digit.id for digit in collection.find()])
    shutil.rmtree(tiny / "tiny")
    train(config, silent)
    losses = [row["loss"] for row in read_rows(tiny / "tiny-mine" / store.HISTORY_FILE)]
    assert losses == pytest.approx([row["loss"] for row in whole], rel=0.02)  # dropout begins anew
    assert np.allclose(Classifier.load("tiny-mine").predict_digit_probabilities(pictures), expected, atol=0.1)
    assert not Run("tiny-mine").exists()


def comparison(gain):
    digits = Digits(np.zeros((1000, 28, 28), np.uint8), np.zeros(1000, np.uint8))
    right, before, after = (np.zeros(1000, np.intp) for _ in range(3))
    before[:10], after[: 10 - gain] = 1, 1
    return Comparison(PairedPredictions(digits, right, right), PairedPredictions(digits, before, after))


@pytest.mark.parametrize(("gain", "used"), [(3, "tiny-mine"), (0, "tiny")])
def test_model_is_put_to_use_by_itself_only_if_it_is_better(tiny, mirrored, monkeypatch, gain, used):
    monkeypatch.setattr(promotion, "compare_models", lambda *_: comparison(gain))
    train(fine_tuning_config(promote=True), silent)
    assert active.get_active_model() == used
    card = store.load_card("tiny-mine")
    assert card["promoted"] == (used == "tiny-mine")
    assert card["verdict"].startswith("Better" if card["promoted"] else "Not better")
    assert active.get_previous_model() == ("tiny" if card["promoted"] else None)


def test_model_put_to_use_meanwhile_stays(tiny, mirrored, monkeypatch):
    shutil.copytree(tiny / "tiny", tiny / "other")
    active.activate("other")
    monkeypatch.setattr(promotion, "compare_models", lambda *_: comparison(3))
    train(fine_tuning_config(promote=True), silent)
    assert active.get_active_model() == "other"
    assert "stays" in store.load_card("tiny-mine")["verdict"]


def test_command_line_continues_a_model(tiny, mirrored, capsys):
    assert run_command(["train", "--start", "tiny", "--name", "taught", "--epochs", "1", "--epoch-digits", "128"]) == 0
    assert TrainingConfig.from_dict(store.load_card("taught")["config"]).start == "tiny"
    assert run_command(["train", "--start", "nosuch"]) == 1
    assert "no model called 'nosuch'" in capsys.readouterr().err


@pytest.mark.parametrize(("step", "part"), [(1e-5, 1.0), (-2.0, 0.2)])
def test_so_much_is_kept_of_what_was_learnt_as_forgets_little_of_mnist(tiny, mnist, step, part):
    """Weights that are turned round forget everything, those that hardly move nothing."""
    config = fine_tuning_config()
    run, network = Run(config.name), build(config.network, config.recipe, config.outputs)
    run.create(config)
    load_start_weights(network, config, run)
    start = network.get_weights()
    network.set_weights([weights * (1 + step) for weights in start])
    limit_forgetting(network, config, run, mnist[0].select(slice(1000)))
    for weights, before in zip(network.get_weights(), start, strict=True):
        assert np.allclose(weights, before * (1 + part * step), atol=1e-6)


def test_only_what_comes_after_the_first_pooling_learns(tiny, mirrored):
    from keras.layers import MaxPooling2D
    from keras.saving import load_model

    train(fine_tuning_config(), silent)
    before, after = (load_model(tiny / name / store.KERAS_FILE, compile=False).layers for name in ("tiny", "tiny-mine"))
    first = next(place for place, layer in enumerate(before) if isinstance(layer, MaxPooling2D))
    changed = [
        any((one != other).any() for one, other in zip(old.get_weights(), new.get_weights(), strict=True))
        for old, new in zip(before, after, strict=True)
    ]
    assert first > 0
    assert not any(changed[:first])
    assert any(changed[first:])
