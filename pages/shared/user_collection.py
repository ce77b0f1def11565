"""Open the collection of digits for all pages and tabs, and start trainings after changes.

The functions import SQLAlchemy themselves, so that a page is shown before it is loaded.
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
    """Open the collection of digits, once for all tabs.

    Raises:
        CollectionError: the collection cannot be opened.
    """
    return _open_collection(os.environ.get("DIGITNET_DATABASE_URL", ""), os.environ.get("DIGITNET_DATA", ""))


def confirm_saved(message: str) -> str:
    """Start a training if enough digits are new, and return `message` with a sentence about it."""
    from digitnet.experiments import auto_retraining

    name = auto_retraining.start_if_due()
    return message + (f" Enough new digits have come in: {name} is being trained." if name else "")
