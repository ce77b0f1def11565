"""Read the numbers on a picture: from pixels to a `Reading`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np

from digitnet.decoding.decoder import decode
from digitnet.documents.opening import load_main_page
from digitnet.errors import ImageError
from digitnet.models import active, store
from digitnet.models.calibration import DEFAULT_RISK
from digitnet.models.classifier import Classifier
from digitnet.preprocessing.binarization import Ink, find_ink
from digitnet.preprocessing.failures import explain_failures
from digitnet.preprocessing.images import ImageSource, check_size
from digitnet.preprocessing.tight_crops import MAX_SMALL_SIDE, find_tight_crop_ink, is_digit_dark_on_light
from digitnet.reading.assembly import assemble
from digitnet.reading.result import Hints, Reading, Stages
from digitnet.segmentation.boxes import enclose, widths_and_heights
from digitnet.segmentation.drawn_lines import remove_drawn_lines
from digitnet.segmentation.groups import MIN_LENGTH_RATIO, InkGroups
from digitnet.segmentation.merging import find_groups
from digitnet.segmentation.oversegmentation import Stroke
from digitnet.types import RGB

_MAX_AMBIGUOUS_DIGITS = 3  # With at most this many digits, a picture may be all ink with little paper between.
_MIN_LARGE_RATIO = 0.25  # Digits from this share of the picture's height on are large.
_MIN_FILLED_RATIO = 0.75  # Writing fills a tight crop from this share of its width or height on.
_CANVAS_LONE_ODDS = 3.0  # On a canvas the odds that lone ink is a digit are this many times as high.
_CANVAS_MARGIN = 24  # Pixels added around a drawing, so that strokes at its edge are whole.
_CANVAS_MIN_LENGTH_RATIO = 0.15  # Everything on a canvas is writing, so small components are kept.


def read(image: ImageSource, model: str | Classifier | None = None, hints: Hints | None = None) -> Reading:
    """Read the numbers on a picture.

    Of a file of several pages the first is read, which `page.note` of the reading says; `read_pages` reads all.

    Args:
        image: a path, the bytes of a file, a PIL image, or an array (H, W), (H, W, 3) or (H, W, 4).
        model: name of a model, or a loaded classifier; None for the active model.
        hints: knowledge of the picture, to override automatic detection.

    Raises:
        ImageError: the picture cannot be read.
        ModelError: the model is unknown, incomplete or damaged.
    """
    classifier = load_classifier(model)
    rgb, page = load_main_page(image)
    return replace(read_rgb(rgb, classifier, hints=hints), page=page)


@explain_failures()
def read_rgb(
    rgb: RGB,
    classifier: Classifier,
    min_length_ratio: float = MIN_LENGTH_RATIO,
    hints: Hints | None = None,
    strokes: Sequence[Stroke] = (),
    lone_odds: float = 1.0,
) -> Reading:
    """Read an upright RGB picture.

    Args:
        rgb: uint8 (H, W, 3).
        classifier: the digit network.
        min_length_ratio: components shorter than this share (0 to 1) of the typical digit are left out.
        hints: knowledge of the picture.
        strokes: the strokes of a drawing, if they are known.
        lone_odds: as for `adjust_for_neighbors`.

    Raises:
        ImageError: the region of the hints holds no pixels, or the memory does not suffice.
    """
    hints = hints or Hints()
    if hints.region:
        return _read_region(rgb, classifier, min_length_ratio, hints)
    ink = find_ink(rgb, hints.dark_on_light, hints.lines)
    if not strokes and hints.lines is not False:
        ink = remove_drawn_lines(ink)
    scaled = [Stroke(stroke.points * ink.scale, stroke.width * ink.scale) for stroke in strokes]
    groups = find_groups(ink.map, ink.pen_width, classifier.predict_probabilities, min_length_ratio, scaled)
    size = rgb.shape[1], rgb.shape[0]
    reading = _decode_groups(rgb, ink, groups, classifier, size, min_length_ratio, scaled, lone_odds)
    if strokes or not _may_be_tight_crop(reading, ink, hints):
        return reading
    tight = _read_tight_crop(rgb, classifier, min_length_ratio, hints)
    return tight if tight and _is_more_certain(tight, reading) else reading


@explain_failures()
def read_drawing(rgb: RGB, classifier: Classifier, strokes: Sequence[Stroke] = ()) -> Reading:
    """Read a drawing on a canvas, where all ink is writing, however small or close to the edge.

    Args:
        rgb: uint8 (H, W, 3).
        classifier: the digit network.
        strokes: the strokes of the drawing in pixels, if they are known.

    Raises:
        ImageError: the drawing is too large.
    """
    margin = _CANVAS_MARGIN
    height, width = rgb.shape[:2]
    check_size(width + 2 * margin, height + 2 * margin)
    padded = cv2.copyMakeBorder(rgb, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=rgb[0, 0].tolist())
    shifted = [Stroke(stroke.points + margin, stroke.width) for stroke in strokes]
    reading = read_rgb(padded, classifier, _CANVAS_MIN_LENGTH_RATIO, strokes=shifted, lone_odds=_CANVAS_LONE_ODDS)
    return _remove_margin(reading, margin, (width, height))


def _may_be_tight_crop(reading: Reading, ink: Ink, hints: Hints) -> bool:
    """Return whether a picture may show nothing but writing that was cropped tightly.

    It may if no digit was read, if it is small and a digit is doubtful, if large digits and their ink touch all sides,
    or if there are few digits and two methods disagree on whether the ink is dark.
    """
    if not len(reading) or (min(ink.gray.shape) <= MAX_SMALL_SIDE and reading.doubtful.any()):
        return True
    sides = ink.map[0], ink.map[-1], ink.map[:, 0], ink.map[:, -1]
    if all(side.any() for side in sides):
        _, heights = widths_and_heights(reading.boxes)
        return bool(np.median(heights) > _MIN_LARGE_RATIO * reading.size[1])
    is_ambiguous = len(reading) <= _MAX_AMBIGUOUS_DIGITS and hints.dark_on_light is None
    return is_ambiguous and is_digit_dark_on_light(ink.gray) != ink.dark_on_light


def _is_more_certain(tight: Reading, reading: Reading) -> bool:
    """Return whether a picture is read with more certainty as a tight crop.

    With the same polarity of the ink, the number of certain digits counts first, then the lowest confidence; with
    the opposite polarity, the lowest confidence alone.
    """
    tight_lowest, lowest = (float(one.confidence.min()) if len(one) else 0.0 for one in (tight, reading))
    tight_certain, certain = (np.count_nonzero(~one.doubtful) for one in (tight, reading))
    polarities = {one.stages.ink.dark_on_light for one in (tight, reading) if one.stages}
    if len(polarities) > 1:
        return tight_lowest > lowest
    return (tight_certain, tight_lowest) > (certain, lowest)


def _decode_groups(
    rgb: RGB,
    ink: Ink,
    groups: InkGroups,
    classifier: Classifier,
    size: tuple[int, int],
    min_length_ratio: float,
    strokes: Sequence[Stroke] = (),
    lone_odds: float = 1.0,
) -> Reading:
    """Decode groups of ink, with the strokes in pixels of its map, into a reading with boxes in pixels of `rgb`."""
    stages = Stages(rgb, ink, min_length_ratio=min_length_ratio, strokes=strokes)
    digits = decode(groups, ink, classifier.predict_probabilities, strokes, fine_tuned=classifier.fine_tuned)
    return assemble(digits, size, stages, classifier.find_min_confidence(DEFAULT_RISK), lone_odds)


def _read_tight_crop(rgb: RGB, classifier: Classifier, min_length_ratio: float, hints: Hints) -> Reading | None:
    """Read a picture as a tight crop; return None if its writing does not fill it."""
    sheet, ink, margin = find_tight_crop_ink(rgb, hints.dark_on_light, hints.lines)
    groups = find_groups(ink.map, ink.pen_width, classifier.predict_probabilities, min_length_ratio)
    if not groups.crops:
        return None
    height, width = rgb.shape[:2]
    left, top, right, bottom = enclose(groups.boxes) / ink.scale
    if max((right - left) / width, (bottom - top) / height) < _MIN_FILLED_RATIO:
        return None
    reading = _decode_groups(sheet, ink, groups, classifier, (width, height), min_length_ratio)
    return _remove_margin(reading, margin, (width, height))


def _read_region(rgb: RGB, classifier: Classifier, min_length_ratio: float, hints: Hints) -> Reading:
    """Read a part of the picture; return a reading with boxes in pixels of the whole."""
    height, width = rgb.shape[:2]
    left, top, right, bottom = hints.region or (0, 0, width, height)
    left, right = sorted((min(max(left, 0), width), min(max(right, 0), width)))
    top, bottom = sorted((min(max(top, 0), height), min(max(bottom, 0), height)))
    if right - left < 2 or bottom - top < 2:
        raise ImageError("The region holds no pixels of the picture; drag a box over the numbers.")
    region = np.ascontiguousarray(rgb[top:bottom, left:right])
    reading = read_rgb(region, classifier, min_length_ratio, replace(hints, region=None))
    offset = np.array([left, top, left, top], np.int32)
    return replace(
        reading,
        boxes=reading.boxes + offset,
        refused=reading.refused + offset,
        size=(width, height),
        stages=reading.stages.shift(left, top) if reading.stages else None,
        signs=reading.signs.shift(left, top),
    )


def _remove_margin(reading: Reading, margin: int, size: tuple[int, int]) -> Reading:
    """Return a reading without the margin around its picture of `size`, (width, height)."""
    boxes, refused = (
        np.clip(boxes - margin, 0, (*size, *size)).astype(np.int32) for boxes in (reading.boxes, reading.refused)
    )
    stages = reading.stages.shift(-margin, -margin) if reading.stages else None
    signs = reading.signs.shift(-margin, -margin).clip(size)
    return replace(reading, boxes=boxes, refused=refused, size=size, stages=stages, signs=signs)


def load_classifier(model: str | Classifier | None = None) -> Classifier:
    """Return a classifier by the name of its model, None for the active one; one that is loaded is returned as it is.

    Raises:
        ModelError: the model is unknown, incomplete or damaged.
    """
    if isinstance(model, Classifier):
        return model
    name = model or active.get_active_model()
    folder = store.model_dir(name)
    return _load_cached(name, (folder / store.CARD_FILE).stat().st_mtime_ns, str(folder))


@lru_cache(maxsize=4)
def _load_cached(name: str, modified: int, folder: str) -> Classifier:
    """Load a classifier once for each model folder and time of its card."""
    return Classifier.load(name)
