"""Hold and check the settings of a training run, without Keras."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from digitnet.datasets.mnist import TRAINING_DIGITS
from digitnet.errors import ConfigError, DigitnetError
from digitnet.experiments.config_checks import check, check_type
from digitnet.experiments.fine_tuning_settings import FINE_TUNING
from digitnet.experiments.recipes import Recipe, get_recipe
from digitnet.labels import CLASSES
from digitnet.models import editing, store
from digitnet.models.architecture import parse_layers, summarize
from digitnet.models.card import BOTH, MAX_EPOCHS, MNIST, USER, require_card
from digitnet.models.layers import Layer

DEFAULT_RATES = {"adam": 0.001, "adamw": 0.001, "rmsprop": 0.001, "sgd": 0.01}  # Keras' own of each optimizer.
OPTIMIZERS = tuple(DEFAULT_RATES)
CROSS_ENTROPY, SQUARED_ERROR = "cross-entropy", "mean squared error"
LOSSES = (CROSS_ENTROPY, SQUARED_ERROR)
SCHEDULES = ("constant", "cosine", "warm-up")
RANDOM_SHARE, LAST_SHARE, TEST_SET = "random share", "last share", "test digits"
VALIDATIONS = (RANDOM_SHARE, LAST_SHARE, TEST_SET)
DATA_SOURCES = (MNIST, BOTH, USER)
_MAX_EPOCH_DIGITS = 10_000_000


@dataclass(frozen=True)
class TrainingConfig:
    """Settings of a training run; the constructor raises ConfigError if they cannot work.

    Attributes:
        recipe: name of the recipe.
        name: name of the model to write.
        layers: the network between picture and probabilities, as `architecture.format_layers` writes it.
        optimizer: one of `OPTIMIZERS`.
        learning_rate: highest learning rate, above 0 and at most 10.
        schedule: "constant"; "cosine" from `learning_rate` down to a hundredth of it; "warm-up" up to
            `learning_rate` for a fifth of the run, then cosine down to nothing.
        loss: one of `LOSSES`, the loss function that the training lowers.
        average_weights: keep an exponential moving average of the weights as the result.
        augment: train on varied copies of the digits.
        other_hands: give the copies also styles, pens and damages that MNIST hardly has. Without them, copies are
            only turned, slanted, stretched, bent and moved, which reads MNIST's own test digits better.
        refuse: train an eleventh output for pictures that are not a digit.
        validation_share: share of the training digits held out for validation, 0 to 0.5.
        validation: one of `VALIDATIONS`: which digits are read after each epoch. "last share" is Keras'
            `validation_split`; with "test digits" none are held out, and the training looks at MNIST's test digits.
        patience: epochs without a better validation accuracy after which the training stops and keeps the best;
            0 to train to the end.
        seed: seed of all random numbers.
        limit: number of digits to train and to test on, 0 for all.
        group: name shared by the runs that are compared with each other; may be empty.
        variant: the value in which this run differs from the others of its group.
        data: "mnist"; "own" for user digits of the collection; or "both".
        writers: writers whose digits of the collection are used, empty for all.
        accounts: accounts whose digits are used, and "@domain" for all of a domain; empty for all.
        own_share: with "both", the share of user digits among the pictures trained on, above 0 and below 1.
        hands: folder of other people's handwriting to train on beside MNIST; empty for none.
        start: name of the model to fine-tune, empty to start from scratch.
        epoch_digits: number of digits in an epoch, drawn anew for each; 0 for all.
        promote: activate the new model if `promotion` finds it better than the active one.
    """

    recipe: str = "digitnet"
    name: str = "digitnet"
    layers: str = ""
    epochs: int = 10
    batch_size: int = 128
    optimizer: str = "adam"
    learning_rate: float = 0.001
    schedule: str = "constant"
    loss: str = CROSS_ENTROPY
    average_weights: bool = False
    augment: bool = False
    other_hands: bool = True
    refuse: bool = False
    validation_share: float = 0.1
    validation: str = RANDOM_SHARE
    patience: int = 0
    seed: int = 0
    limit: int = 0
    group: str = ""
    variant: str = ""
    data: str = MNIST
    writers: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    own_share: float = 0.25
    hands: str = ""
    start: str = ""
    epoch_digits: int = 0
    promote: bool = False

    def __post_init__(self) -> None:
        for field in fields(self):
            check_type(field.name, getattr(self, field.name), str(field.type))
        get_recipe(self.recipe)
        store.check_name(self.name)
        summarize(parse_layers(self.layers))
        check("epochs", self.epochs, f"from 1 to {MAX_EPOCHS}", 1 <= self.epochs <= MAX_EPOCHS)
        check("batch_size", self.batch_size, "from 1 to 8192", 1 <= self.batch_size <= 8192)
        check("optimizer", self.optimizer, f"one of {', '.join(OPTIMIZERS)}", self.optimizer in OPTIMIZERS)
        check("learning_rate", self.learning_rate, "above 0 and at most 10", 0 < self.learning_rate <= 10)
        check("schedule", self.schedule, f"one of {', '.join(SCHEDULES)}", self.schedule in SCHEDULES)
        check("loss", self.loss, f"one of {', '.join(LOSSES)}", self.loss in LOSSES)
        share = self.validation_share
        check("validation_share", share, "from 0 to 0.5", 0 <= share <= 0.5)
        check("validation", self.validation, f"one of {', '.join(VALIDATIONS)}", self.validation in VALIDATIONS)
        check("patience", self.patience, "from 0 to 1000", 0 <= self.patience <= 1000)
        if self.patience and not self.validates:
            raise ConfigError("Early stopping needs validation digits: hold some out, or train to the end.")
        check("seed", self.seed, "from 0 to 4294967295", 0 <= self.seed < 2**32)
        check("limit", self.limit, "0 or more", self.limit >= 0)
        check("group", self.group, "at most 200 characters", len(self.group) <= 200)
        check("variant", self.variant, "at most 100 characters", len(self.variant) <= 100)
        check("data", self.data, f"one of {', '.join(DATA_SOURCES)}", self.data in DATA_SOURCES)
        for name in ("writers", "accounts"):
            names = getattr(self, name)
            check(name, names, "names", all(isinstance(entry, str) for entry in names))
        check("own_share", self.own_share, "above 0 and below 1", 0 < self.own_share < 1)
        drawn, most = self.epoch_digits, _MAX_EPOCH_DIGITS
        check("epoch_digits", drawn, f"from 0 to {most:,}", 0 <= drawn <= most)
        if self.start:
            store.check_name(self.start)
        if self.promote and not self.start:
            raise ConfigError("Only a fine-tuned model can be put to use automatically: name the model to start from.")

    @classmethod
    def from_recipe(cls, recipe: str, **settings: Any) -> TrainingConfig:
        """Return the settings of a recipe with `settings` in place of its own, unless they are None.

        Raises:
            ConfigError: there is no such recipe, or a setting cannot work.
        """
        return cls(**{**_get_defaults(get_recipe(recipe)), **_drop_none(settings)})

    @classmethod
    def for_fine_tuning(cls, model: str, **settings: Any) -> TrainingConfig:
        """Return the settings that fine-tune a trained model on user digits, changed by `settings`.

        The network, the seed and the validation share are the model's: MNIST digits that were held out from its
        training stay held out.

        Raises:
            ConfigError: the settings of the model are not known, or a setting cannot work.
            ModelError: there is no such model, or it cannot be read.
        """
        config = cls.load_from_card(model)
        if config is None:
            raise ConfigError(f"The settings of the model {model!r} are not known, so it cannot be trained further.")
        chosen = {**FINE_TUNING, "start": model, "name": name_fine_tuned_model(model), **_drop_none(settings)}
        return config.replace(**chosen)

    @classmethod
    def load_from_card(cls, model: str) -> TrainingConfig | None:
        """Return the settings of a model's training, None if not known; raises ModelError."""
        known = require_card(model).raw_config
        with suppress(TypeError, KeyError, DigitnetError):
            # Older cards lack the layers if they are the recipe's.
            return cls.from_dict({"layers": get_recipe(known["recipe"]).layers, **known})
        return None

    @classmethod
    def from_dict(cls, settings: dict[str, Any]) -> TrainingConfig:
        """Return settings from a dictionary that `to_dict` returned.

        Raises:
            ConfigError: a setting is unknown, or cannot work.
        """
        if unknown := set(settings) - {field.name for field in fields(cls)}:
            raise ConfigError(f"Expected settings of a training run. Received also: {', '.join(sorted(unknown))}.")
        return cls(**_drop_none(settings))

    def to_dict(self) -> dict[str, Any]:
        """Return the settings by name, as types of JSON."""
        return asdict(self)

    def replace(self, **settings: Any) -> TrainingConfig:
        """Return these settings changed by `settings`; raises ConfigError."""
        return replace(self, **settings)

    @property
    def network(self) -> tuple[Layer, ...]:
        """The layers between picture and probabilities."""
        return parse_layers(self.layers)

    @property
    def outputs(self) -> int:
        """The number of the network's outputs: ten digits, and one more if it learns to refuse."""
        return CLASSES + self.refuse

    @property
    def mnist_digits(self) -> int:
        """The number of MNIST's training digits that are not held out."""
        available = self.limit or TRAINING_DIGITS
        return available - round(available * self.held_out_share)

    @property
    def held_out_share(self) -> float:
        """The share of the training digits that is held out, 0 to 0.5."""
        return 0.0 if self.validation == TEST_SET else self.validation_share

    @property
    def validates(self) -> bool:
        """Whether digits that are not trained on are read after each epoch."""
        return self.validation == TEST_SET or self.validation_share > 0

    def count_digits_in_epoch(self, mnist: int, user: int) -> tuple[int, int]:
        """Return how many of `mnist` MNIST digits and of `user` user digits an epoch has."""
        if self.data == MNIST:
            return self.epoch_digits or mnist, 0
        if self.data == USER:
            return 0, self.epoch_digits or user
        replayed = round(self.epoch_digits * (1 - self.own_share)) or mnist
        return replayed, max(1, round(replayed * self.own_share / (1 - self.own_share)))

    @property
    def uses_user_digits(self) -> bool:
        """Whether the run trains on user digits."""
        return self.data != MNIST


def name_fine_tuned_model(model: str) -> str:
    """Return a free name for the model fine-tuned from `model`: cnn-mine, cnn-mine-2, ..."""
    return editing.find_free_name(f"{re.sub(r'-mine(-[0-9]+)?$', '', model)[:52]}-mine")


def _drop_none(settings: dict[str, Any]) -> dict[str, Any]:
    """Return the settings that are not None, with lists (of JSON or the command line) as tuples."""
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in settings.items()}
    return {key: value for key, value in values.items() if value is not None}


def _get_defaults(recipe: Recipe) -> dict[str, Any]:
    shared = {field.name for field in fields(TrainingConfig)} & {field.name for field in fields(Recipe)}
    return {**{name: getattr(recipe, name) for name in shared}, "recipe": recipe.name}
