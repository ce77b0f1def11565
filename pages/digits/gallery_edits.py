"""Relabel, delete and restore digits after presses in the gallery, and undo that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import streamlit as st

from digitnet import DigitnetError
from digitnet.labels import NOT_A_DIGIT
from pages.components import digit_gallery
from pages.shared import formatting, user_collection

GALLERY_KEY = "gallery"


class Edit(NamedTuple):
    """A change of digits that can be undone.

    Attributes:
        sentence: describes the change.
        before: earlier label of each digit, and whether it was deleted, by its id.
    """

    sentence: str
    before: dict[int, tuple[int, bool]]


@dataclass
class GalleryEdits:
    """The changes that a user made to digits in this tab.

    Attributes:
        seen: number of the last press in the gallery that was applied.
        history: changes that can be undone, the last one last.
        message: outcome of the last press.
        problem: reason why the last press failed, or "".
    """

    seen: int = 0
    history: list[Edit] = field(default_factory=list)
    message: str = ""
    problem: str = ""

    def apply(self, press: digit_gallery.GalleryPress) -> None:
        """Relabel, delete or restore the digits of a press."""
        self.seen, self.message, self.problem = press.number, "", ""
        collection, sentence = user_collection.open_collection(), _describe_press(press)
        try:
            digits = collection.find(ids=press.ids, deleted=None)
            before = {digit.id: (digit.label, digit.deleted) for digit in digits}
            if press.action == digit_gallery.DELETE:
                collection.delete(press.ids)
            elif press.action == digit_gallery.RESTORE:
                collection.restore(press.ids)
            else:
                collection.relabel(press.ids, int(press.action))
        except DigitnetError as error:
            self.problem = f"Not saved: {error}"
            return
        self.history.append(Edit(sentence, before))
        self.message = user_collection.confirm_saved(f"Saved: {sentence}")

    def undo(self) -> None:
        """Undo the last change."""
        sentence, before = self.history[-1]
        self.message, self.problem = "", ""
        collection = user_collection.open_collection()
        try:
            for label in {label for label, _ in before.values()}:
                collection.relabel([digit for digit, (old_label, _) in before.items() if old_label == label], label)
            collection.delete([digit for digit, (_, deleted) in before.items() if deleted])
            collection.restore([digit for digit, (_, deleted) in before.items() if not deleted])
        except DigitnetError as error:
            self.problem = f"Not undone: {error}"
            return
        self.history = self.history[:-1]
        self.message = f"Undone: {sentence}"


def _describe_press(press: digit_gallery.GalleryPress) -> str:
    count = formatting.format_count(len(press.ids), "digit")
    verb = "is" if len(press.ids) == 1 else "are"
    if press.action in (digit_gallery.DELETE, digit_gallery.RESTORE):
        return f"{count} {verb} {'deleted' if press.action == digit_gallery.DELETE else 'restored'}."
    return f"{count} {verb} {'not a digit' if int(press.action) == NOT_A_DIGIT else press.action} now."


def get_edits() -> GalleryEdits:
    """Return the changes of this tab."""
    edits: GalleryEdits = st.session_state.setdefault("edits", GalleryEdits())
    return edits


def apply_presses() -> None:
    """Apply the presses in the gallery since the last run of the page."""
    edits = get_edits()
    for press in digit_gallery.get_presses(GALLERY_KEY, edits.seen):
        edits.apply(press)


def show_last_edit() -> None:
    """Show the outcome of the last press and a button that undoes it."""
    edits = get_edits()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Undo", icon=":material/undo:", on_click=edits.undo, disabled=not edits.history, key="undo_edit")
        if edits.problem:
            st.error(formatting.escape_markdown(edits.problem), icon=":material/error:")
        elif edits.message:
            st.markdown(formatting.escape_markdown(edits.message))
        else:
            st.caption("Click digits to select them, then the right label. On the keyboard, press its key or Delete.")
