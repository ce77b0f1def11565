"""Report the progress of a training run on the terminal and in the run's files."""

from __future__ import annotations

import csv
import os
import sys
import time
from typing import Any

import keras
import psutil

from digitnet.experiments.run import Run
from digitnet.experiments.run_controls import RunControls
from digitnet.experiments.status import PAUSED, RUNNING
from digitnet.training.optimizer import put_cross_entropy_first

_SECONDS_BETWEEN_LINES = 10.0  # Where lines stay: in a file or a pipe.
_SECONDS_BETWEEN_REDRAWS = 0.2  # On a terminal.
_SECONDS_BETWEEN_UPDATES = 0.4  # Of the run's files.
_FIGURE_LABELS = {
    "loss": "loss",
    "accuracy": "accuracy",
    "val_loss": "validation loss",
    "val_accuracy": "accuracy",
}


class TrainingStopped(Exception):  # noqa: N818 - not an error
    """The run was asked to stop."""


class Progress(keras.callbacks.Callback):
    """Reports epoch, batch, time left, loss and accuracy, and ends the run on request.

    On a terminal one line is redrawn; elsewhere a line is printed now and then. The callback also times each epoch and
    adds `seconds` to the figures that later callbacks receive, in which `loss` is always the cross-entropy.
    """

    def __init__(self, run: Run, digits: int, finish_seconds: float) -> None:
        """Report on `run`.

        Args:
            digits: number of digits in an epoch.
            finish_seconds: estimated time from the last batch to the end of the run.
        """
        super().__init__()
        self._run = run
        self._digits = digits
        self._finish_seconds = finish_seconds
        self._last_line = self._last_update = self._epoch_started = self._timing_started = 0.0
        self._timed_batches = self._untimed_batches = self._epoch = self._calls = 0
        self._process = psutil.Process()
        self._controls = RunControls(run)

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Start the clocks."""
        self._last_line = time.monotonic()
        self._process.cpu_percent()

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Store the epoch, which does not start at 0 in a resumed run."""
        self._epoch = epoch
        self._epoch_started = time.monotonic()

    def _wait_while_paused(self) -> None:
        """Wait as long as the run is asked to pause; the clocks stand still."""
        if not self._controls.is_pause_requested():
            return
        began = time.monotonic()
        left = (self._run.read_status().ends or time.time()) - time.time()
        while self._controls.is_pause_requested():
            self._stop_on_request()
            self._run.update_status(state=PAUSED, ends=time.time() + left, cpu_share=0.0, digits_per_second=0.0)
            time.sleep(_SECONDS_BETWEEN_UPDATES)
        waited = time.monotonic() - began
        self._epoch_started += waited
        self._timing_started += waited
        self._run.update_status(state=RUNNING)

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Update the files and the terminal if their last update is old enough."""
        if logs is not None:
            put_cross_entropy_first(logs)
        now = time.monotonic()
        batch = min(batch, self.params["steps"] - 1)  # Steps that run together may count beyond the last.
        self._calls += 1
        if self._calls == 1:  # The first call takes longer than all later ones, so it is not timed.
            self._timing_started, self._untimed_batches = now, self._epoch * self.params["steps"] + batch + 1
        self._timed_batches = self._epoch * self.params["steps"] + batch + 1 - self._untimed_batches
        if now - self._last_update >= _SECONDS_BETWEEN_UPDATES:
            self._update_files(batch + 1, logs)
            self._wait_while_paused()
            self._last_update = time.monotonic()
        live = sys.stdout.isatty()
        if now - self._last_line >= (_SECONDS_BETWEEN_REDRAWS if live else _SECONDS_BETWEEN_LINES):
            self._last_line = now
            left = _format_minutes(self._estimate_seconds_left(batch + 1))
            batches = f"batch {batch + 1}/{self.params['steps']}"
            line = f"{self._format_epoch()}  {batches}  {left} left  {_format_figures(logs)}"
            print(f"\r{line:<100}" if live else line, end="" if live else "\n", flush=True)

    def on_test_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """End the run if that was requested."""
        self._stop_on_request()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Print the figures of the epoch, including those of the validation digits."""
        if logs is not None:
            put_cross_entropy_first(logs)
            logs["seconds"] = round(time.monotonic() - self._epoch_started, 2)
        start = "\r" if sys.stdout.isatty() else ""
        left = _format_minutes(self._estimate_seconds_left(self.params["steps"]))
        print(f"{start}{self._format_epoch()}  {left} left  {_format_figures(logs):<70}", flush=True)

    def _update_files(self, batch: int, logs: dict[str, Any] | None) -> None:
        self._stop_on_request()
        figures = {name: float((logs or {})[name]) for name in ("loss", "accuracy")}
        _append_row(self._run, {"epoch": round(self._epoch + batch / self.params["steps"], 4), **figures})
        seconds_left = self._estimate_seconds_left(batch) + self._finish_seconds
        estimate = {"ends": time.time() + seconds_left} if self._timed_batches else {}
        self._run.update_status(
            state=RUNNING,
            epoch=self._epoch,
            epochs=self._count_epochs(),
            batch=batch,
            batches=self.params["steps"],
            digits_per_second=self._measure_digits_per_second(batch),
            cpu_share=min(1.0, self._process.cpu_percent() / 100 / (os.cpu_count() or 1)),
            memory=self._process.memory_info().rss,
            **figures,
            **estimate,
        )

    def _stop_on_request(self) -> None:
        if self._run.is_stop_requested():
            raise TrainingStopped

    def _format_epoch(self) -> str:
        return f"epoch {self._epoch + 1}/{self._count_epochs()}"

    def _count_epochs(self) -> int:
        """Return the number of epochs in all, with those asked for since the training began."""
        return max(self.params["epochs"], self._controls.count_epochs())

    def _estimate_seconds_left(self, batch: int) -> float:
        batches_left = (self._count_epochs() - self._epoch) * self.params["steps"] - batch
        return (time.monotonic() - self._timing_started) / max(self._timed_batches, 1) * batches_left

    def _measure_digits_per_second(self, batch: int) -> float:
        seconds = time.monotonic() - self._epoch_started
        return self._digits * batch / self.params["steps"] / max(seconds, 1e-3)


def _append_row(run: Run, row: dict[str, float]) -> None:
    """Append a row to the run's `batches.csv`."""
    is_new = not run.batches.exists()
    with run.batches.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(row), lineterminator="\n")
        if is_new:
            writer.writeheader()
        writer.writerow(row)


def _format_minutes(seconds: float) -> str:
    return f"{int(seconds // 60)}:{int(seconds % 60):02d}"


def _format_figures(logs: dict[str, Any] | None) -> str:
    return "  ".join(f"{label} {logs[key]:.4f}" for key, label in _FIGURE_LABELS.items() if logs and key in logs)
