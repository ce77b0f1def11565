"""What a network in training makes of the same twenty digits after every epoch, with its first weights, as a file.

The training process writes it and a page reads it; it goes away with the run.
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

# Places among MNIST's test digits, two of each label from 0 to 9. The ordinary one lies nearest to the mean picture of
# its label's test digits; the hard one lies farthest from that, less its distance to the nearest other label's mean.
# Distances are sums of squared differences of the pixels. None of them is ever trained on.
TYPICAL_PLACES = (4542, 6407, 208, 6365, 7662, 9331, 2458, 6586, 3588, 4901)
HARD_PLACES = (6651, 2266, 1790, 1681, 3780, 6775, 2135, 9009, 4601, 2293)
PROBE_PLACES = tuple(place for pair in zip(TYPICAL_PLACES, HARD_PLACES, strict=True) for place in pair)
NO_ANSWER = -1  # in place of an answer: the network gives no numbers
_DAMAGED = (OSError, ValueError, KeyError, EOFError, MemoryError, RuntimeError, zipfile.BadZipFile, zlib.error)


@dataclass(frozen=True)
class Snapshots:
    """The answers to a tray of digits after each epoch, and the first layer as it is after the last.

    Attributes:
        images: the digits, uint8 (n, 28, 28).
        labels: what they are, uint8 (n,).
        epochs: after how many epochs each answer was given, int32 (k,), rising; 0 is before the training.
        answers: probabilities, float16 (k, n, 10), or (k, n, 11) with that of no digit.
        filters: weights of some filters or units of the first layer, float16 (f, h, w).
        units: how many the layer has, int64 ().
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    epochs: NDArray[np.int32]
    answers: NDArray[np.float16]
    filters: NDArray[np.float16]
    units: NDArray[np.int64]

    @classmethod
    def empty(cls, digits: Digits, outputs: int) -> Snapshots:
        """Return the tray before any answer."""
        return cls(
            digits.images,
            digits.labels,
            np.empty(0, np.int32),
            np.empty((0, len(digits.labels), outputs), np.float16),
            np.empty((0, 1, 1), np.float16),
            np.array(0, np.int64),
        )

    @property
    def read(self) -> NDArray[np.int64]:
        """The likeliest answers (k, n): a digit, 10 for no digit, or `NO_ANSWER`."""
        known = np.isfinite(self.answers).all(axis=2)
        return np.where(known, self.answers.argmax(axis=2), NO_ANSWER)

    @property
    def confidence(self) -> NDArray[np.float32]:
        """The probabilities (k, n) of the likeliest answers, 0 where there is none."""
        return np.nan_to_num(self.answers.astype(np.float32)).max(axis=2, initial=0)

    @property
    def right(self) -> NDArray[np.bool_]:
        """Which answers (k, n) are right."""
        right: NDArray[np.bool_] = self.read == self.labels
        return right

    @property
    def changed(self) -> NDArray[np.bool_]:
        """Which answers (k, n) are others than those before; none of the first."""
        read = self.read
        return np.concatenate([np.zeros_like(read[:1], bool), read[1:] != read[:-1]])

    def until(self, epoch: int) -> Snapshots:
        """Return what was so after `epoch` epochs at most."""
        kept = self.epochs <= epoch
        return replace(self, epochs=self.epochs[kept], answers=self.answers[kept])

    def then(self, epoch: int, answers: NDArray[np.floating], filters: NDArray[np.floating], units: int) -> Snapshots:
        """Return this with what is so after `epoch` epochs: `answers` (n, outputs), `filters` (f, h, w)."""
        with np.errstate(over="ignore"):
            return replace(
                self,
                epochs=np.append(self.epochs, np.int32(epoch)),
                answers=np.concatenate([self.answers, answers[None].astype(np.float16)]),
                filters=filters.astype(np.float16),
                units=np.array(units, np.int64),
            )

    def save(self, path: Path) -> None:
        """Write the file, whole or not at all.

        Raises:
            OSError: it cannot be written.
        """
        packed = io.BytesIO()
        np.savez(packed, **{field.name: getattr(self, field.name) for field in fields(self)})
        write_atomically(path, packed.getvalue(), durable=False)


def probe_digits(test: Digits) -> Digits:
    """Return the twenty digits, out of MNIST's test digits."""
    return test.select(np.array(PROBE_PLACES, np.intp))


def load(path: Path) -> Snapshots | None:
    """Return what `Snapshots.save` wrote, None where there is no such file or it is damaged."""
    try:
        with np.load(io.BytesIO(path.read_bytes())) as arrays:
            loaded = Snapshots(**{field.name: arrays[field.name] for field in fields(Snapshots)})
        return loaded if _is_whole(loaded) else None
    except _DAMAGED:
        return None


def _is_whole(loaded: Snapshots) -> bool:
    count, length = len(loaded.labels), len(loaded.epochs)
    shapes: dict[str, tuple[type, set[tuple[int, ...]]]] = {
        "images": (np.uint8, {(count, PICTURE_SIZE, PICTURE_SIZE)}),
        "labels": (np.uint8, {(count,)}),
        "epochs": (np.int32, {(length,)}),
        "answers": (np.float16, {(length, count, CLASSES), (length, count, CLASSES + 1)}),
        "filters": (np.float16, {loaded.filters.shape[:3]}),
        "units": (np.int64, {()}),
    }
    arrays = {name: getattr(loaded, name) for name in shapes}
    fits = all(arrays[name].dtype == kind and arrays[name].shape in known for name, (kind, known) in shapes.items())
    return fits and loaded.filters.ndim == 3 and length > 0 and bool((np.diff(loaded.epochs) > 0).all())
