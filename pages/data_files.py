"""Digits brought in from files and taken away as files, on the Data page."""

from __future__ import annotations

import streamlit as st


def bring_in() -> None:
    """Take in digits from files."""
    st.caption("soon")


def take_away() -> None:
    """Offer all digits as files."""
    st.caption("soon")
