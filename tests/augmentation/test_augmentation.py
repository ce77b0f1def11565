import numpy as np

from digitnet.augmentation.augmentation import LIKE_MNIST, Augmentation, add_nondigits
from digitnet.labels import NOT_A_DIGIT

PLAIN = Augmentation(plain_share=1.0, max_shift=0)


def test_copies_differ_from_digits_and_from_each_other(mnist):
    images, labels = mnist[0].images[:50], mnist[0].labels[:50]
    rng = np.random.default_rng(0)
    first, second = (Augmentation(plain_share=0.0).apply(images, labels, rng) for _ in range(2))
    assert first.shape == images.shape
    assert first.dtype == np.uint8
    assert all((a != b).any() for a, b in zip(first, images, strict=True))
    assert all((a != b).any() for a, b in zip(first, second, strict=True))


def test_copies_repeat_with_their_seed(mnist):
    images, labels = mnist[0].images[:50], mnist[0].labels[:50]
    copies = [Augmentation().apply(images, labels, np.random.default_rng(5)) for _ in range(2)]
    assert np.array_equal(*copies)


def test_copies_are_still_read_as_their_digit(mnist, cnn):
    images, labels = mnist[1].images[:500], mnist[1].labels[:500]
    copies = Augmentation().apply(images, labels, np.random.default_rng(0))
    assert (cnn.predict_digit_probabilities(copies).argmax(axis=1) == labels).mean() > 0.95


def test_copies_like_mnist_keep_ink_and_label(mnist, cnn):
    images, labels = mnist[1].images[:500], mnist[1].labels[:500]
    copies = LIKE_MNIST.apply(images, labels, np.random.default_rng(0))
    assert (cnn.predict_digit_probabilities(copies).argmax(axis=1) == labels).mean() > 0.97
    ink, copied = (pictures.sum(axis=(1, 2), dtype=float) for pictures in (images, copies))
    assert 0.95 < np.median(copied / ink) < 1.1
    assert (copies != images).any(axis=(1, 2)).mean() > 0.95


def test_plain_copies_are_the_digits(mnist):
    images, labels = mnist[0].images[:20], mnist[0].labels[:20]
    assert np.array_equal(PLAIN.apply(images, labels, np.random.default_rng(0)), images)


def test_apply_leaves_its_input_unchanged(mnist):
    sevens = mnist[0].select(np.flatnonzero(mnist[0].labels == 7)[:40])
    before = sevens.images.copy()
    Augmentation(extra_stroke_share=1.0).apply(*sevens, np.random.default_rng(0))
    assert np.array_equal(sevens.images, before)


def test_empty_picture_stays_empty():
    empty, rng = np.zeros((1, 28, 28), np.uint8), np.random.default_rng(0)
    assert not Augmentation(extra_stroke_share=1.0).apply(empty, np.array([1], np.uint8), rng).any()


def test_batch_holds_good_crops_bad_crops_and_nondigits(digits):
    batch = digits.select(slice(128))
    mixed = add_nondigits(batch, batch.images, Augmentation(), np.random.default_rng(0))
    assert mixed.images.shape == (177, 28, 28)
    assert (mixed.labels == NOT_A_DIGIT).sum() == 43
    assert set(mixed.labels.tolist()) <= set(range(11))


def test_batch_repeats_with_its_seed(digits):
    first, second = (add_nondigits(digits, digits.images, Augmentation(), np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(first.images, second.images)
    assert np.array_equal(first.labels, second.labels)
