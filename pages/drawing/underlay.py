"""Pale shapes on the whole paper, under the strokes, which no pen can touch."""

from __future__ import annotations

import base64

import streamlit as st

STYLE = """
.st-key-paper .stElementContainer:has([data-underlay]) { position: absolute; inset: 0; pointer-events: none; }
.st-key-paper .stElementContainer:has([data-underlay]) > * { width: 100%; height: 100%; }
[data-underlay] { display: block; position: relative; z-index: 20; width: 100%; height: 100%; }
"""


def show(name: str, shapes: str, width: int, height: int) -> None:
    """Show SVG elements over a canvas of `width` by `height` pixels, as a picture of the class `name`."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">{shapes}</svg>'
    url = f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
    st.html(f'<img class="{name}" src="{url}" alt="" data-underlay>')  # `st.html` drops SVG elements.
