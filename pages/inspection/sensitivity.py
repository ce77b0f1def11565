"""Show how the reading of a digit depends on its pixels: occlusion and perturbations."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitnet.explain.colormaps import overlay_map
from digitnet.explain.occlusion import PATCH_PIXELS, compute_occlusion_map
from digitnet.explain.perturbation import PERTURBATIONS, Perturbation, read_perturbed
from digitnet.models import store
from digitnet.preprocessing.images import to_png
from pages.inspection import perturbation_charts
from pages.inspection.pictures import to_rgb
from pages.inspection.sheets import MIN_PROBABILITY, get_digit_picture, get_model_version, show_scale, show_sheet
from pages.shared import feedback, formatting, model_choice, remembered
from pages.shared.last_reading import InspectedReading

_MAX_MODELS = 6
_SHEET_SIDE = 224  # Pixels of the digit under an occlusion map.
_MIN_RISE = 0.01  # A rise of the probability below this is not mentioned.
_MIN_DECISIVE_FALL = 0.05  # A place does not decide the digit if covering it lowers the probability by less.
_MIN_SHOWN_SHARE = 0.0005  # A smaller share would be shown as 0.0 percentage points.


@st.cache_data(max_entries=50, show_spinner=False)
def _load_occlusion_map(model: str, version: str, digit: NDArray[np.uint8]) -> NDArray[np.float32]:
    return compute_occlusion_map(model_choice.load_classifier(model), digit)


@st.cache_data(max_entries=50, show_spinner=False)
def _load_perturbed(model: str, version: str, digit: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
    return read_perturbed(model_choice.load_classifier(model), digit)


def show_occlusion(inspected: InspectedReading) -> None:
    """Show an occlusion map over the digit."""
    st.header("Where the decision comes from", anchor=False)
    digit = get_digit_picture(inspected)
    with st.spinner("Covering the digit bit by bit...", show_time=True):
        occlusion = _load_occlusion_map(inspected.model, get_model_version(inspected.model), digit)
    fall, rise = max(float(occlusion.max()), 0.0), max(float(-occlusion.min()), 0.0)
    limit = max(fall, rise, MIN_PROBABILITY)
    against = f" Covering the blue pixels raises it, {_format_points(rise)} at most." if rise > _MIN_RISE else ""
    undecided = " No single place decides it." if fall < _MIN_DECISIVE_FALL else ""
    st.markdown(
        f"An empty patch of {PATCH_PIXELS} × {PATCH_PIXELS} pixels covers one place of the digit after the other: an "
        f"*occlusion map*. The answer **{inspected.label}** rests on the orange pixels: covering them lowers "
        f"its probability, {_format_points(fall)} at most.{undecided}{against}"
    )
    pictures = [to_rgb(digit), overlay_map(digit, occlusion, limit)]
    names = [f"The digit read as {inspected.label}", "The same digit, in orange the ink that its answer rests on"]
    show_sheet(pictures, names, _SHEET_SIDE, ". ".join(names))
    points = f"{100 * limit:.2g} points"
    if rise > _MIN_RISE:
        show_scale("#005ab5, #0000, #dc6e00", f"{points} more sure", f"{points} less sure")
    else:
        show_scale("#0000, #dc6e00", "no effect", f"{points} less sure")


def _format_points(share: float) -> str:
    if share < _MIN_SHOWN_SHARE:
        return "by less than 0.1 percentage points"
    return f"by {100 * share:.1f} percentage points"


def show_perturbations(inspected: InspectedReading) -> None:
    """Show how the probability of the digit moves as the digit is changed."""
    st.header("How the answer moves", anchor=False)
    names = store.list_models()
    others = [name for name in names if name != inspected.model]
    models = remembered.show(
        st.multiselect,
        "Models",
        names,
        name=f"moved-{inspected.model}",
        default=[inspected.model, *others[:1]],
        max_selections=_MAX_MODELS,
    )
    if not models:
        st.info("Pick a model to see how its answer moves.", icon=":material/info:")
        return
    digit, label = get_digit_picture(inspected), int(inspected.label or 0)
    with st.spinner("Reading the changed digits...", show_time=True):
        probabilities = {name: _load_perturbed(name, get_model_version(name), digit) for name in models}
    table = perturbation_charts.build_table(probabilities, label)
    st.markdown(
        f"How likely the models find a **{label}** as this digit is rotated, shifted, written with another pen, or "
        "made noisy. At 0 it is unchanged."
    )
    columns = [*st.columns(2), *st.columns(2)]
    for column, perturbation in zip(columns, PERTURBATIONS, strict=True):
        with column:
            chart = perturbation_charts.build_chart(table, perturbation, label)
            st.altair_chart(chart, alt=perturbation_charts.describe(table, perturbation, label))
            _show_levels(perturbation, digit)
    st.caption(
        "Photos and drawings are cleaned, centered and brought to a usual pen width before a network reads them, so "
        "it meets weaker changes than these."
    )
    csv = table.to_csv(index=False)
    feedback.show_download("Download probabilities (CSV)", csv, f"moved-{label}.csv", "text/csv", "download")


def _show_levels(perturbation: Perturbation, digit: NDArray[np.uint8]) -> None:
    """Show the digit at five levels, from the lowest to the highest."""
    pictures = perturbation.apply_levels(digit)
    zero, last = perturbation.levels.index(0), len(pictures) - 1
    indices = [0, zero // 2, zero, (zero + last) // 2, last] if zero else [0, 2, 4, 8, last]
    figures = "".join(
        f'<figure><img src="{formatting.to_data_url(to_png(to_rgb(pictures[index])))}" '
        f'alt="{perturbation.name} {perturbation.levels[index]:g}">'
        f"<figcaption>{perturbation.levels[index]:g}</figcaption></figure>"
        for index in indices
    )
    st.html(f'<div class="levels">{figures}</div>')
