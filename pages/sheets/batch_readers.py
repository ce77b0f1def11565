"""Read the sheets of a batch in this tab, in the background."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
_LOOK_SECONDS = 1.0  # How often sheets that were read meanwhile are shown.
_READER = "batch_reader"  # Of this tab; it reads one batch at a time.


def get_reader(batch: Batch, store: BatchStore | MemoryStore) -> BatchReader:
    """Return the reader of a batch in this tab; that of another batch stops reading."""
    reader: BatchReader | None = st.session_state.get(_READER)
    if reader is None or reader.batch.id != batch.id:
        if reader:
            reader.stop()
        explain = partial(feedback.explain_unexpected_errors, _UNEXPECTED)
        reader = st.session_state[_READER] = BatchReader(batch, store, _watch_session(), explain)
    reader.batch = batch
    return reader


def forget_sheets(batch: str, ids: Sequence[int]) -> None:
    """Have the reader of this tab forget sheets of a batch that were removed."""
    reader: BatchReader | None = st.session_state.get(_READER)
    if reader and reader.batch.id == batch:
        reader.forget(ids)


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


def follow(reader: BatchReader, files: Sequence[SheetFile], show: Callable[[bool], None] = lambda _: None) -> bool:
    """Read files, and show each second how far that is, and what was read; return whether it goes on.

    Args:
        reader: reader of the batch.
        files: its files.
        show: shows what was read, given whether more is being read.
    """
    reader.want(files)
    was_reading = reader.is_reading

    @st.fragment(run_every=_LOOK_SECONDS if was_reading else None)
    def look() -> None:
        with feedback.show_errors():
            reader.want(files)  # A browser that was away for a moment goes on.
        is_reading = reader.is_reading
        _show_progress(reader, is_reading=is_reading)
        show(is_reading)
        if is_reading != was_reading:
            st.rerun()

    look()
    return was_reading


def _show_progress(reader: BatchReader, *, is_reading: bool) -> None:
    """Show how far the reading is, and how to stop it; or why it has ended early, and how to go on."""
    done, total = reader.count()
    if is_reading:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.progress(done / total, f"Reading {min(done + 1, total):,} of {total:,}")
            icon = ":material/stop:"
            st.button("Stop", icon=icon, on_click=reader.stop, disabled=reader.is_stopped, key="stop-sheets")
    elif reader.problem:
        st.error(formatting.escape_markdown(reader.problem), icon=":material/error:")
        st.button("Try again", icon=":material/refresh:", on_click=reader.resume, key="try-sheets-again")
    elif reader.is_stopped and done < total:
        with st.container(horizontal=True, vertical_alignment="center"):
            text = f"Stopped: {done:,} of {formatting.format_count(total, 'file')} read."
            st.info(text, icon=":material/stop:")
            st.button("Go on", icon=":material/play_arrow:", on_click=reader.resume, key="go-on-with-sheets")
    if reader.note:
        st.warning(formatting.escape_markdown(f"{reader.note} The sheets are read all the same."))


def _watch_session() -> Callable[[], bool]:
    """Return a function that tells whether the session of this tab is connected to a browser."""
    context = get_script_run_ctx()
    session = context.session_id if context else ""
    return lambda: not exists() or get_instance().is_active_session(session)
