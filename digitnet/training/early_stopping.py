"""Early stopping that counts on where an interrupted run had got to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from keras.callbacks import EarlyStopping


Rows = Sequence[dict[str, float]]


def find_best_epoch(rows: Rows, measure: str) -> tuple[float | None, int]:
    """Return the largest value of `measure` so far and how many epochs came after it without a larger one.

    Args:
        rows: the figures of each epoch, as `digitnet.runs.read_rows` returns them.

    Returns:
        None and 0 before the first epoch.
    """
    values = [row[measure] for row in rows if measure in row]
    if not values:
        return None, 0
    best = max(values)
    return best, len(values) - 1 - values.index(best)


def has_ended_early(rows: Rows, measure: str, patience: int) -> bool:
    """Return whether a run of these epochs was at its end by early stopping; a `patience` of 0 never ends one."""
    return bool(patience) and find_best_epoch(rows, measure)[1] >= patience


def build_early_stopping(rows: Rows, measure: str, patience: int) -> EarlyStopping:
    """Return Keras' early stopping on the largest `measure`, its count begun with the epochs in `rows`."""
    from keras import callbacks

    best, wait = find_best_epoch(rows, measure)

    class Continued(callbacks.EarlyStopping):
        """Keras starts each call of `fit` with no best value and no epoch waited."""

        def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
            """Take up the count."""
            super().on_train_begin(logs)
            self.best, self.wait = best, wait

    return Continued(measure, patience=patience, mode="max")
