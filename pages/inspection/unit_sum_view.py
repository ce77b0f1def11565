"""Show the sum of one unit with its numbers: inputs times weights, plus bias."""

from __future__ import annotations

import html

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitnet.explain.colormaps import apply_diverging_colors, apply_grays
from digitnet.explain.layer_descriptions import NORMALIZATION, LayerDescription
from digitnet.explain.unit_sums import UnitSum
from digitnet.preprocessing.images import to_png
from digitnet.preprocessing.normalization import PICTURE_SIZE
from digitnet.types import RGB
from pages.shared import formatting

_MAX_MAPS = 4  # Feature maps that count less than so many others are summed up.
_MAX_ROWS = 8  # The same for single inputs.
_MIN_DIFFERENCE = 0.01  # Between a sum and the network's own, as a share of it; a smaller one is not told.
_DARK_LUMINANCE = 110  # Of a cell, 0 to 255; below, its number is white.
STYLE = """
.terms { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem; margin: 0.25rem 0; }
.terms figure { margin: 0; }
.terms figcaption { font-size: 0.875rem; }
.terms img { display: block; width: clamp(84px, 25vw, 168px); image-rendering: pixelated; border: 1px solid #8888; }
.terms .sign { font-size: 1.25rem; }
.numbers { border-collapse: collapse; font-size: 0.8rem; font-variant-numeric: tabular-nums; }
.numbers td { padding: 0.3rem 0.2rem; min-width: 2.4rem; text-align: right; border: 1px solid #8888; }
.numbers.small td { min-width: 2rem; padding: 0.1rem 0.15rem; font-size: 0.75rem; }
.sums { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.sums th, .sums td { padding: 0.15rem 0.75rem 0.15rem 0; text-align: right; }
.sums th:first-child { text-align: left; font-weight: normal; }
.sums tr.total > * { border-top: 1px solid #8888; font-weight: 600; }
"""


def show_unit_sum(found: UnitSum, layer: LayerDescription, before: LayerDescription | None) -> None:
    """Show the sum of a unit.

    Args:
        found: the sum.
        layer: the unit's layer.
        before: the layer that its inputs come from, None for the pixels of the digit.
    """
    format_sum = _format_patches if found.inputs.ndim == 3 else _format_pixels if before is None else _format_inputs
    st.markdown(_describe_inputs(found, before))
    st.html(format_sum(found, before))
    st.markdown(_describe_end(found, layer))


def _describe_inputs(found: UnitSum, before: LayerDescription | None) -> str:
    """Describe the numbers that go into a sum."""
    if found.inputs.ndim == 1:
        kind = "pixels" if before is None else "numbers of the layer before"
        most = " These count most." if before is not None and len(found.inputs) > _MAX_ROWS else ""
        return f"Each of the {len(found.inputs):,} {kind} is multiplied by a weight of its own.{most}"
    height, width, count = found.inputs.shape
    if before is None:
        return f"Its filter of {height} × {width} weights lies on these pixels of the digit."
    most = "; these maps count most" if count > _MAX_MAPS else ""
    return f"Its filter has {height} × {width} weights for each of the {count} feature maps of the layer before{most}."


def _format_patches(found: UnitSum, before: LayerDescription | None) -> str:
    """Format a patch of each feature map, times the weights of the filter: those that count most, and the rest."""
    sums = found.products.sum(axis=(0, 1))
    shown = np.argsort(-np.abs(sums), kind="stable")[:_MAX_MAPS]
    high = float(np.abs(found.inputs).max())
    limit = float(np.abs(found.weights).max())
    patches = "".join(_format_patch(found, int(index), high, limit, before) for index in shown)
    rows = [(_name_map(int(index), before), float(sums[index])) for index in shown]
    if len(sums) > len(shown):
        rows.append((f"The other {len(sums) - len(shown)}", float(np.delete(sums, shown).sum())))
    return patches + _format_sums(rows, found)


def _name_map(index: int, before: LayerDescription | None) -> str:
    return "Pixels" if before is None else f"Feature map {index + 1}"


def _format_patch(found: UnitSum, index: int, high: float, limit: float, before: LayerDescription | None) -> str:
    inputs, weights, products = (values[..., index] for values in (found.inputs, found.weights, found.products))
    low = float(min(found.inputs.min(), 0))
    grays = apply_grays(inputs, 0, high) if low == 0 else apply_diverging_colors(inputs, high)
    size = float(np.abs(products).max())
    return _join_terms(
        [
            _format_figure(_name_map(index, before), _format_grid(inputs, grays)),
            "×",
            _format_figure("Weights", _format_grid(weights, apply_diverging_colors(weights, limit))),
            "=",
            _format_figure("Products", _format_grid(products, apply_diverging_colors(products, size))),
            f"sum {format_number(float(products.sum()))}",
        ]
    )


def _format_pixels(found: UnitSum, before: LayerDescription | None) -> str:
    """Format the pixels of the digit, times a weight for each."""
    shape = (PICTURE_SIZE, PICTURE_SIZE)
    inputs, weights, products = (values.reshape(shape) for values in (found.inputs, found.weights, found.products))
    pictures = [
        ("The digit", apply_grays(inputs, 0, 1)),
        ("Weights", apply_diverging_colors(weights, float(np.abs(weights).max()))),
        ("Products", apply_diverging_colors(products, float(np.abs(products).max()))),
    ]
    digit, weight, product = (_format_figure(name, _format_image(picture, name)) for name, picture in pictures)
    rows = [
        ("Products above 0, orange", float(products[products > 0].sum())),
        ("Products below 0, blue", float(products[products < 0].sum())),
    ]
    return _join_terms([digit, "×", weight, "=", product]) + _format_sums(rows, found)


def _format_inputs(found: UnitSum, before: LayerDescription | None) -> str:
    """Format the inputs that count most, each with its weight and the product, and the sum of the others."""
    assert before is not None
    products = found.products
    shown = np.argsort(-np.abs(products), kind="stable")[:_MAX_ROWS]
    rows = [
        (f"{_name_input(int(index), before)}: {_multiply(found, int(index))}", float(products[index]))
        for index in shown
    ]
    if len(products) > len(shown):
        rows.append((f"The other {len(products) - len(shown):,}", float(np.delete(products, shown).sum())))
    return _format_sums(rows, found)


def _multiply(found: UnitSum, index: int) -> str:
    return f"{format_number(float(found.inputs[index]))} × {format_number(float(found.weights[index]))}"


def _name_input(index: int, before: LayerDescription) -> str:
    """Name an input by its place in the layer before."""
    if len(before.shape) == 1:
        return f"{'Unit' if before.output_index is not None else 'Feature map'} {index + 1}"
    row, column, channel = np.unravel_index(index, before.shape)
    return f"Feature map {channel + 1}, row {row + 1}, column {column + 1}"


def _format_sums(rows: list[tuple[str, float]], found: UnitSum) -> str:
    """Format a table of summands with the bias and the total."""
    rows = [*rows, ("Bias", found.bias)]
    lines = "".join(
        f'<tr><th scope="row">{html.escape(name)}</th><td>{format_number(value)}</td></tr>' for name, value in rows
    )
    total = f'<tr class="total"><th scope="row">Sum</th><td>{format_number(found.total)}</td></tr>'
    return f'<table class="sums">{lines}{total}</table>'


def _describe_end(found: UnitSum, layer: LayerDescription) -> str:
    """Describe the way from the sum to the unit's output."""
    activations = [detail for detail in layer.details if detail != NORMALIZATION and "×" not in detail]
    name, output = activations[-1] if activations else "", format_number(found.output)
    if name == "softmax":
        share = formatting.format_percent(found.output)
        return f"Softmax makes probabilities of the sums of all {layer.shape[-1]} units; this one becomes **{share}**."
    if name != "ReLU":
        return f"{name[:1].upper()}{name[1:]} makes **{output}** of it." if name else f"The output is **{output}**."
    expected = max(found.total, 0.0)
    if abs(expected - found.output) > _MIN_DIFFERENCE * max(expected, found.output, 0.1):
        return (
            f"ReLU, which turns numbers below 0 into 0, would make **{format_number(expected)}** of it. The network "
            f"itself got {output}: to be fast, it rounds the numbers before the layer to 8 bits."
        )
    return f"ReLU, which turns numbers below 0 into 0, makes **{output}** of it."


def _join_terms(terms: list[str]) -> str:
    parts = [term if term.startswith("<") else f'<span class="sign">{term}</span>' for term in terms]
    return f'<div class="terms">{"".join(parts)}</div>'


def _format_figure(caption: str, content: str) -> str:
    return f"<figure><figcaption>{html.escape(caption)}</figcaption>{content}</figure>"


def _format_image(picture: RGB, alt: str) -> str:
    return f'<img src="{formatting.to_data_url(to_png(picture))}" alt="{html.escape(alt)}">'


def _format_grid(values: NDArray[np.float32], colors: RGB) -> str:
    """Format numbers as a table, each on a color, uint8 (h, w, 3)."""
    rows = "".join(
        f"<tr>{''.join(_format_cell(float(value), color) for value, color in zip(*row, strict=True))}</tr>"
        for row in zip(values, colors, strict=True)
    )
    return f'<table class="numbers{" small" if values.shape[1] > 3 else ""}">{rows}</table>'


def _format_cell(value: float, color: NDArray[np.uint8]) -> str:
    red, green, blue = (int(share) for share in color)
    is_dark = 0.3 * red + 0.59 * green + 0.11 * blue < _DARK_LUMINANCE
    style = f"background: rgb({red} {green} {blue}); color: {'#fff' if is_dark else '#000'}"
    return f'<td style="{style}">{format_number(value)}</td>'


def format_number(value: float) -> str:
    """Format a number with two digits after the point, and 0 as 0: "-0.31" with a minus sign."""
    return "0" if abs(value) < 0.005 else f"{value:.2f}".replace("-", "\N{MINUS SIGN}")
