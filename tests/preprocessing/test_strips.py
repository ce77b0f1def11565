import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitnet.preprocessing.strips import SIDE_MARGIN, STRIP_HEIGHT, render_strip


def draw_line(height=60, paper=230, ink=40):
    gray = np.full((height, 4 * height), paper, np.uint8)
    cv2.putText(gray, "274", (height // 2, round(0.8 * height)), 0, height / 35, ink, max(1, height // 15), cv2.LINE_AA)
    return gray


@pytest.mark.parametrize("height", [25, 40, 120])
def test_strip_has_one_height_and_a_margin(height):
    strip = render_strip(draw_line(height))
    assert strip.shape == (STRIP_HEIGHT, 4 * STRIP_HEIGHT + 2 * SIDE_MARGIN)
    assert not strip[:, :SIDE_MARGIN].any()
    assert not strip[:, -SIDE_MARGIN:].any()


def test_faint_ink_on_dark_paper_looks_like_dark_ink_on_light_paper():
    strong, faint = render_strip(draw_line()), render_strip(draw_line(paper=150, ink=100))
    assert np.abs(strong.astype(float) - faint).mean() < 6


def test_uneven_light_is_evened_out():
    line = draw_line()
    shaded = (line * np.linspace(1, 0.5, line.shape[1])).astype(np.uint8)
    assert np.abs(render_strip(line).astype(float) - render_strip(shaded)).mean() < 6


@given(st.integers(1, 90), st.integers(1, 90), st.integers(0, 255))
def test_even_paper_gives_an_empty_strip(height, width, level):
    assert not render_strip(np.full((height, width), level, np.uint8)).any()
