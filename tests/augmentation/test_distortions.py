import numpy as np

from digitnet.augmentation.distortions import add_bar, add_flag, coarsen, reshape
from digitnet.preprocessing.normalization import normalize, trim


def test_flag_and_bar_add_ink(mnist):
    rng = np.random.default_rng(0)
    for add_stroke, label in ((add_flag, 1), (add_bar, 7)):
        images = mnist[0].images[np.flatnonzero(mnist[0].labels == label)[:40]]
        gains = [int(add_stroke(image, rng).sum()) - int(image.sum()) for image in images]
        assert min(gains) >= 0
        assert sum(gain > 0 for gain in gains) > 10


def test_reshape_changes_width_and_leaves_sticks():
    rng = np.random.default_rng(0)
    ink = np.zeros((40, 24), np.uint8)
    ink[::39] = ink[:, ::23] = 255
    shapes = [reshape(ink, rng).shape for _ in range(60)]
    assert {height for height, _ in shapes} == {40}
    assert min(width for _, width in shapes) < 20
    assert 34 < max(width for _, width in shapes) <= 44
    stick = np.full((40, 8), 255, np.uint8)
    assert reshape(stick, rng) is stick


def test_coarse_copies_are_still_the_digit(digits, cnn):
    rng = np.random.default_rng(0)
    coarse = [coarsen(trim(image), rng) for image in digits.images]
    assert (cnn.predict_probabilities(normalize(coarse)).argmax(axis=1) == digits.labels).mean() > 0.9
    assert not np.array_equal(normalize(coarse), normalize(list(digits.images)))
