"""Show how far a run is: its bar, phase, epoch, time left, and the machine's load."""

from __future__ import annotations

import time

import streamlit as st

from digitnet.experiments.status import PAUSED, RUNNING, STARTING, Status
from pages.shared.run_text import describe_position, describe_time_left, format_seconds

STYLE = """
@media (prefers-reduced-motion: no-preference) {  /* Without batches to count, the bar shows that work goes on. */
    [class*=st-key-pulsing-] [role=progressbar] > * > * { animation: pulse 1.2s ease-in-out infinite alternate; }
    @keyframes pulse { from { opacity: 1; } to { opacity: 0.45; } }
}
"""


def show_progress(name: str, status: Status) -> None:
    """Show the progress of a run that is starting, running or finishing, and its figures."""
    show_bar(name, status)
    if status.state == STARTING:
        return
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


def show_bar(name: str, status: Status) -> None:
    """Show the bar of a run that is starting, running or finishing, with its phase and the time left."""
    now = time.time()
    kind = "counting" if status.state in (RUNNING, PAUSED) else "pulsing"
    with st.container(key=f"{kind}-{name}"):
        st.progress(status.estimate_share_done(now), describe_progress(status, now))


def describe_progress(status: Status, now: float) -> str:
    """Describe the phase or the epoch, and the time left: "Epoch 2 of 3 · batch 200 of 919 · 12 s left"."""
    parts = [describe_position(status)]
    if status.state in (RUNNING, PAUSED):
        parts.append(f"batch {status.batch:,} of {status.batches:,}")
    elif status.phase_began:
        parts.append(f"for {format_seconds(now - status.phase_began)}")
    return " · ".join([*parts, *filter(None, [describe_time_left(status, now)])])
