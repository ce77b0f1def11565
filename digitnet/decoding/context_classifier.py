"""Classify candidates together with the ink around them.

Cut out of its context, half an 8 looks like a 3 and one stroke of a 4 like a 1. The digit network sees an isolated
candidate; the context classifier is a smaller network that sees the candidate in one channel and the ink around it in
another. It is trained on touching MNIST digits (`digitnet.augmentation.touching_digits`) and on letters by
`python -m digitnet context`. The probabilities of both networks are combined.
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

PICTURE_HEIGHT, PICTURE_WIDTH = 28, 40  # Pixels of a candidate and the ink around it.
DIGIT_HEIGHT = 20  # Pixels that a digit is tall in that picture.
NETWORK_FILE, CARD_FILE = "context.tflite", "context.json"  # In digitnet/resources.
# Exponents of the isolated and the in-context probabilities, for whole groups and for ink that was cut out or joined.
_GROUP_EXPONENTS = (0.7, 0.3)
_CUT_OUT_EXPONENTS = (1.0, 0.3)
_MIN_IN_CONTEXT = 0.001  # Smaller probabilities in context count as this one.

Views = NDArray[np.uint8]  # (k, 28, 40, 2)


def classify_candidates(ink_runs: Sequence[InkRun], spans: Sequence[Spans]) -> list[Probabilities]:
    """Return the probabilities in context of each ink run's candidates, float32 (k, 11)."""
    views = [
        render_views(run, run_spans.inside, run_spans.boxes) for run, run_spans in zip(ink_runs, spans, strict=True)
    ]
    outputs = _load_network().run(np.concatenate(views)) if views else np.empty((0, CLASSES + 1), np.float32)
    ends = np.cumsum([len(run_spans.start) for run_spans in spans])
    return np.split(outputs, ends[:-1]) if spans else []


def combine(isolated: Probabilities, in_context: Probabilities, is_cut_out: NDArray[np.bool_]) -> Probabilities:
    """Combine the probabilities of both networks, float32 (k, 11), as a product of powers.

    Where the networks disagree, the result sums to less than 1.

    Args:
        isolated: float32 (k, 11), the digit network's.
        in_context: float32 (k, 11), the context classifier's.
        is_cut_out: bool (k,), whether a candidate was cut out or joined; then the digit network counts more.
    """
    first, second = np.where(is_cut_out[:, None], _CUT_OUT_EXPONENTS, _GROUP_EXPONENTS).T[..., None]
    return np.asarray(isolated**first * np.maximum(in_context, _MIN_IN_CONTEXT) ** second, np.float32)


def render_views(ink_run: InkRun, inside: SegmentSets, boxes: Boxes) -> Views:
    """Render candidates in context, uint8 (k, 28, 40, 2): their ink, and the ink around it.

    A digit is 20 pixels tall, and the candidate stands in the middle.

    Args:
        ink_run: a run of n segments.
        inside: bool (k, n), the segments of each candidate.
        boxes: int32 (k, 4), the box of each candidate.
    """
    pictures = np.zeros((len(inside), PICTURE_HEIGHT, PICTURE_WIDTH, 2), np.uint8)
    if not len(inside):
        return pictures
    segments, left = _shrink_segments(ink_run)
    scale = DIGIT_HEIGHT / ink_run.digit_height
    middles = np.round((boxes[:, ::2].mean(axis=1) - left) * scale).astype(int) + PICTURE_WIDTH
    starts = np.clip(middles - PICTURE_WIDTH // 2, 0, segments.shape[2] - PICTURE_WIDTH)
    for picture, is_inside, start in zip(pictures, inside, starts.tolist(), strict=True):
        window = segments[..., start : start + PICTURE_WIDTH]
        picture[..., 0] = window[is_inside].max(axis=0)
        picture[..., 1] = window[~is_inside].max(axis=0, initial=0)
    return pictures


def _shrink_segments(ink_run: InkRun) -> tuple[NDArray[np.uint8], int]:
    """Render the segments of a run in one frame, uint8 (n, 28, w); return its left side, too.

    Digits are 20 pixels tall, the darkest ink is 255, and a margin of 40 pixels is on both sides.
    """
    scale = DIGIT_HEIGHT / ink_run.digit_height
    boxes = np.array([segment.box for segment in ink_run.segments])
    low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    width, height = ((high - low) * scale).tolist()
    frame = np.zeros((len(boxes), PICTURE_HEIGHT, round(width) + 2 * PICTURE_WIDTH), np.uint8)
    top = round((PICTURE_HEIGHT - height) / 2)
    for picture, segment in zip(frame, ink_run.segments, strict=True):
        ink = resize(segment.ink, scale)
        x, y = np.round((segment.box[:2] - low) * scale).astype(int).tolist()
        ink = ink[max(0, -top - y) : max(0, PICTURE_HEIGHT - top - y)]
        field = picture[max(0, top + y) :][: len(ink), PICTURE_WIDTH + x : PICTURE_WIDTH + x + ink.shape[1]]
        np.maximum(field, ink, out=field)
    return darken(frame), int(low[0])


@lru_cache(maxsize=1)
def _load_network() -> LiteRTNetwork:
    return LiteRTNetwork((files("digitnet.resources") / NETWORK_FILE).read_bytes(), NETWORK_FILE)
