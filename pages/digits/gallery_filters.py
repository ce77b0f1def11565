"""Choose which digits of the collection the gallery shows, and in which order."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import streamlit as st

from digitnet.collection.queries import Filters
from digitnet.labels import NOT_A_DIGIT
from pages.shared import remembered, user_collection

NEWEST, SUSPICIOUS, BY_DIGIT, OLDEST = "Newest first", "Suspicious first", "By digit", "Oldest first"
# Names of the orders in the collection, which cannot order by likely label errors itself.
ORDERS = {NEWEST: "newest", SUSPICIOUS: "", BY_DIGIT: "label", OLDEST: "oldest"}
SOURCES = {"canvas": "Drawn", "photo": "Photos", "import": "Imported"}


def choose_filters() -> Filters:
    """Show the filters and the order; return the filters."""
    filters: Filters = {}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        labels = remembered.show(
            st.pills,
            "Digit",
            range(NOT_A_DIGIT + 1),
            name="data_labels",
            default=[],
            selection_mode="multi",
            format_func=format_label,
        )
        sources = remembered.show(
            st.pills,
            "From",
            list(SOURCES),
            name="data_sources",
            default=[],
            selection_mode="multi",
            format_func=SOURCES.__getitem__,
        )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        remembered.show(st.selectbox, "Order", list(ORDERS), name="data_order", default=NEWEST, width=180)
        known_writers = user_collection.open_collection().list_writers()
        writers = _choose_writers(known_writers) if any(known_writers) else []
        days = remembered.show(
            st.date_input, "Saved between", name="data_days", default=(), width=240, format="YYYY-MM-DD"
        )
        deleted = remembered.show(st.toggle, "Show deleted", name="data_deleted", default=False)
    if labels:
        filters["labels"] = labels
    if sources:
        filters["sources"] = sources
    if writers:
        filters["writers"] = writers
    if isinstance(days, tuple) and days:
        filters["since"] = _get_start_of_day(days[0])
        filters["until"] = _get_start_of_day(days[-1] + timedelta(days=1)) if len(days) > 1 else None
    if deleted:
        filters["deleted"] = True
    return filters


def get_order() -> str:
    """Return the chosen order, one of `ORDERS`."""
    return str(remembered.get("data_order", NEWEST))


def format_label(label: int) -> str:
    """Return a label as the filters and tiles show it: 0 to 9, or none."""
    return "none" if label == NOT_A_DIGIT else str(label)


def _choose_writers(writers: list[str]) -> list[str]:
    def format_writer(name: str) -> str:
        return name or "without a name"

    chosen: list[str] = remembered.show(
        st.multiselect,
        "Writers",
        writers,
        name="data_writers",
        default=[],
        placeholder="All",
        format_func=format_writer,
    )
    return chosen


def _get_start_of_day(day: date) -> datetime:
    return datetime.combine(day, time.min).astimezone()
