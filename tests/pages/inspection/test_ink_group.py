from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import streamlit as st

from digitnet.expectations.expect import Expect
from digitnet.explain.trace_records import TracedGroup
from digitnet.reading.result import Reading
from pages.inspection.ink_group import show_group
from pages.shared import model_choice
from pages.shared.last_reading import InspectedReading, Picture

EXPECTED_TEXT = "the likeliest text that is was taken"


@pytest.fixture
def said(monkeypatch):
    """All that is said of a group."""
    texts = []
    monkeypatch.setattr(st, "markdown", texts.append)
    monkeypatch.setattr(model_choice, "load_classifier", lambda _: SimpleNamespace(refuses=False))
    return texts


def show(index, *, is_read_in_line):
    """Show the ink of a digit; it is one of two numbers, of which what was expected has changed the second."""
    reading = replace(
        Reading.empty(),
        boxes=np.array([[0, 0, 20, 28], [90, 0, 110, 28]], np.int32),
        probabilities=np.eye(10, dtype=np.float32)[[4, 7]],
        row=np.zeros(2, np.int32),
        crops=np.zeros((2, 28, 28), np.uint8),
        number=np.arange(2, dtype=np.int32),
        expect=Expect(length=1),
        plain={1: "17"},
    )
    group = TracedGroup(0, (), 0, (), 1, (), 0.0, is_decoded=True, is_read_in_line=is_read_in_line)
    show_group(InspectedReading(Picture("photo", "a.png", b""), reading, "mlp", index), group)


def test_only_a_number_that_was_changed_is_said_to_be_read_as_expected(said):
    show(0, is_read_in_line=True)
    assert "Cutting the ink gave no number that fits" in said.pop(0)
    said.clear()
    show(1, is_read_in_line=True)
    assert EXPECTED_TEXT in said[0]


def test_digit_of_a_model_of_ten_labels_in_an_unchanged_number_is_its_own_answer(said):
    show(0, is_read_in_line=False)
    assert "The answer of mlp alone counts" in said.pop(0)
    said.clear()
    show(1, is_read_in_line=False)
    assert "It is read as a 7, because the number then is as expected" in said[0]
