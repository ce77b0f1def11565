"""Progress of a training run as lines of text."""

from __future__ import annotations

import sys
import time
from typing import Any

import keras

_BETWEEN_LINES = 10.0  # seconds, where the lines stay (a file, a pipe)
_BETWEEN_REDRAWS = 0.2  # seconds, on a terminal


class Progress(keras.callbacks.Callback):
    """Prints epoch, batch, time left, loss and accuracy: redrawn on a terminal, else a line now and then.

    It also times each epoch, as `seconds` among the figures that the callbacks after it are given.
    """

    def __init__(self) -> None:
        super().__init__()
        self._started = self._shown = self._epoch_started = 0.0
        self._done = self._first = self._epoch = 0

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Start the clock."""
        self._started = self._shown = time.monotonic()

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Note the epoch, which does not start at 0 in a resumed run."""
        self._first = epoch if not self._done else self._first
        self._epoch = epoch
        self._epoch_started = time.monotonic()

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Show the batch, if the last one shown is long enough ago."""
        self._done += 1
        live = sys.stdout.isatty()
        if time.monotonic() - self._shown < (_BETWEEN_REDRAWS if live else _BETWEEN_LINES):
            return
        self._shown = time.monotonic()
        line = f"{self._where()}  batch {batch + 1}/{self.params['steps']}  {self._left()} left  {_figures(logs)}"
        print(f"\r{line:<100}" if live else line, end="" if live else "\n", flush=True)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Show the epoch's figures, with those on the validation digits."""
        if logs is not None:
            logs["seconds"] = round(time.monotonic() - self._epoch_started, 2)
        start = "\r" if sys.stdout.isatty() else ""
        print(f"{start}{self._where()}  {self._left()} left  {_figures(logs):<70}", flush=True)

    def _where(self) -> str:
        return f"epoch {self._epoch + 1}/{self.params['epochs']}"

    def _left(self) -> str:
        total = (self.params["epochs"] - self._first) * self.params["steps"]
        seconds = (time.monotonic() - self._started) / max(self._done, 1) * (total - self._done)
        return f"{int(seconds // 60)}:{int(seconds % 60):02d}"


def _figures(logs: dict[str, Any] | None) -> str:
    names = {
        "loss": "loss",
        "accuracy": "accuracy",
        "val_loss": "validation loss",
        "val_accuracy": "accuracy",
    }
    return "  ".join(f"{label} {logs[key]:.4f}" for key, label in names.items() if logs and key in logs)
