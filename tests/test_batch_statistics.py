import numpy as np

from digitnet.batch_statistics import measure_statistics


class Batches:
    """Pictures whose mean and variance are known."""

    def __init__(self):
        self.pictures = np.random.default_rng(0).normal(3.0, 2.0, (5, 64, 8, 8, 1)).astype(np.float32)

    def __len__(self):
        return len(self.pictures)

    def __getitem__(self, index):
        return self.pictures[index], np.zeros(64)


def network():
    from keras import Input, Sequential, layers

    return Sequential([Input((8, 8, 1)), layers.BatchNormalization(), layers.Flatten(), layers.Dense(2)])


def test_statistics_are_those_of_all_that_is_seen():
    made, seen = network(), Batches()
    momentum = made.layers[0].momentum
    measure_statistics(made, seen)
    _, _, mean, variance = made.layers[0].get_weights()
    assert np.allclose(mean, seen.pictures.mean(), atol=0.01)
    assert np.allclose(variance, seen.pictures.var(), rtol=0.02)
    assert made.layers[0].momentum == momentum


def test_weights_stay_as_they_were():
    made = network()
    before = made.layers[-1].get_weights()
    measure_statistics(made, Batches())
    assert all(np.array_equal(one, other) for one, other in zip(before, made.layers[-1].get_weights(), strict=True))


def test_network_without_normalisation_is_left_alone():
    from keras import Input, Sequential, layers

    plain = Sequential([Input((8, 8, 1)), layers.Flatten(), layers.Dense(2)])
    before = plain.get_weights()
    measure_statistics(plain, Batches())
    assert all(np.array_equal(one, other) for one, other in zip(before, plain.get_weights(), strict=True))
