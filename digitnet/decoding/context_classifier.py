"""What a candidate is, seen together with the ink around it.

Torn out of its place, half an 8 is a 3 and a piece of a 4 a 1; beside what was torn off, it is neither. So what a
digit looks like is judged by one network, which sees nothing else, and each candidate of ink that was taken apart
also by a smaller one, which sees the candidate as one picture and the ink around it as another. It learns that
from MNIST's digits, written so that they touch (`digitnet.touching`), and from letters
(`python -m digitnet context`). What both say counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from digitnet.labels import CLASSES
from digitnet.models.litert import LiteRTNetwork
from digitnet.preprocessing.normalization import darken, resize
from digitnet.segmentation.candidates import InkRun, Spans
from digitnet.segmentation.oversegmentation import SegmentSets
from digitnet.types import Boxes, Probabilities

TALL, WIDE = 28, 40  # pixels of a picture of a candidate and what is around it
DIGIT = 20  # pixels that a digit is tall there
FILE, CARD = "context.tflite", "context.json"  # in digitnet/resources
# Weights of the answers of the network that sees a candidate alone, and of that which sees it in its place:
_WHOLE = (0.7, 0.3)  # of groups as they were found,
_TORN = (1.0, 0.3)  # and of what was torn out or joined.
_LEAST = 0.001  # that the second one's answer is taken for
Views = NDArray[np.uint8]


def answers(stretches: Sequence[InkRun], runs: Sequence[Spans]) -> list[Probabilities]:
    """Return what the candidates `runs` of each stretch are in their place: the network's answers, float32 (k, 11)."""
    pictures = [views(stretch, own.inside, own.box) for stretch, own in zip(stretches, runs, strict=True)]
    read = _network().run(np.concatenate(pictures)) if pictures else np.empty((0, CLASSES + 1), np.float32)
    ends = np.cumsum([len(own.start) for own in runs])
    return [read[end - len(own.start) : end] for own, end in zip(runs, ends.tolist(), strict=True)]


def agreed(alone: Probabilities, in_place: Probabilities, torn: NDArray[np.bool_]) -> Probabilities:
    """Return what both networks say of candidates, float32 (k, 11): a weighted geometric mean of their answers.

    Where they do not agree, the answers sum to less than 1. Of what was torn out, bool (k,), its place says more.
    """
    own, place = np.where(torn[:, None], _TORN, _WHOLE).T[..., None]
    return np.asarray(alone**own * np.maximum(in_place, _LEAST) ** place, np.float32)


def views(stretch: InkRun, inside: SegmentSets, boxes: Boxes) -> Views:
    """Return candidates of a stretch in their place, uint8 (k, 28, 40, 2): their own ink, and that around them.

    A digit is 20 pixels tall, the candidate in the middle.

    Args:
        stretch: n parts.
        inside: bool (k, n), the parts of each candidate.
        boxes: int32 (k, 4), what encloses these.
    """
    pictures = np.zeros((len(inside), TALL, WIDE, 2), np.uint8)
    if not len(inside):
        return pictures
    parts, left = _shrunk(stretch)
    middles = np.round((boxes[:, ::2].mean(axis=1) - left) * (DIGIT / stretch.height)).astype(int) + WIDE
    starts = np.clip(middles - WIDE // 2, 0, parts.shape[2] - WIDE)
    for picture, own, start in zip(pictures, inside, starts.tolist(), strict=True):
        near = parts[..., start : start + WIDE]
        picture[..., 0] = near[own].max(axis=0)
        picture[..., 1] = near[~own].max(axis=0, initial=0)
    return pictures


def _shrunk(stretch: InkRun) -> tuple[NDArray[np.uint8], int]:
    """Return the parts of a stretch in one frame, digits 20 pixels tall, the darkest 255, and its left side.

    The frame, uint8 (n, 28, w), has a margin of 40 pixels on both sides.
    """
    scale = DIGIT / stretch.height
    boxes = np.array([part.box for part in stretch.parts])
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    wide, tall = ((high - low) * scale).tolist()
    frame = np.zeros((len(boxes), TALL, round(wide) + 2 * WIDE), np.uint8)
    top = round((TALL - tall) / 2)
    for picture, part in zip(frame, stretch.parts, strict=True):
        small = resize(part.ink, scale)
        x, y = np.round((part.box[:2] - low) * scale).astype(int).tolist()
        small = small[max(0, -top - y) : max(0, TALL - top - y)]
        place = picture[max(0, top + y) :][: len(small), WIDE + x : WIDE + x + small.shape[1]]
        np.maximum(place, small, out=place)
    return darken(frame), int(low[0])


@lru_cache(maxsize=1)
def _network() -> LiteRTNetwork:
    return LiteRTNetwork((files("digitnet.resources") / FILE).read_bytes(), FILE)
