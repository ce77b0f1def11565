import hashlib
import struct

import numpy as np
import pytest

from digitnet import DatasetError
from digitnet.datasets import mnist as mnist_module
from digitnet.datasets.mnist import split, split_last


def to_idx(array):
    return struct.pack(">HBB", 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def test_mnist_has_60000_training_and_10000_test_digits(mnist):
    training, test = mnist
    assert training.images.shape == (60000, 28, 28)
    assert training.labels.shape == (60000,)
    assert test.images.shape == (10000, 28, 28)
    assert test.labels.shape == (10000,)


def test_mnist_is_the_original_to_the_byte(mnist):
    training, test = mnist
    arrays = (training.images, training.labels, test.images, test.labels)
    assert [hashlib.md5(to_idx(array)).hexdigest() for array in arrays] == [
        "6bbc9ace898e44ae57da46a324031adb",
        "a25bea736e30d166cdddb491f175f624",
        "2646ac647ad5339dbf082846283269ea",
        "27ae3e4e09519cfbb04c329615203637",
    ]


def test_split_parts_are_disjoint_and_whole(mnist):
    rest, share = split(mnist[1], 0.1, seed=1)
    assert (len(rest.labels), len(share.labels)) == (9000, 1000)
    counts = np.bincount(rest.labels, minlength=10) + np.bincount(share.labels, minlength=10)
    assert (counts == np.bincount(mnist[1].labels)).all()


def test_split_repeats_with_its_seed(mnist):
    assert (split(mnist[1], 0.1, 1)[1].labels == split(mnist[1], 0.1, 1)[1].labels).all()
    assert (split(mnist[1], 0.1, 1)[1].labels != split(mnist[1], 0.1, 2)[1].labels).any()


def test_damaged_archive_raises_dataset_error(tmp_path, monkeypatch):
    (tmp_path / "mnist.npz").write_bytes(b"no archive")
    monkeypatch.setattr(mnist_module, "files", lambda _: tmp_path)
    with pytest.raises(DatasetError, match=r"MNIST could not be loaded"):
        mnist_module.load_mnist()


def test_last_share_is_that_of_keras_validation_split(mnist):
    rest, share = split_last(mnist[1].select(slice(50)), 0.2)
    assert np.array_equal(rest.labels, mnist[1].labels[:40])
    assert np.array_equal(share.images, mnist[1].images[40:50])
    assert len(split_last(mnist[1], 0.0)[1].labels) == 0
