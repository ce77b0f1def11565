"""Store a network's predictions of twenty probe digits and first weights after each epoch.

The training process writes the file and a page reads it; it is deleted with the run.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from digitnet.datasets.mnist import Digits
from digitnet.files import write_atomically
from digitnet.labels import CLASSES
from digitnet.preprocessing.normalization import PICTURE_SIZE

# Places among MNIST's test digits, by label from 0 to 9. The typical digit lies nearest to the mean picture of its
# label's test digits; the hard digit has the largest distance to that mean less its distance to the nearest other
# label's mean. Distances are sums of squared differences of the pixels. No probe digit is ever trained on.
TYPICAL_PLACES = (4542, 6407, 208, 6365, 7662, 9331, 2458, 6586, 3588, 4901)
HARD_PLACES = (6651, 2266, 1790, 1681, 3780, 6775, 2135, 9009, 4601, 2293)
PROBE_PLACES = tuple(place for pair in zip(TYPICAL_PLACES, HARD_PLACES, strict=True) for place in pair)
NO_PREDICTION = -1  # Stands for a label if the network's outputs are not numbers.

_STORED_NAMES = {"probabilities": "answers"}  # Arrays whose name in the file is not the name of their field.
_DAMAGE_ERRORS = (OSError, ValueError, KeyError, EOFError, MemoryError, RuntimeError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True)
class Snapshots:
    """Probabilities of the probe digits after each epoch, and the first layer after the last.

    Attributes:
        images: the probe digits, uint8 (n, 28, 28).
        labels: their labels, uint8 (n,).
        epochs: number of epochs done at each snapshot, int32 (k,), rising; 0 is before the training.
        probabilities: float16 (k, n, 10), or (k, n, 11) with that of NOT_A_DIGIT.
        filters: weights of the first filters or units of the first layer, float16 (f, h, w).
        units: number of filters or units of the layer, int64 ().
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    epochs: NDArray[np.int32]
    probabilities: NDArray[np.float16]
    filters: NDArray[np.float16]
    units: NDArray[np.int64]

    @classmethod
    def empty(cls, digits: Digits, outputs: int) -> Snapshots:
        """Return the probe digits without any snapshot, for a network with `outputs` outputs."""
        return cls(
            digits.images,
            digits.labels,
            np.empty(0, np.int32),
            np.empty((0, len(digits.labels), outputs), np.float16),
            np.empty((0, 1, 1), np.float16),
            np.array(0, np.int64),
        )

    @property
    def predictions(self) -> NDArray[np.int64]:
        """The likeliest labels (k, n): 0 to 9, `NOT_A_DIGIT`, or `NO_PREDICTION`."""
        known = np.isfinite(self.probabilities).all(axis=2)
        return np.where(known, self.probabilities.argmax(axis=2), NO_PREDICTION)

    @property
    def confidence(self) -> NDArray[np.float32]:
        """The probabilities (k, n) of the likeliest labels, 0 for `NO_PREDICTION`."""
        return np.nan_to_num(self.probabilities.astype(np.float32)).max(axis=2, initial=0)

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether each prediction (k, n) is right."""
        right: NDArray[np.bool_] = self.predictions == self.labels
        return right

    @property
    def changed(self) -> NDArray[np.bool_]:
        """Whether each prediction (k, n) differs from the snapshot before; False in the first."""
        predictions = self.predictions
        return np.concatenate([np.zeros_like(predictions[:1], bool), predictions[1:] != predictions[:-1]])

    def truncate(self, epoch: int) -> Snapshots:
        """Return the snapshots up to `epoch` epochs."""
        kept = self.epochs <= epoch
        return replace(self, epochs=self.epochs[kept], probabilities=self.probabilities[kept])

    def append(
        self, epoch: int, probabilities: NDArray[np.floating], filters: NDArray[np.floating], units: int
    ) -> Snapshots:
        """Return the snapshots with one more.

        Args:
            epoch: number of epochs done.
            probabilities: (n, outputs).
            filters: (f, h, w), in place of those before.
            units: number of filters or units of the first layer.
        """
        with np.errstate(over="ignore"):
            return replace(
                self,
                epochs=np.append(self.epochs, np.int32(epoch)),
                probabilities=np.concatenate([self.probabilities, probabilities[None].astype(np.float16)]),
                filters=filters.astype(np.float16),
                units=np.array(units, np.int64),
            )

    def save(self, path: Path) -> None:
        """Write the file atomically.

        Raises:
            OSError: it cannot be written.
        """
        content = io.BytesIO()
        np.savez(content, **{_get_stored_name(field.name): getattr(self, field.name) for field in fields(self)})
        write_atomically(path, content.getvalue(), durable=False)


def probe_digits(test: Digits) -> Digits:
    """Return the twenty probe digits of MNIST's test digits, two of each label."""
    return test.select(np.array(PROBE_PLACES, np.intp))


def load(path: Path) -> Snapshots | None:
    """Return the snapshots of a file, None if it is missing or damaged."""
    try:
        with np.load(io.BytesIO(path.read_bytes())) as arrays:
            loaded = Snapshots(**{field.name: arrays[_get_stored_name(field.name)] for field in fields(Snapshots)})
        return loaded if _is_whole(loaded) else None
    except _DAMAGE_ERRORS:
        return None


def _get_stored_name(field: str) -> str:
    return _STORED_NAMES.get(field, field)


def _is_whole(loaded: Snapshots) -> bool:
    count, length = len(loaded.labels), len(loaded.epochs)
    shapes: dict[str, tuple[type, set[tuple[int, ...]]]] = {
        "images": (np.uint8, {(count, PICTURE_SIZE, PICTURE_SIZE)}),
        "labels": (np.uint8, {(count,)}),
        "epochs": (np.int32, {(length,)}),
        "probabilities": (np.float16, {(length, count, CLASSES), (length, count, CLASSES + 1)}),
        "filters": (np.float16, {loaded.filters.shape[:3]}),
        "units": (np.int64, {()}),
    }
    arrays = {name: getattr(loaded, name) for name in shapes}
    fits = all(arrays[name].dtype == kind and arrays[name].shape in known for name, (kind, known) in shapes.items())
    return fits and loaded.filters.ndim == 3 and length > 0 and bool((np.diff(loaded.epochs) > 0).all())
