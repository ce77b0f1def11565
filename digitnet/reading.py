"""The whole way from a picture to the numbers written on it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet import store
from digitnet.classifier import Classifier
from digitnet.images import RGB, Source, load
from digitnet.ink import Ink, find_ink
from digitnet.layers import CLASSES
from digitnet.normalization import SIZE, normalize
from digitnet.segmentation import SMALLEST, enclosing, segment


@dataclass(frozen=True)
class Stages:
    """What the pipeline saw on the way: the upright picture and its ink."""

    image: RGB
    ink: Ink


@dataclass(frozen=True, eq=False)
class Reading:
    """Digits in reading order; the arrays are parallel.

    Attributes:
        boxes: int32 (n, 4), x0 y0 x1 y1 in pixels of the upright picture, x1 and y1 exclusive.
        probabilities: float32 (n, 10).
        row: int32 (n,), counted from the top.
        crops: uint8 (n, 28, 28), what the network saw.
        size: width and height of the upright picture.
        stages: how it was found, None where that was not kept.
    """

    boxes: NDArray[np.int32]
    probabilities: NDArray[np.float32]
    row: NDArray[np.int32]
    crops: NDArray[np.uint8]
    size: tuple[int, int] = (0, 0)
    stages: Stages | None = field(default=None, repr=False)

    @classmethod
    def empty(cls, size: tuple[int, int] = (0, 0), stages: Stages | None = None) -> Reading:
        """Return the reading of a picture without digits."""
        return cls(
            np.empty((0, 4), np.int32),
            np.empty((0, CLASSES), np.float32),
            np.empty(0, np.int32),
            np.empty((0, SIZE, SIZE), np.uint8),
            size,
            stages,
        )

    def __len__(self) -> int:
        return len(self.boxes)

    @property
    def labels(self) -> NDArray[np.int64]:
        """The most probable digit of each, int64 (n,)."""
        return self.probabilities.argmax(axis=1)

    @property
    def confidence(self) -> NDArray[np.float32]:
        """The probability of that digit, float32 (n,)."""
        return self.probabilities.max(axis=1, initial=0.0)

    @property
    def rows(self) -> list[str]:
        """The text of each row, from the top."""
        return ["".join(map(str, self.labels[self.row == row])) for row in np.unique(self.row)]

    @property
    def row_boxes(self) -> list[NDArray[np.int32]]:
        """The box around each row, (4,) as in `boxes`."""
        return [enclosing(self.boxes[self.row == row]) for row in np.unique(self.row)]

    @property
    def text(self) -> str:
        """The rows joined by newlines."""
        return "\n".join(self.rows)


def read(image: Source, model: str | Classifier | None = None) -> Reading:
    """Read the numbers on a picture.

    Args:
        image: a path, the bytes of a file, a PIL image, or an array (H, W), (H, W, 3) or (H, W, 4).
        model: a model's name or a loaded classifier; None is the active model.

    Raises:
        ImageError: the picture cannot be read.
        ModelError: the model is unknown, incomplete or damaged.
    """
    classifier = model if isinstance(model, Classifier) else _loaded(model or store.active_model())
    return read_rgb(load(image), classifier)


def read_rgb(rgb: RGB, classifier: Classifier, smallest: float = SMALLEST) -> Reading:
    """Read an upright RGB picture, uint8 (H, W, 3).

    Pieces shorter than `smallest` (0 to 1) of the typical digit are left out.
    """
    ink = find_ink(rgb)
    size = (rgb.shape[1], rgb.shape[0])
    found = segment(ink.map, ink.pen_width, smallest)
    stages = Stages(rgb, ink)
    if not found.crops:
        return Reading.empty(size, stages)
    crops = normalize(found.crops)
    boxes = np.round(found.boxes / ink.scale).astype(np.int32)
    return Reading(boxes, classifier.probabilities(crops), found.row, crops, size, stages)


def read_drawing(rgb: RGB, classifier: Classifier) -> Reading:
    """Read what was drawn on a canvas, uint8 (H, W, 3).

    Nothing else is on a canvas: what runs into its rim is writing, and so is what is small.
    """
    margin = 24
    height, width = rgb.shape[:2]
    padded = cv2.copyMakeBorder(rgb, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=rgb[0, 0].tolist())
    reading = read_rgb(padded, classifier, smallest=0.15)
    boxes = np.clip(reading.boxes - margin, 0, (width, height, width, height)).astype(np.int32)
    return replace(reading, boxes=boxes, size=(width, height))


def _loaded(name: str) -> Classifier:
    folder = store.model_dir(name)
    return _cached(name, (folder / store.CARD).stat().st_mtime_ns, str(folder))


@lru_cache(maxsize=4)
def _cached(name: str, written: int, folder: str) -> Classifier:
    return Classifier.load(name)
