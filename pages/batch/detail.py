"""Show a batch: what was read, what is left to read, and its files to take away."""

from __future__ import annotations

import streamlit as st

from digitnet.access.accounts import owns
from digitnet.batches.exports import load_results
from digitnet.batches.records import FAILED, FORM, WAITING, Batch, BatchCounts
from digitnet.batches.store import BatchStore
from pages.batch import actions, listing, review
from pages.shared import feedback
from pages.shared.formatting import escape_markdown, format_count
from pages.sheets import batch_readers, chosen_form, sheet_results


def show_batch(batch: Batch, counts: BatchCounts, store: BatchStore) -> None:
    """Show a batch and its sheets."""
    icon = ":material/arrow_back:"
    st.button("All batches", icon=icon, on_click=listing.open_batch, args=("",), type="tertiary")
    st.subheader(escape_markdown(batch.name), anchor=False)
    st.caption(listing.describe(batch, counts))
    with st.container(horizontal=True, vertical_alignment="center"):
        listing.show_buttons(batch, counts, is_open=True)
        _offer_more(batch)
    if counts.waiting and owns(batch.account):
        with feedback.show_errors():  # The model may be gone; what was read can be taken away all the same.
            _read_on(batch, counts, store)
    if counts.numbers and not counts.undecided:
        review.offer_sample(store, batch.id)
    results = load_results(store, batch)
    sheet_results.show_downloads(batch, results)
    sheet_results.show_table(batch, results)
    if counts.failed:
        sheet_results.show_errors(results)
        _offer_removal(batch, store, FAILED, "sheet", "that cannot be read")
    if not batch.settings.keeps_pictures:
        st.caption("Its pictures are not kept: only small ones of doubtful numbers, and of every eighth sure one.")


def _offer_more(batch: Batch) -> None:
    """Show a button that adds sheets to a batch of a form on the page Forms."""
    is_own_form = batch.kind == FORM and owns(batch.account)
    if is_own_form and st.button("Add sheets", icon=":material/add:", type="tertiary"):
        chosen_form.choose(batch.template, batch.id)
        st.switch_page("pages/forms.py")


def _read_on(batch: Batch, counts: BatchCounts, store: BatchStore) -> None:
    """Read the sheets that wait, if their pictures are kept; else say how to go on."""
    if not (files := batch_readers.list_kept_files(batch, store)):
        sheet_results.explain_waiting(batch, counts.waiting)
        if batch.kind != FORM:  # Nothing reads them any more.
            _offer_removal(batch, store, WAITING, "photo", "not read")
        return
    reader = batch_readers.get_reader(batch, store)
    st.session_state.setdefault("reading_on", set())
    if batch.id not in st.session_state.reading_on:
        label = f"Read the other {format_count(counts.waiting, 'sheet')}"
        if st.button(label, icon=":material/play_arrow:", key="read-on"):
            st.session_state.reading_on.add(batch.id)
            reader.resume()
            st.rerun()
        return

    batch_readers.follow(reader, files)


def _offer_removal(batch: Batch, store: BatchStore, state: str, noun: str, reason: str) -> None:
    """Offer to remove the sheets of a state."""
    ids = [sheet.id for sheet in store.sheets.find(batch.id) if sheet.state == state]
    edits, label = actions.get_edits(), f"Remove {format_count(len(ids), noun)} {reason}"
    st.button(label, icon=":material/close:", on_click=edits.remove_sheets, args=(batch, ids), type="tertiary")
