"""Choose the settings of a training, or several values of one of them."""

from __future__ import annotations

import streamlit as st

from digitnet.experiments.config import (
    LAST_SHARE,
    LOSSES,
    OPTIMIZERS,
    RANDOM_SHARE,
    SCHEDULES,
    TEST_SET,
    VALIDATIONS,
)
from pages.shared import study_form
from pages.shared.card_text import LOOKS_AT_TEST_DIGITS
from pages.shared.study_form import Tried
from pages.training import copies_preview
from pages.training.controls import iterate_cells, show_control, show_error

OPTIMIZER_NAMES = {"sgd": "SGD", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW"}
SCHEDULE_NAMES = {"constant": "constant", "cosine": "falls (cosine)", "warm-up": "rises, then falls"}
VALIDATION_NAMES = {
    RANDOM_SHARE: "a random share",
    LAST_SHARE: "the last share (validation_split)",
    TEST_SET: "MNIST's test digits",
}
HINTS = {
    "epochs": "An epoch is one pass over all training digits, in a new random order.",
    "batch_size": "A batch is a group of digits; after each, the weights are adjusted once to its errors.",
    "learning_rate": "How far a step moves the weights: too far and the loss jumps, too little and it hardly falls.",
    "loss": "Cross-entropy punishes a sure mistake much harder than the mean squared error, and so learns faster. The "
    "curves show the cross-entropy in both cases.",
    "validation_share": "Validation digits are read after every epoch but never trained on: digits that were only "
    "memorized do not help there.",
}


def choose_settings() -> str:
    """Show the settings of a new network; return an error sentence, or "" if they can work."""
    st.header("Training")
    cells = iterate_cells()
    with next(cells):
        caption = "How often all digits are seen."
        show_control(st.number_input, "Epochs", "epochs", caption, 1, 1000, step=1, help=HINTS["epochs"])
    with next(cells):
        caption = "Digits between two steps of learning."
        show_control(st.number_input, "Batch size", "batch_size", caption, 1, 8192, step=1, help=HINTS["batch_size"])
    with next(cells):
        problem = choose_learning_rate()
    with next(cells):
        caption = "How the weights are adjusted after an error."
        show_control(
            st.selectbox,
            "Optimizer",
            "optimizer",
            caption,
            OPTIMIZERS,
            format_func=lambda optimizer: OPTIMIZER_NAMES[optimizer],
        )
    with next(cells):
        caption = "How the rate changes over the run."
        show_control(
            st.selectbox,
            "Rate over time",
            "schedule",
            caption,
            SCHEDULES,
            format_func=lambda schedule: SCHEDULE_NAMES[schedule],
        )
    with next(cells):
        show_control(st.selectbox, "Loss function", "loss", "The error that is lowered.", LOSSES, help=HINTS["loss"])
    with next(cells):
        caption = "Read after every epoch, to check on."
        validation = show_control(
            st.selectbox,
            "Validation digits",
            "validation",
            caption,
            VALIDATIONS,
            format_func=VALIDATION_NAMES.__getitem__,
            help=HINTS["validation_share"],
        )
    with next(cells):
        looks = validation == TEST_SET
        caption = LOOKS_AT_TEST_DIGITS if looks else "Held out of training."
        share = show_control(
            st.slider, "Share held out", "validation_share", caption, 0, 50, format="%d%%", disabled=looks
        )
    with next(cells):
        caption = "Stops after this many epochs without improvement; 0 trains to the end."
        patience = show_control(st.number_input, "Early stopping", "patience", caption, 0, 1000, step=1)
        if patience and not (share or looks):
            problem = show_error("Early stopping needs validation digits; hold some out.")
    with next(cells):
        show_control(st.number_input, "Seed", "seed", "The same seed repeats a run.", 0, 2**32 - 1, step=1)
    cells = iterate_cells(2)  # A toggle's label is cut off in a narrow column.
    with next(cells):
        caption = "Turned, slanted, stretched, bent: slower, reads more people's digits."
        augment = show_control(st.toggle, "Varied copies", "augment", caption)
    with next(cells):
        caption = "Reads more people's digits, MNIST's own slightly worse."
        other_hands = show_control(st.toggle, "More handwriting styles", "other_hands", caption, disabled=not augment)
    if augment:
        copies_preview.show_preview(other_hands=bool(other_hands))
    cells = iterate_cells(2)
    with next(cells):
        caption = "An eleventh output, so that letters, signs and scribbles can be left out: slower."
        show_control(st.toggle, "Learns to reject non-digits", "refuse", caption)
    with next(cells):
        show_control(st.toggle, "Averaged weights", "average_weights", "Keeps the mean of the last steps.")
    return problem


def choose_fine_tuning_settings() -> str:
    """Show the settings that matter if a model is continued; return an error sentence, or ""."""
    st.header("Training")
    cells = iterate_cells()
    with next(cells):
        caption = "The number of rounds."
        show_control(st.number_input, "Epochs", "epochs", caption, 1, 1000, step=1, help=HINTS["epochs"])
    with next(cells):
        caption = "In each round, newly drawn; 0 for all."
        show_control(st.number_input, "Digits", "epoch_digits", caption, 0, 1_000_000, step=64)
    with next(cells):
        return choose_learning_rate()


def choose_learning_rate() -> str:
    """Show the learning rate; return an error sentence, or "" if it is a number in range."""
    caption = "How large each step is."
    text = show_control(st.text_input, "Learning rate", "learning_rate", caption, help=HINTS["learning_rate"])
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if 0 < rate <= 10:
        return ""
    return show_error(f"Expected a number above 0 and at most 10. Received: {text or 'nothing'}.")


def choose_values_to_try() -> Tried | None:
    """Show the choice of settings and values to try; return them, or None for a single run."""
    st.header("Try values")
    caption = "One setting or two, several values: a run for each, one after the other, and charts that compare them."
    if not show_control(st.toggle, "Try several values", "trying", caption):
        return None
    return study_form.choose_values("setup")
