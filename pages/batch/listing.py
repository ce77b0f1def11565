"""List the batches of the user."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from digitnet.batches.records import FORM, Batch, BatchCounts
from pages.batch import actions, review
from pages.shared.formatting import escape_markdown, format_count
from pages.shared.owners import describe_owner

_OPENED = "batch"  # Parameter of the address, so that a reload shows the same batch.


def get_opened() -> str:
    """Return the id of the batch that is open, "" if none is."""
    return st.query_params.get(_OPENED, "")


def open_batch(batch: str) -> None:
    """Show a batch from the next run on; all of them for ""."""
    if batch:
        st.query_params[_OPENED] = batch
    else:
        st.query_params.pop(_OPENED, None)


def show_list(found: list[tuple[Batch, BatchCounts]]) -> None:
    """Show how far each batch is, with buttons to go on with it."""
    for batch, counts in found:
        with st.container(border=True, key=f"batch-{batch.id}"):
            st.markdown(f"**{escape_markdown(batch.name)}**")
            st.caption(describe(batch, counts))
            with st.container(horizontal=True, vertical_alignment="center"):
                show_buttons(batch, counts, is_open=False)


def show_buttons(batch: Batch, counts: BatchCounts, *, is_open: bool) -> None:
    """Show the buttons of a batch, one beside the other."""
    if counts.undecided:
        label = f"Check {format_count(counts.undecided, 'number')}"
        st.button(
            label,
            icon=":material/rate_review:",
            type="primary",
            on_click=review.choose,
            args=(batch.id,),
            key=f"review-{batch.id}",
        )
    if not is_open:
        icon = ":material/table_view:"
        st.button("Open", icon=icon, on_click=open_batch, args=(batch.id,), key=f"open-{batch.id}")
    actions.ask_name(batch)
    if st.button("Delete", icon=":material/delete:", type="tertiary", key=f"delete-{batch.id}"):
        actions.confirm_deletion(batch, counts.sheets)


def describe(batch: Batch, counts: BatchCounts) -> str:
    """Return how far a batch is: "Form: 12 of 15 sheets read, 3 cannot be read. All 120 numbers checked."."""
    sheets = format_count(counts.sheets, "sheet")
    read = f"{sheets} read" if counts.read == counts.sheets else f"{counts.read:,} of {sheets} read"
    failed = f", {counts.failed:,} cannot be read" if counts.failed else ""
    numbers = format_count(counts.numbers, "number")
    if counts.undecided:
        checked = f"{counts.undecided:,} of {numbers} to check"
    elif counts.doubtful:
        checked = f"all {format_count(counts.doubtful, 'doubtful number')} of {counts.numbers:,} checked"
    else:
        checked = f"{numbers}, none doubtful"
    parts = [f"{read}{failed}", checked if counts.numbers else "", format_time(batch.created)]
    kind = "Form" if batch.kind == FORM else "Photos"
    parts.append(escape_markdown(describe_owner(batch.account)))
    return f"{kind} · {' · '.join(filter(None, parts))}"


def format_time(moment: datetime) -> str:
    """Return a time as the clock of the server shows it: "1 Dec 2026, 14:05"."""
    return moment.astimezone().strftime("%d %b %Y, %H:%M").lstrip("0")
