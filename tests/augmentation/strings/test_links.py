import dataclasses

import numpy as np
import pytest

from digitnet.augmentation.strings import links
from digitnet.augmentation.strings.links import Linked, link_zeros
from digitnet.augmentation.strings.styles import draw_style


def place(label, left):
    """Return a box of ink of 10 x 20 pixels, 8 rows below the top of the strip."""
    ink = np.zeros((40, 10), np.float32)
    ink[8:28] = 1
    return Linked(label, left, ink)


def link(labels, probability=1.0):
    """Place signs side by side and return the ink of the links alone."""
    rng = np.random.default_rng(0)
    style = dataclasses.replace(draw_style(rng), linked_zeros=probability)
    ink, last = np.zeros((40, 200), np.float32), None
    for position, label in enumerate(labels):
        last = link_zeros(ink, last, place(label, 20 * position), style, rng)
    return ink


@pytest.fixture(autouse=True)
def _all_are_linked(monkeypatch):
    monkeypatch.setattr(links, "_ACROSS_SHARE", 1.0)
    monkeypatch.setattr(links, "_FROM_DIGIT_SHARE", 1.0)


@pytest.mark.parametrize("text", ["00", "50", "60", "000", "0.0", "0,0", "0'0"])
def test_zero_is_joined_to_the_digit_before(text):
    assert link(text).any()


@pytest.mark.parametrize("text", ["10", "05", "0-0", "5.0", "0W0", "0..1"])
def test_other_signs_are_not_joined(text):
    assert not link(text).any()


def test_hand_that_joins_no_zeros_joins_nothing():
    assert not link("000", probability=0.0).any()


def test_link_leaves_a_6_from_its_loop():
    rows = np.flatnonzero(link("60")[:, 5:12].any(axis=1))
    assert rows.max() > 14
