"""Show the progress of several runs that belong together, and stop, resume and discard them."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable

import streamlit as st

from digitnet import DigitnetError
from digitnet.experiments import queue
from digitnet.experiments.run import Run
from digitnet.experiments.status import QUEUED, Status
from digitnet.models.card import FAILED
from pages.shared import feedback
from pages.shared.formatting import escape_markdown, format_count
from pages.shared.run_text import describe_position, describe_time_left

REFRESH_SECONDS = 2.0
_ASKED = "asked_to_discard_batch"


def is_active(names: Iterable[str]) -> bool:
    """Return whether one of several runs is queued or has a process of its own."""
    return any(Run(name).read_status().is_active for name in names)


def show_batch(key: str, names: list[str], done: int) -> None:
    """Show how far several runs are, and the buttons that fit; nothing if all are done.

    Args:
        key: start of the keys of the buttons.
        names: the runs that are not done.
        done: number of those that are done.
    """
    if not names:
        return
    statuses = {name: Run(name).read_status() for name in names}
    active = [name for name in names if statuses[name].is_active]
    share = done + sum(statuses[name].estimate_share_done(time.time()) for name in active)
    st.progress(min(1.0, share / (done + len(names))), describe_batch(statuses, done))
    for name in names:
        if statuses[name].state == FAILED:
            st.error(f"{escape_markdown(name)}: {escape_markdown(statuses[name].message)}", icon=":material/error:")
    with st.container(horizontal=True):
        if active:
            is_stopping = all(statuses[name].state == QUEUED or Run(name).is_stop_requested() for name in active)
            label = "Stopping…" if is_stopping and len(active) == 1 and statuses[active[0]].state != QUEUED else "Stop"
            hint = "Stops all of these runs; each can go on after its last whole epoch"
            _show_button(key, label, "stop", queue.stop_all, active, hint)
        else:
            _show_button(key, "Resume", "play_arrow", queue.resume_all, names, "Goes on with those that are not done")
        if st.session_state.get(_ASKED) != key:
            hint = "Deletes the runs that are not done; finished models stay"
            st.button("Discard…", icon=":material/delete:", key=f"discard-{key}", on_click=_ask, args=(key,), help=hint)
            return
    st.markdown("Discard the runs that are not done, with all that they have learned? Finished models stay.")
    with st.container(horizontal=True):
        _show_button(key, "Discard for good", "delete_forever", _discard, names)
        st.button("Keep them", icon=":material/undo:", key=f"keep-{key}", on_click=_ask, args=("",))


def describe_batch(statuses: dict[str, Status], done: int) -> str:
    """Say how many runs are done, and how far the one under way is, as Markdown."""
    text = f"{done} of {format_count(done + len(statuses), 'run')} done"
    active = [name for name, status in statuses.items() if status.is_active]
    if not active:
        states = Counter(status.state for status in statuses.values())
        return " · ".join([text, *(f"{count} {state}" for state, count in states.items())])
    name = next((name for name in active if statuses[name].state != QUEUED), active[0])
    parts = [describe_position(statuses[name]), describe_time_left(statuses[name], time.time())]
    return f"{text} · {escape_markdown(name)}: {', '.join(filter(None, parts))}"


def start_next_run() -> None:
    """Start the next run of the queue, or show why it cannot start."""
    try:
        queue.start_next()
    except DigitnetError as error:
        st.error(escape_markdown(str(error)), icon=":material/error:")


def _show_button(
    key: str, label: str, icon: str, action: Callable[[list[str]], None], names: list[str], hint: str | None = None
) -> None:
    """Show a button that calls `action` with the runs, in a callback: a refresh would lose the click otherwise."""
    kind = "primary" if icon == "delete_forever" else "secondary"
    st.button(
        label,
        icon=f":material/{icon}:",
        key=f"{icon}-{key}",
        type=kind,  # type: ignore[arg-type]
        on_click=_act,
        args=(action, names),
        help=hint,
        disabled=label == "Stopping…",
    )


def _act(action: Callable[[list[str]], None], names: list[str]) -> None:
    feedback.run_action("", lambda: action(names))


def _ask(key: str) -> None:
    """Ask the user to confirm that the runs of `key` are discarded; "" asks nothing."""
    st.session_state[_ASKED] = key


def _discard(names: list[str]) -> None:
    _ask("")
    queue.cancel_all(names)
