"""Show the number of digits of each label in MNIST, and their means and variances."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from digitnet.datasets.statistics import Averages
from pages.digits.mnist import cache
from pages.digits.mnist.cache import SIZES, TEST, TRAINING
from pages.shared import evaluation_charts, feedback, model_report, remembered

NAMES = list("0123456789")


def show_statistics() -> None:
    """Show the counts of both splits, and the averages of the chosen split."""
    averages = {split: cache.average_split(split) for split in SIZES}
    _show_counts({split: average.counts for split, average in averages.items()})
    split = remembered.show(
        st.segmented_control,
        "Averages of",
        list(SIZES),
        name="mnist_averages",
        default=TRAINING,
        required=True,
        format_func=lambda split: f"{split} digits",
    )
    _show_averages(averages[str(split)], str(split).lower())


def _show_counts(counts: dict[str, NDArray[np.int64]]) -> None:
    """Show the number of digits of each label; `counts` are int64 (10,) by split."""
    st.header("Labels", anchor=False)
    table = pd.DataFrame(
        [
            {"digit": digit, "split": split, "count": int(count), "share": count / split_counts.sum()}
            for split, split_counts in counts.items()
            for digit, count in zip(NAMES, split_counts, strict=True)
        ]
    )
    st.altair_chart(_plot_counts(table), alt="How many training and test digits there are of each label")
    most, least = int(counts[TRAINING].argmax()), int(counts[TRAINING].argmin())
    st.caption(
        f"{counts[TRAINING].sum():,} training digits and {counts[TEST].sum():,} test digits. The labels are nearly "
        f"balanced: {most} is the most common, {least} the rarest. If a label were rare, a network would seldom answer "
        "it."
    )
    csv = table.pivot_table(index="digit", columns="split", values="count").to_csv()
    feedback.show_download("Download counts (CSV)", csv, "mnist-labels.csv", "text/csv", "table")


def _plot_counts(table: pd.DataFrame) -> alt.Chart:
    """Draw grouped bars of a table with the columns digit, split, count and share (0 to 1)."""
    scale = alt.Scale(domain=list(SIZES), range=evaluation_charts.COLORS[:2])
    return (
        alt.Chart(table, height=320, padding=evaluation_charts.PADDING)
        .mark_bar()
        .encode(
            x=alt.X("digit:N", title="Label", axis=alt.Axis(labelAngle=0)),
            xOffset=alt.XOffset("split:N", sort=list(SIZES)),
            y=alt.Y("count:Q", title="Number of digits", axis=alt.Axis(format=",d")),
            color=alt.Color("split:N", scale=scale, legend=alt.Legend(title=None, orient="top")),
            tooltip=[
                alt.Tooltip("digit:N", title="Label"),
                alt.Tooltip("split:N", title="Part"),
                alt.Tooltip("count:Q", title="Digits", format=","),
                alt.Tooltip("share:Q", title="Share of the part", format=".1%"),
            ],
        )
    )


def _show_averages(averages: Averages, split: str) -> None:
    """Show the mean and the variance of each label's digits as pictures."""
    st.header("Means", anchor=False)
    counts = [f"{count:,}" for count in averages.counts]
    tiles = [
        (_to_picture(mean, 1), f"Mean of the {count} {split} digits that are {digit}", f"<b>{digit}</b>")
        for digit, (mean, count) in enumerate(zip(averages.means, counts, strict=True))
    ]
    model_report.show_tiles(tiles)
    st.caption("Bright where most people put ink. A blurred mean belongs to a digit that people write in many ways.")
    st.header("Variances", anchor=False)
    largest = float(averages.variances.max())
    tiles = [
        (_to_picture(variance, largest), f"Variance of the {split} digits that are {digit}", f"<b>{digit}</b>")
        for digit, variance in enumerate(averages.variances)
    ]
    model_report.show_tiles(tiles)
    st.caption(
        "Bright where people differ: some have ink there and some have not. Dark where nearly all agree, on ink or on "
        f"paper. White is the largest variance of all ten, {largest:.2f}; 0.25 would be half ink, half empty."
    )


def _to_picture(values: NDArray[np.float32], limit: float) -> NDArray[np.uint8]:
    """Convert values from 0 to `limit` to grays from 0 to 255."""
    return np.round(255 * np.clip(values / limit, 0, 1)).astype(np.uint8)
