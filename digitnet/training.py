"""Training: one path for every recipe, from settings to a model folder.

Keras is imported inside the functions that train, so that settings can be made and checked without it.
"""

from __future__ import annotations

import csv
import json
import os
import platform
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from digitnet import store
from digitnet.augmentation import Augmentation
from digitnet.classifier import Classifier
from digitnet.datasets import Digits, load_mnist, split
from digitnet.errors import ConfigError
from digitnet.evaluation import accuracy
from digitnet.normalization import as_network_input
from digitnet.recipes import get_recipe

if TYPE_CHECKING:
    from keras import Sequential
    from keras.callbacks import Callback

OPTIMIZERS = ("adam", "adamw", "rmsprop", "sgd")
SCHEDULES = ("constant", "cosine")
_MOST_BYTES = 950_000  # of weights as float32 in a model that is to stay under a megabyte
_AVERAGED_STEPS = 1000  # the averaged weights look back about so far, less in a short run


@dataclass(frozen=True)
class TrainingConfig:
    """Everything that decides a training run; checked when made.

    Attributes:
        name: the model folder that is written.
        schedule: "constant", or "cosine" from `learning_rate` down to a hundredth of it.
        average_weights: keep an exponential moving average of the weights as the result.
        validation_share: part of the training digits held out for validation, 0 to 0.5.
        limit: train and test on so many digits only, 0 for all.
    """

    recipe: str = "digitnet"
    name: str = "digitnet"
    epochs: int = 10
    batch_size: int = 128
    optimizer: str = "adam"
    learning_rate: float = 0.001
    schedule: str = "constant"
    average_weights: bool = False
    augment: bool = False
    validation_share: float = 0.1
    seed: int = 0
    limit: int = 0

    def __post_init__(self) -> None:
        get_recipe(self.recipe)
        store.check_name(self.name)
        _check("epochs", self.epochs, "from 1 to 1000", 1 <= self.epochs <= 1000)
        _check("batch_size", self.batch_size, "from 1 to 8192", 1 <= self.batch_size <= 8192)
        _check("optimizer", self.optimizer, f"one of {', '.join(OPTIMIZERS)}", self.optimizer in OPTIMIZERS)
        _check("learning_rate", self.learning_rate, "above 0 and at most 10", 0 < self.learning_rate <= 10)
        _check("schedule", self.schedule, f"one of {', '.join(SCHEDULES)}", self.schedule in SCHEDULES)
        share = self.validation_share
        _check("validation_share", share, "from 0 to 0.5", 0 <= share <= 0.5)
        _check("seed", self.seed, "from 0 to 4294967295", 0 <= self.seed < 2**32)
        _check("limit", self.limit, "0 or more", self.limit >= 0)

    @classmethod
    def from_recipe(cls, recipe: str, **settings: Any) -> TrainingConfig:
        """Return the recipe's own settings with `settings` put over them; None leaves the recipe's.

        Raises:
            ConfigError: there is no such recipe, or a setting cannot work.
        """
        defaults = get_recipe(recipe)
        config = cls(
            recipe=recipe,
            name=recipe,
            epochs=defaults.epochs,
            batch_size=defaults.batch_size,
            optimizer=defaults.optimizer,
            learning_rate=defaults.learning_rate,
            schedule=defaults.schedule,
            average_weights=defaults.average_weights,
            augment=defaults.augment,
            validation_share=defaults.validation_share,
        )
        return replace(config, **{key: value for key, value in settings.items() if value is not None})


def train(config: TrainingConfig, report: Callable[[str], None] = print) -> Path:
    """Train a network, measure it on the test digits and write its model folder.

    An interrupted run with the same settings goes on from its last finished epoch.

    Args:
        report: is given a line of text for each step worth telling.

    Returns:
        The model folder.

    Raises:
        ConfigError: the learning rate drove the weights to infinity.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras

    keras.utils.set_random_seed(config.seed)
    state = _state_dir(config)
    training, test = (_limited(digits, config.limit) for digits in load_mnist())
    training, validation = split(training, config.validation_share, config.seed)
    network = get_recipe(config.recipe).build()
    _compile(network, config, steps=-(-len(training.labels) // config.batch_size))
    report(f"{config.name}: {network.count_params():,} parameters, {len(training.labels):,} training digits")
    try:
        _fit(network, config, training, validation, state)
    except ConfigError:
        shutil.rmtree(state, ignore_errors=True)
        raise
    folder = _write(network, config, len(training.labels), test, state)
    shutil.rmtree(state, ignore_errors=True)
    card = store.load_card(config.name)
    report(f"{config.name}: {card['test_accuracy']:.2%} of {len(test.labels):,} test digits right; {folder}")
    return folder


def _check(setting: str, value: object, expected: str, holds: bool) -> None:
    if not holds:
        raise ConfigError(f"Expected {setting} to be {expected}. Received: {value!r}.")


def _limited(digits: Digits, limit: int) -> Digits:
    return digits.take(slice(limit)) if limit else digits


def _state_dir(config: TrainingConfig) -> Path:
    """Return the folder of an unfinished run with these very settings, emptied if they differ."""
    folder = store.models_dir() / ".training" / config.name
    settings = json.dumps(asdict(config), indent=1)
    saved = folder / "config.json"
    if not saved.is_file() or saved.read_text(encoding="utf-8") != settings:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        saved.write_text(settings, encoding="utf-8")
    return folder


def _compile(network: Sequential, config: TrainingConfig, steps: int) -> None:
    import keras

    rate: Any = config.learning_rate
    if config.schedule == "cosine":
        rate = keras.optimizers.schedules.CosineDecay(rate, steps * config.epochs, alpha=0.01)
    optimizer = {
        "adam": keras.optimizers.Adam,
        "adamw": keras.optimizers.AdamW,
        "rmsprop": keras.optimizers.RMSprop,
        "sgd": keras.optimizers.SGD,
    }[config.optimizer]
    momentum = 1 - 1 / max(1, min(_AVERAGED_STEPS, steps * config.epochs // 20))
    averaging = {"use_ema": True, "ema_momentum": momentum} if config.average_weights else {}
    network.compile(
        optimizer=optimizer(learning_rate=rate, **averaging),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )


def _fit(network: Sequential, config: TrainingConfig, training: Digits, validation: Digits, state: Path) -> None:
    from digitnet.feeding import Feed

    held_out = (as_network_input(validation.images), validation.labels) if len(validation.labels) else None
    network.fit(
        Feed(training, config.batch_size, config.seed, Augmentation() if config.augment else None, _epochs_done(state)),
        validation_data=held_out,
        epochs=config.epochs,
        callbacks=_callbacks(config, state),
        verbose=0,
    )
    if not all(np.isfinite(weights).all() for weights in network.get_weights()):
        raise ConfigError(
            f"The weights of {config.name!r} grew beyond all bounds; try a smaller learning rate than "
            f"{config.learning_rate:g}."
        )


def _epochs_done(state: Path) -> int:
    """Return how many epochs `BackupAndRestore` has saved."""
    saved = state / "backup" / "training_metadata.json"
    return int(json.loads(saved.read_text(encoding="utf-8"))["epoch"]) if saved.is_file() else 0


def _callbacks(config: TrainingConfig, state: Path) -> list[Callback]:
    """Return the callbacks; the backup comes before averaging, so that it holds the plain weights."""
    import keras

    from digitnet.progress import Progress

    callbacks = [
        keras.callbacks.TerminateOnNaN(),
        keras.callbacks.BackupAndRestore(str(state / "backup"), delete_checkpoint=False),
        Progress(),
        keras.callbacks.CSVLogger(str(state / store.HISTORY), append=True),
    ]
    return callbacks + ([keras.callbacks.SwapEMAWeights()] if config.average_weights else [])


def _export(network: Sequential, path: Path) -> str:
    """Write the network for LiteRT; return how its weights are kept.

    Where they would take more than a megabyte they are rounded to 8 bits (Jacob et al. 2018).
    """
    import tensorflow

    if 4 * network.count_params() <= _MOST_BYTES:
        network.export(str(path), format="litert", verbose=False)
        return "float32"
    network.export(str(path), format="litert", verbose=False, optimizations=[tensorflow.lite.Optimize.DEFAULT])
    return "int8"


def _without_optimizer(network: Sequential, config: TrainingConfig) -> Sequential:
    """Return the network as it is read with, a third of the size on disk."""
    bare = get_recipe(config.recipe).build()
    bare.set_weights(network.get_weights())
    return bare


def _seconds(history: Path) -> float:
    """Return the time that all epochs took, those of an earlier, interrupted process included."""
    with history.open(encoding="utf-8", newline="") as lines:
        return sum(float(line["seconds"]) for line in csv.DictReader(lines))


def _write(network: Sequential, config: TrainingConfig, trained_on: int, test: Digits, state: Path) -> Path:
    import keras
    import tensorflow

    with store.new_model(config.name) as folder:
        network = _without_optimizer(network, config)
        network.save(folder / store.KERAS)
        weights = _export(network, folder / store.TFLITE)
        shutil.copyfile(state / store.HISTORY, folder / store.HISTORY)
        content = (folder / store.TFLITE).read_bytes()
        card = {
            "name": config.name,
            "recipe": config.recipe,
            "source": get_recipe(config.recipe).source,
            "config": asdict(config),
            "data": f"MNIST, {trained_on:,} of its 60,000 training digits",
            "test_accuracy": accuracy(Classifier(content, config.name), test),
            "test_digits": len(test.labels),
            "parameters": network.count_params(),
            "weights": weights,
            "tflite_bytes": len(content),
            "sha256": store.digest(content),
            "seconds": round(_seconds(folder / store.HISTORY), 1),
            "input": "float32 (n, 28, 28, 1) in 0..1, ink 1, normalised as by digitnet.normalization",
            "versions": {
                "python": platform.python_version(),
                "tensorflow": tensorflow.__version__,
                "keras": keras.__version__,
            },
            "date": datetime.now(UTC).date().isoformat(),
        }
        (folder / store.CARD).write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    return store.model_dir(config.name)
