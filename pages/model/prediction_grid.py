"""Show many test digits at once, each with its label and the model's answer: right ones green, wrong ones red."""

from __future__ import annotations

import secrets

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitnet.models.evaluation import Evaluation
from digitnet.preprocessing.images import to_png
from pages.shared import formatting, model_report, remembered

RANDOM, FIRST = "At random", "The first hundred"
RANDOM_COUNT, FIRST_COUNT = 25, 100
STYLE = """
.predictions { display: grid; grid-template-columns: repeat(auto-fill, minmax(4.2rem, 1fr)); gap: 0.5rem; }
.predictions figure { margin: 0; padding: 3px; border: 3px solid #1a7f37; border-radius: 0.5rem; text-align: center; }
.predictions figure.wrong { border: 3px dashed #cf222e; background: #cf222e22; }
.predictions img { width: 100%; display: block; image-rendering: pixelated; border-radius: 0.3rem; }
.predictions figcaption { font-size: 0.875rem; line-height: 1.4; white-space: nowrap; }
"""


def show_predictions(evaluation: Evaluation, name: str) -> None:
    """Show some test digits with the answers of the model `name`, drawn at random or from the first on."""
    st.markdown("**Its answers at a glance**")
    with st.container(horizontal=True, vertical_alignment="center"):
        choice = remembered.show(
            st.segmented_control,
            "Digits",
            [RANDOM, FIRST],
            name="predictions",
            default=RANDOM,
            required=True,
            label_visibility="collapsed",
        )
        if choice == RANDOM:
            st.button("Draw again", icon=":material/casino:", on_click=_draw_again, key="predictions-again")
    count = len(evaluation.labels)
    seed = int(st.session_state.setdefault("predictions_seed", secrets.randbelow(2**31)))
    drawn = np.random.default_rng(seed).choice(count, min(RANDOM_COUNT, count), replace=False)
    places = drawn if choice == RANDOM else np.arange(min(FIRST_COUNT, count))
    right = int((evaluation.read[places] == evaluation.labels[places]).sum())
    st.caption(f"{right} of {len(places)} right. Under each digit: what it is, a sign, and the answer of {name}.")
    st.html(f"<style>{STYLE}</style>{render(evaluation, places)}")


def render(evaluation: Evaluation, places: NDArray[np.intp]) -> str:
    """Return the digits at `places`, (n,), as HTML."""
    figures = "".join(_render_digit(evaluation, int(place)) for place in places)
    return f'<div class="predictions" role="list">{figures}</div>'


def _render_digit(evaluation: Evaluation, place: int) -> str:
    true, read = int(evaluation.labels[place]), int(evaluation.read[place])
    is_right = true == read
    name = "" if is_right else ' class="wrong"'
    url = formatting.to_data_url(to_png(model_report.load_test_digits().images[place]))
    alt = f"Test digit {place:,}, a {true}, read as {read}: {'right' if is_right else 'wrong'}"
    caption = f"{true} {'✓' if is_right else '✗'} <b>{read}</b>"
    return f'<figure role="listitem"{name}><img src="{url}" alt="{alt}"><figcaption>{caption}</figcaption></figure>'


def _draw_again() -> None:
    st.session_state.predictions_seed += 1
