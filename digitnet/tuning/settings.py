"""Hold and check the settings of a search."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property
from typing import Any

from digitnet.errors import ConfigError
from digitnet.experiments.config import RANDOM_SHARE, TEST_SET, TrainingConfig
from digitnet.experiments.config_checks import check, check_type
from digitnet.experiments.studies import SEARCH_START
from digitnet.experiments.sweeps import check_seeds
from digitnet.models import store
from digitnet.tuning.dimensions import Space, Value
from digitnet.tuning.searched_settings import apply_values, describe_values, list_values_to_check
from digitnet.tuning.space import parse_space

GRID, RANDOM, TPE = "grid", "random", "tpe"
METHODS = (GRID, RANDOM, TPE)
ACCURACY, LOSS = "accuracy", "loss"
OBJECTIVES = (ACCURACY, LOSS)
MEDIAN, HYPERBAND, NEVER = "median", "hyperband", "none"
PRUNERS = (MEDIAN, HYPERBAND, NEVER)
DEFAULT_SAMPLES, MAX_SAMPLES, MAX_PARALLEL = 20, 1000, 64
MAX_NAME_CHARACTERS = 40  # The names of its trials are longer.
_LEAST_HELD_OUT_SHARE = 0.1  # Recipes hold out less, of which the best is chosen by chance.


@dataclass(frozen=True)
class SearchSettings:
    """Settings of a search; the constructor raises ConfigError if they cannot work.

    Attributes:
        name: name of the search; its trials are called by it.
        config: settings that all trials share, but for those that are searched; a tenth of the digits or more is
            held out.
        space: the space as TOML, see `digitnet.tuning.space`.
        method: one of `METHODS`.
        samples: most trials, 0 for all of a grid and 20 of another method.
        seeds: number of trainings of each trial: with the seed of `config` and those that follow it.
        objective: what is compared on the held-out digits, one of `OBJECTIVES`.
        pruner: which trials are stopped early, one of `PRUNERS`; on a Ray cluster any but "none" is ASHA.
        parallel: number of trials that are trained at a time; on a Ray cluster, 1 means as many as it has processors.
        ray: address of a Ray cluster, "local" for one that is started for the search, "" for the queue of trainings.
    """

    name: str
    config: TrainingConfig
    space: str
    method: str = TPE
    samples: int = 0
    seeds: int = 1
    objective: str = ACCURACY
    pruner: str = MEDIAN
    parallel: int = 1
    ray: str = ""

    def __post_init__(self) -> None:
        for field in fields(self):
            if field.name != "config":
                check_type(field.name, getattr(self, field.name), str(field.type))
        store.check_name(self.name)
        most = MAX_NAME_CHARACTERS
        check("name", self.name, f"at most {most} characters", len(self.name) <= most)
        check("method", self.method, f"one of {', '.join(METHODS)}", self.method in METHODS)
        check("samples", self.samples, f"from 0 to {MAX_SAMPLES:,}", 0 <= self.samples <= MAX_SAMPLES)
        check_seeds(self.seeds)
        check("objective", self.objective, f"one of {', '.join(OBJECTIVES)}", self.objective in OBJECTIVES)
        check("pruner", self.pruner, f"one of {', '.join(PRUNERS)}", self.pruner in PRUNERS)
        check("parallel", self.parallel, f"from 1 to {MAX_PARALLEL}", 1 <= self.parallel <= MAX_PARALLEL)
        object.__setattr__(self, "config", hold_out(self.config))
        space = parse_space(self.space, self.config)
        if self.method == GRID:
            _check_grid(space)

    @classmethod
    def from_dict(cls, settings: dict[str, Any]) -> SearchSettings:
        """Return settings from a dictionary that `to_dict` returned; raises ConfigError."""
        known = {field.name for field in fields(cls)}
        if set(settings) - known or not {"name", "config", "space"} <= set(settings):
            raise ConfigError(f"Expected the settings of a search. Received: {', '.join(sorted(settings)) or 'none'}.")
        return cls(**{**settings, "config": TrainingConfig.from_dict(settings["config"])})

    def to_dict(self) -> dict[str, Any]:
        """Return the settings by name, as types of JSON."""
        return asdict(self)

    @cached_property
    def dimensions(self) -> Space:
        """The dimensions of the space by setting."""
        return parse_space(self.space)

    @property
    def is_maximized(self) -> bool:
        """Whether a higher value of the objective is better."""
        return self.objective == ACCURACY

    @property
    def measure(self) -> str:
        """The name of the objective in the curves of a run."""
        return f"val_{self.objective}"

    @cached_property
    def trials(self) -> int:
        """The number of trials: `samples`, or all values of the space if those are fewer."""
        points = count_points(self.dimensions, is_grid=self.method == GRID)
        samples = self.samples or (points if self.method == GRID else None) or DEFAULT_SAMPLES
        return min(samples, points or samples)

    @cached_property
    def most_trials(self) -> int:
        """The number of trials that the search may have."""
        return min(MAX_SAMPLES, count_points(self.dimensions, is_grid=self.method == GRID) or MAX_SAMPLES)

    @property
    def most_epochs(self) -> int:
        """The number of epochs that a trial has at most."""
        epochs = self.dimensions.get("epochs")
        return self.config.epochs if epochs is None else max(map(int, list_values_to_check(epochs)))

    def replace_config(self, **settings: Any) -> SearchSettings:
        """Return these settings with settings of the trainings changed; raises ConfigError."""
        return replace(self, config=self.config.replace(**settings))

    def make_configs(self, number: int, values: Mapping[str, Value]) -> list[TrainingConfig]:
        """Return the settings of the runs of a trial, one for each seed; raises ConfigError.

        Args:
            number: number of the trial, counted from 1.
        """
        name = f"{self.name}-{number:03}"
        changed = apply_values(self.config, values).replace(
            group=f"{SEARCH_START}{self.name}", variant=describe_values(values)[:100]
        )
        first = self.config.seed
        return [
            changed.replace(name=name if seed == first else f"{name}-seed-{seed}", seed=seed)
            for seed in range(first, first + self.seeds)
        ]


def hold_out(config: TrainingConfig) -> TrainingConfig:
    """Return settings that hold out a tenth of the training digits or more: by the test digits no trial is chosen."""
    validation = RANDOM_SHARE if config.validation == TEST_SET else config.validation
    return config.replace(validation=validation, validation_share=max(config.validation_share, _LEAST_HELD_OUT_SHARE))


def count_points(space: Space, *, is_grid: bool = False) -> int | None:
    """Return the number of combinations of values, or of those of a grid; None if there are any number of them."""
    counts = [dimension.count_grid() if is_grid else dimension.count() for dimension in space.values()]
    return None if None in counts else math.prod(count for count in counts if count is not None)


def _check_grid(space: Space) -> None:
    for name, dimension in space.items():
        if dimension.count_grid() is None:
            raise ConfigError(f"{name}: For a grid, give a list of values, or step or points beside from and to.")
    count = count_points(space, is_grid=True) or 0
    if count > MAX_SAMPLES:
        raise ConfigError(f"Expected a grid of at most {MAX_SAMPLES:,} combinations. Received: {count:,}.")
