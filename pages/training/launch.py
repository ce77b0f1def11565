"""Summarize the runs that the set-up form describes, and start them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from digitnet import ConfigError, DigitnetError
from digitnet.datasets.mnist import TRAINING_DIGITS
from digitnet.experiments import duration, queue, study_runs
from digitnet.experiments.config import TrainingConfig, name_fine_tuned_model
from digitnet.experiments.keras_script import write_script
from digitnet.experiments.run import list_runs
from digitnet.experiments.trainers import can_train
from digitnet.extras import explain_missing_extra
from digitnet.models import architecture
from digitnet.models.card import USER
from pages.shared import feedback, formatting, study_view, user_collection
from pages.shared.formatting import format_duration
from pages.training import network_editor


def show_launch(configs: list[TrainingConfig], problems: list[str]) -> None:
    """Show the estimated time, the start button and the network; start the runs after a click.

    Args:
        configs: configurations of the runs to start; if empty, a setting is wrong and the button is disabled.
        problems: sentences on settings that are wrong, if the page does not show them elsewhere.
    """
    with st.container(border=True, key="summary"):
        if configs:
            show_work(configs)
        for problem in problems:
            st.error(formatting.escape_markdown(problem), icon=":material/error:")
        if not configs and not problems:
            st.markdown("Fix the marked settings first.")
        is_ready = can_train()
        show_start_button(len(configs), is_enabled=bool(configs) and is_ready)
        if not is_ready:
            st.warning(explain_missing_extra("train", "Training"), icon=":material/download:")
        if configs:
            layers = architecture.format_layers(network_editor.get_layers())
            show_network(configs[0] if configs[0].start else configs[0].replace(layers=layers))
            show_script(configs[0])
    # The click's callback would start the settings as they were when the button was drawn.
    if st.session_state.pop("start_wanted", False) and configs:
        start_runs(configs)
        st.rerun()


def show_start_button(count: int, *, is_enabled: bool) -> None:
    """Show the button that starts `count` runs, or queues them after the run that is active."""
    active = [run.name for run in list_runs() if run.read_status().is_active]
    runs = f"{count} runs" if count > 1 else "training"
    label = f"Start {'' if count < 2 else runs + ' '}after {formatting.escape_markdown(active[-1])}" if active else ""
    # Each start gets a new button: the second of two quick clicks hits the one already used.
    number = st.session_state.starts
    st.button(
        label or f"Start {runs}",
        type="secondary" if active else "primary",
        icon=":material/queue:" if active else ":material/play_arrow:",
        disabled=not is_enabled,
        width="stretch",
        key=f"start-{number}",
        on_click=request_start,
        args=(number,),
    )


def request_start(number: int) -> None:
    """Request a start, unless the button with this number has been used already."""
    if number == st.session_state.starts:
        st.session_state.start_wanted = True


def show_work(configs: list[TrainingConfig]) -> None:
    """Show the digits to train on, and the estimated time of all runs together."""
    config = configs[0]
    digits = [describe_mnist(config)] if config.data != USER else []
    train = 0
    if config.uses_user_digits:
        train, held_out = user_collection.count_digits(config.writers, config.refuse)
        digits.append(f"{train:,} of yours ({held_out:,} more to check on)")
    amount = f"{len(configs)} runs" if len(configs) > 1 else formatting.format_count(config.epochs, "epoch")
    seconds = sum(estimate.total for estimate in duration.estimate_durations(configs, train))
    st.markdown(
        f"Trains on {' and '.join(digits)}.  \n"
        f":material/schedule: About **{format_duration(seconds)}** for {amount} on this machine."
    )


def describe_mnist(config: TrainingConfig) -> str:
    """Say how many of MNIST's training digits are trained on, and how many are held out."""
    held_out = (config.limit or TRAINING_DIGITS) - config.mnist_digits
    check = f" ({held_out:,} more to check on)" if held_out else ""
    return f"{config.mnist_digits:,} of MNIST's {TRAINING_DIGITS:,} training digits{check}"


def show_network(config: TrainingConfig) -> None:
    """Show the number of parameters, and behind it the layers with their output shapes."""
    rows = architecture.summarize(config.network, config.outputs)
    table = pd.DataFrame(
        {
            "Layer": [row.layer for row in rows],
            "Output": [" × ".join(map(str, row.shape)) for row in rows],
            "Parameters": [f"{row.parameters:,}" if row.parameters else "" for row in rows],
        }
    )
    count = sum(row.parameters for row in rows)
    output = "ten probabilities and that of a non-digit out" if config.refuse else "ten probabilities out"
    with st.expander(f"Network: {count:,} parameters", icon=":material/layers:"):
        st.markdown(f"A picture of 28 × 28 in, {output}.")
        st.table(table.set_index("Layer"), border="horizontal")


def show_script(config: TrainingConfig) -> None:
    """Offer the training as a Keras script, if it can be written as one."""
    try:
        script = write_script(config)
    except ConfigError:
        return
    feedback.show_download("Keras script", script, f"{config.name}.py", "text/x-python", "code")
    st.caption("A short program without digitnet that trains this network.")


def start_runs(configs: list[TrainingConfig]) -> None:
    """Start the runs and have a new name proposed for the next."""
    state = st.session_state
    try:
        if configs[0].group:
            study_view.open_study(study_runs.start(configs))
        else:
            queue.start(configs[0])
    except DigitnetError as error:
        state.problem = str(error)
    state.starts += 1
    state.started = name_fine_tuned_model(configs[0].start) if configs[0].start else configs[0].recipe
