import numpy as np

from digitnet.segmentation.stroke_links import link_strokes, list_candidates

STEM, BAR, NEIGHBOR, FAR = [100, 100, 130, 220], [90, 150, 150, 160], [140, 100, 220, 220], [400, 100, 480, 220]


def link(*boxes, times=None):
    boxes = np.array(boxes, np.int32)
    return link_strokes(boxes, np.arange(len(boxes)) if times is None else np.array(times))


def test_bar_is_likelier_of_its_stem_than_a_neighbor():
    odds = link(STEM, BAR, NEIGHBOR, times=[0, 1, 2]).odds
    assert odds[0, 1] > 0 > odds[0, 2]


def test_strokes_far_apart_are_not_linked():
    links = link(STEM, FAR)
    assert not links.near.any()
    assert np.isneginf(links.odds).all()


def test_stroke_drawn_later_is_less_likely_of_the_same_digit():
    assert link(STEM, BAR, times=[0, 1]).odds[0, 1] > link(STEM, BAR, times=[0, 5]).odds[0, 1]


def test_rows_are_not_linked():
    assert not link(STEM, [100, 240, 130, 360]).near.any()


def test_candidates_hang_together():
    boxes = np.array([STEM, BAR, FAR], np.int32)
    candidates = list_candidates(boxes, link(STEM, BAR, FAR))
    assert set(candidates) == {0b001, 0b010, 0b011}
    assert candidates[0b001] == 0


def test_wide_strokes_are_no_candidate_together():
    left, right = [100, 100, 220, 220], [190, 100, 310, 220]
    candidates = list_candidates(np.array([left, right], np.int32), link(left, right))
    assert set(candidates) == {0b01, 0b10}
