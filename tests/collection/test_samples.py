from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.collection.samples import PNG_SIGNATURE, clean_text
from digitnet.errors import CollectionError
from tests.helpers.user_digits import make_sample


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"picture": np.zeros((28, 28), np.float32)}, r"Expected a picture of uint8 \(28, 28\). Received: float32"),
        ({"picture": np.zeros((20, 20), np.uint8)}, r"Received: uint8 \(20, 20\)"),
        ({"picture": None}, "Received: NoneType"),
        ({"crop": b"GIF89a"}, "crop as a PNG"),
        ({"crop": PNG_SIGNATURE + bytes(2**20)}, "at most 1 MB"),
        ({"label": 11}, "Expected a label from 0 to 9, or 10 for no digit. Received: 11"),
        ({"label": True}, "Received: True"),
        ({"read": -1}, "Expected a label"),
        ({"confidence": 1.5}, "between 0 and 1"),
        ({"confidence": float("nan")}, "between 0 and 1"),
        ({"source": "moon"}, "out of canvas, photo, import. Received: 'moon'"),
    ],
)
def test_invalid_sample_refuses_the_whole_addition(collection, fields, sentence):
    with pytest.raises(CollectionError, match=sentence):
        collection.add([make_sample(1), replace(make_sample(2), **fields)])
    assert collection.count() == 0


@given(st.text(), st.integers(1, 90))
def test_cleaned_text_is_short_printable_and_stable(text, most):
    cleaned = clean_text(text, most)
    assert len(cleaned) <= most
    assert cleaned.encode("utf-8").find(b"\0") == -1
    assert clean_text(cleaned, most) == cleaned


def test_any_name_is_stored_and_found(collection):
    names = ["Zoë", "小明", "'; DROP TABLE digits; --", "a\0b", "\ud800", " two\n lines ", "n" * 300, "%s", "😀"]
    collection.add([make_sample(number, writer=name, file=name) for number, name in enumerate(names)])
    found = [digit.writer for digit in collection.find(order="oldest")]
    assert found == ["Zoë", "小明", "'; DROP TABLE digits; --", "a b", "?", "two lines", "n" * 80, "%s", "😀"]
    assert collection.count(writers=found) == len(names)
