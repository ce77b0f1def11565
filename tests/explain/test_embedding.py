import sys
from types import SimpleNamespace

import numpy as np
import pytest

from digitnet.explain import embedding
from digitnet.explain.embedding import PCA, TSNE, UMAP, Embedding, embed, fit_principal_axes, sample_per_label


@pytest.fixture
def cloud():
    """Make 300 points in 6 dimensions, of which two vary much."""
    rng = np.random.default_rng(1)
    return (rng.normal(size=(300, 6)) * [9, 5, 0.1, 0.1, 0.1, 0.1] + 3).astype(np.float32)


def test_points_on_a_line_have_one_axis():
    line = np.linspace(-1, 1, 50, dtype=np.float32)[:, None] * np.array([[3, 0, -4]], np.float32) + 7
    axes = fit_principal_axes(line)
    assert axes.shares.tolist() == pytest.approx([1, 0])
    assert axes.directions[0].tolist() == pytest.approx([-0.6, 0, 0.8], abs=1e-5)
    assert axes.project(line)[:, 1].tolist() == [0] * 50
    assert np.ptp(axes.project(line)[:, 0]) == pytest.approx(10, rel=1e-4)


def test_axes_follow_the_largest_variance(cloud):
    axes = fit_principal_axes(cloud)
    assert np.abs(axes.directions).argmax(axis=1).tolist() == [0, 1]
    assert axes.shares.sum() > 0.99
    assert axes.project(cloud).mean(axis=0) == pytest.approx([0, 0], abs=1e-4)
    assert axes.project(cloud).std(axis=0) == pytest.approx([9, 5], rel=0.15)


def test_axes_of_reordered_points_do_not_flip(cloud):
    axes = fit_principal_axes(cloud)
    reordered = fit_principal_axes(cloud[::-1])
    assert np.allclose(axes.directions, reordered.directions, atol=1e-3)
    assert (axes.directions[[0, 1], np.abs(axes.directions).argmax(axis=1)] > 0).all()


def test_equal_points_have_no_axis():
    axes = fit_principal_axes(np.ones((4, 3), np.float32))
    assert (axes.shares == 0).all()
    assert (axes.project(np.ones((2, 3), np.float32)) == 0).all()


def test_sample_has_as_many_of_each_label_at_every_call(mnist):
    labels = mnist[1].labels
    indices = sample_per_label(labels, 200)
    assert np.bincount(labels[indices]).tolist() == [200] * 10
    assert len(set(indices.tolist())) == 2000
    assert (indices == sample_per_label(labels, 200)).all()


def test_new_features_are_placed_among_the_nearest():
    known = np.repeat(np.eye(3, dtype=np.float32) * 10, 5, axis=0)
    points = np.repeat(np.array([[0, 0], [8, 0], [0, 8]], np.float32), 5, axis=0)
    embedded = Embedding(TSNE, known, points, fit_principal_axes(known))
    assert embedded.place(np.array([[1, 9, 0]], np.float32)).tolist() == [[8, 0]]
    assert embedded.place(np.empty((0, 3), np.float32)).shape == (0, 2)


def test_pca_places_its_own_features_at_their_points(cloud):
    embedded = embed(cloud)
    assert np.allclose(embedded.place(cloud[:9]), embedded.points[:9])


def test_methods_are_listed_if_their_library_is_installed(monkeypatch):
    installed = {"sklearn"}
    monkeypatch.setattr(embedding, "find_spec", lambda name: name in installed or None)
    assert embedding.list_methods() == [PCA, TSNE]
    installed.clear()
    assert embedding.list_methods() == [PCA]
    installed.update({"sklearn", "umap"})
    assert embedding.list_methods() == [PCA, TSNE, UMAP]


@pytest.mark.parametrize(("method", "module"), [(TSNE, "sklearn.manifold"), (UMAP, "umap")])
def test_library_embeds_the_features(cloud, monkeypatch, method, module):
    class Estimator:
        def __init__(self, n_components, random_state):
            assert (n_components, random_state) == (2, 0)

        def fit_transform(self, features):
            return features[:, :2]

    monkeypatch.setitem(sys.modules, module.split(".")[0], SimpleNamespace(UMAP=Estimator))
    monkeypatch.setitem(sys.modules, module, SimpleNamespace(TSNE=Estimator, UMAP=Estimator))
    assert embed(cloud, method).points.tolist() == cloud[:, :2].tolist()
