"""A map of digits as the network sees them: alike ones lie close."""

import streamlit as st

from pages.inside_subject import Subject


def show(subject: Subject) -> None:
    """Show the digit that was picked among others."""
    st.info("This view is still being made.", icon=":material/construction:")
