from dataclasses import replace

import numpy as np
import pytest

from digitnet.preprocessing.images import load
from digitnet.reading.hints import Hints
from digitnet.reading.pipeline import load_classifier, read_rgb
from digitnet.reading.result import require_stages
from pages.shared import pipeline_steps, structure_steps


def read_gray(gray, hints=None):
    return read_rgb(np.repeat(gray[..., None], 3, axis=2), load_classifier(), hints=hints)


def list_line_steps(reading):
    stages = require_stages(reading)
    return structure_steps.list_line_steps(stages.ink, stages.components)


def test_plain_number_has_neither_step(paper):
    reading = read_gray(paper().number("20475").gray())
    assert list_line_steps(reading) == []
    assert structure_steps.list_row_steps(reading) == []


def test_underline_is_counted_as_taken_out(paper):
    reading = read_gray(paper().number("20475").stroke([(20, 210), (700, 212)]).gray())
    [step] = list_line_steps(reading)
    assert step.name == "Lines and frames"
    assert step.sentence == "Taken out: 1 line around or under the writing (green)."
    assert load(step.picture).ndim == 3
    assert pipeline_steps._describe_ink(reading.stages.ink, Hints()).endswith("; 1 line was taken out.")


def test_frame_is_said_to_be_left_out(paper):
    circle = [(round(330 + 300 * np.cos(a)), round(150 + 120 * np.sin(a))) for a in np.linspace(0, 2 * np.pi, 60)]
    [step] = list_line_steps(read_gray(paper().number("165", 150, 100, 100).stroke(circle).gray()))
    assert step.sentence == "Left out: a frame around writing, which is no digit (light blue)."


@pytest.mark.parametrize(
    ("lines", "ruled", "sentence"),
    [(0, 0, "no lines were found."), (4, 0, "4 lines were taken out."), (1, 8, "9 lines were taken out.")],
)
def test_lines_are_counted_in_the_ink_step(paper, lines, ruled, sentence):
    ink = read_gray(paper().number("20475").gray()).stages.ink
    counted = replace(ink, lines=np.zeros((lines, 4), np.int32), ruled=np.zeros((ruled, 4), np.int32))
    assert pipeline_steps._describe_ink(counted, Hints()).endswith(f"wide; {sentence}")
    assert pipeline_steps._describe_ink(counted, Hints(lines=False)).endswith("; lines are left in (your setting).")


def test_rows_and_columns_are_counted(paper):
    page = paper(height=500).number("20", 40, 40).number("47", 500, 40).number("3", 500, 280)
    [step] = structure_steps.list_row_steps(read_gray(page.gray()))
    assert step.name == "Rows and columns"
    assert step.sentence.startswith("2 rows in reading order and 2 columns:")


def test_table_by_given_lines_is_said(paper):
    page = paper(height=500).number("20", 40, 40).number("3", 500, 280)
    [step] = structure_steps.list_row_steps(read_gray(page.gray(), Hints(grid=((420, 0, 420, 500),))))
    assert step.sentence.startswith("A table of 2 rows and 2 columns, by your lines.")
