"""Show sheets of small pictures with a color scale."""

from __future__ import annotations

import html
from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitnet.models.card import require_card
from digitnet.preprocessing.images import to_png
from digitnet.types import RGB
from pages.shared import formatting
from pages.shared.last_reading import InspectedReading

MIN_PROBABILITY = 0.0001  # The color scale of a map reaches at least this probability.


def get_model_version(model: str) -> str:
    """Return the digest of a model's network, which changes when the model is retrained."""
    return require_card(model).sha256


def get_digit_picture(inspected: InspectedReading) -> NDArray[np.uint8]:
    """Return the picture of the chosen digit, uint8 (28, 28)."""
    assert inspected.digit is not None
    return inspected.digit


def show_sheet(tiles: Sequence[RGB], names: Sequence[str], side: int, alt: str, *, fixed: bool = True) -> None:
    """Show pictures side by side, `side` pixels wide, each with its name as a tooltip."""
    size = f"width:{side}px;height:{side}px" if fixed else f"width:{side}px;max-width:100%"
    images = "".join(
        f'<img src="{formatting.to_data_url(to_png(tile))}" title="{html.escape(name)}" alt="" style="{size}">'
        for tile, name in zip(tiles, names, strict=True)
    )
    st.html(f'<div class="sheet" role="img" aria-label="{html.escape(alt)}">{images}</div>')


def show_scale(colors: str, low: str, high: str) -> None:
    """Show a color scale with the values at its ends."""
    bar = f'<i style="background: linear-gradient(to right, {colors})"></i>'
    st.html(f'<div class="scale">{html.escape(low)} {bar} {html.escape(high)}</div>')
