"""Open the batches for all pages and tabs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from digitnet.batches.store import BatchStore


@st.cache_resource(max_entries=4, show_spinner=False)
def _open_batches(url: str, folder: str) -> BatchStore:
    from digitnet.batches.store import BatchStore

    return BatchStore.open()


def open_batches() -> BatchStore:
    """Open the store of batches, once for all tabs; raises CollectionError if it cannot be opened."""
    return _open_batches(os.environ.get("DIGITNET_DATABASE_URL", ""), os.environ.get("DIGITNET_DATA", ""))
