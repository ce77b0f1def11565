"""An example on the empty paper: a pale number, and a button that draws it."""

from __future__ import annotations

import base64
import json
from functools import cache
from pathlib import Path

import streamlit as st

from pages.components import replay_button
from pages.components.replay_button import TimedStroke

_FILE = Path(__file__).with_name("example_strokes.json")
_PEN = 'fill="none" stroke="#e9e9e9" stroke-width="16" stroke-linecap="round" stroke-linejoin="round"'
STYLE = """
.st-key-paper .stElementContainer:has(.example) { position: absolute; inset: 0; pointer-events: none; }
.st-key-paper .stElementContainer:has(.example) > * { width: 100%; height: 100%; }
.example { display: block; position: relative; z-index: 20; width: 100%; height: 100%; }
.st-key-paper[data-inked] .example { display: none; }
"""


@cache
def load_examples() -> list[list[TimedStroke]]:
    """Load the strokes of some numbers that somebody drew in about two seconds each."""
    return list(json.loads(_FILE.read_text(encoding="utf-8")).values())


def choose_example(turn: int) -> list[TimedStroke]:
    """Return the strokes of the example whose turn it is."""
    examples = load_examples()
    return examples[turn % len(examples)]


def show_pale(strokes: list[TimedStroke], width: int, height: int) -> None:
    """Show strokes in pale gray over the whole paper, a canvas of `width` by `height` pixels."""
    lines = "".join(f'<polyline points="{" ".join(f"{x},{y}" for x, y, _ in stroke)}"/>' for stroke in strokes)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {_PEN}>{lines}</svg>'
    url = f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
    st.html(f'<img class="example" src="{url}" alt="">')  # `st.html` drops SVG elements.


def show_invitation(strokes: list[TimedStroke]) -> None:
    """Show in a sentence what the page is for, and a button that draws `strokes`."""
    st.markdown("Draw a number. A neural network on this computer reads it.")
    replay_button.show("Draw one for me", "paper", strokes)
