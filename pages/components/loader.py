"""Load interactive components from their .html, .css and .js files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st

_FOLDER = Path(__file__).parent


def load_component(name: str) -> Any:
    """Load the component `name`, a function of a `key` and its `data`."""
    html, css, js = ((_FOLDER / f"{name}.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js"))
    return st.components.v2.component(f"digitnet_{name}", html=html, css=css, js=js)
