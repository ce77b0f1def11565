import cv2
import numpy as np
import pytest

from digitnet import ImageError
from digitnet.preprocessing.failures import explain_failures


@explain_failures()
def allocate_with_numpy():
    return np.ones(2**60, np.uint8)


@explain_failures()
def allocate_with_opencv():
    return cv2.copyMakeBorder(np.zeros((1, 1), np.uint8), 2**30, 0, 2**30, 0, cv2.BORDER_CONSTANT)


@explain_failures()
def resize_nothing():
    return cv2.resize(np.zeros((0, 0), np.uint8), (5, 5))


@pytest.mark.parametrize(
    ("fail", "sentence"),
    [
        (allocate_with_numpy, "more memory than is free"),
        (allocate_with_opencv, "more memory than is free"),
        (resize_nothing, "cannot be processed"),
    ],
)
def test_failure_becomes_a_sentence(fail, sentence):
    for _ in range(2):
        with pytest.raises(ImageError, match=sentence) as caught:
            fail()
        assert "\n" not in str(caught.value)


def test_other_errors_are_not_hidden():
    with pytest.raises(ZeroDivisionError), explain_failures():
        raise ZeroDivisionError
