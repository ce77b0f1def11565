"""What the curves of a training say, in sentences, with the rules by which they are told."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from digitnet.experiments import curve_diagnosis
from digitnet.experiments.curve_diagnosis import RULES

ICONS = {
    curve_diagnosis.TOO_FEW_EPOCHS: "hourglass_empty",
    curve_diagnosis.RATE_TOO_HIGH: "warning",
    curve_diagnosis.OVERFITTING: "warning",
    curve_diagnosis.PLATEAU: "trending_flat",
    curve_diagnosis.IMPROVING: "trending_up",
    curve_diagnosis.RATE_TOO_LOW: "speed",
    curve_diagnosis.UNDERFITTING: "warning",
    curve_diagnosis.BELOW_VALIDATION: "info",
}


def show_findings(rows: Sequence[dict[str, float]]) -> None:
    """Show what the figures of each epoch say, given as `digitnet.runs.read_rows` returns them."""
    findings = curve_diagnosis.diagnose(rows)
    if not findings:
        return
    st.markdown("  \n".join(f":material/{ICONS[finding.kind]}: {finding.sentence}" for finding in findings))
    with st.expander("How this is told", icon=":material/rule:"):
        st.markdown("\n".join(f"- {rule}" for rule in RULES.values()))
