"""List the steps of a reading, from the picture to its digits, as pictures with a sentence or two."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitnet import DigitnetError, Reading
from digitnet.explain.segment_drawing import draw_placement, draw_segments
from digitnet.explain.trace_records import ReadingTrace
from digitnet.preprocessing import display
from digitnet.preprocessing.images import load, to_jpeg, to_png
from digitnet.preprocessing.normalization import PICTURE_SIZE, locate_ink
from digitnet.reading.hints import Hints
from digitnet.reading.result import require_stages
from pages.components.step_player import PlayerStep
from pages.inspection import network
from pages.inspection.network_picture import draw_network
from pages.shared import formatting, pipeline_steps, reading_view, structure_steps
from pages.shared.last_reading import DRAWING, InspectedReading
from pages.shared.reading_cache import ReadingRequest

_MAX_PNG_BYTES = 150_000
_Key = tuple[str, str, str, Hints]


def list_steps(inspected: InspectedReading, trace: ReadingTrace) -> list[PlayerStep]:
    """List the steps of the reading, with those of the chosen digit if there is one."""
    request = inspected.picture.make_request(inspected.model)
    steps = pipeline_steps.list_steps(request, inspected.reading.level, lambda: inspected.reading)
    pictures = [PlayerStep(step.name, step.sentence, _shorten(step.picture)) for step in steps.pictures]
    end = len(pictures) - (2 if structure_steps.ROWS in [step.name for step in pictures] else 1)
    original, groups, cuts = _draw_ink(inspected.reading, trace, request, request.key)
    sentence = "As you drew it." if inspected.picture.source == DRAWING else "Your picture."
    ink = [
        PlayerStep("Groups", _describe_groups(trace), groups),
        PlayerStep("Cuts", _describe_cuts(trace), cuts),
    ]
    before, after = pictures[:end], pictures[end:]  # Rows and columns are those of the digits.
    return [PlayerStep("Picture", sentence, original), *before, *ink, *_list_digit_steps(inspected), *after]


@st.cache_data(max_entries=16, show_spinner=False)
def _shorten(png: bytes) -> bytes:
    """Return a PNG file, or a JPEG file of the same picture if it is long, as of a photo."""
    return png if len(png) <= _MAX_PNG_BYTES else to_jpeg(load(png))


@st.cache_data(max_entries=8, show_spinner=False)
def _draw_ink(
    _reading: Reading, _trace: ReadingTrace, _request: ReadingRequest, key: _Key
) -> tuple[bytes, bytes, bytes]:
    """Return files of the original picture, of the groups of ink and of their segments."""
    height, width = require_stages(_reading).ink.map.shape
    whole = np.array([0, 0, width, height], np.int32)
    segments = [segment for group in _trace.groups for segment in group.segments]
    groups, cuts = (to_png(display.fit_to_page(draw_segments(drawn, whole))) for drawn in (_trace.found, segments))
    return to_jpeg(display.fit_to_page(_request.load_page().image)), groups, cuts


def _describe_groups(trace: ReadingTrace) -> str:
    count = len(trace.found)
    if count == 1:
        return "All ink belongs together: one group. It may be a digit, or several that touch."
    return (
        f"Ink that belongs together has one color: {count} groups. Each may be a digit, or several that touch. Ink too "
        "small for a digit is left out."
    )


def _describe_cuts(trace: ReadingTrace) -> str:
    count = sum(len(group.segments) for group in trace.groups if group.is_decoded)
    if all(len(group.segments) == 1 for group in trace.groups):
        return "Nothing was cut, because no group looks like several digits."
    return (
        f"Where the network was not sure of a group, it is cut wherever two digits may touch, into {count} segments. "
        "Segments side by side are put together again in all ways, and the likeliest digits are kept."
    )


def _list_digit_steps(inspected: InspectedReading) -> list[PlayerStep]:
    """List the steps of the chosen digit, none if no digit was found."""
    if inspected.digit is None:
        return []
    reading, index = inspected.reading, inspected.index
    label, share = inspected.label, formatting.format_percent(float(reading.confidence[index]))
    small = to_png(draw_placement(inspected.digit, locate_ink(inspected.digit)))
    return [
        PlayerStep(
            f"{PICTURE_SIZE} × {PICTURE_SIZE}",
            f"The {label} in the size of all digits that the network learned from, its center of mass (orange) in the "
            "middle. It sees no more than these pixels.",
            small,
            is_small=True,
        ),
        PlayerStep(
            "Network",
            "Layer by layer, the network looks for strokes and shapes; the pictures show where it found some. Its last "
            f"layer gives each digit a probability: {share} for {label}.",
            _draw_network(inspected, inspected.digit),
            reading_view.list_probabilities(reading.probabilities, index),
        ),
    ]


def _draw_network(inspected: InspectedReading, digit: NDArray[np.uint8]) -> bytes:
    """Draw the digit and its way through the network, or the digit alone if the network cannot be looked into."""
    try:
        outputs = network.compute_outputs(inspected)
    except DigitnetError:
        outputs = []
    return to_png(draw_network(digit, outputs))
