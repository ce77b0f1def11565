"""What the pages share: loaded models, the choice of one, and what came of a click."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any, Literal

import streamlit as st

from digitnet import DigitnetError, store
from digitnet.calibration import RISKS
from digitnet.cards import read_card
from digitnet.classifier import Classifier
from digitnet.reading import RISK
from digitnet.samples import PNG


@st.cache_resource(max_entries=8, show_spinner=False)
def _classifier(name: str, version: int) -> Classifier:
    return Classifier.load(name)


def classifier(name: str) -> Classifier:
    """Return the model, loaded once for all tabs and anew when its folder was rewritten."""
    card = store.model_dir(name) / store.CARD
    return _classifier(name, card.stat().st_mtime_ns)


def begin(page: str, css: str = "") -> None:
    """Start `page`, a file of this folder: its margins, and `css` of its own.

    Streamlit runs a file of `pages/` by itself when its address is the first that a new server is
    asked for; then go through app.py, which comes back here.
    """
    if "entered" not in st.session_state:
        st.session_state.wanted = f"pages/{page}"
        st.switch_page("app.py")
    st.html(f"<style>{_MARGINS}{css}</style>")


def data_url(picture: bytes) -> str:
    """Return a PNG or JPEG file as an address that holds it, for a page's HTML."""
    kind = "png" if picture.startswith(PNG) else "jpeg"
    return f"data:image/{kind};base64," + base64.b64encode(picture).decode()


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
    if state.get("model") not in names:  # not yet, or a browser still has it under the label of before
        state.model = state.chosen_model
    accuracies = {name: read_card(name).accuracy for name in names}

    def described(name: str) -> str:
        share = accuracies[name]
        known = f" · {share:.2%}" if share is not None else ""
        return f"{name}{known}{' · in use' if name == active else ''}"

    line = "The network that reads the digits, with its share of the test digits read right."
    state.chosen_model = st.selectbox("Model", names, format_func=described, key="model", help=line)
    return str(state.chosen_model)


def remembered(key: str, label: str, options: list[str]) -> str:
    """Show the choice of one of `options` and return it; it holds until the tab is closed, on other pages too."""
    state = st.session_state
    if state.get(key) not in options:
        state[key] = state.get(f"chosen_{key}", options[0])
    state[f"chosen_{key}"] = st.segmented_control(label, options, required=True, key=key)
    return str(state[f"chosen_{key}"])


def choose_risk(model: str) -> float:
    """Show the choice of how many digits that are not marked as doubtful may be wrong; return that share.

    The choice holds until the tab is closed.
    """
    known = read_card(model).accept
    risks = [risk for risk in sorted(RISKS, reverse=True) if any(other <= risk for other in known)] or [RISK]
    state = st.session_state
    if state.get("risk") not in risks:
        wanted = state.get("chosen_risk", RISK)
        state.risk = wanted if wanted in risks else min(risks, key=lambda risk: abs(risk - RISK))
    line = "From more to fewer mistakes among the digits that are not marked; more are marked then."
    risk = st.selectbox(
        "Mark as doubtful",
        risks,
        format_func=lambda risk: _said(risk) if known else "digits read with less than 80% confidence",
        key="risk",
        help=f"{line} Measured on varied copies of digits that the model did not learn from: other hands may differ.",
        disabled=len(risks) < 2,
    )
    if known:
        state.chosen_risk = risk
    return float(risk)


def _said(risk: float) -> str:
    return f"at most 1 wrong in {round(1 / risk):,} accepted digits"


def offer_model(name: str, *, primary: bool = False) -> None:
    """Show a button that puts a model to use on all pages and in all tabs, unless it is in use."""
    if name == store.active_model():
        st.badge("In use", icon=":material/check:", color="green")
    else:
        kind: Literal["primary", "secondary"] = "primary" if primary else "secondary"
        icon = ":material/check:"
        st.button("Use this model", icon=icon, type=kind, key=f"use-{name}", on_click=use, args=(name,))


def offer_previous(place: str = "") -> None:
    """Show a button that puts the model before back to use, if there is one."""
    if previous := store.previous_model():
        label = f"Back to {plain(previous)}"
        st.button(label, icon=":material/undo:", key="back", on_click=use, args=(previous, place))


def use(name: str, place: str = "") -> None:
    """Put a model to use, on all pages."""
    attempt(f"{plain(name)} is in use now, on all pages.", store.activate, name, place=place)


def attempt(done: str, action: Callable[..., Any], *values: str, place: str = "") -> bool:
    """Do what was clicked and leave the page to say `done`, if that is anything, or the sentence that says why not.

    The sentence is said at that `place` of the page, see `tell_problem`.
    """
    try:
        action(*values)
    except DigitnetError as error:
        st.session_state[_problem(place)] = str(error)
        return False
    st.session_state.done = done
    return True


def tell() -> None:
    """Say what came of the last click, which the page was built anew after."""
    if done := st.session_state.pop("done", ""):
        st.toast(done, icon=":material/check:")
    tell_problem()


def tell_problem(place: str = "") -> None:
    """Say why the last click at this place of the page came to nothing."""
    if problem := st.session_state.pop(_problem(place), ""):
        st.error(plain(problem), icon=":material/error:")


def _problem(place: str) -> str:
    return f"problem-{place}" if place else "problem"


def download(label: str, data: str | bytes, name: str, mime: str, icon: str, *, disabled: bool = False) -> None:
    """Show a button that saves `data` and leaves the page as it is."""
    st.download_button(label, data, name, mime, icon=f":material/{icon}:", disabled=disabled, on_click="ignore")


def plain(text: str) -> str:
    """Return `text`, a file's name say, so that Markdown shows it as it is."""
    return re.sub(r"([^\w\s])", r"\\\1", text)


def plural(count: int, noun: str) -> str:
    """Return "1 digit", "2 digits"."""
    return f"{count} {noun}" + ("" if count == 1 else "s")


_MARGINS = """
.stMainBlockContainer { padding: 4rem 1rem 3rem; max-width: 1200px; }
@media (min-width: 700px) { .stMainBlockContainer { padding: 4rem 2rem 3rem; } }
[data-testid=stButtonGroup] > [role] { flex-wrap: wrap; }  /* in a row they would be cut off where it is narrow */
@media (pointer: coarse) {  /* for fingers */
    [data-testid=stButtonGroup] button { min-height: 2.5rem; }
    [data-testid=stCheckbox] label { min-height: 2.5rem; align-items: center; }
}
"""
