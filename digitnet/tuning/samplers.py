"""Make the samplers, pruners and distributions of Optuna that a search needs.

TPE: Bergstra et al., Algorithms for Hyper-Parameter Optimization, NeurIPS 2011. Hyperband: Li et al., JMLR 2018. The
median rule: Golovin et al., Google Vizier, KDD 2017.
"""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING, Any

from digitnet.tuning.dimensions import Choice, Dimension, Space, Value, round_number
from digitnet.tuning.settings import GRID, HYPERBAND, MEDIAN, RANDOM, SearchSettings

if TYPE_CHECKING:
    from optuna.distributions import BaseDistribution
    from optuna.pruners import BasePruner
    from optuna.samplers import BaseSampler

_SEEDS_PER_SEARCH = 1_000_003  # A prime, so that the seeds of no two searches run in step.
_MAX_STARTUP_TRIALS = 10  # TPE draws the first at random, as many as Optuna does by itself.
_UNPRUNED_TRIALS = 4  # So many are trained to the end before any is stopped early.
_UNPRUNED_EPOCHS = 1


def make_distributions(space: Space) -> dict[str, BaseDistribution]:
    """Return Optuna's distributions by setting."""
    return {name: _make_distribution(dimension) for name, dimension in space.items()}


def make_sampler(settings: SearchSettings, drawn: int) -> BaseSampler:
    """Return the sampler of the next trial.

    It has a seed of its own for each trial, so that a search that goes on after an interruption draws nothing twice.

    Args:
        drawn: number of trials drawn before.
    """
    from optuna import samplers

    seed = (settings.config.seed * _SEEDS_PER_SEARCH + drawn) % 2**32
    if settings.method == GRID:
        return _make_grid_sampler(settings)
    if settings.method == RANDOM:
        return samplers.RandomSampler(seed=seed)
    return samplers.TPESampler(seed=seed, n_startup_trials=min(_MAX_STARTUP_TRIALS, 2 + settings.trials // 4))


def make_pruner(settings: SearchSettings) -> BasePruner:
    """Return the pruner, which says whether a trial is so poor that it should be stopped early."""
    from optuna import pruners

    if settings.ray:  # ASHA says so there.
        return pruners.NopPruner()
    if settings.pruner == MEDIAN:
        return pruners.MedianPruner(n_startup_trials=_UNPRUNED_TRIALS, n_warmup_steps=_UNPRUNED_EPOCHS)
    if settings.pruner == HYPERBAND:
        return pruners.HyperbandPruner(min_resource=1, max_resource=settings.most_epochs, reduction_factor=3)
    return pruners.NopPruner()


def list_grid(space: Space) -> list[dict[str, Value]]:
    """Return all combinations of a grid, the values of the last setting changing fastest."""
    return _combine(space, [dimension.list_grid() for dimension in space.values()])


def list_all(space: Space) -> list[dict[str, Value]]:
    """Return all combinations of a space that has not any number of them."""
    return _combine(space, [dimension.list_all() for dimension in space.values()])


def _combine(space: Space, values: list[list[Value]]) -> list[dict[str, Value]]:
    return [dict(zip(space, combination, strict=True)) for combination in itertools.product(*values)]


def clean_values(values: dict[str, Any]) -> dict[str, Value]:
    """Return the values of a trial without the noise of binary fractions."""
    return {name: round_number(value) if isinstance(value, float) else value for name, value in values.items()}


def _make_distribution(dimension: Dimension) -> BaseDistribution:
    from optuna import distributions

    if isinstance(dimension, Choice):
        return distributions.CategoricalDistribution(dimension.values)
    if dimension.is_whole:
        step = 1 if dimension.step is None else int(dimension.step)
        return distributions.IntDistribution(int(dimension.low), int(dimension.last), dimension.log, step)
    return distributions.FloatDistribution(dimension.low, dimension.last, dimension.log, dimension.step)


def _make_grid_sampler(settings: SearchSettings) -> BaseSampler:
    """Return a sampler whose values depend on the number of the trial alone.

    Optuna's own loses its place if the process is killed while it draws.
    """
    from optuna.samplers import BaseSampler

    grid = list_grid(settings.dimensions)
    if settings.trials < len(grid):  # Else only values of the last settings would change.
        random.Random(settings.config.seed).shuffle(grid)

    class GridByNumber(BaseSampler):
        """Draws the combination at the number of the trial."""

        def infer_relative_search_space(self, study: Any, trial: Any) -> dict[str, Any]:
            """Return no settings: each is drawn alone."""
            return {}

        def sample_relative(self, study: Any, trial: Any, search_space: dict[str, Any]) -> dict[str, Any]:
            """Return no values."""
            return {}

        def sample_independent(self, study: Any, trial: Any, param_name: str, param_distribution: Any) -> Any:
            """Return the value of a setting."""
            return grid[trial.number % len(grid)][param_name]

    return GridByNumber()
