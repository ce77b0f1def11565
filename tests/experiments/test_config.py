import json
import shutil
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet import ConfigError, ModelError
from digitnet.experiments.config import TEST_SET, TrainingConfig
from digitnet.models import store
from digitnet.models.card import BOTH, MNIST

TINY = TrainingConfig.from_recipe("mlp-512-256", name="tiny", epochs=2, limit=400)


@pytest.fixture
def tiny(models, tiny_model):
    """Make a small trained network called tiny the only model."""
    shutil.copytree(tiny_model, models / "tiny")
    return models


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("recipe", "nosuch"),
        ("epochs", 0),
        ("batch_size", 0),
        ("optimizer", "magic"),
        ("learning_rate", 0.0),
        ("learning_rate", float("nan")),
        ("schedule", "random"),
        ("loss", "hinge"),
        ("validation_share", 0.9),
        ("validation", "none"),
        ("seed", -1),
        ("limit", -1),
    ],
)
def test_invalid_setting_is_refused(setting, value):
    with pytest.raises(ConfigError, match=r"Expected .* Received"):
        replace(TINY, **{setting: value})


def test_settings_override_those_of_the_recipe():
    config = TrainingConfig.from_recipe("cnn-30-15", epochs=3, batch_size=None)
    assert (config.batch_size, config.optimizer, config.epochs, config.name) == (200, "adam", 3, "cnn-30-15")


@given(st.integers(-5, 2000), st.floats(allow_nan=True), st.floats(allow_nan=True))
def test_any_settings_are_accepted_or_refused(epochs, rate, share):
    try:
        config = replace(TINY, epochs=epochs, learning_rate=rate, validation_share=share)
    except ConfigError:
        return
    assert 1 <= config.epochs <= 1000
    assert 0 < config.learning_rate <= 10


def test_fine_tuning_keeps_network_seed_and_split(tiny):
    config = TrainingConfig.for_fine_tuning("tiny", epochs=1, epoch_digits=256)
    before = TrainingConfig.from_dict(store.load_card("tiny")["config"])
    kept = ("recipe", "layers", "refuse", "validation_share", "seed", "limit")
    assert [getattr(config, name) for name in kept] == [getattr(before, name) for name in kept]
    assert (config.start, config.name, config.data) == ("tiny", "tiny-mine", BOTH)
    assert TrainingConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


def test_settings_without_newer_fields_are_read():
    config = TrainingConfig.from_dict({"recipe": "quick", "name": "old", "layers": "dense 64", "epochs": 2})
    assert (config.data, config.start, config.writers) == (MNIST, "", ())


@pytest.mark.parametrize(
    ("setting", "value"),
    [("data", "other"), ("own_share", 0.0), ("own_share", 1.0), ("writers", "A"), ("epoch_digits", -1)],
)
def test_invalid_user_digits_setting_is_refused(setting, value):
    with pytest.raises(ConfigError, match=r"Expected .* Received"):
        TrainingConfig(**{setting: value})


def remove_from_card(folder, *keys):
    path = folder / store.CARD_FILE
    card = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({key: value for key, value in card.items() if key not in keys}), encoding="utf-8")


def test_unknown_model_or_settings_cannot_be_fine_tuned(tiny):
    with pytest.raises(ModelError, match="no model called"):
        TrainingConfig.for_fine_tuning("other")
    remove_from_card(tiny / "tiny", "config")
    with pytest.raises(ConfigError, match="not known"):
        TrainingConfig.for_fine_tuning("tiny")


def test_layers_missing_in_card_are_those_of_recipe():
    assert TrainingConfig.for_fine_tuning("mlp").layers == "dense 512, dropout 0.2, dense 256, dropout 0.2"


def test_training_that_looks_at_the_test_digits_holds_nothing_out():
    config = TINY.replace(limit=1000, validation_share=0.1, validation=TEST_SET, patience=2)
    assert (config.held_out_share, config.mnist_digits, config.validates) == (0.0, 1000, True)
    assert not TINY.replace(validation_share=0.0).validates
