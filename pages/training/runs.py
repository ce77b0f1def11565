"""Show the training runs: state, progress, curves and buttons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from digitnet import DigitnetError
from digitnet.experiments import queue
from digitnet.experiments.config import TEST_SET
from digitnet.experiments.run import Run, list_runs, read_rows
from digitnet.experiments.status import BUSY_STATES, FINISHING, PAUSED, QUEUED, RUNNING, STARTING, WAITING, Status
from digitnet.models import store
from digitnet.models.card import FAILED, INTERRUPTED, STOPPED
from pages.shared import curve_findings, feedback, formatting, training_curves
from pages.shared.card_text import LOOKS_AT_TEST_DIGITS
from pages.shared.run_progress import show_progress
from pages.training import live_controls, side_by_side, snapshots
from pages.training.results import show_last_finished
from pages.training.run_curves import load_run_history

REFRESH_SECONDS = 1.0
# The badge, its color and a sentence for each state.
STATES = {
    QUEUED: ("Queued", "gray", "Starts when the runs before it are done."),
    WAITING: ("Waiting", "gray", "Another training runs on this machine; this one starts when that is over."),
    STARTING: ("Starting", "blue", ""),
    RUNNING: ("Training", "green", ""),
    PAUSED: ("Paused", "orange", "Waits until it goes on, and trainings after it wait, too."),
    FINISHING: ("Finishing", "blue", ""),
    STOPPED: ("Stopped", "orange", ""),
    FAILED: ("Failed", "red", ""),
    INTERRUPTED: ("Interrupted", "orange", "Its process has ended; the finished epochs are saved."),
}


def show_runs() -> None:
    """Show the unfinished runs, refreshed every second while one is active, and the last model."""
    start_next_run()
    state = st.session_state
    state.shown_runs, state.shown_busy = summarize_runs(list_runs())
    state.watched_runs = {*state.get("watched_runs", ()), *state.shown_runs}
    if state.get("asked_to_discard") not in state.shown_runs:
        ask_to_discard("")
    st.fragment(refresh_runs, run_every=REFRESH_SECONDS if state.shown_busy else None)()
    show_last_finished()


def summarize_runs(runs: list[Run]) -> tuple[list[str], bool]:
    """Return the names of the runs, and whether one is active or queued."""
    return [run.name for run in runs], any(run.read_status().is_active for run in runs)


def start_next_run() -> None:
    """Start the next run of the queue, or show why it cannot start."""
    try:
        queue.start_next()
    except DigitnetError as error:
        st.error(formatting.escape_markdown(str(error)), icon=":material/error:")


def refresh_runs() -> None:
    """Show each run; rerun the page if the list or activity of runs changes, or a message is due."""
    start_next_run()
    runs = list_runs()
    state = st.session_state
    if summarize_runs(runs) != (state.shown_runs, state.shown_busy) or state.get("problem") or state.get("done"):
        st.rerun()
    has_begun = any(run.read_status().state not in (QUEUED, WAITING) for run in runs)
    with_snapshots = has_begun and snapshots.show_toggle()
    for run in runs:
        show_run(run, with_snapshots)


def show_run(run: Run, with_snapshots: bool) -> None:
    """Show one run with its buttons and, if asked for, the inside of its network."""
    status = run.read_status()
    word, color, sentence = STATES.get(status.state, (status.state, "gray", ""))
    with st.container(border=True, key=f"run-{run.name}"):
        # Each element has a fixed place: one that moves would be on the page twice for a moment.
        title, message, progress, buttons, curves = (st.container() for _ in range(5))
    with title.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{formatting.escape_markdown(run.name)}**", width="content")
        st.badge(word, color=color)  # type: ignore[arg-type]
    if status.message or sentence:
        message.markdown(formatting.escape_markdown(status.message or sentence))
    if status.state in (STARTING, RUNNING, PAUSED, FINISHING):
        with progress:
            show_progress(run.name, status)
    if status.state not in (QUEUED, WAITING):
        with curves:
            training_curves.show_curves(load_run_history(run), run.name, run.name)
            if run.read_settings().get("validation") == TEST_SET:
                st.caption(LOOKS_AT_TEST_DIGITS)
            curve_findings.show_findings(read_rows(run.history), is_over=status.state not in BUSY_STATES)
            if with_snapshots:
                snapshots.show_run_snapshots(run)
    with buttons:
        show_buttons(run, status)
        if run.name in store.list_models() and status.state == STOPPED:
            side_by_side.show_offer(run.name)


def show_buttons(run: Run, status: Status) -> None:
    """Show the buttons that fit the state of a run."""
    with st.container(horizontal=True):
        if status.state in BUSY_STATES:
            is_stopping = run.is_stop_requested()
            label = "Stopping…" if is_stopping else "Stop"
            hint = "Keeps the best epoch so far as a finished model"
            show_button(run, label, "stop", queue.stop, disabled=is_stopping, help=hint)
            live_controls.show(run, status)
        elif status.state == QUEUED:
            show_button(run, "Take out", "close", queue.discard)
            return
        else:
            label = "Resume" if run.count_saved_epochs() else "Start again"
            show_button(run, label, "play_arrow", queue.resume)
        if run.name in store.list_models() and status.state == STOPPED:
            hint = "Keeps the model; the run cannot be resumed any more"
            show_button(run, "Keep as it is", "check", queue.discard, help=hint)
        if st.session_state.get("asked_to_discard") != run.name:
            show_button(run, "Discard…", "delete", ask_to_discard)
            return
    # A dialog would be closed by the next refresh.
    st.markdown("Discard it for good? The training ends and everything it has learned is deleted.")
    with st.container(horizontal=True):
        show_button(run, "Discard for good", "delete_forever", discard, type="primary")
        show_button(run, "Keep it", "undo", lambda name: ask_to_discard(""))


def show_button(run: Run, label: str, icon: str, action: Callable[[str], None], **settings: Any) -> None:
    """Show a button that calls `action` with the run's name.

    The action is a callback: a running refresh would lose the click if the return value were checked.
    """
    st.button(
        label,
        icon=f":material/{icon}:",
        key=f"{icon}-{run.name}",
        on_click=perform_action,
        args=(action, run),
        **settings,
    )


def perform_action(action: Callable[[str], None], run: Run) -> None:
    """Perform the action of a clicked button; the page itself shows the effect, or an error."""
    feedback.run_action("", action, run.name)


def ask_to_discard(name: str) -> None:
    """Ask the user to confirm that the run called `name` is discarded; "" asks nothing."""
    st.session_state.asked_to_discard = name


def discard(name: str) -> None:
    """Delete a run and the model that it left, unless that model is in use or shipped."""
    ask_to_discard("")
    queue.cancel(name)
