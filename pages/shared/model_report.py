"""Describe a model by its card, evaluate it, and show digits side by side."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitnet.datasets.mnist import Digits, load_mnist
from digitnet.models.card import EARLY, STOPPED, Card
from digitnet.models.evaluation import Evaluation, evaluate
from digitnet.preprocessing.images import to_png
from pages.shared import formatting, model_choice
from pages.shared.card_text import (
    describe_loss,
    describe_network,
    describe_published,
    describe_settings,
    describe_training,
)
from pages.shared.formatting import format_duration

STYLE = """
.hardest { display: flex; flex-wrap: wrap; gap: 0.75rem; padding: 0; margin: 0; }
.hardest figure { margin: 0; width: 84px; }
.hardest img { width: 84px; height: 84px; image-rendering: pixelated; border-radius: 0.5rem; }
.hardest figcaption { font-size: 0.875rem; line-height: 1.3; padding-top: 0.25rem; }
"""


def show_card(card: Card) -> None:
    """Show a card as sentences, and all settings of its training."""
    st.markdown("  \n".join(formatting.escape_markdown(sentence) for sentence in describe_card(card)))
    if settings := describe_settings(card):
        escape = formatting.escape_markdown  # Tables show Markdown, and a card may come from anywhere.
        with st.expander("All settings", icon=":material/tune:"):
            st.table({"Value": {escape(key): escape(settings[key]) for key in settings}}, border="horizontal")


def describe_card(card: Card) -> list[str]:
    """Describe a card in sentences; leave out what is not known."""
    count = f"{card.test_digits:,} test digits" if card.test_digits else "the test digits"
    size = f"{card.size / 1000:,.0f} kB" if card.size is not None else ""
    facts = [
        f"Reads {card.accuracy:.2%} of {count} right{_describe_loss(card)}." if card.accuracy is not None else "",
        f"Published for its recipe: {describe_published(card)}." if describe_published(card) else "",
        f"{card.parameters:,} parameters{', ' + size if size else ''}{_describe_weights(card)}."
        if card.parameters
        else "",
        f"Network: {describe_network(card)}." if describe_network(card) else "",
        f"Trained on {card.data}{_describe_duration(card)}." if card.data else "",
        f"Recipe: {card.recipe}{_describe_source(card)}." if card.recipe else "",
        f"Settings: {describe_training(card)}." if describe_training(card) else "",
        _describe_end(card),
        f"Changed while it trained: {'; '.join(card.changes)}." if card.changes else "",
        f"Recognized: {card.recognized}." if card.recognized else "",
        f"Added from a file on {card.date}." if card.uploaded else f"Made on {card.date}." if card.date else "",
        f"Note: {card.note}" if card.note else "",
    ]
    return [fact for fact in facts if fact]


def _describe_loss(card: Card) -> str:
    return f", loss {describe_loss(card)}" if describe_loss(card) else ""


def _describe_source(card: Card) -> str:
    return f" (source: {card.source})" if card.source not in ("", card.recipe) else ""


def _describe_weights(card: Card) -> str:
    return ", weights rounded to 8 bits" if card.weights == "int8" else ""


def _describe_duration(card: Card) -> str:
    return f" in {format_duration(card.seconds)}" if card.seconds else ""


def _describe_end(card: Card) -> str:
    reason = {EARLY: "because it no longer improved", STOPPED: "because it was stopped"}.get(card.ended, "")
    return f"Training ended after epoch {card.epochs_done:,}, {reason}." if card.epochs_done and reason else ""


@st.cache_resource(show_spinner=False)
def load_test_digits() -> Digits:
    """Load MNIST's 10,000 test digits once for all tabs."""
    return load_mnist()[1]


@st.cache_data(max_entries=30, show_spinner=False)
def evaluate_model(name: str, sha256: str) -> Evaluation:
    """Evaluate a model on the test digits, once for each digest of its network."""
    return evaluate(model_choice.load_classifier(name), load_test_digits())


def show_tiles(tiles: list[tuple[NDArray[np.uint8], str, str]]) -> None:
    """Show digits side by side.

    Args:
        tiles: for each digit a picture, uint8 (28, 28), its description and its caption in HTML.
    """
    figures = "".join(_format_figure(*tile) for tile in tiles)
    st.html(f'<div class="hardest" role="list">{figures}</div>')


def _format_figure(digit: NDArray[np.uint8], alt: str, caption: str) -> str:
    url = formatting.to_data_url(to_png(digit))
    return f'<figure role="listitem"><img src="{url}" alt="{alt}"><figcaption>{caption}</figcaption></figure>'
