"""Find the single digit on a picture and normalize it to 28 x 28 as in reading."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from digitnet.errors import ImageError
from digitnet.preprocessing.failures import explain_failures
from digitnet.preprocessing.images import crop_box, rgb_to_gray, to_png
from digitnet.preprocessing.normalization import BOX_SIZE, PICTURE_SIZE, normalize
from digitnet.preprocessing.tight_crops import (
    find_tight_crop_ink,
    has_few_pixels,
    is_digit_dark_on_light,
    measure_contrast,
    normalize_contrast,
)
from digitnet.segmentation.groups import group_components
from digitnet.segmentation.merging import merge_single_digit
from digitnet.types import RGB, Gray

_MIN_PEAK_INK = 128  # The strongest ink of a digit in the style of MNIST, out of 255.
_MAX_BOX_DEVIATION = 2  # Pixels by which its box may differ from MNIST's.
_MAX_CENTER_OFFSET = 1.0  # Pixels between its center of mass and the picture's center.


class SingleDigit(NamedTuple):
    """One digit.

    Attributes:
        picture: uint8 (28, 28), ink 255.
        crop: the digit as on its picture, a PNG file.
    """

    picture: Gray
    crop: bytes


@explain_failures()
def find_single_digit(rgb: RGB, dark_on_light: bool | None = None) -> SingleDigit:
    """Return the only digit on an upright RGB picture, uint8 (H, W, 3).

    Args:
        dark_on_light: whether the ink is darker than its ground; None to detect it.

    Raises:
        ImageError: there is no digit, or more than one.
    """
    gray = rgb_to_gray(rgb)
    dark = is_digit_dark_on_light(gray) if dark_on_light is None else dark_on_light
    if has_few_pixels(gray):
        return normalize_cutout(gray, dark)
    _, ink, margin = find_tight_crop_ink(rgb, dark)
    found = group_components(ink.map, ink.pen_width)
    digit = merge_single_digit(found)
    if digit is None:
        raise ImageError(f"Expected one digit on the picture. Received: {len(found.crops) or 'none'}.")
    box = np.round(digit.box / ink.scale).astype(np.int32) - margin
    return SingleDigit(normalize([digit.ink])[0], to_png(crop_box(rgb, box)))


def normalize_cutout(gray: Gray, dark_on_light: bool) -> SingleDigit:
    """Return the digit that fills its picture, uint8 (h, w), on a plain ground.

    A picture of 28 x 28 in the style of MNIST stays unchanged.

    Raises:
        ImageError: there is no ink.
    """
    ink = measure_contrast(gray, dark_on_light)
    if is_like_mnist(ink):
        return SingleDigit(ink, to_png(gray))
    return SingleDigit(normalize([normalize_contrast(ink)])[0], to_png(gray))


def is_like_mnist(ink: Gray) -> bool:
    """Return whether ink on black is 28 x 28 with a box of about 20 pixels and a centered mass."""
    if ink.shape != (PICTURE_SIZE, PICTURE_SIZE) or ink.max() < _MIN_PEAK_INK:
        return False
    _, _, width, height = cv2.boundingRect(ink)
    moments = cv2.moments(ink)
    offset = max(abs(moments[axis] / moments["m00"] - PICTURE_SIZE / 2) for axis in ("m10", "m01"))
    return abs(max(width, height) - BOX_SIZE) <= _MAX_BOX_DEVIATION and offset <= _MAX_CENTER_OFFSET
