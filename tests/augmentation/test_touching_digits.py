import cv2
import numpy as np
import pytest

from digitnet.augmentation.touching_digits import compose, cut_out_digits
from digitnet.labels import NOT_A_DIGIT


@pytest.mark.parametrize("seed", range(5))
def test_composed_digits_touch(mnist, seed):
    rng = np.random.default_rng(seed)
    fields = compose(list(mnist[0].images[seed * 3 : seed * 3 + 3]), 6.0, rng)
    assert len({field.shape for field in fields}) == 1
    isolated = sum(cv2.connectedComponents((field > 60).astype(np.uint8))[0] - 1 for field in fields)
    whole = cv2.connectedComponents((np.maximum.reduce(fields) > 60).astype(np.uint8))[0] - 1
    assert whole < isolated


def test_touching_digits_give_good_and_bad_crops(mnist):
    digits, rng = mnist[0], np.random.default_rng(0)
    good = bad = complete = 0
    for start in range(0, 90, 3):
        images, labels = list(digits.images[start : start + 3]), digits.labels[start : start + 3].tolist()
        crops = cut_out_digits(images, labels, 6.0, rng)
        crop_labels = [label for _, label in crops if label != NOT_A_DIGIT]
        assert set(crop_labels) <= set(labels)
        good, bad = good + len(crop_labels), bad + len(crops) - len(crop_labels)
        complete += len(set(crop_labels)) == len(set(labels))
    assert good > 40
    assert bad > 60
    assert complete > 8
