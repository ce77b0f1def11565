import numpy as np

from digitnet.decoding.run_decoder import combine


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
