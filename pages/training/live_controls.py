"""Change a training while it runs: pause it, add an epoch, set its learning rate."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from digitnet.experiments import run_controls
from digitnet.experiments.run import Run
from digitnet.experiments.run_controls import RunControls
from digitnet.experiments.status import PAUSED, RUNNING, STARTING, Status
from pages.shared import feedback, formatting, remembered


def show(run: Run, status: Status) -> None:
    """Show the buttons that change a run, while it starts, trains or is paused."""
    if status.state not in (STARTING, RUNNING, PAUSED):
        return
    controls = RunControls(run)
    if controls.is_pause_requested():
        _show_button(run, "Go on", "resume", run_controls.go_on)
    else:
        _show_button(run, "Pause", "pause", run_controls.pause)
    _show_button(run, "One epoch more", "add", _add_epoch)
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
    run_controls.add_epoch(name)
    epochs = formatting.format_count(RunControls(Run(name)).count_epochs(), "epoch")
    st.toast(f"{formatting.escape_markdown(name)} trains {epochs} now.", icon=":material/check:")


def _set_rate(name: str, choice: str) -> None:
    rate = str(remembered.get(choice))
    feedback.run_action(
        f"The learning rate is {formatting.escape_markdown(rate)} now.", run_controls.set_rate, name, rate
    )
