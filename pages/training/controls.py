"""Controls of the set-up form: each keeps its value and has a caption."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import streamlit as st

from pages.shared import formatting

PRESET_CONTROLS = ("beginning", "recipe")  # These fill in all other controls and keep their keys when they do.


def widget_key(name: str) -> str:
    """Return the widget key of the control for the setting `name`.

    The key changes whenever all settings are filled in anew. A browser may still show the earlier controls and
    send their values with the next click; these values then belong to no control.
    """
    return f"setup-{name}" if name in PRESET_CONTROLS else f"setup-{st.session_state.setups}-{name}"


def show_control(widget: Callable[..., Any], label: str, name: str, caption: str, *args: Any, **kwargs: Any) -> Any:
    """Show a widget for the setting `name` with a caption below it; return its value.

    Args:
        widget: a Streamlit input, such as `st.slider`.
        args, kwargs: further arguments of the widget.
    """
    value = widget(label, *args, key=widget_key(name), **kwargs)
    st.caption(caption)
    save_value(name)
    return value


def save_value(name: str) -> None:
    """Copy a control's value to the set-up; Streamlit drops it when the user opens another page."""
    st.session_state.setup[name] = st.session_state[widget_key(name)]


def show_error(sentence: str) -> str:
    """Show an error beside its control; return the sentence."""
    st.error(formatting.escape_markdown(sentence), icon=":material/error:")
    return sentence


def iterate_cells(columns: int = 3) -> Iterator[Any]:
    """Yield containers that fill a grid row by row; on a phone they are stacked."""
    while True:
        yield from st.columns(columns)
