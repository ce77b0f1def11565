import numpy as np
import pytest

from digitnet.datasets.mnist import Digits
from digitnet.experiments.promotion import Comparison, LabelCount, PairedPredictions, compare


def make_predictions(labels, before, after):
    labels = np.array(labels, np.uint8)
    digits = Digits(np.zeros((len(labels), 28, 28), np.uint8), labels)
    return PairedPredictions(digits, np.array(before, np.intp), np.array(after, np.intp))


def make_outcome(total, before, after):
    """Return predictions for `total` digits, with the numbers of right ones before and after."""
    return make_predictions([0] * total, [0] * before + [1] * (total - before), [0] * after + [1] * (total - after))


def test_predictions_list_fixed_and_regressed_digits():
    predictions = make_predictions([7, 7, 1, 10, 10], [1, 7, 1, 3, 10], [7, 7, 7, 10, 10])
    assert predictions.fixed.tolist() == [0, 3]
    assert predictions.regressed.tolist() == [2]
    assert predictions.gain == 1
    assert predictions.counts == [LabelCount(1, 1, 1, 0), LabelCount(7, 2, 1, 2), LabelCount(10, 2, 1, 2)]


@pytest.mark.parametrize(
    ("mnist", "user", "better", "sentence"),
    [
        ((9961, 9956), (30, 36), True, "Better: it reads 36 of your 40 held-out digits right instead of 30"),
        ((9961, 9952), (30, 31), True, "loses 0.09 points on MNIST"),
        ((9961, 9961), (30, 31), True, "no fewer of MNIST's"),
        ((9961, 9951), (30, 40), False, "0.10 points fewer"),
        ((9961, 9970), (30, 30), False, "as many as before"),
        ((9961, 9970), (30, 29), False, "fewer than 30 before"),
        ((9961, 9970), (40, 40), False, "before already read all your 40"),
    ],
)
def test_better_model_keeps_mnist_and_reads_more_user_digits(mnist, user, better, sentence):
    comparison = Comparison(make_outcome(10_000, *mnist), make_outcome(40, *user))
    assert comparison.is_better == better
    assert sentence in comparison.verdict
    assert "chance" not in comparison.verdict


def test_verdict_on_few_digits_warns_of_chance():
    assert "may be chance" in Comparison(make_outcome(10_000, 9961, 9961), make_outcome(4, 1, 2)).verdict


def test_model_is_not_better_without_held_out_digits():
    comparison = Comparison(make_outcome(10_000, 9961, 9990), make_outcome(0, 0, 0))
    assert not comparison.is_better
    assert "none of your digits is held out" in comparison.verdict


def test_model_compared_with_itself_gains_nothing(cnn, mnist):
    user = mnist[1].select(slice(20, 60))
    user = user._replace(labels=np.where(np.arange(40) == 5, 10, user.labels).astype(np.uint8))
    comparison = compare(cnn, cnn, mnist[1].select(slice(200)), user)
    assert comparison.mnist.gain == comparison.user.gain == 0
    assert not comparison.user.right_after[5]
