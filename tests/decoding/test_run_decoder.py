import numpy as np
import pytest

from digitnet.decoding import run_decoder
from digitnet.decoding.run_decoder import combine
from digitnet.segmentation.candidates import Spans


def make_probabilities(label, probability):
    probabilities = np.full((1, 11), (1 - probability) / 10, np.float32)
    probabilities[0, label] = probability
    return probabilities


def test_networks_that_disagree_lower_probabilities():
    is_cut_out = np.array([True])
    agreeing = combine(make_probabilities(3, 0.9), make_probabilities(3, 0.9), is_cut_out)
    disagreeing = combine(make_probabilities(3, 0.9), make_probabilities(10, 0.99), is_cut_out)
    whole_group = combine(make_probabilities(3, 0.9), make_probabilities(10, 0.99), ~is_cut_out)
    assert 0.8 < agreeing[0, 3] <= 0.9
    assert disagreeing[0, :10].max() < 0.5
    assert combine(make_probabilities(3, 1.0), make_probabilities(10, 1.0), is_cut_out)[0, 3] > 0
    assert whole_group[0, 3] > disagreeing[0, 3]


def test_whole_groups_and_the_likeliest_of_very_many_candidates_are_kept(monkeypatch):
    monkeypatch.setattr(run_decoder, "_MAX_ALL_CANDIDATES", 3)
    runs = [make_spans([0, -1, -1]), make_spans([0, -1])]
    in_line = [make_non_digits(0.99, 0.5, 0.1), make_non_digits(0.9, 0.2)]
    kept, chosen = run_decoder._keep_likeliest(runs, in_line)
    assert [spans.start.tolist() for spans in kept] == [[0, 2], [0]]
    assert [own[:, 10].tolist() for own in chosen] == [pytest.approx([0.99, 0.1]), pytest.approx([0.9])]
    monkeypatch.setattr(run_decoder, "_MAX_ALL_CANDIDATES", 5)
    assert run_decoder._keep_likeliest(runs, in_line) == (runs, in_line)


def make_spans(whole_group):
    count = len(whole_group)
    places = np.arange(count)
    boxes, inside = np.zeros((count, 4), np.int32), np.ones((count, 1), np.bool_)
    return Spans(places, places + 1, inside, boxes, np.ones(count, np.intp), np.array(whole_group))


def make_non_digits(*probabilities):
    return np.array([[0.0] * 10 + [value] for value in probabilities], np.float32)
