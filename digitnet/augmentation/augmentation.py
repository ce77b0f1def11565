"""Vary training digits: other hands, other pens, less careful crops.

Each digit is rotated, sheared, stretched and bent a little, written with a thinner or a thicker pen, broken or
blotted, and then normalized like any digit that is read, so that training sees what reading sees. Some 1s get a
flag and a foot and some 7s a bar, as most of the world writes them but few of MNIST's writers did. Some digits are
drawn from scratch in such a style.

Source: the elastic distortions are those of Simard, Steinkraus and Platt, "Best practices for
convolutional neural networks applied to visual document analysis" (2003), on a coarse grid.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.augmentation.distortions import (
    FIELD_SCALE,
    FIELD_SIZE,
    add_bar,
    add_flag,
    coarsen,
    damage,
    redraw,
    reshape,
)
from digitnet.augmentation.non_digits import make_nondigits
from digitnet.augmentation.touching_digits import PEN_WIDTHS, cut_out_digits
from digitnet.augmentation.writing_styles import draw_style
from digitnet.datasets.mnist import Digits
from digitnet.labels import NOT_A_DIGIT
from digitnet.preprocessing.normalization import (
    PICTURE_SIZE,
    adjust_pen_width,
    center_by_mass,
    fit_to_box,
    trim,
)
from digitnet.types import Gray, Picture, Pictures

_DIGITS_PER_CROP = 7  # A batch gets one good and one bad crop of touching digits for this many digits.
_NONDIGITS_PER_CROP = 1.4  # A batch gets this many other non-digits for each bad crop.
_NUMBER_LENGTH = 3  # Touching numbers have this many digits.
_FAINT_SHARE = 0.3  # This share of the copies is fainter than full darkness.
_EXTRA_STROKES = {1: add_flag, 7: add_bar}
_AXIS = np.arange(FIELD_SIZE, dtype=np.float32) - (FIELD_SIZE - 1) / 2
_GRID = np.stack(np.meshgrid(_AXIS, _AXIS), axis=-1)  # float32 (56, 56, 2): x and y from the center.


@dataclass(frozen=True)
class Augmentation:
    """Limits and shares of the variations.

    Angles are in degrees, lengths in pixels of the 28 x 28 picture.

    Attributes:
        plain_share: share of the copies (0 to 1) that are only shifted.
        rotation, shear, stretch: twice the standard deviation.
        bend: largest standard deviation of the elastic distortion, on a grid of `bend_grid` squared.
        pen_share: share of the copies written with another pen, of a width within `pen_widths`.
        box_sizes: smallest and largest longer side of the digit.
        max_shift: furthest move from the center of mass.
        min_darkness: least darkness of the ink, 0 to 1.
        extra_stroke_share: share of the 1s and 7s that are given a flag or a bar.
        rare_style_share: share of the digits that are drawn from scratch in a rarer style of the same digit.
        damage_share: share of the copies that are broken, blotted or badly cut off from a neighbor.
        redraw_share: share of the copies whose strokes are drawn again with the even pen of a screen.
        reshape_share: share of the copies that are squeezed or stretched, up to a square.
        coarse_share: share of the copies, and of the non-digits, that look like a low-resolution picture.
        keep_size: keep copies as large as the warp leaves them, without normalizing them again. Of the shares of the
            copies, only `plain_share` counts then.
    """

    plain_share: float = 0.2
    rotation: float = 15.0
    shear: float = 0.35
    stretch: float = 0.25
    bend: float = 0.8
    bend_grid: int = 4
    pen_share: float = 0.6
    pen_widths: tuple[float, float] = (1.7, 4.3)
    box_sizes: tuple[int, int] = (18, 21)
    max_shift: int = 1
    min_darkness: float = 0.6
    extra_stroke_share: float = 0.3
    rare_style_share: float = 0.17
    damage_share: float = 0.2
    redraw_share: float = 0.35
    reshape_share: float = 0.15
    coarse_share: float = 0.12
    keep_size: bool = False

    def apply(self, pictures: Pictures, labels: NDArray[np.uint8], rng: np.random.Generator) -> Pictures:
        """Return one varied copy of each picture, uint8 (n, 28, 28); `labels` are uint8 (n,)."""
        return np.stack(
            [self._vary(picture, label, rng) for picture, label in zip(pictures, labels.tolist(), strict=True)]
        )

    def make_nondigits(
        self, pictures: Pictures, labels: NDArray[np.uint8], count: int, rng: np.random.Generator
    ) -> Pictures:
        """Make `count` non-digits from digits, uint8 (count, 28, 28)."""
        drawn = make_nondigits(pictures, labels, count, rng)
        return np.stack([self._place(ink, rng) for ink in drawn]) if drawn else pictures[:0]

    def cut_out_digits(
        self, digits: Digits, numbers: int, count: int, rng: np.random.Generator
    ) -> tuple[Digits, Digits]:
        """Write the first digits as touching numbers and cut these into candidates.

        Args:
            digits: the digits to write with; the first `3 * numbers` are used.
            numbers: how many numbers to write.
            count: how many crops of each kind to return; crops are repeated to fill it.

        Returns:
            `count` good crops with their digits' labels and `count` bad ones labeled `NOT_A_DIGIT`. Either is empty
            if cutting gave none of its kind.
        """
        crops: list[tuple[Gray, int]] = []
        for first in range(0, min(numbers * _NUMBER_LENGTH, len(digits.labels)), _NUMBER_LENGTH):
            number = digits.select(slice(first, first + _NUMBER_LENGTH))
            warped = [self._warp(picture, rng) for picture in number.images]
            crops += cut_out_digits(warped, number.labels.tolist(), rng.uniform(*PEN_WIDTHS), rng)
        good = [(ink, label) for ink, label in crops if label != NOT_A_DIGIT and ink.any()]
        bad = [(ink, label) for ink, label in crops if label == NOT_A_DIGIT and ink.any()]
        return self._place_crops(good, count, rng), self._place_crops(bad, count, rng)

    def _place_crops(self, crops: list[tuple[Gray, int]], count: int, rng: np.random.Generator) -> Digits:
        if not crops:
            return Digits(np.empty((0, PICTURE_SIZE, PICTURE_SIZE), np.uint8), np.empty(0, np.uint8))
        indices = rng.permutation(np.resize(rng.permutation(len(crops)), count))
        pictures = [self._place(trim(crops[index][0]), rng) for index in indices]
        return Digits(np.stack(pictures), np.array([crops[index][1] for index in indices], np.uint8))

    def _vary(self, picture: Picture, label: int, rng: np.random.Generator) -> Picture:
        chance = rng.random()
        if chance < self.plain_share:
            return self._shift(picture, rng)
        if self.keep_size:
            warped = cv2.resize(self._warp(picture, rng), (PICTURE_SIZE, PICTURE_SIZE), interpolation=cv2.INTER_AREA)
            return self._shift(warped, rng)
        field = self._write(picture, label, rng, rare_style=chance < self.plain_share + self.rare_style_share)
        if rng.random() < self.damage_share:
            field = damage(field, rng)
        ink = trim(field)
        if not ink.size:
            return picture
        return self._place(reshape(ink, rng) if rng.random() < self.reshape_share else ink, rng)

    def _write(self, picture: Picture, label: int, rng: np.random.Generator, *, rare_style: bool = False) -> Gray:
        """Return a digit as another hand may write it, not yet normalized: uint8 (56, 56).

        Args:
            picture: uint8 (28, 28).
            label: 0 to 9, or `NOT_A_DIGIT`.
            rng: the source of randomness.
            rare_style: draw the digit from scratch in a rarer style and ignore the picture; no effect on non-digits.
        """
        rare_style = rare_style and label != NOT_A_DIGIT
        field = self._warp(draw_style(label, rng) if rare_style else picture, rng)
        if not rare_style and label in _EXTRA_STROKES and rng.random() < self.extra_stroke_share:
            field = _EXTRA_STROKES[label](field, rng)
        return redraw(field, rng) if rng.random() < self.redraw_share else field

    def _place(self, ink: Gray, rng: np.random.Generator) -> Picture:
        """Write trimmed ink with a random pen in a box of random size, near the middle of a picture."""
        if rng.random() < self.coarse_share:
            ink = coarsen(ink, rng)
        if rng.random() < self.pen_share:
            width = rng.uniform(*self.pen_widths)
            ink = adjust_pen_width(ink, (width, width))
        smallest, largest = self.box_sizes
        fitted = fit_to_box(ink, int(rng.integers(smallest, largest + 1)))
        darkness = rng.uniform(self.min_darkness, 1.0) if rng.random() < _FAINT_SHARE else 1.0
        return self._shift(cv2.convertScaleAbs(center_by_mass(fitted), alpha=darkness), rng)

    def _warp(self, picture: Picture, rng: np.random.Generator) -> Gray:
        sources = cv2.transform(_GRID, self._draw_matrix(rng))
        bend = rng.normal(0.0, self.bend * rng.random(), (self.bend_grid, self.bend_grid, 2)).astype(np.float32)
        sources += cv2.resize(bend, (FIELD_SIZE, FIELD_SIZE), interpolation=cv2.INTER_CUBIC)
        return cv2.remap(picture, sources, None, cv2.INTER_CUBIC, borderValue=0)

    def _draw_matrix(self, rng: np.random.Generator) -> NDArray[np.float32]:
        """Draw a random 2 x 3 matrix from the field, with its origin in the center, to the picture."""
        angle = math.radians(rng.normal(0.0, self.rotation / 2))
        shear = rng.normal(0.0, self.shear / 2)
        stretch = math.exp(rng.normal(0.0, self.stretch / 2))
        cos, sin, center = math.cos(angle) / FIELD_SCALE, math.sin(angle) / FIELD_SCALE, (PICTURE_SIZE - 1) / 2
        return np.array(
            [[stretch * cos, shear * cos - sin, center], [stretch * sin, shear * sin + cos, center]], np.float32
        )

    def _shift(self, picture: Picture, rng: np.random.Generator) -> Picture:
        down, right = rng.integers(0, 2 * self.max_shift + 1, 2).tolist()
        padded = cv2.copyMakeBorder(picture, *(2 * self.max_shift,) * 4, cv2.BORDER_CONSTANT, value=0)
        top, left = 3 * self.max_shift - down, 3 * self.max_shift - right
        return padded[top : top + PICTURE_SIZE, left : left + PICTURE_SIZE]


# The variation among MNIST's own writers, for a network that should read MNIST's digits best.
LIKE_MNIST = Augmentation(plain_share=0.1, rotation=20.0, shear=0.3, stretch=0.2, bend=1.2, max_shift=2, keep_size=True)


def add_nondigits(digits: Digits, images: Pictures, augmentation: Augmentation, rng: np.random.Generator) -> Digits:
    """Return varied copies of digits together with non-digits, labeled `NOT_A_DIGIT`.

    Args:
        digits: the digits from which everything is made.
        images: the varied copies of `digits`, uint8 (n, 28, 28).
        augmentation: the limits of the variation.
        rng: the source of randomness.

    Returns:
        The copies, except for the first few: these are written touching and cut into as many good crops as bad ones.
        After the crops come other non-digits.
    """
    count = max(1, len(digits.labels) // _DIGITS_PER_CROP)
    numbers = max(1, count // 4)
    good, bad = augmentation.cut_out_digits(digits, numbers, count, rng)
    nondigits = augmentation.make_nondigits(digits.images, digits.labels, round(_NONDIGITS_PER_CROP * count), rng)
    rest = slice(_NUMBER_LENGTH * numbers if len(good.labels) else 0, None)
    labels = np.full(len(nondigits), NOT_A_DIGIT, np.uint8)
    return Digits(
        np.concatenate([images[rest], good.images, bad.images, nondigits]),
        np.concatenate([digits.labels[rest], good.labels, bad.labels, labels]),
    )
