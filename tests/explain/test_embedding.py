import sys
from types import SimpleNamespace

import numpy as np
import pytest

from digitnet.explain import embedding
from digitnet.explain.embedding import PCA, TSNE, UMAP, Layout, lay_out, principal_axes, same_of_each


@pytest.fixture
def cloud():
    """300 points in 6 dimensions, of which two vary much."""
    rng = np.random.default_rng(1)
    return (rng.normal(size=(300, 6)) * [9, 5, 0.1, 0.1, 0.1, 0.1] + 3).astype(np.float32)


def test_points_on_a_line_have_one_axis():
    line = np.linspace(-1, 1, 50, dtype=np.float32)[:, None] * np.array([[3, 0, -4]], np.float32) + 7
    axes = principal_axes(line)
    assert axes.shares.tolist() == pytest.approx([1, 0])
    assert axes.directions[0].tolist() == pytest.approx([-0.6, 0, 0.8], abs=1e-5)
    assert axes.project(line)[:, 1].tolist() == [0] * 50
    assert np.ptp(axes.project(line)[:, 0]) == pytest.approx(10, rel=1e-4)


def test_axes_are_where_the_points_vary_most(cloud):
    axes = principal_axes(cloud)
    assert np.abs(axes.directions).argmax(axis=1).tolist() == [0, 1]
    assert axes.shares.sum() > 0.99
    assert axes.project(cloud).mean(axis=0) == pytest.approx([0, 0], abs=1e-4)
    assert axes.project(cloud).std(axis=0) == pytest.approx([9, 5], rel=0.15)


def test_axes_do_not_flip(cloud):
    axes = principal_axes(cloud)
    turned = principal_axes(cloud[::-1])
    assert np.allclose(axes.directions, turned.directions, atol=1e-3)
    assert (axes.directions[[0, 1], np.abs(axes.directions).argmax(axis=1)] > 0).all()


def test_equal_points_have_no_axis():
    axes = principal_axes(np.ones((4, 3), np.float32))
    assert (axes.shares == 0).all()
    assert (axes.project(np.ones((2, 3), np.float32)) == 0).all()


def test_2000_digits_are_200_of_each_and_always_the_same(mnist):
    labels = mnist[1].labels
    places = same_of_each(labels, 200)
    assert np.bincount(labels[places]).tolist() == [200] * 10
    assert len(set(places.tolist())) == 2000
    assert (places == same_of_each(labels, 200)).all()


def test_new_features_are_placed_among_the_nearest():
    known = np.repeat(np.eye(3, dtype=np.float32) * 10, 5, axis=0)
    points = np.repeat(np.array([[0, 0], [8, 0], [0, 8]], np.float32), 5, axis=0)
    layout = Layout(TSNE, known, points, principal_axes(known))
    assert layout.place(np.array([[1, 9, 0]], np.float32)).tolist() == [[8, 0]]
    assert layout.place(np.empty((0, 3), np.float32)).shape == (0, 2)


def test_pca_places_what_it_was_made_from_where_it_is(cloud):
    layout = lay_out(cloud)
    assert np.allclose(layout.place(cloud[:9]), layout.points[:9])


def test_other_methods_are_offered_where_their_library_is_installed(monkeypatch):
    installed = {"sklearn"}
    monkeypatch.setattr(embedding, "find_spec", lambda name: name in installed or None)
    assert embedding.methods() == [PCA, TSNE]
    installed.clear()
    assert embedding.methods() == [PCA]
    installed.update({"sklearn", "umap"})
    assert embedding.methods() == [PCA, TSNE, UMAP]


@pytest.mark.parametrize(("method", "module"), [(TSNE, "sklearn.manifold"), (UMAP, "umap")])
def test_library_lays_features_out(cloud, monkeypatch, method, module):
    class Method:
        def __init__(self, n_components, random_state):
            assert (n_components, random_state) == (2, 0)

        def fit_transform(self, features):
            return features[:, :2]

    monkeypatch.setitem(sys.modules, module.split(".")[0], SimpleNamespace(UMAP=Method))
    monkeypatch.setitem(sys.modules, module, SimpleNamespace(TSNE=Method, UMAP=Method))
    assert lay_out(cloud, method).points.tolist() == cloud[:, :2].tolist()
