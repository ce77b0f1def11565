"""What the pages share: loaded models, the choice of one, readings by content, pictures of digits."""

from __future__ import annotations

import base64
import html
import re
from dataclasses import replace

import cv2
import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitnet import DigitnetError, store
from digitnet.cards import read_card
from digitnet.classifier import Classifier
from digitnet.drawing import annotate, to_jpeg, to_png
from digitnet.images import RGB, load
from digitnet.reading import Reading, read_rgb


@st.cache_resource(max_entries=8, show_spinner=False)
def _classifier(name: str, version: int) -> Classifier:
    return Classifier.load(name)


def classifier(name: str) -> Classifier:
    """Return the model, loaded once for all tabs and anew when its folder was rewritten."""
    card = store.model_dir(name) / store.CARD
    return _classifier(name, card.stat().st_mtime_ns)


@st.cache_data(max_entries=200, show_spinner=False)
def _read_bytes(content: bytes, model: str, digest: str) -> tuple[Reading, bytes]:
    image = load(content)
    reading = read_rgb(image, classifier(model))
    return replace(reading, stages=None), to_jpeg(_fitted(annotate(image, reading)))


def read_bytes(content: bytes, model: str) -> tuple[Reading, bytes]:
    """Return the reading of a picture file, without stages, and a JPEG of it with boxes and digits.

    Raises:
        DigitnetError: the picture or the model cannot be read.
    """
    return _read_bytes(content, model, _digest(model))


def stages(content: bytes, model: str) -> list[tuple[str, bytes]]:
    """Return captions and PNG pictures of the steps between a picture file and its digits."""
    return _stages(content, model, _digest(model))


def _digest(model: str) -> str:
    """Return what tells this network from one that was trained later under the same name."""
    return str(store.load_card(model).get("sha256", ""))


@st.cache_data(max_entries=8, show_spinner=False)
def _stages(content: bytes, model: str, digest: str) -> list[tuple[str, bytes]]:
    image = load(content)
    reading = read_rgb(image, classifier(model))
    assert reading.stages
    ink = reading.stages.ink
    pen = f"ink, written with a pen about {ink.pen_width / ink.scale:.0f} pixels wide" if ink.pen_width else "no ink"
    polarity = "dark ink on a light ground" if ink.dark_on_light else "light ink on a dark ground, so it is inverted"
    return [
        ("Step 1: gray picture", _gray_png(ink.gray)),
        (f"Step 2: light evened out: {polarity}", _gray_png(255 - ink.contrast)),
        (f"Step 3: {pen}", _gray_png(255 - ink.map)),
        (f"Step 4: {counted(reading)}", to_png(_fitted(annotate(image, reading)))),
    ]


def begin(page: str, css: str = "") -> None:
    """Start `page`, a file of this folder: its margins, and `css` of its own.

    Streamlit runs a file of `pages/` by itself when its address is the first that a new server is
    asked for; then go through app.py, which comes back here.
    """
    if "entered" not in st.session_state:
        st.session_state.wanted = f"pages/{page}"
        st.switch_page("app.py")
    st.html(f"<style>{_MARGINS}{css}</style>")


def percent(probability: float) -> str:
    """Return a probability as text that never claims certainty: 97.3%, 99.9%, <0.1%."""
    return "<0.1%" if probability < 0.001 else f"{min(probability, 0.999):.1%}"


def choose_model() -> str:
    """Show the choice of a model and return its name.

    The choice holds on all pages of a tab, until another model is put to use in whichever tab.
    """
    active = store.active_model()
    names = store.list_models() or [active]
    state = st.session_state
    if state.get("chosen_beside") != active or state.get("chosen_model") not in names:
        state.chosen_model, state.chosen_beside = active, active
        state.model = active
    state.setdefault("model", state.chosen_model)
    accuracies = {name: read_card(name).accuracy for name in names}

    def described(name: str) -> str:
        share = accuracies[name]
        known = f" · {share:.2%}" if share is not None else ""
        return f"{name}{known}{' · in use' if name == active else ''}"

    line = "The network that reads the digits, with its share of the test digits read right."
    state.chosen_model = st.selectbox("Model", names, format_func=described, key="model", help=line)
    return str(state.chosen_model)


def offer_model(name: str) -> None:
    """Show a button that puts a model to use on all pages and in all tabs, unless it is in use."""
    if name == store.active_model():
        st.badge("In use", icon=":material/check:", color="green")
    else:
        st.button("Use this model", icon=":material/check:", key=f"use-{name}", on_click=_use, args=(name,))


def offer_previous() -> None:
    """Show a button that puts the model before back to use, if there is one."""
    if previous := store.previous_model():
        st.button(f"Back to {plain(previous)}", icon=":material/undo:", key="back", on_click=_use, args=(previous,))


def _use(name: str) -> None:
    try:
        store.activate(name)
        st.session_state.done = f"{plain(name)} is in use now, on all pages."
    except DigitnetError as error:
        st.session_state.problem = str(error)


def tell() -> None:
    """Say what came of the last click."""
    if done := st.session_state.pop("done", ""):
        st.toast(done, icon=":material/check:")
    if problem := st.session_state.pop("problem", ""):
        st.error(plain(problem), icon=":material/error:")


def download(label: str, data: str | bytes, name: str, mime: str, icon: str, *, disabled: bool = False) -> None:
    """Show a button that saves `data` and leaves the page as it is."""
    st.download_button(label, data, name, mime, icon=f":material/{icon}:", disabled=disabled, on_click="ignore")


def plain(text: str) -> str:
    """Return `text`, a file's name say, so that Markdown shows it as it is."""
    return re.sub(r"([^\w\s])", r"\\\1", text)


def show_crops(reading: Reading) -> None:
    """Show every digit as the network sees it, with its confidence and the runner-up."""
    tiles = "".join(_tile(reading, index) for index in range(len(reading)))
    st.html(f'<style>{_TILES}</style><div class="tiles" role="list">{tiles}</div>')


def plural(count: int, noun: str) -> str:
    """Return "1 digit", "2 digits"."""
    return f"{count} {noun}" + ("" if count == 1 else "s")


def counted(reading: Reading) -> str:
    """Return "10 digits in 2 rows"."""
    return f"{plural(len(reading), 'digit')} in {plural(len(reading.rows), 'row')}"


def _tile(reading: Reading, index: int) -> str:
    first, second = reading.probabilities[index].argsort()[::-1][:2]
    sure, less = (html.escape(percent(float(reading.probabilities[index][digit]))) for digit in (first, second))
    url = base64.b64encode(_gray_png(reading.crops[index])).decode()
    return (
        f'<figure role="listitem"><img src="data:image/png;base64,{url}" '
        f'alt="Digit {index + 1} as the network sees it: {first}, {sure}; next {second}, {less}">'
        f"<figcaption><b>{first}</b> {sure}<br><small>or {second}: {less}</small></figcaption></figure>"
    )


def _gray_png(gray: NDArray[np.uint8]) -> bytes:
    return to_png(_fitted(gray[..., None].repeat(3, axis=2)))


def _fitted(image: RGB, longest: int = 1600) -> RGB:
    factor = longest / max(image.shape[:2])
    return cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA) if factor < 1 else image


_MARGINS = """
.stMainBlockContainer { padding: 4rem 1rem 3rem; max-width: 1200px; }
@media (min-width: 700px) { .stMainBlockContainer { padding: 4rem 2rem 3rem; } }
"""
_TILES = """
.tiles { display: flex; flex-wrap: wrap; gap: 0.75rem; }
.tiles figure { margin: 0; width: 78px; }
.tiles img { width: 78px; height: 78px; image-rendering: pixelated; border-radius: 0.5rem; }
.tiles figcaption { font-size: 0.875rem; line-height: 1.3; padding-top: 0.25rem; }
"""
