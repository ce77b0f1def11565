"""Change a training while it runs: its learning rate, a pause, one epoch more.

Each wish is a file in the folder of the run, written whole at once, so that any process may write it and the training
process reads it between two batches. The wishes outlive an interruption; a pause does not.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from digitnet.access.permissions import guarded
from digitnet.errors import TrainingError
from digitnet.experiments.run import Run, explain_save_errors
from digitnet.experiments.status import PAUSED, RUNNING, STARTING
from digitnet.files import write_atomically
from digitnet.models.card import MAX_EPOCHS

_MAX_RATE = 10.0
_CHANGEABLE_STATES = (STARTING, RUNNING, PAUSED)


class RunControls:
    """The wishes for a run; methods that write raise TrainingError if the run cannot be changed any more."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._pause = run.folder / "pause"
        self._rate = run.folder / "learning_rate.json"
        self._epochs = run.folder / "epochs.json"
        self._changes = run.folder / "changes.json"

    @guarded("training.change")
    def pause(self) -> None:
        """Ask the run to pause after its current batches."""
        self._check()
        with explain_save_errors("The pause"):
            self._pause.touch()

    @guarded("training.change")
    def go_on(self) -> None:
        """Withdraw the request to pause."""
        with explain_save_errors("The end of the pause"):
            self._pause.unlink(missing_ok=True)

    def is_pause_requested(self) -> bool:
        """Return whether the run was asked to pause."""
        return self._pause.exists()

    @guarded("training.change")
    def set_rate(self, rate: float) -> None:
        """Ask the run to train on with a learning rate, above 0 and at most 10, whatever its schedule says."""
        self._check()
        if not 0 < rate <= _MAX_RATE:
            raise TrainingError(f"Expected a learning rate above 0 and at most {_MAX_RATE:g}. Received: {rate:g}.")
        with explain_save_errors("The learning rate"):
            write_atomically(self._rate, json.dumps(rate), durable=False)

    def read_rate(self) -> float | None:
        """Return the learning rate that was asked for, or None."""
        value = _read(self._rate)
        return float(value) if isinstance(value, int | float) and 0 < value <= _MAX_RATE else None

    @guarded("training.change")
    def add_epoch(self) -> None:
        """Ask the run to train one epoch more."""
        self._check()
        epochs = self.count_epochs() + 1
        if epochs > MAX_EPOCHS:
            raise TrainingError(f"A training has at most {MAX_EPOCHS:,} epochs.")
        with explain_save_errors("The number of epochs"):
            write_atomically(self._epochs, json.dumps(epochs), durable=False)

    def count_epochs(self) -> int:
        """Return the number of epochs in all: those of the settings, or more if they were asked for."""
        planned, wanted = self._run.read_settings().get("epochs", 0), _read(self._epochs)
        return max(planned, wanted) if isinstance(wanted, int) and wanted <= MAX_EPOCHS else int(planned)

    def note_change(self, sentence: str) -> None:
        """Add a change that the training has made to those of the run."""
        with explain_save_errors("The changes of the training"):
            write_atomically(self._changes, json.dumps([*self.list_changes(), sentence]), durable=False)

    def list_changes(self) -> list[str]:
        """Return the changes that the training has made, in their order."""
        changes = _read(self._changes)
        return [text for text in changes if isinstance(text, str)] if isinstance(changes, list) else []

    def _check(self) -> None:
        if self._run.read_status().state not in _CHANGEABLE_STATES:
            raise TrainingError(f"The training of {self._run.name!r} cannot be changed any more: it does not run.")


@guarded("training.change")
def pause(name: str) -> None:
    """Ask the run called `name` to pause."""
    RunControls(Run(name)).pause()


@guarded("training.change")
def go_on(name: str) -> None:
    """Have the run called `name` go on after a pause."""
    RunControls(Run(name)).go_on()


@guarded("training.change")
def add_epoch(name: str) -> None:
    """Ask the run called `name` to train one epoch more."""
    RunControls(Run(name)).add_epoch()


@guarded("training.change")
def set_rate(name: str, rate: str) -> None:
    """Ask the run called `name` to train on with a learning rate, given as text."""
    try:
        value = float(rate)
    except ValueError:
        raise TrainingError(f"Expected a learning rate such as 0.001. Received: {rate or 'nothing'}.") from None
    RunControls(Run(name)).set_rate(value)


def _read(path: Path) -> object:
    with suppress(OSError, ValueError):
        return json.loads(path.read_text(encoding="utf-8"))
    return None
