"""How many digits of each label MNIST has, and what they look like on average."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from digitnet.datasets.statistics import Averages
from pages.digits.mnist import cache
from pages.digits.mnist.cache import SIZES, TEST, TRAINING
from pages.shared import evaluation_charts, feedback, model_report

NAMES = list("0123456789")


def show() -> None:
    """Show the counts of both parts and the averages of one."""
    averaged = {part: cache.averaged(part) for part in SIZES}
    show_counts({part: each.counts for part, each in averaged.items()})
    part = st.segmented_control(
        "Averages of", list(SIZES), default=TRAINING, required=True, key="mnist_averages", format_func=_described
    )
    show_averages(averaged[str(part)], str(part).lower())


def _described(part: str) -> str:
    return f"{part} digits"


def show_counts(counts: dict[str, NDArray[np.int64]]) -> None:
    """Show how many digits of each label there are in each part."""
    st.subheader("Labels", anchor=False)
    table = pd.DataFrame(
        [
            {"digit": digit, "part": part, "count": int(count), "share": count / of.sum()}
            for part, of in counts.items()
            for digit, count in zip(NAMES, of, strict=True)
        ]
    )
    total = {part: f"{of.sum():,}" for part, of in counts.items()}
    said = "; ".join(f"{part}: " + ", ".join(f"{n:,}" for n in of) for part, of in counts.items())
    st.altair_chart(histogram(table), alt=f"How many digits there are of 0 to 9. {said}")
    most, least = (int(pick(counts[TRAINING])) for pick in (np.argmax, np.argmin))
    st.caption(
        f"{total[TRAINING]} training digits and {total[TEST]} test digits. They are nearly as many of each label: the "
        f"most training digits are {most}, the fewest {least}. Where one label were rare, a network would seldom "
        "answer with it."
    )
    csv = table.pivot_table(index="digit", columns="part", values="count").to_csv()
    feedback.show_download("Counts as CSV", csv, "mnist-labels.csv", "text/csv", "table")


def histogram(table: pd.DataFrame) -> alt.Chart:
    """Return grouped bars of a table with the columns digit, part, count and share (0 to 1)."""
    scale = alt.Scale(domain=list(SIZES), range=evaluation_charts.COLORS[:2])
    return (
        alt.Chart(table, height=260)
        .mark_bar()
        .encode(
            x=alt.X("digit:N", title="Label", axis=alt.Axis(labelAngle=0)),
            xOffset=alt.XOffset("part:N", sort=list(SIZES)),
            y=alt.Y("count:Q", title="Number of digits", axis=alt.Axis(format=",d")),
            color=alt.Color("part:N", scale=scale, legend=alt.Legend(title=None, orient="top")),
            tooltip=[
                alt.Tooltip("digit:N", title="Label"),
                alt.Tooltip("part:N", title="Part"),
                alt.Tooltip("count:Q", title="Digits", format=","),
                alt.Tooltip("share:Q", title="Share of the part", format=".1%"),
            ],
        )
    )


def show_averages(averaged: Averages, part: str) -> None:
    """Show the mean and the variance of each digit as pictures."""
    st.subheader("Means", anchor=False)
    counts = [f"{count:,}" for count in averaged.counts]
    tiles = [
        (_picture(mean, 1), f"Mean of the {count} {part} digits that are {digit}", f"<b>{digit}</b>")
        for digit, (mean, count) in enumerate(zip(averaged.means, counts, strict=True))
    ]
    model_report.show_tiles(tiles)
    st.caption("Bright where most people put ink. A blurred mean is that of a digit that is written in many ways.")
    st.subheader("Variances", anchor=False)
    most = float(averaged.variances.max())
    tiles = [
        (_picture(variance, most), f"Variance of the {part} digits that are {digit}", f"<b>{digit}</b>")
        for digit, variance in enumerate(averaged.variances)
    ]
    model_report.show_tiles(tiles)
    st.caption(
        "Bright where people differ: some have ink there and some have not. Dark where nearly all agree, be it on "
        f"ink or on none. White is the greatest variance of all ten, {most:.2f}; 0.25 would be half ink, half empty."
    )


def _picture(values: NDArray[np.float32], most: float) -> NDArray[np.uint8]:
    return np.round(255 * np.clip(values / most, 0, 1)).astype(np.uint8)
