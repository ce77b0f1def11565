from dataclasses import replace

import cv2
import numpy as np
import pytest

from digitnet.augmentation.touching_digits import DIGIT_HEIGHT, compose, make_ink_run
from digitnet.decoding import context_classifier
from digitnet.decoding.context_classifier import combine, render_views
from digitnet.segmentation.candidates import InkRun, find_spans
from digitnet.segmentation.oversegmentation import Segment, keep_whole


@pytest.fixture
def number(held_out):
    """Three digits that touch, as a stretch."""
    picture = np.maximum.reduce(compose(list(held_out.images[:3]), 6.0, np.random.default_rng(0)))
    return make_ink_run(picture, DIGIT_HEIGHT, 6.0)


def seen(stretch):
    runs = find_spans(stretch)
    return render_views(stretch, runs.inside, runs.boxes)


def test_all_ink_near_a_candidate_is_its_own_or_around_it(number):
    runs = find_spans(number)
    pictures = seen(number)
    assert pictures.shape == (len(runs.start), 28, 40, 2)
    assert pictures.max() == 255
    own, around = (pictures[..., side].sum(axis=(1, 2)) > 0 for side in (0, 1))
    assert own.all()
    assert (around[~runs.inside.all(axis=1)]).all()
    assert not around[runs.inside.all(axis=1)].any()


def test_candidate_stands_in_the_middle(number):
    columns = np.arange(40)
    narrow = [picture for picture in seen(number)[..., 0].astype(float) if np.ptp(columns[picture.any(axis=0)]) < 36]
    assert len(narrow) > 10
    for picture in narrow:
        inked = columns[picture.any(axis=0)]
        assert abs((inked[0] + inked[-1]) / 2 - 19.5) <= 1.5


@pytest.mark.parametrize("scale", [0.5, 2, 3])
def test_what_is_seen_does_not_depend_on_the_resolution(number, scale):
    parts = [
        Segment(np.round(part.box * scale).astype(np.int32), cv2.resize(part.ink, size(part, scale)))
        for part in number.segments
    ]
    height, widths = number.digit_height * scale, number.cut_group_width * scale
    other = replace(number, segments=parts, digit_height=height, cut_group_width=widths)
    runs = find_spans(number)
    boxes = np.round(runs.boxes * scale).astype(np.int32)
    apart = seen(number).astype(float) - render_views(other, runs.inside, boxes)
    assert np.abs(apart).mean() < 12


def size(part, scale):
    x0, y0, x1, y1 = np.round(part.box * scale).astype(int).tolist()
    return x1 - x0, y1 - y0


def test_every_candidate_of_every_stretch_is_judged(number):
    lone = InkRun.from_groups(0, 0, float(DIGIT_HEIGHT), [keep_whole(number.segments[0])])
    stretches = [lone, number, lone]
    runs = [find_spans(stretch) for stretch in stretches]
    answers = context_classifier.classify_candidates(stretches, runs)
    assert [len(each) for each in answers] == [1, len(runs[1].start), 1]
    assert answers[1].sum(axis=1) == pytest.approx(1, abs=1e-3)
    assert answers[0] == pytest.approx(answers[2])
    assert context_classifier.classify_candidates([], []) == []


def test_tall_and_wide_ink_is_seen_as_far_as_it_fits():
    field = np.zeros((400, 700), np.uint8)
    cv2.line(field, (10, 10), (690, 390), 255, 9)
    cv2.line(field, (690, 10), (10, 390), 255, 9)
    assert (seen(make_ink_run(field, 90.0, 9.0)).max(axis=(1, 2, 3)) > 0).any()


def test_networks_that_do_not_agree_believe_less():
    def answer(digit, sure):
        given = np.full((1, 11), (1 - sure) / 10, np.float32)
        given[0, digit] = sure
        return given

    torn = np.array([True])
    both, apart = combine(answer(3, 0.9), answer(3, 0.9), torn), combine(answer(3, 0.9), answer(10, 0.99), torn)
    assert 0.8 < both[0, 3] <= 0.9
    assert apart[0, :10].max() < 0.5
    assert combine(answer(3, 1.0), answer(10, 1.0), torn)[0, 3] > 0
    assert combine(answer(3, 0.9), answer(10, 0.99), ~torn)[0, 3] > apart[0, 3]
