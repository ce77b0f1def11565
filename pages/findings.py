"""What the curves of a training say, in sentences, with the rules by which they are told."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from digitnet import diagnosis
from digitnet.diagnosis import RULES

ICONS = {
    diagnosis.FEW: "hourglass_empty",
    diagnosis.TOO_HIGH: "warning",
    diagnosis.OVERFITTING: "warning",
    diagnosis.FLAT: "trending_flat",
    diagnosis.IMPROVING: "trending_up",
    diagnosis.TOO_LOW: "speed",
    diagnosis.UNDERFITTING: "warning",
    diagnosis.BELOW: "info",
}


def show(rows: Sequence[dict[str, float]]) -> None:
    """Show what the figures of each epoch say, given as `digitnet.runs.read_rows` returns them."""
    findings = diagnosis.diagnose(rows)
    if not findings:
        return
    st.markdown("  \n".join(f":material/{ICONS[finding.kind]}: {finding.sentence}" for finding in findings))
    with st.expander("How this is told", icon=":material/rule:"):
        st.markdown("\n".join(f"- {rule}" for rule in RULES.values()))
