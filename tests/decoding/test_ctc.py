import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.decoding import ctc
from digitnet.decoding.string_recognizer import log_softmax

LABELS = 3
BLANK = LABELS


def make_columns(seed, count, spread=2.0):
    return log_softmax(np.random.default_rng(seed).normal(0, spread, (count, LABELS + 1)).astype(np.float32))


def merge(path):
    """Return the text that a label for each column stands for."""
    return tuple(label for label, _ in itertools.groupby(path) if label != BLANK)


def sum_paths(columns):
    """Return the probability of every text."""
    sums: dict[tuple[int, ...], float] = {}
    for path in itertools.product(range(LABELS + 1), repeat=len(columns)):
        likelihood = np.exp(sum(float(columns[column, label]) for column, label in enumerate(path)))
        sums[merge(path)] = sums.get(merge(path), 0.0) + likelihood
    return sums


def test_score_of_a_text_sums_over_all_its_paths():
    columns = make_columns(0, 5)
    expected = sum_paths(columns)
    assert np.exp(ctc.score_texts(columns, list(expected))) == pytest.approx(list(expected.values()), rel=1e-5)


def score_whole(columns):
    """Return the probability of each text of one label, and of the empty text, in all columns."""
    return ctc.score_spans(columns, np.array([0]), np.array([len(columns)]))[0]


def test_parts_of_the_columns_are_scored_as_if_they_were_alone():
    columns = make_columns(4, 9)
    starts, ends = np.array([0, 2, 2, 5, 8]), np.array([9, 4, 7, 6, 9])
    expected = [score_whole(columns[start:end]) for start, end in zip(starts, ends, strict=True)]
    assert ctc.score_spans(columns, starts, ends) == pytest.approx(np.array(expected))
    assert ctc.score_spans(columns, starts[:0], ends[:0]).shape == (0, LABELS + 1)


def test_text_too_long_for_the_columns_is_impossible():
    columns = make_columns(0, 3)
    assert ctc.score_texts(columns, [(1, 1, 1), (1, 2, 0)])[0] == -np.inf
    assert np.isfinite(ctc.score_texts(columns, [(1, 2, 0), ()])).all()
    assert len(ctc.score_texts(columns, [])) == 0


@given(st.integers(0, 1000), st.integers(1, 7))
def test_scores_of_single_labels_equal_those_of_texts(seed, count):
    columns = make_columns(seed, count)
    expected = np.exp(ctc.score_texts(columns, [*((label,) for label in range(LABELS)), ()]))
    assert score_whole(columns) == pytest.approx(expected, rel=1e-5)


@given(st.integers(0, 1000), st.integers(1, 6))
def test_wide_prefix_search_finds_the_likeliest_text(seed, count):
    columns = make_columns(seed, count)
    expected = sum_paths(columns)
    text, score = ctc.find_likely_texts(columns, beam=200)[0]
    assert np.exp(score) == pytest.approx(max(expected.values()), rel=1e-3)
    assert expected[text] == pytest.approx(max(expected.values()), rel=1e-3)


def test_prefix_search_orders_texts_by_probability():
    scores = [score for _, score in ctc.find_likely_texts(make_columns(4, 8), beam=10)]
    assert len(scores) == 10
    assert scores == sorted(scores, reverse=True)


@given(st.integers(0, 1000))
def test_search_among_allowed_texts_finds_the_likeliest_of_them(seed):
    columns = make_columns(seed, 5)

    def may_begin(text):
        return len(text) <= 2 and list(text) == sorted(text)

    expected = {text: chance for text, chance in sum_paths(columns).items() if may_begin(text)}
    found = ctc.find_likely_texts(columns, beam=200, may_begin=may_begin)
    assert all(may_begin(text) for text, _ in found)
    assert found[0][0] == max(expected, key=expected.__getitem__)
    assert np.exp(found[0][1]) == pytest.approx(max(expected.values()), rel=1e-3)


@given(st.integers(0, 1000), st.lists(st.integers(0, LABELS - 1), max_size=4))
def test_labels_are_aligned_from_left_to_right(seed, text):
    spans = ctc.align(make_columns(seed, 10), tuple(text))
    assert spans.shape == (len(text), 2)
    assert (spans[:, 0] <= spans[:, 1]).all()
    assert (spans[1:, 0] > spans[:-1, 1]).all()


def test_label_is_aligned_with_the_columns_that_show_it():
    path = [BLANK, 1, 1, BLANK, 2, BLANK]
    columns = np.log(np.eye(LABELS + 1, dtype=np.float32)[path] * 0.9 + 0.025)
    assert ctc.align(columns, (1, 2)).tolist() == [[1, 2], [4, 4]]


def test_best_path_joins_repeated_labels_and_drops_blanks():
    path = [BLANK, 1, 1, BLANK, 1, 2, BLANK]
    columns = np.log(np.eye(LABELS + 1, dtype=np.float32)[path] * 0.9 + 0.025)
    assert ctc.find_best_path(columns) == (1, 1, 2)


@pytest.mark.parametrize("text", [(), (4,), (4, 7), (4, 4), (1, 1, 1, 2)])
def test_text_fits_where_it_has_a_way_through_the_columns(text):
    for count in range(1, 9):
        columns = log_softmax(np.zeros((count, 11), np.float32))
        assert ctc.fits(columns, text) == (ctc.score_texts(columns, [text])[0] > -np.inf)
