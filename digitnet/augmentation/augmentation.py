"""Varied copies of training digits: other hands, other pens, less careful crops.

Each digit is turned, sheared, stretched and bent a little, written with a thinner or a thicker pen, broken
or blotted, and then normalised like any digit that is read, so that training sees what reading sees. Some
1s get the flag and the foot, some 7s the bar that most of the world writes and MNIST's writers seldom did;
some digits are drawn anew in such a style.

Source: the elastic distortions are those of Simard, Steinkraus and Platt, "Best practices for
convolutional neural networks applied to visual document analysis" (2003), on a coarse grid.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.augmentation.distortions import FIELD, SCALE, add_bar, add_flag, coarsen, damage, redraw, reshape
from digitnet.augmentation.non_digits import make_nondigits
from digitnet.augmentation.touching_digits import cut_out_digits
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
from digitnet.types import Picture

_SHARE = 7  # digits to one good cut and one bad cut
_NONDIGITS = 1.4  # of what else is no digit, to one bad cut
_LENGTH = 3  # digits that are written touching


@dataclass(frozen=True)
class Augmentation:
    """How far copies may differ; angles in degrees, lengths in pixels of the 28 x 28 picture.

    Attributes:
        plain_share: part of the copies (0 to 1) that stay as they are, but for the shift.
        rotation, shear, stretch: twice the standard deviation.
        bend: largest standard deviation of the elastic distortion, on a grid of `bend_grid` squared.
        pen_share: part of the copies written with another pen, of a width within `pen_widths`.
        box: smallest and largest longer side of the digit.
        shift: furthest move from the centre of mass.
        faintest: least darkness of the ink, 0 to 1.
        restyle_share: part of the 1s and 7s that are given a flag or a bar.
        style_share: part of the digits that are drawn anew in a rarer style of the same digit.
        redraw_share: part of the copies whose strokes are drawn anew, as even as those of a pen on a screen.
        damage_share: part of the copies that are broken, blotted or badly cut off from a neighbour.
        shape_share: part of the copies that are squeezed or stretched, as much as to fill a square.
        coarse_share: part of the copies, and of what is no digit, as a picture of few pixels shows them.
        as_large: copies are as large as the warp leaves them, not normalised anew; of the shares of the copies only
            `plain_share` counts then.
    """

    plain_share: float = 0.2
    rotation: float = 15.0
    shear: float = 0.35
    stretch: float = 0.25
    bend: float = 0.8
    bend_grid: int = 4
    pen_share: float = 0.6
    pen_widths: tuple[float, float] = (1.7, 4.3)
    box: tuple[int, int] = (18, 21)
    shift: int = 1
    faintest: float = 0.6
    restyle_share: float = 0.3
    style_share: float = 0.17
    damage_share: float = 0.2
    redraw_share: float = 0.35
    shape_share: float = 0.15
    coarse_share: float = 0.12
    as_large: bool = False

    def apply(
        self, pictures: NDArray[np.uint8], labels: NDArray[np.uint8], rng: np.random.Generator
    ) -> NDArray[np.uint8]:
        """Return one varied copy of each picture, uint8 (n, 28, 28); `labels` are uint8 (n,)."""
        return np.stack(
            [self._vary(picture, label, rng) for picture, label in zip(pictures, labels.tolist(), strict=True)]
        )

    def make_nondigits(
        self, pictures: NDArray[np.uint8], labels: NDArray[np.uint8], count: int, rng: np.random.Generator
    ) -> NDArray[np.uint8]:
        """Return pictures of what is not one digit, made from digits: uint8 (count, 28, 28)."""
        made = make_nondigits(pictures, labels, count, rng)
        return np.stack([self._placed(ink, rng) for ink in made]) if made else pictures[:0]

    def cut_out_digits(
        self, digits: Digits, strings: int, count: int, rng: np.random.Generator
    ) -> tuple[Digits, Digits]:
        """Write the first digits as touching numbers, cut these, and return `count` good cuts and as many bad ones.

        There are none of either where cutting gave none.
        """
        found: list[tuple[Picture, int]] = []
        for first in range(0, min(strings * _LENGTH, len(digits.labels)), _LENGTH):
            own = digits.select(slice(first, first + _LENGTH))
            warped = [self._warp(picture, rng) for picture in own.images]
            found += cut_out_digits(warped, own.labels.tolist(), rng.uniform(1.8, 9.5), NOT_A_DIGIT, rng)
        good = [(ink, label) for ink, label in found if label != NOT_A_DIGIT and ink.any()]
        bad = [(ink, label) for ink, label in found if label == NOT_A_DIGIT and ink.any()]
        return self._cut_digits(good, count, rng), self._cut_digits(bad, count, rng)

    def _cut_digits(self, found: list[tuple[Picture, int]], count: int, rng: np.random.Generator) -> Digits:
        if not found:
            return Digits(np.empty((0, PICTURE_SIZE, PICTURE_SIZE), np.uint8), np.empty(0, np.uint8))
        places = rng.permutation(np.resize(rng.permutation(len(found)), count))
        pictures = [self._placed(trim(found[place][0]), rng) for place in places]
        return Digits(np.stack(pictures), np.array([found[place][1] for place in places], np.uint8))

    def _vary(self, picture: Picture, label: int, rng: np.random.Generator) -> Picture:
        way = rng.random()
        if way < self.plain_share:
            return self._shift(picture, rng)
        if self.as_large:
            warped = cv2.resize(self._warp(picture, rng), (PICTURE_SIZE, PICTURE_SIZE), interpolation=cv2.INTER_AREA)
            return self._shift(warped, rng)
        field = self.write(picture, label, rng, anew=way < self.plain_share + self.style_share)
        if rng.random() < self.damage_share:
            field = damage(field, rng)
        ink = trim(field)
        if not ink.size:
            return picture
        return self._placed(reshape(ink, rng) if rng.random() < self.shape_share else ink, rng)

    def write(self, picture: Picture, label: int, rng: np.random.Generator, *, anew: bool = False) -> Picture:
        """Return a digit as another hand may write it, not yet normalised: uint8 (56, 56).

        Args:
            picture: uint8 (28, 28).
            anew: draw it anew in a rarer style, if it is a digit; the picture is then of no account.
        """
        anew = anew and label != NOT_A_DIGIT
        field = self._warp(draw_style(label, rng) if anew else picture, rng)
        if not anew and label in _RESTYLED and rng.random() < self.restyle_share:
            field = _RESTYLED[label](field, rng)
        return redraw(field, rng) if rng.random() < self.redraw_share else field

    def _placed(self, ink: Picture, rng: np.random.Generator) -> Picture:
        """Return a trimmed picture, written with some pen, in a box of some size near the middle."""
        if rng.random() < self.coarse_share:
            ink = coarsen(ink, rng)
        if rng.random() < self.pen_share:
            width = rng.uniform(*self.pen_widths)
            ink = adjust_pen_width(ink, (width, width))
        fitted = fit_to_box(ink, int(rng.integers(self.box[0], self.box[1] + 1)))
        faint = rng.uniform(self.faintest, 1.0) if rng.random() < 0.3 else 1.0
        return self._shift(cv2.convertScaleAbs(center_by_mass(fitted), alpha=faint), rng)

    def _warp(self, picture: Picture, rng: np.random.Generator) -> Picture:
        where = cv2.transform(_GRID, self._matrix(rng))
        bend = rng.normal(0.0, self.bend * rng.random(), (self.bend_grid, self.bend_grid, 2)).astype(np.float32)
        where += cv2.resize(bend, (FIELD, FIELD), interpolation=cv2.INTER_CUBIC)
        return cv2.remap(picture, where, None, cv2.INTER_CUBIC, borderValue=0)

    def _matrix(self, rng: np.random.Generator) -> NDArray[np.float32]:
        """Return the 2 x 3 matrix from the field, its centre being 0, to the picture."""
        angle = math.radians(rng.normal(0.0, self.rotation / 2))
        slant = rng.normal(0.0, self.shear / 2)
        stretch = math.exp(rng.normal(0.0, self.stretch / 2))
        cos, sin, center = math.cos(angle) / SCALE, math.sin(angle) / SCALE, (PICTURE_SIZE - 1) / 2
        return np.array(
            [[stretch * cos, slant * cos - sin, center], [stretch * sin, slant * sin + cos, center]], np.float32
        )

    def _shift(self, picture: Picture, rng: np.random.Generator) -> Picture:
        down, right = rng.integers(0, 2 * self.shift + 1, 2).tolist()
        padded = cv2.copyMakeBorder(picture, *(2 * self.shift,) * 4, cv2.BORDER_CONSTANT, value=0)
        down, right = 3 * self.shift - down, 3 * self.shift - right
        return padded[down : down + PICTURE_SIZE, right : right + PICTURE_SIZE]


# What varies among MNIST's own writers: for a network that is to read their digits best.
LIKE_MNIST = Augmentation(plain_share=0.1, rotation=20.0, shear=0.3, stretch=0.2, bend=1.2, shift=2, as_large=True)


def add_nondigits(
    digits: Digits, images: NDArray[np.uint8], augmentation: Augmentation, rng: np.random.Generator
) -> Digits:
    """Return varied copies of digits and, labelled `NOT_A_DIGIT`, what is no digit.

    Args:
        digits: what everything is made from.
        images: the varied copies of `digits`.

    Returns:
        The copies but for the first few, which are written touching and cut apart again; of those cuts as
        many good ones as bad ones; and more pictures of what else is no digit.
    """
    count = max(1, len(digits.labels) // _SHARE)
    strings = max(1, count // 4)
    good, bad = augmentation.cut_out_digits(digits, strings, count, rng)
    made = augmentation.make_nondigits(digits.images, digits.labels, round(_NONDIGITS * count), rng)
    rest = slice(_LENGTH * strings if len(good.labels) else 0, None)
    images = np.concatenate([images[rest], good.images, bad.images, made])
    return Digits(
        images,
        np.concatenate([digits.labels[rest], good.labels, bad.labels, np.full(len(made), NOT_A_DIGIT, np.uint8)]),
    )


_RESTYLED = {1: add_flag, 7: add_bar}


_AXIS = np.arange(FIELD, dtype=np.float32) - (FIELD - 1) / 2
_GRID = np.stack(np.meshgrid(_AXIS, _AXIS), axis=-1)
