"""How one model is shown: its card in words, and how it reads the test digits."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitnet import DigitnetError
from digitnet.datasets.mnist import Digits, load_mnist
from digitnet.models import store
from digitnet.models.card import EARLY, STOPPED, Card
from digitnet.models.evaluation import Evaluation, evaluate
from digitnet.preprocessing.images import to_png
from pages.shared import evaluation_charts, formatting, model_choice
from pages.shared.card_text import describe_network, describe_settings, describe_training
from pages.shared.formatting import format_duration

HARDEST = 24
BINS = 10
STYLE = """
.hardest { display: flex; flex-wrap: wrap; gap: 0.75rem; padding: 0; margin: 0; }
.hardest figure { margin: 0; width: 84px; }
.hardest img { width: 84px; height: 84px; image-rendering: pixelated; border-radius: 0.5rem; }
.hardest figcaption { font-size: 0.875rem; line-height: 1.3; padding-top: 0.25rem; }
"""


def show_card(card: Card) -> None:
    """Show what is known of the model, in sentences."""
    st.markdown("  \n".join(formatting.escape_markdown(sentence) for sentence in describe_card(card)))
    if describe_settings(card):
        with st.expander("All settings", icon=":material/tune:"):
            st.table({"Value": describe_settings(card)}, border="horizontal")


def describe_card(card: Card) -> list[str]:
    """Return the card in sentences; what it lacks is left out."""
    count = f"{card.test_digits:,} test digits" if card.test_digits else "the test digits"
    size = f"{card.size / 1000:,.0f} kB" if card.size is not None else ""
    facts = [
        f"Reads {card.accuracy:.2%} of {count} right." if card.accuracy is not None else "",
        f"{card.parameters:,} parameters{', ' + size if size else ''}{_describe_weights(card)}."
        if card.parameters
        else "",
        f"Network: {describe_network(card)}." if describe_network(card) else "",
        f"Trained on {card.data}{_describe_duration(card)}." if card.data else "",
        f"Recipe {card.recipe}{', after ' + card.source if card.source not in ('', card.recipe) else ''}."
        if card.recipe
        else "",
        f"Settings: {describe_training(card)}." if describe_training(card) else "",
        _describe_end(card),
        f"Added from a file on {card.date}." if card.uploaded else f"Made on {card.date}." if card.date else "",
        f"Note: {card.note}" if card.note else "",
    ]
    return [fact for fact in facts if fact]


def _describe_weights(card: Card) -> str:
    return ", weights rounded to 8 bits" if card.weights == "int8" else ""


def _describe_duration(card: Card) -> str:
    return f" in {format_duration(card.seconds)}" if card.seconds else ""


def _describe_end(card: Card) -> str:
    why = {EARLY: "as it got no better", STOPPED: "as it was asked to"}.get(card.ended, "")
    return f"Training ended after epoch {card.epochs_done:,}, {why}." if card.epochs_done and why else ""


@st.cache_resource(show_spinner=False)
def load_test_digits() -> Digits:
    """Return MNIST's 10,000 test digits."""
    return load_mnist()[1]


@st.cache_data(max_entries=30, show_spinner=False)
def evaluate_model(name: str, sha256: str) -> Evaluation:
    """Return how the model reads the test digits, measured once for a network of this digest."""
    return evaluate(model_choice.load_classifier(name), load_test_digits())


def show_evaluation(card: Card) -> None:
    """Show how the model reads the 10,000 test digits, or the sentence that says why it cannot."""
    st.subheader("On the 10,000 test digits", anchor=False)
    try:
        store.load_tflite(card.name)  # what was measured may have been damaged since
        with st.spinner("Reading 10,000 test digits...", show_time=True):
            evaluation = evaluate_model(card.name, card.sha256)
    except DigitnetError as error:
        st.error(formatting.escape_markdown(str(error)), icon=":material/error:")
        return
    wrong = round((1 - evaluation.accuracy) * len(evaluation.labels))
    st.markdown(f"{evaluation.accuracy:.2%} right, {wrong:,} wrong.")
    left, right = st.columns(2)
    with left:
        st.markdown("**Which digits are taken for which**")
        st.altair_chart(
            evaluation_charts.plot_confusion(evaluation.confusion), alt="Counts of true digits and what was read"
        )
    with right:
        show_accuracy_charts(evaluation)
    show_hardest(evaluation)


def show_accuracy_charts(evaluation: Evaluation) -> None:
    """Show how many of each digit are right, and how far confidence can be believed."""
    st.markdown("**Each digit**")
    said = ", ".join(f"{digit}: {share:.1%}" for digit, share in enumerate(evaluation.digit_accuracy))
    st.altair_chart(evaluation_charts.plot_digit_accuracy(evaluation.digit_accuracy), alt=f"Share read right. {said}")
    calibration = evaluation.measure_calibration(BINS)
    st.markdown("**How far confidence can be believed**")
    st.altair_chart(evaluation_charts.plot_calibration(calibration), alt="Confidence against the share read right")
    st.caption(
        "On the dashed line, digits read with 90% confidence are right 9 times in 10; below it the model is too "
        f"sure of itself. The two are {100 * calibration.error:.2f} percentage points apart on average. Larger dots "
        "stand for more digits."
    )


def show_hardest(evaluation: Evaluation) -> None:
    """Show the test digits that were read wrong with the greatest confidence."""
    places = evaluation.find_hardest(HARDEST)
    st.markdown("**The hardest digits**" if len(places) else "Every digit was read right.")
    if len(places):
        st.caption("Read wrong, the surest mistakes first.")
        show_tiles([_make_tile(evaluation, int(place)) for place in places])


def _make_tile(evaluation: Evaluation, place: int) -> tuple[NDArray[np.uint8], str, str]:
    true, read = int(evaluation.labels[place]), int(evaluation.read[place])
    sure = f"{min(float(evaluation.confidence[place]), 0.999):.1%}"
    caption = f"{true} read as <b>{read}</b><br><small>{sure} sure</small>"
    return load_test_digits().images[place], f"A {true}, read as {read}, {sure} sure", caption


def show_tiles(tiles: list[tuple[NDArray[np.uint8], str, str]]) -> None:
    """Show digits beside each other: each a picture, uint8 (28, 28), its text for who cannot see it, its caption."""
    figures = "".join(_format_figure(*tile) for tile in tiles)
    st.html(f'<div class="hardest" role="list">{figures}</div>')


def _format_figure(digit: NDArray[np.uint8], alt: str, caption: str) -> str:
    url = formatting.to_data_url(to_png(digit))
    return f'<figure role="listitem"><img src="{url}" alt="{alt}"><figcaption>{caption}</figcaption></figure>'
