"""Digits as points of a plane, so that those which a network finds alike lie close."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from digitnet.datasets.nearest_neighbors import find_nearest_vectors
from digitnet.labels import CLASSES

PCA, TSNE, UMAP = "PCA", "t-SNE", "UMAP"
LIBRARIES = {TSNE: "scikit-learn", UMAP: "umap-learn"}
_METHODS = {TSNE: ("sklearn.manifold", "TSNE"), UMAP: ("umap", "UMAP")}
_SEED = 0
_NEIGHBOURS = 5
Values = NDArray[np.float32]


class Axes(NamedTuple):
    """The two directions along which features vary most.

    Attributes:
        mean: float32 (d,).
        directions: float32 (2, d), of length 1; of length 0 where there is no second one.
        shares: float32 (2,), the part of the variance along each, 0 to 1.
    """

    mean: Values
    directions: Values
    shares: Values

    def project(self, features: Values) -> Values:
        """Return the points float32 (n, 2) of features (n, d)."""
        return np.asarray((features - self.mean) @ self.directions.T, np.float32)


class Layout(NamedTuple):
    """Features laid out in a plane.

    Attributes:
        method: "PCA", "t-SNE" or "UMAP".
        features: float32 (n, d).
        points: float32 (n, 2).
        axes: the principal axes of the features, whatever the method.
    """

    method: str
    features: Values
    points: Values
    axes: Axes

    def place(self, features: Values) -> Values:
        """Return the points float32 (m, 2) of other features (m, d).

        PCA projects them; elsewhere they come to the middle of the points of their nearest neighbours.
        """
        if self.method == PCA:
            return self.axes.project(features)
        near = find_nearest_vectors(self.features, features, min(_NEIGHBOURS, len(self.features)))
        return np.asarray(self.points[near].mean(axis=1), np.float32)


def lay_out(features: Values, method: str = PCA) -> Layout:
    """Return features, float32 (n, d), laid out by one of `methods`."""
    axes = principal_axes(features)
    return Layout(method, features, axes.project(features) if method == PCA else unfold(features, method), axes)


def principal_axes(features: Values) -> Axes:
    """Return the two principal axes of features, float32 (n, d); each points to where its largest weight is positive.

    Source: Pearson, "On Lines and Planes of Closest Fit to Systems of Points in Space", 1901.
    """
    mean = features.mean(axis=0)
    apart = (features - mean).astype(np.float64)
    rising, directions = np.linalg.eigh(apart.T @ apart)  # of (d, d): there are fewer dimensions than digits
    variances, directions = np.maximum(rising[::-1], 0), directions.T[::-1]
    shares, kept = np.zeros(2, np.float32), np.zeros((2, features.shape[1]), np.float32)
    for axis in np.flatnonzero(variances[:2] > 1e-9 * max(float(variances.sum()), 1e-30)):
        direction = directions[axis]
        kept[axis] = direction * np.sign(direction[np.abs(direction).argmax()])
        shares[axis] = variances[axis] / variances.sum()
    return Axes(mean, kept, shares)


def methods() -> list[str]:
    """Return the ways to lay features out in a plane for which there is a library here."""
    return [PCA, *(method for method, (module, _) in _METHODS.items() if find_spec(module.split(".")[0]))]


def unfold(features: Values, method: str) -> Values:
    """Return points float32 (n, 2) that keep near what is near among features (n, d), by "t-SNE" or "UMAP".

    Source: van der Maaten and Hinton, "Visualizing Data using t-SNE", 2008; McInnes, Healy and Melville,
    "UMAP: Uniform Manifold Approximation and Projection for Dimension Reduction", 2018.
    """
    module, name = _METHODS[method]
    made = getattr(import_module(module), name)(n_components=2, random_state=_SEED)
    return np.asarray(made.fit_transform(features), np.float32)


def same_of_each(labels: NDArray[np.uint8], count: int) -> NDArray[np.intp]:
    """Return the places of `count` digits of each label, rising; the same at every call."""
    rng = np.random.default_rng(_SEED)
    chosen = [rng.choice(np.flatnonzero(labels == label), count, replace=False) for label in range(CLASSES)]
    return np.sort(np.concatenate(chosen))
