"""Data: people's own digits - counted, looked through, put right, brought in and taken away - and MNIST."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from digitnet import DigitnetError
from digitnet.collection.class_balance import describe_balance
from pages.digits import gallery, import_export
from pages.digits.mnist import view as mnist_view
from pages.shared import evaluation_charts, feedback, formatting, layout, model_choice, reading_view, user_collection

OWN, MNIST = "Your digits", "MNIST"
LOOK, BRING, TAKE = "Look through", "Bring in", "Take away"
NAMES = [*"0123456789", "none"]
STYLE = """
.st-key-data h1 { padding-top: 0; }
"""


def main() -> None:
    """Show the page."""
    layout.start_page("data.py", STYLE + reading_view.STYLE + mnist_view.STYLE)
    feedback.show_feedback()
    with st.container(key="data"):
        st.title("Data")
        try:
            gallery.take_in()
            if model_choice.choose_option("data_part", "Digits", [OWN, MNIST]) == MNIST:
                mnist_view.show()
            else:
                show()
        except DigitnetError as error:
            st.error(formatting.escape_markdown(str(error)), icon=":material/error:")


def show() -> None:
    """Show the digits that there are, or how they come in."""
    collection = user_collection.open_collection()
    counts, gone = collection.count_by_label(), collection.count(deleted=True)
    if counts.sum():
        show_counts(counts)
    else:
        show_empty()
    if not counts.sum() and not gone:
        import_export.bring_in()
        return
    view = st.segmented_control("Show", [LOOK, BRING, TAKE], default=LOOK, required=True, key="data_view")
    if view == BRING:
        import_export.bring_in()
    elif view == TAKE:
        import_export.take_away()
    else:
        gallery.show()


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
    writers = [name for name in user_collection.open_collection().list_writers() if name]
    digits = f"**{formatting.format_count(int(counts[:-1].sum()), 'digit')}**"
    others = (
        f" and {formatting.format_count(int(counts[-1]), 'piece')} that {'is' if counts[-1] == 1 else 'are'} no digit"
    )
    hands = f", by {formatting.format_count(len(writers), 'writer')}" if writers else ""
    st.markdown(f"{digits}{others if counts[-1] else ''}{hands}. {describe_balance(counts)}")
    table = pd.DataFrame({"digit": NAMES, "count": counts})
    chart = (
        alt.Chart(table, height=160)
        .mark_bar(color=evaluation_charts.COLORS[0])
        .encode(
            x=alt.X("digit:N", title="Digit", sort=NAMES, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("count:Q", title="Saved", axis=alt.Axis(tickMinStep=1, format="d")),
            tooltip=[alt.Tooltip("digit", title="Digit"), alt.Tooltip("count", title="Saved")],
        )
    )
    said = ", ".join(f"{name}: {count}" for name, count in zip(NAMES, counts, strict=True))
    st.altair_chart(chart, alt=f"How many digits are saved: {said}")


main()
