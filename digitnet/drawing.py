"""Pictures of a reading."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.images import RGB
from digitnet.reading import Reading

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
    for index in order:
        _tag(drawn, reading, int(index))
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


def _tag(image: RGB, reading: Reading, index: int) -> None:
    """Draw the digit on a coloured tag that sits on its box, or within it at the picture's top."""
    sides = reading.boxes[:, 3] - reading.boxes[:, 1]
    longest = max(image.shape[:2])
    height = max(min(float(np.median(sides)) * 0.35, _LARGEST_TAG * longest), 12.0, longest / 90)
    doubtful = bool(reading.doubtful[index])
    text = _said(reading, index, height, image.shape[1])
    scale, pad = height / 22, max(2, round(height * 0.15))
    thickness = max(1, round(scale * 2))
    (width, tall), _ = cv2.getTextSize(text, _FONT, scale, thickness)
    left = max(0, min(int(reading.boxes[index, 0]), image.shape[1] - width - 2 * pad))
    bottom = max(int(reading.boxes[index, 1]), tall + 2 * pad)
    color, ink = (DOUBT_COLOR, _BLACK) if doubtful else (BOX_COLOR, _WHITE)
    cv2.rectangle(image, (left, bottom - tall - 2 * pad), (left + width + 2 * pad, bottom), color, cv2.FILLED)
    cv2.putText(image, text, (left + pad, bottom - pad), _FONT, scale, ink, thickness, cv2.LINE_AA)


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


def to_jpeg(image: RGB) -> bytes:
    """Return an RGB picture, uint8 (H, W, 3), as a JPEG file."""
    return bytes(cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 92])[1])


def to_png(image: NDArray[np.uint8]) -> bytes:
    """Return an RGB picture, uint8 (H, W, 3), or a gray one, (H, W), as a PNG file."""
    return bytes(cv2.imencode(".png", image if image.ndim == 2 else image[..., ::-1])[1])
