"""How an answer depends on the pixels: occlusion and perturbations."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitnet.explain import perturbation
from digitnet.explain.colormaps import overlay_map
from digitnet.explain.occlusion import PATCH_PIXELS, compute_occlusion_map
from digitnet.explain.perturbation import PERTURBATIONS, Perturbation
from digitnet.models import store
from digitnet.preprocessing.images import to_png
from pages.inspection import perturbation_charts
from pages.inspection.sheets import MIN_PROBABILITY, digit_picture, model_version, show_scale, show_sheet, to_rgb
from pages.shared import feedback, formatting, model_choice
from pages.shared.last_reading import Subject


@st.cache_data(max_entries=50, show_spinner=False)
def _occlusion(model: str, version: str, digit: NDArray[np.uint8]) -> NDArray[np.float32]:
    return compute_occlusion_map(model_choice.classifier(model), digit)


@st.cache_data(max_entries=50, show_spinner=False)
def _answers(model: str, version: str, digit: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
    return perturbation.read_perturbed(model_choice.classifier(model), digit)


def show_occlusion(subject: Subject) -> None:
    """Show an occlusion map over the digit."""
    st.subheader("Where the decision comes from", anchor=False)
    digit = digit_picture(subject)
    with st.spinner("Covering the digit part by part...", show_time=True):
        found = _occlusion(subject.model, model_version(subject.model), digit)
    fall, rise = max(float(found.max()), 0.0), max(float(-found.min()), 0.0)
    most = max(fall, rise, MIN_PROBABILITY)
    against = f" Without what is blue it rises, {_format_points(rise)} at most." if rise > 0.01 else ""
    alone = " No part alone decides it." if fall < 0.05 else ""
    st.markdown(
        f"A patch of empty paper, {PATCH_PIXELS} × {PATCH_PIXELS} pixels, covers one part of the digit after the other: an "
        f"*occlusion map*. The answer **{subject.label}** rests on what is orange: without it its probability falls, "
        f"{_format_points(fall)} at most.{alone}{against}"
    )
    pictures = [to_rgb(digit), overlay_map(digit, found, most)]
    names = [f"The digit read as {subject.label}", "The same digit with what its answer rests on in orange"]
    show_sheet(pictures, names, 224, ". ".join(names))
    points = f"{100 * most:.2g} points"
    if rise > 0.01:
        show_scale("#005ab5, #0000, #dc6e00", f"{points} surer without", f"{points} less sure without")
    else:
        show_scale("#0000, #dc6e00", "as sure without", f"{points} less sure without")


def _format_points(share: float) -> str:
    return f"by {100 * share:.1f} percentage points" if share >= 0.0005 else "by less than 0.1 percentage points"


def show_perturbations(subject: Subject) -> None:
    """Show how the answers move as the digit is changed."""
    st.subheader("How the answer moves", anchor=False)
    names = store.list_models()
    others = [name for name in names if name != subject.model]
    models = st.multiselect(
        "Models", names, default=[subject.model, *others[:1]], key=f"moved-{subject.model}", max_selections=6
    )
    if not models:
        st.info("Pick a model to see how its answer moves.", icon=":material/info:")
        return
    digit, label = digit_picture(subject), int(subject.label or 0)
    with st.spinner("Reading the changed digits...", show_time=True):
        answers = {name: _answers(name, model_version(name), digit) for name in models}
    table = perturbation_charts.moved_frame(answers, label)
    st.markdown(
        f"How likely the models find a **{label}** as this digit is turned, moved, written with another pen, or made "
        "noisy. At 0 it is as it was read."
    )
    columns = [*st.columns(2), *st.columns(2)]
    for column, each in zip(columns, PERTURBATIONS, strict=True):
        with column:
            st.altair_chart(
                perturbation_charts.moved(table, each, label), alt=perturbation_charts.said(table, each, label)
            )
            _show_levels(each, digit)
    st.caption(
        "Photos and drawings are cleaned of noise, centred, and brought to a usual pen width before a network sees "
        "them: so it needs to bear less than it is given here."
    )
    feedback.download("Table CSV", table.to_csv(index=False), f"moved-{label}.csv", "text/csv", "download")


def _show_levels(each: Perturbation, digit: NDArray[np.uint8]) -> None:
    """Show the digit at five levels, from the lowest to the highest."""
    pictures = each.apply_levels(digit)
    zero, last = each.levels.index(0), len(pictures) - 1
    places = [0, zero // 2, zero, (zero + last) // 2, last] if zero else [0, 2, 4, 8, last]
    figures = "".join(
        f'<figure><img src="{formatting.data_url(to_png(to_rgb(pictures[place])))}" '
        f'alt="{each.name} {each.levels[place]:g}">'
        f"<figcaption>{each.levels[place]:g}</figcaption></figure>"
        for place in places
    )
    st.html(f'<div class="levels">{figures}</div>')
