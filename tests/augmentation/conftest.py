"""Digits that the tests of augmentation share."""

import pytest

from digitnet.datasets.mnist import Digits


@pytest.fixture
def digits(mnist) -> Digits:
    """Return the first 300 training digits."""
    return mnist[0].select(slice(300))
