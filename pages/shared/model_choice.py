"""Choose a model to read with, put one to use, and set the accepted risk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import streamlit as st

from digitnet.access.permissions import may
from digitnet.errors import DigitnetError
from digitnet.models import store
from digitnet.models.active import activate, get_active_model, get_previous_model, reactivate
from digitnet.models.calibration import DEFAULT_RISK, RISKS
from digitnet.models.card import read_card
from digitnet.models.classifier import Classifier
from pages.shared import remembered
from pages.shared.feedback import run_action
from pages.shared.formatting import escape_markdown

_MODEL, _RISK = "model", "risk"  # Names of choices.


@st.cache_resource(max_entries=8, show_spinner=False)
def _load_classifier(name: str, version: int) -> Classifier:
    return Classifier.load(name)


def load_classifier(name: str) -> Classifier:
    """Load a model once for all tabs, and again when its folder was rewritten."""
    return _load_classifier(name, store.get_version(name))


def get_model() -> str:
    """Return the name of the model that this tab reads with: the chosen one, or else the one in use."""
    chosen = remembered.get(_MODEL)
    return str(chosen) if chosen in store.list_models() else get_active_model()


class ShownModels(NamedTuple):
    """The models of which `choose_model` tells: the one that the tab reads with, and the one in use."""

    chosen: str
    in_use: str


def get_shown_models() -> ShownModels:
    """Return the models of which `choose_model` tells; a part of a page that runs alone must heed a change."""
    return ShownModels(get_model(), get_active_model())


def choose_model() -> str:
    """Show the choice of a model, and return its name.

    A tab without a choice follows the model in use, which any tab and any process may change. A choice holds on all
    pages of the tab, until another is made or its model is gone.
    """
    active = get_active_model()
    names = store.list_models() or [active]
    chosen = remembered.get(_MODEL)
    if chosen and chosen not in names:
        remembered.forget(_MODEL)
        gone, instead = escape_markdown(str(chosen)), escape_markdown(active)
        sentence = f"The model {gone} is gone: {instead}, the model in use, reads now."
        st.toast(sentence, icon=":material/info:", duration="long")
    accuracies = {name: read_card(name).accuracy for name in names}

    def format_option(name: str) -> str:
        accuracy = accuracies[name]
        share = f" · {accuracy:.2%}" if accuracy is not None else ""
        return f"{name}{share}{' · in use' if name == active else ''}"

    return str(
        remembered.show(
            st.selectbox,
            "Model",
            names,
            name=_MODEL,
            default=active,
            format_func=format_option,
            on_change=_follow_if_in_use,
            help="The network that reads the digits, with its accuracy on the test digits.",
        )
    )


def show_limits(name: str) -> None:
    """Say of a model of ten labels that another network finds its digits; show nothing of other models."""
    if _knows_digits_alone(name):
        st.caption(
            f"{escape_markdown(name)} knows the ten digits alone; {store.DEFAULT_MODEL} tells where digits touch and "
            f"what is no digit. Its mistakes among touching digits are marked less often than those of "
            f"{store.DEFAULT_MODEL}."
        )


def explain_left_out(name: str) -> str:
    """Return a sentence that a model of ten labels cannot learn shapes that are left out, "" for other models."""
    if not _knows_digits_alone(name):
        return ""
    return f"{name} cannot learn shapes that are left out: put {store.DEFAULT_MODEL} to use to teach those."


def _knows_digits_alone(name: str) -> bool:
    """Return whether a model has ten labels; False if it cannot be loaded, which the page says where it reads."""
    try:
        return not load_classifier(name).refuses
    except DigitnetError:
        return False


def _follow_if_in_use() -> None:
    """Have the tab follow the model in use if the user has chosen just that one."""
    if remembered.get(_MODEL) == get_active_model():
        remembered.forget(_MODEL)


def follow_rename(old: str, new: str) -> None:
    """Have the tab keep its choice of a model that was renamed."""
    if remembered.get(_MODEL) == old:
        remembered.put(_MODEL, new)


def choose_risk(model: str) -> float:
    """Show the choice of how many unmarked numbers may be wrong, and return that share.

    The choice holds until the tab is closed; a model that was not measured for it uses the share nearest to the usual.
    """
    risks, measured = _list_risks(model), bool(load_classifier(model).levels)
    risk = remembered.show(
        st.selectbox,
        "Ask me to check",
        risks,
        name=_RISK,
        default=_find_usual_risk(risks),
        format_func=lambda risk: _describe_risk(risk) if measured else "numbers below 80% confidence",
        help="The fewer mistakes may be left among the other numbers, the more are marked as doubtful. Measured on "
        "numbers of writers that the model did not learn from; other handwriting may differ.",
        disabled=len(risks) < 2,
    )
    return float(risk)


def get_risk(model: str) -> float:
    """Return how many unmarked numbers may be wrong with this model, as `choose_risk` shows it."""
    risks = _list_risks(model)
    risk = remembered.get(_RISK)
    return float(risk) if risk in risks else _find_usual_risk(risks)


def _list_risks(model: str) -> list[float]:
    levels = load_classifier(model).levels
    return [risk for risk in sorted(RISKS, reverse=True) if any(known <= risk for known in levels)] or [DEFAULT_RISK]


def _find_usual_risk(risks: list[float]) -> float:
    return min(risks, key=lambda risk: abs(risk - DEFAULT_RISK))


def _describe_risk(risk: float) -> str:
    return f"at most 1 in {round(1 / risk):,} unmarked is wrong"


def choose(name: str) -> None:
    """Have the tab read with a model, as if it were chosen."""
    remembered.put(_MODEL, name)


def show_use_button(name: str, *, primary: bool = False, key: str = "use") -> None:
    """Show a button that puts a model to use everywhere, if the caller may, or a badge if it is in use.

    Args:
        key: start of the button's key.
    """
    if name == get_active_model():
        st.badge("In use", icon=":material/check:", color="green")
    elif may("models.use"):
        kind: Literal["primary", "secondary"] = "primary" if primary else "secondary"
        icon = ":material/check:"
        st.button("Use this model", icon=icon, type=kind, key=f"{key}-{name}", on_click=use_model, args=(name,))


def show_back_button(place: str = "") -> None:
    """Show a button that puts the model before the one in use back to use, if there is one."""
    if may("models.use") and (previous := get_previous_model()):
        label = f"Back to {escape_markdown(previous)}"
        st.button(label, icon=":material/undo:", key="back", on_click=go_back, args=(previous, place))


def use_model(name: str, place: str = "") -> None:
    """Put a model to use on all pages; `feedback.show_problem` shows any problem at `place`."""
    _change_model_in_use(activate, name, place)


def go_back(name: str, place: str = "") -> None:
    """Put an earlier model back to use on all pages, so that those after it are not gone back to."""
    _change_model_in_use(reactivate, name, place)


def _change_model_in_use(change: Callable[[str], None], name: str, place: str) -> None:
    if run_action(f"{escape_markdown(name)} is in use now, on all pages.", change, name, place=place):
        remembered.forget(_MODEL)
