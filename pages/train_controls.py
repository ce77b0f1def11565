"""Controls of the set-up of a training: each keeps its value and says what it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st

from pages import parts

PREFIX = "setup-"


def control(widget: Callable[..., Any], label: str, name: str, line: str, *options: Any, **settings: Any) -> Any:
    """Show a control for the setting `name` with a line that says what it does; return its value."""
    value = widget(label, *options, key=PREFIX + name, **settings)
    st.caption(line)
    keep(name)
    return value


def keep(name: str) -> None:
    """Note what a control holds; Streamlit forgets it when another page is shown."""
    st.session_state.setup[name] = st.session_state[PREFIX + name]


def complain(sentence: str) -> str:
    """Show a sentence beside the control that it is about."""
    st.error(parts.plain(sentence), icon=":material/error:")
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
