"""Keep the sheets that a user has added, which the uploader forgets when another page is shown."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field

import streamlit as st

from pages.form.sheet_reader import SheetFile
from pages.shared import remembered

Upload = tuple[str, bytes]  # Name and content.


@dataclass
class OwnSheets:
    """The sheets of this tab.

    Attributes:
        earlier: those that the uploader does not hold any more.
        uploaded: those in the uploader.
        visit: number of the visit to a page in which they were last shown.
        clearings: number of times that all were removed; the uploader then starts anew.
    """

    earlier: list[Upload] = field(default_factory=list)
    uploaded: list[Upload] = field(default_factory=list)
    visit: int = 0
    clearings: int = 0

    def start_visit(self, visit: int) -> None:
        """Keep the sheets of the visit before, if this is another."""
        if visit != self.visit:
            self.earlier, self.uploaded, self.visit = [*self.earlier, *self.uploaded], [], visit

    def remove_all(self) -> None:
        """Remove all sheets."""
        self.earlier, self.uploaded, self.clearings = [], [], self.clearings + 1


def choose_sheets(label: str, types: list[str]) -> list[SheetFile]:
    """Show the uploader, and return all sheets of this tab, the earliest first."""
    own: OwnSheets = st.session_state.setdefault("own_sheets", OwnSheets())
    own.start_visit(remembered.count_visits())
    key = f"form-sheets-{own.visit}-{own.clearings}"
    with st.container(key="form-sheets"):
        uploaded = st.file_uploader(label, types, accept_multiple_files=True, key=key)
    own.uploaded = [(file.name, file.getvalue()) for file in uploaded]
    files, counts = [], Counter[str]()
    for name, content in [*own.earlier, *own.uploaded]:
        digest = hashlib.sha256(content).hexdigest()[:16]
        files.append(SheetFile(f"{digest}-{counts[digest]}", name, content))
        counts[digest] += 1
    if own.earlier:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"With {len(own.earlier)} from before", width="content")
            st.button("Remove all", icon=":material/delete:", on_click=own.remove_all, type="tertiary")
    return files
