"""The second step: fine-tune the model in use on the writer's digits."""

from __future__ import annotations

from functools import partial

import streamlit as st

from digitnet import DigitnetError
from digitnet.experiments import duration, hands, notices, queue, trainers
from digitnet.experiments.config import TrainingConfig
from digitnet.experiments.run import Run
from digitnet.experiments.status import QUEUED, WAITING, Status
from digitnet.models.card import FAILED
from pages.drawing.hand.state import COMPARE, Hand
from pages.shared import formatting, model_choice, run_progress, user_collection

REFRESH_SECONDS = 1.0
_QUEUED = {
    QUEUED: "Another training runs first; this one starts when it is over.",
    WAITING: "Another training runs on this machine; this one starts when it is over.",
}


def show_learning(hand: Hand, writer: str) -> None:
    """Show the button that starts the training, or the training that runs."""
    run = hands.find_run(writer)
    if run is None:
        show_start(hand, writer)
        return
    is_active = run.read_status().is_active
    st.fragment(partial(refresh, hand, writer, is_active), run_every=REFRESH_SECONDS if is_active else None)()


def show_start(hand: Hand, writer: str) -> None:
    """Say what will be learned from and how long it takes, and show the button."""
    try:
        config = hands.make_config(writer)
        train, held_out = user_collection.count_digits(config.writers, config.refuse, config.accounts)
    except DigitnetError as error:
        st.error(formatting.escape_markdown(str(error)), icon=":material/error:")
        return
    st.markdown(describe_work(config, train, held_out))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Learn my hand",
            icon=":material/school:",
            type="primary",
            disabled=not train or not trainers.can_train(),
            on_click=hand.learn,
            args=(writer,),
        )
        if hands.find_model(writer):
            st.button("See what was learned", icon=":material/compare:", on_click=hand.go, args=(COMPARE,))
    if hand.problem:
        st.error(formatting.escape_markdown(hand.problem), icon=":material/error:")


def describe_work(config: TrainingConfig, train: int, held_out: int) -> str:
    """Describe the training in sentences, as Markdown."""
    if not train:
        return "There are no digits to learn from yet: write some first."
    seconds = formatting.format_duration(duration.estimate_duration(config, train).total)
    aside = (
        f"**{held_out}** more are held out to check on, and never learned from."
        if held_out
        else "None is held out to check on yet: write more, and you can see whether it has become better."
    )
    start, limits = map(formatting.escape_markdown, (config.start, model_choice.explain_left_out(config.start)))
    return (
        f"A copy of **{start}**, the model in use, learns from **{train}** of your digits. {aside} MNIST's digits are "
        f"mixed in, so that it forgets little. {limits}  \n:material/schedule: About **{seconds}** on this machine."
    )


def refresh(hand: Hand, writer: str, was_active: bool) -> None:
    """Show the run; run the whole page again once it is over, has stopped or has started again."""
    try:
        queue.start_next()
    except DigitnetError as error:
        st.error(formatting.escape_markdown(str(error)), icon=":material/error:")
    run = hands.find_run(writer)
    status = run.read_status() if run else None
    is_active = status is not None and status.is_active
    if run is None or status is None or is_active != was_active:
        st.rerun()
    if is_active:
        show_active(hand, run, status)
    else:
        show_stopped(hand, run, status)
    if hand.problem:
        st.error(formatting.escape_markdown(hand.problem), icon=":material/error:")


def show_active(hand: Hand, run: Run, status: Status) -> None:
    """Show the progress of a run, and a button that ends it."""
    if status.state in _QUEUED:
        st.markdown(f":material/hourglass_empty: {_QUEUED[status.state]}")
    else:
        run_progress.show_bar(run.name, status)
    st.button("Cancel", icon=":material/close:", key=f"cancel-{run.name}", on_click=hand.cancel, args=(run.name,))
    st.caption("Your digits stay saved. You may leave this page meanwhile: the training goes on.")


def show_stopped(hand: Hand, run: Run, status: Status) -> None:
    """Say why a run is not active, and show buttons that start it again or end it."""
    notices.forget_ended([run.name])
    reason = status.message or "The training has stopped before its end."
    if status.state == FAILED:
        st.error(formatting.escape_markdown(reason), icon=":material/error:")
    else:
        st.markdown(f":material/pause_circle: {formatting.escape_markdown(reason)}")
    with st.container(horizontal=True):
        label, icon = "Go on learning", ":material/play_arrow:"
        st.button(label, icon=icon, type="primary", key=f"again-{run.name}", on_click=hand.resume, args=(run.name,))
        st.button("Cancel", icon=":material/close:", key=f"cancel-{run.name}", on_click=hand.cancel, args=(run.name,))
