"""Count the steps over which a training changes its learning rate and averages its weights."""

from __future__ import annotations

from digitnet.experiments.config import TrainingConfig

WARM_UP_SHARE = 0.2  # The share of all steps in which the learning rate rises.
_MAX_AVERAGED_STEPS = 1000  # Weights are averaged over about this many steps, fewer in a short run.


def count_averaged_steps(config: TrainingConfig, steps: int) -> int:
    """Return the approximate number of steps over which weights are averaged.

    Args:
        steps: number of batches in an epoch.
    """
    return max(1, min(_MAX_AVERAGED_STEPS, steps * config.epochs // 20))
