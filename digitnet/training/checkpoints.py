"""Save the weights of a training after each epoch, so that a kill at any moment leaves an epoch to resume from.

Keras' own callbacks write over the file that they would need after a kill; these write beside it.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import keras

from digitnet.errors import TrainingError
from digitnet.experiments.run import Run
from digitnet.files import write_atomically

_OLD_FILE = "latest.weights.h5"  # Runs of earlier versions do not name the file of their weights.


class Backup(keras.callbacks.Callback):
    """Saves weights and optimizer after each epoch, and goes on from the last one that is whole.

    The weights of an epoch are whole on the disk before the run's metadata names them; only then the earlier ones go.
    """

    def __init__(self, run: Run) -> None:
        super().__init__()
        self._run = run

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Load the weights of the last epoch that was saved, if there is one.

        Raises:
            TrainingError: they are missing or damaged.
        """
        epochs = self._run.count_saved_epochs()
        if not epochs:
            return
        self.model.optimizer.build(self.model.trainable_variables)  # Else its state would not be loaded.
        try:
            self.model.load_weights(self._run.backup / self._read_metadata().get("weights", _OLD_FILE))
        except (OSError, ValueError, KeyError) as error:
            raise TrainingError(
                f"The saved epochs of the training run {self._run.name!r} are missing or damaged; discard the run."
            ) from error
        self.model._initial_epoch = epochs

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Save the weights of an epoch, then name it as the last, then delete the earlier ones."""
        folder = self._run.backup
        folder.mkdir(parents=True, exist_ok=True)
        weights = folder / f"{epoch + 1}.weights.h5"
        save_weights(self.model, weights)
        write_atomically(self._run.backup_metadata, json.dumps({"epoch": epoch + 1, "weights": weights.name}))
        for file in folder.glob("*.h5*"):
            if file != weights:
                file.unlink(missing_ok=True)

    def _read_metadata(self) -> dict[str, Any]:
        return dict(json.loads(self._run.backup_metadata.read_text(encoding="utf-8")))


class BestWeights(keras.callbacks.Callback):
    """Saves the weights after each epoch that is better than that of the weights it has saved.

    Args:
        run: the run, whose `best_weights` they are; their value lies beside them.
        measure: name of the figure that is to be large.
        best: largest value before the training goes on, for runs of earlier versions, which have no such file.
    """

    def __init__(self, run: Run, measure: str, best: float | None) -> None:
        super().__init__()
        self._path, self._value_file = run.best_weights, run.best_value
        self._measure, self._best = measure, self._read_best(best)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Save the weights if the epoch is the best so far."""
        value = (logs or {}).get(self._measure)
        if value is not None and (self._best is None or value > self._best):
            self._best = value
            save_weights(self.model, self._path)
            write_atomically(self._value_file, json.dumps(float(value)))

    def _read_best(self, otherwise: float | None) -> float | None:
        """Return the value of the weights that are there: a kill may have left them behind the figures of epochs."""
        if not self._path.is_file():
            return None
        try:
            return float(json.loads(self._value_file.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return otherwise


def save_weights(model: keras.Model, path: Path) -> None:
    """Write the weights of a model, its optimizer too, to a file that is whole on the disk or not there."""
    partial = path.with_name(f"partial-{path.name}")
    model.save_weights(partial)
    with open(partial, "rb+") as file:
        os.fsync(file.fileno())
    os.replace(partial, path)
