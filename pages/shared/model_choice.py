"""Choose a model, put one to use, set the accepted risk."""

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
    """Return the model, loaded once for all tabs and anew when its folder was rewritten."""
    card = store.model_dir(name) / store.CARD_FILE
    return _load_classifier(name, card.stat().st_mtime_ns)


def choose_model() -> str:
    """Show the choice of a model and return its name.

    The choice holds on all pages of a tab, until another model is put to use in whichever tab.
    """
    active = get_active_model()
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


def choose_option(key: str, label: str, options: list[str]) -> str:
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
    known = read_card(model).acceptance_levels
    risks = [risk for risk in sorted(RISKS, reverse=True) if any(other <= risk for other in known)] or [DEFAULT_RISK]
    state = st.session_state
    if state.get("risk") not in risks:
        wanted = state.get("chosen_risk", DEFAULT_RISK)
        state.risk = wanted if wanted in risks else min(risks, key=lambda risk: abs(risk - DEFAULT_RISK))
    line = "From more to fewer mistakes among the digits that are not marked; more are marked then."
    risk = st.selectbox(
        "Mark as doubtful",
        risks,
        format_func=lambda risk: _describe_risk(risk) if known else "digits read with less than 80% confidence",
        key="risk",
        help=f"{line} Measured on varied copies of digits that the model did not learn from: other hands may differ.",
        disabled=len(risks) < 2,
    )
    if known:
        state.chosen_risk = risk
    return float(risk)


def _describe_risk(risk: float) -> str:
    return f"at most 1 wrong in {round(1 / risk):,} accepted digits"


def show_use_button(name: str, *, primary: bool = False) -> None:
    """Show a button that puts a model to use on all pages and in all tabs, unless it is in use."""
    if name == get_active_model():
        st.badge("In use", icon=":material/check:", color="green")
    else:
        kind: Literal["primary", "secondary"] = "primary" if primary else "secondary"
        icon = ":material/check:"
        st.button("Use this model", icon=icon, type=kind, key=f"use-{name}", on_click=use_model, args=(name,))


def show_back_button(place: str = "") -> None:
    """Show a button that puts the model before back to use, if there is one."""
    if previous := get_previous_model():
        label = f"Back to {escape_markdown(previous)}"
        st.button(label, icon=":material/undo:", key="back", on_click=use_model, args=(previous, place))


def use_model(name: str, place: str = "") -> None:
    """Put a model to use, on all pages."""
    run_action(f"{escape_markdown(name)} is in use now, on all pages.", activate, name, place=place)
