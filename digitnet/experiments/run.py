"""Training runs that are not over: a folder each, `models/.training/<name>/`, and what its files say.

The training process writes them, and whoever wants to know reads them: `config.json` the settings,
`status.json` how far it is, `history.csv` a line for each epoch, `batches.csv` points within epochs,
`snapshots.npz` what the network makes of some digits after each epoch.
A run that ends well leaves a model and no folder here.
"""

from __future__ import annotations

import csv
import json
import shutil
import time
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import psutil

from digitnet import paths
from digitnet.errors import ConfigError, DigitnetError, TrainingError, explain_os_errors
from digitnet.experiments.config import TrainingConfig
from digitnet.files import write_atomically
from digitnet.models import store
from digitnet.models.card import INTERRUPTED

QUEUED, WAITING, STARTING, RUNNING, FINISHING = "queued", "waiting", "starting", "running", "finishing"
BUSY_STATES = (WAITING, STARTING, RUNNING, FINISHING)
_NOT_MEASURED = ("", "NA")
_RESERVE = "reserve"  # room on the disk for saying that the disk is full


@dataclass(frozen=True)
class Status:
    """How far a run is.

    Attributes:
        state: `queued`, then with a process of its own `waiting` (for another training on this machine),
            `starting`, `running`, `finishing`; at rest `stopped`, `failed`, `interrupted`.
        message: what failed, or what was kept, in a sentence; may be empty.
        pid, born: the process and when it was started, which tells it from a later one of the same number.
        queued: when the run was asked for, in seconds since 1970, as are `born` and `updated`.
        epoch, batch: how many are done, the batches within this epoch.
        seconds_left: None while unknown.
        cpu_share: part of the whole machine (0 to 1) that the training takes.
        memory: bytes.
    """

    state: str = QUEUED
    message: str = ""
    pid: int = 0
    born: float = 0.0
    queued: float = 0.0
    updated: float = 0.0
    epoch: int = 0
    epochs: int = 0
    batch: int = 0
    batches: int = 0
    loss: float | None = None
    accuracy: float | None = None
    seconds_left: float | None = None
    digits_per_second: float = 0.0
    cpu_share: float = 0.0
    memory: int = 0

    @property
    def share_done(self) -> float:
        """The part of all batches that is done, 0 to 1."""
        if not self.epochs:
            return 0.0
        return min(1.0, (self.epoch + self.batch / max(self.batches, 1)) / self.epochs)


class Run:
    """The folder of one run; raises TrainingError where it cannot be written."""

    def __init__(self, name: str) -> None:
        self.name = store.check_name(name)
        self.folder = runs_dir() / name
        self.history = self.folder / store.HISTORY_FILE
        self.batches = self.folder / "batches.csv"
        self.snapshots = self.folder / "snapshots.npz"
        self.backup = self.folder / "backup"
        self.best_weights = self.folder / "best.weights.h5"
        self.start_weights = self.folder / "start.weights.h5"  # of the model that is continued
        self.user_digits = self.folder / "own.npz"  # the own digits that are trained on
        self.log = self.folder / "log.txt"
        self._stop = self.folder / "stop"

    def exists(self) -> bool:
        """Return whether there is such a run."""
        return (self.folder / "config.json").is_file()

    def create(self, config: TrainingConfig) -> None:
        """Make the folder anew, with nothing but the settings."""
        with explain_save_errors("The training run"):
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True)
            (self.folder / _RESERVE).write_bytes(bytes(64 * 1024))
            write_atomically(self.folder / "status.json", json.dumps(asdict(Status(queued=time.time()))))
            write_atomically(self.folder / "config.json", json.dumps(config.to_dict(), indent=1))

    def config(self) -> TrainingConfig:
        """Return the settings.

        Raises:
            ConfigError: there is no such run, or its settings cannot be read.
        """
        try:
            return TrainingConfig.from_dict(json.loads((self.folder / "config.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError, DigitnetError) as error:
            raise ConfigError(f"The settings of the training run {self.name!r} cannot be read; discard it.") from error

    def status(self) -> Status:
        """Return how far the run is: `interrupted` where its process is gone."""
        status = self._saved_status()
        if status.state in BUSY_STATES and not is_alive(status):
            return replace(status, state=INTERRUPTED, seconds_left=None, cpu_share=0.0, memory=0)
        return status

    def update_status(self, **changes: Any) -> None:
        """Note in `status.json` what is new."""
        status = replace(self._saved_status(), **changes, updated=time.time())
        text = json.dumps(asdict(status))
        with explain_save_errors("The progress of the training"):
            try:
                write_atomically(self.folder / "status.json", text, durable=False)
            except OSError:
                (self.folder / _RESERVE).unlink(missing_ok=True)
                write_atomically(self.folder / "status.json", text)

    def mark_started(self) -> None:
        """Note that this process does the run from now on."""
        me = psutil.Process()
        self.withdraw_stop()
        self.update_status(state=STARTING, message="", pid=me.pid, born=me.create_time(), seconds_left=None)

    def request_stop(self) -> None:
        """Ask the process of the run to stop."""
        with explain_save_errors("The wish to stop"):
            self._stop.touch()

    def withdraw_stop(self) -> None:
        """Take back a request to stop."""
        with explain_save_errors("The wish to stop"):
            self._stop.unlink(missing_ok=True)

    def is_stop_requested(self) -> bool:
        """Return whether the run was asked to stop."""
        return self._stop.exists()

    def count_saved_epochs(self) -> int:
        """Return how many epochs are saved to go on from."""
        for name in ("training_metadata.json", "training_metadata.json.bkp"):
            with suppress(OSError, ValueError, KeyError, TypeError):
                return int(json.loads((self.backup / name).read_text(encoding="utf-8"))["epoch"])
        return 0

    def trim_curves(self) -> None:
        """Cut the curves where the saved epochs end, so that a run that goes on continues them."""
        done = self.count_saved_epochs()
        with explain_save_errors("The course of the training"):
            _keep_rows(self.history, lambda row: int(row["epoch"]) < done)
            _keep_rows(self.batches, lambda row: float(row["epoch"]) <= done)

    def delete_checkpoints(self) -> None:
        """Delete the saved epochs, so that the run can only start anew."""
        shutil.rmtree(self.backup, ignore_errors=True)
        self.best_weights.unlink(missing_ok=True)

    def delete(self) -> None:
        """Delete the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _saved_status(self) -> Status:
        try:
            saved = json.loads((self.folder / "status.json").read_text(encoding="utf-8"))
            return Status(**{field.name: saved[field.name] for field in fields(Status) if field.name in saved})
        except (OSError, ValueError, TypeError):
            return Status(state=INTERRUPTED)


def runs_dir() -> Path:
    """Return the folder of the runs."""
    return paths.models_dir() / ".training"


def list_runs() -> list[Run]:
    """Return the runs that are not over, in the order they were asked for."""
    names = [path.parent.name for path in runs_dir().glob("*/config.json")]
    return sorted((Run(name) for name in names), key=lambda run: (run.status().queued, run.name))


def is_alive(status: Status) -> bool:
    """Return whether the process that wrote `status` still runs, and is not a later one of its number."""
    try:
        process = psutil.Process(status.pid) if status.pid else None
        return bool(
            process
            and process.status() != psutil.STATUS_ZOMBIE
            and abs(process.create_time() - status.born) < 2.0  # a clock that is set moves it a little
        )
    except psutil.Error:
        return False


def read_rows(path: Path) -> list[dict[str, float]]:
    """Return the rows of a CSV file of figures, less one that is only half written; empty without a file.

    What was not measured, validation say, is left out of a row.
    """
    rows = []
    with suppress(OSError), path.open(encoding="utf-8", newline="") as lines:
        for line in csv.DictReader(lines):
            with suppress(ValueError, TypeError):
                rows.append({key: float(value) for key, value in line.items() if value not in _NOT_MEASURED})
    return rows


def explain_save_errors(subject: str) -> AbstractContextManager[None]:
    """Raise an OSError of the block as a TrainingError: `subject` cannot be saved in the folder of runs."""
    return explain_os_errors(f"{subject} cannot be saved in {str(runs_dir())!r}", TrainingError)


def _keep_rows(path: Path, holds: Any) -> None:
    if not path.is_file():
        return
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        kept = [row for row in reader if None not in row.values() and holds(row)]
        names = reader.fieldnames or []
    lines_kept = [",".join(names), *(",".join(row.values()) for row in kept)]
    write_atomically(path, "".join(f"{line}\n" for line in lines_kept))
