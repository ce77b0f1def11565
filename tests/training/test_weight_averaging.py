import numpy as np
import pytest

from digitnet.models.architecture import build, parse_layers
from digitnet.training.weight_averaging import build_average_reset, measure_batch_statistics


class Batches:
    """Batches with known mean and variance."""

    def __init__(self):
        self.pictures = np.random.default_rng(0).normal(3.0, 2.0, (5, 64, 8, 8, 1)).astype(np.float32)

    def __len__(self):
        return len(self.pictures)

    def __getitem__(self, index):
        return self.pictures[index], np.zeros(64)


def make_network():
    from keras import Input, Sequential, layers

    return Sequential([Input((8, 8, 1)), layers.BatchNormalization(), layers.Flatten(), layers.Dense(2)])


def test_statistics_are_those_of_all_batches():
    network, batches = make_network(), Batches()
    momentum = network.layers[0].momentum
    measure_batch_statistics(network, batches)
    _, _, mean, variance = network.layers[0].get_weights()
    assert np.allclose(mean, batches.pictures.mean(), atol=0.01)
    assert np.allclose(variance, batches.pictures.var(), rtol=0.02)
    assert network.layers[0].momentum == momentum


def test_weights_stay_unchanged():
    network = make_network()
    before = network.layers[-1].get_weights()
    measure_batch_statistics(network, Batches())
    assert all(np.array_equal(old, new) for old, new in zip(before, network.layers[-1].get_weights(), strict=True))


def test_network_without_normalization_is_unchanged():
    from keras import Input, Sequential, layers

    plain = Sequential([Input((8, 8, 1)), layers.Flatten(), layers.Dense(2)])
    before = plain.get_weights()
    measure_batch_statistics(plain, Batches())
    assert all(np.array_equal(old, new) for old, new in zip(before, plain.get_weights(), strict=True))


def test_statistics_are_accurate_after_a_short_training():
    """With the initial statistics, a briefly trained network would misread all digits."""
    network = build(parse_layers("conv 4 3x3 norm, mean"), "short")
    pictures = 0.1 * np.random.default_rng(0).random((32, 28, 28, 1)).astype(np.float32)
    for _ in range(60):
        network(pictures, training=True)
    convolution, normalization = network.layers[:2]
    variance = convolution(pictures).numpy().var(axis=(0, 1, 2))
    assert np.allclose(normalization.get_weights()[3], variance, rtol=0.05, atol=0.002)


@pytest.mark.parametrize("epochs", [0, 2])
def test_averages_are_reset_after_each_of_first_epochs(epochs):
    """A long training averages over epochs, which would at first show the initial weights."""
    import keras
    from keras.callbacks import LambdaCallback

    network, distances = make_network(), []

    def compare(_epoch, _logs):
        optimizer = network.optimizer
        pairs = zip(optimizer._trainable_variables, optimizer._model_variables_moving_average, strict=True)
        distances.append(max(float(abs(weights - average).numpy().max()) for weights, average in pairs))

    pictures, labels = Batches().pictures[0], np.arange(64) % 2
    network.compile(keras.optimizers.Adam(0.05, use_ema=True, ema_momentum=0.99), "sparse_categorical_crossentropy")
    watched = [build_average_reset(network, epochs), LambdaCallback(on_epoch_end=compare)]
    network.fit(pictures, labels, batch_size=8, epochs=4, verbose=0, callbacks=watched)
    assert [distance == 0 for distance in distances] == [epoch < epochs for epoch in range(4)]
