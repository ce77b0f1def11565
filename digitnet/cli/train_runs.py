"""Train one run, or those of a study one after the other, in this process."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from digitnet.experiments import machine, queue
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.duration import estimate_durations
from digitnet.experiments.run import Run

_SECONDS_BETWEEN_LOOKS = 1.0  # At a run that another process trains.


def train_run(config: TrainingConfig) -> Path:
    """Train a run when the machine is free, and return its model's folder; a run of these settings is resumed.

    Raises:
        DigitnetError: as `training.trainer.train` does.
    """
    from digitnet.training.trainer import train

    run = Run(config.name)
    if not (run.exists() and run.read_config() == config):
        run.create(config)
    try:
        with machine.machine_slot(run):
            return train(config)
    finally:
        queue.start_next()


def train_all(
    configs: Sequence[TrainingConfig],
    find_unfinished: Callable[[TrainingConfig], TrainingConfig | None],
    report: Callable[[str], None] = print,
) -> None:
    """Train those of several runs that are not done, one after the other; a second call goes on where one ended.

    Args:
        find_unfinished: returns the config to train for one of `configs`, or None if it is done.
        report: called with a line before each run.

    Raises:
        DigitnetError: as `training.trainer.train` does.
    """
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # It warns of the many networks of one process.
    durations = zip(configs, estimate_durations(configs), strict=True)
    expected = [estimate.total if find_unfinished(config) else 0.0 for config, estimate in durations]
    for place, config in enumerate(configs):
        wanted = find_unfinished(config)
        while wanted is not None and _is_trained_elsewhere(wanted):
            report(f"[{place + 1}/{len(configs)}] {wanted.name} is queued or trained by another process; waiting.")
            _wait(wanted)
            wanted = find_unfinished(config)
        if wanted is None:
            report(f"[{place + 1}/{len(configs)}] {config.name} is done.")
            continue
        left = _format_minutes(sum(expected[place:]))
        report(f"[{place + 1}/{len(configs)}] {wanted.name}; about {left} left for all")
        train_run(wanted)


def _is_trained_elsewhere(config: TrainingConfig) -> bool:
    return Run(config.name).exists() and Run(config.name).read_status().is_active


def _wait(config: TrainingConfig) -> None:
    while _is_trained_elsewhere(config):
        queue.start_next()
        time.sleep(_SECONDS_BETWEEN_LOOKS)


def _format_minutes(seconds: float) -> str:
    return f"{round(seconds / 60)} min" if seconds >= 100 else f"{round(seconds)} s"
