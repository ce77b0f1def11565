import numpy as np

from digitnet.augmentation.augmentation import LIKE_MNIST, Augmentation
from digitnet.augmentation.distortions import add_bar, add_flag, coarsen, reshape
from digitnet.preprocessing.normalization import normalize, trim

PLAIN = Augmentation(plain_share=1.0, shift=0)


def of(mnist, label, count=40):
    digits = mnist[0]
    chosen = np.flatnonzero(digits.labels == label)[:count]
    return digits.images[chosen], digits.labels[chosen]


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


def test_copies_like_mnist_keep_their_ink_and_are_read_like_the_digits(mnist, cnn):
    images, labels = mnist[1].images[:500], mnist[1].labels[:500]
    copies = LIKE_MNIST.apply(images, labels, np.random.default_rng(0))
    assert (cnn.predict_digit_probabilities(copies).argmax(axis=1) == labels).mean() > 0.97
    ink, kept = (pictures.sum(axis=(1, 2), dtype=float) for pictures in (images, copies))
    assert 0.95 < np.median(kept / ink) < 1.1
    assert (copies != images).any(axis=(1, 2)).mean() > 0.95


def test_plain_copies_are_the_digits(mnist):
    images, labels = mnist[0].images[:20], mnist[0].labels[:20]
    assert np.array_equal(PLAIN.apply(images, labels, np.random.default_rng(0)), images)


def test_no_digit_is_changed_in_place(mnist):
    images, labels = of(mnist, 7)
    before = images.copy()
    Augmentation(extra_stroke_share=1.0).apply(images, labels, np.random.default_rng(0))
    assert np.array_equal(images, before)


def test_flag_and_bar_add_ink(mnist):
    rng = np.random.default_rng(0)
    for restyle, label in ((add_flag, 1), (add_bar, 7)):
        images, _ = of(mnist, label)
        more = [int(restyle(image, rng).sum()) - int(image.sum()) for image in images]
        assert min(more) >= 0
        assert sum(gain > 0 for gain in more) > 10


def test_empty_picture_stays_empty():
    empty = np.zeros((1, 28, 28), np.uint8)
    assert (
        not Augmentation(extra_stroke_share=1.0).apply(empty, np.array([1], np.uint8), np.random.default_rng(0)).any()
    )


def test_reshaped_digits_are_narrower_or_wider_and_sticks_stay():
    rng = np.random.default_rng(0)
    ink = np.zeros((40, 24), np.uint8)
    ink[::39] = ink[:, ::23] = 255
    shapes = [reshape(ink, rng).shape for _ in range(60)]
    assert {height for height, _ in shapes} == {40}
    assert min(wide for _, wide in shapes) < 20
    assert 34 < max(wide for _, wide in shapes) <= 44
    stick = np.full((40, 8), 255, np.uint8)
    assert reshape(stick, rng) is stick


def test_coarse_copies_are_still_the_digit(mnist, cnn):
    rng = np.random.default_rng(0)
    digits = mnist[0].select(slice(300))
    coarse = [coarsen(trim(image), rng) for image in digits.images]
    assert (cnn.predict_probabilities(normalize(coarse)).argmax(axis=1) == digits.labels).mean() > 0.9
    assert not np.array_equal(normalize(coarse), normalize(list(digits.images)))
