"""Sheets and lines that a user sets on a photo become hints, and can be taken back."""

from dataclasses import replace

import numpy as np
import pytest

from digitnet import Reading
from pages.photo.reading_options import PhotoOptions
from pages.photo.structure import Changes, Structure, find_corners

SHEET = ((10, 20), (300, 20), (300, 200), (10, 200))


@pytest.fixture
def structure():
    return Structure(size=(400, 240))


def test_found_sheets_and_lines_are_shown_until_others_are_set(structure):
    lines, sheet = np.array([[5, 0, 5, 99]], np.int32), np.array(SHEET, np.int32)
    reading = replace(Reading.empty((400, 240)), lines=lines, sheets=(sheet,))
    structure.note(reading)
    assert structure.outlines == (SHEET,)
    assert structure.grid == ((5, 0, 5, 99),)
    structure.set_outlines([SHEET, SHEET])
    structure.note(reading)
    assert structure.outlines == (SHEET, SHEET)


def test_changes_are_undone_one_by_one(structure):
    structure.set_outlines([SHEET])
    structure.set_grid(())
    structure.set_grid(())
    assert structure.changes == Changes((SHEET,), ())
    structure.undo()
    assert structure.changes == Changes((SHEET,))
    structure.undo()
    structure.undo()
    assert structure.changes == Changes()


def test_refused_outline_changes_nothing_and_is_said(structure):
    structure.set_outlines([SHEET])
    structure.set_outlines([SHEET[:2] * 2])
    assert structure.changes == Changes((SHEET,))
    assert structure.error.startswith("The corners enclose no sheet.")
    assert structure.refused == 1
    structure.undo()
    assert (structure.changes, structure.error) == (Changes(), "")


def test_last_sheet_is_removed_and_taken_back(structure):
    found = replace(Reading.empty((400, 240)), sheets=(np.array(SHEET, np.int32),))
    structure.note(found)
    structure.set_outlines([])
    structure.note(Reading.empty((400, 240)))
    assert (structure.changes.outlines, structure.outlines) == ((), ())
    structure.undo()
    structure.note(found)
    assert structure.outlines == (SHEET,)


@pytest.mark.parametrize(
    ("grid", "is_upright", "line"),
    [
        ((), True, (200, 5, 200, 235)),
        ((), False, (8, 120, 392, 120)),
        (((100, 5, 100, 235),), True, (250, 5, 250, 235)),
        (((10, 0, 10, 200), (200, 200, 210, 0), (300, 0, 300, 200), (0, 9, 99, 9)), True, (110, 0, 105, 200)),
    ],
    ids=["first upright", "first level", "second", "widest gap"],
)
def test_line_is_added_in_the_widest_gap(structure, grid, is_upright, line):
    structure.grid = grid
    structure.add_line(is_upright)
    assert structure.changes.grid == (*grid, line)


def test_upright_line_runs_down_the_photo_as_it_is_shown(structure):
    structure.turn = 90
    structure.add_line(is_upright=True)
    assert structure.changes.grid == ((8, 120, 392, 120),)


def test_sheet_is_added_to_those_shown(structure):
    structure.outlines = (SHEET,)
    structure.add_sheet()
    assert structure.changes.outlines == (SHEET, ((40, 24), (360, 24), (360, 216), (40, 216)))


@pytest.mark.parametrize(
    "outline",
    [SHEET, SHEET[2:] + SHEET[:2], SHEET[::-1], (*SHEET[:1], (150, 19), *SHEET[1:])],
    ids=["in order", "from another corner", "counter-clockwise", "with a point on a side"],
)
def test_corners_begin_at_the_top_left_one(outline):
    assert find_corners(np.array(outline, np.int32)) == SHEET


def test_sheet_of_three_corners_gets_four():
    assert len(find_corners(np.array(SHEET[:3], np.int32))) == 4


def test_outlines_and_region_take_the_place_of_each_other():
    options = PhotoOptions(size=(400, 240))
    options.set_region((0, 0, 100, 100))
    options.structure.set_outlines([SHEET])
    assert (options.hints.region, options.hints.outlines) == (None, (SHEET,))
    options.set_region((0, 0, 90, 90))
    assert (options.hints.region, options.hints.outlines) == ((0, 0, 90, 90), None)


def test_region_is_read_without_the_sheets_that_were_removed():
    options = PhotoOptions(size=(400, 240))
    options.set_region((0, 0, 100, 100))
    options.structure.set_outlines([])
    assert (options.hints.region, options.hints.outlines) == ((0, 0, 100, 100), ())
    options.set_region((0, 0, 90, 90))
    assert (options.hints.region, options.hints.outlines) == ((0, 0, 90, 90), ())
