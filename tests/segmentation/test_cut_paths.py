import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from digitnet.segmentation.cut_paths import find_cut_paths


def test_bridge_between_two_strokes_is_cut(ink):
    paths = find_cut_paths(ink([(20, 5), (20, 95)], [(140, 5), (140, 95)], [(20, 50), (140, 50)]), 8)
    assert any(((path > 30) & (path < 130)).all() for path in paths)


def test_path_goes_around_slanted_strokes(ink):
    first, second = ink([(70, 5), (10, 95)]), ink([(140, 5), (80, 95)])
    joined = np.maximum(first, second)
    column = np.arange(160)
    separated = [
        (first[column >= path[:, None]].sum() == 0) and (second[column < path[:, None]].sum() == 0)
        for path in find_cut_paths(joined, 8)
    ]
    assert any(separated)


def test_paths_run_down_and_are_ordered_from_left_to_right(ink):
    paths = find_cut_paths(ink([(10, 50), (150, 50)], [(40, 5), (40, 95)], [(110, 5), (110, 95)]), 8)
    assert all(path.shape == (100,) for path in paths)
    means = [path.mean() for path in paths]
    assert means == sorted(means)


def test_single_stroke_and_empty_ink_are_not_cut():
    assert find_cut_paths(np.zeros((50, 50), np.uint8), 8) == []
    assert all(0.05 < path.mean() / 12 < 0.95 for path in find_cut_paths(np.full((80, 12), 255, np.uint8), 12))


@given(arrays(np.uint8, st.tuples(st.integers(1, 50), st.integers(1, 80)), elements=st.sampled_from([0, 0, 255])))
def test_any_ink_gives_paths_within_it(picture):
    for path in find_cut_paths(picture, 3.0):
        assert path.shape == (picture.shape[0],)
        assert (path >= 0).all()
        assert (path <= picture.shape[1]).all()
