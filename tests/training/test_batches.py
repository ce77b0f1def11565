import numpy as np
import pytest

from digitnet.augmentation.augmentation import LIKE_MNIST, Augmentation
from digitnet.datasets.mnist import Digits
from digitnet.experiments.config import TrainingConfig
from digitnet.labels import NOT_A_DIGIT
from digitnet.models.card import BOTH, MNIST, USER
from digitnet.training.batches import TrainingBatches
from digitnet.training.data import NO_DIGITS

CONFIG = TrainingConfig.from_recipe("mlp-64-64", name="fed", batch_size=32)
MINE = Digits(
    np.full((10, 28, 28), 255, np.uint8) - np.arange(10, dtype=np.uint8)[:, None, None], np.arange(10, dtype=np.uint8)
)


@pytest.fixture
def some(mnist):
    return mnist[0].select(slice(300))


def batches(feed):
    return [feed[place] for place in range(len(feed))]


def own_of(images):
    """The numbers of those pictures that are own digits; MNIST's corners are empty."""
    corners = np.round(images[:, 0, 0, 0] * 255).astype(int)
    return (255 - corners[corners > 0]).tolist()


def test_mnist_alone_comes_whole_in_every_epoch(some):
    sizes = [len(labels) for _, labels in batches(TrainingBatches(CONFIG, some, NO_DIGITS))]
    assert sizes == [32] * 9 + [12]


def test_every_batch_has_its_part_of_own_digits_and_all_come_equally_often(some):
    config = CONFIG.replace(data=BOTH, own_share=0.25, epoch_digits=320)
    feed = TrainingBatches(config, some, MINE)
    parts = [own_of(images) for images, _ in batches(feed)]
    assert len(feed) == 10
    assert {len(part) for part in parts} == {8}
    assert np.bincount(np.concatenate(parts)).tolist() == [8] * 10


def test_own_digits_alone_are_fed_without_mnist(some):
    images, labels = TrainingBatches(CONFIG.replace(data=USER), some, MINE)[0]
    assert sorted(own_of(images)) == sorted(labels.tolist()) == list(range(10))


def test_epoch_of_fewer_digits_draws_others_each_time(some):
    feed = TrainingBatches(CONFIG.replace(epoch_digits=64, data=MNIST), some, NO_DIGITS)
    first = batches(feed)
    feed.on_epoch_end()
    assert len(first) == 2
    assert not np.array_equal(first[0][0], feed[0][0])
    again = TrainingBatches(CONFIG.replace(epoch_digits=64, data=MNIST), some, NO_DIGITS, epoch=1)
    assert np.array_equal(again[0][0], feed[0][0])


@pytest.mark.parametrize("data", [BOTH, USER])
def test_own_pictures_of_no_digit_are_fed_as_what_they_are(some, data):
    own = MINE._replace(labels=np.full(10, NOT_A_DIGIT, np.uint8))
    config = CONFIG.replace(data=data, augment=True, refuse=True, epoch_digits=32, own_share=0.5)
    _, labels = TrainingBatches(config, some, own)[0]
    assert (labels == NOT_A_DIGIT).sum() >= 16


def test_half_of_what_is_repeated_stays_plain_where_a_model_is_continued(some):
    config = CONFIG.replace(data=MNIST, augment=True, epoch_digits=32, start="cnn")
    images, _ = TrainingBatches(config, some, NO_DIGITS)[0]
    known = {picture.tobytes() for picture in some.images}
    plain = [np.round(picture[..., 0] * 255).astype(np.uint8).tobytes() in known for picture in images]
    assert 16 <= sum(plain) < 28


@pytest.mark.parametrize(("other_hands", "expected"), [(True, Augmentation()), (False, LIKE_MNIST)])
def test_copies_are_of_other_hands_unless_that_is_turned_off(some, monkeypatch, other_hands, expected):
    used = []
    monkeypatch.setattr(Augmentation, "apply", lambda self, images, *_: used.append(self) or images)
    TrainingBatches(CONFIG.replace(data=MNIST, augment=True, other_hands=other_hands), some, NO_DIGITS)[0]
    assert used == [expected]
