"""A component that shows a confusion matrix as a table, to pick a cell by a click or with the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from pages.components import loader

_component = loader.load_component("confusion_table")


class Cell(NamedTuple):
    """A cell of a confusion matrix: the digits that are `true` and were read as `read`."""

    true: int
    read: int


def get_pick(key: str) -> Cell | None:
    """Return the cell that was picked last in the table `key`, or None."""
    state: Any = st.session_state.get(key) or {}
    pick = state.get("pick")
    return Cell(int(pick["true"]), int(pick["read"])) if pick else None


def show(key: str, counts: NDArray[np.int64], label: str, chosen: Cell | None, on_pick: Callable[[], None]) -> None:
    """Show a confusion matrix; cells with digits can be picked.

    Args:
        key: key of the component.
        counts: int64 (10, 10), by true digit (rows) and read digit (columns).
        label: name of the table for screen readers.
        chosen: the cell to mark, or None.
        on_pick: function to call when a cell was picked, the marked one too.
    """
    data = {"counts": counts.tolist(), "label": label, "chosen": chosen and list(chosen)}
    _component(key=key, data=data, on_pick_change=on_pick)
