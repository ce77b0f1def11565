"""Data: count, check, import and export the user's digits, and look through MNIST."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from digitnet import DigitnetError
from digitnet.access.permissions import may
from digitnet.collection.class_balance import describe_balance
from pages.digits import deletion, gallery, gallery_edits, import_export, rows
from pages.digits.mnist import view as mnist_view
from pages.shared import (
    consent,
    evaluation_charts,
    feedback,
    formatting,
    layout,
    reading_view,
    remembered,
    user_collection,
)

USER_DIGITS, MNIST = "Your digits", "MNIST"
GALLERY, ROWS, IMPORT, EXPORT, DELETE = "Look through", "Rows", "Import", "Export", "Delete all"
NAMES = [*"0123456789", "none"]


def main() -> None:
    """Show the page Data."""
    layout.start_page("data.py", reading_view.STYLE + mnist_view.STYLE + rows.STYLE)
    feedback.show_feedback()
    with st.container(key="data"):
        st.title("Data")
        try:
            gallery_edits.apply_presses()
            parts = [USER_DIGITS, MNIST]
            part = remembered.show(
                st.segmented_control, "Digits", parts, name="data_part", default=USER_DIGITS, required=True
            )
            if part == MNIST:
                mnist_view.show_mnist()
            else:
                show_user_digits()
        except DigitnetError as error:
            st.error(formatting.escape_markdown(str(error)), icon=":material/error:")


def show_user_digits() -> None:
    """Show the user's digits, their import or export; without digits, the import and the deletion of other things."""
    collection = user_collection.open_collection()
    counts, deleted = collection.count_by_label(), collection.count(deleted=True)
    strings, deleted_strings = collection.strings.count(), collection.strings.count(deleted=True)
    if counts.sum():
        show_counts(counts, strings)
    else:
        show_empty(strings)
    consent.ask("data", shows_answer=True)
    if not counts.sum() and not deleted and not strings and not deleted_strings:
        if may("digits.import"):
            import_export.show_import()
        if deletion.has_any():  # Batches and templates are deleted there, too.
            st.subheader(DELETE, anchor=False)
            deletion.show_deletion()
        return
    views = [GALLERY, *[ROWS] * bool(strings or deleted_strings), *[IMPORT] * may("digits.import"), EXPORT, DELETE]
    view = remembered.show(st.segmented_control, "Show", views, name="data_view", default=GALLERY, required=True)
    if view == IMPORT:
        import_export.show_import()
    elif view == ROWS:
        rows.show_rows()
    elif view == EXPORT:
        import_export.show_export()
    elif view == DELETE:
        deletion.show_deletion()
    else:
        gallery.show_gallery()


def show_empty(strings: int = 0) -> None:
    """Explain how to collect digits, and count the rows."""
    st.info(
        "There are no digits of your own yet. Draw a number, or read a photo: each digit that you correct there, "
        "or confirm with **All correct**, is kept here for training."
        + " Or write each digit a few times, or import some."
        * may("digits.import"),
        icon=":material/dataset:",
    )
    if strings:
        st.markdown(f"{_count_rows(strings)}.")
    if st.session_state.get("entered"):
        with st.container(horizontal=True):
            st.page_link("pages/draw.py", label="Draw a number", icon=":material/draw:")
            st.page_link("pages/photos.py", label="Read a photo", icon=":material/photo_camera:")
            if may("page:hand"):
                st.page_link("pages/hand.py", label="Learn my hand", icon=":material/front_hand:")


def _count_rows(strings: int) -> str:
    return f"**{formatting.format_count(strings, 'row')}** of numbers"


def show_counts(counts: NDArray[np.int64], strings: int) -> None:
    """Show the number of digits of each label and that of rows, and name the labels that lack digits."""
    writers = [name for name in user_collection.open_collection().list_writers() if name]
    digits, others = int(counts[:-1].sum()), int(counts[-1])
    summary = f"**{formatting.format_count(digits, 'digit')}**"
    if others:
        verb = "is not a digit" if others == 1 else "are not digits"
        summary += f" and {formatting.format_count(others, 'shape')} that {verb}"
    if writers:
        summary += f", by {formatting.format_count(len(writers), 'writer')}"
    if strings:
        summary += f"; {_count_rows(strings)}"
    st.markdown(f"{summary}. {describe_balance(counts)}")
    if st.session_state.get("entered") and may("page:hand"):
        label = "Learn my hand: write the digits that are missing"
        st.page_link("pages/hand.py", label=label, icon=":material/front_hand:")
    table = pd.DataFrame({"digit": NAMES, "count": counts})
    chart = (
        alt.Chart(table, height=240, padding=evaluation_charts.PADDING)
        .mark_bar(color=evaluation_charts.COLORS[0])
        .encode(
            x=alt.X("digit:N", title="Digit", sort=NAMES, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("count:Q", title="Saved", axis=alt.Axis(tickMinStep=1, format="d")),
            tooltip=[alt.Tooltip("digit", title="Digit"), alt.Tooltip("count", title="Saved")],
        )
    )
    st.altair_chart(chart, alt="How many digits are saved of each label")


main()
