"""Show the layers of a network, their weights and their outputs for a digit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from digitnet.explain.colormaps import apply_diverging_colors
from digitnet.explain.layer_descriptions import CONVOLUTION, DENSE, DROPOUT, NORMALIZATION
from digitnet.explain.layer_outputs import ModelInspector
from pages.inspection import layer_view
from pages.inspection.ablation import show_ablation
from pages.inspection.sensitivity import show_occlusion, show_perturbations
from pages.inspection.sheets import get_digit_picture, get_model_version, show_scale, show_sheet
from pages.inspection.unit_sum_view import STYLE as SUM_STYLE
from pages.inspection.unit_sum_view import show_unit_sum
from pages.shared import remembered
from pages.shared.last_reading import InspectedReading

UNITS_PER_SHEET = 32
_FILTER_SIDE, _UNIT_SIDE = 48, 84  # Pixels of a picture on a sheet.
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
# The terms stand in the order in which a network meets them.
MEANINGS = {
    CONVOLUTION: "moves small filters over the picture; each filter measures, place by place, how much the pixels "
    "there look like it. The result is a picture again, a *feature map* for each filter.",
    NORMALIZATION: "brings the values of each feature map to a similar range, as measured in training, so that deep "
    "networks learn faster; an exported network has it merged into the weights.",
    "ReLU": "turns values below 0 into 0; without such a bend (an *activation*) many layers could do no more than one.",
    "Max pooling": "keeps the largest value of each small square: the picture shrinks, and the exact place of a "
    "stroke matters less.",
    "Mean over the picture": "keeps one number of each feature map, its mean: whether a shape is there, no longer "
    "where.",
    "Flatten": "puts the rows of pixels one after the other into one long row of numbers.",
    DROPOUT: "sets a random share of the values to 0 in training, so that the network cannot rely on a single one; "
    "it does nothing when digits are read.",
    DENSE: "connects every unit to every value before it: each unit is a weighted sum.",
    "softmax": "turns the last values into probabilities, which are above 0 and sum to 1.",
}


def show_network(inspected: InspectedReading) -> None:
    """Show the layers of the network and their outputs for the chosen digit."""
    st.html(f"<style>{STYLE}{SUM_STYLE}</style>")
    inspector = _load_inspector(inspected.model, get_model_version(inspected.model))
    _show_layers(inspector)
    if inspected.digit is None:
        st.info("No digit was found, so there is none to send through the network.", icon=":material/info:")
        return
    _show_first_weights(inspector, inspected)
    show_outputs(inspected)
    show_occlusion(inspected)
    show_perturbations(inspected)


@st.cache_resource(max_entries=2, show_spinner=False)
def _load_inspector(model: str, version: str) -> ModelInspector:
    return ModelInspector.load(model)


@st.cache_data(max_entries=8, show_spinner=False)
def _load_outputs(model: str, version: str, digit: NDArray[np.uint8]) -> list[NDArray[np.float32]]:
    return _load_inspector(model, version).compute_outputs(digit)


def compute_outputs(inspected: InspectedReading) -> list[NDArray[np.float32]]:
    """Return the output of each layer with weights for the chosen digit."""
    return _load_outputs(inspected.model, get_model_version(inspected.model), get_digit_picture(inspected))


def _show_layers(inspector: ModelInspector) -> None:
    st.header("Its layers", anchor=False)
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
        f"{total:,} parameters: the numbers learned in training. Output is height × width × feature maps, or units."
    )
    terms = {term for layer in inspector.layers for term in (layer.kind, *layer.details)}
    with st.expander("How these layers work", icon=":material/school:"):
        st.markdown("\n".join(f"- **{term}** {meaning}" for term, meaning in MEANINGS.items() if term in terms))


def _show_first_weights(inspector: ModelInspector, inspected: InspectedReading) -> None:
    filters, units = inspector.read_filters(), inspector.read_unit_weights()
    if not filters.size and not units.size:
        return
    st.header("Patterns of its first layer", anchor=False)
    if filters.size:
        height, width, count = filters.shape
        st.markdown(f"The {count} filters of the first convolution, {height} × {width} weights each.")
        weights, indices, side, noun = filters, np.arange(count), _FILTER_SIDE, "Filter"
    else:
        indices = _choose_units(inspected, units.shape[2])
        st.markdown("A unit of the first dense layer has a weight for every pixel, so its weights make a picture.")
        weights, side, noun = units, _UNIT_SIDE, "Unit"
    limits = {index: float(np.abs(weights[..., index]).max()) for index in indices}
    tiles = [apply_diverging_colors(weights[..., index], limit) for index, limit in limits.items()]
    names = [f"{noun} {index + 1}, weights up to {limit:.2g}" for index, limit in limits.items()]
    show_sheet(tiles, names, side, f"{len(tiles)} pictures of weights, negative ones blue, positive ones orange")
    show_scale("#005ab5, #fff, #dc6e00", "ink counts against it", "ink counts for it; each in its own range")


def _choose_units(inspected: InspectedReading, count: int) -> NDArray[np.intp]:
    """Show the choice of a page of units or of the most active ones; return their indices."""
    pages = [(start, min(start + UNITS_PER_SHEET, count)) for start in range(0, count, UNITS_PER_SHEET)]
    most_active = f"The {UNITS_PER_SHEET} most active"
    names = [most_active] * (count > UNITS_PER_SHEET) + [f"{start + 1} to {end}" for start, end in pages]
    line = "Most active are the units with the largest output for this digit."
    name = remembered.show(st.selectbox, "Units", names, name=f"units-{inspected.model}", default=names[0], help=line)
    if name == most_active:
        return np.argsort(-compute_outputs(inspected)[0], kind="stable")[:UNITS_PER_SHEET]
    start, end = pages[names.index(name) - (count > UNITS_PER_SHEET)]
    return np.arange(start, end)


@st.fragment
def show_outputs(inspected: InspectedReading) -> None:
    """Show the outputs of a layer, and the sum of the unit that is picked; the rest of the page does not run again."""
    st.header("This digit in its layers", anchor=False)
    # The network may have been retrained since the rest of the page ran.
    inspector = _load_inspector(inspected.model, get_model_version(inspected.model))
    layers = inspector.weighted_layers
    index = remembered.show(
        st.pills,
        "Layer",
        range(len(layers)),
        name=f"layer-{inspected.model}",
        default=0,
        format_func=lambda index: f"{index + 1}: {layers[index].kind} {' × '.join(map(str, layers[index].shape))}",
        required=True,
    )
    outputs = compute_outputs(inspected)[index]
    low, high = float(min(outputs.min(), 0)), float(outputs.max())
    unit = layer_view.choose_unit(f"unit-{inspected.model}-{index}", outputs, low, high)
    show_scale("#000, #fff", f"{low:.2g}", f"{high:.2g}, the strongest of this layer")
    is_last = index == len(layers) - 1
    if inspector.has_unit_sums(index):
        st.subheader(layer_view.describe_unit(unit, outputs, is_last=is_last), anchor=False)
        found = inspector.compute_unit_sum(get_digit_picture(inspected), index, unit)
        show_unit_sum(found, layers[index], inspector.find_layer_before(index))
    show_ablation(inspected, index, unit, is_last=is_last)
