"""How likely a division of ink parts two digits, by what the ink on both of its sides looks like.

Torn out of its place, half an 8 is a 3 and a piece of a 4 a 1; beside what was torn off, it is neither. So the
digits between two divisions are judged by one network, which sees nothing else, and each division by a smaller
one, which sees the ink to its left as one picture and that to its right as another. It learns that from MNIST's
digits, written so that they touch (`digitnet.touching`), and from letters (`python -m digitnet divisions`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.candidates import Stretch
from digitnet.litert import Network

TALL, WIDE = 28, 40  # pixels of a picture of what is around a division
DIGIT = 20  # pixels that a digit is tall there
FILE, CARD = "divisions.tflite", "divisions.json"  # in digitnet/resources
Views = NDArray[np.uint8]


def judge(stretches: Sequence[Stretch]) -> list[NDArray[np.float64]]:
    """Return for each division of each stretch, float64 (m,), the probability that it parts two digits.

    Those at the ends of a stretch and between its groups do so without doubt: 1.
    """
    within = [np.flatnonzero(np.isfinite(stretch.cut)) for stretch in stretches]
    pictures = [views(stretch, own) for stretch, own in zip(stretches, within, strict=True)]
    believed = _network().run(np.concatenate(pictures)) if pictures else np.empty((0, 1), np.float32)
    found, first = [], 0
    for stretch, own in zip(stretches, within, strict=True):
        sure = np.ones(len(stretch.lefts))
        sure[own] = believed[first : first + len(own), 0]
        found.append(sure)
        first += len(own)
    return found


def views(stretch: Stretch, divisions: NDArray[np.intp]) -> Views:
    """Return what is around some divisions of a stretch, uint8 (k, 28, 40, 2): the ink to the left, that to the right.

    A digit is 20 pixels tall. The middle column is the one beyond which the left has as much ink as the right has
    before it.
    """
    pictures = np.zeros((len(divisions), TALL, WIDE, 2), np.uint8)
    if not len(divisions):
        return pictures
    parts = _shrunk(stretch)
    for picture, left in zip(pictures, stretch.lefts[divisions], strict=True):
        sides = [parts[own].max(axis=0) for own in (left, ~left)]
        middle = _middle(*(side.sum(axis=0, dtype=np.int64) for side in sides))
        start = min(max(middle - WIDE // 2, 0), parts.shape[2] - WIDE)
        picture[..., 0], picture[..., 1] = (side[:, start : start + WIDE] for side in sides)
    return pictures


def _middle(left: NDArray[np.int64], right: NDArray[np.int64]) -> int:
    """Return the column at which two sides meet, of the ink in each column (w,)."""
    beyond = left.sum() - np.cumsum(left)
    before = np.cumsum(right) - right
    missing = before - beyond  # never falls
    return int(np.searchsorted(missing, 0, "left") + np.searchsorted(missing, 0, "right")) // 2


def _shrunk(stretch: Stretch) -> NDArray[np.uint8]:
    """Return the parts of a stretch in one frame, digits 20 pixels tall, the darkest 255: uint8 (n, 28, w)."""
    scale = DIGIT / stretch.height
    boxes = np.array([part.box for part in stretch.parts])
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    wide, tall = ((high - low) * scale).tolist()
    frame = np.zeros((len(boxes), TALL, round(wide) + 2 * WIDE), np.uint8)
    top = round((TALL - tall) / 2)
    for picture, part in zip(frame, stretch.parts, strict=True):
        size = [max(1, round(side * scale)) for side in reversed(part.ink.shape)]
        small = cv2.resize(part.ink, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
        x, y = np.round((part.box[:2] - low) * scale).astype(int).tolist()
        small = small[max(0, -top - y) : max(0, TALL - top - y)]
        place = picture[max(0, top + y) :][: len(small), WIDE + x : WIDE + x + size[0]]
        np.maximum(place, small, out=place)
    darkest = int(frame.max())
    return frame if darkest in (0, 255) else np.round(frame * (255 / darkest)).astype(np.uint8)


@lru_cache(maxsize=1)
def _network() -> Network:
    return Network((files("digitnet.resources") / FILE).read_bytes(), FILE)
