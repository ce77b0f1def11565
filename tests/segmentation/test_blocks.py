"""Tests of finding blocks of rows that stand side by side."""

import numpy as np
import pytest

from benchmarks.page_composition import make_page
from digitnet.reading.export import reading_to_dict, to_table
from digitnet.reading.pipeline import read
from digitnet.scoring.comparison import remove_spaces
from digitnet.segmentation.row_slope import estimate_row_slope, level_boxes
from digitnet.segmentation.rows import find_rows


def write(*numbers, slope=0.0):
    """Return boxes of digits, 20 x 30 pixels, of numbers (x, y, count)."""
    places = [(x + 26 * place, y) for x, y, count in numbers for place in range(count)]
    return np.array([[x, y + slope * x, x + 20, y + slope * x + 30] for x, y in places], np.int32)


def read_order(boxes, lines=()):
    row, order = find_rows(boxes, np.array(lines, np.int32).reshape(-1, 4))
    assert (np.diff(row[order]) >= 0).all()
    assert len(np.unique(row)) == row.max() + 1
    return [boxes[order][row[order] == index][0, :2].tolist() for index in np.unique(row)]


LEFT = [(0, 50 * line, 4) for line in range(5)]
SUMS = [(x, y, 3) for x in (0, 130) for y in (0, 50, 110)]


def test_blocks_with_rows_of_their_own_are_read_one_after_the_other():
    right = [(200, 20 + 65 * line, 3) for line in range(4)]
    assert read_order(write(*LEFT, *right)) == [[x, y] for x, y, _ in (*LEFT, *right)]


@pytest.mark.parametrize("slope", [-0.08, 0.0, 0.08])
def test_rows_of_a_table_go_on_beyond_a_channel(slope):
    right = [(200, 50 * line, 3) for line in (0, 2, 3, 4)]
    assert len(read_order(write(*LEFT, *right, slope=slope))) == 5


def test_lines_through_both_sides_make_a_table():
    right = [(200, 15 + 50 * line, 3) for line in range(5)]
    boxes = write(*LEFT, *right)
    assert len(read_order(boxes)) == 10
    ruled = [(-10, 45 + 50 * line, 290, 45 + 50 * line) for line in range(4)]
    assert len(read_order(boxes, ruled)) == 5


def test_sums_are_parted_by_the_lines_over_their_results():
    apart = [(-5, 95, 75, 95), (125, 95, 205, 95)]
    assert read_order(write(*SUMS)) == [[0, 0], [0, 50], [0, 110]]
    assert read_order(write(*SUMS), apart) == [[x, y] for x, y, _ in SUMS]
    assert read_order(write(*SUMS), [(-5, 95, 205, 95)]) == [[0, 0], [0, 50], [0, 110]]


def test_lines_may_reach_under_a_sign_beside_a_sum():
    apart = [(-42, 95, 75, 95), (88, 95, 205, 95)]
    assert read_order(write(*SUMS), apart) == [[x, y] for x, y, _ in SUMS]


def test_gap_in_a_sum_over_a_line_parts_no_blocks():
    """The line of the sum in the middle runs through the gap; those beside it end and begin elsewhere."""
    sums = [(x, y, 3) for x in (0, 200, 400) for y in (0, 50, 110)]
    gapped = write(*sums)
    gapped[:, ::2] += 16 * ((gapped[:, :1] > 200) & (gapped[:, :1] < 300))
    lines = [(x - 5, 95, x + 95, 95) for x in (0, 200, 400)]
    assert read_order(gapped, lines) == [[x, y] for x, y, _ in sums]


@pytest.mark.parametrize("top", [-10, 0])
def test_blocks_that_begin_at_one_height_drift_apart(top):
    right = [(200, top + 59 * line, 3) for line in range(3)]
    assert read_order(write(*LEFT, *right)) == [[x, y] for x, y, _ in (*LEFT, *right)]


def test_uneven_rows_of_a_table_drift_nowhere():
    right = [(200, y, 3) for y in (6, 43, 108)]
    assert len(read_order(write(*LEFT, *right))) == 5


@pytest.mark.parametrize(
    ("rows", "step", "share", "every"),
    [(15, 60, 0.02, 1), (15, 90, 0.015, 1), (10, 60, 0.03, 1), (8, 60, 0.04, 1), (15, 60, 0.02, 2)],
)
def test_columns_of_a_table_seen_from_the_side_fan_apart_but_are_no_blocks(rows, step, share, every):
    """Their rows are a pixel off here and there; on the right, only one of `every` has a number."""
    noise = np.random.default_rng(0).integers(-1, 2, (2, rows))
    left = [(0, step * row + noise[0, row], 3) for row in range(rows)]
    right = [(300, round(step * (1 + share) * row) + noise[1, row], 3) for row in range(0, rows, every)]
    assert len(read_order(write(*left, *right))) == rows


@pytest.mark.parametrize("step", [120, 200])
def test_rows_far_from_each_other_meet_though_a_little_off(step):
    left = [(0, step * line, 4) for line in range(5)]
    right = [(200, step * line + off, 3) for line, off in enumerate((8, -9, 9, 1, -3))]
    assert len(read_order(write(*left, *right))) == 5


def test_row_over_blocks_is_read_first():
    right = [(200, 120 + 65 * line, 3) for line in range(4)]
    left = [(0, 100 + 50 * line, 4) for line in range(5)]
    assert read_order(write((60, 0, 6), *left, *right))[:3] == [[60, 0], [0, 100], [0, 150]]


@pytest.mark.parametrize("slope", [-0.1, -0.03, 0.06])
def test_slope_is_told_by_neighbors_in_rows(slope):
    boxes = write(*[(x, y, 2) for x in (0, 200, 420) for y in (0, 60, 120)], slope=slope)
    row = np.repeat([0, 1, 2] * 3, 2).astype(np.int32)
    assert estimate_row_slope(boxes, row) == pytest.approx(slope, abs=0.01)
    assert np.ptp(level_boxes(boxes, slope)[row == 1, 1]) <= 2


def test_few_boxes_have_no_slope():
    assert estimate_row_slope(write((0, 0, 2), slope=0.2), np.zeros(2, np.int32)) == 0


@pytest.mark.parametrize(("kind", "seed"), [("sums", 19), ("blocks", 5)])
def test_page_is_read_block_by_block(cnn, kind, seed):
    page = make_page(kind, seed)
    reading = read(page.image, cnn)
    assert remove_spaces(reading.rows) == page.rows
    assert [len(cells) for cells in to_table(reading_to_dict("", reading))] == [1] * len(page.rows)
