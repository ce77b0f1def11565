"""Rename, delete and restore batches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import streamlit as st

from digitnet.batches.pictures import delete_pictures
from digitnet.batches.records import Batch
from digitnet.errors import DigitnetError
from pages.shared import user_batches
from pages.shared.formatting import escape_markdown
from pages.sheets import batch_readers


@dataclass
class BatchEdits:
    """The last change of batches in this tab.

    The callback of a button is a method of this class and never reads `st.session_state`, see
    `pages.drawing.canvas.CanvasState`.

    Attributes:
        deleted: the batch that was deleted last, until it is restored.
        problem: why a change failed, "" if it did not.
        removed: sheets that were removed, with their batches, which the reader of this tab does not know yet.
    """

    deleted: Batch | None = None
    problem: str = ""
    removed: list[tuple[str, list[int]]] = field(default_factory=list)

    def delete(self, batch: Batch) -> None:
        """Mark a batch as deleted, and delete its pictures."""
        self._try(lambda: _delete(batch))
        self.deleted = None if self.problem else batch

    def restore(self) -> None:
        """Restore the batch that was deleted last."""
        if batch := self.deleted:
            self._try(lambda: user_batches.open_batches().restore(batch.id))
            self.deleted = None

    def rename(self, batch: Batch, name: str) -> None:
        """Give a batch another name."""
        self._try(lambda: user_batches.open_batches().rename(batch.id, name))

    def remove_sheets(self, batch: Batch, ids: list[int]) -> None:
        """Remove sheets of a batch."""
        self._try(lambda: user_batches.open_batches().sheets.remove(batch.id, ids))
        if not self.problem:
            self.removed.append((batch.id, ids))

    def _try(self, action: Callable[[], object]) -> None:
        self.problem = ""
        try:
            action()
        except DigitnetError as error:
            self.problem = str(error)


def get_edits() -> BatchEdits:
    """Return the edits of this tab."""
    edits: BatchEdits = st.session_state.setdefault("batch_edits", BatchEdits())
    return edits


def show_outcome(edits: BatchEdits) -> None:
    """Say why the last change failed, or offer to restore the batch that was deleted last."""
    while edits.removed:
        batch_readers.forget_sheets(*edits.removed.pop())
    with st.container():  # One element with and without an outcome, so that the elements below keep their place.
        if edits.problem:
            st.error(escape_markdown(edits.problem), icon=":material/error:")
        elif edits.deleted:
            with st.container(horizontal=True, vertical_alignment="center"):
                text = f"**{escape_markdown(edits.deleted.name)}** is deleted; it is gone for good after a day."
                st.markdown(text, width="content")
                st.button("Undo", icon=":material/undo:", on_click=edits.restore, type="tertiary", key="restore-batch")


@st.dialog("Delete this batch?", icon=":material/delete:")
def confirm_deletion(batch: Batch, sheets: int) -> None:
    """Ask before a batch is deleted."""
    what = f"its {sheets:,} sheets" if sheets != 1 else "its sheet"
    st.markdown(f"**{escape_markdown(batch.name)}** will be deleted with {what} and all that was typed.")
    st.caption("You can undo this here for a day. Kept pictures are deleted at once. Digits taught by it stay.")
    with st.container(horizontal=True):
        if st.button("Keep", key="keep-batch", icon=":material/close:"):
            st.rerun()
        edits = get_edits()
        label, icon = "Delete", ":material/delete:"
        if st.button(label, key="delete-batch", type="primary", icon=icon, on_click=edits.delete, args=(batch,)):
            st.rerun()


def ask_name(batch: Batch) -> None:
    """Show a button that asks for another name of a batch."""
    with (
        st.popover("Rename", icon=":material/edit:", type="tertiary", key=f"rename-{batch.id}"),
        st.form(f"name-{batch.id}", border=False, enter_to_submit=True),
    ):
        name = st.text_input("Name", batch.name, max_chars=80)
        if st.form_submit_button("Save the name", icon=":material/check:"):
            get_edits().rename(batch, name)
            st.rerun()


def _delete(batch: Batch) -> None:
    user_batches.open_batches().delete(batch.id)
    delete_pictures(batch.id, batch.account)
