"""Batches: sheets that were read together, to check, to take away, and to go on with."""

from __future__ import annotations

import streamlit as st

from digitnet.access.accounts import has_account, is_stranger
from digitnet.access.callers import get_caller
from digitnet.batches.store import BatchStore
from digitnet.errors import DigitnetError
from pages.batch import actions, detail, listing, review
from pages.shared import layout, user_batches
from pages.shared.formatting import escape_markdown


def main() -> None:
    """Show the page."""
    layout.start_page("batches.py")
    with st.container(key="batches"):
        try:
            show(user_batches.open_batches())
        except DigitnetError as error:
            st.error(escape_markdown(str(error)), icon=":material/error:")
            if review.get_chosen() or listing.get_opened():
                st.button("All batches", icon=":material/arrow_back:", on_click=show_all)


def show(store: BatchStore) -> None:
    """Show the review of a batch, a batch, or all of them."""
    if chosen := review.get_chosen():
        review.show(store.get(chosen))
        return
    st.title("Batches")
    actions.show_outcome(actions.get_edits())
    if opened := listing.get_opened():
        detail.show_batch(store.get(opened), store.count(opened), store)
        return
    if found := store.list_batches():
        listing.show_list(found)
    elif is_stranger(get_caller()) and not has_account(get_caller()):
        st.info("Nothing is kept here: this browser takes no cookies. Allow them, or sign in.")
    else:
        st.info(
            "No batch yet. Sheets that are read on the page Forms become one, and photos by **Keep as a batch** on the "
            "page Photos. Here you check what is doubtful in them, now or later, and take the numbers away.",
            icon=":material/inventory_2:",
        )
        with st.container(horizontal=True):
            st.page_link("pages/forms.py", label="Read forms", icon=":material/description:")
            st.page_link("pages/photos.py", label="Read photos", icon=":material/photo_camera:")


def show_all() -> None:
    """Show all batches from the next run on."""
    review.leave()
    listing.open_batch("")


main()
