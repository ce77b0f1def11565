"""Show findings about the curves of a training, and the rules behind them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from digitnet.experiments import curve_diagnosis
from digitnet.experiments.curve_diagnosis import RULES

_ICONS = {
    curve_diagnosis.TOO_FEW_EPOCHS: "hourglass_empty",
    curve_diagnosis.RATE_TOO_HIGH: "warning",
    curve_diagnosis.OVERFITTING: "warning",
    curve_diagnosis.PLATEAU: "trending_flat",
    curve_diagnosis.NOT_LOWER: "trending_flat",
    curve_diagnosis.IMPROVING: "trending_up",
    curve_diagnosis.RATE_TOO_LOW: "speed",
    curve_diagnosis.UNDERFITTING: "warning",
    curve_diagnosis.BELOW_VALIDATION: "info",
}


def show_findings(rows: Sequence[dict[str, float]], *, is_over: bool = True) -> None:
    """Show findings about the epochs of a training.

    Args:
        rows: figures of each epoch, as `digitnet.experiments.run.read_rows` returns them.
        is_over: whether no more epochs follow.
    """
    findings = curve_diagnosis.diagnose(rows, is_over=is_over)
    if not findings:
        return
    st.markdown("  \n".join(f":material/{_ICONS[finding.kind]}: {finding.sentence}" for finding in findings))
    with st.expander("How we decide this", icon=":material/rule:"):
        st.markdown("\n".join(f"- {rule}" for rule in RULES.values()))
