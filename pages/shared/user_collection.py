"""Open the collection of digits for all pages and tabs, and start trainings after changes.

The functions import SQLAlchemy themselves, so that a page is shown before it is loaded.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import streamlit as st

from digitnet.access.permissions import may
from digitnet.labels import CLASSES

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


def count_digits(writers: tuple[str, ...], refuse: bool, accounts: tuple[str, ...] = ()) -> tuple[int, int]:
    """Count the user digits that can be trained on, and those that are held out.

    Args:
        writers: only digits of these writers count; all if empty.
        refuse: whether non-digits count, too.
        accounts: only digits of these accounts count; all that the caller sees if empty.

    Raises:
        CollectionError: the collection cannot be read.
    """
    filters: dict[str, Any] = {
        "writers": writers or None,
        "labels": range(CLASSES + refuse),
        "accounts": accounts or None,
    }
    collection = open_collection()
    return collection.count(held_out=False, **filters), collection.count(held_out=True, **filters)


def confirm_saved(message: str) -> str:
    """Start a training if enough digits are new; return `message`, with a sentence about it for those who see it."""
    from digitnet.experiments import auto_retraining

    name = auto_retraining.start_if_due()
    if not name or not may("training.look"):
        return message
    return f"{message} Enough new digits have come in: {name} is being trained."
