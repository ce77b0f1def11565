"""Ask whether the pictures of a batch are kept, and for how long."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from digitnet.batches.keeping import get_keeping
from pages.shared import remembered

_KEEPS = "batch_keeps_pictures"
_WITHOUT = "Without them only a small picture of each doubtful number is kept, and of every eighth sure one."


def get() -> bool:
    """Return whether the user has chosen to have pictures kept."""
    return bool(get_keeping().picture_days and remembered.get(_KEEPS, False))


def put(*, keeps: bool) -> None:
    """Show the answer of a batch that was begun before."""
    remembered.put(_KEEPS, keeps)


def choose(on_change: Callable[[], object] | None = None) -> bool:
    """Show the choice, say what is kept without the pictures, and return it.

    Args:
        on_change: function to call when the user has changed the choice.
    """
    days = get_keeping().picture_days
    if not days:
        st.caption(f"Pictures are not kept here. {_WITHOUT}")
        return False
    label = f"Keep the pictures for {days} days" if days > 1 else "Keep the pictures for a day"
    help = (
        "Then the reading can go on after a restart by itself. Otherwise add the files again: only what is missing is "
        "read."
    )
    keeps = bool(remembered.show(st.checkbox, label, name=_KEEPS, default=False, on_change=on_change, help=help))
    if not keeps:
        st.caption(_WITHOUT)
    return keeps
