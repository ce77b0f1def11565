"""Import digits and rows from files and export all of them as files, on the Data page."""

from __future__ import annotations

import hashlib
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from digitnet import DigitnetError
from digitnet.collection.addition import Addition
from digitnet.collection.exchange.exporting import to_npz, to_zip
from digitnet.collection.exchange.importing import ImportPreview, preview_files
from digitnet.collection.samples import Sample
from digitnet.errors import CollectionError
from digitnet.labels import NOT_A_DIGIT
from digitnet.preprocessing.images import to_png
from digitnet.workers.pool import run_in_worker
from pages.digits import rows
from pages.shared import background, consent, feedback, formatting, reading_view, user_collection, writer_choice
from pages.shared.digit_caches import holding_digits

MAX_SHOWN_DIGITS = 24
MAX_SHOWN_ROWS = 6
MAX_SHOWN_FILES = 1000
_IMPORT_SECONDS = 300.0  # A hundred thousand digits take minutes.
# Kind of file, label of its button, MIME type and icon.
EXPORTS = [
    ("zip", "Download pictures and labels (ZIP)", "application/zip", "folder_zip"),
    ("npz", "Download NumPy arrays (NPZ)", "application/octet-stream", "data_array"),
]
HELP = (
    "A zip file of pictures in folders named by label (`7/abc.png`) or with a `labels.csv` of file and label, an "
    "`.npz` of pictures and labels, a pair of idx files like MNIST's, or an export of this page."
)


def show_import() -> None:
    """Show the form that imports digits from files, with a preview before anything is kept."""
    number = st.session_state.setdefault("import_count", 0)
    uploads = st.file_uploader("Digits from files", accept_multiple_files=True, key=f"import-{number}")
    st.caption(HELP)
    writer_choice.choose_writer("Writer, if the files name none (optional)")
    if not uploads:
        background.forget("import")
        return
    files = {file.name: file.getvalue() for file in uploads}
    try:
        preview = _preview_files(files, writer_choice.get_writer())
    except DigitnetError as error:
        st.error(formatting.escape_markdown(str(error)), icon=":material/error:")
        return
    if preview is None:
        return
    _show_preview(preview)
    consent.ask("import")
    label = f"Import {_count(len(preview.samples), len(preview.strings))}"
    is_empty = not preview.samples and not preview.strings
    if st.button(label, type="primary", icon=":material/add:", disabled=is_empty, key="import"):
        _keep_samples(preview)


def _preview_files(files: dict[str, bytes], writer: str) -> ImportPreview | None:
    """Return what is in files, None if the check was stopped; raises DigitnetError."""
    check = partial(
        run_in_worker,
        preview_files,
        files,
        writer,
        subject="The upload",
        error_class=CollectionError,
        processor_seconds=_IMPORT_SECONDS,
    )
    return background.do("import", (_compute_digest(files), writer), check, "Checking the files", "Stop")


def _compute_digest(files: dict[str, bytes]) -> str:
    """Return a digest of the names and the contents of files."""
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        digest.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(content).digest())
    return digest.hexdigest()


def _show_preview(preview: ImportPreview) -> None:
    """Show the digits and rows that were understood, and the files that were left out with the reasons."""
    samples, skipped = preview.samples, preview.skipped
    st.markdown(
        f"**{_count(len(preview.samples), len(preview.strings))} understood**, "
        f"{formatting.format_count(len(skipped), 'file')} left out. "
        "Nothing is kept yet."
    )
    if samples:
        st.caption(", ".join(f"{_name_label(label)}: {count}" for label, count in enumerate(preview.counts) if count))
        indices = np.linspace(0, len(samples) - 1, min(MAX_SHOWN_DIGITS, len(samples))).astype(int)
        shown = [samples[index] for index in indices]
        reading_view.show_pictures(
            [(_describe_sample(sample), to_png(sample.picture), _name_label(sample.label)) for sample in shown]
        )
    for string in preview.strings[:MAX_SHOWN_ROWS]:
        st.html(rows.format_row(string, [f"by {string.writer}" if string.writer else ""]))
    if skipped:
        for reason, count in preview.reasons.items():
            st.caption(f"{formatting.format_count(count, 'file')}: {formatting.escape_markdown(reason)}")
        files = [(file.file, file.reason) for file in skipped[:MAX_SHOWN_FILES]]
        with st.expander("Files that were left out"):
            st.dataframe(
                pd.DataFrame(files, columns=["File", "Reason"]),
                hide_index=True,
                alt="Files that were left out, and why",
            )


def _count(digits: int, strings: int) -> str:
    """Return "2 digits", "3 rows" or "2 digits and 3 rows"."""
    counts = [(digits, "digit")] * bool(digits or not strings) + [(strings, "row")] * bool(strings)
    return " and ".join(formatting.format_count(count, noun) for count, noun in counts)


def _keep_samples(preview: ImportPreview) -> None:
    """Add the digits and rows of a preview to the collection and rerun the page."""
    try:
        with st.spinner("Saving the digits...", show_time=True):
            added = user_collection.open_collection().add(preview.samples, preview.strings)
    except DigitnetError as error:
        st.error(formatting.escape_markdown(f"Not saved: {error}"), icon=":material/error:")
        return
    st.session_state.done = user_collection.confirm_saved(f"Saved: {_describe_addition(added, preview)}.")
    st.session_state.import_count += 1
    st.rerun()


def _describe_addition(added: Addition, preview: ImportPreview) -> str:
    known = len(preview.strings) - added.strings
    parts = [
        formatting.format_count(added.stored, "new digit") if preview.samples else "",
        f"{added.relabeled} relabeled" if added.relabeled else "",
        f"{added.known} already known" if added.known else "",
        f"{formatting.format_count(added.strings, 'row')} new or changed" if preview.strings else "",
        f"{formatting.format_count(known, 'row')} already known" if known else "",
    ]
    return ", ".join(filter(None, parts))


def show_export() -> None:
    """Show a button that creates files of all digits and rows, and then their downloads, as long as none changes."""
    collection, state = user_collection.open_collection(), st.session_state
    total, version = collection.count(deleted=None), collection.get_version()
    st.markdown(
        f"All {_count(total, collection.strings.count(deleted=None))}, including deleted ones, with their pictures, "
        "labels, writers and times. Imported elsewhere, they give the same."
    )
    if st.button("Create the export", icon=":material/archive:", key="create_export"):
        state.exported_version = version
    if state.get("exported_version") != version:
        return
    with st.container(horizontal=True):
        for kind, label, mime, icon in EXPORTS:
            try:
                content = _export_digits(version, kind)
                feedback.show_download(label, content, f"digitnet-digits.{kind}", mime, icon)
            except DigitnetError as error:
                st.error(formatting.escape_markdown(str(error)), icon=":material/error:")


@holding_digits
@st.cache_data(max_entries=2, show_spinner="Creating the export...")
def _export_digits(version: str, kind: str) -> bytes:
    collection = user_collection.open_collection()
    digits, strings = collection.find(deleted=None, order="oldest"), collection.strings.find(deleted=None)[::-1]
    return to_zip(digits, strings) if kind == "zip" else to_npz(digits, strings)


def _name_label(label: int) -> str:
    return "not a digit" if label == NOT_A_DIGIT else str(label)


def _describe_sample(sample: Sample) -> str:
    return f"{_name_label(sample.label)}, from {sample.file}" if sample.file else _name_label(sample.label)
