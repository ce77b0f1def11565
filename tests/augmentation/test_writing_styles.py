import numpy as np
import pytest

from digitnet.augmentation.writing_styles import draw_style
from digitnet.preprocessing.normalization import trim


@pytest.mark.parametrize("label", range(10))
def test_styles_are_drawn_as_mnist_would_show_them(label):
    drawn = draw_style(label, np.random.default_rng(label))
    assert drawn.shape == (28, 28)
    assert drawn.max() > 200
    assert max(trim(drawn).shape) == 20


def test_styles_are_read_as_their_digit(cnn):
    rng = np.random.default_rng(0)
    for label in range(10):
        drawn = np.stack([draw_style(label, rng) for _ in range(40)])
        assert (cnn.predict_digit_probabilities(drawn).argmax(axis=1) == label).mean() > 0.8
