"""Summarize the runs that the set-up form describes, and start them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from digitnet import DigitnetError
from digitnet.experiments import duration, queue
from digitnet.experiments.config import TrainingConfig, name_fine_tuned_model
from digitnet.extras import explain_missing_extra, has_extra
from digitnet.models import architecture
from pages.shared import formatting
from pages.shared.formatting import format_duration
from pages.training import network_editor, training_data


def show_launch(configs: list[TrainingConfig]) -> None:
    """Show the network, the estimated time and the start button; start the runs after a click.

    Args:
        configs: configurations of the runs to start; if empty, a setting is wrong and the button is disabled.
    """
    with st.container(border=True, key="summary"):
        if configs:
            config = configs[0]
            layers = architecture.format_layers(network_editor.get_layers())
            show_network(config if config.start else config.replace(layers=layers))
            show_duration(configs)
        is_ready = has_extra("train")
        # Each start gets a new button: the second of two quick clicks hits the one already used.
        number = st.session_state.starts
        st.button(
            "Start training" if len(configs) < 2 else f"Start {len(configs)} runs",
            type="primary",
            icon=":material/play_arrow:",
            disabled=not (configs and is_ready),
            width="stretch",
            key=f"start-{number}",
            on_click=request_start,
            args=(number,),
        )
        if not configs:
            st.caption("Fix the marked settings first.")
        if not is_ready:
            st.warning(explain_missing_extra("train", "Training"), icon=":material/download:")
    # The click's callback would start the settings as they were when the button was drawn.
    if st.session_state.pop("start_wanted", False) and configs:
        start_runs(configs)
        st.rerun()


def request_start(number: int) -> None:
    """Request a start, unless the button with this number has been used already."""
    if number == st.session_state.starts:
        st.session_state.start_wanted = True


def show_network(config: TrainingConfig) -> None:
    """Show the layers with their output shapes and parameter counts."""
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
    st.markdown(f"**{count:,} parameters**: a picture of 28 × 28 in, {output}.")
    st.table(table.set_index("Layer"), border="horizontal")


def show_duration(configs: list[TrainingConfig]) -> None:
    """Show the estimated time of all runs together."""
    config = configs[0]
    user_digits = training_data.count_user_digits(config.writers, config.refuse)[0] if config.uses_user_digits else 0
    seconds = sum(duration.estimate_duration(config, user_digits).total for config in configs)
    amount = f"{len(configs)} runs" if len(configs) > 1 else formatting.format_count(config.epochs, "epoch")
    st.markdown(f":material/schedule: About **{format_duration(seconds)}** for {amount} on this machine.")


def start_runs(configs: list[TrainingConfig]) -> None:
    """Start the runs and have a new name proposed for the next."""
    state = st.session_state
    try:
        for config in configs:
            queue.start(config)
    except DigitnetError as error:
        state.problem = str(error)
    state.starts += 1
    state.started = name_fine_tuned_model(configs[0].start) if configs[0].start else configs[0].recipe
