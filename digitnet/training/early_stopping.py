"""Stop a training early, counting on from the epochs before an interruption."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keras.callbacks import EarlyStopping


Rows = Sequence[dict[str, float]]


def find_best_epoch(rows: Rows, measure: str) -> tuple[float | None, int]:
    """Return the largest value of `measure` and the number of epochs since it was first reached.

    Args:
        rows: figures of each epoch, from `digitnet.experiments.run.read_rows`.

    Returns:
        None and 0 before the first epoch.
    """
    values = [row[measure] for row in rows if measure in row]
    if not values:
        return None, 0
    best = max(values)
    return best, len(values) - 1 - values.index(best)


def has_ended_early(rows: Rows, measure: str, patience: int) -> bool:
    """Return whether early stopping ended a run with these epochs; a `patience` of 0 never does."""
    return bool(patience) and find_best_epoch(rows, measure)[1] >= patience


def build_early_stopping(rows: Rows, measure: str, patience: int) -> EarlyStopping:
    """Return Keras' early stopping on the largest `measure`, counting on from `rows`."""
    from keras import callbacks

    best, wait = find_best_epoch(rows, measure)

    class ResumedEarlyStopping(callbacks.EarlyStopping):
        """Restore the count, which Keras resets at the start of `fit`."""

        def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
            """Restore the best value and the number of epochs since."""
            super().on_train_begin(logs)
            self.best, self.wait = best, wait

    return ResumedEarlyStopping(measure, patience=patience, mode="max")
