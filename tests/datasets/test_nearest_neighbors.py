import time
import tracemalloc

import numpy as np
import pytest

from digitnet import DatasetError
from digitnet.datasets.nearest_neighbors import find_nearest


def test_nearest_neighbor_of_a_training_digit_is_itself(mnist):
    images = mnist[0].images
    indices = np.array([0, 31_234, 59_999])
    found = find_nearest(images, images[indices], 5)
    assert found.indices[:, 0].tolist() == indices.tolist()
    assert (found.distances[:, 0] == 0).all()
    assert (found.distances[:, 1] > 0).all()


def test_distances_are_euclidean_and_ascending(mnist):
    images, queries = mnist[1].images[:2500], mnist[0].images[:3]
    found = find_nearest(images, queries, 20)
    differences = images[None].astype(np.float64) / 255 - queries[:, None] / 255.0
    distances = np.sqrt(np.square(differences).sum(axis=(2, 3)))
    assert np.allclose(found.distances, np.sort(distances)[:, :20], atol=1e-5)
    assert np.allclose(np.take_along_axis(distances, found.indices, axis=1), found.distances, atol=1e-5)


def test_most_neighbors_have_the_same_label(mnist):
    training, test = mnist
    found = find_nearest(training.images, test.images[:40], 3)
    votes = np.array([np.bincount(labels, minlength=10).argmax() for labels in training.labels[found.indices]])
    assert (votes == test.labels[:40]).mean() >= 0.95


def test_search_makes_no_float_copy_of_all_pictures(mnist):
    tracemalloc.start()
    start = time.perf_counter()
    find_nearest(mnist[0].images, mnist[1].images[:1], 10)
    seconds, peak = time.perf_counter() - start, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30e6
    assert seconds < 10  # An idle machine takes a tenth of a second.


def test_all_pictures_or_none_can_be_searched_for(mnist):
    images = mnist[1].images[:7]
    assert sorted(find_nearest(images, images[:1], 7).indices[0].tolist()) == list(range(7))
    assert find_nearest(images, images[:0], 3).indices.shape == (0, 3)


@pytest.mark.parametrize(("count", "shape"), [(0, (1, 28, 28)), (8, (1, 28, 28)), (3, (1, 27, 28)), (3, (1, 28))])
def test_wrong_count_or_shape_raises_dataset_error(mnist, count, shape):
    with pytest.raises(DatasetError, match=r"Expected 1 to 7 neighbors"):
        find_nearest(mnist[1].images[:7], np.zeros(shape, np.uint8), count)
