import time
import tracemalloc

import numpy as np
import pytest

from digitnet import DatasetError
from digitnet.datasets.nearest_neighbors import find_nearest


def test_nearest_neighbours_of_a_training_digit_include_itself(mnist):
    images = mnist[0].images
    places = np.array([0, 31_234, 59_999])
    found = find_nearest(images, images[places], 5)
    assert found.indices[:, 0].tolist() == places.tolist()
    assert (found.distances[:, 0] == 0).all()
    assert (found.distances[:, 1] > 0).all()


def test_distances_are_euclidean_and_rise(mnist):
    images, asked = mnist[1].images[:2500], mnist[0].images[:3]
    found = find_nearest(images, asked, 20)
    apart = images[None].astype(np.float64) / 255 - asked[:, None] / 255.0
    whole = np.sqrt(np.square(apart).sum(axis=(2, 3)))
    assert np.allclose(found.distances, np.sort(whole)[:, :20], atol=1e-5)
    assert np.allclose(np.take_along_axis(whole, found.indices, axis=1), found.distances, atol=1e-5)


def test_most_neighbours_have_the_same_label(mnist):
    training, test = mnist
    found = find_nearest(training.images, test.images[:40], 3)
    votes = np.array([np.bincount(each, minlength=10).argmax() for each in training.labels[found.indices]])
    assert (votes == test.labels[:40]).mean() >= 0.95


def test_no_float_copy_of_all_is_made(mnist):
    tracemalloc.start()
    start = time.perf_counter()
    find_nearest(mnist[0].images, mnist[1].images[:1], 10)
    took, peak = time.perf_counter() - start, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30e6
    assert took < 10  # alone a tenth of a second; machines may be busy


def test_all_pictures_can_be_asked_for_and_none(mnist):
    images = mnist[1].images[:7]
    assert sorted(find_nearest(images, images[:1], 7).indices[0].tolist()) == list(range(7))
    assert find_nearest(images, images[:0], 3).indices.shape == (0, 3)


@pytest.mark.parametrize(("count", "shape"), [(0, (1, 28, 28)), (8, (1, 28, 28)), (3, (1, 27, 28)), (3, (1, 28))])
def test_what_cannot_be_searched_is_said(mnist, count, shape):
    with pytest.raises(DatasetError, match=r"Expected 1 to 7 neighbours"):
        find_nearest(mnist[1].images[:7], np.zeros(shape, np.uint8), count)
