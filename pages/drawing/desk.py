"""The desk: places for the paper, the number and all else, which style.css puts beside or below each other."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.drawing import underlay

STYLE = Path(__file__).with_name("style.css").read_text(encoding="utf-8") + underlay.STYLE


class Places(NamedTuple):
    """The places of the page: paper with its tools, bars, number and details."""

    sheet: DeltaGenerator
    bars: DeltaGenerator
    number: DeltaGenerator
    details: DeltaGenerator


def make_places() -> Places:
    """Make the places of the page."""
    with st.container(key="desk"):
        with st.container(key="left"):
            sheet, bars = st.container(key="sheet"), st.container(key="bars")
        with st.container(key="right"):
            number, details = st.container(key="number"), st.container(key="details")
    return Places(sheet, bars, number, details)
