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
SHEET_COLOR: Color = (0, 158, 115)
_RIM_COLORS = {BOX_COLOR: (255, 255, 255), DOUBT_COLOR: (0, 0, 0), REFUSED_COLOR: (80, 80, 80)}
_WHITE: Color = (255, 255, 255)
_BLACK: Color = (0, 0, 0)
_FONT = cv2.FONT_HERSHEY_SIMPLEX
_FONT_HEIGHT = 22  # Pixels of a digit of this font at scale 1.
_TAG_RATIO = 0.35  # Height of a tag's text, as a share of the median height of boxes.
_MAX_TAG_RATIO = 0.032  # Its greatest height, as a share of the picture's longer side.
_LEGIBLE_TAG_RATIO = 0.011  # Its usual least height, as a share of the picture's longer side.
_LEGIBLE_TAG_HEIGHT = 12.0  # Its usual least height in pixels.
_MIN_TAG_HEIGHT = 8.0  # Pixels; a tag that finds no room in this size is left out.
_TAG_SCALES = (1.0, 0.8, 0.65, 0.5)  # Sizes that are tried one after the other where there is little room.
_MAX_INK_RATIO = 0.03  # Greatest share of a tag under which there may be ink.
_MAX_ASPECT_RATIO = 20  # A picture counts as no longer than this many times its shorter side.
_PADDING_RATIO = 0.15  # Padding of a tag, as a share of its text's height.
_MIN_RUNNER_UP_PROBABILITY = 0.1  # A runner-up is named from this probability on.


@explain_failures()
def annotate(image: RGB, reading: Reading) -> RGB:
    """Draw boxes and digits on a copy of the upright picture, uint8 (H, W, 3).

    Digits are blue. Doubtful ones are orange with a question mark, or with their runner-up if there is room. Signs have
    thin boxes in these colors. Ink that is no digit has a thin gray box, a sheet of paper a green outline, and
    the lines of tables and boxes, taken out or given, are thin and green.
    """
    annotated = np.ascontiguousarray(image).copy()
    thickness = max(2, round(_measure_length(image) / 500))
    cv2.polylines(annotated, reading.sheets, True, SHEET_COLOR, thickness + 1)
    cv2.polylines(annotated, list(reading.ruling.reshape(-1, 2, 2)), False, SHEET_COLOR, max(1, thickness // 2))
    for box in reading.refused:
        _draw_box(annotated, box, REFUSED_COLOR, thickness - 1)
    for index in np.flatnonzero(reading.signs.has_ink):
        color = DOUBT_COLOR if reading.doubtful_signs[index] else BOX_COLOR
        _draw_box(annotated, reading.signs.boxes[index], color, thickness - 1)
    doubtful = reading.doubtful
    order = np.argsort(doubtful, kind="stable")  # Doubtful digits are drawn last, on top of the others.
    for index in order:
        _draw_box(annotated, reading.boxes[index], DOUBT_COLOR if doubtful[index] else BOX_COLOR, thickness)
    if len(reading):
        _draw_tags(annotated, image, reading, order[::-1])  # They choose their places first.
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


def _draw_tags(image: RGB, clean: RGB, reading: Reading, order: NDArray[np.intp]) -> None:
    """Draw each digit on a colored tag beside its box, where it hides no digit, no sign and no other tag.

    All tags take the same side of their boxes if there is room, or else any other side, in a smaller size if need be,
    or a place in the box where there is no ink in the `clean` picture.
    """
    size = image.shape[1], image.shape[0]
    heights = _choose_tag_heights(reading.boxes, _measure_length(image))
    texts = [_format_digit(reading, index, float(heights[index]), size[0]) for index in range(len(reading))]
    tags = [_Tag(text, float(height)) for text, height in zip(texts, heights, strict=True)]
    inked = np.concatenate([reading.boxes, reading.signs.boxes[reading.signs.has_ink]])
    places = [_list_tag_places(box, tag.size, size) for box, tag in zip(reading.boxes, tags, strict=True)]
    usual = int(np.argmin(np.sum([_count_hidden(each, inked, size) for each in places], axis=0)))
    taken = np.empty((0, 4), np.int32)
    for index in order:
        box = reading.boxes[index]
        sizes = [_Tag(texts[index], max(_MIN_TAG_HEIGHT, scale * heights[index])) for scale in _TAG_SCALES]
        occupied = np.concatenate([inked, taken])
        found = [_find_free_place(_list_tag_places(box, tag.size, size), occupied, size, usual) for tag in sizes]
        if all(place is None for place in found):
            found = [_find_place_without_ink(clean, box, tag.size, taken) for tag in sizes]
        for tag, place in zip(sizes, found, strict=True):
            if place is not None:
                taken = np.concatenate([taken, place[None]])
                tag.draw(image, place, doubtful=bool(reading.doubtful[index]))
                break


def _choose_tag_heights(boxes: Boxes, longer_side: int) -> NDArray[np.float64]:
    """Return the height of each tag's text in pixels, float64 (n,): at most that of its box."""
    _, heights = widths_and_heights(boxes)
    least = max(_LEGIBLE_TAG_HEIGHT, _LEGIBLE_TAG_RATIO * longer_side)
    usual = max(min(float(np.median(heights)) * _TAG_RATIO, _MAX_TAG_RATIO * longer_side), least)
    return np.clip(heights, _MIN_TAG_HEIGHT, usual).astype(np.float64)


class _Tag:
    """The text of a tag, in a font of this height in pixels."""

    def __init__(self, text: str, height: float) -> None:
        self.text, self.scale = text, height / _FONT_HEIGHT
        self.thickness = max(1, round(self.scale * 2))
        self.padding = max(2, round(height * _PADDING_RATIO))
        (width, text_height), _ = cv2.getTextSize(text, _FONT, self.scale, self.thickness)
        self.size = width + 2 * self.padding, text_height + 2 * self.padding

    def draw(self, image: RGB, place: NDArray[np.int32], *, doubtful: bool) -> None:
        """Draw the tag at a place, x0 y0 x1 y1 in pixels."""
        color, text_color = (DOUBT_COLOR, _BLACK) if doubtful else (BOX_COLOR, _WHITE)
        left, top, right, bottom = place.tolist()
        cv2.rectangle(image, (left, top), (right - 1, bottom - 1), color, cv2.FILLED)
        origin = (left + self.padding, bottom - self.padding)
        cv2.putText(image, self.text, origin, _FONT, self.scale, text_color, self.thickness, cv2.LINE_AA)


def _list_tag_places(box: NDArray[np.int32], size: tuple[int, int], picture: tuple[int, int]) -> Boxes:
    """Return places, int32 (12, 4), for a tag of this width and height: above, right, below and left of its box."""
    (left, top, right, bottom), (width, height) = box.tolist(), size
    across = [left, right - width, (left + right - width) // 2]
    down = [top, bottom - height, (top + bottom - height) // 2]
    # Along its side of the box, a tag is moved into the picture.
    across = [min(max(0, x), max(0, picture[0] - width)) for x in across]
    down = [min(max(0, y), max(0, picture[1] - height)) for y in down]
    corners = [
        *((x, top - height) for x in across),
        *((right, y) for y in down),
        *((x, bottom) for x in across),
        *((left - width, y) for y in down),
    ]
    places = np.array(corners, np.int32)
    return np.hstack([places, places + np.array(size, np.int32)])


def _find_free_place(places: Boxes, occupied: Boxes, picture: tuple[int, int], usual: int) -> NDArray[np.int32] | None:
    """Return the first place, int32 (4,), that hides nothing, the usual one before others; None if there is none."""
    hidden = _count_hidden(places, occupied, picture)
    free = np.flatnonzero(hidden == 0)
    return places[usual if hidden[usual] == 0 else free[0]] if len(free) else None


def _find_place_without_ink(
    image: RGB, box: NDArray[np.int32], size: tuple[int, int], taken: Boxes
) -> NDArray[np.int32] | None:
    """Return a place in a box, int32 (4,), for a tag of this width and height that hides hardly any ink, or None."""
    left, top, right, bottom = box.tolist()
    colors = image[max(0, top) : bottom, max(0, left) : right]
    free = np.subtract(colors.shape[1::-1], size)
    if (free < 0).any():
        return None
    part = cv2.cvtColor(np.ascontiguousarray(colors), cv2.COLOR_RGB2GRAY)
    _, mask = cv2.threshold(part, 0, 1, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    ink = mask if mask.mean() < 0.5 else 1 - mask
    corners = np.array([(x * free[0] // 2, y * free[1] // 2) for y in range(3) for x in range(3)], np.int32)
    hidden = np.array([ink[y : y + size[1], x : x + size[0]].mean() for x, y in corners.tolist()])
    places = np.hstack([corners, corners + np.array(size, np.int32)]) + np.array([left, top] * 2, np.int32)
    blocked = _count_hidden(places, taken, (image.shape[1], image.shape[0])) > 0
    best = int(np.where(blocked, 1.0, hidden).argmin())
    return np.asarray(places[best], np.int32) if not blocked[best] and hidden[best] <= _MAX_INK_RATIO else None


def _count_hidden(tags: Boxes, occupied: Boxes, picture: tuple[int, int]) -> NDArray[np.intp]:
    """Count the pixels of the occupied boxes that each tag would hide, and its own outside the picture, intp (n,)."""
    low = np.maximum(tags[:, None, :2], occupied[:, :2])
    high = np.minimum(tags[:, None, 2:], occupied[:, 2:])
    hidden = np.maximum(high - low, 0).prod(axis=2).sum(axis=1)
    inside = np.maximum(np.minimum(tags[:, 2:], picture) - np.maximum(tags[:, :2], 0), 0).prod(axis=1)
    return np.asarray(hidden + (tags[:, 2:] - tags[:, :2]).prod(axis=1) - inside, np.intp)


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
