"""Make the record of a trial from how far its runs are, or from what the journal holds of it."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from typing import Any

from digitnet.experiments.config import TrainingConfig
from digitnet.tuning.journal import Draw, Ended
from digitnet.tuning.trial_records import FAILED, TrialRecord
from digitnet.tuning.trial_runs import RunLook


def describe_trial(
    draw: Draw, configs: Sequence[TrainingConfig], looks: Sequence[RunLook], **changes: Any
) -> TrialRecord:
    """Return the record of a trial.

    Args:
        configs: settings of its runs.
        looks: how far they are; there are fewer where others were not begun.
        changes: fields of the record that nothing here tells.
    """
    values = [look.value for look in looks if look.value is not None]
    accuracies = [look.test_accuracy for look in looks if look.test_accuracy is not None]
    record = TrialRecord(
        draw.number,
        draw.values,
        runs=tuple(config.name for config in configs[: max(1, len(looks))]),
        value=statistics.fmean(values) if values else None,
        deviation=statistics.stdev(values) if len(values) > 1 else 0.0,
        epoch=len(looks[-1].curve) if looks else 0,
        epochs=configs[0].epochs if configs else 0,
        seconds=math.fsum(look.seconds for look in looks if look.seconds) or None,
        test_accuracy=statistics.fmean(accuracies) if accuracies else None,
    )
    return TrialRecord(**{**vars(record), **changes})


def describe_ended(ended: Ended) -> TrialRecord:
    """Return the record of a trial that has ended."""
    noted = {**ended.noted, "runs": tuple(ended.noted.get("runs", ()))}
    return TrialRecord(ended.draw.number, ended.draw.values, **{"state": FAILED, **noted})
