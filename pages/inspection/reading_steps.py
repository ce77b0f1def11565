"""Show how a picture was read: every step between it and the probabilities of a digit."""

from __future__ import annotations

import numpy as np
import streamlit as st

from digitnet.explain.reading_trace import trace_reading
from digitnet.explain.segment_drawing import draw_placement, draw_segments
from digitnet.explain.trace_records import ReadingTrace, TracedStep
from digitnet.preprocessing.images import load, to_png
from digitnet.preprocessing.normalization import (
    BOX_SIZE,
    MNIST_PEN_WIDTHS,
    PICTURE_SIZE,
    locate_ink,
    measure_boxed_pen_width,
)
from digitnet.reading.result import Hints, Reading, require_stages
from pages.inspection.ink_group import show_group
from pages.inspection.pictures import show_picture, to_rgb
from pages.shared import formatting, model_choice, pipeline_steps, reading_cache, reading_view
from pages.shared.last_reading import DRAWING, InspectedReading
from pages.shared.pipeline_steps import Step
from pages.shared.reading_cache import ReadingRequest


def show_steps(inspected: InspectedReading) -> None:
    """Show the steps between the picture and the chosen digit."""
    with st.spinner("Tracing how it was read..."):
        trace = load_trace(inspected)
        pictures, steps = _list_steps(inspected, trace)
    st.header("From the picture to its digits", anchor=False)
    st.caption("To enlarge a picture, point at it or move to it with the Tab key, and press the button on it.")
    pipeline_steps.show_steps(pictures, columns=3)
    pipeline_steps.show_refused(steps, inspected.reading)
    if inspected.digit is None:
        st.info("No digit was found on it, so the steps end here.", icon=":material/search_off:")
        if trace.groups:
            show_group(inspected, trace.groups[0])
        return
    group = trace.get_group(inspected.index)
    show_group(inspected, group)
    _show_placement(trace.get_step(inspected.index))
    _show_probabilities(inspected, is_decoded=group.is_decoded)


def load_trace(inspected: InspectedReading) -> ReadingTrace:
    """Return the trace of a reading, computed once for all tabs."""
    request = inspected.picture.make_request(inspected.model)
    return _load_trace(inspected.reading, request, request.key)


@st.cache_resource(max_entries=4, show_spinner=False)
def _load_trace(_reading: Reading, _request: ReadingRequest, key: tuple[str, str, str, Hints]) -> ReadingTrace:
    return trace_reading(require_stages(_reading), model_choice.load_classifier(_request.model))


def _list_steps(inspected: InspectedReading, trace: ReadingTrace) -> tuple[list[Step], pipeline_steps.Steps]:
    """List the steps of the pipeline, with the original picture and the segments."""
    request = inspected.picture.make_request(inspected.model)
    steps = pipeline_steps.list_steps(request, inspected.reading.level, lambda: inspected.reading)
    original, segments = _draw_ends(inspected.reading, trace, request, request.key)
    sentence = "As you drew it." if inspected.picture.source == DRAWING else "Your picture, upright."
    count = formatting.format_count(sum(len(group.segments) for group in trace.groups), "segment")
    explanation = (
        f"{count} in {formatting.format_count(len(trace.groups), 'group')} of ink, neighbors in different colors; ink "
        "that may be several digits has more segments than one. Ink too small for a digit is left out."
    )
    *before, last = steps.pictures
    return [Step("Picture", sentence, original), *before, Step("Segments", explanation, segments), last], steps


@st.cache_data(max_entries=8, show_spinner=False)
def _draw_ends(
    _reading: Reading, _trace: ReadingTrace, _request: ReadingRequest, key: tuple[str, str, str, Hints]
) -> tuple[bytes, bytes]:
    """Return PNG files of the original picture and of the segments of its ink."""
    height, width = require_stages(_reading).ink.map.shape
    segments = [segment for group in _trace.groups for segment in group.segments]
    drawn = draw_segments(segments, np.array([0, 0, width, height], np.int32))
    original = load(_request.content)
    return to_png(reading_cache.fit_to_page(original)), to_png(reading_cache.fit_to_page(drawn))


def _show_placement(step: TracedStep) -> None:
    """Show how the ink of a digit was scaled, centered and given a usual pen width."""
    st.header(f"Its {PICTURE_SIZE} × {PICTURE_SIZE} pixels", anchor=False)
    picture, ink = step.candidate.picture, step.segment.ink
    placement = locate_ink(picture)
    left, top, right, bottom = placement.box
    height, width = ink.shape
    before, after = measure_boxed_pen_width(ink), measure_boxed_pen_width(picture)
    low, high = MNIST_PEN_WIDTHS
    change = "widened" if before < low else "thinned" if before > high else ""
    changed = f"and are {change} to {after:.1f}" if change else "and stay as they are"
    st.markdown(
        f"The network sees every digit in the form of MNIST's digits, which it learned from: the ink of "
        f"{width} × {height} pixels is scaled, in proportion, until its longer side fits a box of "
        f"{BOX_SIZE} × {BOX_SIZE} pixels (here {right - left} × {bottom - top}), and placed with its center of mass in "
        f"the middle. Its strokes are {before:.1f} pixels wide there, {changed}; MNIST's are {low} to {high}."
    )
    with st.container(key="pictures-placement", horizontal=True):
        show_picture(255 - to_rgb(ink), "The ink as it was found.", "The digit's ink")
        x, y = placement.center
        middle = PICTURE_SIZE // 2
        caption = f"Blue: its box. Orange: its center of mass, at {x:.1f}, {y:.1f}; the middle is {middle}, {middle}."
        show_picture(draw_placement(picture, placement), caption, "The digit with its box and its center of mass")
        caption = "The network's input: 1 for ink, 0 for paper, values in between for gray."
        show_picture(to_rgb(picture), caption, "The digit as the network sees it")


def _show_probabilities(inspected: InspectedReading, *, is_decoded: bool) -> None:
    reading, refuses = inspected.reading, model_choice.load_classifier(inspected.model).refuses
    st.header("What the networks say" if is_decoded else "What the network says", anchor=False)
    more = ", and that it is none of them" if refuses else ""
    explanation = (
        f"The probability of each of the ten digits{more}: the share of the texts above with this digit here, times "
        "the probability, by the networks that see the candidate, that it is a digit at all."
        if is_decoded
        else f"The probability of each of the ten digits{more}. They sum to 1: the network's last step, softmax, makes "
        "probabilities of its outputs."
    )
    if refuses and len(reading) > 1:
        explanation += " Ink beside the sure digits of a number is likelier to be a digit too; that is counted in."
    st.markdown(explanation)
    with st.container(width=640):
        reading_view.show_probabilities(reading, inspected.index, refuses)
