"""A picture of one digit, from wherever it comes, as the 28 x 28 that reading would make of it."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.crops import cut_out
from digitnet.drawing import to_png
from digitnet.errors import ImageError
from digitnet.images import RGB, rgb_to_gray
from digitnet.ink import find_ink, is_dark_on_light
from digitnet.normalization import BOX, SIZE, normalize
from digitnet.pairing import as_one
from digitnet.segmentation import segment

Gray = NDArray[np.uint8]

SMALL = 64  # pixels of the longer side up to which a picture is a digit cut out already
_ROUGH = 160  # pixels of the longer side of a picture at which its paper is looked at
_FAINTEST = 0.15  # of the strongest ink, 0 to 1, down to which a cut-out picture is no ground
_FEWEST_LEVELS = 10  # of gray that ink differs from its ground
_LIGHT = 128  # of 255
_PLAIN_SIDES = 0.03  # of the sides that may be otherwise where nothing runs into them


class Single(NamedTuple):
    """One digit: `picture` uint8 (28, 28) with ink 255, `crop` how it stood on its picture, as PNG."""

    picture: Gray
    crop: bytes


def find_single(rgb: RGB, dark_on_light: bool | None = None) -> Single:
    """Return the one digit on an upright RGB picture, uint8 (H, W, 3).

    Args:
        dark_on_light: whether the ink is darker than its ground; None finds out.

    Raises:
        ImageError: there is none, or more than one.
    """
    gray = rgb_to_gray(rgb)
    dark = is_single_dark(gray) if dark_on_light is None else dark_on_light
    if max(gray.shape) <= SMALL:
        return from_cutout(gray, dark)
    framed, margin = _framed(rgb, dark)
    ink = find_ink(framed, dark)
    found = segment(ink.map, ink.pen_width)
    digit = as_one(found)
    if digit is None:
        raise ImageError(f"Expected one digit on the picture. Received: {len(found.crops) or 'none'}.")
    box = np.round(digit.box / ink.scale).astype(np.int32) - margin
    return Single(normalize([digit.ink])[0], to_png(cut_out(rgb, box)))


def from_cutout(gray: Gray, dark_on_light: bool) -> Single:
    """Return a digit that fills its picture, uint8 (h, w), on a ground of one color.

    One that stands in 28 x 28 the way MNIST's do stays as it is.

    Raises:
        ImageError: there is no ink.
    """
    sides = np.sort(np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]]))
    ground = np.full_like(gray, sides[len(sides) * 3 // 4 if dark_on_light else len(sides) // 4])
    ink = cv2.subtract(ground, gray) if dark_on_light else cv2.subtract(gray, ground)
    if ink.max() < _FEWEST_LEVELS:
        raise ImageError("Expected a digit on the picture. Received: an empty one.")
    if is_like_mnist(ink):
        return Single(ink, to_png(gray))
    strong = cv2.convertScaleAbs(ink, alpha=255 / float(ink.max()))
    return Single(normalize([np.where(strong < _FAINTEST * 255, 0, strong).astype(np.uint8)])[0], to_png(gray))


def is_like_mnist(ink: Gray) -> bool:
    """Say whether ink on black is 28 x 28 with a digit in a box of about 20 and its mass at the centre."""
    if ink.shape != (SIZE, SIZE) or ink.max() < _LIGHT:
        return False
    _, _, width, height = cv2.boundingRect(ink)
    moments = cv2.moments(ink)
    off = max(abs(moments[axis] / moments["m00"] - SIZE / 2) for axis in ("m10", "m01"))
    return abs(max(width, height) - BOX) <= 2 and off <= 1.0


def is_single_dark(gray: Gray) -> bool:
    """Return whether a single digit, uint8 (h, w), is darker than its ground, be it cut out ever so close.

    The ground fills the corners and is broader than any stroke. Where that is not so, either the strokes run into
    the sides, and the corners tell, or it may be paper on a table, and it is looked for as on any picture.
    """
    _, light = cv2.threshold(_shrunk(gray), 0, 255, cv2.THRESH_OTSU)
    span = max(1, round(0.12 * min(light.shape)))
    corners = [
        light[rows, columns]
        for rows in (slice(span), slice(-span, None))
        for columns in (slice(span), slice(-span, None))
    ]
    in_corners = float(np.mean(corners)) > _LIGHT
    broader = cv2.distanceTransform(light, cv2.DIST_L2, 3).max() > cv2.distanceTransform(~light, cv2.DIST_L2, 3).max()
    sides = float(np.mean(np.concatenate([light[0], light[-1], light[:, 0], light[:, -1]]))) / 255
    clear = in_corners == broader or _PLAIN_SIDES < sides < 1 - _PLAIN_SIDES
    return in_corners if clear else is_dark_on_light(gray)


def _shrunk(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a picture, uint8 (h, w) or (h, w, 3), that is small enough for a look at its paper."""
    factor = min(1.0, _ROUGH / max(picture.shape[:2]))
    size = [max(1, round(side * factor)) for side in reversed(picture.shape[:2])]
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def _framed(rgb: RGB, dark_on_light: bool) -> tuple[RGB, int]:
    """Return the picture on a wider sheet of its own paper, and how much wider: digits cut out close touch the rim."""
    height, width = rgb.shape[:2]
    margin = max(8, round(0.15 * max(height, width)))
    small = _shrunk(rgb)  # the window is wide: on a whole photo it would take minutes
    span = max(3, round(0.3 * max(small.shape[:2])) | 1)
    window = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (span, span))
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE if dark_on_light else cv2.MORPH_OPEN, window)
    paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    framed = cv2.copyMakeBorder(paper, margin, margin, margin, margin, cv2.BORDER_REPLICATE)
    framed[margin:-margin, margin:-margin] = rgb
    return framed, margin
