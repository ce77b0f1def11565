"""Switch units or filters of a network off, and see what the test digits and the digit at hand make of it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from digitnet import DigitnetError
from digitnet.access.spending import get_spending
from digitnet.errors import QuotaError
from digitnet.explain.switched_off_units import classify_without
from digitnet.labels import NOT_A_DIGIT
from digitnet.models.card import read_card
from digitnet.models.store import load_tflite
from pages.inspection.sheets import get_digit_picture, get_model_version
from pages.shared import formatting, model_report, remembered
from pages.shared.last_reading import InspectedReading

SAMPLE = 1000  # Test digits that are read anew after each change, which takes about a second at most.
_MAX_NAMED = 12  # More units than these are counted, not named.

Off = tuple[tuple[int, int], ...]  # Index of the layer with weights, and of the unit or filter.


class Outcome(NamedTuple):
    """What a network makes of digits.

    Attributes:
        accuracy: share of the first `SAMPLE` test digits read right, 0 to 1.
        label: its answer to the digit at hand, 0 to 9, or NOT_A_DIGIT.
        probability: of this answer.
    """

    accuracy: float
    label: int
    probability: float


def show_ablation(inspected: InspectedReading, layer: int, unit: tuple[int, ...], *, is_last: bool) -> None:
    """Show buttons that switch units off and on, and what the network makes of digits with and without them.

    Args:
        layer: index of the layer with weights that is shown.
        unit: the picked one, an index into the layer's output; its last number is the unit or the filter.
        is_last: whether it is the layer of the probabilities, whose units stay on.
    """
    st.subheader("Without some of them", anchor=False)
    choice = f"off-{inspected.model}-{get_model_version(inspected.model)[:8]}"
    off: Off = tuple(remembered.get(choice, ()))
    picked = layer, int(unit[-1])
    noun = "filter" if len(unit) > 1 else "unit"
    with st.container(horizontal=True, vertical_alignment="center"):
        if not is_last:
            label = f"Switch {noun} {picked[1] + 1} {'on' if picked in off else 'off'}"
            changed = tuple(one for one in off if one != picked) if picked in off else (*off, picked)
            icon = ":material/toggle_on:" if picked in off else ":material/toggle_off:"
            # A button for each unit: a click on one that has just changed must not switch another.
            key = f"switch-{choice}-{layer}-{picked[1]}-{picked in off}"
            st.button(label, icon=icon, key=key, on_click=remembered.put, args=(choice, changed))
        if off:
            icon = ":material/restart_alt:"
            st.button("All on", icon=icon, key=f"on-{choice}", on_click=remembered.forget, args=(choice,))
    if not off:
        st.caption(
            "Pick a unit or a feature map above and switch it off: its output is 0 then for all digits. The network "
            f"reads your digit and {SAMPLE:,} test digits without it."
        )
        return
    st.markdown(f"Off: {describe(off)}.")
    try:
        _show_outcomes(inspected, off)
    except QuotaError as error:
        st.warning(str(error), icon=":material/hourglass:")
    except DigitnetError as error:
        remembered.put(choice, tuple(one for one in off if one[0] != layer))
        st.warning(formatting.escape_markdown(str(error)), icon=":material/error:")


def describe(off: Off) -> str:
    """Describe the units that are off: "3 and 12 of layer 1, 7 of layer 2"."""
    if len(off) > _MAX_NAMED:
        return f"{len(off)} units"
    layers: dict[int, list[str]] = {}
    for layer, unit in sorted(off):
        layers.setdefault(layer, []).append(str(unit + 1))
    return ", ".join(f"{_join(units)} of layer {layer + 1}" for layer, units in layers.items())


def _join(texts: list[str]) -> str:
    return f"{', '.join(texts[:-1])} and {texts[-1]}" if len(texts) > 1 else texts[0]


def _show_outcomes(inspected: InspectedReading, off: Off) -> None:
    version, picture = get_model_version(inspected.model), get_digit_picture(inspected)
    with st.spinner(f"Reading {SAMPLE:,} test digits..."):
        outcomes = [measure(inspected.model, version, units, picture) for units in ((), off)]
    table = pd.DataFrame(
        {
            f"First {SAMPLE:,} test digits": [f"{outcome.accuracy:.1%} right" for outcome in outcomes],
            "This digit": [_describe_answer(outcome) for outcome in outcomes],
        },
        index=["All on", f"{formatting.format_count(len(off), 'unit')} off"],
    )
    st.table(table, border="horizontal", width="content")
    st.caption(
        f"On {SAMPLE:,} of the 10,000 test digits, so a tenth of a percent is one digit. Most single units change "
        "little: networks spread what they know over many."
    )


def _describe_answer(outcome: Outcome) -> str:
    answer = "not a digit" if outcome.label == NOT_A_DIGIT else str(outcome.label)
    return f"{answer}, {formatting.format_percent(outcome.probability)}"


@st.cache_data(max_entries=200, show_spinner=False)
def measure(model: str, version: str, off: Off, picture: NDArray[np.uint8]) -> Outcome:
    """Measure a network with some units off on test digits and on a digit, uint8 (28, 28).

    Raises:
        ModelError: the model cannot be read, or these units cannot be switched off.
        QuotaError: the caller has looked at too much within a minute.
    """
    get_spending().count_look()
    units: dict[int, list[int]] = {}
    for layer, unit in off:
        units.setdefault(layer, []).append(unit)
    classifier = classify_without(load_tflite(model), units, read_card(model).temperature)
    test = model_report.load_test_digits().select(slice(SAMPLE))
    accuracy = float((classifier.predict_digit_probabilities(test.images).argmax(axis=1) == test.labels).mean())
    probabilities = classifier.predict_probabilities(picture[None])[0]
    return Outcome(accuracy, int(probabilities.argmax()), float(probabilities.max()))
