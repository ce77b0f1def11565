"""The settings of a training, and the values to try of one of them."""

from __future__ import annotations

import streamlit as st

from digitnet.experiments import sweeps
from digitnet.experiments.config import OPTIMIZERS, SCHEDULES
from pages.training.controls import complain, control, grid, key_of

OPTIMIZER_NAMES = {"sgd": "SGD", "rmsprop": "RMSprop", "adam": "Adam", "adamw": "AdamW"}
WORDS = {
    "epochs": "An epoch is one pass over all digits that are trained on, in an order drawn anew.",
    "batch_size": "A batch is the group of digits from whose mistakes one step of learning is made.",
    "learning_rate": "How far a step moves the weights: too far and the loss jumps, too little and it hardly falls.",
    "validation_share": "Validation reads, after every epoch, digits that are not trained on: what is only learnt by "
    "heart does not help there.",
}
SCHEDULE_NAMES = {"constant": "constant", "cosine": "falls (cosine)", "warm-up": "rises, then falls"}


def choose_settings() -> str:
    """Show the settings of the training; return a sentence if one cannot work."""
    st.subheader("Training")
    problem = ""
    with grid() as cell:
        with cell():
            line = "How often all digits are seen."
            control(st.number_input, "Epochs", "epochs", line, 1, 1000, step=1, help=WORDS["epochs"])
        with cell():
            line = "Digits between two steps of learning."
            control(st.number_input, "Batch size", "batch_size", line, 1, 8192, step=1, help=WORDS["batch_size"])
        with cell():
            line = "How large each step is."
            rate = control(st.text_input, "Learning rate", "learning_rate", line, help=WORDS["learning_rate"])
            problem = check_rate(rate)
        with cell():
            line = "How steps are made of what went wrong."
            names = OPTIMIZER_NAMES
            control(st.selectbox, "Optimizer", "optimizer", line, OPTIMIZERS, format_func=lambda name: names[name])
        with cell():
            line = "How the rate changes over the run."
            shown = SCHEDULE_NAMES
            control(st.selectbox, "Rate over time", "schedule", line, SCHEDULES, format_func=lambda name: shown[name])
        with cell():
            line = "Held out of training, to check on."
            share = control(
                st.slider,
                "Validation digits",
                "validation_share",
                line,
                0,
                50,
                format="%d%%",
                help=WORDS["validation_share"],
            )
        with cell():
            line = "Epochs without a better one after which to stop; 0 trains to the end."
            patience = control(st.number_input, "Early stopping", "patience", line, 0, 1000, step=1)
            if patience and not share:
                problem = complain("Early stopping needs validation digits; hold some out.")
        with cell():
            control(st.number_input, "Seed", "seed", "The same seed repeats a run.", 0, 2**32 - 1, step=1)
        with cell():
            line = "Turned, slanted, stretched, bent: slower, reads more hands."
            augment = control(st.toggle, "Varied copies", "augment", line)
        with cell():
            line = "Copies in styles and with pens that MNIST lacks; off, its own test digits are read better."
            control(st.toggle, "Other hands", "other_hands", line, disabled=not augment)
        with cell():
            line = "An eleventh answer, so that letters, signs and scribbles can be left out: slower."
            control(st.toggle, "Knows what is no digit", "refuse", line)
        with cell():
            control(st.toggle, "Averaged weights", "average_weights", "Keeps the mean of the last steps.")
    return problem


def choose_few_settings() -> str:
    """Show those settings that matter where a network is continued; return a sentence if one cannot work."""
    st.subheader("Training")
    with grid() as cell:
        with cell():
            control(
                st.number_input, "Epochs", "epochs", "How many rounds there are.", 1, 1000, step=1, help=WORDS["epochs"]
            )
        with cell():
            line = "In each round, drawn anew; 0 for all."
            control(st.number_input, "Digits", "epoch_digits", line, 0, 1_000_000, step=64)
        with cell():
            line = "How large each step is."
            rate = control(st.text_input, "Learning rate", "learning_rate", line, help=WORDS["learning_rate"])
            problem = check_rate(rate)
    return problem


def check_rate(text: str) -> str:
    """Return a sentence, and show it, if `text` is no learning rate."""
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if 0 < rate <= 10:
        return ""
    return complain(f"Expected a number above 0 and at most 10. Received: {text or 'nothing'}.")


def choose_values() -> tuple[str, str] | None:
    """Show what to try instead of one run: a setting and values; return them, None for one run."""
    st.subheader("Try values")
    line = "One setting, several values: a run for each, one after the other, and a chart that compares them."
    if not control(st.toggle, "Try several values", "trying", line):
        return None
    with st.container(horizontal=True):
        names = {key: setting.label for key, setting in sweeps.SETTINGS.items()}
        with st.container(width=240):
            setting = control(
                st.selectbox, "Setting", "setting", "What differs.", list(names), format_func=lambda key: names[key]
            )
        with st.container(width=320):
            st.session_state.setdefault(key_of(f"values-{setting}"), sweeps.SETTINGS[setting].values)
            values = control(st.text_input, "Values", f"values-{setting}", "With commas between them.")
    return str(setting), str(values)
