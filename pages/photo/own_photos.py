"""Keep the photos that a user has added, because uploader and camera forget them when another page is shown."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from pages.shared import remembered

File = tuple[str, bytes]  # Name and content.
_CAMERA_FILE = "camera.jpg"


@dataclass
class OwnPhotos:
    """The photos that a user has added in this tab.

    The callback of a button is a method of this class and never reads `st.session_state`, see
    `pages.drawing.canvas.CanvasState`.

    Attributes:
        earlier: photos that neither the uploader nor the camera holds any more.
        uploaded: photos in the uploader.
        taken: the photo that the camera shows, if there is one.
        visit: number of the visit to a page in which they were last shown.
        moves: number of times that photos became earlier ones; uploader and camera then start anew.
    """

    earlier: list[File] = field(default_factory=list)
    uploaded: list[File] = field(default_factory=list)
    taken: list[File] = field(default_factory=list)
    visit: int = 0
    moves: int = 0

    @property
    def files(self) -> list[File]:
        """All photos, the earliest first."""
        return [*self.earlier, *self.uploaded, *self.taken]

    def start_visit(self, visit: int) -> None:
        """Keep the photos of the visit before, if this is another."""
        if visit != self.visit:
            self.earlier, self.uploaded, self.taken = self.files, [], []
            self.visit, self.moves = visit, self.moves + 1

    def keep_taken(self) -> None:
        """Keep the photo that the camera shows, for the camera is turned off."""
        if self.taken:
            self.earlier, self.taken = [*self.earlier, *self.taken], []
            self.moves += 1

    def remove_earlier(self) -> None:
        """Remove the photos that neither the uploader nor the camera holds."""
        self.earlier = []


def get_own_photos() -> OwnPhotos:
    """Return the photos that were added in this tab."""
    own: OwnPhotos = st.session_state.setdefault("own_photos", OwnPhotos())
    own.start_visit(remembered.count_visits())
    return own


def show_uploader(own: OwnPhotos, label: str, types: list[str]) -> None:
    """Show the uploader, and take its photos in."""
    files = st.file_uploader(label, types, accept_multiple_files=True, key=f"uploads-{own.visit}")
    own.uploaded = [(file.name, file.getvalue()) for file in files]


def show_camera(own: OwnPhotos, label: str, *, is_on: bool) -> None:
    """Show the camera if it is on, and take its photo in."""
    if not is_on:
        own.keep_taken()
        return
    taken = st.camera_input(label, key=f"taken-{own.moves}")
    own.taken = [(_CAMERA_FILE, taken.getvalue())] if taken else []
