"""Keep the state of unfinished training runs in the files of `models/.training/<name>/`.

The training process writes the files, all others read them: `config.json` the settings, `status.json` the progress,
`history.csv` a line for each epoch, `batches.csv` points within epochs, `snapshots.npz` the predictions of some digits
after each epoch. A run that ends well leaves a model and no folder here.
"""

from __future__ import annotations

import csv
import json
import platform
import shutil
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import psutil

from digitnet.access.permissions import guarded
from digitnet.errors import ConfigError, DigitnetError, TrainingError, explain_os_errors
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.process_lock import hold_for_life, is_held
from digitnet.experiments.status import BUSY_STATES, STARTING, UNSAVED, Status, is_alive, is_here
from digitnet.files import write_atomically
from digitnet.models import store
from digitnet.models.card import INTERRUPTED
from digitnet.paths import runs_dir

_MISSING_VALUES = ("", "NA")
_RESERVE_FILE = "reserve"  # Deleted to make room for a status once the disk is full.
_RESERVE_BYTES = 64 * 1024


class Run:
    """The folder of one run; methods raise TrainingError if it cannot be written."""

    @guarded("training.look")
    def __init__(self, name: str) -> None:
        self.name = store.check_name(name)
        self.folder = runs_dir() / name
        self.history = self.folder / store.HISTORY_FILE
        self.batches = self.folder / "batches.csv"
        self.snapshots = self.folder / "snapshots.npz"
        self.backup = self.folder / "backup"
        self.backup_metadata = self.backup / "training_metadata.json"
        self.best_weights = self.folder / "best.weights.h5"
        self.best_value = self.folder / "best.json"
        self.start_weights = self.folder / "start.weights.h5"  # Weights of the model to fine-tune.
        self.user_digits = self.folder / "own.npz"  # The user digits to train on.
        self.log = self.folder / "log.txt"
        self.held = self.folder / "process.lock"  # Its process holds it, which other containers can see.
        self._stop = self.folder / "stop"
        self._discard = self.folder / "discard"
        self._places = self.folder / "places"

    def exists(self) -> bool:
        """Return whether the run has a folder with settings."""
        return (self.folder / "config.json").is_file()

    def create(self, config: TrainingConfig, places: int = 1) -> None:
        """Create an empty folder with the settings, in place of any other; `places` as in `queue.start`."""
        with explain_save_errors("The training run"):
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True)
            (self.folder / _RESERVE_FILE).write_bytes(bytes(_RESERVE_BYTES))
            if places > 1:
                write_atomically(self._places, str(places))
            write_atomically(self.folder / "status.json", json.dumps(asdict(Status(queued=time.time()))))
        self.write_config(config)

    def write_config(self, config: TrainingConfig) -> None:
        """Write the settings anew; all else stays."""
        with explain_save_errors("The training run"):
            write_atomically(self.folder / "config.json", json.dumps(config.to_dict(), indent=1))

    def read_config(self) -> TrainingConfig:
        """Read the settings of the run.

        Raises:
            ConfigError: there is no such run, or its settings cannot be read.
        """
        try:
            return TrainingConfig.from_dict(json.loads((self.folder / "config.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError, DigitnetError) as error:
            raise ConfigError(f"The settings of the training run {self.name!r} cannot be read; discard it.") from error

    def read_settings(self) -> dict[str, Any]:
        """Read the settings of the run without a check, {} if they cannot be read."""
        with suppress(OSError, ValueError, TypeError):
            return dict(json.loads((self.folder / "config.json").read_text(encoding="utf-8")))
        return {}

    def read_status(self) -> Status:
        """Read the progress of the run, `interrupted` if its process is gone."""
        status = self._read_status_file()
        if status.state in BUSY_STATES and not (is_alive(status) if is_here(status) else is_held(self.held)):
            return replace(status, state=INTERRUPTED, ends=None, cpu_share=0.0, memory=0)
        return status

    def update_status(self, **changes: Any) -> None:
        """Write changed fields of the status."""
        status = replace(self._read_status_file(), **changes, updated=time.time())
        text = json.dumps(asdict(status))
        with explain_save_errors("The progress of the training"):
            try:
                write_atomically(self.folder / "status.json", text, durable=False)
            except OSError:
                (self.folder / _RESERVE_FILE).unlink(missing_ok=True)
                write_atomically(self.folder / "status.json", text)

    def mark_started(self) -> None:
        """Record this process as the one that trains the run."""
        process, now = psutil.Process(), time.time()
        hold_for_life(self.held)
        self.withdraw_stop()
        self.update_status(
            state=STARTING,
            message="",
            phase="",
            phase_began=now,
            host=platform.node(),
            pid=process.pid,
            born=process.create_time(),
            started=now,
            ends=None,
            epochs_before=self.count_saved_epochs(),
        )

    def begin_phase(self, phase: str, **changes: Any) -> None:
        """Write the phase that a starting or finishing run is in, and other changed fields of the status."""
        self.update_status(phase=phase, phase_began=time.time(), **changes)

    def request_stop(self) -> None:
        """Ask the process of the run to stop."""
        with explain_save_errors("The request to stop"):
            self._stop.touch()

    def withdraw_stop(self) -> None:
        """Withdraw a request to stop or to pause."""
        with explain_save_errors("The request to stop"):
            self._stop.unlink(missing_ok=True)
            (self.folder / "pause").unlink(missing_ok=True)

    def is_stop_requested(self) -> bool:
        """Return whether the run was asked to stop."""
        return self._stop.exists()

    def request_discard(self) -> None:
        """Ask whoever started the process of the run to end it and to delete the folder."""
        with explain_save_errors("The request to discard"):
            self._discard.touch()

    def is_discard_requested(self) -> bool:
        """Return whether the run is to be discarded."""
        return self._discard.exists()

    def count_places(self) -> int:
        """Return the number of runs, this one included, that may be trained at a time."""
        with suppress(OSError, ValueError):
            return int(self._places.read_text(encoding="utf-8"))
        return 1

    def count_saved_epochs(self) -> int:
        """Return the number of epochs in the backup to resume from."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            return int(json.loads(self.backup_metadata.read_text(encoding="utf-8"))["epoch"])
        return 0

    def trim_curves(self) -> None:
        """Delete the rows of curves that are later than the backup, before the run resumes from it."""
        done = self.count_saved_epochs()
        with explain_save_errors("The curves of the training"):
            _keep_rows(self.history, lambda row: int(row["epoch"]) < done)
            _keep_rows(self.batches, lambda row: float(row["epoch"]) <= done)

    def delete_checkpoints(self) -> None:
        """Delete the backup and the best weights, so that the run starts from scratch."""
        shutil.rmtree(self.backup, ignore_errors=True)
        self.best_weights.unlink(missing_ok=True)
        self.best_value.unlink(missing_ok=True)

    def delete(self) -> None:
        """Delete the folder of the run, the settings first: from then on there is no run for others."""
        with suppress(OSError):
            (self.folder / "config.json").unlink()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _read_status_file(self) -> Status:
        try:
            saved = json.loads((self.folder / "status.json").read_text(encoding="utf-8"))
            return Status(**{field.name: saved[field.name] for field in fields(Status) if field.name in saved})
        except (OSError, ValueError, TypeError):
            return Status(state=INTERRUPTED)


@guarded("training.look")
def list_runs() -> list[Run]:
    """Return the unfinished runs in the order in which they were queued."""
    names = [path.parent.name for path in runs_dir().glob("*/config.json")]
    return sorted((Run(name) for name in names), key=lambda run: (run.read_status().queued, run.name))


def read_rows(path: Path) -> list[dict[str, float]]:
    """Return the rows of a CSV file of numbers, without missing values; [] without a file."""
    rows = []
    with suppress(OSError), path.open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            with suppress(ValueError, TypeError):
                rows.append({key: float(value) for key, value in line.items() if value not in _MISSING_VALUES})
    return rows


def explain_save_errors(subject: str) -> AbstractContextManager[None]:
    """Raise an OSError of the block as a TrainingError that `subject` cannot be saved."""
    return explain_os_errors(f"{subject} {UNSAVED} in {str(runs_dir())!r}", TrainingError)


def _keep_rows(path: Path, should_keep: Callable[[dict[str, str]], bool]) -> None:
    if not path.is_file():
        return
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        kept = [row for row in reader if None not in row.values() and should_keep(row)]
        names = reader.fieldnames
    if not names:  # An empty file stays one: whoever writes its first row writes the names, too.
        return
    lines_kept = [",".join(names), *(",".join(row.values()) for row in kept)]
    write_atomically(path, "".join(f"{line}\n" for line in lines_kept))
