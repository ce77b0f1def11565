"""Show how a picture was read: every step between it and the probabilities of a digit."""

from __future__ import annotations

import streamlit as st

from digitnet.access.spending import get_spending
from digitnet.explain.reading_trace import trace_with_model
from digitnet.explain.segment_drawing import draw_placement
from digitnet.explain.trace_records import ReadingTrace, TracedStep
from digitnet.models.store import DEFAULT_MODEL
from digitnet.preprocessing.normalization import (
    BOX_SIZE,
    MNIST_PEN_WIDTHS,
    PICTURE_SIZE,
    Placement,
    locate_ink,
    measure_boxed_pen_width,
)
from digitnet.reading.hints import Hints
from digitnet.reading.result import Reading, require_stages
from digitnet.types import Gray
from digitnet.workers.pool import run_in_worker
from pages.components import step_player
from pages.inspection import pipeline_drawing, step_list
from pages.inspection.ink_group import show_group
from pages.inspection.pictures import show_picture, to_rgb
from pages.shared import model_choice, pipeline_steps, reading_view
from pages.shared.last_reading import InspectedReading
from pages.shared.reading_cache import ReadingRequest


def show_steps(inspected: InspectedReading) -> None:
    """Show the steps between the picture and the chosen digit, to play and then in detail."""
    with st.spinner("Tracing how it was read..."):
        trace = load_trace(inspected)
        steps = step_list.list_steps(inspected, trace)
    st.header("From the picture to its digits", anchor=False)
    pipeline_drawing.show_drawing(steps)
    step_player.show("steps", steps, "How the picture was read, step by step")
    request = inspected.picture.make_request(inspected.model)
    shown = pipeline_steps.list_steps(request, inspected.reading.level, lambda: inspected.reading)
    pipeline_steps.show_refused(shown, inspected.reading)
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
    get_spending().count_look()
    return run_in_worker(trace_with_model, require_stages(_reading), _request.model)


def _show_placement(step: TracedStep) -> None:
    """Show how the ink of a digit was scaled, centered and given a usual pen width."""
    st.header(f"Its {PICTURE_SIZE} × {PICTURE_SIZE} pixels", anchor=False)
    picture, ink = step.candidate.picture, step.segment.ink
    placement = locate_ink(picture)
    st.markdown("The network sees every digit in the form of the digits that it learned from.")
    with st.container(key="pictures-placement", horizontal=True):
        show_picture(255 - to_rgb(ink), "The ink as it was found.", "The digit's ink")
        x, y = placement.center
        middle = PICTURE_SIZE // 2
        caption = f"Blue: its box. Orange: its center of mass, at {x:.1f}, {y:.1f}; the middle is {middle}, {middle}."
        show_picture(draw_placement(picture, placement), caption, "The digit with its box and its center of mass")
        caption = "The network's input: 1 for ink, 0 for paper, values in between for gray."
        show_picture(to_rgb(picture), caption, "The digit as the network sees it")
    with st.expander("How is this computed?", icon=":material/calculate:"):
        st.markdown(_describe_placement(ink, picture, placement))


def _describe_placement(ink: Gray, picture: Gray, placement: Placement) -> str:
    """Describe how ink, uint8 (h, w), became a picture, uint8 (28, 28)."""
    left, top, right, bottom = placement.box
    height, width = ink.shape
    before, after = measure_boxed_pen_width(ink), measure_boxed_pen_width(picture)
    low, high = MNIST_PEN_WIDTHS
    change = "widened" if before < low else "thinned" if before > high else ""
    changed = f"and are {change} to {after:.1f}" if change else "and stay as they are"
    return (
        f"The ink of {width} × {height} pixels is scaled, in proportion, until its longer side fits a box of "
        f"{BOX_SIZE} × {BOX_SIZE} pixels (here {right - left} × {bottom - top}), and placed with its center of mass in "
        f"the middle, as MNIST's digits are. Its strokes are {before:.1f} pixels wide there, {changed}; MNIST's are "
        f"{low} to {high}."
    )


def _show_probabilities(inspected: InspectedReading, *, is_decoded: bool) -> None:
    reading, refuses = inspected.reading, model_choice.load_classifier(inspected.model).refuses
    st.header("Answers of the networks" if is_decoded else "Answer of the network", anchor=False)
    st.markdown("The probability of each of the ten digits, and that it is none of them.")
    with st.container(width=640):
        reading_view.show_probabilities(reading.probabilities, inspected.index)
    explanation = (
        "The share of the texts above with this digit here, times the probability, by the networks that see the "
        "candidate, that it is a digit at all."
        if is_decoded
        else "The network's last step, softmax, makes probabilities of its outputs; they sum to 1."
    )
    if not refuses:
        explanation += f" That it is none of them is what {DEFAULT_MODEL} says: this model knows the ten digits alone."
    if len(reading) > 1:
        explanation += " Ink beside the sure digits of a number is likelier to be a digit too; that is counted in."
    with st.expander("How is this computed?", icon=":material/calculate:"):
        st.markdown(explanation)
