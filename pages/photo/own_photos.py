"""Keep the photos that a user has added.

Uploader and camera forget them when another page is shown, and a reload of the page forgets all.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

import streamlit as st

from digitnet.access.spending import get_spending
from digitnet.documents.opening import count_pages
from digitnet.errors import DigitnetError
from digitnet.workers.pool import run_in_worker
from pages.shared import kept_work, remembered

_CAMERA_FILE = "camera.jpg"
_CAMERA_WIDTH = 560  # Pixels, so that the button below the preview is in view.


@dataclass(frozen=True, eq=False)
class File:
    """A file: its name, its content, and its number in the uploader or camera, or ""."""

    name: str
    content: bytes
    id: str = ""

    @cached_property
    def digest(self) -> str:
        """A digest of the content: 16 hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()[:16]

    @cached_property
    def pages(self) -> int:
        """How many pages it has, 1 if it cannot be read."""
        try:
            return run_in_worker(count_pages, self.content)
        except DigitnetError:
            return 1


@dataclass
class OwnPhotos:
    """The photos that a user has added in this tab.

    The callback of a button is a method of this class and never reads `st.session_state`, see
    `pages.drawing.canvas.CanvasState`.

    Attributes:
        earlier: photos that neither the uploader nor the camera holds any more.
        uploaded: photos in the uploader.
        taken: the photo that the camera shows, if there is one.
        removed: numbers of the files in uploader and camera that the user has removed.
        visit: number of the visit to a page in which they were last shown.
        moves: number of times that photos became earlier ones or were removed; the camera then starts anew.
        clearings: number of times that all were removed; the uploader then starts anew.
        are_kept: whether a reload of the page keeps all of them.
    """

    earlier: list[File] = field(default_factory=list)
    uploaded: list[File] = field(default_factory=list)
    taken: list[File] = field(default_factory=list)
    removed: set[str] = field(default_factory=set)
    visit: int = 0
    moves: int = 0
    clearings: int = 0
    are_kept: bool = True

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

    def remove(self, file: File) -> None:
        """Remove one of `files`; a second click on its button finds it gone and removes no other one."""
        self.removed.add(file.id)
        self.moves += file in self.taken
        for files in (self.earlier, self.uploaded, self.taken):
            if file in files:
                files.remove(file)

    def remove_all(self) -> None:
        """Remove all photos, also from uploader and camera."""
        self.earlier, self.uploaded, self.taken, self.removed = [], [], [], set()
        self.moves, self.clearings = self.moves + 1, self.clearings + 1

    def fit(self, max_files: float, max_bytes: float) -> bool:
        """Remove the last photos until so many are left; return whether all of them fit."""
        fits = True
        while (files := self.files) and (
            len(files) > max_files or sum(len(file.content) for file in files) > max_bytes
        ):
            self.remove(files[-1])
            fits = False
        return fits


def find_file(files: list[File], place: int) -> File:
    """Return the file that a page belongs to, by the place of the page among the pages of all files."""
    return [file for file in files for _ in range(file.pages)][place]


def get_own_photos() -> OwnPhotos:
    """Return the photos that were added in this tab, also before a reload."""
    own: OwnPhotos = st.session_state.setdefault("own_photos", OwnPhotos())
    own.start_visit(remembered.count_visits())
    own.earlier = [*(File(*file) for file in kept_work.take(kept_work.PHOTOS)), *own.earlier]
    return own


def hold_to_quotas(own: OwnPhotos) -> None:
    """Leave out the last photos beyond what a tab may hold, and say so."""
    max_files, max_bytes = get_spending().find_upload_limits()
    if not own.fit(max_files, max_bytes):
        st.error(
            f"A tab may hold {max_files:,} photos of {max_bytes / 1e6:,.0f} MB at a time, so the last ones were left "
            "out; remove some, then add these again.",
            icon=":material/error:",
        )


def keep_over_reload(own: OwnPhotos) -> None:
    """Keep the photos for after a reload of the page."""
    own.are_kept = kept_work.put(kept_work.PHOTOS, [(file.name, file.content) for file in own.files])


def show_promise(own: OwnPhotos) -> None:
    """Say whether a reload of the page keeps the photos."""
    if not own.are_kept:
        st.caption("These photos are too large for a reload of this page to keep them all.")
    elif own.files:
        st.caption(kept_work.describe_promise("your photos"))


def show_uploader(own: OwnPhotos, label: str, types: list[str]) -> None:
    """Show the uploader, and take its photos in."""
    files = st.file_uploader(label, types, accept_multiple_files=True, key=f"uploads-{own.visit}-{own.clearings}")
    known = {file.id: file for file in own.uploaded}
    own.uploaded = [
        known.get(file.file_id) or File(file.name, file.getvalue(), file.file_id)
        for file in files
        if file.file_id not in own.removed
    ]


def show_camera(own: OwnPhotos, label: str, *, is_on: bool) -> None:
    """Show the camera if it is on, and take its photo in."""
    if not is_on:
        own.keep_taken()
        return
    with st.container(width=_CAMERA_WIDTH, key="camera"):
        taken = st.camera_input(label, key=f"taken-{own.moves}", resolution="1080p")
    known = {file.id: file for file in own.taken}
    own.taken = [known.get(taken.file_id) or File(_CAMERA_FILE, taken.getvalue(), taken.file_id)] if taken else []
