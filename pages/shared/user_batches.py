"""Open the batches for all pages and tabs, and lead to their review."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from digitnet.batches.store import BatchStore


REVIEW = "review"  # Parameter of the address of the page Batches: the batch whose doubtful numbers are gone through.


@st.cache_resource(max_entries=4, show_spinner=False)
def _open_batches(url: str, folder: str) -> BatchStore:
    from digitnet.batches.store import BatchStore

    return BatchStore.open()


def link_review(batch: str) -> None:
    """Show a link to the review of the doubtful numbers of a batch."""
    label, icon = "Check them one after the other, by keys", ":material/rate_review:"
    st.page_link("pages/batches.py", label=label, icon=icon, query_params={REVIEW: batch})


def open_batches() -> BatchStore:
    """Open the store of batches, once for all tabs; raises CollectionError if it cannot be opened."""
    return _open_batches(os.environ.get("DIGITNET_DATABASE_URL", ""), os.environ.get("DIGITNET_DATA", ""))
