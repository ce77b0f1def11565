"""Make the steps of a reading that show lines and frames, and the rows and columns of its numbers."""

from __future__ import annotations

from typing import NamedTuple

from digitnet.explain.structure_drawing import draw_lines_and_frames, draw_rows_and_columns, find_frame_contours
from digitnet.preprocessing import display
from digitnet.preprocessing.binarization import Ink
from digitnet.preprocessing.images import to_png
from digitnet.reading.result import Reading
from digitnet.reading.tables import find_numbers_in_rows, find_ruled_table, find_table
from digitnet.segmentation.components import Components
from pages.shared.formatting import format_count

LINES, ROWS = "Lines and frames", "Rows and columns"


class Step(NamedTuple):
    """A step of the pipeline: its name, a sentence about it, and a PNG file of its result."""

    name: str
    sentence: str
    picture: bytes


def count_lines(ink: Ink) -> int:
    """Return how many lines were taken out of an ink, printed ones of the paper and others."""
    return len(ink.lines) + len(ink.ruled)


def list_line_steps(ink: Ink, components: Components) -> list[Step]:
    """List the step that shows lines, struck-out writing and frames; none if nothing was found.

    Args:
        ink: the ink, without the lines that were taken out.
        components: its components.
    """
    frames = find_frame_contours(ink, components)
    counts = (
        (len(ink.lines), "line", "around or under the writing (green)"),
        (len(ink.ruled), "printed line", "of the paper (purple)"),
        (len(ink.struck_out), "struck-out number", "(red)"),
    )
    taken = [f"{format_count(count, noun)} {which}" for count, noun, which in counts if count]
    sentences = [f"Taken out: {', '.join(taken)}."] if taken else []
    if frames:
        around = "a frame around writing, which is" if len(frames) == 1 else f"{len(frames)} frames, which are"
        sentences.append(f"Left out: {around} no digit{'s' * (len(frames) > 1)} (light blue).")
    if not sentences:
        return []
    picture = to_png(display.fit_to_page(draw_lines_and_frames(ink, frames)))
    return [Step(LINES, " ".join(sentences), picture)]


def list_row_steps(reading: Reading) -> list[Step]:
    """List the step that shows the rows and columns of several numbers; none if there is but one.

    Args:
        reading: a reading with its stages.
    """
    boxes, row = find_numbers_in_rows(reading)
    if len(boxes) < 2:
        return []
    ruled = find_ruled_table(reading, boxes, row)
    cells = find_table(reading) if ruled is None else ruled
    picture = draw_rows_and_columns(reading, boxes, cells, is_ruled=ruled is not None)
    rows, columns = format_count(cells.shape[0], "row"), format_count(cells.shape[1], "column")
    if ruled is not None:
        whose = "the lines that were found" if reading.grid is None else "your lines"
        sentence = f"A table of {rows} and {columns}, by {whose}. Numbers of a column share a color."
    elif cells.shape[1] > 1:
        sentence = f"{rows} in reading order and {columns}: numbers below each other share a column and a color."
    else:
        sentence = f"{rows} in reading order, without columns side by side."
    return [Step(ROWS, sentence, to_png(display.fit_to_page(picture)))]
