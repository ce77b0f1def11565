"""Choose a model to read with, put one to use, and set the accepted risk."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from digitnet.models import store
from digitnet.models.active import activate, get_active_model, get_previous_model
from digitnet.models.calibration import DEFAULT_RISK, RISKS
from digitnet.models.card import read_card
from digitnet.models.classifier import Classifier
from pages.shared.feedback import run_action
from pages.shared.formatting import escape_markdown


@st.cache_resource(max_entries=8, show_spinner=False)
def _load_classifier(name: str, version: int) -> Classifier:
    return Classifier.load(name)


def load_classifier(name: str) -> Classifier:
    """Load a model once for all tabs, and again when its folder was rewritten."""
    card = store.model_dir(name) / store.CARD_FILE
    return _load_classifier(name, card.stat().st_mtime_ns)


def choose_model() -> str:
    """Show the choice of a model, and return its name.

    The choice holds on all pages of a tab, until another model is put to use in any tab.
    """
    active = get_active_model()
    names = store.list_models() or [active]
    state = st.session_state
    if state.get("chosen_beside") != active or state.get("chosen_model") not in names:
        state.chosen_model, state.chosen_beside = active, active
        state.model = active
    if state.get("model") not in names:  # Nothing is chosen yet, or the browser still has an outdated label.
        state.model = state.chosen_model
    accuracies = {name: read_card(name).accuracy for name in names}

    def format_option(name: str) -> str:
        accuracy = accuracies[name]
        share = f" · {accuracy:.2%}" if accuracy is not None else ""
        return f"{name}{share}{' · in use' if name == active else ''}"

    explanation = "The network that reads the digits, with its accuracy on the test digits."
    state.chosen_model = st.selectbox("Model", names, format_func=format_option, key="model", help=explanation)
    return str(state.chosen_model)


def choose_option(key: str, label: str, options: list[str]) -> str:
    """Show the choice of an option, and return it.

    The choice holds on all pages until the tab is closed.
    """
    state = st.session_state
    if state.get(key) not in options:
        state[key] = state.get(f"chosen_{key}", options[0])
    state[f"chosen_{key}"] = st.segmented_control(label, options, required=True, key=key)
    return str(state[f"chosen_{key}"])


def choose_risk(model: str) -> float:
    """Show the choice of how many unmarked digits may be wrong, and return that share.

    The choice holds until the tab is closed.
    """
    levels = read_card(model).acceptance_levels
    risks = [risk for risk in sorted(RISKS, reverse=True) if any(known <= risk for known in levels)] or [DEFAULT_RISK]
    state = st.session_state
    if state.get("risk") not in risks:
        chosen = state.get("chosen_risk", DEFAULT_RISK)
        state.risk = chosen if chosen in risks else min(risks, key=lambda risk: abs(risk - DEFAULT_RISK))
    risk = st.selectbox(
        "Ask me to check",
        risks,
        format_func=lambda risk: _describe_risk(risk) if levels else "digits read with less than 80% confidence",
        key="risk",
        help="The fewer mistakes may be left among the other digits, the more digits are marked as doubtful. Measured "
        "on varied copies of digits that the model did not learn from; other people's handwriting may differ.",
        disabled=len(risks) < 2,
    )
    if levels:
        state.chosen_risk = risk
    return float(risk)


def _describe_risk(risk: float) -> str:
    return f"so that at most 1 in {round(1 / risk):,} of the rest is wrong"


def show_use_button(name: str, *, primary: bool = False) -> None:
    """Show a button that puts a model to use everywhere, or a badge if it is in use."""
    if name == get_active_model():
        st.badge("In use", icon=":material/check:", color="green")
    else:
        kind: Literal["primary", "secondary"] = "primary" if primary else "secondary"
        icon = ":material/check:"
        st.button("Use this model", icon=icon, type=kind, key=f"use-{name}", on_click=use_model, args=(name,))


def show_back_button(place: str = "") -> None:
    """Show a button that puts the previous model back to use, if there is one."""
    if previous := get_previous_model():
        label = f"Back to {escape_markdown(previous)}"
        st.button(label, icon=":material/undo:", key="back", on_click=use_model, args=(previous, place))


def use_model(name: str, place: str = "") -> None:
    """Put a model to use on all pages; `feedback.show_problem` shows any problem at `place`."""
    run_action(f"{escape_markdown(name)} is in use now, on all pages.", activate, name, place=place)
