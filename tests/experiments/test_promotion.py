import numpy as np
import pytest

from digitnet.datasets.mnist import Digits
from digitnet.experiments.promotion import Comparison, LabelCount, PairedPredictions, compare


def outcome(labels, before, after):
    labels = np.array(labels, np.uint8)
    digits = Digits(np.zeros((len(labels), 28, 28), np.uint8), labels)
    return PairedPredictions(digits, np.array(before, np.intp), np.array(after, np.intp))


def of_size(total, before, after):
    """An outcome of `total` digits, so many of them right."""
    return outcome([0] * total, [0] * before + [1] * (total - before), [0] * after + [1] * (total - after))


def test_what_is_mended_and_broken_is_told_by_digit():
    seen = outcome([7, 7, 1, 10, 10], [1, 7, 1, 3, 10], [7, 7, 7, 10, 10])
    assert seen.fixed.tolist() == [0, 3]
    assert seen.regressed.tolist() == [2]
    assert seen.gain == 1
    assert seen.counts == [LabelCount(1, 1, 1, 0), LabelCount(7, 2, 1, 2), LabelCount(10, 2, 1, 2)]


@pytest.mark.parametrize(
    ("mnist", "own", "better", "said"),
    [
        ((9961, 9956), (30, 36), True, "Better: it reads 36 of your 40 held-out digits right instead of 30"),
        ((9961, 9952), (30, 31), True, "loses 0.09 points on MNIST"),
        ((9961, 9961), (30, 31), True, "no fewer of MNIST's"),
        ((9961, 9951), (30, 40), False, "0.10 points fewer"),
        ((9961, 9970), (30, 30), False, "as many as before"),
        ((9961, 9970), (30, 29), False, "fewer than the 30 before"),
        ((9961, 9970), (40, 40), False, "were read right before already"),
    ],
)
def test_new_model_is_better_only_if_it_keeps_mnist_and_reads_more_own_digits(mnist, own, better, said):
    comparison = Comparison(of_size(10_000, *mnist), of_size(40, *own))
    assert comparison.is_better == better
    assert said in comparison.verdict
    assert "chance" not in comparison.verdict


def test_few_digits_held_out_are_said_to_be_few():
    assert "may be chance" in Comparison(of_size(10_000, 9961, 9961), of_size(4, 1, 2)).verdict


def test_nothing_is_better_without_digits_to_check_on():
    comparison = Comparison(of_size(10_000, 9961, 9990), of_size(0, 0, 0))
    assert not comparison.is_better
    assert "none of your digits is held out" in comparison.verdict


def test_same_model_is_as_good_as_itself(cnn, mnist):
    own = mnist[1].select(slice(20, 60))
    own = own._replace(labels=np.where(np.arange(40) == 5, 10, own.labels).astype(np.uint8))
    comparison = compare(cnn, cnn, mnist[1].select(slice(200)), own)
    assert comparison.mnist.gain == comparison.user.gain == 0
    assert not comparison.user.right_after[5]
