"""Place digits in a plane, so that digits with similar features lie close to each other."""

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
_ESTIMATORS = {TSNE: ("sklearn.manifold", "TSNE"), UMAP: ("umap", "UMAP")}
_SEED = 0
_NEIGHBORS = 5  # A new digit is placed amid this many of its nearest neighbors.
_MIN_VARIANCE_SHARE = 1e-9  # An axis with a smaller share of the variance is rounding error.
Values = NDArray[np.float32]


class PrincipalAxes(NamedTuple):
    """The two directions along which features vary most.

    Attributes:
        mean: float32 (d,).
        directions: float32 (2, d), of length 1, or of length 0 if the features do not vary in that direction.
        shares: float32 (2,), the share of the variance along each direction, 0 to 1.
    """

    mean: Values
    directions: Values
    shares: Values

    def project(self, features: Values) -> Values:
        """Project features (n, d) on the axes; float32 (n, 2)."""
        return np.asarray((features - self.mean) @ self.directions.T, np.float32)


class Embedding(NamedTuple):
    """Features and their points in a plane.

    Attributes:
        method: "PCA", "t-SNE" or "UMAP".
        features: float32 (n, d).
        points: float32 (n, 2).
        axes: the principal axes of the features, for every method.
    """

    method: str
    features: Values
    points: Values
    axes: PrincipalAxes

    def place(self, features: Values) -> Values:
        """Place other features (m, d) among the points; float32 (m, 2).

        PCA projects them. The other methods have no projection, so the result is the mean point of the nearest
        neighbors.
        """
        if self.method == PCA:
            return self.axes.project(features)
        nearest = find_nearest_vectors(self.features, features, min(_NEIGHBORS, len(self.features)))
        return np.asarray(self.points[nearest].mean(axis=1), np.float32)


def embed(features: Values, method: str = PCA) -> Embedding:
    """Embed features, float32 (n, d), in a plane by one of the methods of `list_methods`."""
    axes = fit_principal_axes(features)
    points = axes.project(features) if method == PCA else fit_manifold(features, method)
    return Embedding(method, features, points, axes)


def fit_principal_axes(features: Values) -> PrincipalAxes:
    """Find the two principal axes of features, float32 (n, d).

    The largest weight of each axis is positive, so that an axis does not flip between calls.

    Source: Pearson, "On Lines and Planes of Closest Fit to Systems of Points in Space", 1901.
    """
    mean = features.mean(axis=0)
    centered = (features - mean).astype(np.float64)
    # The matrix is (d, d), as there are fewer dimensions than digits; eigh gives its eigenvalues in ascending order.
    ascending, eigenvectors = np.linalg.eigh(centered.T @ centered)
    variances, directions = np.maximum(ascending[::-1], 0), eigenvectors.T[::-1]
    shares, kept = np.zeros(2, np.float32), np.zeros((2, features.shape[1]), np.float32)
    for axis in np.flatnonzero(variances[:2] > _MIN_VARIANCE_SHARE * max(float(variances.sum()), 1e-30)):
        direction = directions[axis]
        kept[axis] = direction * np.sign(direction[np.abs(direction).argmax()])
        shares[axis] = variances[axis] / variances.sum()
    return PrincipalAxes(mean, kept, shares)


def list_methods() -> list[str]:
    """List the methods whose library is installed."""
    return [PCA, *(method for method, (module, _) in _ESTIMATORS.items() if find_spec(module.split(".")[0]))]


def fit_manifold(features: Values, method: str) -> Values:
    """Fit "t-SNE" or "UMAP" to features (n, d), which keeps neighbors together; float32 (n, 2).

    Source: van der Maaten and Hinton, "Visualizing Data using t-SNE", 2008; McInnes, Healy and Melville,
    "UMAP: Uniform Manifold Approximation and Projection for Dimension Reduction", 2018.
    """
    module, name = _ESTIMATORS[method]
    estimator = getattr(import_module(module), name)(n_components=2, random_state=_SEED)
    return np.asarray(estimator.fit_transform(features), np.float32)


def sample_per_label(labels: NDArray[np.uint8], count: int) -> NDArray[np.intp]:
    """Draw `count` digits of each label; return their sorted indices, the same at every call."""
    rng = np.random.default_rng(_SEED)
    drawn = [rng.choice(np.flatnonzero(labels == label), count, replace=False) for label in range(CLASSES)]
    return np.sort(np.concatenate(drawn))
