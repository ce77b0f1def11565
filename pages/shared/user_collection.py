"""The collection of digits as the pages share it, and what follows when something is saved in it.

SQLAlchemy is imported inside the functions that need it: a page is shown before it is loaded.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from digitnet.collection.collection import Collection


@st.cache_resource(max_entries=4, show_spinner=False)
def _open_collection(url: str, folder: str) -> Collection:
    from digitnet.collection.collection import Collection

    return Collection.open()


def open_collection() -> Collection:
    """Return the collection of digits, opened once for all tabs.

    Raises:
        CollectionError: it cannot be opened.
    """
    return _open_collection(os.environ.get("DIGITNET_DATABASE_URL", ""), os.environ.get("DIGITNET_DATA", ""))


def confirm_saved(done: str) -> str:
    """Return what is said once the collection has been changed by hand, `done`, and have it start a training if due."""
    from digitnet.experiments import auto_retraining

    name = auto_retraining.start_if_due()
    started = f" Enough new digits have come in: {name} is being trained." if name else ""
    return f"Saved: {done}{started}"
