"""Progress of a training run: lines on the terminal, and files for whoever watches from elsewhere."""

from __future__ import annotations

import csv
import os
import sys
import time
from typing import Any

import keras
import psutil

from digitnet.experiments.run import RUNNING, Run

_BETWEEN_LINES = 10.0  # seconds, where the lines stay (a file, a pipe)
_BETWEEN_REDRAWS = 0.2  # seconds, on a terminal
_BETWEEN_NOTES = 0.4  # seconds between two states of the files


class TrainingStopped(Exception):  # noqa: N818 - not an error
    """The run was asked to stop."""


class Progress(keras.callbacks.Callback):
    """Tells epoch, batch, time left, loss and accuracy, and ends the run when it is asked to stop.

    On a terminal one line is redrawn, elsewhere there is a line now and then. It also times each epoch,
    as `seconds` among the figures that the callbacks after it are given.
    """

    def __init__(self, run: Run, digits: int) -> None:
        super().__init__()
        self._run = run
        self._digits = digits
        self._shown = self._noted = self._epoch_started = self._trained = 0.0
        self._done = self._skipped = self._epoch = self._calls = 0
        self._process = psutil.Process()

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Start the clocks."""
        self._shown = time.monotonic()
        self._process.cpu_percent()

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Note the epoch, which does not start at 0 in a resumed run."""
        self._epoch = epoch
        self._epoch_started = time.monotonic()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Tell of the batch, if the last one told is long enough ago."""
        now = time.monotonic()
        batch = min(batch, self.params["steps"] - 1)  # steps taken together may count beyond the last
        self._calls += 1
        if self._calls == 1:  # it took longer than all that follow
            self._trained, self._skipped = now, self._epoch * self.params["steps"] + batch + 1
        self._done = self._epoch * self.params["steps"] + batch + 1 - self._skipped
        if now - self._noted >= _BETWEEN_NOTES:
            self._noted = now
            self._note(batch + 1, logs)
        live = sys.stdout.isatty()
        if now - self._shown >= (_BETWEEN_REDRAWS if live else _BETWEEN_LINES):
            self._shown = now
            left = _minutes(self._seconds_left(batch + 1))
            line = f"{self._where()}  batch {batch + 1}/{self.params['steps']}  {left} left  {_figures(logs)}"
            print(f"\r{line:<100}" if live else line, end="" if live else "\n", flush=True)

    def on_test_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """End the run if that is asked for."""
        self._heed()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Tell the epoch's figures, with those on the validation digits."""
        if logs is not None:
            logs["seconds"] = round(time.monotonic() - self._epoch_started, 2)
        start = "\r" if sys.stdout.isatty() else ""
        left = _minutes(self._seconds_left(self.params["steps"]))
        print(f"{start}{self._where()}  {left} left  {_figures(logs):<70}", flush=True)

    def _note(self, batch: int, logs: dict[str, Any] | None) -> None:
        self._heed()
        figures = {name: float((logs or {})[name]) for name in ("loss", "accuracy")}
        _append(self._run, {"epoch": round(self._epoch + batch / self.params["steps"], 4), **figures})
        self._run.update_status(
            state=RUNNING,
            epoch=self._epoch,
            epochs=self.params["epochs"],
            batch=batch,
            batches=self.params["steps"],
            seconds_left=self._seconds_left(batch) if self._done else None,
            digits_per_second=self._digits_per_second(batch),
            cpu_share=min(1.0, self._process.cpu_percent() / 100 / (os.cpu_count() or 1)),
            memory=self._process.memory_info().rss,
            **figures,
        )

    def _heed(self) -> None:
        if self._run.is_stop_requested():
            raise TrainingStopped

    def _where(self) -> str:
        return f"epoch {self._epoch + 1}/{self.params['epochs']}"

    def _seconds_left(self, batch: int) -> float:
        left = (self.params["epochs"] - self._epoch) * self.params["steps"] - batch
        return (time.monotonic() - self._trained) / max(self._done, 1) * left

    def _digits_per_second(self, batch: int) -> float:
        seconds = time.monotonic() - self._epoch_started
        return self._digits * batch / self.params["steps"] / max(seconds, 1e-3)


def _append(run: Run, row: dict[str, float]) -> None:
    is_new = not run.batches.exists()
    with run.batches.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(row), lineterminator="\n")
        if is_new:
            writer.writeheader()
        writer.writerow(row)


def _minutes(seconds: float) -> str:
    return f"{int(seconds // 60)}:{int(seconds % 60):02d}"


def _figures(logs: dict[str, Any] | None) -> str:
    names = {
        "loss": "loss",
        "accuracy": "accuracy",
        "val_loss": "validation loss",
        "val_accuracy": "accuracy",
    }
    return "  ".join(f"{label} {logs[key]:.4f}" for key, label in names.items() if logs and key in logs)
