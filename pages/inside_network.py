"""Inside the network: what its layers make of the digit."""

import streamlit as st

from pages.inside_subject import Subject


def show(subject: Subject) -> None:
    """Show what the layers make of the digit that was picked."""
    st.info("This view is still being made.", icon=":material/construction:")
