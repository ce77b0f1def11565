"""Show the steps between a picture and its digits as pictures, each with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitnet.explain.contour_drawing import draw_contours
from digitnet.preprocessing import display
from digitnet.preprocessing.binarization import Ink
from digitnet.preprocessing.images import crop_box, to_png
from digitnet.preprocessing.straightening import turn_picture
from digitnet.reading.hints import Hints
from digitnet.reading.result import Reading, require_stages
from digitnet.reading.view_notes import describe_view
from digitnet.segmentation.components import Components
from digitnet.types import RGB
from pages.shared import formatting, reading_cache, reading_view, structure_steps
from pages.shared.reading_cache import CacheKey, ReadingRequest
from pages.shared.structure_steps import Step

_MAX_REFUSED = 24  # More refused components than this are not shown.
_REFUSED_PIXELS = 156  # Side of the picture of a refused component.
STYLE = """
[class*=st-key-pictures] img {
    border: 1px solid #8884; border-radius: 0.5rem; box-sizing: border-box; max-height: 3000px; object-fit: contain;
}
[class*=st-key-pictures-] * { max-width: 100%; }
"""


class Steps(NamedTuple):
    """The steps of a reading, and PNG files of its refused components."""

    pictures: list[Step]
    refused: list[bytes]


def list_steps(request: ReadingRequest, level: float, load_reading: Callable[[], Reading]) -> Steps:
    """List the steps between a picture file and its digits.

    Args:
        request: the picture file, and how it is read.
        level: confidence below which a digit is doubtful.
        load_reading: function that loads its reading with the stages.
    """
    return _list_steps(request, request.key, level, load_reading)


@st.cache_data(max_entries=8, show_spinner=False)
def _list_steps(_request: ReadingRequest, key: CacheKey, level: float, _load_reading: Callable[[], Reading]) -> Steps:
    image, reading = _request.load_page().image, replace(_load_reading(), level=level)
    stages, hints = require_stages(reading), _request.hints
    ink, components = stages.ink, stages.components
    region = " of the part that is read" if hints.region else ""
    pictures = [
        *_list_paper_steps(reading, stages.image),
        Step("Gray", f"The brightness of each pixel{region}.", reading_cache.encode_gray(ink.gray)),
        Step("Light evened out", _describe_polarity(ink, hints), reading_cache.encode_gray(255 - ink.contrast)),
        Step("Ink", _describe_ink(ink, hints), reading_cache.encode_gray(255 - ink.map)),
        *structure_steps.list_line_steps(ink, components),
        Step("Contours", _describe_contours(components), _draw_contours(ink, components)),
        *structure_steps.list_row_steps(reading),
        Step("Digits", f"{reading_view.describe_reading(reading)}.", _draw_boxes(image, reading, hints)),
    ]
    return Steps(pictures, [_crop_refused(image, box, reading.turn) for box in reading.refused[:_MAX_REFUSED]])


def _list_paper_steps(reading: Reading, straight: RGB) -> list[Step]:
    """List the step that finds the paper and turns it, none if the picture was read as it is."""
    count, turned = len(reading.sheets), describe_view(reading)
    picture = to_png(display.fit_to_page(straight)) if reading.placement else b""
    if not count:
        return [Step("Upright", turned, picture)] if reading.placement else []
    found = "The sheet of paper was" if count == 1 else f"{count} sheets of paper were"
    sentence = f"{found} found by light, color and straight sides, and stood straight. What lies beside is not read."
    return [Step("Paper", f"{sentence} {turned}".strip(), picture)]


def _draw_contours(ink: Ink, components: Components) -> bytes:
    return to_png(display.fit_to_page(draw_contours(ink.map, components)))


def _describe_contours(components: Components) -> str:
    """Say how many components and counters the contours enclose."""
    if not len(components):
        return "There is no ink to go around."
    outer, inner = len(components), len(components.counters)
    counters = formatting.format_count(inner, "counter") if inner else "no counter"
    return (
        f"Blue lines go around {formatting.format_count(outer, 'component')} of connected ink, red ones around "
        f"{counters}: paper that ink encloses, as in a 0."
    )


def _draw_boxes(image: RGB, reading: Reading, hints: Hints) -> bytes:
    upright, _ = turn_picture(display.fit_to_page(image), reading.turn)
    return to_png(reading_cache.draw_reading(upright, reading, hints.region))


def _describe_polarity(ink: Ink, hints: Hints) -> str:
    polarity = "dark ink on light paper" if ink.dark_on_light else "light ink on dark paper, so it is inverted"
    chosen = " (your setting)" if hints.dark_on_light is not None else ""
    return f"The difference of each pixel from the paper around it, which removes shadows: {polarity}{chosen}."


def _describe_ink(ink: Ink, hints: Hints) -> str:
    if not ink.pen_width:
        return "No stroke stands out from the paper."
    pen = f"The strokes that stand out from the paper, of a pen about {ink.pen_width / ink.scale:.0f} pixels wide"
    if hints.lines is False:
        return f"{pen}; lines are left in (your setting)."
    count = structure_steps.count_lines(ink)
    if not count:
        return f"{pen}; {'lines were taken out' if ink.lines_removed else 'no lines were found'}."
    return f"{pen}; {formatting.format_count(count, 'line')} {'was' if count == 1 else 'were'} taken out."


def show_steps(pictures: list[Step], columns: int, key: str = "") -> None:
    """Show numbered steps in a number of columns; `key` must be unique on the page."""
    with st.container(key=f"pictures{key}"):
        for start in range(0, len(pictures), columns):
            for place, column in enumerate(st.columns(columns)[: len(pictures) - start], start):
                step = pictures[place]
                caption = f"{place + 1}. **{step.name}.** {step.sentence}"
                column.image(step.picture, caption=caption, alt=step.name)


def show_refused(steps: Steps, reading: Reading) -> None:
    """Show the refused components of a reading."""
    shown, count = len(steps.refused), len(reading.refused)
    if shown:
        more = f"; the first {shown} are shown" if shown < count else ""
        st.caption(f"{reading_view.describe_refused(count)}{more}.")
        reading_view.show_refused(steps.refused)


def _crop_refused(image: RGB, box: NDArray[np.int32], turn: int) -> bytes:
    return to_png(turn_picture(crop_box(image, box, _REFUSED_PIXELS), turn)[0])
