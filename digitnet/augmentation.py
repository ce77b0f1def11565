"""Varied copies of training digits: other hands, other pens, less careful crops.

Each digit is turned, sheared, stretched and bent a little, written with a thinner or a thicker pen,
and then normalised like any digit that is read, so that training sees what reading sees.

Source: the elastic distortions are those of Simard, Steinkraus and Platt, "Best practices for
convolutional neural networks applied to visual document analysis" (2003), on a coarse grid.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.normalization import SIZE, adjust_pen_width, center_by_mass, fit_box, trim

Picture = NDArray[np.uint8]
_SCALE = 2  # digits are warped at twice their size, so that half a pixel of pen width counts
_FIELD = SIZE * _SCALE


@dataclass(frozen=True)
class Augmentation:
    """How far copies may differ; angles in degrees, lengths in pixels of the 28 x 28 picture."""

    rotation: float = 15.0
    shear: float = 0.35
    stretch: float = 0.25
    bend: float = 1.6
    bend_grid: int = 4
    pen_widths: tuple[float, float] = (1.7, 4.3)
    pen_share: float = 0.6
    box: tuple[int, int] = (18, 21)
    shift: int = 1
    faintest: float = 0.6

    def apply(self, pictures: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
        """Return one varied copy of each picture, uint8 (n, 28, 28)."""
        return np.stack([self._vary(picture, rng) for picture in pictures])

    def _vary(self, picture: Picture, rng: np.random.Generator) -> Picture:
        ink = trim(self._warp(picture, rng))
        if not ink.size:
            return picture
        if rng.random() < self.pen_share:
            width = rng.uniform(*self.pen_widths)
            ink = adjust_pen_width(ink, (width, width))
        fitted = fit_box(ink, int(rng.integers(self.box[0], self.box[1] + 1)))
        faint = rng.uniform(self.faintest, 1.0) if rng.random() < 0.3 else 1.0
        return self._shift(cv2.convertScaleAbs(center_by_mass(fitted), alpha=faint), rng)

    def _warp(self, picture: Picture, rng: np.random.Generator) -> Picture:
        where = _GRID @ self._matrix(rng).T + SIZE / 2 - 0.5
        bend = rng.normal(0.0, 1.0, (self.bend_grid, self.bend_grid, 2)).astype(np.float32)
        bend *= self.bend * rng.random() / 2
        where = (where + cv2.resize(bend, (_FIELD, _FIELD), interpolation=cv2.INTER_CUBIC)).astype(np.float32)
        return cv2.remap(picture, where[..., 0], where[..., 1], cv2.INTER_CUBIC, borderValue=0)

    def _matrix(self, rng: np.random.Generator) -> NDArray[np.float32]:
        angle = np.deg2rad(rng.normal(0.0, self.rotation / 2))
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        slant = np.array([[1.0, rng.normal(0.0, self.shear / 2)], [0.0, 1.0]])
        stretch = np.exp(rng.normal(0.0, self.stretch / 2))
        return (turn @ slant @ np.diag([stretch, 1.0])).astype(np.float32) / _SCALE

    def _shift(self, picture: Picture, rng: np.random.Generator) -> Picture:
        down, right = rng.integers(-self.shift, self.shift + 1, 2)
        matrix = np.array([[1, 0, right], [0, 1, down]], np.float32)
        return cv2.warpAffine(picture, matrix, (SIZE, SIZE))


_AXIS = np.arange(_FIELD, dtype=np.float32) - (_FIELD - 1) / 2
_GRID = np.stack(np.meshgrid(_AXIS, _AXIS), axis=-1)
