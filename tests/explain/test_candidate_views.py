from dataclasses import replace

import cv2
import numpy as np
import pytest

from digitnet.augmentation.touching_digits import DIGIT_HEIGHT, compose, make_ink_run
from digitnet.explain.candidate_views import render_views
from digitnet.segmentation.candidates import find_spans
from digitnet.segmentation.oversegmentation import Segment


@pytest.fixture
def ink_run(held_out):
    """Return a run of three touching digits."""
    ink = np.maximum.reduce(compose(list(held_out.images[:3]), 6.0, np.random.default_rng(0)))
    return make_ink_run(ink, DIGIT_HEIGHT, 6.0)


def render(ink_run):
    spans = find_spans(ink_run)
    return render_views(ink_run, spans.inside, spans.boxes)


def scale_segment(segment, scale):
    box = np.round(segment.box * scale).astype(np.int32)
    x0, y0, x1, y1 = box.tolist()
    return Segment(box, cv2.resize(segment.ink, (x1 - x0, y1 - y0)))


def test_view_shows_the_candidate_and_the_ink_around_it(ink_run):
    spans = find_spans(ink_run)
    views = render(ink_run)
    assert views.shape == (len(spans.start), 28, 40, 2)
    assert views.max() == 255
    candidate, around = (views[..., channel].sum(axis=(1, 2)) > 0 for channel in (0, 1))
    has_all_ink = spans.inside.all(axis=1)
    assert candidate.all()
    assert around[~has_all_ink].all()
    assert not around[has_all_ink].any()


def test_candidate_stands_in_the_middle(ink_run):
    columns = np.arange(40)
    narrow = [view for view in render(ink_run)[..., 0].astype(float) if np.ptp(columns[view.any(axis=0)]) < 36]
    assert len(narrow) > 10
    for view in narrow:
        inked = columns[view.any(axis=0)]
        assert abs((inked[0] + inked[-1]) / 2 - 19.5) <= 1.5


@pytest.mark.parametrize("scale", [0.5, 2, 3])
def test_view_does_not_depend_on_the_resolution(ink_run, scale):
    scaled = replace(
        ink_run,
        segments=[scale_segment(segment, scale) for segment in ink_run.segments],
        digit_height=ink_run.digit_height * scale,
        cut_group_width=ink_run.cut_group_width * scale,
    )
    spans = find_spans(ink_run)
    views = render_views(scaled, spans.inside, np.round(spans.boxes * scale).astype(np.int32))
    assert np.abs(render(ink_run).astype(float) - views).mean() < 12


def test_large_ink_is_shown_as_far_as_it_fits():
    ink = np.zeros((400, 700), np.uint8)
    cv2.line(ink, (10, 10), (690, 390), 255, 9)
    cv2.line(ink, (690, 10), (10, 390), 255, 9)
    assert (render(make_ink_run(ink, 90.0, 9.0)).max(axis=(1, 2, 3)) > 0).any()
