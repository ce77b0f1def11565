"""Digits brought in from files and taken away as files, on the Data page."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
import streamlit as st

from digitnet import DigitnetError
from digitnet.collection.exchange.exporting import to_npz, to_zip
from digitnet.collection.exchange.importing import ImportPreview, preview_files
from digitnet.collection.samples import Sample
from digitnet.labels import NOT_A_DIGIT
from digitnet.preprocessing.images import to_png
from pages.shared import feedback, formatting, reading_view, user_collection, writer_choice

MOST_SHOWN = 24
HELP = (
    "A zip file of pictures in folders named by label (`7/abc.png`) or with a `labels.csv` of file and label, an "
    "`.npz` of pictures and labels, a pair of idx files as MNIST has them, or what was taken away from here."
)


def bring_in() -> None:
    """Take in digits from files, after a look at what they hold."""
    number = st.session_state.setdefault("brought", 0)
    uploads = st.file_uploader("Digits from files", accept_multiple_files=True, key=f"bring-{number}")
    st.caption(HELP)
    writer_choice.choose_writer("Writer, where the files do not say (optional)")
    if not uploads:
        return
    files = {file.name: file.getvalue() for file in uploads}
    try:
        preview = _preview(files, _digest(files), writer_choice.get_writer())
    except DigitnetError as error:
        st.error(formatting.escape_markdown(str(error)), icon=":material/error:")
        return
    show_preview(preview)
    label = f"Bring in {formatting.format_count(len(preview.samples), 'digit')}"
    if st.button(label, type="primary", icon=":material/add:", disabled=not preview.samples, key="take_in"):
        keep(preview)


@st.cache_data(max_entries=2, show_spinner="Looking at what the files hold...")
def _preview(_files: dict[str, bytes], digest: str, writer: str) -> ImportPreview:
    return preview_files(_files, writer)


def _digest(files: dict[str, bytes]) -> str:
    """Return a text that differs with the names and contents of files."""
    whole = hashlib.sha256()
    for name, content in sorted(files.items()):
        whole.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(content).digest())
    return whole.hexdigest()


def show_preview(preview: ImportPreview) -> None:
    """Show what was understood, and what was left out and why."""
    samples, skipped = preview.samples, preview.skipped
    counts = [f"{_name(label)}: {count}" for label, count in enumerate(preview.counts) if count]
    st.markdown(
        f"**{formatting.format_count(len(samples), 'digit')} understood**, "
        f"{formatting.format_count(len(skipped), 'file')} left out. "
        "Nothing is kept yet."
    )
    if samples:
        st.caption(", ".join(counts))
        some = [samples[place] for place in np.linspace(0, len(samples) - 1, min(MOST_SHOWN, len(samples))).astype(int)]
        reading_view.show_pictures([(_said(each), to_png(each.picture), _name(each.label)) for each in some])
    if skipped:
        for reason, count in preview.reasons.items():
            st.caption(f"{formatting.format_count(count, 'file')}: {formatting.escape_markdown(reason)}")
        with st.expander("What was left out"):
            st.dataframe(
                pd.DataFrame([(each.file, each.reason) for each in skipped[:1000]], columns=["File", "Reason"]),
                hide_index=True,
                alt="Files that were left out, and why",
            )


def keep(preview: ImportPreview) -> None:
    """Keep what was looked at."""
    try:
        with st.spinner("Saving the digits...", show_time=True):
            added = user_collection.open_collection().add(preview.samples)
    except DigitnetError as error:
        st.error(formatting.escape_markdown(f"Not saved: {error}"), icon=":material/error:")
        return
    more = [
        f"{added.relabeled} known by another label" if added.relabeled else "",
        f"{added.known} known before" if added.known else "",
    ]
    said = ", ".join([formatting.format_count(added.stored, "new digit"), *filter(None, more)])
    st.session_state.done = user_collection.confirm_saved(f"{said}.")
    st.session_state.brought += 1
    st.rerun()


def take_away() -> None:
    """Offer all digits as files."""
    collection = user_collection.open_collection()
    total = collection.count(deleted=None)
    st.markdown(
        f"All {formatting.format_count(total, 'digit')}, the deleted ones too, with their crops, labels, writers and "
        "times. Brought in elsewhere, they give the same collection."
    )
    if not st.toggle("Prepare the files", key="prepare"):
        return
    with st.container(horizontal=True):
        for kind, label, mime, icon in FILES:
            try:
                content = _packed(collection.get_version(), kind)
                feedback.show_download(label, content, f"digitnet-digits.{kind}", mime, icon)
            except DigitnetError as error:
                st.error(formatting.escape_markdown(str(error)), icon=":material/error:")


FILES = [
    ("zip", "ZIP of pictures and CSV", "application/zip", "folder_zip"),
    ("npz", "NumPy .npz", "application/octet-stream", "data_array"),
]


@st.cache_data(max_entries=2, show_spinner="Packing the digits...")
def _packed(version: str, kind: str) -> bytes:
    digits = user_collection.open_collection().find(deleted=None, order="oldest")
    return to_zip(digits) if kind == "zip" else to_npz(digits)


def _name(label: int) -> str:
    return "no digit" if label == NOT_A_DIGIT else str(label)


def _said(sample: Sample) -> str:
    return f"{_name(sample.label)}, from {sample.file}" if sample.file else _name(sample.label)
