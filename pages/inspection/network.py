"""Inside the network: what its layers make of the digit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from digitnet.explain.colormaps import apply_diverging_colors, apply_grays, arrange_in_grid
from digitnet.explain.layer_descriptions import CONVOLUTION, DENSE, DROPOUT, NORMALIZATION, LayerDescription
from digitnet.explain.layer_outputs import ModelInspector
from pages.inspection.sensitivity import show_occlusion, show_perturbations
from pages.inspection.sheets import digit_picture, model_version, show_scale, show_sheet
from pages.shared.last_reading import InspectedReading

UNITS = 32  # on one sheet
STYLE = """
.sheet { display: flex; flex-wrap: wrap; gap: 4px; }
.sheet img { image-rendering: pixelated; display: block; border: 1px solid #8888; border-radius: 3px; }
.scale { display: flex; align-items: center; gap: 0.5rem; font-size: 0.875rem; flex-wrap: wrap; }
.scale i { display: inline-block; width: 8rem; height: 0.8rem; border: 1px solid #8888; border-radius: 2px; }
.levels { display: flex; gap: 0.5rem; justify-content: space-between; padding-left: 2.5rem; }
.levels figure { margin: 0; }
.levels img { width: 44px; height: 44px; image-rendering: pixelated; border-radius: 0.3rem; display: block; }
.levels figcaption { font-size: 0.8rem; text-align: center; }
"""
# Each is said where it is first seen.
MEANINGS = {
    CONVOLUTION: "moves small filters over the picture; each filter answers, place by place, how much the pixels "
    "there look like it. Its answers are a picture again, a *feature map* for each filter.",
    NORMALIZATION: "brings the values of each feature map to a like range, as measured in training, so that deep "
    "networks learn faster; an exported network has it worked into the weights.",
    "ReLU": "turns what is below 0 into 0; without such a bend (an *activation*) many layers could do no more than "
    "one.",
    "Max pooling": "keeps the largest value of each small square: the picture shrinks, and it matters less where "
    "exactly something lies.",
    "Mean over the picture": "leaves one number of each feature map, its mean: what there is, no longer where.",
    "Flatten": "lays the pixels row by row into one long row of numbers.",
    DROPOUT: "set a random share of the values to 0 in training, so that the network could rely on none alone; "
    "when digits are read it does nothing.",
    DENSE: "joins every unit to every value before it: each unit is a weighted sum.",
    "softmax": "turns the last values into probabilities, which are above 0 and sum to 1.",
}


def show(subject: InspectedReading) -> None:
    """Show what the layers make of the digit that was picked."""
    st.html(f"<style>{STYLE}</style>")
    inspector = _load_inspector(subject.model, model_version(subject.model))
    _show_layers(inspector)
    if subject.digit is None:
        st.info("No digit was found, so there is none to send through the network.", icon=":material/info:")
        return
    _show_first_weights(inspector, subject)
    _show_outputs(inspector, subject)
    show_occlusion(subject)
    show_perturbations(subject)


@st.cache_resource(max_entries=2, show_spinner=False)
def _load_inspector(model: str, version: str) -> ModelInspector:
    return ModelInspector.load(model)


@st.cache_data(max_entries=8, show_spinner=False)
def _activations(model: str, version: str, digit: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
    return _load_inspector(model, version).compute_outputs(digit)


def _show_layers(inspector: ModelInspector) -> None:
    st.subheader("Its layers", anchor=False)
    st.markdown(
        "A digit is 28 × 28 numbers from 0 to 1. Each layer turns the numbers before it into others, the last into "
        "probabilities."
    )
    rows = [
        {
            "Layer": str(layer),
            "Output": " × ".join(map(str, layer.shape)),
            "Parameters": f"{layer.parameters:,}" if layer.parameters else "",
        }
        for layer in inspector.layers
    ]
    st.table(pd.DataFrame(rows, index=range(1, len(rows) + 1)), border="horizontal")
    total = sum(layer.parameters for layer in inspector.layers)
    st.caption(
        f"{total:,} parameters: the numbers that training has found. Output is height × width × feature maps, or units."
    )
    with st.expander("What these layers do", icon=":material/school:"):
        st.markdown("\n".join(f"- **{term}** {meaning}" for term, meaning in MEANINGS.items() if _has(inspector, term)))


def _has(inspector: ModelInspector, term: str) -> bool:
    return any(term in (layer.kind, *layer.details) for layer in inspector.layers)


def _show_first_weights(inspector: ModelInspector, subject: InspectedReading) -> None:
    filters, units = inspector.read_filters(), inspector.read_unit_weights()
    if not filters.size and not units.size:
        return
    st.subheader("What its first layer looks for", anchor=False)
    if filters.size:
        height, width, count = filters.shape
        st.markdown(f"The {count} filters of the first convolution, {height} × {width} weights each.")
        order = np.arange(count)
        shown, side, noun = filters, 48, "Filter"
    else:
        order = _choose_units(inspector, subject, units.shape[2])
        st.markdown("A unit of the first dense layer has a weight for every pixel, and so its weights are a picture.")
        shown, side, noun = units, 84, "Unit"
    tiles = [apply_diverging_colors(shown[..., place], float(np.abs(shown[..., place]).max())) for place in order]
    names = [f"{noun} {place + 1}, weights up to {np.abs(shown[..., place]).max():.2g}" for place in order]
    show_sheet(tiles, names, side, f"{len(order)} pictures of weights, ink that counts against in blue, for in orange")
    show_scale("#005ab5, #fff, #dc6e00", "ink speaks against it", "ink speaks for it; each in its own range")


def _choose_units(inspector: ModelInspector, subject: InspectedReading, count: int) -> NDArray[np.intp]:
    """Show the choice of units, page by page or the most active; return their places."""
    pages = [(start, min(start + UNITS, count)) for start in range(0, count, UNITS)]
    active = f"The {UNITS} most active"
    names = [active] * (count > UNITS) + [f"{start + 1} to {end}" for start, end in pages]
    said = "Most active are those whose output is largest for this digit."
    name = st.selectbox("Units", names, key=f"units-{subject.model}", help=said)
    if name == active:
        outputs = _activations(subject.model, model_version(subject.model), digit_picture(subject))[0]
        return np.argsort(-outputs, kind="stable")[:UNITS]
    start, end = pages[names.index(name) - (count > UNITS)]
    return np.arange(start, end)


def _show_outputs(inspector: ModelInspector, subject: InspectedReading) -> None:
    st.subheader("What its layers make of this digit", anchor=False)
    layers = inspector.weighted_layers
    place = st.pills(
        "Layer",
        range(len(layers)),
        default=0,
        format_func=lambda place: f"{place + 1}: {layers[place].kind} {' × '.join(map(str, layers[place].shape))}",
        required=True,
        key=f"layer-{subject.model}",
    )
    outputs = _activations(subject.model, model_version(subject.model), digit_picture(subject))[place or 0]
    least, most = float(min(outputs.min(), 0)), float(outputs.max())
    if outputs.ndim == 3:
        _show_maps(outputs, least, most)
    else:
        _show_units(layers[place or 0], outputs, least, most)
    show_scale("#000, #fff", f"{least:.2g}", f"{most:.2g}, the strongest of this layer")


def _show_maps(outputs: NDArray[np.float32], least: float, most: float) -> None:
    height, width, count = outputs.shape
    quiet = int((outputs.max(axis=(0, 1)) <= 0).sum())
    st.markdown(
        f"{count} feature maps of {height} × {width}: light where the filter finds in the digit what it looks for"
        + (f"; {quiet} find nothing." if quiet else ".")
    )
    tiles = apply_grays(outputs, least, most)
    names = [f"Feature map {number + 1}, at most {outputs[..., number].max():.2g}" for number in range(count)]
    side = 84 if count <= UNITS else 64
    show_sheet([tiles[:, :, number] for number in range(count)], names, side, f"{count} feature maps of this digit")


def _show_units(layer: LayerDescription, outputs: NDArray[np.float32], least: float, most: float) -> None:
    active = int((outputs > 0).sum())
    st.markdown(
        f"{len(outputs)} units, row by row, a square each: light where the output is large. {active} are above 0."
    )
    grid = arrange_in_grid(outputs)
    picture = apply_grays(grid, least, most)
    scale = max(6, min(28, 720 // grid.shape[1]))
    show_sheet([picture], [str(layer)], scale * grid.shape[1], f"Outputs of {len(outputs)} units", fixed=False)
