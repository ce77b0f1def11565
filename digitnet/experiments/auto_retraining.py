"""Retraining by itself: when enough new corrections have come in, off unless it was turned on.

A run that was started so puts its model to use only if `digitnet.promotion` finds it better than the one it
continues, which stays where it was, one click away.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime

from filelock import FileLock, Timeout

from digitnet.collection.collection import Collection
from digitnet.errors import DigitnetError, TrainingError, explain_os_errors
from digitnet.experiments import queue
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import BUSY_STATES, QUEUED, list_runs
from digitnet.files import write_atomically
from digitnet.models import active, editing, store
from digitnet.models.card import require_card
from digitnet.paths import data_dir

FILE = "autotrain.json"


@dataclass(frozen=True)
class AutoRetraining:
    """When to retrain by itself.

    Attributes:
        on: whether that is wanted.
        every: so many new labelled digits start a training.
        since: the digits labelled after that are new, as ISO 8601 in UTC; empty where none was counted yet.
        problem: why the last training could not be started, in a sentence; may be empty.
    """

    on: bool = False
    every: int = 20
    since: str = ""
    problem: str = ""


def load() -> AutoRetraining:
    """Return what was chosen: off where nothing was, or where that cannot be read."""
    with suppress(OSError, ValueError, TypeError, AttributeError):
        saved = json.loads((data_dir() / FILE).read_text(encoding="utf-8"))
        kinds = {field.name: type(field.default) for field in fields(AutoRetraining)}
        known = {name: saved[name] for name, kind in kinds.items() if type(saved.get(name)) is kind}
        return AutoRetraining(**known)
    return AutoRetraining()


def configure(on: bool, every: int) -> None:
    """Turn it on or off, with `every` new digits a training; digits are new from when it is turned on.

    Raises:
        TrainingError: `every` is below 1, or the choice cannot be saved.
    """
    if every < 1:
        raise TrainingError(f"Expected at least 1 new digit between two trainings. Received: {every}.")
    before = load()
    since = before.since if before.on and before.since else _now()
    _save(AutoRetraining(on, every, since))


def count_new_digits() -> int:
    """Return how many digits were given their label since the last training, new or not; raises CollectionError."""
    since = load().since
    if not since:
        return 0
    with Collection.open() as collection:
        return collection.count(labeled_since=datetime.fromisoformat(since))


def start_if_due() -> str:
    """Start a training if that is wanted and enough new digits have come in: call it when digits have been labelled.

    It takes some milliseconds and raises nothing on purpose: a correction that is saved is saved.

    Returns:
        The name of the run that was started, "" where none was.
    """
    if not load().on:
        return ""
    try:
        with FileLock(data_dir() / f"{FILE}.lock", timeout=0):
            return _start_if_enough(load())
    except Timeout:  # another tab is at it
        return ""
    except (DigitnetError, OSError, ValueError) as error:
        with suppress(DigitnetError):
            _save(replace(load(), problem=str(error)))
        return ""


def _start_if_enough(chosen: AutoRetraining) -> str:
    if not chosen.on or count_new_digits() < chosen.every or _under_way():
        return ""
    _delete_rejected()
    now = _now()
    config = TrainingConfig.for_fine_tuning(active.get_active_model(), promote=True)
    config = config.replace(name=queue.find_free_name(config.name))
    queue.start(config)
    _save(replace(chosen, since=now, problem=""))
    return config.name


def _under_way() -> bool:
    """Return whether a training is under way or waits that was started so."""
    busy = [run for run in list_runs() if run.status().state in (*BUSY_STATES, QUEUED)]
    return any(run.config().promote for run in busy)


def _delete_rejected() -> None:
    """Delete the models that were made so and found no better, so that they do not pile up; not one with a note."""
    for name in store.list_models():
        with suppress(DigitnetError):
            card = require_card(name)
            if card.promoted is False and not card.note and name != active.get_previous_model():
                editing.delete(name)


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _save(chosen: AutoRetraining) -> None:
    path = data_dir() / FILE
    with explain_os_errors(f"When to retrain cannot be saved in {str(path)!r}", TrainingError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, json.dumps(asdict(chosen), indent=1))
