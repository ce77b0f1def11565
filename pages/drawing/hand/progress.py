"""Show how many digits of each label a writer has written, and how many are missing."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from digitnet.labels import CLASSES

STYLE = """
.counts { display: grid; grid-template-columns: repeat(10, 1fr); gap: 0.25rem; list-style: none; }
ol.counts.counts { padding: 0; margin: 0; max-width: 640px; }
.counts li {
    margin: 0; padding: 0.15rem 0 0.3rem; text-align: center; line-height: 1.25; border-radius: 0.375rem;
    box-shadow: inset 0 0 0 1px #8886; background: linear-gradient(#1a9e77, #1a9e77) left bottom no-repeat;
}
.counts li.asked { box-shadow: inset 0 0 0 2px var(--st-primary-color, #2b83cb); }
.counts b { display: block; font-size: 1.05rem; }
.counts span { display: block; font-size: 0.8rem; font-variant-numeric: tabular-nums; }
"""


def show_counts(counts: NDArray[np.int64], times: int, asked: Collection[int]) -> None:
    """Show a strip with a box for each digit, filled as far as it is written.

    Args:
        counts: number of digits of each label that there are, int64 (10 or more,).
        times: number of digits of each label that are wanted.
        asked: digits that the sheet asks for, which are marked.
    """
    boxes = "".join(_format_box(label, int(counts[label]), times, label in asked) for label in range(CLASSES))
    st.html(f'<ol class="counts" aria-label="Digits that are written">{boxes}</ol>')


def _format_box(label: int, count: int, times: int, asked: bool) -> str:
    done = min(count, times)
    share = f"background-size: {100 * done / times:.0f}% 4px"
    text = "✓" if done == times else f"{done}/{times}"
    name = f"{label}: {done} of {times} written{', asked for now' if asked else ''}"
    kind = ' class="asked"' if asked else ""
    return f'<li{kind} style="{share}" aria-label="{name}"><b>{label}</b><span>{text}</span></li>'
