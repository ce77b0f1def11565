import itertools
from dataclasses import replace

import cv2
import numpy as np
import pytest

from digitnet.augmentation.touching_digits import DIGIT_HEIGHT, compose, make_ink_run
from digitnet.decoding.sequence_recognizer import (
    BLANK,
    MARGIN,
    decode_best_path,
    log_softmax,
    recognize,
    render_line,
    score_texts,
)


def compose_run(digits, places, pen=6.0):
    fields = compose([digits.images[place] for place in places], pen, np.random.default_rng(0))
    return make_ink_run(np.maximum.reduce(fields), DIGIT_HEIGHT, pen)


def make_columns(seed, count):
    return log_softmax(np.random.default_rng(seed).normal(0, 2, (count, BLANK + 1)).astype(np.float32))


def collapse(path):
    """Return the text that a label for each column stands for."""
    return tuple(label for label, _ in itertools.groupby(path) if label != BLANK)


def test_score_of_a_text_sums_over_all_its_paths():
    columns = make_columns(0, 5)
    expected: dict[tuple[int, ...], float] = {}
    for path in itertools.product((1, 7, BLANK), repeat=5):
        likelihood = np.exp(sum(float(columns[column, label]) for column, label in enumerate(path)))
        expected[collapse(path)] = expected.get(collapse(path), 0.0) + likelihood
    scores = score_texts(columns, list(expected))
    assert np.exp(scores) == pytest.approx(list(expected.values()), rel=1e-5)


def test_text_too_long_for_the_columns_is_impossible():
    columns = np.full((3, BLANK + 1), -np.log(BLANK + 1), np.float32)
    assert score_texts(columns, [(1, 1, 1), (1, 2, 3)])[0] == -np.inf
    assert np.isfinite(score_texts(columns, [(1, 2, 3), ()])).all()
    assert len(score_texts(columns, [])) == 0


def test_letters_side_by_side_are_as_likely_as_one():
    one, two, three, apart = score_texts(make_columns(1, 6), [(3, 10), (3, 10, 10), (3, 10, 10, 10), (10, 3, 10)])
    assert one == two == three != apart


def test_best_path_merges_repeats_and_drops_blanks():
    path = [BLANK, 4, 4, BLANK, 4, 7, BLANK, 10]
    assert decode_best_path(np.eye(BLANK + 1)[path]) == (4, 4, 7, 10)


@pytest.mark.parametrize("scale", [0.5, 2, 3])
def test_line_does_not_depend_on_the_resolution(held_out, scale):
    ink = np.maximum.reduce(compose(list(held_out.images[:3]), 6.0, np.random.default_rng(0)))
    other = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    line, scaled = render_line(ink, 56.0), render_line(other, 56.0 * scale)
    width = min(line.shape[1], scaled.shape[1])
    assert abs(line.shape[1] - scaled.shape[1]) <= 1
    assert np.abs(line[:, :width].astype(float) - scaled[:, :width]).mean() < 12


def test_line_has_a_margin_and_its_darkest_ink_is_255():
    line = render_line(np.full((60, 30), 120, np.uint8), 60.0)
    assert line.shape == (28, 10 + 2 * MARGIN)
    assert line.max() == 255
    assert not line[:, :MARGIN].any()
    assert not line[:, -MARGIN:].any()


def test_ink_taller_than_a_line_is_cropped():
    assert render_line(np.full((200, 30), 255, np.uint8), 60.0).min(axis=0).max() == 255


def test_written_text_scores_best(held_out):
    places = [int(np.flatnonzero(held_out.labels == label)[2]) for label in (2, 0, 5)]
    columns = recognize(compose_run(held_out, places))
    assert columns is not None
    texts = [(2, 0, 5), (2, 0), (2, 6, 5), (2, 0, 5, 1), ()]
    assert score_texts(columns, texts).argmax() == 0


def test_run_too_long_or_too_tall_is_not_recognized(held_out):
    assert recognize(compose_run(held_out, [0] * 60)) is None
    ink_run = compose_run(held_out, [0, 1])
    assert recognize(ink_run) is not None
    assert recognize(replace(ink_run, digit_height=ink_run.digit_height / 2)) is None
