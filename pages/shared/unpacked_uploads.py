"""Unpack the ZIP files among uploads in a worker, and tell which files in them are no pictures."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import streamlit as st

from digitnet.access.spending import get_spending
from digitnet.documents.archives import Member, Unpacked, describe_others, unpack
from digitnet.errors import DigitnetError, QuotaError
from digitnet.workers.pool import run_in_worker
from digitnet.workers.turns import FullError
from pages.shared import background, feedback, formatting

_UNEXPECTED = "An unexpected error occurred with this ZIP file. Pack it again, or add its files themselves."


@dataclass
class Archive:
    """What came out of a ZIP file.

    Attributes:
        name: its name.
        widget: the widget that holds it.
        members: its pictures and PDFs.
        note: a sentence on the files that are none, or "".
        error: a sentence that says why it cannot be unpacked, or "".
        is_final: whether it need not be tried again.
        is_hidden: whether the user has read the note or error.
    """

    name: str
    widget: str
    members: tuple[Member, ...] = ()
    note: str = ""
    error: str = ""
    is_final: bool = True
    is_hidden: bool = False

    def hide(self) -> None:
        """Show the note or error no more."""
        self.is_hidden = True


def unpack_upload(name: str, widget: str, content: bytes, key: str) -> Archive | None:
    """Unpack a ZIP file in a worker, with a button that stops it; return None if it was stopped.

    Args:
        name: its name.
        widget: the widget that holds it.
        content: its content.
        key: its number in the widget.
    """
    work = f"unpack-{key}"
    text = f"Unpacking {formatting.escape_markdown(name)}"
    try:
        unpacked = background.do(work, key, partial(_unpack, name, content), text, "Stop")
    except DigitnetError as error:
        background.forget(work)
        is_final = not isinstance(error, QuotaError) and not isinstance(error.__cause__, FullError)
        return Archive(name, widget, error=str(error), is_final=is_final)
    if unpacked is None:
        return None
    background.forget(work)
    return Archive(name, widget, unpacked.members, describe_others(unpacked))


def _unpack(name: str, content: bytes) -> Unpacked:
    with feedback.explain_unexpected_errors(_UNEXPECTED):
        get_spending().count_look()
        return run_in_worker(unpack, name, content, subject="The ZIP file")


def show_notes(archives: dict[str, Archive]) -> None:
    """Show the notes and errors of ZIP files that the user has not hidden yet."""
    for key, archive in archives.items():
        if archive.is_hidden or not (archive.note or archive.error):
            continue
        with st.container(horizontal=True, vertical_alignment="center", key=f"archive-{key}"):
            text = f"**{formatting.escape_markdown(archive.name)}**: "
            text += formatting.escape_markdown(archive.error or archive.note)
            if archive.error:
                st.error(text, icon=":material/error:")
            else:
                st.info(text, icon=":material/folder_zip:")
            st.button("Hide", key=f"hide-{key}", on_click=archive.hide, type="tertiary", icon=":material/close:")
