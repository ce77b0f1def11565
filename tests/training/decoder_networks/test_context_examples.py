import numpy as np

from digitnet.training.decoder_networks.context_examples import make_candidates


def test_candidates_are_digits_and_nondigits(held_out):
    rng = np.random.default_rng(1)
    numbers = [make_candidates(held_out, rng) for _ in range(60)]
    labels = np.concatenate([number.labels for number in numbers])
    assert set(labels.tolist()) == set(range(11))
    assert 0.1 < np.mean(labels < 10) < 0.5
    assert all(len(number.pictures) == len(number.labels) <= 22 for number in numbers)
