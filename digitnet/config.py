"""The settings of a training run, checked when made; Keras is not needed for them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from digitnet.errors import ConfigError
from digitnet.layers import CLASSES, Layer, from_text, summary, to_text
from digitnet.recipes import Recipe, get_recipe
from digitnet.store import check_name

OPTIMIZERS = ("adam", "adamw", "rmsprop", "sgd")
SCHEDULES = ("constant", "cosine", "warm-up")
_TYPES: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (int, float), "bool": (bool,)}


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
        refuse: learn also what is no digit, as an answer of its own.
        validation_share: part of the training digits held out for validation, 0 to 0.5.
        patience: stop early when the validation accuracy has not risen for so many epochs, and keep the
            best; 0 to train to the end.
        limit: train and test on so many digits only, 0 for all.
        group: what the runs that are compared with each other have in common; may be empty.
        variant: the value in which this run differs from the others of its group.
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
    refuse: bool = False
    validation_share: float = 0.1
    patience: int = 0
    seed: int = 0
    limit: int = 0
    group: str = ""
    variant: str = ""

    def __post_init__(self) -> None:
        for field in fields(self):
            _check_type(field.name, getattr(self, field.name), str(field.type))
        get_recipe(self.recipe)
        check_name(self.name)
        summary(from_text(self.layers))
        _check("epochs", self.epochs, "from 1 to 1000", 1 <= self.epochs <= 1000)
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

    @classmethod
    def from_recipe(cls, recipe: str, **settings: Any) -> TrainingConfig:
        """Return the recipe's own settings with `settings` put over them; None leaves the recipe's.

        Raises:
            ConfigError: there is no such recipe, or a setting cannot work.
        """
        given = {key: value for key, value in settings.items() if value is not None}
        return cls(**{**_defaults(get_recipe(recipe)), **given})

    @classmethod
    def from_dict(cls, settings: dict[str, Any]) -> TrainingConfig:
        """Return the settings that `to_dict` gave.

        Raises:
            ConfigError: a setting is unknown, or cannot work.
        """
        if unknown := set(settings) - {field.name for field in fields(cls)}:
            raise ConfigError(f"Expected settings of a training run. Received also: {', '.join(sorted(unknown))}.")
        return cls(**settings)

    def to_dict(self) -> dict[str, Any]:
        """Return the settings by name, fit for JSON."""
        return asdict(self)

    def changed(self, **settings: Any) -> TrainingConfig:
        """Return these settings with others put over them; raises as the constructor does."""
        return replace(self, **settings)

    @property
    def network(self) -> tuple[Layer, ...]:
        """The layers between picture and probabilities."""
        return from_text(self.layers)

    @property
    def outputs(self) -> int:
        """The answers of the network: ten digits, and one more if it learns to refuse."""
        return CLASSES + self.refuse


def _defaults(recipe: Recipe) -> dict[str, Any]:
    shared = {field.name for field in fields(TrainingConfig)} & {field.name for field in fields(Recipe)}
    taken = {name: getattr(recipe, name) for name in shared - {"layers"}}
    return {**taken, "recipe": recipe.name, "layers": to_text(recipe.layers())}


def _check_type(setting: str, value: object, expected: str) -> None:
    fits = isinstance(value, _TYPES[expected]) and (expected == "bool" or not isinstance(value, bool))
    _check(setting, value, f"of type {expected}", fits)


def _check(setting: str, value: object, expected: str, holds: bool) -> None:
    if not holds:
        raise ConfigError(f"Expected {setting} to be {expected}. Received: {value!r}.")
