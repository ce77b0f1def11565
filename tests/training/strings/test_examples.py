import numpy as np
import pytest

from digitnet.decoding.string_recognizer import BLANK
from digitnet.training.strings.examples import PADDING, make_examples

pytestmark = pytest.mark.training


def test_batches_hold_each_strip_once_at_most_and_one_width():
    examples = make_examples(300, None, held_out=True, seed=1)
    assert len(examples) == 300
    batches = list(examples.iterate(np.random.default_rng(0)))
    assert len(batches) == examples.count_batches()
    assert sum(len(texts) for _, texts in batches) <= 300
    for strips, texts in batches:
        assert strips.shape[1::2] == (40, 1)
        assert strips.shape[2] % 32 == 0
        assert 0 <= strips.min() <= strips.max() <= 1
        assert ((texts < BLANK) | (texts == PADDING)).all()
        assert (texts[:, 0] != PADDING).all()
