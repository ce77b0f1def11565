"""Pale columns on the paper, one for each digit that is asked for."""

from __future__ import annotations

import base64

import streamlit as st

from pages.drawing.canvas import HEIGHT, WIDTH

STYLE = """
.st-key-paper .stElementContainer:has(.columns) { position: absolute; inset: 0; pointer-events: none; }
.st-key-paper .stElementContainer:has(.columns) > * { width: 100%; height: 100%; }
.columns { display: block; position: relative; z-index: 20; width: 100%; height: 100%; }
"""


def show_columns(prompt: tuple[int, ...]) -> None:
    """Show a column for each digit, with the digit at its top."""
    width = WIDTH / max(1, len(prompt))
    lines = "".join(
        f'<path d="M{place * width:.0f} 0V{HEIGHT}" stroke="#c4c4c4" stroke-width="2" stroke-dasharray="6 8"/>'
        for place in range(1, len(prompt))
    )
    names = "".join(
        f'<text x="{(place + 0.5) * width:.0f}" y="40" text-anchor="middle">{label}</text>'
        for place, label in enumerate(prompt)
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">{lines}'
        f'<g font-family="sans-serif" font-size="32" fill="#767676">{names}</g></svg>'
    )
    url = f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
    st.html(f'<img class="columns" src="{url}" alt="">')  # `st.html` drops SVG elements.
