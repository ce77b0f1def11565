import numpy as np
import pytest

from digitnet.models.architecture import build, parse_layers
from digitnet.training.weight_averaging import build_average_reset, measure_batch_statistics


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
    measure_batch_statistics(made, seen)
    _, _, mean, variance = made.layers[0].get_weights()
    assert np.allclose(mean, seen.pictures.mean(), atol=0.01)
    assert np.allclose(variance, seen.pictures.var(), rtol=0.02)
    assert made.layers[0].momentum == momentum


def test_weights_stay_as_they_were():
    made = network()
    before = made.layers[-1].get_weights()
    measure_batch_statistics(made, Batches())
    assert all(np.array_equal(one, other) for one, other in zip(before, made.layers[-1].get_weights(), strict=True))


def test_network_without_normalisation_is_left_alone():
    from keras import Input, Sequential, layers

    plain = Sequential([Input((8, 8, 1)), layers.Flatten(), layers.Dense(2)])
    before = plain.get_weights()
    measure_batch_statistics(plain, Batches())
    assert all(np.array_equal(one, other) for one, other in zip(before, plain.get_weights(), strict=True))


def test_statistics_are_known_after_a_short_training():
    """With those that a network begins with, a short training shows that none of the digits held out is read."""
    made = build(parse_layers("conv 4 3x3 norm, mean"), "short")
    pictures = 0.1 * np.random.default_rng(0).random((32, 28, 28, 1)).astype(np.float32)
    for _ in range(60):
        made(pictures, training=True)
    convolution, normalization = made.layers[:2]
    seen = convolution(pictures).numpy().var(axis=(0, 1, 2))
    assert np.allclose(normalization.get_weights()[3], seen, rtol=0.05, atol=0.002)


@pytest.mark.parametrize("epochs", [0, 2])
def test_averages_begin_anew_with_each_of_the_first_epochs(epochs):
    """A long training averages over several epochs: at first that would show the weights that it began with."""
    import keras
    from keras.callbacks import LambdaCallback

    made, far = network(), []

    def compare(_epoch, _logs):
        optimizer = made.optimizer
        pairs = zip(optimizer._trainable_variables, optimizer._model_variables_moving_average, strict=True)
        far.append(max(float(abs(weights - average).numpy().max()) for weights, average in pairs))

    pictures, labels = Batches().pictures[0], np.arange(64) % 2
    made.compile(keras.optimizers.Adam(0.05, use_ema=True, ema_momentum=0.99), "sparse_categorical_crossentropy")
    watched = [build_average_reset(made, epochs), LambdaCallback(on_epoch_end=compare)]
    made.fit(pictures, labels, batch_size=8, epochs=4, verbose=0, callbacks=watched)
    assert [each == 0 for each in far] == [place < epochs for place in range(4)]
