import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from digitnet.augmentation.touching_digits import compose, cut_out_digits
from digitnet.labels import NOT_A_DIGIT
from digitnet.segmentation.cut_paths import find_cut_paths


def test_bridge_between_two_strokes_is_cut(ink):
    cuts = find_cut_paths(ink([(20, 5), (20, 95)], [(140, 5), (140, 95)], [(20, 50), (140, 50)]), 8)
    assert any(((cut > 30) & (cut < 130)).all() for cut in cuts)


def test_cut_goes_around_slanted_strokes(ink):
    first, second = ink([(70, 5), (10, 95)]), ink([(140, 5), (80, 95)])
    joined = np.maximum(first, second)
    column = np.arange(160)
    parted = [
        (first[column >= cut[:, None]].sum() == 0) and (second[column < cut[:, None]].sum() == 0)
        for cut in find_cut_paths(joined, 8)
    ]
    assert any(parted)


def test_cuts_run_from_top_to_bottom_and_from_left_to_right(ink):
    cuts = find_cut_paths(ink([(10, 50), (150, 50)], [(40, 5), (40, 95)], [(110, 5), (110, 95)]), 8)
    assert all(cut.shape == (100,) for cut in cuts)
    means = [cut.mean() for cut in cuts]
    assert means == sorted(means)


def test_single_stroke_and_empty_ink_are_not_cut_in_two():
    assert find_cut_paths(np.zeros((50, 50), np.uint8), 8) == []
    assert all(0.05 < cut.mean() / 12 < 0.95 for cut in find_cut_paths(np.full((80, 12), 255, np.uint8), 12))


@given(arrays(np.uint8, st.tuples(st.integers(1, 50), st.integers(1, 80)), elements=st.sampled_from([0, 0, 255])))
def test_any_ink_gives_cuts_within_it(picture):
    for cut in find_cut_paths(picture, 3.0):
        assert cut.shape == (picture.shape[0],)
        assert (cut >= 0).all()
        assert (cut <= picture.shape[1]).all()


@pytest.mark.parametrize("seed", range(5))
def test_composed_digits_touch(mnist, seed):
    rng = np.random.default_rng(seed)
    fields = compose(list(mnist[0].images[seed * 3 : seed * 3 + 3]), 6.0, rng)
    assert len({field.shape for field in fields}) == 1
    apart = sum(cv2.connectedComponents((field > 60).astype(np.uint8))[0] - 1 for field in fields)
    whole = cv2.connectedComponents((np.maximum.reduce(fields) > 60).astype(np.uint8))[0] - 1
    assert whole < apart


def test_touching_digits_give_good_cuts_and_bad_ones(mnist):
    digits, rng = mnist[0], np.random.default_rng(0)
    good = bad = complete = 0
    for start in range(0, 90, 3):
        images, labels = list(digits.images[start : start + 3]), digits.labels[start : start + 3].tolist()
        found = cut_out_digits(images, labels, 6.0, rng)
        of_digits = [label for _, label in found if label != NOT_A_DIGIT]
        assert set(of_digits) <= set(labels)
        good, bad = good + len(of_digits), bad + len(found) - len(of_digits)
        complete += len(set(of_digits)) == len(set(labels))
    assert good > 40
    assert bad > 60
    assert complete > 8
