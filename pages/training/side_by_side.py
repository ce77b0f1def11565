"""Compare a finished model with the one in use, and offer to use it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import streamlit as st

from digitnet import DigitnetError
from digitnet.experiments import promotion
from digitnet.experiments.promotion import MAX_MNIST_LOSS, Comparison
from digitnet.models.active import get_active_model
from digitnet.models.card import require_card
from pages.shared import formatting, model_choice

_MIN_USER_GAIN = 2  # A digit more or less may be chance.
_MIN_SIZE_RATIO = 1.1  # A network that is this much larger is called larger.


class Facts(NamedTuple):
    """What counts in the choice of a model.

    Attributes:
        accuracy: share of MNIST's test digits read right, 0 to 1; None if unknown.
        refuses: whether it knows what is not a digit; for others, the shipped `cnn` tells.
        size: bytes of the network, None if unknown.
        user_right: number of the user's held-out digits read right.
        user_total: number of these digits.
    """

    name: str
    accuracy: float | None
    refuses: bool
    size: int | None
    user_right: int = 0
    user_total: int = 0


def show_offer(name: str, compared: Comparison | None = None) -> None:
    """Show a model beside the one in use, then a button that puts it to use.

    Args:
        compared: the model compared with the one that it was fine-tuned from, if it was.
    """
    used = get_active_model()
    if name == used:
        with st.container(horizontal=True):
            model_choice.show_use_button(name)
            model_choice.show_back_button()
        return
    is_proposed = compared is not None and compared.is_better
    try:
        facts = read_facts((name, used))
    except DigitnetError as error:
        st.warning(f"{formatting.escape_markdown(str(error))}", icon=":material/error:")
    else:
        st.table(build_table(*facts), border="horizontal", width="content")
        if compared is None or require_card(name).before != used:
            st.markdown(describe_difference(*facts))
            is_proposed = is_as_good(*facts)
    model_choice.show_use_button(name, primary=is_proposed)


def read_facts(names: tuple[str, str]) -> list[Facts]:
    """Read the facts of models.

    Raises:
        DigitnetError: a model or the collection cannot be read.
    """
    digits = promotion.load_held_out()
    facts = []
    for name in names:
        card, refuses = require_card(name), model_choice.load_classifier(name).refuses
        read = predict_user_digits(name, card.sha256, digits.images) if len(digits.labels) else digits.labels
        right = int((read == digits.labels).sum())
        facts.append(Facts(name, card.accuracy, refuses, card.size, right, len(digits.labels)))
    return facts


@st.cache_data(max_entries=8, show_spinner=False)
def predict_user_digits(name: str, sha256: str, images: np.ndarray) -> np.ndarray:
    """Return the labels that a model gives to digits, 0 to 9 or NOT_A_DIGIT, once for each digest of its network."""
    return model_choice.load_classifier(name).predict_probabilities(images).argmax(axis=1)


def build_table(new: Facts, used: Facts) -> pd.DataFrame:
    """Return a table of the facts, a column for each model."""
    rows = {
        "MNIST's test digits read right": [_format_accuracy(facts.accuracy) for facts in (new, used)],
        "Your held-out digits read right": [f"{facts.user_right} of {facts.user_total}" for facts in (new, used)],
        "Knows what is not a digit": [_format_yes(facts.refuses) for facts in (new, used)],
        "Size": [_format_size(facts.size) for facts in (new, used)],
    }
    if not new.user_total:
        del rows["Your held-out digits read right"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=[new.name, f"{used.name}, in use"])


def describe_difference(new: Facts, used: Facts) -> str:
    """Say in a sentence which of two models is better at what, as Markdown."""
    name, name_used = (f"**{formatting.escape_markdown(facts.name)}**" for facts in (new, used))
    better, worse = list_advantages(new, used), list_advantages(used, new)
    if not better and not worse:
        return f"{name} is about as good as {name_used}, the model in use."
    if not worse:
        return f"{name} {_join(better)}; otherwise it is as good as {name_used}, the model in use."
    sentence = f"{name_used}, the model in use, {_join(worse)}"
    return f"{sentence}; {name} {_join(better)}." if better else f"{sentence}."


def is_as_good(new: Facts, used: Facts) -> bool:
    """Return whether a model is in nothing worse than the one in use, but perhaps larger."""
    known = new.accuracy is not None and used.accuracy is not None
    return known and not list_advantages(used._replace(size=None), new._replace(size=None))


def list_advantages(one: Facts, other: Facts) -> list[str]:
    """List what the first model does better than the other: "reads more of MNIST's test digits right"."""
    accuracy_known = one.accuracy is not None and other.accuracy is not None
    advantages = {
        "reads more of MNIST's test digits": accuracy_known
        and round((one.accuracy or 0) - (other.accuracy or 0), 6) >= MAX_MNIST_LOSS,
        "reads more of your digits": one.user_right - other.user_right >= _MIN_USER_GAIN,
        "knows what is not a digit": one.refuses and not other.refuses,
        "is smaller": bool(one.size and other.size) and (other.size or 0) >= _MIN_SIZE_RATIO * (one.size or 0),
    }
    return [text for text, holds in advantages.items() if holds]


def _join(texts: list[str]) -> str:
    return f"{', '.join(texts[:-1])} and {texts[-1]}" if len(texts) > 1 else texts[0]


def _format_accuracy(accuracy: float | None) -> str:
    return "–" if accuracy is None else f"{accuracy:.2%}"


def _format_yes(value: bool) -> str:
    return "yes" if value else "no"


def _format_size(size: int | None) -> str:
    return "–" if size is None else f"{size / 1000:,.0f} kB"
