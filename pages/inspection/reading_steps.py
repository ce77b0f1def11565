"""How a picture was read: every step between it and the probabilities of a digit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitnet.explain.reading_trace import Group, Taken, Trace, trace
from digitnet.explain.segment_drawing import LEFT_OUT, color_of, draw_parts, draw_placement, magnify
from digitnet.labels import NOT_A_DIGIT
from digitnet.preprocessing.images import load, to_png
from digitnet.preprocessing.normalization import (
    BOX_SIZE,
    MNIST_PEN_WIDTHS,
    PICTURE_SIZE,
    locate_ink,
    measure_boxed_pen_width,
)
from digitnet.reading.result import Hints, Reading, require_stages
from digitnet.types import RGB
from pages.inspection import candidate_table
from pages.shared import formatting, model_choice, pipeline_steps, reading_cache, reading_view
from pages.shared.last_reading import DRAWING, InspectedReading
from pages.shared.pipeline_steps import Step
from pages.shared.reading_cache import ReadingRequest

LEAST = 320  # pixels of a small picture's longer side
TALLEST = 300  # pixels that a picture takes on the page


def show(subject: InspectedReading) -> None:
    """Show the steps between the picture and the digit that was picked."""
    with st.spinner("Finding out how it was read..."):
        found = traced(subject)
        pictures, taken_apart = _pictures(subject, found)
    st.subheader("From the picture to its digits", anchor=False)
    st.caption("Any picture can be enlarged: point at it, or go to it with the Tab key, and press the button on it.")
    pipeline_steps.show_steps(pictures, columns=3)
    pipeline_steps.show_refused(taken_apart, subject.reading)
    if subject.digit is None:
        st.info("No digit was found on it, so the steps end here.", icon=":material/search_off:")
        if found.groups:
            _show_group(subject, found.groups[0])
        return
    _show_group(subject, found.group_of(subject.index))
    _show_placement(subject, found.taken(subject.index))
    _show_answer(subject, searched=found.group_of(subject.index).searched)


def traced(subject: InspectedReading) -> Trace:
    """Return what was considered on the way to a reading."""
    look = subject.picture.look(subject.model)
    return _traced(subject.reading, look, look.key)


@st.cache_resource(max_entries=4, show_spinner=False)
def _traced(_reading: Reading, _look: ReadingRequest, key: tuple[str, str, str, Hints]) -> Trace:
    return trace(require_stages(_reading), model_choice.load_classifier(_look.model))


def _pictures(subject: InspectedReading, found: Trace) -> tuple[list[Step], pipeline_steps.Steps]:
    look = subject.picture.look(subject.model)
    shown = pipeline_steps.list_steps(look, subject.reading.level, lambda: subject.reading)
    brought, pieces = _around(subject.reading, found, look, look.key)
    sentence = "As it was drawn." if subject.picture.source == DRAWING else "As it was brought, upright."
    count = formatting.format_count(sum(len(group.pieces) for group in found.groups), "piece")
    colored = (
        f"{count} in {formatting.format_count(len(found.groups), 'group')} of ink, neighbours in different colors; "
        "ink that may be several digits is in more pieces than one. What is too small for a digit is left out."
    )
    *before, last = shown.pictures
    return [Step("Picture", sentence, brought), *before, Step("Pieces", colored, pieces), last], shown


@st.cache_data(max_entries=8, show_spinner=False)
def _around(
    _reading: Reading, _found: Trace, _look: ReadingRequest, key: tuple[str, str, str, Hints]
) -> tuple[bytes, bytes]:
    """Return PNG pictures of what was brought and of its pieces."""
    height, width = require_stages(_reading).ink.map.shape
    every = [piece for group in _found.groups for piece in group.pieces]
    pieces = draw_parts(every, np.array([0, 0, width, height], np.int32))
    return to_png(reading_cache.fit_to_page(load(_look.content))), to_png(reading_cache.fit_to_page(pieces))


def _show_group(subject: InspectedReading, group: Group) -> None:
    st.subheader("What the ink around the digit could be", anchor=False)
    st.markdown(_searched(subject, group))
    if group.count > 1:
        _show_ways(group)
    if group.searched:
        candidate_table.show(group)
    if len(group.texts) > 1:
        _show_texts(group)


def _show_ways(group: Group) -> None:
    with st.container(key="pictures-group", horizontal=True):
        picture = draw_parts(group.pieces, group.box, margin=4)
        _show_small(picture, f"{formatting.format_count(len(group.pieces), 'piece')}.", "The pieces of the ink")
        colors = [color_of(place) if taken.is_digit else LEFT_OUT for place, taken in enumerate(group.path)]
        picture = draw_parts([taken.part for taken in group.path], group.box, colors, margin=4)
        _show_small(picture, _way(group), "The ink, in a colour for each digit that was settled on")


def _show_texts(group: Group) -> None:
    """Show what the ink may say, and what speaks for each."""
    asked = group.texts[0].sequence_cost is not None
    whole = (
        "So a third network reads the ink as a whole, column by column, without dividing it. What a text costs by all "
        "its ways together and what it costs by the ink as a whole both count; before ink is taken for digits rather "
        "than for none, the ink as a whole has to be clear about each of them."
        if asked
        else "This ink is too large to be read as a whole by the third network, so its ways alone count."
    )
    st.markdown(f"Judged one by one, candidates of several ways are often about as likely. {whole}")
    rows = [
        f"| **{_said(one.text)}** | {abs(one.path_cost):.2f} "
        f"| {'-' if one.sequence_cost is None else f'{abs(one.sequence_cost):.2f}'} "
        f"| {formatting.format_percent(one.share)} |"
        for one in group.texts
    ]
    heads = "| Text | By its ways | As a whole | Believed |\n| :--- | ---: | ---: | ---: |"
    st.markdown("\n".join([heads, *rows]))


def _said(text: Sequence[int]) -> str:
    """Return a text as it is read: "47", "4 (no digit) 7"."""
    return "".join(" (no digit) " if sign == NOT_A_DIGIT else str(sign) for sign in text).strip()


def _searched(subject: InspectedReading, group: Group) -> str:
    sure = formatting.format_percent(group.candidates[0].probability)
    if not group.searched and not model_choice.load_classifier(subject.model).refuses:
        return "One piece, one candidate: this network cannot say what is no digit, so no ink is taken apart for it."
    if not group.searched:
        return (
            f"One piece, one candidate: the network was sure of it at once ({sure}), so there was nothing to part. "
            "Draw two digits that touch to see ink taken apart."
        )
    if group.count == 1:
        return "One piece, one candidate: the network was not sure, but there was nothing to part."
    pieces = "the strokes as they were drawn" if group.as_drawn else "cut along the least ink, and where strokes fork"
    return (
        f"The network was not sure that this ink is one digit, so it was taken apart into "
        f"{formatting.format_count(len(group.pieces), 'piece')} ({pieces}). "
        f"{formatting.format_count(group.divisions, 'division')} part these into left and right, and whatever lies "
        f"between two divisions, has a digit's size and may be one by the ink around it is a candidate: "
        f"{group.count} in all."
    )


def _way(group: Group) -> str:
    """Return "The way chosen: 4 and 7, at a cost of 0.02 + 0.31 = 0.33."""
    said = ["no digit" if taken.digit is None else str(taken.digit) for taken in group.path]
    costs = [f"{abs(taken.cost):.2f}" for taken in group.path]
    total = f"{' + '.join(costs)} = {abs(group.total):.2f}" if len(costs) > 1 else costs[0]
    return f"The way chosen: {' and '.join(said)}, at a cost of {total}."


def _show_placement(subject: InspectedReading, taken: Taken) -> None:
    st.subheader(f"Its {PICTURE_SIZE} x {PICTURE_SIZE} pixels", anchor=False)
    placed = locate_ink(taken.weighed.picture)
    left, top, right, bottom = placed.box
    height, width = taken.part.ink.shape
    before, after = measure_boxed_pen_width(taken.part.ink), measure_boxed_pen_width(taken.weighed.picture)
    low, high = MNIST_PEN_WIDTHS
    pen = "widened" if before < low else "thinned" if before > high else ""
    changed = f"and are {pen} to {after:.1f}" if pen else "and stay as they are"
    st.markdown(
        f"The network sees every digit the way MNIST, the digits that it learnt from, was made: "
        f"the ink of {width} x {height} pixels is scaled, its proportions kept, until its longer side fits a box "
        f"of {BOX_SIZE} x {BOX_SIZE} pixels (here {right - left} x {bottom - top}), and placed so that its centre of "
        f"mass lies in the middle. Its strokes are {before:.1f} pixels wide there, {changed}: "
        f"MNIST's are {low} to {high}."
    )
    with st.container(key="pictures-placement", horizontal=True):
        _show_small(255 - _gray(taken.part.ink), "The ink as it was found.", "The digit's ink")
        x, y = placed.center
        middle = PICTURE_SIZE // 2
        said = f"Blue: its box. Orange: its centre of mass, at {x:.1f}, {y:.1f}; the middle is {middle}, {middle}."
        picture = draw_placement(taken.weighed.picture, placed)
        _show_small(picture, said, "The digit with its box and its centre of mass")
        said = "What the network gets: 1 for ink, 0 for paper, and what is between for gray."
        _show_small(_gray(taken.weighed.picture), said, "The digit as the network sees it")


def _show_answer(subject: InspectedReading, *, searched: bool) -> None:
    reading, refuses = subject.reading, model_choice.load_classifier(subject.model).refuses
    st.subheader("What the networks say" if searched else "What the network says", anchor=False)
    more = ", and that it is none of them" if refuses else ""
    said = (
        f"How far the ink is believed to be each of the ten digits{more}: the share of the texts above that have the "
        "digit here, times how far the networks that see the candidate take it for a digit at all."
        if searched
        else f"The probability of each of the ten digits{more}. They sum to 1: the network's last step, softmax, makes "
        "probabilities of its outputs."
    )
    if refuses and len(reading) > 1:
        said += " Beside the sure digits of a number ink is likelier to be one, too; that is counted in."
    st.markdown(said)
    with st.container(width=640):
        reading_view.show_probabilities(reading, subject.index, refuses)


def _gray(picture: NDArray[np.uint8]) -> RGB:
    return picture[..., None].repeat(3, axis=2)


def _show_small(picture: RGB, caption: str, alt: str) -> None:
    shown = reading_cache.shrink(magnify(picture, LEAST))
    height, width = shown.shape[:2]
    with st.container(width=max(200, min(width, TALLEST * width // height))):
        st.image(to_png(shown), caption=caption, alt=alt, width=max(1, min(width, TALLEST * width // height)))
