"""Change a training while it runs: pause it, add an epoch, set its learning rate."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from digitnet.experiments import run_controls
from digitnet.experiments.run import Run
from digitnet.experiments.run_controls import RunControls
from digitnet.experiments.status import PAUSED, RUNNING, STARTING, Status
from pages.shared import feedback, remembered
from pages.shared.formatting import escape_markdown, format_count


def show(run: Run, status: Status) -> None:
    """Show the buttons that change a run, while it starts, trains or is paused."""
    if status.state not in (STARTING, RUNNING, PAUSED):
        return
    controls = RunControls(run)
    if controls.is_pause_requested():
        _show_button(run, "Go on", "resume", run_controls.go_on)
    else:
        _show_button(run, "Pause", "pause", run_controls.pause)
    key = f"add-{run.name}"
    st.button("One epoch more", icon=":material/add:", key=key, on_click=_add_epoch, args=(run.name,))
    with st.popover("Learning rate", icon=":material/speed:"):
        rate = controls.read_rate() or run.read_settings().get("learning_rate", 0.0)
        name = f"live-rate-{run.name}"
        remembered.show(st.text_input, "From now on", name=name, default=f"{rate:g}")
        st.caption("Holds for the rest of the training, whatever its schedule says.")
        st.button("Set", icon=":material/check:", key=f"set-{name}", on_click=_set_rate, args=(run.name, name))


def _show_button(run: Run, label: str, icon: str, action: Callable[[str], None]) -> None:
    key = f"{icon}-{run.name}"
    st.button(label, icon=f":material/{icon}:", key=key, on_click=_perform, args=(action, run.name))


def _perform(action: Callable[[str], None], name: str) -> None:
    feedback.run_action("", action, name)


def _add_epoch(name: str) -> None:
    """Add an epoch and say how many there are now, which a paused run shows only when it goes on."""
    if feedback.run_action("", run_controls.add_epoch, name):
        epochs = format_count(RunControls(Run(name)).count_epochs(), "epoch")
        st.session_state.done = f"{escape_markdown(name)} trains {epochs} now."


def _set_rate(name: str, choice: str) -> None:
    rate = str(remembered.get(choice))
    feedback.run_action(f"The learning rate is {escape_markdown(rate)} now.", run_controls.set_rate, name, rate)
