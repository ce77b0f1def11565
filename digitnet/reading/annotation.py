"""Draw a reading on its picture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.preprocessing.failures import explain_failures
from digitnet.reading.result import Reading
from digitnet.segmentation.boxes import widths_and_heights
from digitnet.types import RGB, Boxes

Color = tuple[int, int, int]
# Blue and orange that color-blind people can tell apart (Okabe and Ito 2008).
BOX_COLOR: Color = (0, 114, 178)
DOUBT_COLOR: Color = (230, 159, 0)
REFUSED_COLOR: Color = (160, 160, 160)
_RIM_COLORS = {BOX_COLOR: (255, 255, 255), DOUBT_COLOR: (0, 0, 0), REFUSED_COLOR: (80, 80, 80)}
_WHITE: Color = (255, 255, 255)
_BLACK: Color = (0, 0, 0)
_FONT = cv2.FONT_HERSHEY_SIMPLEX
_FONT_HEIGHT = 22  # Pixels of a digit of this font at scale 1.
_TAG_RATIO = 0.35  # Height of a tag, as a share of the median height of boxes.
_MAX_TAG_RATIO = 0.13  # Greatest height of a tag, as a share of the picture's longer side.
_MIN_TAG_HEIGHT = 12.0  # Pixels.
_MAX_ASPECT_RATIO = 20  # A picture counts as no longer than this many times its shorter side.
_PADDING_RATIO = 0.15  # Padding of a tag, as a share of its height.
_MAX_HIDDEN_RATIO = 0.05  # A tag that hides more than this share of its area is moved to another place.
_MIN_RUNNER_UP_PROBABILITY = 0.1  # A runner-up is named from this probability on.


@explain_failures()
def annotate(image: RGB, reading: Reading) -> RGB:
    """Draw boxes and digits on a copy of the upright picture, uint8 (H, W, 3).

    Digits are blue. Doubtful ones are orange with a question mark, or with their runner-up if there is room. Ink that
    is no digit has a thin gray box.
    """
    annotated = np.ascontiguousarray(image).copy()
    thickness = max(2, round(_measure_length(image) / 500))
    for box in reading.refused:
        _draw_box(annotated, box, REFUSED_COLOR, thickness - 1)
    doubtful = reading.doubtful
    order = np.argsort(doubtful, kind="stable")  # Doubtful digits are drawn last, on top of the others.
    for index in order:
        _draw_box(annotated, reading.boxes[index], DOUBT_COLOR if doubtful[index] else BOX_COLOR, thickness)
    if len(reading):
        _draw_tags(annotated, reading, order)
    return annotated


def dim_outside(image: RGB, region: tuple[int, int, int, int] | None) -> RGB:
    """Darken a picture, uint8 (H, W, 3), outside of a region (x0, y0, x1, y1), if there is one."""
    if region is None:
        return image
    left, top, right, bottom = region
    dimmed = cv2.convertScaleAbs(image, alpha=0.45)
    dimmed[top:bottom, left:right] = image[top:bottom, left:right]
    return np.asarray(dimmed, np.uint8)


def _measure_length(image: RGB) -> int:
    """Measure the longer side of a picture in pixels, or less if the picture is so thin that no tag fits on it."""
    return min(max(image.shape[:2]), _MAX_ASPECT_RATIO * min(image.shape[:2]))


def _draw_box(image: RGB, box: NDArray[np.int32], color: Color, thickness: int) -> None:
    """Draw a box with a rim that contrasts with it, on light and dark grounds alike."""
    left, top, right, bottom = (int(side) for side in box)
    cv2.rectangle(image, (left, top), (right, bottom), _RIM_COLORS[color], thickness + 2)
    cv2.rectangle(image, (left, top), (right, bottom), color, thickness)


def _draw_tags(image: RGB, reading: Reading, order: NDArray[np.intp]) -> None:
    """Draw each digit on a colored tag beside its box.

    All tags take the place where they hide least together. A tag that hides much there takes the place where it
    hides least.
    """
    _, heights = widths_and_heights(reading.boxes)
    longest = _measure_length(image)
    height = min(float(np.median(heights)) * _TAG_RATIO, _MAX_TAG_RATIO * longest)
    height = max(height, _MIN_TAG_HEIGHT, longest / 90)
    scale, padding = height / _FONT_HEIGHT, max(2, round(height * _PADDING_RATIO))
    thickness = max(1, round(scale * 2))
    texts = [_format_digit(reading, index, height, image.shape[1]) for index in range(len(reading))]
    sizes = np.array([cv2.getTextSize(text, _FONT, scale, thickness)[0] for text in texts]) + 2 * padding
    places = [_list_tag_places(box, size, image.shape) for box, size in zip(reading.boxes, sizes, strict=True)]
    best = np.argmin(np.sum([_count_hidden(tags, reading.boxes) for tags in places], axis=0))
    occupied = reading.boxes
    for index in order:
        hidden = _count_hidden(places[index], occupied)
        place = best if hidden[best] <= _MAX_HIDDEN_RATIO * sizes[index].prod() else hidden.argmin()
        tag = places[index][place]
        occupied = np.concatenate([occupied, tag[None]])
        color, text_color = (DOUBT_COLOR, _BLACK) if reading.doubtful[index] else (BOX_COLOR, _WHITE)
        left, top, right, bottom = tag.tolist()
        cv2.rectangle(image, (left, top), (right, bottom), color, cv2.FILLED)
        origin = (left + padding, bottom - padding)
        cv2.putText(image, texts[index], origin, _FONT, scale, text_color, thickness, cv2.LINE_AA)


def _list_tag_places(box: Boxes, size: NDArray[np.intp], shape: tuple[int, ...]) -> Boxes:
    """Return six places, int32 (6, 4), for a tag of this width and height at a box."""
    (left, top, right, bottom), (width, height) = box.tolist(), size.tolist()
    corners = [
        (left, top - height),
        (right - width, top - height),
        (right, top),
        (left, bottom),
        (right - width, bottom),
        (left - width, top),
    ]
    limits = np.maximum([shape[1] - width, shape[0] - height], 0)
    clipped = np.clip(corners, 0, limits)
    return np.hstack([clipped, clipped + size]).astype(np.int32)


def _count_hidden(tags: Boxes, occupied: Boxes) -> NDArray[np.intp]:
    """Count the pixels of the occupied boxes that each tag would hide, intp (n,)."""
    low = np.maximum(tags[:, None, :2], occupied[:, :2])
    high = np.minimum(tags[:, None, 2:], occupied[:, 2:])
    return np.asarray(np.maximum(high - low, 0).prod(axis=2).sum(axis=1), np.intp)


def _format_digit(reading: Reading, index: int, height: float, picture_width: int) -> str:
    """Return "4", or for a doubtful digit "4?", or "4 or 9" if there is room in its row."""
    digit, runner_up = int(reading.labels[index]), int(reading.runner_up[index])
    if not reading.doubtful[index]:
        return str(digit)
    text = f"{digit} or {runner_up}"
    lefts = reading.boxes[reading.row == reading.row[index], 0]
    start = reading.boxes[index, 0]
    end = min([*lefts[lefts > start].tolist(), picture_width])
    (width, _), _ = cv2.getTextSize(text, _FONT, height / _FONT_HEIGHT, max(1, round(height / 11)))
    fits = start + width + 2 * max(2, round(height * _PADDING_RATIO)) < end
    return text if fits and reading.probabilities[index, runner_up] >= _MIN_RUNNER_UP_PROBABILITY else f"{digit}?"
