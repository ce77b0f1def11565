"""Controls of the set-up form: each makes a remembered choice and has a caption."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import streamlit as st

from pages.shared import formatting, remembered


def get_setting(name: str, default: Any = None) -> Any:
    """Return the setting `name` of the set-up form, or `default` if it has none yet."""
    return remembered.get(f"setup-{name}", default)


def put_setting(name: str, value: Any) -> None:
    """Change the setting `name` of the set-up form."""
    remembered.put(f"setup-{name}", value)


def show_control(widget: Callable[..., Any], label: str, name: str, caption: str, *args: Any, **kwargs: Any) -> Any:
    """Show a widget for the setting `name` with a caption below it; return its value.

    Args:
        widget: a Streamlit input, such as `st.slider`.
        args, kwargs: further arguments of the widget.
    """
    value = show_input(widget, label, name, *args, **kwargs)
    st.caption(caption)
    return value


def show_input(widget: Callable[..., Any], label: str, name: str, *args: Any, **kwargs: Any) -> Any:
    """Show a widget for the setting `name`, which has a value, and return it."""
    return remembered.show(widget, label, *args, name=f"setup-{name}", default=get_setting(name), **kwargs)


def show_error(sentence: str) -> str:
    """Show an error beside its control; return the sentence."""
    st.error(formatting.escape_markdown(sentence), icon=":material/error:")
    return sentence


def iterate_cells(columns: int = 3) -> Iterator[Any]:
    """Yield containers that fill a grid row by row; on a phone they are stacked."""
    while True:
        yield from st.columns(columns)
