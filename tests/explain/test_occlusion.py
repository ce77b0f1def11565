import numpy as np
import pytest

from digitnet.explain.occlusion import PATCH, occlusion_map
from digitnet.models.classifier import Classifier


@pytest.fixture(scope="module", params=["cnn", "mlp"])
def classifier(request):
    return Classifier.load(request.param)


def far_from_ink(picture):
    """The pixels that share no patch with ink."""
    near = np.zeros((28, 28), bool)
    for y, x in np.argwhere(picture):
        near[max(y - PATCH + 1, 0) : y + PATCH, max(x - PATCH + 1, 0) : x + PATCH] = True
    return ~near


def test_map_peaks_where_the_digit_is(classifier, mnist):
    for picture in mnist[1].images[:10]:
        found = occlusion_map(classifier, picture)
        assert found.shape == (28, 28)
        assert (
            picture[np.unravel_index(found.argmax(), found.shape)] > 0 or not far_from_ink(picture).flat[found.argmax()]
        )
        on_ink, off = found[picture > 127].mean(), found[far_from_ink(picture)]
        assert on_ink > off.mean()


def test_map_is_zero_on_blank_margins(classifier, mnist):
    for picture in mnist[1].images[:10]:
        assert not occlusion_map(classifier, picture)[far_from_ink(picture)].any()


def test_map_is_at_most_what_there_is_to_lose(classifier, mnist):
    for picture in mnist[1].images[:10]:
        assert (
            occlusion_map(classifier, picture).max()
            <= classifier.predict_digit_probabilities(picture[np.newaxis]).max() + 1e-6
        )


def test_what_decides_a_digit_stands_out(mnist):
    """Of a network that looks at one corner alone, that corner is all that counts."""

    class Corner:
        def predict_digit_probabilities(self, pictures):
            share = pictures[:, 4:8, 4:8].mean((1, 2), np.float32) / 255
            return np.stack([share, *([(1 - share) / 9] * 9)], 1)

    picture = np.full((28, 28), 255, np.uint8)
    found = occlusion_map(Corner(), picture)
    assert found.max() == found[4:8, 4:8].max() > 0
    assert not found[16:, 16:].any()


def test_blank_picture_has_a_flat_map(classifier):
    assert not occlusion_map(classifier, np.zeros((28, 28), np.uint8)).any()


def test_network_is_asked_once(mnist):
    class Counting:
        asked = 0

        def predict_digit_probabilities(self, pictures):
            self.asked += 1
            assert len(pictures) < 150
            return np.full((len(pictures), 10), 0.1, np.float32)

    counting = Counting()
    occlusion_map(counting, mnist[1].images[0])
    assert counting.asked == 1
