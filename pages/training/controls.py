"""Controls of the set-up of a training: each keeps its value and says what it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st

from pages.shared import formatting

CHOOSERS = ("beginning", "recipe")  # what sets the other controls


def key_of(name: str) -> str:
    """Return the key of the control for the setting `name`.

    Whenever all are set, the controls are others: what a browser still shows of those before, and sends
    with the next click, counts for nothing.
    """
    return f"setup-{name}" if name in CHOOSERS else f"setup-{st.session_state.setups}-{name}"


def control(widget: Callable[..., Any], label: str, name: str, line: str, *options: Any, **settings: Any) -> Any:
    """Show a control for the setting `name` with a line that says what it does; return its value."""
    value = widget(label, *options, key=key_of(name), **settings)
    st.caption(line)
    keep(name)
    return value


def keep(name: str) -> None:
    """Note what a control holds; Streamlit forgets it when another page is shown."""
    st.session_state.setup[name] = st.session_state[key_of(name)]


def complain(sentence: str) -> str:
    """Show a sentence beside the control that it is about."""
    st.error(formatting.escape_markdown(sentence), icon=":material/error:")
    return sentence


@contextmanager
def grid(columns: int = 3) -> Iterator[Callable[[], Any]]:
    """Give a maker of cells that fill row by row; on a phone they come one under the other."""
    cells: list[Any] = []

    def cell() -> Any:
        if not cells:
            cells.extend(st.columns(columns))
        return cells.pop(0)

    yield cell
