"""Hands to write with, of MNIST's digits and drawn ones."""

import numpy as np
import pytest

from digitnet.augmentation.strings.hands import Hands, collect_hands
from digitnet.augmentation.strings.papers import Papers


@pytest.fixture(scope="session")
def hands(held_out) -> Hands:
    return collect_hands(held_out.select(np.arange(200)), None, held_out=False, share=0.02)


@pytest.fixture(scope="session")
def papers() -> Papers:
    return Papers(np.random.default_rng(0))
