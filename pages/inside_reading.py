"""How a picture was read: every step between it and the probabilities of a digit."""

import streamlit as st

from pages.inside_subject import Subject


def show(subject: Subject) -> None:
    """Show the steps between the picture and the digit that was picked."""
    st.info("This view is still being made.", icon=":material/construction:")
