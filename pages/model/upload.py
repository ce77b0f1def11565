"""Add a model from a .zip file."""

from __future__ import annotations

import re

import streamlit as st

from digitnet import DigitnetError, ModelError
from digitnet.models import editing, zip_package
from digitnet.models.card import read_card
from digitnet.workers.pool import run_in_worker
from pages.shared import formatting
from pages.shared.card_text import describe_accuracy


def show_upload() -> None:
    """Show the upload of a model, its checked name, and the button that adds it."""
    number = st.session_state.setdefault("uploads_taken", 0)
    file = st.file_uploader(
        "A zip file of a model from this page, or a .keras or .h5 file",
        ["zip", "keras", "h5"],
        key=f"model-file-{number}",
        help="The network takes 28 × 28 pictures, ink 1 and paper 0, or their 784 pixels row by row, and returns ten "
        "probabilities.",
    )
    st.caption(
        "A file is checked before it is used, and tested on the 10,000 test digits, which takes about ten seconds."
    )
    if not file:
        return
    content = file.getvalue()
    try:
        package = run_in_worker(zip_package.read_package, content, subject="The file", error_class=ModelError)
    except DigitnetError as error:
        st.error(formatting.escape_markdown(str(error)), icon=":material/error:")
        return
    stem = re.sub(r"^digitnet-|\.[^.]*$", "", file.name)
    proposed = editing.find_free_name(
        package.name if package.name != zip_package.DEFAULT_NAME else zip_package.to_model_name(stem)
    )
    name = st.text_input("Name", proposed, key=f"name-of-{file.file_id}", max_chars=64)
    if st.button("Check and add", type="primary", icon=":material/add:", key="add"):
        add_model(package, name.strip())


def add_model(package: zip_package.Package, name: str) -> None:
    """Check and add an uploaded model and show it, or show why it was refused."""
    try:
        with st.spinner("Checking and testing the model, about ten seconds...", show_time=True):
            zip_package.import_package(package, name)
    except DigitnetError as error:
        st.error(formatting.escape_markdown(str(error)), icon=":material/error:")
        return
    card = read_card(name)
    recognized = f" Recognized: {card.recognized}." if card.recognized else ""
    result = f"{name} is added: {describe_accuracy(card)} test digits right.{recognized}"
    st.session_state.done = formatting.escape_markdown(result)
    st.session_state.uploads_taken += 1
    st.session_state.added = name
    st.rerun()
