import numpy as np

from digitnet.explain.structure_drawing import (
    DRAWN_LINE,
    FRAME,
    draw_lines_and_frames,
    draw_rows_and_columns,
    find_frame_contours,
)
from digitnet.reading.pipeline import load_classifier, read_rgb
from digitnet.reading.result import require_stages
from digitnet.reading.tables import find_numbers_in_rows, find_table


def read_gray(gray):
    return read_rgb(np.repeat(gray[..., None], 3, axis=2), load_classifier())


def has_color(picture, color):
    return bool((picture == color).all(axis=2).any())


def test_line_that_was_taken_out_is_green(paper):
    reading = read_gray(paper().number("20475").stroke([(20, 210), (700, 212)]).gray())
    stages = require_stages(reading)
    picture = draw_lines_and_frames(stages.ink, [])
    assert len(stages.ink.lines) == 1
    assert has_color(picture, DRAWN_LINE)
    assert not has_color(picture, FRAME)
    assert picture.shape[:2] == stages.ink.map.shape


def test_frame_around_a_number_is_blue(paper):
    circle = [(round(330 + 300 * np.cos(a)), round(150 + 120 * np.sin(a))) for a in np.linspace(0, 2 * np.pi, 60)]
    reading = read_gray(paper().number("165", 150, 100, 100).stroke(circle).gray())
    stages = require_stages(reading)
    frames = find_frame_contours(stages.ink, stages.components)
    assert len(frames) == 1
    assert has_color(draw_lines_and_frames(stages.ink, frames), FRAME)


def test_numbers_of_a_column_share_a_color(paper):
    page = paper(height=500).number("20", 40, 40).number("47", 500, 40).number("3", 500, 280)
    reading = read_gray(page.gray())
    boxes, _ = find_numbers_in_rows(reading)
    cells = find_table(reading)
    picture = draw_rows_and_columns(reading, boxes, cells, is_ruled=False)
    corners = [tuple(picture[top, left].tolist()) for left, top, _, _ in boxes.tolist()]
    assert cells.column.tolist() == [0, 1, 1]
    assert corners[0] != corners[1] == corners[2]
