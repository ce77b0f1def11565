import numpy as np
import pytest

from digitnet.augmentation.augmentation import LIKE_MNIST, Augmentation
from digitnet.datasets.mnist import Digits
from digitnet.experiments.config import TrainingConfig
from digitnet.labels import NOT_A_DIGIT
from digitnet.models.card import BOTH, MNIST, USER
from digitnet.training.batches import TrainingBatches
from digitnet.training.data import NO_DIGITS

CONFIG = TrainingConfig.from_recipe("mlp-64-64", name="tiny", batch_size=32)
USER_DIGITS = Digits(
    np.full((10, 28, 28), 255, np.uint8) - np.arange(10, dtype=np.uint8)[:, None, None], np.arange(10, dtype=np.uint8)
)


@pytest.fixture
def digits(mnist):
    return mnist[0].select(slice(300))


def list_batches(batches):
    return [batches[index] for index in range(len(batches))]


def find_user_digits(images):
    """Return the labels of the user digits among the pictures; the corners of MNIST's are empty."""
    corners = np.round(images[:, 0, 0, 0] * 255).astype(int)
    return (255 - corners[corners > 0]).tolist()


def test_epoch_of_mnist_alone_has_all_digits(digits):
    sizes = [len(labels) for _, labels in list_batches(TrainingBatches(CONFIG, digits, NO_DIGITS))]
    assert sizes == [32] * 9 + [12]


def test_every_batch_has_its_share_of_user_digits(digits):
    config = CONFIG.replace(data=BOTH, own_share=0.25, epoch_digits=320)
    batches = TrainingBatches(config, digits, USER_DIGITS)
    user_digits = [find_user_digits(images) for images, _ in list_batches(batches)]
    assert len(batches) == 10
    assert {len(labels) for labels in user_digits} == {8}
    assert np.bincount(np.concatenate(user_digits)).tolist() == [8] * 10


def test_user_digits_alone_are_served_without_mnist(digits):
    images, labels = TrainingBatches(CONFIG.replace(data=USER), digits, USER_DIGITS)[0]
    assert sorted(find_user_digits(images)) == sorted(labels.tolist()) == list(range(10))


def test_short_epoch_draws_other_digits_each_time(digits):
    batches = TrainingBatches(CONFIG.replace(epoch_digits=64, data=MNIST), digits, NO_DIGITS)
    first = list_batches(batches)
    batches.on_epoch_end()
    assert len(first) == 2
    assert not np.array_equal(first[0][0], batches[0][0])
    again = TrainingBatches(CONFIG.replace(epoch_digits=64, data=MNIST), digits, NO_DIGITS, epoch=1)
    assert np.array_equal(again[0][0], batches[0][0])


@pytest.mark.parametrize("data", [BOTH, USER])
def test_users_non_digits_keep_their_label(digits, data):
    nondigits = USER_DIGITS._replace(labels=np.full(10, NOT_A_DIGIT, np.uint8))
    config = CONFIG.replace(data=data, augment=True, refuse=True, epoch_digits=32, own_share=0.5)
    _, labels = TrainingBatches(config, digits, nondigits)[0]
    assert (labels == NOT_A_DIGIT).sum() >= 16


def test_half_of_mnist_stays_plain_in_fine_tuning(digits):
    config = CONFIG.replace(data=MNIST, augment=True, epoch_digits=32, start="cnn")
    images, _ = TrainingBatches(config, digits, NO_DIGITS)[0]
    known = {picture.tobytes() for picture in digits.images}
    plain = [np.round(picture[..., 0] * 255).astype(np.uint8).tobytes() in known for picture in images]
    assert 16 <= sum(plain) < 28


@pytest.mark.parametrize(("other_hands", "expected"), [(True, Augmentation()), (False, LIKE_MNIST)])
def test_copies_have_other_handwriting_unless_turned_off(digits, monkeypatch, other_hands, expected):
    used = []
    monkeypatch.setattr(Augmentation, "apply", lambda self, images, *_: used.append(self) or images)
    TrainingBatches(CONFIG.replace(data=MNIST, augment=True, other_hands=other_hands), digits, NO_DIGITS)[0]
    assert used == [expected]
