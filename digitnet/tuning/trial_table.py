"""Write the trials of a search as a table of texts, for pages and the command line."""

from __future__ import annotations

import time
from collections.abc import Sequence

from digitnet.experiments.run import Run
from digitnet.experiments.studies import Spread
from digitnet.experiments.study_table import UNKNOWN, format_accuracy, format_loss
from digitnet.tuning.dimensions import format_value
from digitnet.tuning.searched_settings import get_label
from digitnet.tuning.settings import ACCURACY, SearchSettings
from digitnet.tuning.trial_records import RUNNING, TrialRecord

OBJECTIVE_LABELS = {"accuracy": "Validation accuracy", "loss": "Validation loss"}


def list_heads(settings: SearchSettings) -> list[str]:
    """Return the heads of the columns."""
    labels = [get_label(name) for name in settings.dimensions]
    return ["Trial", *labels, "Epochs", OBJECTIVE_LABELS[settings.objective], "State", "Seconds"]


def tabulate(settings: SearchSettings, records: Sequence[TrialRecord], best: TrialRecord | None) -> list[list[str]]:
    """Return a row of texts for each trial; the best is marked."""
    return [
        _format_row(settings, record, is_best=best is not None and record.number == best.number) for record in records
    ]


def format_objective(settings: SearchSettings, record: TrialRecord) -> str:
    """Format the objective of a trial: "98.15%" or, of several seeds, "98.15% ± 0.12"."""
    if record.value is None:
        return UNKNOWN
    spread = Spread(record.value, record.deviation, max(1, len(record.runs)))
    return format_accuracy(spread) if settings.objective == ACCURACY else format_loss(spread)


def describe_importance(importance: dict[str, float]) -> str:
    """Say how much each setting matters: "learning rate 81%, batch size 19%"."""
    ordered = sorted(importance.items(), key=lambda entry: -entry[1])
    return ", ".join(f"{get_label(name).lower()} {share:.0%}" for name, share in ordered)


def _format_row(settings: SearchSettings, record: TrialRecord, *, is_best: bool) -> list[str]:
    values = [format_value(record.values[name]) if name in record.values else UNKNOWN for name in settings.dimensions]
    epochs = f"{record.epoch} of {record.epochs}" if record.epoch != record.epochs else str(record.epochs)
    state = f"{record.state} (best)" if is_best else record.state
    number, objective = f"{record.number}", format_objective(settings, record)
    return [number, *values, epochs, objective, state, _format_seconds(record)]


def _format_seconds(record: TrialRecord) -> str:
    """Return the duration of a trial that has ended, or how much of its run is left."""
    if record.state != RUNNING:
        return UNKNOWN if record.seconds is None else f"{record.seconds:.0f}"
    status = Run(record.runs[-1]).read_status() if record.runs else None
    left = status.estimate_seconds_left(time.time()) if status and status.is_active else None
    return UNKNOWN if left is None else f"{left:.0f} left"
