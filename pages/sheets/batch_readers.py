"""Read the sheets of a batch in this tab, in the background."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st
from streamlit.runtime import exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from digitnet.batches.memory import MemoryStore
from digitnet.batches.pictures import list_pictures, load_picture
from digitnet.batches.reader import BatchReader, SheetFile
from digitnet.batches.records import WAITING, Batch
from digitnet.batches.store import BatchStore
from pages.shared import feedback, formatting

_UNEXPECTED = "An unexpected error occurred with this sheet. Save it in another format."
_READER = "batch_reader"  # Of this tab; it reads one batch at a time.


def get_reader(batch: Batch, store: BatchStore | MemoryStore) -> BatchReader:
    """Return the reader of a batch in this tab; that of another batch stops reading."""
    reader: BatchReader | None = st.session_state.get(_READER)
    if reader is None or reader.batch.id != batch.id:
        if reader:
            reader.close()
        explain = partial(feedback.explain_unexpected_errors, _UNEXPECTED)
        reader = st.session_state[_READER] = BatchReader(batch, store, _watch_session(), explain)
    reader.batch = batch
    return reader


def list_kept_files(batch: Batch, store: BatchStore) -> list[SheetFile]:
    """Return those files of a batch with sheets to read whose pictures are kept."""
    if not batch.settings.keeps_pictures:
        return []
    kept = list_pictures(batch.id)
    waiting = {sheet.page.digest: sheet.page.file for sheet in store.sheets.find(batch.id) if sheet.state == WAITING}
    return [
        SheetFile(name, digest, partial(load_picture, batch.id, digest))
        for digest, name in waiting.items()
        if digest in kept
    ]


def show_progress(reader: BatchReader) -> bool:
    """Show how far the reading is, and why it has ended early; return whether it goes on."""
    done, total = reader.count()
    is_reading = done < total and not reader.problem
    if is_reading:
        st.progress(done / total, f"Reading {done + 1:,} of {total:,}")
    if reader.problem:
        st.error(formatting.escape_markdown(reader.problem), icon=":material/error:")
        st.button("Try again", icon=":material/refresh:", on_click=reader.try_again, key="try-sheets-again")
    if reader.note:
        st.warning(formatting.escape_markdown(f"{reader.note} The sheets are read all the same."))
    return is_reading


def _watch_session() -> Callable[[], bool]:
    """Return a function that tells whether the session of this tab is connected to a browser."""
    context = get_script_run_ctx()
    session = context.session_id if context else ""
    return lambda: not exists() or get_instance().is_active_session(session)
