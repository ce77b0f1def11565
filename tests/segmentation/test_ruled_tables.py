"""Tests of tables whose lines are taken for those of ruled paper."""

import numpy as np
import pytest

from digitnet.preprocessing.binarization import find_ink
from digitnet.reading.export import reading_to_dict, to_table
from digitnet.reading.pipeline import read
from digitnet.segmentation.ruled_tables import find_ruled_table
from tests.helpers.ink import rule, rule_squares, to_rgb

XS, YS = (15, 275, 500, 885), (12, 170, 330, 490)


@pytest.fixture
def numbers(paper):
    """A page with the numbers of a table of three rows and three columns."""
    return (
        paper(width=900, height=500).number("20", 60, 40, 100).number("47", 290, 40, 100).number("815", 540, 360, 100)
    )


def add_lines(page, strength, xs=XS, ys=YS):
    """Draw level lines at ys and upright ones at xs, as dark as this share of the pen."""
    lines = np.zeros_like(page.ink)
    for x in xs:
        lines[min(ys) : max(ys) + 3, x : x + 3] = strength
    for y in ys:
        lines[y : y + 3, min(xs) : max(xs) + 3] = strength
    page.ink = np.maximum(page.ink, lines)
    return page


@pytest.mark.parametrize("strength", [0.3, 0.45, 1.0], ids=["faint", "gray", "as dark as the pen"])
def test_table_that_fills_the_picture_keeps_its_cells(numbers, strength):
    table = to_table(reading_to_dict("", read(add_lines(numbers, strength).gray())))
    assert table == [["20", "47", ""], ["", "", ""], ["", "", "815"]]


@pytest.mark.parametrize("make", [lambda page: rule(page, range(30, 500, 60)), rule_squares], ids=["ruled", "squared"])
def test_lines_of_the_paper_are_no_table(numbers, make):
    ink = find_ink(to_rgb(make(numbers)))
    assert len(ink.ruled)
    assert find_ruled_table(ink) is None


def test_paper_without_lines_holds_no_table(numbers):
    assert find_ruled_table(find_ink(to_rgb(numbers.gray()))) is None
