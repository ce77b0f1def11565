"""What the benchmarks draw and how they count."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from benchmarks.ablation import STAGES, Ablated, always
from benchmarks.accuracy import edit_distance, table, without_spaces
from benchmarks.cases import Case, CaseSet, numbers
from benchmarks.formats import FORMATS
from benchmarks.peers import in_rows
from benchmarks.strokes import HEIGHT, compose

ZERO = [[[250 + 80 * np.cos(turn), 250 + 120 * np.sin(turn)] for turn in np.linspace(0, 2 * np.pi, 24)]]
ONE = [[[250, 130], [240, 370]]]
SEVEN = [[[180, 130], [320, 130], [230, 370]]]
DIGITS = [ZERO, ONE, SEVEN, ZERO]
ITEMS = [{"label": label, "writer": 1, "strokes": digit} for label, digit in [(0, ZERO), (1, ONE), (7, SEVEN)] * 2]


def pieces(picture: np.ndarray) -> int:
    return cv2.connectedComponents((picture[..., 3] > 127).astype(np.uint8))[0] - 1


def picture(spacing: str, pen: int) -> np.ndarray:
    return compose(DIGITS, spacing, pen, np.random.default_rng(0))


def test_edit_distance_counts_digits_added_dropped_and_changed():
    assert [edit_distance("2047", read) for read in ("2047", "20047", "247", "2041", "")] == [0, 1, 1, 1, 4]


def test_spaces_between_numbers_do_not_count():
    assert without_spaces(["12 34", " ", "5"]) == ["1234", "5"]


def test_every_stage_can_be_left_out_and_is_scored(paper):
    two = CaseSet("two", "line", [Case("a", paper().number("2047").gray(), ["2047"])])
    none = CaseSet("none", "nondigit", [Case("b", paper().gray(), [])])
    makers = {name: always(Ablated("cnn", stages)) for name, stages in STAGES.items()}
    lines = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table(iter([two, none]), makers, None)]
    assert lines[0][3:] == lines[-3][1:] == list(STAGES)
    assert lines[2][3].startswith("0.0% / 100.0%")
    assert lines[-1][:2] == ["two", "0.0% of 4 / 0 of 0"]


@pytest.mark.parametrize("pen", [4, 8, 14])
def test_touching_digits_are_one_piece(pen):
    assert pieces(picture("touching", pen)) == 1


@pytest.mark.parametrize("pen", [4, 8, 14])
@pytest.mark.parametrize("spacing", ["spaced", "tight"])
def test_other_digits_are_a_piece_each(spacing, pen):
    assert pieces(picture(spacing, pen)) == len(DIGITS)


def test_upright_strokes_stand_as_far_apart_as_asked():
    upright = [[[250, 130], [250, 370]]]
    drawn = compose([upright, upright], "spaced", 8, np.random.default_rng(0))[..., 3].max(axis=0) > 127
    assert np.diff(np.flatnonzero(drawn)).max() - 1 == pytest.approx(0.35 * HEIGHT, abs=1)


def test_numbers_repeat_and_keep_their_digits_at_another_spacing():
    first, again, other = (numbers(ITEMS, spacing, 5) for spacing in ("tight", "tight", "touching"))
    assert all(np.array_equal(a.picture, b.picture) for a, b in zip(first, again, strict=True))
    assert [case.truth for case in first] == [case.truth for case in other]


def test_boxes_are_put_in_rows():
    boxes = np.array([[50, 0, 60, 20], [0, 4, 10, 24], [0, 40, 10, 60]], float)
    assert in_rows(boxes, ["2", "1", "3"]) == ["12", "3"]


@pytest.mark.parametrize(("name", "side", "levels"), [("USPS", 16, 256), ("Semeion", 16, 2), ("optdigits", 8, 17)])
def test_digits_are_brought_into_the_formats_of_other_collections(name, side, levels):
    ring = cv2.ellipse(np.zeros((60, 40), np.uint8), (20, 30), (17, 27), 0, 0, 360, 255, 5, cv2.LINE_AA)
    brought = FORMATS[name](ring)
    assert brought.shape == (side, side)
    assert 2 <= len(np.unique(brought)) <= levels
    across = np.ptp(np.flatnonzero(brought.any(axis=0))) + 1
    assert across == side if name == "Semeion" else 0.5 * side < across < 0.8 * side
