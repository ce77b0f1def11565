"""Data: people's own digits - counted, looked through, put right, brought in and taken away - and MNIST."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from digitnet import DigitnetError
from digitnet.coverage import missing
from pages import charts, data_files, data_gallery, mnist, own_digits, parts, reading_view

OWN, MNIST = "Your digits", "MNIST"
LOOK, BRING, TAKE = "Look through", "Bring in", "Take away"
NAMES = [*"0123456789", "none"]
STYLE = """
.st-key-data h1 { padding-top: 0; }
"""


def main() -> None:
    """Show the page."""
    parts.begin("data.py", STYLE + reading_view.STYLE + mnist.STYLE)
    parts.tell()
    with st.container(key="data"):
        st.title("Data")
        try:
            data_gallery.take_in()
            if parts.remembered("data_part", "Digits", [OWN, MNIST]) == MNIST:
                mnist.show()
            else:
                show()
        except DigitnetError as error:
            st.error(parts.plain(str(error)), icon=":material/error:")


def show() -> None:
    """Show the digits that there are, or how they come in."""
    collection = own_digits.collection()
    counts, gone = collection.counts(), collection.count(deleted=True)
    if counts.sum():
        show_counts(counts)
    else:
        show_empty()
    if not counts.sum() and not gone:
        data_files.bring_in()
        return
    view = st.segmented_control("Show", [LOOK, BRING, TAKE], default=LOOK, required=True, key="data_view")
    if view == BRING:
        data_files.bring_in()
    elif view == TAKE:
        data_files.take_away()
    else:
        data_gallery.show()


def show_empty() -> None:
    """Say how digits come in."""
    st.info(
        "There are no digits of your own yet. Draw a number, or read a photo: each digit that you correct there, "
        "or confirm with **All correct**, is kept here for training. Or bring in digits that you have as files.",
        icon=":material/dataset:",
    )
    if st.session_state.get("entered"):
        with st.container(horizontal=True):
            st.page_link("pages/draw.py", label="Draw a number", icon=":material/draw:")
            st.page_link("pages/photos.py", label="Read a photo", icon=":material/photo_camera:")


def show_counts(counts: NDArray[np.int64]) -> None:
    """Show how many digits of each label there are, and what is missing."""
    writers = [name for name in own_digits.collection().writers() if name]
    digits = f"**{parts.plural(int(counts[:-1].sum()), 'digit')}**"
    others = f" and {parts.plural(int(counts[-1]), 'piece')} that {'is' if counts[-1] == 1 else 'are'} no digit"
    hands = f", by {parts.plural(len(writers), 'writer')}" if writers else ""
    st.markdown(f"{digits}{others if counts[-1] else ''}{hands}. {missing(counts)}")
    table = pd.DataFrame({"digit": NAMES, "count": counts})
    chart = (
        alt.Chart(table, height=160)
        .mark_bar(color=charts.COLOURS[0])
        .encode(
            x=alt.X("digit:N", title="Digit", sort=NAMES, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("count:Q", title="Saved", axis=alt.Axis(tickMinStep=1, format="d")),
            tooltip=[alt.Tooltip("digit", title="Digit"), alt.Tooltip("count", title="Saved")],
        )
    )
    said = ", ".join(f"{name}: {count}" for name, count in zip(NAMES, counts, strict=True))
    st.altair_chart(chart, alt=f"How many digits are saved: {said}")


main()
