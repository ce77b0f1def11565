import pytest

from digitnet.evaluation import accuracy, confusion_matrix


def test_confusion_matrix_counts_every_digit(mnist, cnn):
    digits = mnist[1].take(slice(1000))
    counts = confusion_matrix(cnn, digits)
    assert counts.shape == (10, 10)
    assert counts.sum() == 1000
    assert counts.trace() / 1000 == pytest.approx(accuracy(cnn, digits))
