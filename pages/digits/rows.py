"""Show the rows of numbers that users typed or confirmed, to delete, restore and download them."""

from __future__ import annotations

import html
from collections.abc import Iterable
from dataclasses import dataclass

import streamlit as st

from digitnet import DigitnetError
from digitnet.collection.exchange.row_export import to_zip
from digitnet.collection.strings import StoredString, StringSample
from pages.digits.gallery_filters import SOURCES
from pages.shared import feedback, formatting, remembered, user_collection
from pages.shared.owners import describe_owner

ROWS_PER_PAGE = 20
STYLE = """
.saved-row { display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 1rem; }
.saved-row img { max-height: 3rem; max-width: 100%; border-radius: 0.375rem; }
.saved-row b { font-size: 1.15rem; letter-spacing: 0.03em; font-variant-numeric: tabular-nums; }
.saved-row small { font-size: 0.875rem; }
"""


@dataclass
class RowEdits:
    """The last change of rows in this tab.

    The callback of a button is a method of this class and never reads `st.session_state`, see
    `pages.drawing.canvas.CanvasState`.

    Attributes:
        problem: why it failed, "" if it did not.
    """

    problem: str = ""

    def mark(self, row: int, deleted: bool) -> None:
        """Delete or restore a row by its id."""
        self.problem = ""
        try:
            store = user_collection.open_collection().strings
            store.delete([row]) if deleted else store.restore([row])
        except DigitnetError as error:
            self.problem = f"Not saved: {error}"


def show_rows() -> None:
    """Show the rows page by page, the newest first."""
    store, edits = user_collection.open_collection().strings, _get_edits()
    st.caption("Rows that you typed or confirmed are kept whole, with their signs, for a network that reads rows.")
    deleted = bool(remembered.show(st.toggle, "Show deleted", name="data_rows_deleted", default=False))
    with st.container():  # One element with and without a problem, so that the elements below keep their place.
        if edits.problem:
            st.error(formatting.escape_markdown(edits.problem), icon=":material/error:")
    total = store.count(deleted=deleted)
    if not total:
        st.info("Nothing is deleted." if deleted else "No rows are left.", icon=":material/filter_alt_off:")
        return
    pages = -(-total // ROWS_PER_PAGE)
    page = min(int(remembered.get("data_rows_page", 1)), pages)
    st.caption(f"{formatting.format_count(total, 'row')}{f', page {page} of {pages}' if pages > 1 else ''}")
    with st.container():  # One element for any number of rows, likewise.
        for row in store.find(deleted=deleted, limit=ROWS_PER_PAGE, offset=(page - 1) * ROWS_PER_PAGE):
            _show_row(row, edits)
    if pages > 1:
        remembered.put("data_rows_page", page)
        remembered.show(st.pagination, pages, name="data_rows_page", default=1)
    _show_download()


def format_row(row: StringSample, details: Iterable[str] = ()) -> str:
    """Return a row's picture and text with details, "" for one that is missing, as HTML."""
    picture = f'<img src="{formatting.to_data_url(row.picture)}" alt="A row of numbers">'
    text = f"<b>{html.escape(row.text)}</b><small>{html.escape(', '.join(filter(None, details)))}</small>"
    return f'<div class="saved-row">{picture}{text}</div>'


def _get_edits() -> RowEdits:
    edits: RowEdits = st.session_state.setdefault("row_edits", RowEdits())
    return edits


def _show_row(row: StoredString, edits: RowEdits) -> None:
    details = [
        f"read as {row.read}" if row.read not in ("", row.text) else "",
        f"by {row.writer}" if row.writer else "",
        describe_owner(row.account),
        SOURCES[row.source].lower() + (f" ({row.file})" if row.file else ""),
        row.added.astimezone().strftime("%d %b %Y").lstrip("0"),
    ]
    with st.container(horizontal=True, vertical_alignment="center", key=f"saved-row-{row.id}"):
        st.html(format_row(row, details))
        verb, icon = ("Restore", "restore_from_trash") if row.deleted else ("Delete", "delete")
        st.button(
            verb,
            icon=f":material/{icon}:",
            key=f"mark-row-{row.id}-{row.deleted}",
            on_click=edits.mark,
            args=(row.id, not row.deleted),
            type="tertiary",
            help=f"{verb} {row.text}",
        )


def _show_download() -> None:
    def make_zip() -> bytes:
        return to_zip(user_collection.open_collection().strings.find())

    feedback.show_download("Download rows (ZIP)", make_zip, "digitnet-rows.zip", "application/zip", "folder_zip")
