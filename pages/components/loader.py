"""Load interactive components from their .html, .css and .js files."""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import streamlit as st

_FOLDER = Path(__file__).parent
# Streamlit's module that sends data to components, and its function that looks for data frames.
_SENDER, _LOOK = "streamlit.components.v2.bidi_component.serialization", "is_dataframe_like"


def load_component(name: str, look: str = "") -> Any:
    """Load the component `name`, a function of a `key` and its `data`; it needs no .html and .css file.

    Args:
        look: name of the .html and .css file, if several components share them.
    """
    html, css, js = _read(look or name, "html"), _read(look or name, "css"), _read(name, "js")
    return st.components.v2.component(f"digitnet_{name}", html=html, css=css, js=js)


def _read(name: str, kind: str) -> str | None:
    file = _FOLDER / f"{name}.{kind}"
    return file.read_text(encoding="utf-8") if file.exists() else None


def _postpone_pandas() -> None:
    """Keep Streamlit from loading pandas for components, the canvas too, as long as nobody has a data frame.

    It looks for data frames in each list and dictionary that a component gets, and loads pandas and pyarrow for that:
    half of the server's work for the first page. Should a version of Streamlit look otherwise, nothing is changed.
    """
    with suppress(ImportError, AttributeError):
        sender = import_module(_SENDER)
        look = getattr(sender, _LOOK)

        def look_if_loaded(value: object) -> bool:
            is_plain = isinstance(value, list | dict) and "pandas" not in sys.modules
            return not is_plain and bool(look(value))

        setattr(sender, _LOOK, look_if_loaded)


_postpone_pandas()
