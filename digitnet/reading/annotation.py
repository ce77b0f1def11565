"""Pictures of a reading."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.reading.result import Reading
from digitnet.types import RGB, Boxes

Color = tuple[int, int, int]
# Blue and orange that colour-blind eyes tell apart (Okabe and Ito 2008).
BOX_COLOR: Color = (0, 114, 178)
DOUBT_COLOR: Color = (230, 159, 0)
REFUSED_COLOR: Color = (160, 160, 160)
_RIMS = {BOX_COLOR: (255, 255, 255), DOUBT_COLOR: (0, 0, 0), REFUSED_COLOR: (80, 80, 80)}
_WHITE: Color = (255, 255, 255)
_BLACK: Color = (0, 0, 0)
_FONT = cv2.FONT_HERSHEY_SIMPLEX
_LARGEST_TAG = 0.13  # of the picture's longer side
_LITTLE = 0.05  # of a tag may hide something, before another place is looked for
_LIKELY = 0.1  # probability from which on a runner-up is named


def annotate(image: RGB, reading: Reading) -> RGB:
    """Return a copy of the upright picture, uint8 (H, W, 3), with boxes and digits drawn on it.

    Digits are blue; doubtful ones orange with a question mark, or with their runner-up where there is room;
    what is no digit has a thin gray box.
    """
    drawn = np.ascontiguousarray(image).copy()
    thickness = max(2, round(max(image.shape[:2]) / 500))
    for box in reading.refused:
        _outline(drawn, box, REFUSED_COLOR, thickness - 1)
    doubtful = reading.doubtful
    order = np.argsort(doubtful, kind="stable")  # the doubtful last, on top of the others
    for index in order:
        _outline(drawn, reading.boxes[index], DOUBT_COLOR if doubtful[index] else BOX_COLOR, thickness)
    if len(reading):
        _tags(drawn, reading, order)
    return drawn


def dim_outside(image: RGB, region: tuple[int, int, int, int] | None) -> RGB:
    """Return the picture, uint8 (H, W, 3), darker outside of `region`: x0, y0, x1, y1; as it is without one."""
    if region is None:
        return image
    left, top, right, bottom = region
    dimmed = cv2.convertScaleAbs(image, alpha=0.45)
    dimmed[top:bottom, left:right] = image[top:bottom, left:right]
    return np.asarray(dimmed, np.uint8)


def _outline(image: RGB, box: NDArray[np.int32], color: Color, thickness: int) -> None:
    """Draw a box with a rim that keeps it apart from light and dark grounds alike."""
    left, top, right, bottom = (int(side) for side in box)
    cv2.rectangle(image, (left, top), (right, bottom), _RIMS[color], thickness + 2)
    cv2.rectangle(image, (left, top), (right, bottom), color, thickness)


def _tags(image: RGB, reading: Reading, order: NDArray[np.intp]) -> None:
    """Draw each digit on a coloured tag at its box: all on the side where they hide least, or where one hides less."""
    sides = reading.boxes[:, 3] - reading.boxes[:, 1]
    longest = max(image.shape[:2])
    height = max(min(float(np.median(sides)) * 0.35, _LARGEST_TAG * longest), 12.0, longest / 90)
    scale, pad = height / 22, max(2, round(height * 0.15))
    thickness = max(1, round(scale * 2))
    texts = [_said(reading, index, height, image.shape[1]) for index in range(len(reading))]
    sizes = np.array([cv2.getTextSize(text, _FONT, scale, thickness)[0] for text in texts]) + 2 * pad
    places = [_beside(box, size, image.shape) for box, size in zip(reading.boxes, sizes, strict=True)]
    best = np.argmin(np.sum([_hidden(each, reading.boxes) for each in places], axis=0))
    taken = reading.boxes
    for index in order:
        hidden = _hidden(places[index], taken)
        tag = places[index][best if hidden[best] <= _LITTLE * sizes[index].prod() else hidden.argmin()]
        taken = np.concatenate([taken, tag[None]])
        color, ink = (DOUBT_COLOR, _BLACK) if reading.doubtful[index] else (BOX_COLOR, _WHITE)
        left, top, right, bottom = tag.tolist()
        cv2.rectangle(image, (left, top), (right, bottom), color, cv2.FILLED)
        cv2.putText(image, texts[index], (left + pad, bottom - pad), _FONT, scale, ink, thickness, cv2.LINE_AA)


def _beside(box: Boxes, size: NDArray[np.intp], shape: tuple[int, ...]) -> Boxes:
    """Return the places (6, 4), above, right, below and left of a box, that a tag of this width and height can have."""
    (left, top, right, bottom), (width, height) = box.tolist(), size.tolist()
    spots = [
        (left, top - height),
        (right - width, top - height),
        (right, top),
        (left, bottom),
        (right - width, bottom),
        (left - width, top),
    ]
    room = np.maximum([shape[1] - width, shape[0] - height], 0)
    corners = np.clip(spots, 0, room)
    return np.hstack([corners, corners + size]).astype(np.int32)


def _hidden(tags: Boxes, taken: Boxes) -> NDArray[np.intp]:
    """Return how many pixels (n,) of what is taken each tag would hide."""
    low = np.maximum(tags[:, None, :2], taken[:, :2])
    high = np.minimum(tags[:, None, 2:], taken[:, 2:])
    return np.asarray(np.maximum(high - low, 0).prod(axis=2).sum(axis=1), np.intp)


def _said(reading: Reading, index: int, height: float, end: int) -> str:
    """Return "4", or for a doubtful digit "4?", or "4 or 9" where that ends before the next digit of its row."""
    digit, other = int(reading.labels[index]), int(reading.runner_up[index])
    if not reading.doubtful[index]:
        return str(digit)
    named = f"{digit} or {other}"
    after = [
        int(left) for left in reading.boxes[reading.row == reading.row[index], 0] if left > reading.boxes[index, 0]
    ]
    (width, _), _ = cv2.getTextSize(named, _FONT, height / 22, max(1, round(height / 11)))
    fits = reading.boxes[index, 0] + width + 2 * max(2, round(height * 0.15)) < min([*after, end])
    return named if fits and reading.probabilities[index, other] >= _LIKELY else f"{digit}?"
