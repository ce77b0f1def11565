"""Show the digits of MNIST that a model is undecided about, and likely label errors."""

from __future__ import annotations

import numpy as np
import streamlit as st

from digitnet.collection.label_errors import LIKELY_ERROR
from digitnet.labels import NOT_A_DIGIT
from digitnet.models.evaluation import Evaluation
from pages.components.digit_gallery import GalleryTile
from pages.digits.mnist import cache, closeup
from pages.digits.mnist.cache import TEST, TRAINING
from pages.shared import formatting, model_choice, remembered

MAX_SHOWN_DIGITS = 48
_CLOSE_MARGIN = 0.5  # Digits with a smaller margin are counted.
AMBIGUOUS, MISLABELED = "Most ambiguous", "Likely label errors"
CHOICES = {
    "10,000 test digits": (TEST, 10_000),
    "10,000 training digits": (TRAINING, 10_000),
    "All 60,000 training digits": (TRAINING, 60_000),
}


def show_label_doubts() -> None:
    """Show the digits that a model is undecided about, or whose labels it doubts."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        model = model_choice.choose_model()
        chosen = remembered.show(st.selectbox, "Digits", list(CHOICES), name="mnist_read", default=next(iter(CHOICES)))
    views = [AMBIGUOUS, MISLABELED]
    view = remembered.show(st.segmented_control, "Find", views, name="mnist_doubt", default=AMBIGUOUS, required=True)
    split, count = CHOICES[chosen]
    evaluation = cache.evaluate_split(model, split, count)
    (_show_ambiguous if view == AMBIGUOUS else _show_mislabeled)(evaluation, split)


def _show_ambiguous(evaluation: Evaluation, split: str) -> None:
    """Show the digits with the smallest margins between the two largest probabilities."""
    indices = evaluation.find_most_ambiguous(MAX_SHOWN_DIGITS)
    close = int((evaluation.margin < _CLOSE_MARGIN).sum())
    st.caption(
        "The network ends in softmax: a probability for each digit, and in some networks one that it is not a digit. "
        "They sum to 1. The margin is the largest less the second; these digits have the smallest. Marked: read wrong. "
        f"It is below 50 percentage points for {close:,} of {len(evaluation.labels):,}."
    )
    tiles = [_make_ambiguous_tile(evaluation, split, int(index)) for index in indices]
    closeup.show_pickable("mnist_ambiguous", tiles, AMBIGUOUS)


def _make_ambiguous_tile(evaluation: Evaluation, split: str, index: int) -> GalleryTile:
    probabilities = evaluation.class_probabilities[index]
    best = np.argsort(-probabilities, kind="stable")[:2].tolist()
    lines = [
        f"{'none' if label == NOT_A_DIGIT else label}: {formatting.format_percent(float(probabilities[label]))}"
        for label in best
    ]
    is_wrong = best[0] != int(evaluation.labels[index])
    return cache.make_tile(cache.to_number(split, index), lines, "read as " + ", ".join(lines), suspect=is_wrong)


def _show_mislabeled(evaluation: Evaluation, split: str) -> None:
    """Show the digits that the model reads as another label with the greatest confidence."""
    indices = evaluation.find_hardest(MAX_SHOWN_DIGITS)
    likely = int(((evaluation.read != evaluation.labels) & (evaluation.confidence >= LIKELY_ERROR)).sum())
    learned = " The model may have learned from these, wrong labels included, and then doubts fewer."
    st.caption(
        f"Read as another label, the surest first; {likely:,} of {len(evaluation.labels):,} with at least "
        f"{LIKELY_ERROR:.0%} confidence. Judge for yourself: some labels are wrong, and some digits are right but "
        f"unlike all others.{learned if split == TRAINING else ''}"
    )
    if not len(indices):
        st.info("Every one of these digits is read as its label.", icon=":material/check_circle:")
        return
    tiles = [_make_mislabeled_tile(evaluation, split, int(index)) for index in indices]
    closeup.show_pickable("mnist_mislabeled", tiles, MISLABELED)


def _make_mislabeled_tile(evaluation: Evaluation, split: str, index: int) -> GalleryTile:
    confidence = float(evaluation.confidence[index])
    reading = f"read as {int(evaluation.read[index])}, {formatting.format_percent(confidence)}"
    is_likely = confidence >= LIKELY_ERROR
    return cache.make_tile(cache.to_number(split, index), [reading], reading, suspect=is_likely)
