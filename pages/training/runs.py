"""The part of the Train page that shows the runs: how far they are, their curves, stop, resume, discard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from digitnet import DigitnetError
from digitnet.experiments import queue
from digitnet.experiments.run import (
    BUSY_STATES,
    FINISHING,
    QUEUED,
    RUNNING,
    STARTING,
    WAITING,
    Run,
    Status,
    list_runs,
    read_rows,
)
from digitnet.models import active, editing, store
from digitnet.models.card import FAILED, INTERRUPTED, STOPPED
from pages.shared import curve_findings, feedback, formatting, model_choice
from pages.shared.formatting import format_duration
from pages.training import snapshots
from pages.training.results import show_last_finished
from pages.training.run_curves import course_of, show_curves

EVERY = 1.0  # seconds between two looks
WORDS = {
    QUEUED: ("Queued", "gray", "Begins when those before it are done."),
    WAITING: ("Waiting", "gray", "Another training runs on this machine; this one begins when that is over."),
    STARTING: ("Starting", "blue", "Loading TensorFlow; the first batch follows within seconds."),
    RUNNING: ("Training", "green", ""),
    FINISHING: ("Finishing", "blue", "Reading the test digits and saving the model."),
    STOPPED: ("Stopped", "orange", ""),
    FAILED: ("Failed", "red", ""),
    INTERRUPTED: ("Interrupted", "orange", "Its process was ended; what it had finished is saved."),
}


def show() -> None:
    """Show the runs that are not over, anew every second while one is under way."""
    tend()
    state = st.session_state
    state.shown_runs, state.shown_busy = names_and_busy(list_runs())
    state.watched_runs = {*state.get("watched_runs", ()), *state.shown_runs}
    if state.get("asked_to_discard") not in state.shown_runs:
        ask_to_discard("")
    st.fragment(look, run_every=EVERY if state.shown_busy else None)()
    show_last_finished()


def names_and_busy(runs: list[Run]) -> tuple[list[str], bool]:
    """Return the names of the runs, and whether one is under way or waits."""
    return [run.name for run in runs], any(run.status().state in (*BUSY_STATES, QUEUED) for run in runs)


def tend() -> None:
    """Start what is next, or say why that cannot be."""
    try:
        queue.start_next()
    except DigitnetError as error:
        st.error(formatting.escape_markdown(str(error)), icon=":material/error:")


def look() -> None:
    """Show each run; have the whole page shown anew when one has come, gone or come to rest, or there is news."""
    tend()
    runs = list_runs()
    state = st.session_state
    if names_and_busy(runs) != (state.shown_runs, state.shown_busy) or state.get("problem") or state.get("done"):
        st.rerun()
    inside = any(run.status().state not in (QUEUED, WAITING) for run in runs) and snapshots.choose()
    for run in runs:
        show_run(run, inside)


def show_run(run: Run, inside: bool) -> None:
    """Show one run with what can be done about it, and what is `inside` its network if that is asked for."""
    status = run.status()
    word, colour, line = WORDS.get(status.state, (status.state, "gray", ""))
    with st.container(border=True, key=f"run-{run.name}"):
        # Each part keeps its place when another comes or goes: what moves would be on the page twice for a moment.
        title, message, progress, course, buttons = (st.container() for _ in range(5))
    with title.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{formatting.escape_markdown(run.name)}**", width="content")
        st.badge(word, color=colour)  # type: ignore[arg-type]
    if status.message or line:
        message.markdown(formatting.escape_markdown(status.message or line))
    if status.state in (RUNNING, FINISHING):
        with progress:
            show_progress(status)
    if status.state not in (QUEUED, WAITING):
        with course:
            show_curves(run.name, course_of(run))
            curve_findings.show_findings(read_rows(run.history))
            if inside:
                snapshots.show(run)
    with buttons:
        show_buttons(run, status)


def show_progress(status: Status) -> None:
    """Show epoch, batch, time left, and what the training takes of the machine."""
    where = f"Epoch {min(status.epoch + 1, status.epochs)} of {status.epochs}"
    if status.state == RUNNING:
        where += f" · batch {status.batch:,} of {status.batches:,}"
        if status.seconds_left is not None:
            where += f" · {format_duration(status.seconds_left)} left"
    st.progress(status.share_done, where)
    figures = {
        "Accuracy": f"{status.accuracy:.2%}" if status.accuracy is not None else "–",
        "Loss": f"{status.loss:.4f}" if status.loss is not None else "–",
        "Digits per second": f"{status.digits_per_second:,.0f}",
        "Share of the machine": f"{status.cpu_share:.0%}",
        "Memory": f"{status.memory / 1e6:,.0f} MB",
    }
    with st.container(horizontal=True, gap="medium", key="figures"):
        for label, figure in figures.items():
            st.metric(label, figure, width="content")


def show_buttons(run: Run, status: Status) -> None:
    """Show what can be done about a run."""
    with st.container(horizontal=True):
        if status.state in BUSY_STATES:
            wanted = run.is_stop_requested()
            line = "Keeps the best epoch so far as a finished model"
            button(run, "Stopping…" if wanted else "Stop", "stop", queue.stop, disabled=wanted, help=line)
        elif status.state == QUEUED:
            button(run, "Take out", "close", queue.discard)
            return
        else:
            label = "Resume" if run.count_saved_epochs() else "Start again"
            button(run, label, "play_arrow", queue.resume)
        if run.name in store.list_models() and status.state == STOPPED:
            line = "Keep the model; the run cannot be resumed any more"
            button(run, "Keep as it is", "check", queue.discard, help=line)
            model_choice.show_use_button(run.name)
        if st.session_state.get("asked_to_discard") != run.name:
            button(run, "Discard…", "delete", ask_to_discard)
            return
    # Not in a dialog: the next look would take its life.
    st.markdown("Discard it for good? The training ends and what it has learnt is deleted.")
    with st.container(horizontal=True):
        button(run, "Discard for good", "delete_forever", discard, type="primary")
        button(run, "Keep it", "undo", lambda name: ask_to_discard(""))


def button(run: Run, label: str, icon: str, action: Callable[[str], None], **settings: Any) -> None:
    """Show a button that does `action` with the run, at once: a look that is under way would lose the click."""
    st.button(label, icon=f":material/{icon}:", key=f"{icon}-{run.name}", on_click=act, args=(action, run), **settings)


def act(action: Callable[[str], None], run: Run) -> None:
    """Do what was clicked; what came of it is seen."""
    feedback.run_action("", action, run.name)


def ask_to_discard(name: str) -> None:
    """Have the page ask once more, about no run where the name is empty."""
    st.session_state.asked_to_discard = name


def discard(name: str) -> None:
    """Forget a run with the model that it left, unless that is in use."""
    ask_to_discard("")
    kept = name in store.SHIPPED_MODELS or name == active.get_active_model()
    queue.discard(name)
    if name in store.list_models() and not kept:
        editing.delete(name)
