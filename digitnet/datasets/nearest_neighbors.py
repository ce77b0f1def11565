"""The digits that are most like one, pixel by pixel."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitnet.errors import DatasetError

_BLOCK = 2000  # pictures made float32 at a time: 6 MB
_SPARE = 8  # more candidates than asked for: float32 cannot tell nearly equal distances apart


class Neighbors(NamedTuple):
    """The nearest pictures of each picture asked about, the nearest first.

    Attributes:
        places: int64 (m, k), where they stand among the pictures that were searched.
        distances: float32 (m, k), Euclidean, of pixels of 0 to 1: 0 is the same picture, 28 the opposite.
    """

    indices: NDArray[np.int64]
    distances: NDArray[np.float32]


def find_nearest(pictures: NDArray[np.uint8], asked: NDArray[np.uint8], count: int) -> Neighbors:
    """Return the `count` pictures that differ least from each that is asked about.

    Args:
        pictures: uint8 (n, 28, 28), searched in blocks: no float copy of all is made.
        asked: uint8 (m, 28, 28).

    Raises:
        DatasetError: there are fewer than `count` pictures, or `asked` has other shapes.
    """
    if not 0 < count <= len(pictures) or asked.shape[1:] != pictures.shape[1:]:
        raise DatasetError(
            f"Expected 1 to {len(pictures):,} neighbours for pictures of shape {pictures.shape[1:]}. "
            f"Received: {count} for shape={asked.shape[1:]}."
        )
    squares = _squares(_flat(pictures), _flat(asked).astype(np.float32))
    kept = min(count + _SPARE, len(pictures))
    candidates = np.argpartition(squares, kept - 1, axis=1)[:, :kept]
    pairs = [_exact(pictures, picture, near, count) for picture, near in zip(asked, np.sort(candidates), strict=True)]
    places = np.array([places for places, _ in pairs], np.int64).reshape(-1, count)
    return Neighbors(places, np.array([far for _, far in pairs], np.float32).reshape(-1, count))


def find_nearest_vectors(vectors: NDArray[np.float32], asked: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    """Return the places (m, k) of the `count` vectors, (n, d), nearest to each that is asked about, (m, d)."""
    return np.argsort(_squares(vectors, asked), axis=1, kind="stable")[:, :count]


def _squares(pictures: NDArray[np.uint8] | NDArray[np.float32], asked: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the squared distances (m, n), less the square of each picture asked about."""
    squares = np.empty((len(asked), len(pictures)), np.float32)
    for start in range(0, len(pictures), _BLOCK):
        block = pictures[start : start + _BLOCK].astype(np.float32)
        squares[:, start : start + _BLOCK] = np.einsum("ij,ij->i", block, block) - 2 * (asked @ block.T)
    return squares


def _exact(
    pictures: NDArray[np.uint8], picture: NDArray[np.uint8], near: NDArray[np.intp], count: int
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the nearest of some candidates and their distances, by whole numbers."""
    apart = _flat(pictures[near]).astype(np.int64) - picture.reshape(-1)
    squares = np.square(apart).sum(axis=1)
    order = np.argsort(squares, kind="stable")[:count]
    return near[order], np.sqrt(squares[order]) / 255


def _flat(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return pictures.reshape(len(pictures), int(np.prod(pictures.shape[1:])))
