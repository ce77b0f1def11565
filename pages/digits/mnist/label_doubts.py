"""The digits of MNIST that a model cannot decide on, and those whose labels may be wrong."""

from __future__ import annotations

import numpy as np
import streamlit as st

from digitnet.collection.label_errors import LIKELY_ERROR
from digitnet.labels import NOT_A_DIGIT
from digitnet.models.evaluation import Evaluation
from pages.components.digit_gallery import GalleryTile
from pages.digits.mnist import cache, closeup
from pages.digits.mnist.cache import TEST, TRAINING
from pages.shared import formatting, model_choice

SHOWN = 48
AMBIGUOUS, MISLABELLED = "Most ambiguous", "Likely label errors"
CHOICES = {
    "10,000 test digits": (TEST, 10_000),
    "10,000 training digits": (TRAINING, 10_000),
    "All 60,000 training digits": (TRAINING, 60_000),
}


def show() -> None:
    """Show what a model doubts among the digits that are chosen."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        model = model_choice.choose_model()
        chosen = st.selectbox("Digits", list(CHOICES), key="mnist_read")
    view = st.segmented_control("Find", [AMBIGUOUS, MISLABELLED], default=AMBIGUOUS, required=True, key="mnist_doubt")
    part, count = CHOICES[chosen]
    evaluation = cache.evaluated(model, part, count)
    (show_ambiguous if view == AMBIGUOUS else show_mislabelled)(evaluation, part)


def show_ambiguous(evaluation: Evaluation, part: str) -> None:
    """Show the digits whose two best answers are closest."""
    places = evaluation.find_most_ambiguous(SHOWN)
    close = int((evaluation.margin < 0.5).sum())
    st.caption(
        "The network ends in softmax: a probability for each digit, and in some networks one for no digit, which sum "
        "to 1. The margin is the greatest less the second; these digits have the smallest. Marked: read wrong. "
        f"It is below 50 percentage points for {close:,} of {len(evaluation.labels):,}."
    )
    closeup.pick_from("mnist_ambiguous", [_ambiguous(evaluation, part, int(place)) for place in places], AMBIGUOUS)


def _ambiguous(evaluation: Evaluation, part: str, place: int) -> GalleryTile:
    answers = evaluation.class_probabilities[place]
    best = np.argsort(-answers, kind="stable")[:2].tolist()
    lines = [
        f"{'none' if each == NOT_A_DIGIT else each}: {formatting.format_percent(float(answers[each]))}" for each in best
    ]
    wrong = best[0] != int(evaluation.labels[place])
    return cache.tile(cache.number(part, place), lines, "read as " + ", ".join(lines), odd=wrong)


def show_mislabelled(evaluation: Evaluation, part: str) -> None:
    """Show the digits that are read otherwise with the greatest confidence."""
    places = evaluation.find_hardest(SHOWN)
    strong = int(((evaluation.read != evaluation.labels) & (evaluation.confidence >= LIKELY_ERROR)).sum())
    learnt = " The model may have learnt from these, wrong labels and all, and then doubts fewer." * (part == TRAINING)
    st.caption(
        f"Read otherwise than labelled, the surest first; with at least {LIKELY_ERROR:.0%} confidence "
        f"{strong:,} of {len(evaluation.labels):,}. Judge for yourself: some labels are wrong, and some digits "
        f"are right but unlike all others.{learnt}"
    )
    if not len(places):
        st.info("Every one of these digits is read as it is labelled.", icon=":material/check_circle:")
        return
    tiles = [_mislabelled(evaluation, part, int(place)) for place in places]
    closeup.pick_from("mnist_mislabelled", tiles, MISLABELLED)


def _mislabelled(evaluation: Evaluation, part: str, place: int) -> GalleryTile:
    read, sure = int(evaluation.read[place]), formatting.format_percent(float(evaluation.confidence[place]))
    said = f"read as {read}, {sure}"
    odd = bool(evaluation.confidence[place] >= LIKELY_ERROR)
    return cache.tile(cache.number(part, place), [said], f"labelled so, {said}", odd=odd)
