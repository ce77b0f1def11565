from itertools import groupby, pairwise

import numpy as np
import pytest

from digitnet.decoding.lattice import decode_run
from digitnet.segmentation.candidates import InkRun, extract_candidates, find_spans
from digitnet.segmentation.oversegmentation import Oversegmentation, Segment


def make_run(widths, groups):
    """Return a run of segments side by side, 100 tall and of these widths, and its candidates."""
    ends = np.cumsum([0, *widths])
    segments = [
        Segment(np.array([left, 0, right, 100]), np.full((100, right - left), 255, np.uint8))
        for left, right in pairwise(ends.tolist())
    ]
    variants = []
    for _, pairs in groupby(zip(groups, segments, strict=True), lambda pair: pair[0]):
        group = [segment for _, segment in pairs]
        left_of_cut = np.tri(len(group) + 1, len(group), -1, dtype=np.bool_)
        variants.append(Oversegmentation(group, left_of_cut))
    ink_run = InkRun.from_groups(0, 0, 100.0, variants)
    return ink_run, extract_candidates(ink_run, find_spans(ink_run))


def make_probabilities(candidates, digits):
    """Return probabilities near 1 for `digits`, {(start, end): digit}, and for no digit elsewhere."""
    rows = np.full((len(candidates), 11), 0.001, np.float32)
    for row, candidate in zip(rows, candidates, strict=True):
        row[digits.get((candidate.start, candidate.end), 10)] = 0.99
    return rows


def list_steps(decoding, candidates):
    return [(candidates[step.index].start, candidates[step.index].end, step.is_digit) for step in decoding.path]


def list_labels(decoding):
    return [step.digit for step in decoding.path]


def prefer(texts, text, cost=20.0):
    """Return log-probabilities of `texts`, in which `text` is far likelier than all others."""
    return np.array([-0.1 if other == text else -cost for other in texts])


def test_path_follows_the_networks():
    ink_run, candidates = make_run([40, 30, 50], [0, 0, 0])
    decoding = decode_run(ink_run, candidates, make_probabilities(candidates, {(0, 2): 4, (2, 3): 7}))
    assert list_steps(decoding, candidates) == [(0, 2, True), (2, 3, True)]


def test_group_without_digits_is_refused_whole():
    ink_run, candidates = make_run([40, 30, 50], [0, 0, 0])
    decoding = decode_run(ink_run, candidates, make_probabilities(candidates, {}))
    assert list_steps(decoding, candidates) == [(0, 3, False)]


def test_segments_of_a_group_are_never_refused_alone():
    ink_run, candidates = make_run([40, 40], [0, 0])
    decoding = decode_run(ink_run, candidates, make_probabilities(candidates, {(0, 1): 4}))
    assert all(is_digit or (start, end) == (0, 2) for start, end, is_digit in list_steps(decoding, candidates))


def test_two_groups_that_are_no_digits_become_one_digit():
    ink_run, candidates = make_run([30, 40], [0, 1])
    decoding = decode_run(ink_run, candidates, make_probabilities(candidates, {(0, 2): 4}))
    assert list_steps(decoding, candidates) == [(0, 2, True)]


def test_belief_falls_where_other_paths_are_likely():
    ink_run, candidates = make_run([40, 40], [0, 0])
    certain = decode_run(ink_run, candidates, make_probabilities(candidates, {(0, 2): 4}))
    ambiguous = make_probabilities(candidates, {(0, 2): 4, (0, 1): 1, (1, 2): 7})
    assert certain.path[0].belief[4] > 0.95
    assert decode_run(ink_run, candidates, ambiguous).path[0].belief[4] < certain.path[0].belief[4]


def test_text_of_many_paths_wins_over_the_cheapest_path():
    ink_run, candidates = make_run([50, 10, 10, 10, 50], [0, 0, 0, 0, 0])
    digits = {(0, 5): 8, **{(0, cut): 5 for cut in (1, 2, 3, 4)}, **{(cut, 5): 1 for cut in (1, 2, 3, 4)}}
    probabilities = make_probabilities(candidates, digits)
    is_whole = np.array([(candidate.start, candidate.end) == (0, 5) for candidate in candidates])
    # Each path through two digits costs more than the path through the whole.
    probabilities[~is_whole & (probabilities.max(axis=1) > 0.9)] *= 0.7
    decoding = decode_run(ink_run, candidates, probabilities)
    assert list_steps(decoding, candidates)[-1][1] == 5
    assert len(decoding.path) == 2
    one_cut = [candidate for candidate in candidates if (candidate.start, candidate.end) in {(0, 5), (0, 1), (1, 5)}]
    kept = np.array([candidates.index(candidate) for candidate in one_cut])
    assert len(decode_run(ink_run, one_cut, probabilities[kept]).path) == 1


def test_string_recognizer_decides_between_likely_texts():
    ink_run, candidates = make_run([50, 40, 50], [0, 0, 0])
    probabilities = make_probabilities(candidates, {(0, 1): 3, (1, 3): 5, (0, 2): 8, (2, 3): 1})
    for text in ((3, 5), (8, 1)):
        decoding = decode_run(ink_run, candidates, probabilities, lambda texts, text=text: prefer(texts, text))
        assert tuple(list_labels(decoding)) == text
        assert decoding.hypotheses[0].text == text
        assert all(step.belief[step.digit] > 0.9 for step in decoding.path)


def test_string_recognizer_can_prefer_a_runner_up():
    ink_run, candidates = make_run([50, 50], [0, 0])
    probabilities = make_probabilities(candidates, {(0, 1): 3, (1, 2): 5})
    probabilities[[(candidate.start, candidate.end) == (1, 2) for candidate in candidates], 6] = 0.2
    assert list_labels(decode_run(ink_run, candidates, probabilities, lambda texts: prefer(texts, (3, 6)))) == [3, 6]


@pytest.mark.parametrize(("cost", "expected"), [(2.0, [None]), (40.0, [4, 7])])
def test_string_recognizer_undoes_refusal_if_it_is_clear(cost, expected):
    ink_run, candidates = make_run([60, 60], [0, 0])
    probabilities = make_probabilities(candidates, {(0, 1): 4, (1, 2): 7})
    probabilities[probabilities[:, 10] < 0.9] *= 0.5
    probabilities[[candidate.whole_group is not None for candidate in candidates], 10] = 0.999
    assert list_labels(decode_run(ink_run, candidates, probabilities)) == [None]

    def score(texts):
        return np.array([-cost if 10 in text else 0.0 for text in texts])

    assert list_labels(decode_run(ink_run, candidates, probabilities, score)) == expected


@pytest.mark.parametrize("impossible", ["all", "digits", "refusals"])
def test_impossible_texts_are_decided_by_their_paths(impossible):
    ink_run, candidates = make_run([40, 30, 50], [0, 0, 0])
    probabilities = make_probabilities(candidates, {(0, 2): 4, (2, 3): 7})

    def score(texts):
        is_impossible = [impossible in ("all", "refusals" if 10 in text else "digits") for text in texts]
        return np.where(is_impossible, -np.inf, -1.0)

    decoding = decode_run(ink_run, candidates, probabilities, score)
    assert all(np.isfinite(step.belief).all() for step in decoding.path)
    assert sum(hypothesis.share for hypothesis in decoding.hypotheses) == pytest.approx(1)
    if impossible != "digits":
        assert list_labels(decoding) == [4, 7]
