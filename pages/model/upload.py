"""Add a model from a .zip file."""

from __future__ import annotations

import re

import streamlit as st

from digitnet import DigitnetError
from digitnet.models import editing, zip_package
from digitnet.models.card import read_card
from pages.shared import formatting
from pages.shared.card_text import describe_accuracy


def show_upload() -> None:
    """Take in a model from a file."""
    number = st.session_state.setdefault("uploads_taken", 0)
    file = st.file_uploader(
        "A model as zip file from this page, or a .keras file",
        ["zip", "keras"],
        key=f"model-file-{number}",
        help="The network takes pictures of 28 x 28 pixels, ink 1 on 0, and gives ten probabilities.",
    )
    st.caption("A file is checked before it is used, and measured on the 10,000 test digits: some ten seconds.")
    if not file:
        return
    content = file.getvalue()
    try:
        package = zip_package.read_package(content)
    except DigitnetError as error:
        st.error(formatting.escape_markdown(str(error)), icon=":material/error:")
        return
    stem = re.sub(r"^digitnet-|\.[^.]*$", "", file.name)
    proposed = editing.find_free_name(
        package.name if package.name != zip_package.DEFAULT_NAME else zip_package.to_model_name(stem)
    )
    name = st.text_input("Name", proposed, key=f"name-of-{file.file_id}", max_chars=64)
    if st.button("Check and add", type="primary", icon=":material/add:", key="add"):
        add(content, name.strip())


def add(content: bytes, name: str) -> None:
    """Check an uploaded model and show it, or say why it was refused."""
    try:
        with st.spinner("Checking and measuring the model, some ten seconds...", show_time=True):
            zip_package.import_model(content, name)
    except DigitnetError as error:
        st.error(formatting.escape_markdown(str(error)), icon=":material/error:")
        return
    st.session_state.done = (
        f"{formatting.escape_markdown(name)} is added: {describe_accuracy(read_card(name))} test digits right."
    )
    st.session_state.uploads_taken += 1
    st.session_state.added = name
    st.rerun()
