"""Load interactive components from their .html, .css and .js files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

_FOLDER = Path(__file__).parent


def load_component(name: str) -> Any:
    """Load the component `name`, a function of a `key` and its `data`; it needs no .html and .css file."""
    html, css, js = (_read(name, kind) for kind in ("html", "css", "js"))
    return st.components.v2.component(f"digitnet_{name}", html=html, css=css, js=js)


def _read(name: str, kind: str) -> str | None:
    file = _FOLDER / f"{name}.{kind}"
    return file.read_text(encoding="utf-8") if file.exists() else None
