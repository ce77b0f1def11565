"""The steps between a picture and its digits, as pictures that can be enlarged, each with a sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitnet.preprocessing.binarization import Ink
from digitnet.preprocessing.images import crop_box, load, to_png
from digitnet.reading.result import Hints, Reading, require_stages
from digitnet.types import RGB
from pages.shared import formatting, reading_cache, reading_view
from pages.shared.reading_cache import ReadingRequest

MOST_REFUSED = 24
STYLE = """
[class*=st-key-pictures] img { border: 1px solid #8884; border-radius: 0.5rem; box-sizing: border-box; }
[class*=st-key-pictures-] * { max-width: 100%; }
"""


class Step(NamedTuple):
    """A step: its name, what it does, in a sentence, and a PNG picture of what comes of it."""

    name: str
    sentence: str
    picture: bytes


class Steps(NamedTuple):
    """The steps to the digits, and PNG pictures of what was refused."""

    pictures: list[Step]
    refused: list[bytes]


def list_steps(look: ReadingRequest, level: float, staged: Callable[[], Reading]) -> Steps:
    """Return the steps between a picture file and its digits.

    Args:
        look: the picture, and how it is read.
        level: confidence under which a digit is doubtful.
        staged: gives its reading with the stages.
    """
    return _list_steps(look, look.key, level, staged)


@st.cache_data(max_entries=8, show_spinner=False)
def _list_steps(
    _look: ReadingRequest, key: tuple[str, str, str, Hints], level: float, _staged: Callable[[], Reading]
) -> Steps:
    image, reading = load(_look.content), replace(_staged(), level=level)
    ink, hints = require_stages(reading).ink, _look.hints
    region = " of the part that is read" if hints.region else ""
    pictures = [
        Step("Gray", f"How bright each pixel{region} is.", reading_cache.encode_gray(ink.gray)),
        Step("Light evened out", _describe_polarity(ink, hints), reading_cache.encode_gray(255 - ink.contrast)),
        Step("Ink", _describe_ink(ink, hints), reading_cache.encode_gray(255 - ink.map)),
        Step("Digits", f"{reading_view.describe_reading(reading)}.", _draw_boxes(image, reading, hints)),
    ]
    return Steps(pictures, [_cut_out(image, box) for box in reading.refused[:MOST_REFUSED]])


def _draw_boxes(image: RGB, reading: Reading, hints: Hints) -> bytes:
    return to_png(reading_cache.draw_reading(reading_cache.fit_to_page(image), reading, hints.region))


def _describe_polarity(ink: Ink, hints: Hints) -> str:
    said = "dark ink on a light ground" if ink.dark_on_light else "light ink on a dark ground, so it is inverted"
    said += ", as you said" if hints.dark_on_light is not None else ""
    return f"How much each pixel differs from the paper around it, so that shadows go: {said}."


def _describe_ink(ink: Ink, hints: Hints) -> str:
    if not ink.pen_width:
        return "Nothing stands out enough to be a stroke."
    pen = f"What stands out enough to be a stroke, of a pen about {ink.pen_width / ink.scale:.0f} pixels wide"
    if hints.lines is False:
        return f"{pen}; lines are left in, as you said."
    return f"{pen}; printed lines were {'taken out' if ink.lines_removed else 'not found'}."


def show_steps(pictures: list[Step], columns: int, key: str = "") -> None:
    """Show steps, numbered, so many beside each other; `key` tells them from others of the page."""
    with st.container(key=f"pictures{key}"):
        for start in range(0, len(pictures), columns):
            for place, column in enumerate(st.columns(columns)[: len(pictures) - start], start):
                step = pictures[place]
                caption = f"{place + 1}. **{step.name}.** {step.sentence}"
                column.image(step.picture, caption=caption, alt=step.name)


def show_refused(found: Steps, reading: Reading) -> None:
    """Show what was written but is no digit."""
    if found.refused:
        said = formatting.format_count(len(reading.refused), "piece")
        more = f", the first {len(found.refused)} shown" if len(found.refused) < len(reading.refused) else ""
        st.caption(f"Left out as no digit: {said}{more}")
        reading_view.show_refused(found.refused)


def _cut_out(image: RGB, box: NDArray[np.int32]) -> bytes:
    return to_png(crop_box(image, box, 156))
