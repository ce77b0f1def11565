"""The settings of a training run, checked when made; Keras is not needed for them."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from digitnet.errors import ConfigError, DigitnetError
from digitnet.experiments.recipes import Recipe, get_recipe
from digitnet.labels import CLASSES
from digitnet.models import editing, store
from digitnet.models.architecture import parse_layers, summarize
from digitnet.models.card import BOTH, MAX_EPOCHS, MNIST, USER, require_card
from digitnet.models.layers import Layer

OPTIMIZERS = ("adam", "adamw", "rmsprop", "sgd")
SCHEDULES = ("constant", "cosine", "warm-up")
DATA = (MNIST, BOTH, USER)
_TYPES: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "tuple[str, ...]": (tuple,),
}
# What continues a trained network: few and small steps, so that it learns a hand within seconds and forgets nothing.
_CONTINUED: dict[str, Any] = {
    "data": BOTH,
    "epochs": 3,
    "batch_size": 64,
    "epoch_digits": 1536,
    "optimizer": "adam",
    "learning_rate": 0.0005,
    "schedule": "warm-up",
    "average_weights": False,
    "augment": True,
    "other_hands": True,
    "patience": 0,
    "group": "",
    "variant": "",
    "writers": (),
    "promote": False,
}


@dataclass(frozen=True)
class TrainingConfig:
    """Everything that decides a training run.

    Attributes:
        name: the model folder that is written.
        layers: the network between picture and probabilities, as `digitnet.layers` writes it.
        schedule: "constant"; "cosine" from `learning_rate` down to a hundredth of it; "warm-up" for a
            fifth of the run up to `learning_rate`, then cosine down to nothing.
        average_weights: keep an exponential moving average of the weights as the result.
        augment: train on varied copies of the digits.
        other_hands: these are also written in styles, with pens and with damages that MNIST hardly has; without, they
            are only turned, slanted, stretched, bent and moved, which reads MNIST's own test digits better.
        refuse: learn also what is no digit, as an answer of its own.
        validation_share: part of the training digits held out for validation, 0 to 0.5.
        patience: stop early when the validation accuracy has not risen for so many epochs, and keep the
            best; 0 to train to the end.
        limit: train and test on so many digits only, 0 for all.
        group: what the runs that are compared with each other have in common; may be empty.
        variant: the value in which this run differs from the others of its group.
        data: "mnist"; "own", the labelled digits of `digitnet.collection`; or "both".
        writers: whose digits of the collection, empty for all.
        own_share: with "both", the part of the pictures trained on that are own digits, above 0 and below 1.
        start: the model to continue from, empty to start from scratch.
        epoch_digits: so many digits in an epoch, drawn anew for each; 0 for all.
        promote: put the model to use by itself if `digitnet.promotion` finds it better than the one in use.
    """

    recipe: str = "digitnet"
    name: str = "digitnet"
    layers: str = ""
    epochs: int = 10
    batch_size: int = 128
    optimizer: str = "adam"
    learning_rate: float = 0.001
    schedule: str = "constant"
    average_weights: bool = False
    augment: bool = False
    other_hands: bool = True
    refuse: bool = False
    validation_share: float = 0.1
    patience: int = 0
    seed: int = 0
    limit: int = 0
    group: str = ""
    variant: str = ""
    data: str = MNIST
    writers: tuple[str, ...] = ()
    own_share: float = 0.25
    start: str = ""
    epoch_digits: int = 0
    promote: bool = False

    def __post_init__(self) -> None:
        for field in fields(self):
            _check_type(field.name, getattr(self, field.name), str(field.type))
        get_recipe(self.recipe)
        store.check_name(self.name)
        summarize(parse_layers(self.layers))
        _check("epochs", self.epochs, f"from 1 to {MAX_EPOCHS}", 1 <= self.epochs <= MAX_EPOCHS)
        _check("batch_size", self.batch_size, "from 1 to 8192", 1 <= self.batch_size <= 8192)
        _check("optimizer", self.optimizer, f"one of {', '.join(OPTIMIZERS)}", self.optimizer in OPTIMIZERS)
        _check("learning_rate", self.learning_rate, "above 0 and at most 10", 0 < self.learning_rate <= 10)
        _check("schedule", self.schedule, f"one of {', '.join(SCHEDULES)}", self.schedule in SCHEDULES)
        share = self.validation_share
        _check("validation_share", share, "from 0 to 0.5", 0 <= share <= 0.5)
        _check("patience", self.patience, "from 0 to 1000", 0 <= self.patience <= 1000)
        if self.patience and not share:
            raise ConfigError("Early stopping needs validation digits: hold some out, or train to the end.")
        _check("seed", self.seed, "from 0 to 4294967295", 0 <= self.seed < 2**32)
        _check("limit", self.limit, "0 or more", self.limit >= 0)
        _check("group", self.group, "at most 100 characters", len(self.group) <= 100)
        _check("variant", self.variant, "at most 100 characters", len(self.variant) <= 100)
        _check("data", self.data, f"one of {', '.join(DATA)}", self.data in DATA)
        _check("writers", self.writers, "names", all(isinstance(writer, str) for writer in self.writers))
        _check("own_share", self.own_share, "above 0 and below 1", 0 < self.own_share < 1)
        _check("epoch_digits", self.epoch_digits, "from 0 to 10,000,000", 0 <= self.epoch_digits <= 10_000_000)
        if self.start:
            store.check_name(self.start)
        if self.promote and not self.start:
            raise ConfigError("Only a model that continues another can be put to use by itself: name that one.")

    @classmethod
    def from_recipe(cls, recipe: str, **settings: Any) -> TrainingConfig:
        """Return the recipe's own settings with `settings` put over them; None leaves the recipe's.

        Raises:
            ConfigError: there is no such recipe, or a setting cannot work.
        """
        return cls(**{**_defaults(get_recipe(recipe)), **_given(settings)})

    @classmethod
    def for_fine_tuning(cls, model: str, **settings: Any) -> TrainingConfig:
        """Return the settings that teach own digits to a trained model, with `settings` put over them.

        The network is the model's, and so are the seed and the share that decide which of MNIST's digits are held
        out: what it was not trained on stays so.

        Raises:
            ConfigError: the settings of the model are not known, or a setting cannot work.
            ModelError: there is no such model, or it cannot be read.
        """
        config = cls._of_model(model)
        if config is None:
            raise ConfigError(f"The settings of the model {model!r} are not known, so it cannot be trained further.")
        chosen = {**_CONTINUED, "start": model, "name": name_fine_tuned_model(model), **_given(settings)}
        return config.replace(**chosen)

    @classmethod
    def _of_model(cls, model: str) -> TrainingConfig | None:
        """Return the settings that a model was trained with, None where they are not known; raises ModelError."""
        known = require_card(model).raw_config
        with suppress(TypeError, KeyError, DigitnetError):
            # in older cards the layers are missing where they are the recipe's
            return cls.from_dict({"layers": get_recipe(known["recipe"]).layers, **known})
        return None

    @classmethod
    def from_dict(cls, settings: dict[str, Any]) -> TrainingConfig:
        """Return the settings that `to_dict` gave.

        Raises:
            ConfigError: a setting is unknown, or cannot work.
        """
        if unknown := set(settings) - {field.name for field in fields(cls)}:
            raise ConfigError(f"Expected settings of a training run. Received also: {', '.join(sorted(unknown))}.")
        return cls(**_given(settings))

    def to_dict(self) -> dict[str, Any]:
        """Return the settings by name, fit for JSON."""
        return asdict(self)

    def replace(self, **settings: Any) -> TrainingConfig:
        """Return these settings with others put over them; raises as the constructor does."""
        return replace(self, **settings)

    @property
    def network(self) -> tuple[Layer, ...]:
        """The layers between picture and probabilities."""
        return parse_layers(self.layers)

    @property
    def outputs(self) -> int:
        """The answers of the network: ten digits, and one more if it learns to refuse."""
        return CLASSES + self.refuse

    def count_digits_in_epoch(self, mnist: int, own: int) -> tuple[int, int]:
        """Return how many of MNIST's digits and of the own ones an epoch has, where there are so many of each."""
        if self.data == MNIST:
            return self.epoch_digits or mnist, 0
        if self.data == USER:
            return 0, self.epoch_digits or own
        replayed = round(self.epoch_digits * (1 - self.own_share)) or mnist
        return replayed, max(1, round(replayed * self.own_share / (1 - self.own_share)))

    @property
    def uses_user_digits(self) -> bool:
        """Whether own digits are trained on."""
        return self.data != MNIST


def name_fine_tuned_model(model: str) -> str:
    """Return a free name for a model that continues `model` with own digits: cnn-mine, cnn-mine-2, ..."""
    return editing.find_free_name(f"{re.sub(r'-mine(-[0-9]+)?$', '', model)[:52]}-mine")


def _given(settings: dict[str, Any]) -> dict[str, Any]:
    """Return the settings that are not None; a list, as JSON and the command line have it, becomes a tuple."""
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in settings.items()}
    return {key: value for key, value in values.items() if value is not None}


def _defaults(recipe: Recipe) -> dict[str, Any]:
    shared = {field.name for field in fields(TrainingConfig)} & {field.name for field in fields(Recipe)}
    return {**{name: getattr(recipe, name) for name in shared}, "recipe": recipe.name}


def _check_type(setting: str, value: object, expected: str) -> None:
    fits = isinstance(value, _TYPES[expected]) and (expected == "bool" or not isinstance(value, bool))
    _check(setting, value, f"of type {expected}", fits)


def _check(setting: str, value: object, expected: str, holds: bool) -> None:
    if not holds:
        raise ConfigError(f"Expected {setting} to be {expected}. Received: {value!r}.")
