"""The whole way from a picture to the numbers written on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.decoding.decoder import decode
from digitnet.errors import ImageError
from digitnet.labels import CLASSES
from digitnet.models import active, store
from digitnet.models.calibration import DEFAULT_RISK
from digitnet.models.classifier import Classifier
from digitnet.preprocessing.binarization import Ink, find_ink
from digitnet.preprocessing.images import ImageSource, load
from digitnet.preprocessing.tight_crops import MAX_SMALL_SIDE, find_tight_crop_ink, is_digit_dark_on_light
from digitnet.reading.result import Hints, Reading, Stages
from digitnet.segmentation.boxes import enclose
from digitnet.segmentation.components import MIN_LENGTH_RATIO, InkGroups
from digitnet.segmentation.merging import find_groups
from digitnet.segmentation.oversegmentation import Stroke
from digitnet.segmentation.rows import find_numbers
from digitnet.types import RGB

_FEW = 3  # digits, of which a picture may be all ink and little paper
_LARGE = 0.25  # of a picture's height that digits are tall where there is little else on it
_BESIDE = 8.0  # times as likely ink is a digit beside digits that are sure, as it is by itself
_FILLED = 0.75  # of a picture's width or height that writing takes at least where it was cut out close


def read(image: ImageSource, model: str | Classifier | None = None, hints: Hints | None = None) -> Reading:
    """Read the numbers on a picture.

    Args:
        image: a path, the bytes of a file, a PIL image, or an array (H, W), (H, W, 3) or (H, W, 4).
        model: a model's name or a loaded classifier; None is the active model.
        hints: what is known of the picture.

    Raises:
        ImageError: the picture cannot be read.
        ModelError: the model is unknown, incomplete or damaged.
    """
    classifier = model if isinstance(model, Classifier) else _loaded(model or active.get_active_model())
    return read_rgb(load(image), classifier, hints=hints)


def read_rgb(
    rgb: RGB,
    classifier: Classifier,
    min_length_ratio: float = MIN_LENGTH_RATIO,
    hints: Hints | None = None,
    strokes: Sequence[Stroke] = (),
) -> Reading:
    """Read an upright RGB picture, uint8 (H, W, 3).

    Pieces shorter than `min_length_ratio` (0 to 1) of the typical digit are left out. `strokes` are the strokes of a
    drawing, where they are known.
    """
    hints = hints or Hints()
    if hints.region:
        return _read_region(rgb, classifier, min_length_ratio, hints)
    ink = find_ink(rgb, hints.dark_on_light, hints.lines)
    found = find_groups(ink.map, ink.pen_width, classifier.predict_probabilities, min_length_ratio)
    reading = _decode(rgb, ink, found, classifier, (rgb.shape[1], rgb.shape[0]), min_length_ratio, strokes)
    if strokes or not _may_be_cut_out(reading, ink, hints):
        return reading
    close = _cut_out_close(rgb, classifier, min_length_ratio, hints)
    return close if close and _is_surer(close, reading) else reading


def _may_be_cut_out(reading: Reading, ink: Ink, hints: Hints) -> bool:
    """Return whether a picture may be of nothing but writing that was cut out close.

    It is if nothing was read, if it is low, if large digits and their ink run into all sides, or if, of few digits, one
    cannot say whether they are ink or the paper between it: two ways to tell what is ink differ.
    """
    if not len(reading) or min(ink.gray.shape) <= MAX_SMALL_SIDE:
        return True
    sides = ink.map[0], ink.map[-1], ink.map[:, 0], ink.map[:, -1]
    if all(side.any() for side in sides):
        tall = np.median(reading.boxes[:, 3] - reading.boxes[:, 1])
        return bool(tall > _LARGE * reading.size[1])
    return (
        len(reading) <= _FEW and hints.dark_on_light is None and is_digit_dark_on_light(ink.gray) != ink.dark_on_light
    )


def _is_surer(close: Reading, reading: Reading) -> bool:
    """Return whether a picture read as cut out close is read better: surer, or of the same ink more is sure."""
    least, before = (float(one.confidence.min()) if len(one) else 0.0 for one in (close, reading))
    sure, sure_before = (np.count_nonzero(~one.doubtful) for one in (close, reading))
    inks = {one.stages.ink.dark_on_light for one in (close, reading) if one.stages}
    return least > before if len(inks) > 1 else (sure, least) > (sure_before, before)


def _decode(
    rgb: RGB,
    ink: Ink,
    found: InkGroups,
    classifier: Classifier,
    size: tuple[int, int],
    min_length_ratio: float,
    strokes: Sequence[Stroke] = (),
) -> Reading:
    scaled = [Stroke(stroke.points * ink.scale, stroke.width * ink.scale) for stroke in strokes]
    stages = Stages(rgb, ink, min_length_ratio=min_length_ratio, strokes=scaled)
    if not found.crops:
        return Reading.empty(size, stages)
    digits = decode(found, ink.pen_width, classifier.predict_probabilities, scaled, fine_tuned=classifier.fine_tuned)
    number = find_numbers(digits.boxes, digits.row)
    return Reading(
        _enlarged(digits.boxes, ink.scale),
        adjust_for_neighbors(digits.probabilities[:, :CLASSES], number),
        digits.row,
        digits.crops,
        size,
        number=number,
        refused=_enlarged(digits.refused, ink.scale),
        level=classifier.find_min_confidence(DEFAULT_RISK),
        stages=stages,
    )


def adjust_for_neighbors(probabilities: NDArray[np.float32], number: NDArray[np.int32]) -> NDArray[np.float32]:
    """Return the probabilities of digits, float32 (n, 10), each likelier to be one at all beside sure ones.

    The networks learnt that ink is often no digit. In a number, (n,), it hardly ever is: the odds that it is one rise
    with the mean confidence of the number's others (Bayes' rule, with another prior). Which digit it is stays.
    """
    confidence, digit = probabilities.max(axis=1, initial=0), probabilities.sum(axis=1)
    others = np.bincount(number) - 1
    mean = (np.bincount(number, confidence)[number] - confidence) / np.maximum(others[number], 1)
    times = _BESIDE ** (mean**3)  # hardly any for others that are not sure themselves
    return probabilities * (times / (1 + (times - 1) * digit))[:, None].astype(np.float32)


def _cut_out_close(rgb: RGB, classifier: Classifier, min_length_ratio: float, hints: Hints) -> Reading | None:
    """Return the reading of writing that was cut out so close that it touches the sides; None where it does not."""
    sheet, ink, margin = find_tight_crop_ink(rgb, hints.dark_on_light, hints.lines)
    found = find_groups(ink.map, ink.pen_width, classifier.predict_probabilities, min_length_ratio)
    height, width = rgb.shape[:2]
    if found.crops:
        left, top, right, bottom = enclose(found.boxes) / ink.scale
        if max((right - left) / width, (bottom - top) / height) >= _FILLED:
            reading = _decode(sheet, ink, found, classifier, (width, height), min_length_ratio)
            return _without_margin(reading, margin, (width, height))
    return None


def _enlarged(boxes: NDArray[np.int32], scale: float) -> NDArray[np.int32]:
    return np.round(boxes / scale).astype(np.int32)


def _read_region(rgb: RGB, classifier: Classifier, min_length_ratio: float, hints: Hints) -> Reading:
    """Read a part of the picture; the boxes are those of the whole."""
    height, width = rgb.shape[:2]
    left, top, right, bottom = hints.region or (0, 0, width, height)
    left, right = sorted((min(max(left, 0), width), min(max(right, 0), width)))
    top, bottom = sorted((min(max(top, 0), height), min(max(bottom, 0), height)))
    if right - left < 2 or bottom - top < 2:
        raise ImageError("The region holds no pixels of the picture; drag a box over the numbers.")
    part = read_rgb(
        np.ascontiguousarray(rgb[top:bottom, left:right]), classifier, min_length_ratio, replace(hints, region=None)
    )
    offset = np.array([left, top, left, top], np.int32)
    stages = part.stages.shift(left, top) if part.stages else None
    return replace(part, boxes=part.boxes + offset, refused=part.refused + offset, size=(width, height), stages=stages)


def read_drawing(rgb: RGB, classifier: Classifier, strokes: Sequence[Stroke] = ()) -> Reading:
    """Read what was strokes on a canvas, uint8 (H, W, 3), with the strokes `strokes` where they are known.

    Nothing else is on a canvas: what runs into its rim is writing, and so is what is small.
    """
    margin = 24
    height, width = rgb.shape[:2]
    padded = cv2.copyMakeBorder(rgb, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=rgb[0, 0].tolist())
    shifted = [Stroke(stroke.points + margin, stroke.width) for stroke in strokes]
    reading = read_rgb(padded, classifier, min_length_ratio=0.15, strokes=shifted)
    return _without_margin(reading, margin, (width, height))


def _without_margin(reading: Reading, margin: int, size: tuple[int, int]) -> Reading:
    """Return the reading of a picture of `size`, (width, height), that was read with a margin around it."""
    boxes, refused = (
        np.clip(found - margin, 0, (*size, *size)).astype(np.int32) for found in (reading.boxes, reading.refused)
    )
    stages = reading.stages.shift(-margin, -margin) if reading.stages else None
    return replace(reading, boxes=boxes, refused=refused, size=size, stages=stages)


def _loaded(name: str) -> Classifier:
    folder = store.model_dir(name)
    return _cached(name, (folder / store.CARD_FILE).stat().st_mtime_ns, str(folder))


@lru_cache(maxsize=4)
def _cached(name: str, written: int, folder: str) -> Classifier:
    return Classifier.load(name)
