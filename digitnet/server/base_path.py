"""Know below which path the pages lie."""

from __future__ import annotations

from streamlit import config


def get_base_path() -> str:
    """Return that path by Streamlit's option: "/digits", or "" if the pages have a host of their own."""
    path = (config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""
