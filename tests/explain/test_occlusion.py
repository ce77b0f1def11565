import numpy as np
import pytest

from digitnet.explain.occlusion import PATCH_PIXELS, compute_occlusion_map
from digitnet.models.classifier import Classifier


@pytest.fixture(scope="module", params=["cnn", "mlp"])
def classifier(request):
    return Classifier.load(request.param)


def find_pixels_far_from_ink(picture):
    """Mark the pixels that share no patch with ink."""
    near = np.zeros((28, 28), bool)
    for y, x in np.argwhere(picture):
        near[max(y - PATCH_PIXELS + 1, 0) : y + PATCH_PIXELS, max(x - PATCH_PIXELS + 1, 0) : x + PATCH_PIXELS] = True
    return ~near


def test_map_peaks_near_the_ink(classifier, mnist):
    for picture in mnist[1].images[:10]:
        found = compute_occlusion_map(classifier, picture)
        far = find_pixels_far_from_ink(picture)
        assert found.shape == (28, 28)
        assert picture[np.unravel_index(found.argmax(), found.shape)] > 0 or not far.flat[found.argmax()]
        assert found[picture > 127].mean() > found[far].mean()


def test_map_is_zero_on_blank_margins(classifier, mnist):
    for picture in mnist[1].images[:10]:
        assert not compute_occlusion_map(classifier, picture)[find_pixels_far_from_ink(picture)].any()


def test_map_never_exceeds_the_probability(classifier, mnist):
    for picture in mnist[1].images[:10]:
        most = classifier.predict_digit_probabilities(picture[np.newaxis]).max()
        assert compute_occlusion_map(classifier, picture).max() <= most + 1e-6


def test_map_shows_the_one_corner_that_a_network_sees():
    class CornerClassifier:
        def predict_digit_probabilities(self, pictures):
            share = pictures[:, 4:8, 4:8].mean((1, 2), np.float32) / 255
            return np.stack([share, *([(1 - share) / 9] * 9)], 1)

    picture = np.full((28, 28), 255, np.uint8)
    found = compute_occlusion_map(CornerClassifier(), picture)
    assert found.max() == found[4:8, 4:8].max() > 0
    assert not found[16:, 16:].any()


def test_blank_picture_has_a_flat_map(classifier):
    assert not compute_occlusion_map(classifier, np.zeros((28, 28), np.uint8)).any()


def test_network_reads_all_patches_in_one_call(mnist):
    class CountingClassifier:
        calls = 0

        def predict_digit_probabilities(self, pictures):
            self.calls += 1
            assert len(pictures) < 150
            return np.full((len(pictures), 10), 0.1, np.float32)

    counting = CountingClassifier()
    compute_occlusion_map(counting, mnist[1].images[0])
    assert counting.calls == 1
