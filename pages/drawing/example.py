"""An example on the empty paper: a pale number, and a button that draws it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import streamlit as st

from pages.components import replay_button
from pages.components.replay_button import TimedStroke
from pages.drawing import underlay

_FILE = Path(__file__).with_name("example_strokes.json")
_PEN = 'fill="none" stroke="#e9e9e9" stroke-width="16" stroke-linecap="round" stroke-linejoin="round"'
STYLE = ".st-key-paper[data-inked] .example { display: none; }\n"


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
    underlay.show("example", f"<g {_PEN}>{lines}</g>", width, height)


def show_invitation(strokes: list[TimedStroke]) -> None:
    """Show in a sentence what the page is for, and a button that draws `strokes`."""
    st.markdown("Draw a number. A neural network on this computer reads it.")
    replay_button.show("Draw one for me", "paper", strokes)
