"""Show how pixels become numbers for a network: as stored, from 0 to 1, and with a mean of zero."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from digitnet.datasets.statistics import Averages, measure_pixels
from pages.digits.mnist import cache
from pages.digits.mnist.cache import TRAINING

_SHOWN_COLUMNS = 10


def show_scaling(picture: NDArray[np.uint8]) -> None:
    """Show the row of most ink of a digit, uint8 (28, 28), in three scales."""
    st.markdown("**Its pixels as numbers**")
    averages = cache.average_split(TRAINING)
    st.table(build_table(picture, averages), border="horizontal")
    mean, deviation = measure_pixels(averages)
    st.caption(
        "One row of it. Networks learn badly from large numbers, so all pixels are divided by 255: that is what the "
        f"networks here get. Some tutorials go on: they subtract the mean of all training pixels ({mean:.4f}) and "
        f"divide by their standard deviation ({deviation:.4f}), so that the numbers have a mean of zero; paper is "
        f"{-mean / deviation:.2f} then."
    )


def build_table(picture: NDArray[np.uint8], averages: Averages) -> pd.DataFrame:
    """Return the middle of the row of most ink, a column for each pixel, and the whole picture's least, most and mean.

    Args:
        picture: uint8 (28, 28).
        averages: of the digits trained on.
    """
    mean, deviation = measure_pixels(averages)
    row = int(picture.sum(axis=1, dtype=np.int64).argmax())
    start = (picture.shape[1] - _SHOWN_COLUMNS) // 2
    shown = slice(start, start + _SHOWN_COLUMNS)
    scales = {
        "As stored": (picture.astype(float), "{:.0f}"),
        "÷ 255": (picture / 255, "{:.2f}"),
        "Mean of zero": ((picture / 255 - mean) / deviation, "{:.2f}"),
    }
    rows = {
        name: [form.format(value) for value in values[row, shown]]
        + [f"{form.format(values.min())} to {form.format(values.max())}", f"{values.mean():.2f}"]
        for name, (values, form) in scales.items()
    }
    columns = [str(column) for column in range(start, start + _SHOWN_COLUMNS)]
    return pd.DataFrame.from_dict(rows, orient="index", columns=[*columns, "Range of all", "Mean of all"])
