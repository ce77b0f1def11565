"""Pale columns on the paper, one for each digit that is asked for."""

from __future__ import annotations

from pages.drawing import underlay
from pages.drawing.canvas import HEIGHT, WIDTH


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
    named = f'<g font-family="sans-serif" font-size="32" fill="#767676">{names}</g>'
    underlay.show("columns", lines + named, WIDTH, HEIGHT)
