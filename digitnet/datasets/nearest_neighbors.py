"""Find the pictures that are most like a given one, pixel by pixel."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitnet.errors import DatasetError

_BLOCK_PICTURES = 2000  # This many pictures become float32 at a time, which takes 6 MB.
_SPARE_CANDIDATES = 8  # Float32 cannot order nearly equal distances, so these are compared exactly as well.


class Neighbors(NamedTuple):
    """The nearest pictures to each of m queries, the nearest first.

    Attributes:
        indices: int64 (m, k), positions among the pictures that were searched.
        distances: float32 (m, k), Euclidean, of pixels from 0 to 1: 0 is the same picture, 28 the opposite.
    """

    indices: NDArray[np.int64]
    distances: NDArray[np.float32]


def find_nearest(pictures: NDArray[np.uint8], queries: NDArray[np.uint8], count: int) -> Neighbors:
    """Find the `count` pictures that differ least from each query.

    Args:
        pictures: uint8 (n, 28, 28), searched in blocks, so that no float copy of all is made.
        queries: uint8 (m, 28, 28).
        count: how many neighbors to find for each query, 1 to n.

    Raises:
        DatasetError: `count` is out of range, or `queries` has another shape than `pictures`.
    """
    if not 0 < count <= len(pictures) or queries.shape[1:] != pictures.shape[1:]:
        raise DatasetError(
            f"Expected 1 to {len(pictures):,} neighbors for pictures of shape {pictures.shape[1:]}. "
            f"Received: {count} for shape={queries.shape[1:]}."
        )
    squares = _measure_squares(_flatten(pictures), _flatten(queries).astype(np.float32))
    candidate_count = min(count + _SPARE_CANDIDATES, len(pictures))
    candidates = np.sort(np.argpartition(squares, candidate_count - 1, axis=1)[:, :candidate_count])
    pairs = [_rank(pictures, query, near, count) for query, near in zip(queries, candidates, strict=True)]
    indices = np.array([indices for indices, _ in pairs], np.int64).reshape(-1, count)
    return Neighbors(indices, np.array([distances for _, distances in pairs], np.float32).reshape(-1, count))


def find_nearest_vectors(vectors: NDArray[np.float32], queries: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    """Return the indices (m, k) of the `count` vectors (n, d) nearest to each query (m, d)."""
    return np.argsort(_measure_squares(vectors, queries), axis=1, kind="stable")[:, :count]


def _measure_squares(
    pictures: NDArray[np.uint8] | NDArray[np.float32], queries: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the squared distances, float32 (m, n), less the square of each query."""
    squares = np.empty((len(queries), len(pictures)), np.float32)
    for start in range(0, len(pictures), _BLOCK_PICTURES):
        block = pictures[start : start + _BLOCK_PICTURES].astype(np.float32)
        squares[:, start : start + _BLOCK_PICTURES] = np.einsum("ij,ij->i", block, block) - 2 * (queries @ block.T)
    return squares


def _rank(
    pictures: NDArray[np.uint8], query: NDArray[np.uint8], candidates: NDArray[np.intp], count: int
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the nearest `count` candidates and their distances, computed exactly with integers."""
    differences = _flatten(pictures[candidates]).astype(np.int64) - query.reshape(-1)
    squares = np.square(differences).sum(axis=1)
    order = np.argsort(squares, kind="stable")[:count]
    return candidates[order], np.sqrt(squares[order]) / 255


def _flatten(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return pictures.reshape(len(pictures), int(np.prod(pictures.shape[1:])))
