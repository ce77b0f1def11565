"""Draw the way from a picture to its digits: a box with a small picture for each step, and arrows between them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import cv2
import numpy as np
import streamlit as st

from digitnet.preprocessing.images import load, to_png
from pages.components.step_player import PlayerStep
from pages.shared.formatting import to_data_url

_SIDE_PIXELS = 144  # Of a small picture at most, twice as many as are shown.
STYLE = """
.pipeline { display: flex; flex-wrap: wrap; gap: 0.75rem 0; }
.pipeline .step { display: flex; align-items: center; }
.pipeline .step:not(:last-child)::after { content: "→"; padding: 0 0.35rem; font-size: 1.2rem; }
.pipeline figure { margin: 0; width: 5.5rem; padding: 0.35rem; border: 1px solid #8886; border-radius: 0.5rem;
    text-align: center; }
.pipeline img { width: 4.5rem; height: 4.5rem; object-fit: contain; display: block; margin: 0 auto; }
.pipeline figcaption { font-size: 0.8rem; line-height: 1.2; padding-top: 0.25rem; min-height: 2.2em; }
"""


def show_drawing(steps: Sequence[PlayerStep]) -> None:
    """Show the steps of a reading as a drawing, in their order."""
    items = "".join(map(_render_step, steps))
    label = "The way from the picture to its digits"
    st.html(f'<style>{STYLE}</style><div class="pipeline" role="list" aria-label="{label}">{items}</div>')


def _render_step(step: PlayerStep) -> str:
    picture = f'<img src="{to_data_url(shrink(step.picture))}" alt="">'
    figure = f"<figure>{picture}<figcaption>{escape(step.name)}</figcaption></figure>"
    return f'<div class="step" role="listitem">{figure}</div>'


def shrink(picture: bytes) -> bytes:
    """Return a PNG or JPEG file as a small PNG file."""
    image = load(picture)
    scale = min(1.0, _SIDE_PIXELS / max(image.shape[:2]))
    size = tuple(max(1, round(side * scale)) for side in image.shape[1::-1])
    return to_png(np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8))
